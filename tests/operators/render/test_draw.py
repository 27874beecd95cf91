"""Overlays of every kind: the picture, the alpha, the colours and the quads tell one story."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
import skimage.data

from operators.render import KINDS, FontBook, Overlay, render_overlay
from operators.render.draw import contrast

FONTS = FontBook.bundled()


def photo(name: str = "coffee", width: int = 320, height: int = 240) -> np.ndarray:
    picture = getattr(skimage.data, name)()
    picture = picture if picture.ndim == 3 else np.repeat(picture[..., None], 3, 2)
    return np.asarray(cv2.resize(picture, (width, height), interpolation=cv2.INTER_AREA))


def draw(kind: str, seed: int, picture: np.ndarray | None = None) -> tuple[np.ndarray, Overlay]:
    picture = photo() if picture is None else picture
    return picture, render_overlay(picture, kind, np.random.default_rng(seed), FONTS)


def inside(overlay: Overlay) -> np.ndarray:
    mask = np.zeros(overlay.alpha.shape, np.uint8)
    for region in overlay.regions:
        cv2.fillConvexPoly(mask, np.rint((region.quad - 0.5) * 16).astype(np.int32), 1, cv2.LINE_8, 4)
    return mask > 0


@pytest.mark.parametrize("kind", KINDS)
def test_image_is_the_composite(kind: str) -> None:
    """Would catch an image that does not follow from photo, alpha and colour: wrong truth for un-blending."""
    for seed in range(4):
        before, overlay = draw(kind, seed)
        alpha = overlay.alpha[..., None].astype(np.float64)
        expected = np.rint(255 * (alpha * overlay.colour + (1 - alpha) * (before / 255)))
        assert np.array_equal(overlay.image, expected)
        assert overlay.alpha.dtype == overlay.colour.dtype == np.float32
        assert overlay.alpha.min() >= 0 and overlay.alpha.max() <= 1 and overlay.alpha.max() > 0.2
        assert overlay.colour.min() >= 0 and overlay.colour.max() <= 1


@pytest.mark.parametrize("kind", KINDS)
def test_quads_hold_the_ink(kind: str) -> None:
    """Would catch quads that are shifted, in another order, or forget outline, shadow or box."""
    for seed in range(6):
        _, overlay = draw(kind, seed)
        assert (overlay.alpha * inside(overlay)).sum() >= 0.95 * overlay.alpha.sum()


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "tiled"])
def test_quads_are_tight_and_in_reading_order(kind: str) -> None:
    """Would catch quads with wide margins, and corners that do not start at the top left."""
    for seed in range(5):
        _, overlay = draw(kind, seed)
        for region in overlay.regions:
            across, down = (np.linalg.norm(region.quad[i] - region.quad[0]) for i in (1, 3))
            size = (max(round(float(across)), 1), max(round(float(down)), 1))
            target = np.array([[0, 0], [size[0], 0], size, [0, size[1]]], np.float32) - 0.5
            flat = cv2.warpPerspective(
                overlay.alpha, cv2.getPerspectiveTransform(region.quad - 0.5, target), size, flags=cv2.INTER_LINEAR
            )
            seen = flat > 0.04
            for axis, length in ((0, size[0]), (1, size[1])):
                ink = np.nonzero(seen.any(axis))[0]
                assert ink[0] <= 2 + 0.05 * length and ink[-1] >= 0.95 * length - 3
            x, y = region.quad.T
            assert x @ np.roll(y, -1) - y @ np.roll(x, -1) > 0, "clockwise on the screen"


@pytest.mark.parametrize("kind", KINDS)
def test_same_seed_same_bytes(kind: str) -> None:
    """Would catch a global generator, time or hash order leaking into pixels."""
    _, first = draw(kind, 3)
    _, second = draw(kind, 3)
    _, other = draw(kind, 4)
    assert first.image.tobytes() == second.image.tobytes() and first.alpha.tobytes() == second.alpha.tobytes()
    assert [r.text for r in first.regions] == [r.text for r in second.regions]
    assert all(np.array_equal(a.quad, b.quad) for a, b in zip(first.regions, second.regions, strict=True))
    assert not np.array_equal(first.image, other.image)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("size", [(64, 48), (48, 64), (16, 16), (400, 60)])
def test_small_and_odd_sizes(kind: str, size: tuple[int, int]) -> None:
    """Would catch layouts that assume room: empty crops, negative sizes, marks outside the picture."""
    for seed in range(3):
        before, overlay = draw(kind, seed, photo("chelsea", *size))
        assert overlay.image.shape == before.shape and overlay.regions
        assert overlay.alpha.any()
        for region in overlay.regions:
            middle = region.quad.mean(0)
            assert (middle > 0).all() and (middle < size).all()


@pytest.mark.parametrize("kind", KINDS)
def test_quads_stay_inside(kind: str) -> None:
    """Would catch overlays that hang over the border (tiled ones may at a cut corner of a turned repeat)."""
    for seed in range(5):
        _, overlay = draw(kind, seed)
        slack = 16.0 if kind == "tiled" else 1.0
        for region in overlay.regions:
            assert region.quad.min() >= -slack
            assert region.quad[:, 0].max() <= 320 + slack and region.quad[:, 1].max() <= 240 + slack


@pytest.mark.parametrize("level", [0, 128, 255])
@pytest.mark.parametrize("kind", KINDS)
def test_seen_on_flat_pictures(kind: str, level: int) -> None:
    """Would catch white on white: a label without anything to see."""
    picture = np.full((120, 160, 3), level, np.uint8)
    seen = [contrast(*draw(kind, seed, picture)) for seed in range(4)]
    assert min(seen) > 0.05


@pytest.mark.parametrize("kind", KINDS)
def test_grey_pictures_and_the_input_stays(kind: str) -> None:
    """Would catch drawing into the caller's array, and kinds that need colour in the picture."""
    picture = photo("camera")
    kept = picture.copy()
    _, overlay = draw(kind, 1, picture)
    assert np.array_equal(picture, kept) and not np.array_equal(overlay.image, kept)


def test_regions_per_kind() -> None:
    """Would catch one region per letter or per ring, and tiles merged into one."""
    assert all(len(draw(kind, seed)[1].regions) == 1 for kind in ("stamp", "logo", "timestamp") for seed in range(4))
    assert all(len(draw("tiled", seed)[1].regions) >= 4 for seed in range(4))
    assert {len(draw("caption", seed)[1].regions) for seed in range(12)} == {1, 2}
    assert all(r.kind == kind for kind in KINDS for r in draw(kind, 0)[1].regions)


@pytest.mark.parametrize("kind", ["watermark", "tiled"])
def test_watermarks_are_translucent(kind: str) -> None:
    """Would catch opaque watermarks: nothing left to un-blend."""
    for seed in range(6):
        assert 0.2 <= float(draw(kind, seed)[1].alpha.max()) <= 0.61


def test_wrong_arguments() -> None:
    """Would catch an unknown kind or a float picture getting through."""
    with pytest.raises(ValueError, match="kind must be one of"):
        draw("subtitle", 0)
    with pytest.raises(ValueError, match="uint8"):
        draw("caption", 0, np.zeros((10, 10, 3), np.float32))
    with pytest.raises(ValueError, match="not empty"):
        draw("caption", 0, np.zeros((0, 10, 3), np.uint8))
