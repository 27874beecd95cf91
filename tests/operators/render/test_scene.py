"""Text and structure of the scene: where the lines are, and that they look photographed."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
import skimage.data
from sklearn.datasets import load_sample_image

from operators.render import FontBook, render_scene_text, render_structure
from operators.render.camera import measure, motion
from operators.render.photographed import MANNERS, calmest, photographed, stood
from operators.render.surface import Surface, rolled, tone
from operators.render.textures import TEXTURES
from operators.render.warp import box_quad, shift

FONTS = FontBook.bundled()
PHOTO = np.asarray(cv2.resize(load_sample_image("china.jpg"), (320, 214), interpolation=cv2.INTER_AREA))


def test_lines_are_where_the_picture_changed() -> None:
    """Would catch quads in sheet coordinates, or lines that are listed but were never drawn."""
    found = 0
    for seed in range(24):
        scene = render_scene_text(PHOTO, np.random.default_rng(seed), FONTS)
        assert scene.image.shape == PHOTO.shape and scene.image.dtype == np.uint8
        assert scene.quads.shape == (len(scene.texts), 4, 2) and scene.quads.dtype == np.float32
        changed = np.abs(scene.image.astype(int) - PHOTO).max(2)
        for quad in scene.quads:
            x0, y0 = np.maximum(np.floor(quad.min(0)).astype(int), 0)
            x1, y1 = np.ceil(quad.max(0)).astype(int)
            assert changed[y0:y1, x0:x1].mean() > 1
            x, y = quad.T
            assert x @ np.roll(y, -1) - y @ np.roll(x, -1) > 0, "clockwise on the screen"
        found += len(scene.texts)
    assert found > 24


@pytest.mark.parametrize("seed", range(4))
def test_same_seed_same_bytes(seed: int) -> None:
    """Would catch randomness beside the generator's, and drawing into the caller's array."""
    kept = PHOTO.copy()
    first, second = (render_scene_text(PHOTO, np.random.default_rng(seed), FONTS) for _ in range(2))
    assert first.image.tobytes() == second.image.tobytes() and np.array_equal(first.quads, second.quads)
    one, two = (render_structure(PHOTO, np.random.default_rng(seed)) for _ in range(2))
    assert one.tobytes() == two.tobytes() and not np.array_equal(one, PHOTO)
    assert np.array_equal(PHOTO, kept)


@pytest.mark.parametrize("size", [(64, 64), (16, 16), (300, 30), (30, 300)])
def test_small_and_odd_sizes(size: tuple[int, int]) -> None:
    """Would catch windows of no size and planes behind the camera."""
    picture = np.asarray(cv2.resize(skimage.data.coffee(), size, interpolation=cv2.INTER_AREA))
    for seed in range(8):
        assert render_scene_text(picture, np.random.default_rng(seed), FONTS).image.shape == picture.shape
        assert render_structure(picture, np.random.default_rng(seed)).shape == picture.shape


def test_stays_in_the_gamut() -> None:
    """Would catch signs that shine white in a dark photograph."""
    dark = (PHOTO // 4).astype(np.uint8)
    for seed in range(8):
        assert np.percentile(render_scene_text(dark, np.random.default_rng(seed), FONTS).image, 99) < 130


def test_grey_stays_grey() -> None:
    """Would catch coloured signs in a photograph without colour."""
    grey = np.repeat(cv2.cvtColor(PHOTO, cv2.COLOR_RGB2GRAY)[..., None], 3, axis=2)
    for seed in range(8):
        image = render_scene_text(grey, np.random.default_rng(seed), FONTS).image
        assert np.ptp(cv2.GaussianBlur(image, (0, 0), 2).astype(int), axis=2).max() < 12


def test_camera_measures() -> None:
    """Would catch a measure of blur or noise that does not follow the photograph."""
    noise = np.random.default_rng(0).normal(0, 6, PHOTO.shape)
    noisy = np.clip(cv2.GaussianBlur(PHOTO, (0, 0), 3) + noise, 0, 255).astype(np.uint8)
    plain, soft, grainy = (measure(p) for p in (PHOTO, cv2.GaussianBlur(PHOTO, (0, 0), 2.0), noisy))
    assert soft.blur > plain.blur + 0.4 and grainy.noise > 3 and soft.noise < 1
    assert plain.light.shape == PHOTO.shape[:2] and plain.light.min() > 0 and plain.light.max() <= 1


@pytest.mark.parametrize("manner", MANNERS)
def test_only_the_surface_changes(manner: str) -> None:
    """Would catch noise or light that spreads over the whole photograph."""
    surface = Surface.plain(60, 30, tone(0.1, 0.2, 0.1))
    plane = shift(100, 80)
    out = photographed(PHOTO, surface, plane, measure(PHOTO), np.random.default_rng(1), manner)
    changed = np.abs(out.astype(int) - PHOTO).max(2) > 0
    assert changed[80:110, 100:160].mean() > 0.3
    assert not changed[:60].any() and not changed[:, :80].any() and not changed[135:].any()
    with pytest.raises(ValueError, match="manner must be one of"):
        photographed(PHOTO, surface, plane, measure(PHOTO), np.random.default_rng(1), "glued")


def test_calm_places_first() -> None:
    """Would catch lettering that prefers busy ground."""
    picture = np.full((200, 400, 3), 120, np.uint8)
    picture[:, :300] = np.random.default_rng(0).integers(0, 256, (200, 300, 3))
    surface = Surface.plain(100, 40, tone(1, 1, 1))
    rng = np.random.default_rng(0)
    middles = [[(plan(picture, surface, 0.1, rng) @ [50, 20, 1]) for _ in range(30)] for plan in (stood, calmest)]
    right = [np.mean([x / w > 290 for x, _, w in middle]) for middle in middles]
    assert right[1] > right[0] + 0.3


def test_rolled_quads_hold_the_ink() -> None:
    """Would catch a cylinder whose quads stay flat."""
    surface = Surface.plain(200, 100, tone(0, 0, 0))
    surface.albedo[40:60, 2:32] = 1
    surface.quads, surface.texts = [box_quad(2, 40, 32, 60)], ["x"]
    bent = rolled(surface, 60, 15)
    (x0, y0), (x1, y1) = bent.quads[0][0], bent.quads[0][2]
    ink = bent.albedo[..., 0]
    assert ink[int(y0) : int(y1) + 1, int(x0) : int(x1) + 1].sum() > 0.97 * ink.sum()
    assert x1 - x0 < 25 and y1 - y0 < 40


@pytest.mark.parametrize("texture", TEXTURES, ids=lambda texture: texture.__name__)
def test_textures_are_coverage(texture) -> None:
    """Would catch a pattern of another size, beyond 0..1, or blank."""
    for seed in range(6):
        page = texture(161, 90, np.random.default_rng(seed))
        assert page.shape == (90, 161) and page.dtype == np.float32
        assert page.min() >= 0 and page.max() <= 1 and page.std() > 0.01


def test_motion_keeps_the_light() -> None:
    """Would catch a motion blur that darkens."""
    assert all(motion(n, a).sum() == pytest.approx(1, abs=1e-4) for n in (1.0, 3.3, 9.0) for a in (0, 45, 90))
