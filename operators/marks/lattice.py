"""Marks that repeat over the picture: the two steps of their lattice, and the whole picture from one piece."""

from __future__ import annotations

import cv2
import numpy as np

ALIKE = 0.4  # normalised autocorrelation from which a shift counts as a repeat
SHORTEST = 10  # cells
SHARE = 0.2  # of the pattern's energy that must still overlap itself


def find_period(gx: np.ndarray, gy: np.ndarray) -> np.ndarray | None:
    """float32 (2, 2): two steps (x, y) px of the lattice on which a gradient field (cells of 2 px) repeats, or None.

    The two shortest shifts, not along one line, under which the field is like itself; to a fraction of a cell by a
    parabola through the peak, then to whole pixels where that is what it means.
    """
    alike = _autocorrelation(gx, gy)
    peaks = (alike > ALIKE) & (alike == cv2.dilate(alike, np.ones((9, 9), np.uint8)))
    centre = np.array(alike.shape) // 2
    steps = np.argwhere(peaks) - centre
    steps = steps[np.hypot(*steps.T) >= SHORTEST]
    steps = steps[(steps[:, 0] > 0) | ((steps[:, 0] == 0) & (steps[:, 1] > 0))]
    steps = steps[np.argsort(np.hypot(*steps.T), kind="stable")]
    if len(steps) < 2:
        return None
    first = steps[0]
    across = np.abs(steps[:, 0] * first[1] - steps[:, 1] * first[0]) / (np.hypot(*steps.T) * np.hypot(*first))
    others = steps[across > 0.3]
    if not len(others):
        return None
    found = np.array([_refined(alike, centre + step) - centre for step in (first, others[0])])
    pixels = 2 * found[:, ::-1]
    whole = np.rint(pixels)
    return np.where(np.abs(pixels - whole) < 0.3, whole, pixels).astype(np.float32)


def _autocorrelation(gx: np.ndarray, gy: np.ndarray) -> np.ndarray:
    """float32 (2h, 2w), zero shift in the middle: correlation of the field with itself where both overlap, -1..1;
    0 where too little of it overlaps. Blurred by a cell first, so that a fraction of one does not matter."""
    shape = (2 * gx.shape[0], 2 * gx.shape[1])
    parts = [np.fft.rfft2(cv2.GaussianBlur(g, (0, 0), 1.0), shape) for g in (gx, gy)]
    product = np.fft.irfft2(sum(abs(p) ** 2 for p in parts), shape)
    energy = cv2.GaussianBlur(gx, (0, 0), 1.0) ** 2 + cv2.GaussianBlur(gy, (0, 0), 1.0) ** 2
    spectrum, inside = np.fft.rfft2(energy, shape), np.fft.rfft2(np.ones_like(gx), shape)
    here = np.fft.irfft2(spectrum * inside.conj(), shape)
    there = np.fft.irfft2(inside * spectrum.conj(), shape)
    bound = np.sqrt(np.maximum(here, 0) * np.maximum(there, 0))
    enough = bound > SHARE * float(energy.sum())
    return np.fft.fftshift(np.where(enough, product / np.maximum(bound, 1e-9), 0)).astype(np.float32)


def _refined(alike: np.ndarray, peak: np.ndarray) -> np.ndarray:
    """The top of a parabola through a peak and its neighbours, along each axis."""
    out = peak.astype(np.float64)
    for axis in (0, 1):
        step = np.eye(2, dtype=int)[axis]
        before, top, after = (float(alike[tuple(peak + k * step)]) for k in (-1, 0, 1))
        bend = before - 2 * top + after
        out[axis] += np.clip(0.5 * (before - after) / bend, -0.5, 0.5) if bend < 0 else 0.0
    return out


def unroll(values: np.ndarray, period: np.ndarray, left: int, top: int, width: int, height: int) -> np.ndarray:
    """A piece of a repeated pattern, repeated over a picture.

    values: float32 (h, w, C), at (left, top) of the picture; must hold every point of the pattern. period: (2, 2) px.
    Returns float32 (height, width, C); what the piece does not reach is 0.
    """
    out = np.zeros((height, width, values.shape[2]), np.float32)
    done = np.zeros((height, width), bool)
    high, wide = values.shape[:2]
    for x, y in _shifts(period, left, top, wide, high, width, height):
        at_x, at_y = left + x, top + y
        whole_x, whole_y = int(np.floor(at_x)), int(np.floor(at_y))
        piece, good = _moved(values, at_x - whole_x, at_y - whole_y)
        x0, y0 = max(whole_x, 0), max(whole_y, 0)
        x1, y1 = min(whole_x + piece.shape[1], width), min(whole_y + piece.shape[0], height)
        if x0 >= x1 or y0 >= y1:
            continue
        here, there = np.s_[y0:y1, x0:x1], np.s_[y0 - whole_y : y1 - whole_y, x0 - whole_x : x1 - whole_x]
        new = good[there] & ~done[here]
        out[here][new] = piece[there][new]
        done[here] |= new
        if done.all():
            break
    return out


def _shifts(period: np.ndarray, left: int, top: int, wide: int, high: int, width: int, height: int) -> np.ndarray:
    """(N, 2) px: shifts of the lattice that bring the piece into the picture, the nearest first."""
    shortest = max(float(np.hypot(*period.T).min()), 1.0)
    reach = int(np.ceil(2 * (np.hypot(width, height) + np.hypot(left, top)) / shortest)) + 1
    steps = np.stack(np.meshgrid(np.arange(-reach, reach + 1), np.arange(-reach, reach + 1)), -1).reshape(-1, 2)
    shifts = steps @ period.astype(np.float64)
    x, y = left + shifts[:, 0], top + shifts[:, 1]
    shifts = shifts[(x < width) & (y < height) & (x > -wide) & (y > -high)]
    return shifts[np.argsort(np.hypot(*shifts.T), kind="stable")]


def _moved(values: np.ndarray, x: float, y: float) -> tuple[np.ndarray, np.ndarray]:
    """The piece moved by a fraction of a pixel, and which of its pixels are whole."""
    high, wide = values.shape[:2]
    if max(x, y) < 1e-3:
        return values, np.ones((high, wide), bool)
    to = np.array([[1, 0, x], [0, 1, y]], np.float32)
    moved = np.asarray(cv2.warpAffine(values, to, (wide, high), flags=cv2.INTER_LINEAR)).reshape(values.shape)
    good = np.ones((high, wide), bool)
    good[0], good[:, 0] = y < 1e-3, x < 1e-3
    return moved, good
