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
    height, width = 8 * frame.v_max, 8 * frame.h_max
    mcu_y, mcu_x = _touched(changed, height, width)
    rows = np.minimum(mcu_y[:, None] * height + np.arange(height), frame.height - 1)
    columns = np.minimum(mcu_x[:, None] * width + np.arange(width), frame.width - 1)
    pixels = samples[rows[:, :, None], columns[:, None, :]].astype(np.float32)
    target = to_components(pixels.reshape(*pixels.shape[:3], -1), frame.colour)
    under = changed[rows[:, :, None], columns[:, None, :]].astype(np.float32)
    out = []
    for i, plane in enumerate(planes):
        table = tables[frame.components[i].table].astype(np.float32)
        out.append(_edit_plane(frame, i, plane, table, (mcu_y, mcu_x), target[..., i], under))
    return out


def _edit_plane(
    frame: Frame,
    index: int,
    plane: np.ndarray,
    table: np.ndarray,
    mcus: tuple[np.ndarray, np.ndarray],
    target: np.ndarray,
    under: np.ndarray,
) -> np.ndarray:
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
    new = np.where(step != 0, np.clip(old + step, -LARGEST - 1, LARGEST), old)
    out = plane.copy()
    out[y, x] = np.where((step != 0) & (new < -LARGEST), -LARGEST, new).astype(np.int16)
    return out


def _touched(changed: np.ndarray, height: int, width: int) -> tuple[np.ndarray, np.ndarray]:
    y, x = np.nonzero(changed)
    across = -(-changed.shape[1] // width)
    return np.divmod(np.unique(y // height * across + x // width), across)


def _boxes(pixels: np.ndarray, down: int, across: int) -> np.ndarray:
    """Sums over boxes of (n, H, W)."""
    n, height, width = pixels.shape
    return pixels.reshape(n, height // down, down, width // across, across).sum(axis=(2, 4))


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
