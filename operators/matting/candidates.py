"""Candidate masks of the ink: by colour excess, by colour cluster, by difference, by local contrast."""

from __future__ import annotations

import cv2
import numpy as np

from operators.matting.clusters import kmeans, nearest
from operators.matting.frame import Frame, largest_channel

BINS = 14  # per channel of the colour histogram
CLUSTERS = 5
MOST_PIXELS = 2000  # of the quad, for the clusters


def candidates(frame: Frame, excess: np.ndarray) -> dict[str, np.ndarray]:
    """Name → bool (h, w) mask. Every mask lies within the allowed area and has lost what belongs to the scene.

    excess: colour excess of the frame, float32 (h, w)."""
    found: dict[str, np.ndarray] = {"excess": excess > 0.5}
    found |= _clusters(frame)
    found |= _difference(frame)
    found |= _contrast(frame)
    cleaned = {name: clean(mask, frame) for name, mask in found.items()}
    return {name: mask for name, mask in cleaned.items() if mask.any()}


def colour_excess(frame: Frame) -> np.ndarray:
    """How much more frequent a pixel's colour is inside the quad than in the ring: 1 - p_ring / p_quad, 0..1.

    What the quad has too much of is ink, outline and shadow together. float32 (h, w), 0 outside the allowed area.
    """
    index = np.minimum((frame.view * BINS).astype(np.int32), BINS - 1)
    inside, ring = (_histogram(index[part]) for part in (frame.core, frame.ring))
    ratio = 1.0 - ring / np.maximum(inside, 1e-7)
    excess = np.clip(ratio, 0, 1).astype(np.float32)[index[..., 0], index[..., 1], index[..., 2]]
    return np.where(frame.allowed, excess, 0).astype(np.float32)


def _histogram(index: np.ndarray) -> np.ndarray:
    flat = (index[:, 0] * BINS + index[:, 1]) * BINS + index[:, 2]
    counts = np.bincount(flat, minlength=BINS**3).astype(np.float32).reshape(BINS, BINS, BINS)
    for axis in range(3):
        padded = np.pad(counts, [(1, 1) if a == axis else (0, 0) for a in range(3)])
        before, after = (np.take(padded, range(s, s + BINS), axis) for s in (0, 2))
        counts = 0.5 * counts + 0.25 * (before + after)
    return counts / max(float(counts.sum()), 1.0)


def _clusters(frame: Frame) -> dict[str, np.ndarray]:
    """Colours that the quad has and the ring has not: each alone, and all together."""
    pixels = frame.view[frame.core]
    centres = kmeans(pixels[:: max(len(pixels) // MOST_PIXELS, 1)], CLUSTERS)
    label = nearest(frame.view, centres)
    inside = np.bincount(label[frame.core], minlength=len(centres)) / max(int(frame.core.sum()), 1)
    ring = np.bincount(label[frame.ring], minlength=len(centres)) / max(int(frame.ring.sum()), 1)
    ink = np.flatnonzero((inside > 0.02) & (inside > 1.5 * ring))
    found = {f"colour {k}": (label == k) & frame.allowed for k in ink}
    if len(ink) > 1:
        found["colours"] = np.isin(label, ink) & frame.allowed
    return found


def _difference(frame: Frame) -> dict[str, np.ndarray]:
    """Far from what the ring suggests, at a strict and a lenient threshold."""
    difference = largest_channel(np.abs(frame.view - frame.base))
    noise = 1.5 * frame.texture + 0.02
    strict = max(otsu(difference[frame.core]), noise)
    return {"difference": (difference > strict) & frame.allowed,
            "faint difference": (difference > max(0.5 * strict, noise)) & frame.allowed}


def _contrast(frame: Frame) -> dict[str, np.ndarray]:
    """Brighter or darker than the surroundings at the scale of a stroke: translucent ink on a textured scene."""
    found = {}
    for size, share in (("", 0.5), ("thin ", 0.2)):
        side = int(max(share * frame.line_height, 5)) | 1
        if size and side < 11:
            continue
        local = frame.luma - cv2.blur(frame.luma, (side, side))
        for name, signed in (("bright", local), ("dark", -local)):
            found[size + name] = (signed > _threshold(signed, frame)) & frame.allowed
    return found


def _threshold(signed: np.ndarray, frame: Frame) -> np.ndarray:
    """Otsu's threshold in every piece of the line, between 0.2 and 1 of the whole quad's: faint where the scene is
    nearly as bright as the ink. float32 (h, w)."""
    positive = np.maximum(signed, 0)
    whole = otsu(positive[frame.core])
    own = [otsu(positive[part]) for part in frame.core_pieces]
    return np.maximum(np.clip(own, 0.2 * whole, whole), 0.012).astype(np.float32)[frame.pieces]


def otsu(values: np.ndarray, bins: int = 64) -> float:
    """Otsu's threshold (1979) of non-negative values."""
    top = float(values.max(initial=0.0))
    if top <= 0:
        return 0.0
    counts, edges = np.histogram(values, bins, (0.0, top))
    middle = (edges[1:] + edges[:-1]) / 2
    below, mass = np.cumsum(counts).astype(float), np.cumsum(counts * middle)
    above = below[-1] - below
    between = (mass[-1] * below / max(below[-1], 1) - mass) ** 2 / np.maximum(below * above, 1e-9)
    return float(edges[1:][int(between[:-1].argmax())]) if bins > 1 else top


def clean(mask: np.ndarray, frame: Frame) -> np.ndarray:
    """Without specks, and without components that lie mostly outside the quad or run out of the allowed area."""
    count, label, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=8)
    if count <= 1:
        return mask
    index = np.flatnonzero(mask)
    own = label.ravel()[index]
    area = stats[:, cv2.CC_STAT_AREA].astype(float)
    inside = np.bincount(own, frame.core.ravel()[index], minlength=count)
    leaving = np.bincount(own, frame.depth.ravel()[index] > frame.slack - 1.0, minlength=count)
    keep = (area >= 3) & (inside >= 0.5 * area) & (leaving <= 0.08 * area + 2)
    keep[0] = False
    return keep[label]
