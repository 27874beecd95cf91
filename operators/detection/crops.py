"""What the region classifier looks at: a box turned upright with its surroundings, at one of two sizes."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from operators.detection.agreement import NAMES, terms
from operators.detection.cores import Box
from operators.detection.quads import sides

SQUARE, STRIP = (96, 96), (64, 192)  # (height, width), px
LONG = 2.0  # aspect with its surroundings from which a box is a strip
AROUND, LEAST_AROUND = 0.75, 12.0  # margin as a share of the shorter side, px of the letterbox
LARGEST_SCALE = 3.0
CHANNELS = 8
GREY = 128
PLACE = ("x", "y", "width", "height", "cosine", "sine", "scale", "segmenter")
FEATURES = len(NAMES) + len(PLACE)


@dataclass(frozen=True)
class RegionCrop:
    """planes: uint8 (CHANNELS, h, w), of SQUARE or STRIP size: RGB, coverage, alpha, the detector's overlay and scene,
    the box itself. features: float32 (FEATURES,), the terms of `agreement` and the box's place in the picture."""

    planes: np.ndarray
    features: np.ndarray


def region_crop(box: Box, rgb: np.ndarray, maps: np.ndarray, margin: int = 0) -> RegionCrop:
    """rgb: uint8 (H, W, 3), content of the letterbox. maps: uint8 (H, W, 4): coverage, alpha, overlay, scene.
    margin: px more on every side, for training to move the crop within."""
    width, height = (max(side, 1.0) for side in sides(box.quad))
    around = max(AROUND * min(width, height), LEAST_AROUND)
    full = np.array([width + 2 * around, height + 2 * around])
    high, wide = STRIP if full[0] >= LONG * full[1] else SQUARE
    if full[1] >= LONG * full[0]:  # a column: turned onto its side
        high, wide, turned = *STRIP, True
        full = full[::-1]
    else:
        turned = False
    scale = min(high / full[1], wide / full[0], LARGEST_SCALE)
    size = wide + 2 * margin, high + 2 * margin
    matrix, along = _onto(box.quad, turned, scale, size)
    planes = [*_warped(rgb, matrix, size, GREY), *_warped(maps, matrix, size, 0), _drawn(box.quad, matrix, size)]
    return RegionCrop(np.stack(planes), _features(box, rgb.shape, along, scale))


def _onto(quad: np.ndarray, turned: bool, scale: float, size: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
    """The (2, 3) matrix that brings the box's middle to the crop's, its writing (or its column) to the right; and the
    unit vector of that direction."""
    along = (quad[2] - quad[1] + quad[3] - quad[0]) if turned else (quad[1] - quad[0] + quad[2] - quad[3])
    along = along / max(float(np.hypot(*along)), 1e-6)
    turn = scale * np.array([[along[0], along[1]], [-along[1], along[0]]])
    shift = np.array(size) / 2 - turn @ quad.mean(0)
    # cv2 counts from the centres of pixels, quads from their corners.
    shift += turn @ np.array([0.5, 0.5]) - 0.5
    return np.column_stack([turn, shift]), along


def _warped(picture: np.ndarray, matrix: np.ndarray, size: tuple[int, int], border: int) -> np.ndarray:
    """uint8 (C, h, w). Enlarged boxes are interpolated, shrunk ones averaged first."""
    factor = int(1 / max(float(np.hypot(*matrix[:, 0])), 1e-3))
    if factor >= 2:
        small = max(picture.shape[1] // factor, 1), max(picture.shape[0] // factor, 1)
        ratio = np.array([picture.shape[1] / small[0], picture.shape[0] / small[1]])
        picture = cv2.resize(picture, small, interpolation=cv2.INTER_AREA)
        turn = matrix[:, :2] * ratio
        matrix = np.column_stack([turn, matrix[:, 2] + matrix[:, :2] @ (0.5 * ratio - 0.5)])
    return cv2.warpAffine(picture, matrix, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT,
                          borderValue=(border,) * 4).transpose(2, 0, 1)


def _drawn(quad: np.ndarray, matrix: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    corners = (quad - 0.5) @ matrix[:, :2].T + matrix[:, 2]
    mask = np.zeros(size[::-1], np.uint8)
    cv2.fillConvexPoly(mask, np.rint(corners * 16).astype(np.int32), 255, shift=4)
    return mask


def _features(box: Box, shape: tuple[int, ...], along: np.ndarray, scale: float) -> np.ndarray:
    x, y = box.quad.mean(0) / (shape[1], shape[0])
    wide, high = np.ptp(box.quad, 0) / (shape[1], shape[0])
    place = [2 * x - 1, 2 * y - 1, wide, high, abs(along[0]), abs(along[1]), np.log2(scale) / 2,
             float(box.source == "segmenter")]
    return np.array([*terms(box.evidence), *place], np.float32)
