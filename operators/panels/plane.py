"""The surroundings of a line of text, turned upright."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from operators.detection.quads import box_quad
from operators.picture import Picture

HEIGHT = 48.0  # px: higher lines are reduced to it
REACH_ALONG, REACH_DOWN = 2.2, 1.7  # line heights beyond the line that are looked at
UPRIGHT = 0.07  # slope of lines that may be upright
LEAST_LONG, LEAST_HIGH = 12, 6  # px: smaller lines say nothing


@dataclass(frozen=True)
class Plane:
    """view: float32 (h, w, 3), RGB 0..1. valid: bool (h, w), what lies in the picture. to_picture: float64 (2, 3), from
    its px to the picture's. scale: px of the picture a px. left, top, right, bottom: where the line lies in it, px."""

    view: np.ndarray
    valid: np.ndarray
    to_picture: np.ndarray
    scale: float
    left: int
    top: int
    right: int
    bottom: int

    @property
    def height(self) -> int:
        """Of the line, px."""
        return self.bottom - self.top

    def extent(self, quad: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Least and largest (x, y) in it of a quad of the picture, float32 (4, 2)."""
        inside = np.linalg.solve(self.to_picture[:, :2], (quad - self.to_picture[:, 2]).T).T
        return inside.min(0), inside.max(0)


def planes_of(picture: Picture, quad: np.ndarray) -> list[Plane]:
    """The line as its quad lies, and upright when that is nearly so: a detector's quads are off by a degree, which a
    panel shows. quad: float32 (4, 2), clockwise from the top left, px of the picture. Nothing for lines that are too
    small, or outside the picture."""
    low, high = quad.min(0), quad.max(0)
    along = quad[1] - quad[0] + quad[2] - quad[3]
    found = [_plane(picture, quad)]
    if along[0] > 0 and 0 < abs(along[1]) < UPRIGHT * along[0]:
        drop = abs(along[1]) / 4  # the middle of its ends lie that much above and below its own
        found.append(_plane(picture, box_quad(low[0], low[1] + drop, high[0], high[1] - drop)))
    return [plane for plane in found if plane is not None]


def _plane(picture: Picture, quad: np.ndarray) -> Plane | None:
    along = (quad[1] - quad[0] + quad[2] - quad[3]).astype(np.float64) / 2
    length = float(np.hypot(*along))
    if length < 1:
        return None
    along = along / length
    down = np.array([-along[1], along[0]])
    high = float(abs((quad[3] - quad[0] + quad[2] - quad[1]) @ down) / 2)
    scale = max(high / HEIGHT, 1.0)
    length, high = length / scale, high / scale
    if length < LEAST_LONG or high < LEAST_HIGH:
        return None
    width, height = (2 * int(np.ceil(one / 2 + reach * high)) for one, reach in
                     ((length, REACH_ALONG), (high, REACH_DOWN)))
    matrix = np.column_stack([along * scale, down * scale, np.zeros(2)])
    matrix[:, 2] = quad.mean(0) - matrix[:, :2] @ [width / 2, height / 2]
    sampled = _sampled(picture, matrix, (width, height), scale)
    if sampled is None:
        return None
    left, top = round(width / 2 - length / 2), round(height / 2 - high / 2)
    return Plane(*sampled, matrix, scale, left, top, width - left, height - top)


def _sampled(
    picture: Picture, matrix: np.ndarray, size: tuple[int, int], scale: float
) -> tuple[np.ndarray, np.ndarray] | None:
    corners = np.array([[0, 0], [size[0], 0], size, [0, size[1]]]) @ matrix[:, :2].T + matrix[:, 2]
    x0, y0 = (max(int(v), 0) for v in np.floor(corners.min(0)) - 2)
    x1, y1 = (int(v) for v in np.minimum(np.ceil(corners.max(0)) + 2, (picture.width, picture.height)))
    if x1 - x0 < LEAST_LONG or y1 - y0 < LEAST_HIGH:
        return None
    view = picture.view(x0, y0, x1, y1)
    if scale > 1:
        view = cv2.GaussianBlur(view, (0, 0), 0.4 * scale)
    local = matrix.copy()
    local[:, 2] += matrix[:, :2] @ [0.5, 0.5] - 0.5 - [x0, y0]  # from centres of pixels to centres of pixels
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    turned = cv2.warpAffine(view, local, size, flags=flags, borderMode=cv2.BORDER_REPLICATE)
    inside = cv2.warpAffine(np.ones(view.shape[:2], np.float32), local, size, flags=flags)
    return turned, inside > 0.99
