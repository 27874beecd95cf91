"""A sheet: layers of ink painted flat, then laid on the picture by a homography."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from operators.render.ink import Ink
from operators.render.overlay import Overlay, OverlayRegion, check_photo, composite
from operators.render.warp import bend, box_quad, clip_quad, transform, warp

Colour = tuple[float, float, float] | np.ndarray
_VISIBLE = 0.06
_DUST = np.float32(1 / 255)


class Layer(NamedTuple):
    """Ink in one colour ((3,) or (h, w, 3), RGB 0..1) at an opacity 0..1. line: the line it belongs to, -1 for none."""

    ink: Ink
    colour: Colour
    opacity: float = 1.0
    line: int = 0


@dataclass(frozen=True)
class Sheet:
    """rgba: (h, w, 4) float32, premultiplied. quads: one (4, 2) float32 per text, sheet px."""

    rgba: np.ndarray
    quads: list[np.ndarray]
    texts: list[str]

    @property
    def points(self) -> np.ndarray:
        """(4 * lines, 2) float32: the corners of all quads."""
        return np.concatenate(self.quads)

    @property
    def centre(self) -> np.ndarray:
        """(2,) float32: the middle of what is drawn."""
        return (self.points.min(0) + self.points.max(0)) / 2

    @property
    def extent(self) -> np.ndarray:
        """(2,) float32: width and height of what is drawn."""
        return self.points.max(0) - self.points.min(0)


class Placement(NamedTuple):
    """A sheet and the (3, 3) homography that lays it on the picture."""

    sheet: Sheet
    homography: np.ndarray


def paint_sheet(layers: Sequence[Layer], texts: Sequence[str], opacity: float = 1.0) -> Sheet:
    """Paint the layers over each other in order; `opacity` fades the whole. A line's quad bounds its layers."""
    left = min(layer.ink.x for layer in layers) - 1
    top = min(layer.ink.y for layer in layers) - 1
    right = max(layer.ink.x + layer.ink.coverage.shape[1] for layer in layers) + 1
    bottom = max(layer.ink.y + layer.ink.coverage.shape[0] for layer in layers) + 1
    rgba = np.zeros((bottom - top, right - left, 4), np.float32)
    boxes: dict[int, list[tuple[int, int, int, int]]] = {}
    for layer in layers:
        ink = layer.ink.moved(-left, -top)
        height, width = ink.coverage.shape
        window = rgba[ink.y : ink.y + height, ink.x : ink.x + width]
        share = (ink.coverage * np.float32(layer.opacity))[..., None]
        window *= 1 - share
        window[..., :3] += share * np.asarray(layer.colour, np.float32)
        window[..., 3:] += share
        if layer.line >= 0:
            boxes.setdefault(layer.line, []).append(ink.box(_VISIBLE / max(layer.opacity, _VISIBLE * 2)))
    quads = [_hull(boxes[line]) for line in range(len(texts))]
    return Sheet(rgba * np.float32(opacity), quads, list(texts))


def _hull(boxes: list[tuple[int, int, int, int]]) -> np.ndarray:
    every = np.array(boxes)
    return box_quad(*every[:, :2].min(0), *every[:, 2:].max(0))


def ink_quad(rgba: np.ndarray) -> np.ndarray:
    """(4, 2) float32: the upright quad around what a sheet shows."""
    return box_quad(*Ink(rgba[..., 3], 0, 0).box(_VISIBLE * float(rgba[..., 3].max())))


def curved(sheet: Sheet, sag: float) -> Sheet:
    """A sheet of one line on a baseline whose middle lies `sag` px lower than its ends (negative: higher)."""
    rgba = bend(sheet.rgba, sag)
    return Sheet(rgba, [ink_quad(rgba)], sheet.texts)


def lay(photo: np.ndarray, placements: Sequence[Placement], kind: str) -> Overlay:
    """Lay the sheets on the photo, in order. photo: (H, W, 3) uint8; raises ValueError for anything else."""
    check_photo(photo)
    height, width = photo.shape[:2]
    alpha = np.zeros((height, width), np.float32)
    colour = np.zeros((height, width, 3), np.float32)
    regions: list[OverlayRegion] = []
    for sheet, homography in placements:
        _over(alpha, colour, sheet.rgba, homography)
        for quad, text in zip(sheet.quads, sheet.texts, strict=True):
            inside = clip_quad(transform(homography, quad), width, height)
            if inside is not None:
                regions.append(OverlayRegion(inside, text, kind))
    return settled(photo, alpha, colour, regions, kind)


def settled(
    photo: np.ndarray, alpha: np.ndarray, premultiplied: np.ndarray, regions: list[OverlayRegion], kind: str
) -> Overlay:
    """The overlay from premultiplied colour, free of alpha too faint to be seen; works on the inked pixels only."""
    flat = np.clip(alpha.ravel(), 0, 1)
    inked = np.flatnonzero(flat >= _DUST)
    share = flat[inked]
    straight = np.clip(premultiplied.reshape(-1, 3)[inked] / share[:, None], 0, 1)
    clean = np.zeros_like(flat)
    clean[inked] = share
    colour = np.zeros((len(flat), 3), np.float32)
    colour[inked] = straight
    image = photo.reshape(-1, 3).copy()
    image[inked] = composite(image[inked], share, straight)
    return Overlay(kind, image.reshape(photo.shape), clean.reshape(alpha.shape), colour.reshape(photo.shape), regions)


def _over(alpha: np.ndarray, colour: np.ndarray, rgba: np.ndarray, homography: np.ndarray) -> None:
    """Lay one sheet over what is there, in place; both colours are premultiplied."""
    corners = transform(homography, box_quad(0, 0, rgba.shape[1], rgba.shape[0]))
    x0, y0 = np.maximum(np.floor(corners.min(0)).astype(int), 0)
    x1, y1 = np.minimum(np.ceil(corners.max(0)).astype(int), (alpha.shape[1], alpha.shape[0]))
    if x1 <= x0 or y1 <= y0:
        return
    layer = warp(rgba, homography, int(x0), int(y0), int(x1 - x0), int(y1 - y0))
    kept = 1 - layer[..., 3]
    colour[y0:y1, x0:x1] *= kept[..., None]
    colour[y0:y1, x0:x1] += layer[..., :3]
    alpha[y0:y1, x0:x1] *= kept
    alpha[y0:y1, x0:x1] += layer[..., 3]
