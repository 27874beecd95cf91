from __future__ import annotations

import numpy as np
import pytest
from skimage import data

from operators.fill.canvas import Canvas, read_canvas
from operators.fill.detail import enlarged_detail, ring_detail
from operators.fill.harmonic import fill_membrane
from operators.fill.hub.upscale import LanczosUpscaler
from operators.measures.seam import high_frequency_ratio, signed_distance
from operators.picture import Picture
from operators.record import Tile
from operators.tiles import Box
from tests.operators.overlaid import photo

HOLE = Box(180, 150, 300, 260, (0,))
MARGIN = 24


def laid_in(image: np.ndarray) -> tuple[Picture, Tile, np.ndarray]:
    """The picture, the tile of HOLE with its base, and the base in float."""
    picture = Picture(image, "PNG", "RGB")
    tile = Tile(HOLE.x0 - MARGIN, HOLE.y0 - MARGIN, HOLE.x1 - HOLE.x0 + 2 * MARGIN, HOLE.y1 - HOLE.y0 + 2 * MARGIN, [0],
                np.zeros((HOLE.y1 - HOLE.y0 + 2 * MARGIN, HOLE.x1 - HOLE.x0 + 2 * MARGIN), np.float16))
    tile.blend[MARGIN:-MARGIN, MARGIN:-MARGIN] = 1
    hole = tile.blend > 0
    base = fill_membrane(picture.view(tile.x, tile.y, tile.x + tile.width, tile.y + tile.height), hole)
    tile.fill = np.rint(base * 65535).astype(np.uint16)
    tile.unknown = hole
    return picture, tile, base


def wanted(box: Box) -> np.ndarray:
    ys, xs = np.mgrid[box.y0 : box.y1, box.x0 : box.x1]
    return (xs >= HOLE.x0) & (xs < HOLE.x1) & (ys >= HOLE.y0) & (ys < HOLE.y1)


def canvas_at(step: int, image: np.ndarray, window: Box = Box(20, 10, 460, 400, ())) -> tuple[Canvas, Picture]:
    picture, laid, _ = laid_in(image)
    return read_canvas(picture, [laid], wanted, window, step), picture


@pytest.mark.parametrize("window", [Box(20, 10, 460, 400, ()), Box(21, 13, 462, 405, ())])
def test_a_coarse_canvas_is_the_mean_of_blocks(window: Box) -> None:
    """Blocks cut off at the window's end weighted as whole ones: a dark rim around the picture."""
    fine, _ = canvas_at(1, photo(), window)
    coarse, _ = canvas_at(4, photo(), window)
    height, width = coarse.hole.shape
    assert (height, width) == (-(-fine.hole.shape[0] // 4), -(-fine.hole.shape[1] // 4))
    for y, x in ((0, 0), (height - 1, width - 1), (height // 2, width // 2)):
        block = np.s_[4 * y : 4 * y + 4, 4 * x : 4 * x + 4]
        assert np.allclose(coarse.base[y, x], fine.base[block].mean((0, 1)), atol=1e-5)
        assert coarse.hole[y, x] == fine.hole[block].any()
        assert coarse.known[y, x] == pytest.approx(fine.known[block].mean())


@pytest.mark.parametrize("step", [1, 2, 5])
def test_what_is_laid_back_lies_where_it_was(step: int) -> None:
    """A coarse filling half a block off: doubled edges."""
    ys, xs = np.mgrid[0:500, 0:500].astype(np.float32)
    image = np.dstack([xs / 2, ys / 2, (xs + ys) / 4]).astype(np.uint8)
    canvas, picture = canvas_at(step, image)
    box = Box(150, 120, 330, 290, ())
    view = picture.view(box.x0, box.y0, box.x1, box.y1)
    assert np.abs(canvas.on(canvas.base, box) - view).max() < 1.5 / 255


def test_the_covered_pixels_are_never_read() -> None:
    """Text that shines through at a coarse scale."""
    image = photo()
    _, laid, _ = laid_in(image)
    spoilt = image.copy()
    spoilt[HOLE.y0 : HOLE.y1, HOLE.x0 : HOLE.x1] = 255
    window = Box(20, 10, 460, 400, ())
    found = [read_canvas(Picture(p, "PNG", "RGB"), [laid], wanted, window, 3) for p in (image, spoilt)]
    assert np.array_equal(found[0].base, found[1].base)
    details = [ring_detail(Picture(p, "PNG", "RGB"), c, 4, 7) for p, c in zip((image, spoilt), found, strict=True)]
    assert details[0] is not None and details[1] is not None
    assert np.array_equal(details[0].on(HOLE), details[1].on(HOLE))


def test_detail_is_as_strong_as_around_the_hole_and_shifts_no_tone() -> None:
    """A large hole that is a smear, or that turns darker when its texture comes back."""
    image = np.dstack([data.grass()] * 3)
    picture, laid, base = laid_in(image)
    canvas = read_canvas(picture, [laid], wanted, Box(20, 10, 460, 400, ()), 4)
    detail = ring_detail(picture, canvas, 4, 7)
    assert detail is not None
    tile = laid
    box = Box(tile.x, tile.y, tile.x + tile.width, tile.y + tile.height, ())
    hole, distance = tile.blend > 0, signed_distance(tile.blend > 0)
    added = detail.on(box)
    before, after = (high_frequency_ratio(np.where(hole[..., None], np.clip(f, 0, 1), base), distance)
                     for f in (base, base + added))
    assert before < -1.5 and abs(after) < 1
    assert abs(float(added[hole].mean())) < 0.01


def test_text_beside_the_hole_is_not_copied_into_it() -> None:
    """Detail with its structure: words and edges of the surroundings, recognised where they repeat."""
    picture, laid, _ = laid_in(np.dstack([data.page()[:500, :384]] * 3).repeat(2, 0).repeat(2, 1)[:382, :500].copy())
    canvas = read_canvas(picture, [laid], wanted, Box(20, 10, 460, 380, ()), 4)
    detail = ring_detail(picture, canvas, 4, 7)
    assert detail is not None
    sheet = detail.sheet[..., 0] / detail.sheet.std()
    assert abs(float((sheet**4).mean()) - 3) < 1, "black letters on white are far from Gaussian"
    assert np.abs(detail.on(HOLE)).max() < 0.25


def test_detail_agrees_between_tiles() -> None:
    """Tiles of one hole that each lay the detail from their own corner: a seam where they meet."""
    picture, laid, _ = laid_in(photo("coffee"))
    detail = ring_detail(picture, read_canvas(picture, [laid], wanted, Box(20, 10, 460, 400, ()), 3), 4, 7)
    assert detail is not None
    left, right = detail.on(Box(180, 150, 260, 260, ())), detail.on(Box(220, 150, 300, 260, ()))
    assert np.abs(left[:, 40:] - right[:, :40]).max() < 1e-5


def test_a_plain_wall_gets_no_detail() -> None:
    """Noise amplified from nothing."""
    canvas, picture = canvas_at(4, np.full((500, 500, 3), 120, np.uint8))
    assert ring_detail(picture, canvas, 4, 7) is None


def test_nothing_known_around_gives_no_detail() -> None:
    """A picture that is all hole: an index out of nowhere."""
    canvas, picture = canvas_at(4, photo(), Box(HOLE.x0, HOLE.y0, HOLE.x1, HOLE.y1, ()))
    assert ring_detail(picture, canvas, 4, 7) is None


def test_an_upscaler_brings_detail_and_no_tone() -> None:
    """The upscaler's own idea of the colour, laid over the filling."""
    class Redder(LanczosUpscaler):
        def enlarge(self, rgb: np.ndarray, height: int, width: int, seed: int) -> np.ndarray:
            out = super().enlarge(rgb, height, width, seed)
            out[..., 0] = np.clip(out[..., 0] + 0.2, 0, 1)
            return out + 0.1 * np.where(np.indices(out.shape[:2]).sum(0)[..., None] % 2, 1, -1).astype(np.float32)

    canvas, _ = canvas_at(4, photo())
    extra = enlarged_detail(canvas, np.zeros_like(canvas.base), Redder(), 0).on(HOLE)
    assert np.abs(extra.mean((0, 1))).max() < 0.01
    assert extra.std() > 0.09
    assert not enlarged_detail(canvas, np.zeros_like(canvas.base), Redder(), 0).on(Box(0, 0, 30, 30, ())).any()
