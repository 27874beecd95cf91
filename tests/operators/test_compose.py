"""Tiles to the cleaned picture."""

from __future__ import annotations

import io
import itertools

import numpy as np
import pytest
from PIL import Image, ImageOps

from operators.compose import ComposeStage, composite
from operators.ingest import IngestStage, decode
from operators.options import ComposeOptions
from operators.record import ImageRecord, Status, Tile
from tests.operators.codecs.pictures import cat
from tests.operators.odd_inputs import exif, icc, raw_png, save

LIMIT = 10**8


def tile(x: int, y: int, width: int, height: int, colour: int = 40000, blend: float = 1.0, seed: int = 0) -> Tile:
    """A tile of one colour that blends evenly over all of it."""
    fill = np.full((height, width, 3), colour, np.uint16)
    return Tile(x, y, width, height, [0], np.full((height, width), blend, np.float16), fill, seed=seed)


def composed(data: bytes, tiles: list[Tile], options: ComposeOptions | None = None, name: str = "") -> ImageRecord:
    (record,) = IngestStage()([ImageRecord("k", data, name=name)])
    record.tiles = tiles
    return ComposeStage(options or ComposeOptions())([record])[0]


def test_blend_is_between_source_and_fill() -> None:
    """Weights swapped, 16-bit fill not scaled, or pixels outside the blend altered."""
    picture = decode(save(cat(), "PNG"), max_pixels=LIMIT)
    part = tile(10, 20, 30, 8, colour=65535, blend=0.25)
    part.blend[:4] = 0
    rgb, hole = composite(picture, [part])
    wanted = 0.25 * 255 + 0.75 * picture.rgb[24:28, 10:40].astype(float)
    assert np.abs(rgb[24:28, 10:40] - wanted).max() <= 0.5
    assert hole.sum() == 4 * 30 and np.array_equal(rgb[~hole], picture.rgb[~hole])


def test_sixteen_bit_pictures_get_the_fill_unscaled() -> None:
    """A fill brought down to 8 bits on its way."""
    picture = decode(raw_png(cat().astype(np.uint16) * 257, 16, 2), max_pixels=LIMIT)
    rgb, _ = composite(picture, [tile(5, 5, 9, 9, colour=12345)])
    assert (rgb[5:14, 5:14] == 12345).all()


def test_overlapping_tiles_do_not_depend_on_their_order() -> None:
    """The last tile wins, so that another batch order gives other pixels."""
    picture = decode(save(cat(), "PNG"), max_pixels=LIMIT)
    tiles = [tile(0, 0, 30, 30, 1000, 0.5), tile(20, 20, 40, 40, 60000, 1.0), tile(50, 10, 30, 60, 30000, 0.1)]
    results = [composite(picture, list(order)) for order in itertools.permutations(tiles)]
    assert all(np.array_equal(r[0], results[0][0]) and np.array_equal(r[1], results[0][1]) for r in results)
    mean = (0.5 * 1000 + 1.0 * 60000) / 1.5 / 257
    assert np.abs(results[0][0][25, 25].astype(float) - mean).max() <= 1  # largest blend 1, fill weighted by blend


def test_tiles_may_reach_over_the_edge_where_they_blend_nothing() -> None:
    """A view at the border of the picture that cannot be laid back."""
    picture = decode(save(cat(), "PNG"), max_pixels=LIMIT)
    part = tile(-5, 90, 20, 20)
    part.blend[:, :5] = 0
    part.blend[6:] = 0
    rgb, hole = composite(picture, [part])
    assert hole[90:96, 0:15].all() and hole.sum() == 90 and (rgb[hole] == 156).all()
    with pytest.raises(ValueError, match="leaves the picture"):
        composite(picture, [tile(120, 0, 20, 5)])


def test_without_tiles_the_original_bytes_leave() -> None:
    """A clean picture re-encoded."""
    data = save(cat(), "JPEG")
    record = composed(data, [])
    assert record.status is Status.UNTOUCHED and record.result == data and "no overlay" in record.reason


def test_a_fill_without_effect_leaves_the_original_bytes() -> None:
    """`cleaned` claimed for a picture that did not change."""
    data = save(np.full((32, 32, 3), 100, np.uint8), "PNG")
    record = composed(data, [tile(4, 4, 8, 8, colour=100 * 257)])
    assert record.status is Status.UNTOUCHED and record.result == data


def test_a_cleaned_record_has_result_and_hole() -> None:
    """The map of synthetic pixels missing, inverted, or written unasked."""
    data = save(cat(), "JPEG", exif=exif(6))
    record = composed(data, [tile(8, 16, 20, 10)], ComposeOptions(hole_png=True), "a.b/photo.jpg")
    assert record.status is Status.CLEANED and record.name == "a.b/photo.jpg"
    assert record.result is not None and record.hole_png is not None
    hole = np.asarray(Image.open(io.BytesIO(record.hole_png)))
    assert hole.shape == (128, 96) and (hole[16:26, 8:28] == 255).all() and (hole == 255).sum() == 200
    assert composed(data, [tile(8, 16, 20, 10)]).hole_png is None


@pytest.mark.parametrize("mode", ["RGB", "L", "CMYK"])
def test_format_png_is_pixel_exact_and_upright(mode: str) -> None:
    """A PNG of a turned JPEG that viewers without EXIF show lying, a lost profile, or the old extension."""
    data = save(Image.fromarray(cat()).convert(mode), "JPEG", exif=exif(6), icc_profile=icc())
    record = composed(data, [tile(8, 16, 20, 10)], ComposeOptions(format="png"), "folder.x/photo.jpg")
    assert record.name == "folder.x/photo.png" and record.result is not None
    with Image.open(io.BytesIO(record.result)) as image:
        seen, profile = np.asarray(image.convert("RGB")), image.info.get("icc_profile")
        assert np.array_equal(np.asarray(ImageOps.exif_transpose(image).convert("RGB")), seen)
        assert image.getexif()[0x010E] == "a picture with a past"
    expected, _ = composite(decode(data, max_pixels=LIMIT), [tile(8, 16, 20, 10)])
    assert np.array_equal(seen, expected)
    assert profile == (None if mode == "CMYK" else icc())


def test_on_fail_decides_what_a_failed_encoding_leaves() -> None:
    """The original dropped though it should be kept, or kept though the recipe wants a failure."""
    data = save(cat(), "JPEG")
    broken = tile(0, 0, 8, 8)
    broken.fill = None
    kept = composed(data, [broken])
    assert (kept.status, kept.result, kept.error_class) == (Status.KEPT, data, "ValueError")
    failed = composed(data, [broken], ComposeOptions(on_fail="fail"))
    assert failed.status is Status.FAILED and failed.result is None and "has no fill" in failed.error
