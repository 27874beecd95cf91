"""What the box classifier sees of a box: its writing laid level, with what surrounds it."""

from __future__ import annotations

import cv2
import numpy as np

from operators.detection.quads import sides

HEIGHT, WIDTH = 64, 160  # px of a view
MARGIN = 0.5  # of the box's height, on every side, at least
LEAST_MARGIN = 6.0  # px of the picture


def box_view(rgb: np.ndarray, quad: np.ndarray) -> np.ndarray:
    """uint8 (HEIGHT, WIDTH, 3): the part of a (H, W, 3) uint8 picture around a (4, 2) quad, turned so that the quad's
    longer side lies level and scaled so that all of it fits; mirrored beyond the picture's border."""
    long, short = sides(quad)
    along = quad[1] - quad[0] + quad[2] - quad[3]
    if short > long:
        long, short = short, long
        along = quad[3] - quad[0] + quad[2] - quad[1]
    along = along / max(float(np.hypot(*along)), 1e-6)
    margin = max(MARGIN * short, LEAST_MARGIN)
    high = max(short + 2 * margin, (long + 2 * margin) * HEIGHT / WIDTH)
    centre = quad.mean(0)
    scale = HEIGHT / high
    if scale < 1:
        rgb, centre, scale = _reduced(rgb, centre, scale, high)
    turn = np.array([[along[0], along[1]], [-along[1], along[0]]]) * scale
    shift = np.array([WIDTH / 2, HEIGHT / 2]) - turn @ (centre - 0.5) - 0.5
    return cv2.warpAffine(rgb, np.column_stack([turn, shift]), (WIDTH, HEIGHT), flags=cv2.INTER_LINEAR,
                          borderMode=cv2.BORDER_REFLECT_101)


def _reduced(rgb: np.ndarray, centre: np.ndarray, scale: float, high: float) -> tuple[np.ndarray, np.ndarray, float]:
    """The window that the view can show, reduced by whole pixels' areas so that nothing aliases; the centre in it, and
    what scale is left."""
    reach = 0.5 * float(np.hypot(high, high * WIDTH / HEIGHT)) + 2
    limits = np.array(rgb.shape[1::-1])
    x0, y0 = (int(v) for v in np.clip(np.floor(centre - reach), 0, limits - 1))
    x1, y1 = (int(v) for v in np.clip(np.ceil(centre + reach), (x0 + 1, y0 + 1), limits))
    size = max(round((x1 - x0) * scale), 1), max(round((y1 - y0) * scale), 1)
    small = cv2.resize(rgb[y0:y1, x0:x1], size, interpolation=cv2.INTER_AREA)
    ratio = np.array([size[0] / (x1 - x0), size[1] / (y1 - y0)])
    return small, (centre - (x0, y0)) * ratio, 1.0
