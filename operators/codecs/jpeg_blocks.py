"""Change pixels of a JPEG in the coefficient domain: only the blocks under the changed pixels, only by the difference.

Where the change D of a block is known, the new coefficients are c + round(DCT(D) / q): c is an integer, so this is
the nearest code of the changed block, and frequencies that the change does not hold stay exactly as they were.
D is taken against the unclipped decoded samples: the overshoot of a decoder around bright text must not remain.
"""

from __future__ import annotations

import numpy as np
from scipy.fft import dctn, idctn

from operators.codecs.jpeg_frame import Frame

LARGEST = 1023  # of a quantised coefficient in an 8-bit file
MCUS_AT_ONCE = 4096  # bounds memory where the hole is large


def edit_blocks(
    frame: Frame,
    planes: list[np.ndarray],
    tables: dict[int, np.ndarray],
    samples: np.ndarray,
    changed: np.ndarray,
) -> list[np.ndarray]:
    """New coefficient planes, same shapes and dtype.

    samples: (H, W) or (H, W, C) float or integer array, 0..255, in RGB for 3 components unless the file stores
    something else; grey for one; ink as stored for four. changed: bool (H, W), stored orientation.
    """
    out = [p.copy() for p in planes]
    steps = [tables[c.table].astype(np.float32) for c in frame.components]
    mcu_y, mcu_x = _touched(changed, 8 * frame.v_max, 8 * frame.h_max)
    for start in range(0, len(mcu_y), MCUS_AT_ONCE):
        mcus = mcu_y[start : start + MCUS_AT_ONCE], mcu_x[start : start + MCUS_AT_ONCE]
        rows, columns = _pixels_of(frame, *mcus)
        pixels = samples[rows, columns].astype(np.float32)
        target = to_components(pixels.reshape(*pixels.shape[:3], -1), frame.colour)
        under = changed[rows, columns].astype(np.float32)
        for i, plane in enumerate(out):
            _edit_plane(frame, i, plane, steps[i], mcus, target[..., i], under)
    return out


def _pixels_of(frame: Frame, mcu_y: np.ndarray, mcu_x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Indices of the pixels of MCUs, to be broadcast to (n, MCU height, MCU width); the picture's edge repeats."""
    height, width = 8 * frame.v_max, 8 * frame.h_max
    rows = np.minimum(mcu_y[:, None] * height + np.arange(height), frame.height - 1)
    columns = np.minimum(mcu_x[:, None] * width + np.arange(width), frame.width - 1)
    return rows[:, :, None], columns[:, None, :]


def _edit_plane(
    frame: Frame,
    index: int,
    plane: np.ndarray,
    table: np.ndarray,
    mcus: tuple[np.ndarray, np.ndarray],
    target: np.ndarray,
    under: np.ndarray,
) -> None:
    """Change the blocks of one component's plane in place. target, under: (n, MCU height, MCU width)."""
    component = frame.components[index]
    h, v = component.h, component.v
    down, across = frame.v_max // v, frame.h_max // h
    covered = _boxes(under, down, across)
    wanted = _boxes(target * under, down, across) / np.maximum(covered, 1)
    share = covered / (down * across)
    y = mcus[0][:, None, None] * v + np.arange(v)[:, None]
    x = mcus[1][:, None, None] * h + np.arange(h)
    y, x = np.broadcast_arrays(y, x)
    shares, wants = _split(share, v, h), _split(wanted, v, h)
    take = (y < plane.shape[0]) & (x < plane.shape[1]) & (shares > 0).any(axis=(-2, -1))
    y, x = y[take], x[take]
    old = plane[y, x]
    decoded = idctn(old * table, axes=(-2, -1), norm="ortho") + 128
    change = (wants[take] - decoded) * shares[take]
    step = np.rint(dctn(change, axes=(-2, -1), norm="ortho") / table).astype(np.int32)
    new = np.where(step != 0, np.clip(old + step, -LARGEST, LARGEST), old)
    plane[y, x] = new.astype(np.int16)


def _touched(changed: np.ndarray, height: int, width: int) -> tuple[np.ndarray, ...]:
    """Row and column of every MCU that holds a changed pixel."""
    by_rows = np.logical_or.reduceat(changed, np.arange(0, changed.shape[0], height), axis=0)
    return np.nonzero(np.logical_or.reduceat(by_rows, np.arange(0, changed.shape[1], width), axis=1))


def _boxes(pixels: np.ndarray, down: int, across: int) -> np.ndarray:
    """Sums over boxes of (n, H, W)."""
    total = np.zeros_like(pixels[:, ::down, ::across])
    for y, x in np.ndindex(down, across):
        total += pixels[:, y::down, x::across]
    return total


def _split(samples: np.ndarray, v: int, h: int) -> np.ndarray:
    """(n, 8v, 8h) → (n, v, h, 8, 8)."""
    return samples.reshape(-1, v, 8, h, 8).transpose(0, 1, 3, 2, 4)


def to_components(pixels: np.ndarray, colour: str) -> np.ndarray:
    """Float RGB (or grey, or stored ink) 0..255 → the components that a JPEG of this colour stores (JFIF, BT.601)."""
    if colour not in ("ycc", "ycck"):
        return pixels
    r, g, b = pixels[..., 0], pixels[..., 1], pixels[..., 2]
    y = 0.299 * r + 0.587 * g + 0.114 * b
    parts = [y, (b - y) / 1.772 + 128, (r - y) / 1.402 + 128]
    return np.stack(parts + [pixels[..., i] for i in range(3, pixels.shape[-1])], axis=-1)
