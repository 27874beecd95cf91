"""What clings to the ink: outlines, shadows, glows and the ringing of compression."""

from __future__ import annotations

import cv2
import numpy as np

from operators.matting.background import interpolate
from operators.matting.frame import Frame, largest_channel
from operators.matting.stroke import stroke_width

ROUNDS = 2
MOST_OUTLINE = 8  # px
MOSTLY = 0.6  # share of the pixels at a distance from the body that must belong to its outline
SAME = 0.12  # largest channel's difference up to which a pixel has the ink's colour
MOST_RECLAIMED = 0.3  # of the mask's area


def explain_leftovers(mask: np.ndarray, frame: Frame) -> np.ndarray:
    """Grow the mask over what clings to it and the background cannot explain. bool (h, w) → bool (h, w).

    A pixel joins when it differs from the background, interpolated without the neighbourhood of the mask, by more than
    the ring beside it varies, and touches the mask through such pixels; so does what the mask encloses.
    """
    mask = reclaim(mask, frame)
    mask = mask | _enclosed(mask, frame)
    body = mask
    for _ in range(ROUNDS):
        grown = _round(mask, frame)
        if grown.sum() == mask.sum():
            break
        mask = grown
    return mask | _evened_out(body, mask, frame)


def _evened_out(body: np.ndarray, mask: np.ndarray, frame: Frame) -> np.ndarray:
    """The outline where it cannot be told from the scene: as wide as it is around most of the body."""
    distance = cv2.distanceTransform((~body).astype(np.uint8), cv2.DIST_L2, 5)
    ring = np.minimum(np.ceil(distance), MOST_OUTLINE + 1).astype(np.int32)[frame.allowed]
    total = np.bincount(ring, minlength=MOST_OUTLINE + 2)
    share = np.bincount(ring, mask[frame.allowed], minlength=MOST_OUTLINE + 2) / np.maximum(total, 1)
    width = 0
    while width < MOST_OUTLINE and share[width + 1] >= MOSTLY:
        width += 1
    return (distance <= width) & frame.allowed


def reclaim(mask: np.ndarray, frame: Frame) -> np.ndarray:
    """Take back strokes that touch a thing of the ink's own colour, with which they were given up as one component.

    Only within the quad, up to two strokes away, and only when the ink has one colour and little is added.
    """
    core = cv2.erode(mask.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    pixels = frame.view[core] if core.any() else frame.view[mask]
    colour = np.median(pixels, 0).astype(np.float32)
    if np.mean(np.abs(pixels - colour).max(1) < SAME) < 0.6:
        return mask
    distance = cv2.distanceTransform((~mask).astype(np.uint8), cv2.DIST_L2, 5)
    alike = (largest_channel(np.abs(frame.view - colour)) < SAME) & frame.core & (distance <= 2.0 * stroke_width(mask))
    found = _touching(alike & ~mask, cv2.dilate(mask.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0)
    return mask | found if found.sum() <= MOST_RECLAIMED * mask.sum() else mask


def _round(mask: np.ndarray, frame: Frame) -> np.ndarray:
    reach = max(3.0, 0.12 * frame.line_height)
    distance = cv2.distanceTransform((~mask).astype(np.uint8), cv2.DIST_L2, 5)
    band = (distance > 0) & (distance <= min(reach, 8.0)) & frame.allowed
    odd = band & (_difference(mask | band, frame) > np.maximum(3.0 * frame.noise, 0.03))
    seeds = cv2.dilate(mask.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    return mask | _touching(odd, seeds)


def _difference(unknown: np.ndarray, frame: Frame) -> np.ndarray:
    """Largest channel's difference to the background interpolated without `unknown`."""
    background = interpolate(frame.view, ~(unknown | (frame.taken & ~frame.core)))
    return largest_channel(np.abs(frame.view - background))


def _enclosed(mask: np.ndarray, frame: Frame) -> np.ndarray:
    """What the mask encloses and is not background: the body of outlined letters, but not the counter of an O."""
    count, label = cv2.connectedComponents((~mask).astype(np.uint8), connectivity=4)
    if count <= 2:
        return np.zeros_like(mask)
    outside = np.zeros(count, bool)
    outside[np.unique(label[~frame.allowed])] = True
    outside[0] = True
    holes = ~outside[label]
    if not holes.any():
        return holes
    strange = _difference(mask | holes, frame) > np.maximum(3.0 * frame.noise, 0.06)
    total, odd = (np.bincount(label[part], minlength=count) for part in (holes, holes & strange))
    return holes & (odd > 0.6 * np.maximum(total, 1))[label]


def _touching(odd: np.ndarray, seeds: np.ndarray) -> np.ndarray:
    """Components of `odd` that meet `seeds`."""
    count, label = cv2.connectedComponents(odd.astype(np.uint8), connectivity=8)
    hit = np.zeros(count, bool)
    hit[np.unique(label[seeds & odd])] = True
    hit[0] = False
    return hit[label]
