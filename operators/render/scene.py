"""Text that belongs to the scene: signs, labels, screens, graffiti. What `target: overlay` must leave alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np

from operators.render.camera import Camera, measure
from operators.render.fonts import FontBook
from operators.render.languages import one_of
from operators.render.overlay import check_photo
from operators.render.photographed import calmest, photographed, stood
from operators.render.prints import label, lettering, page, poster
from operators.render.signs import board, plate, screen, shop_front, sign, spines
from operators.render.surface import Surface
from operators.render.warp import box_quad, clip_quad, transform

_Maker = Callable[[np.ndarray, np.random.Generator, FontBook], Surface]
_THINGS: dict[str, tuple[_Maker, float, tuple[float, float]]] = {  # maker, odds, share of the width it takes
    "sign": (lambda photo, rng, fonts: sign(rng, fonts), 0.2, (0.12, 0.7)),
    "shop front": (lambda photo, rng, fonts: shop_front(rng, fonts), 0.1, (0.4, 1.1)),
    "plate": (lambda photo, rng, fonts: plate(rng, fonts), 0.06, (0.08, 0.35)),
    "screen": (lambda photo, rng, fonts: screen(rng, fonts), 0.08, (0.25, 0.8)),
    "spines": (lambda photo, rng, fonts: spines(rng, fonts), 0.08, (0.2, 0.7)),
    "board": (lambda photo, rng, fonts: board(rng, fonts), 0.1, (0.25, 0.6)),
    "label": (lambda photo, rng, fonts: label(rng, fonts), 0.13, (0.15, 0.55)),
    "poster": (poster, 0.08, (0.2, 0.6)),
    "page": (lambda photo, rng, fonts: page(rng, fonts), 0.05, (0.3, 0.7)),
    "lettering": (lambda photo, rng, fonts: lettering(rng, fonts), 0.22, (0.12, 0.6)),
}
_ON_WHAT_IS_THERE = ("print", "paint", "paint", "engraving")
_NAMES, _ODDS = tuple(_THINGS), np.array([odds for _, odds, _ in _THINGS.values()])
_MOST = 3
_LOWEST, _LEAST_CHANGE, _LEAST_SPREAD = 4.0, 3.0, 5.0  # px, levels, levels: what a line needs to be read

_Line = tuple[np.ndarray, str]


@dataclass(frozen=True)
class SceneText:
    """image: (H, W, 3) uint8. quads: (N, 4, 2) float32 px, clockwise from top left in reading order, one per line that
    can be read; N may be 0, and a line may be partly hidden. texts: N strings."""

    image: np.ndarray
    quads: np.ndarray
    texts: list[str]


def render_scene_text(photo: np.ndarray, rng: np.random.Generator, fonts: FontBook) -> SceneText:
    """The photo with one to three things in it that carry text: turned by up to 60 degrees, in the scene's light, as
    sharp and as noisy as the photograph or worse. The same generator state gives the same bytes.

    photo: (H, W, 3) uint8 RGB. Raises ValueError for another photo, LookupError when the book writes no language.
    """
    check_photo(photo)
    camera = measure(photo)
    image, lines = photo, list[_Line]()
    for _ in range(int(rng.choice(_MOST, p=[0.65, 0.25, 0.1])) + 1):
        image, lines = _with_thing(image, lines, camera, rng, fonts)
    quads = np.array([quad for quad, _ in lines], np.float32).reshape(-1, 4, 2)
    return SceneText(image if lines else image.copy(), quads, [text for _, text in lines])


def _with_thing(
    image: np.ndarray, lines: list[_Line], camera: Camera, rng: np.random.Generator, fonts: FontBook
) -> tuple[np.ndarray, list[_Line]]:
    """The picture with one more thing, and the lines that can be read then."""
    name = _NAMES[int(rng.choice(len(_NAMES), p=_ODDS / _ODDS.sum()))]
    maker, _, (low, high) = _THINGS[name]
    surface = maker(image, rng, fonts)
    if name not in ("lettering", "screen"):
        surface.textured(rng, float(rng.uniform(0.01, 0.08)))
    share = float(np.exp(rng.uniform(np.log(low), np.log(high))))
    if name == "lettering":
        manner, plane = one_of(rng, _ON_WHAT_IS_THERE), calmest(image, surface, share, rng)
    else:
        manner, plane = "panel", stood(image, surface, share, rng)
        outline = transform(plane, box_quad(0, 0, *surface.size))
        lines = [line for line in lines if not _hidden(line[0], outline)]
    after = photographed(image, surface, plane, camera, rng, manner)
    moved = [clip_quad(transform(plane, quad), image.shape[1], image.shape[0]) for quad in surface.quads]
    new = [(quad, text) for quad, text in zip(moved, surface.texts, strict=True) if quad is not None]
    return after, lines + [line for line in new if _legible(image, after, line[0])]


def _hidden(quad: np.ndarray, outline: np.ndarray) -> bool:
    """Whether the middle of the quad or two of its corners lie within the outline."""
    points = [tuple(point) for point in [*quad.tolist(), quad.mean(0).tolist()]]
    inside = [cv2.pointPolygonTest(outline, point, False) >= 0 for point in points]
    return inside[4] or sum(inside) > 1


def _legible(before: np.ndarray, after: np.ndarray, quad: np.ndarray) -> bool:
    """Whether the line is four px high, changed the picture, and differs from what is around its letters."""
    if min(np.linalg.norm(quad[3] - quad[0]), np.linalg.norm(quad[2] - quad[1])) < _LOWEST:
        return False
    x0, y0 = np.maximum(np.floor(quad.min(0)).astype(int), 0)
    x1, y1 = np.ceil(quad.max(0)).astype(int)
    old, new = (cv2.cvtColor(page[y0:y1, x0:x1], cv2.COLOR_RGB2GRAY) for page in (before, after))
    return float(cv2.absdiff(old, new).mean()) > _LEAST_CHANGE and float(cv2.blur(new, (3, 3)).std()) > _LEAST_SPREAD
