"""Where and how a sheet stands in the picture: position, angle, perspective, pixel grid."""

from __future__ import annotations

import numpy as np

from operators.render.sheet import Placement, Sheet
from operators.render.warp import rotation, scaling, settle, shift, slant, transform, turn


def stand(
    sheet: Sheet,
    at: tuple[float, float],
    scale: float,
    angle: float = 0.0,
    lean: float = 0.0,
    squeeze: float = 1.0,
    view: np.ndarray | None = None,
) -> np.ndarray:
    """(3, 3) homography that puts the middle of what the sheet shows at picture position `at`: scaled, squeezed
    horizontally, leaned (share of height), turned by `angle` degrees clockwise, then seen through `view`."""
    flat = rotation(angle) @ slant(lean) @ scaling(scale * squeeze, scale) @ shift(*-sheet.centre)
    return shift(*at) @ (flat if view is None else view @ flat)


def glance(rng: np.random.Generator, most: float, distance: float) -> np.ndarray:
    """(3, 3): a look at the plane from the side by up to `most` degrees about each axis."""
    return turn(float(rng.uniform(-most, most)), float(rng.uniform(-most, most)) * 0.6, distance)


def place_block(
    photo: np.ndarray,
    sheet: Sheet,
    at: tuple[float, float],
    detail: float,
    rng: np.random.Generator,
    angle: float = 0.0,
    tilt: float = 0.0,
    squeeze: float = 1.0,
    lean: float = 0.0,
) -> Placement:
    """The sheet (painted at `detail` px per picture px) at `at`, inside the picture; with probability `tilt` turned
    or seen from the side a little; half of the upright ones painted at picture resolution stay on its pixel grid."""
    height, width = photo.shape[:2]
    view = None
    if rng.random() < tilt:
        angle += float(rng.uniform(-8, 8))
        view = glance(rng, 25, 2.0 * float(sheet.extent.max()) / detail + 1.0) if rng.random() < 0.5 else None
    margin = min(2.0, 0.02 * min(height, width)) if rng.random() < 0.3 else 0.02 * min(height, width)
    homography = stand(sheet, at, 1 / detail, angle, lean, squeeze, view)
    homography = settle(homography, sheet.points, width, height, margin)
    if rng.random() < 0.5 and np.allclose(homography[:2, :2], np.eye(2)):
        corner = transform(homography, np.zeros((1, 2)))[0]
        homography = shift(*np.rint(corner)) @ shift(*-corner) @ homography
    return Placement(sheet, homography)
