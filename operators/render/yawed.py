"""A line of text on a plane that is turned away from the camera, for tests of rectification."""

from __future__ import annotations

import numpy as np

from operators.render.fonts import Face, FontBook
from operators.render.overlay import Overlay
from operators.render.pose import stand
from operators.render.sheet import Placement, lay, paint_sheet
from operators.render.typeset import outlined
from operators.render.warp import turn

_DETAIL = 2.0


def render_text(
    photo: np.ndarray,
    text: str,
    *,
    yaw: float = 0.0,
    pitch: float = 0.0,
    font: Face | None = None,
    em: float | None = None,
    at: tuple[float, float] = (0.5, 0.5),
    fill: tuple[float, float, float] = (1.0, 1.0, 1.0),
    edge: tuple[float, float, float] = (0.0, 0.0, 0.0),
    stroke: float = 0.0,
    opacity: float = 1.0,
    distance: float | None = None,
) -> tuple[Overlay, np.ndarray]:
    """(overlay, homography): a line turned by `yaw` degrees about the vertical and `pitch` about the horizontal axis.
    Positive yaw brings the right end nearer, positive pitch the upper edge.

    photo: (H, W, 3) uint8. font: a face, the bundled sans by default. em: px per em before the turn, an eighth of the
    height by default. at: where its middle goes, in shares of width and height. stroke: outline in px. distance: of the
    camera in px, 1.2 picture widths by default. The homography is (3, 3) float64 from the text plane (px, the line's
    middle at the origin, x along the line, y down) to the picture. Raises LookupError when the font lacks a letter.
    """
    face = font or FontBook.bundled().pick(np.random.default_rng(0), "sans", covering=text, heavy=False)
    if not face.covers(text):
        raise LookupError(f"{face.path.name} lacks a letter of {text!r}")
    height, width = photo.shape[:2]
    size = (em or height / 8) * _DETAIL
    sheet = paint_sheet(outlined(text, face, size, fill, edge, stroke * _DETAIL), [text], opacity)
    view = turn(yaw, pitch, distance or 1.2 * width)
    spot = (at[0] * width, at[1] * height)
    plane = stand(sheet, spot, 1 / _DETAIL, view=view)
    overlay = lay(photo, [Placement(sheet, plane)], "caption")
    offset = np.array([[1, 0, spot[0]], [0, 1, spot[1]], [0, 0, 1]], np.float64)
    return overlay, offset @ view
