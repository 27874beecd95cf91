"""Slanted text, filled in its own plane."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import cv2
import numpy as np
import pytest

from operators.fill import FillStage
from operators.fill.rectified import RectifiedCanvas, read_rectified, text_matrix
from operators.measure import composed
from operators.options import FillOptions
from operators.picture import Picture
from operators.record import ImageRecord, Region
from operators.refine import RefineStage
from operators.render.yawed import render_text
from operators.route import PrepareStage
from operators.tiles import Box
from tests.operators.fill.fakes import Noise
from tests.operators.overlaid import hole_of, photo, record_of

WHOLE = Box(0, 0, 512, 512, ())
SIDE = 64
STEEP = np.array([[220, 175], [420, 100], [420, 400], [220, 325]], np.float32)
UPRIGHT = np.array([[150, 380], [250, 380], [250, 396], [150, 396]], np.float32)


class Echo(Noise):
    """Every pixel of a view plays a part in its filling."""

    def one(self, view: Any, temperature: float) -> np.ndarray:
        tone = view.base.mean((0, 1)) + 0.1 * np.random.default_rng(view.seed).random()
        return np.where(view.hole[..., None], 0.5 * (view.base[::-1] + tone), view.base).astype(np.float32)


def waves() -> np.ndarray:
    """uint8 (512, 512, 3): up to 16 levels a px."""
    ys, xs = np.mgrid[0:512, 0:512]
    return (127 + 100 * np.dstack([np.sin(xs / 6), np.sin(ys / 6), np.sin((xs + ys) / 9)])).astype(np.uint8)


def slanted(yaw: float = 50, pitch: float = 15, quads: tuple[np.ndarray, ...] = ()) -> ImageRecord:
    """A line that is turned away, under its true mask, and boxes; tiled and routed to the prior."""
    drawn, _ = render_text(photo(), "Hello, world", yaw=yaw, pitch=pitch, em=50)
    quad = drawn.regions[0].quad
    (left, top), (right, bottom) = np.floor(quad.min(0)).astype(int), np.ceil(quad.max(0)).astype(int)
    mask = (drawn.alpha > 0)[max(top, 0) : bottom, max(left, 0) : right]
    regions = [Region(quad, 1.0, kind="mask", source="sample", mask=mask)]
    regions += [Region(q, 1.0, kind="box", source="recipe") for q in quads]
    record = record_of(drawn.image, regions)
    for stage in (RefineStage(), PrepareStage()):
        stage([record])
        assert record.error == "", record.error
    for region in record.regions:
        region.route = "prior"
    return record


def fill(record: ImageRecord, rectify: bool = True, **options: Any) -> list[bytes]:
    generator = options.pop("generator", Echo("prior", SIDE))
    FillStage(FillOptions(rectify=rectify, grain=False, **options), generators={"prior": generator})([record])
    assert record.error == "", record.error
    return [tile.fill.tobytes() for tile in record.tiles if tile.fill is not None]


def quad_at(yaw: float, at: tuple[float, float] = (0.5, 0.5)) -> np.ndarray:
    return render_text(photo(), "Hello, world", yaw=yaw, pitch=15, em=50, at=at)[0].regions[0].quad


def inside(quad: np.ndarray) -> Callable[[Box], np.ndarray]:
    def wanted(box: Box) -> np.ndarray:
        drawn = np.zeros((512, 512), np.uint8)
        cv2.fillConvexPoly(drawn, np.rint(quad).astype(np.int32), 1)
        return drawn[box.y0 : box.y1, box.x0 : box.x1] > 0

    return wanted


def canvas_of(image: np.ndarray, quad: np.ndarray, wanted: Callable[[Box], np.ndarray]) -> RectifiedCanvas:
    """Of a picture without a tile: nothing of it is covered."""
    canvas = read_rectified(Picture(image, "PNG", "RGB"), [], wanted, WHOLE, quad, SIDE)
    assert canvas is not None
    return canvas


def outside(canvas: RectifiedCanvas) -> tuple[np.ndarray, np.ndarray]:
    """Where the canvas's pixels lie, float64 (H, W, 2), and which of them lie outside the picture, bool (H, W)."""
    height, width = canvas.hole.shape
    grid = np.dstack(np.meshgrid(np.arange(width), np.arange(height))).astype(np.float64)
    places = np.asarray(cv2.perspectiveTransform(grid, canvas.matrix))
    return places, np.asarray(((places < -1) | (places > 512)).any(2))


@pytest.mark.parametrize("yaw", [40, -55])
@pytest.mark.parametrize("mirrored", [False, True])
def test_what_is_laid_back_lies_where_it_was(yaw: float, mirrored: bool) -> None:
    """A filling half a pixel off, or one of a quad whose corners run the other way turned inside out."""
    image, quad = waves(), quad_at(yaw)
    canvas = canvas_of(image, quad[[0, 3, 2, 1]] if mirrored else quad, inside(quad))
    x0, y0, x1, y1 = (int(v) for v in (*quad.min(0), *quad.max(0)))
    box = Box(x0 - 10, y0 - 10, x1 + 10, y1 + 10, ())
    change = canvas.on(canvas.base, box) - image[box.y0 : box.y1, box.x0 : box.x1] / 255
    assert np.abs(change[inside(quad)(box)]).max() < 4 / 255
    assert not outside(canvas)[1].all()


def test_the_text_stands_upright_and_keeps_its_size() -> None:
    """A plane that is still slanted, or one so fine that a view of it is a blur."""
    quad = quad_at(50)
    matrix = text_matrix(quad, (512, 512))
    assert matrix is not None
    flat = cv2.perspectiveTransform(quad[None].astype(np.float64), matrix)[0]
    sides = np.roll(flat, -1, axis=0) - flat
    lengths = np.linalg.norm(sides, axis=1)
    assert np.abs((sides * np.roll(sides, -1, axis=0)).sum(1) / (lengths * np.roll(lengths, -1))).max() < 0.05
    centre = quad.mean(0) + np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]], np.float32)
    moved = cv2.perspectiveTransform(centre[None].astype(np.float64), matrix)[0].astype(np.float32)
    assert cv2.contourArea(moved) == pytest.approx(4, rel=0.02)


def test_nothing_outside_the_hole_changes_and_all_of_the_hole_does() -> None:
    """A filling that spills over its hole, stops short of its rim, or leaves out the upright box beside it."""
    record, plain = slanted(quads=(UPRIGHT,)), slanted(quads=(UPRIGHT,))
    fill(record, generator=Noise("prior", SIDE, -0.1))
    FillStage(FillOptions(prior="harmonic", diffusion="harmonic", grain=False))([plain])
    before = composed(plain, WHOLE)
    change = composed(record, WHOLE) - before
    assert not change[~hole_of(record)].any()
    for region in record.regions:
        own = np.zeros((512, 512), np.float32)
        assert region.matte is not None
        height, width = region.matte.hole.shape
        own[region.matte.y : region.matte.y + height, region.matte.x : region.matte.x + width] = region.matte.blend
        core = (own == 1)[..., None] & (before > 0.15)
        assert np.abs(change[core] + 0.1).max() < 0.02


def test_a_hole_is_filled_up_to_the_border_of_the_picture() -> None:
    """A membrane left in the outermost pixels, whose plane's neighbours lie outside."""
    region = Region(np.array([[-20, 220], [90, 200], [90, 250], [-20, 235]], np.float32), 1.0, "box", "recipe")
    record, plain = record_of(photo(), [region]), record_of(photo(), [copy.deepcopy(region)])
    for one in (record, plain):
        for stage in (RefineStage(), PrepareStage()):
            stage([one])
        one.regions[0].route = "prior"
    generator = Noise("prior", 128, -0.1)
    assert fill(record, generator=generator) and fill(plain, rectify=False, generator=Noise("prior", 128, 0.0))
    before = composed(plain, WHOLE)[:, :2]
    change = composed(record, WHOLE)[:, :2] - before
    matte = record.regions[0].matte
    assert matte is not None and matte.x == 0
    solid = np.zeros((512, 2), bool)
    solid[matte.y : matte.y + matte.hole.shape[0]] = matte.blend[:, :2] == 1
    assert solid.sum() > 20 and np.abs(change[solid[..., None] & (before > 0.15)] + 0.1).max() < 0.02


def test_what_the_hole_covers_has_no_influence() -> None:
    """Letters that the resampling mixes into what a generator sees around them."""
    first, second = slanted(), slanted()
    hole = hole_of(first)
    picture = second.picture()
    picture.rgb[hole] = np.random.default_rng(0).integers(0, 256, (int(hole.sum()), 3))
    assert fill(first) == fill(second)


def test_only_slanted_text_is_resampled() -> None:
    """Upright text that comes out with other bytes, or slanted text that comes out with the same."""
    upright, turned = ([fill(slanted(yaw, pitch), rectify) for rectify in (False, True)]
                       for yaw, pitch in ((0, 0), (50, 15)))
    assert upright[0] == upright[1]
    assert turned[0] != turned[1]


def test_neither_micro_batch_nor_run_changes_a_candidate() -> None:
    """Seeds that depend on what shares a call."""
    runs = [fill(slanted(), candidates=2, temperature=1.0, micro_batch=m) for m in (1, 16)]
    assert runs[0] == runs[1]


def test_outside_the_picture_nothing_is_known_and_nothing_wanted() -> None:
    """The picture's mirror image, or black, taken for what lies beyond its border."""
    image, quad = waves(), quad_at(50, (0.5, 0.08))
    canvas = canvas_of(image, quad, inside(quad))
    places, beyond = outside(canvas)
    assert beyond.mean() > 0.1
    assert canvas.hole[beyond].all() and not canvas.known[beyond].any() and not canvas.wanted[beyond].any()
    assert not canvas.hole[~beyond].any() and (canvas.known[~beyond] > 0.999).all()
    far = beyond & (np.abs(places - 256) < 300).all(2)
    x, y = np.rint(places[far].clip(0, 511)).astype(int).T
    assert np.abs(canvas.base[far] - image[y, x] / 255).mean() < 0.03


def test_what_is_shrunk_is_the_mean_of_its_pixels() -> None:
    """Moire where the plane is coarser than the picture."""
    image = np.where(np.indices((512, 512)).sum(0)[..., None] % 2, 255, 0).repeat(3, 2).astype(np.uint8)
    canvas = canvas_of(image, STEEP, inside(STEEP))
    height, width = canvas.hole.shape
    xs, ys = np.meshgrid(np.arange(width), np.arange(height))
    depth = canvas.matrix[2, 0] * xs + canvas.matrix[2, 1] * ys + canvas.matrix[2, 2]
    shrunk = (abs(np.linalg.det(canvas.matrix)) / depth**3 > 1.5**2) & ~canvas.hole
    assert shrunk.sum() > 1000 and canvas.base[shrunk].std() < 0.2


def test_a_quad_without_a_plane_stays_upright() -> None:
    """An image lost to a detector's quad with three corners on a line, or a hole beyond the horizon."""
    line = np.array([[100, 100], [300, 200], [200, 150], [100, 300]], np.float32)
    assert text_matrix(line, (512, 512)) is None and text_matrix(UPRIGHT, (512, 512)) is None
    everywhere = lambda box: np.ones((box.y1 - box.y0, box.x1 - box.x0), bool)  # noqa: E731
    picture = Picture(waves(), "PNG", "RGB")
    assert read_rectified(picture, [], everywhere, WHOLE, STEEP, SIDE) is None
    assert read_rectified(picture, [], inside(STEEP), WHOLE, STEEP, SIDE) is not None
