"""The text plane: the homography that turns a quad into an upright rectangle of the right proportions."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

FOCAL = 1.0  # assumed focal length, in longer sides of the picture: 53 degrees of view
SQUARE_DEGREES = 6.0  # corners nearer to 90 degrees than this need no resampling
JITTER = 1.5  # px by which a detector's corner may be off


@dataclass(frozen=True)
class Plane:
    """matrix: float64 (3, 3), (x, y, 1) of the view → of the plane. width, height: px of the plane, margin included.
    scale: px of the plane per px of the picture, at the quad's centre."""

    matrix: np.ndarray
    width: int
    height: int
    scale: float

    def rectify(self, values: np.ndarray) -> np.ndarray:
        """Float32 (h, w) of the view → (height, width) of the plane, bilinear, 0 beyond the view."""
        size = (self.width, self.height)
        return cv2.warpPerspective(values, self.matrix, size, flags=cv2.INTER_LINEAR, borderValue=0)

    def restore(self, values: np.ndarray, shape: tuple[int, int]) -> np.ndarray:
        """Float32 (height, width) of the plane → shape of the view, bilinear, the edge repeated beyond it."""
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        return cv2.warpPerspective(values, self.matrix, shape[::-1], flags=flags, borderMode=cv2.BORDER_REPLICATE)


def needs_plane(quad: np.ndarray) -> bool:
    """Whether a quad is neither a rectangle nor one within a detector's error: then distances depend on direction."""
    sides = np.roll(quad, -1, axis=0) - quad
    length = np.linalg.norm(sides, axis=1)
    if length.min() < 4:
        return False
    return _converges(quad, length) or _skewed(sides, length)


def _converges(quad: np.ndarray, length: np.ndarray) -> bool:
    """Whether opposite sides differ by more than jitter of the corners explains."""
    shift = np.linalg.norm(quad[0] + quad[2] - quad[1] - quad[3]) / 2
    return bool(shift > max(JITTER, 0.05 * min(length[0] + length[2], length[1] + length[3]) / 2))


def _skewed(sides: np.ndarray, length: np.ndarray) -> bool:
    cosines = np.abs((sides * np.roll(sides, -1, axis=0)).sum(1)) / (length * np.roll(length, -1))
    jitter = 2 * JITTER / max(float(length.min()), 1.0)
    return bool(np.median(cosines) > np.sin(np.radians(SQUARE_DEGREES)) + jitter)


def text_plane(quad: np.ndarray, centre: np.ndarray, longer_side: float, margin: float) -> Plane:
    """The plane of a quad.

    quad: float32 (4, 2) px of the view, clockwise from top left. centre: (2,) the picture's centre in the view's
    coordinates. longer_side: of the picture, px. margin: px of the picture kept around the quad.
    Proportions from the quad's homography and an assumed focal length (Zhang & He, "Whiteboard scanning and image
    enhancement", 2007), because a yaw shortens lines but not letters' heights.
    """
    unit = np.array([[0, 0], [1, 0], [1, 1], [0, 1]], np.float32)
    straight = _parallelogram(quad) if not _converges(quad, _lengths(quad)) else quad
    to_view = cv2.getPerspectiveTransform(unit, straight.astype(np.float32))
    aspect = _aspect(to_view, centre, FOCAL * longer_side)
    length = _lengths(straight)
    height = float(max(length[1], length[3]))
    width = float(np.clip(aspect * height, 0.5 * length[0], 3.0 * max(length[0], length[2])))
    scale = height / float((length[1] + length[3]) / 2)
    pad = margin * scale
    rectangle = unit * [width, height] + pad
    matrix = cv2.getPerspectiveTransform(straight.astype(np.float32), rectangle.astype(np.float32))
    return Plane(matrix, int(np.ceil(width + 2 * pad)), int(np.ceil(height + 2 * pad)), scale)


def _lengths(quad: np.ndarray) -> np.ndarray:
    return np.linalg.norm(np.roll(quad, -1, axis=0) - quad, axis=1)


def _parallelogram(quad: np.ndarray) -> np.ndarray:
    """The nearest parallelogram: corners of small quads are too noisy to tell a perspective from."""
    twist = (quad[0] + quad[2] - quad[1] - quad[3]) / 4
    return quad - twist * np.array([[1], [-1], [1], [-1]])


def _aspect(to_view: np.ndarray, centre: np.ndarray, focal: float) -> float:
    """Width over height of the rectangle whose picture the unit square's image is."""
    lens = np.array([[1, 0, -centre[0]], [0, 1, -centre[1]], [0, 0, focal]], float)
    across, down = (lens @ to_view)[:, 0], (lens @ to_view)[:, 1]
    return float(np.linalg.norm(across) / max(float(np.linalg.norm(down)), 1e-9))
