"""Lossless formats: every stored sample outside the hole, the mode, the depth and the metadata stay."""

from __future__ import annotations

import io

import cv2
import numpy as np
import pytest
import tifffile
from PIL import Image

from operators import codecs
from operators.codecs.orientation import as_stored
from operators.codecs.png_chunks import read_chunks
from operators.ingest import decode
from operators.picture import Picture
from tests.operators.codecs.pictures import cat, filled, random_hole
from tests.operators.odd_inputs import OddInput, exif, icc, others, pngs, raw_png, raw_tiff, save, tiffs

LIMIT = 10**8
KINDS = [*pngs(cat(67, 101)), *tiffs(cat(67, 101)), *others(cat(67, 101))]


def cleaned(kind: OddInput, seed: int) -> tuple[Picture, np.ndarray, np.ndarray, bytes]:
    picture = decode(kind.data, max_pixels=LIMIT)
    hole = random_hole(picture.rgb.shape[:2], seed)
    target = filled(picture.rgb, hole, seed)
    return picture, hole, target, codecs.encode(picture, target, hole)


def by_pillow(data: bytes) -> tuple[np.ndarray, str, dict]:
    """Stored samples, mode and info, with the EXIF orientation unapplied."""
    with Image.open(io.BytesIO(data)) as image:
        return np.asarray(image), image.mode, dict(image.info)


@pytest.mark.parametrize("kind", KINDS, ids=lambda k: k.name)
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_nothing_outside_the_hole_changes(kind: OddInput, seed: int) -> None:
    """A sample outside the hole, transparency anywhere, or the mode, that an encoder altered."""
    picture, hole, _, out = cleaned(kind, seed)
    again = decode(out, max_pixels=LIMIT)
    assert (again.format, again.mode, again.orientation) == (picture.format, picture.mode, picture.orientation)
    assert np.array_equal(again.rgb[~hole], picture.rgb[~hole])
    if picture.transparency is None:
        assert again.transparency is None
    else:
        assert again.transparency is not None and np.array_equal(again.transparency, picture.transparency)
    assert (again.rgb[hole] != picture.rgb[hole]).any()


@pytest.mark.parametrize("kind", KINDS, ids=lambda k: k.name)
def test_an_independent_decoder_agrees(kind: OddInput) -> None:
    """A wrong file that only our own reader understands, or metadata that Pillow no longer finds."""
    picture, hole, _, out = cleaned(kind, 4)
    if picture.rgb.dtype == np.uint16 or kind.name == "tiff planes":
        return  # Pillow reduces these to 8 bits or refuses them: see the tests with OpenCV and tifffile below
    (before, mode, info), (after, mode_after, info_after) = by_pillow(kind.data), by_pillow(out)
    outside = ~as_stored(hole, 1 if picture.format == "TIFF" else picture.orientation)  # Pillow turns TIFFs itself
    assert mode_after == mode and info_after == info
    assert np.array_equal(before[outside], after[outside])


@pytest.mark.parametrize("kind", [k for k in KINDS if "webp" not in k.name], ids=lambda k: k.name)
def test_colours_that_the_format_holds_arrive(kind: OddInput) -> None:
    """Channels swapped, ink inverted, or a hole filled with something else than asked."""
    picture, hole, target, out = cleaned(kind, 3)
    error = np.abs(decode(out, max_pixels=LIMIT).rgb.astype(int) - target)[hole].mean() / picture.peak
    exact = picture.mode in ("RGB", "RGBA", "RGB;16", "RGBA;16")
    assert error == 0 if exact else error < (0.5 if "1-bit" in kind.name else 0.35)


def test_one_bit_pictures_are_thresholded() -> None:
    """Black and white swapped in the hole of a 1-bit picture."""
    for kind in (k for k in KINDS if "1-bit" in k.name):
        picture, hole = decode(kind.data, max_pixels=LIMIT), random_hole((67, 101), 9)
        for value, seen in ((100, 0), (160, 255)):
            target = picture.rgb.copy()
            target[hole] = value
            again = decode(codecs.encode(picture, target, hole), max_pixels=LIMIT)
            assert (again.rgb[hole] == seen).all(), kind.name


def test_sixteen_bits_stay_sixteen_in_opencv() -> None:
    """Low bytes lost on the way through an 8-bit library."""
    rgb = cat().astype(np.uint16) * 251 + np.arange(128, dtype=np.uint16)[None, :, None]
    picture = decode(raw_png(rgb, 16, 2), max_pixels=LIMIT)
    assert np.array_equal(picture.rgb, rgb)
    hole = random_hole(rgb.shape[:2], 1)
    target = filled(rgb, hole, 1)
    out = codecs.encode(picture, target, hole)
    seen = cv2.imdecode(np.frombuffer(out, np.uint8), cv2.IMREAD_UNCHANGED)
    assert seen is not None and np.array_equal(seen[..., ::-1], target)


TIFFS: list[dict] = [{}, {"tile": (16, 32), "compression": "zlib", "predictor": True}, {"byteorder": ">"}]


@pytest.mark.parametrize("options", TIFFS)
def test_sixteen_bits_stay_sixteen_in_tifffile(options: dict) -> None:
    """A byte order, predictor or tile edge that only our own reader undoes."""
    rgb = cat().astype(np.uint16) * 251 + np.arange(128, dtype=np.uint16)[None, :, None]
    picture = decode(raw_tiff(rgb, photometric="rgb", **options), max_pixels=LIMIT)
    hole = random_hole(rgb.shape[:2], 2)
    target = filled(rgb, hole, 2)
    assert np.array_equal(tifffile.imread(io.BytesIO(codecs.encode(picture, target, hole))), target)


def test_untouched_tiff_strips_keep_their_bytes() -> None:
    """Recompressing strips that the hole does not touch."""
    data = raw_tiff(cat(), photometric="rgb", compression="zlib", rowsperstrip=16)
    picture = decode(data, max_pixels=LIMIT)
    hole = np.zeros((96, 128), bool)
    hole[20:28, 5:99] = True
    out = codecs.encode(picture, filled(picture.rgb, hole, 0), hole)
    strips = []
    for file in (data, out):
        with tifffile.TiffFile(io.BytesIO(file)) as tiff:
            page = tiff.pages[0]
            strips.append([file[o : o + n] for o, n in zip(page.dataoffsets, page.databytecounts, strict=True)])
    assert [a == b for a, b in zip(*strips, strict=True)] == [True, False, True, True, True, True]


def test_png_chunks_are_carried_over_byte_for_byte() -> None:
    """Text, profile, resolution or unknown chunks lost or reordered."""
    data = save(cat(), "PNG", icc_profile=icc(), exif=exif(1), dpi=(300, 300), compress_level=1)
    private = b"\0\0\0\3prVtabc\0\0\0\0"  # a wrong checksum in an ancillary chunk is no reason to fail
    data = data[:33] + private + data[33:]
    picture, hole = decode(data, max_pixels=LIMIT), random_hole((96, 128), 0)
    out = codecs.encode(picture, filled(picture.rgb, hole, 0), hole)
    before, after = ([c for c in read_chunks(d) if c[0] != b"IDAT"] for d in (data, out))
    assert before == after and (b"prVt", b"abc") in after


def test_bmp_and_plain_tiff_differ_only_in_the_hole() -> None:
    """Bytes of an uncompressed file that move although no pixel asks for it."""
    for form in ("BMP", "TIFF"):
        data = save(cat(), form)
        picture = decode(data, max_pixels=LIMIT)
        target, hole = picture.rgb.copy(), np.zeros((96, 128), bool)
        hole[50, 60] = True
        target[50, 60] ^= 255
        out = codecs.encode(picture, target, hole)
        assert len(out) == len(data) and sum(a != b for a, b in zip(data, out, strict=True)) == 3


def test_palette_pixels_keep_their_transparency() -> None:
    """An opaque pixel mapped to a nearer but transparent palette entry becomes a hole in the picture."""
    rgb = np.zeros((8, 8, 1), np.uint8)
    image = Image.fromarray(rgb[..., 0]).convert("P")
    image.putpalette([0, 0, 0, 200, 0, 0, 90, 90, 90])
    picture = decode(save(image, "PNG", transparency=b"\xff\x00\xff"), max_pixels=LIMIT)
    target = np.full_like(picture.rgb, (201, 0, 0))
    again = decode(codecs.encode(picture, target, np.ones((8, 8), bool)), max_pixels=LIMIT)
    assert (again.rgb == (90, 90, 90)).all() and again.transparency is not None and (again.transparency == 255).all()


def test_a_fill_never_hits_the_transparent_key_colour() -> None:
    """A filled pixel of exactly the key colour would turn transparent."""
    rgb = cat()
    picture = decode(save(rgb, "PNG", transparency=(10, 20, 30)), max_pixels=LIMIT)
    target, hole = picture.rgb.copy(), np.ones(rgb.shape[:2], bool)
    target[:] = (10, 20, 30)
    again = decode(codecs.encode(picture, target, hole), max_pixels=LIMIT)
    assert again.transparency is not None and (again.transparency == 255).all()
    assert np.abs(again.rgb.astype(int) - target).max() == 1


def test_arrays_that_do_not_fit_are_refused() -> None:
    """An 8-bit composite written into a 16-bit file, or a hole of another size."""
    picture = decode(raw_png(cat().astype(np.uint16) * 257, 16, 2), max_pixels=LIMIT)
    with pytest.raises(ValueError, match="do not fit"):
        codecs.encode(picture, cat(), np.ones((96, 128), bool))
    with pytest.raises(ValueError, match="do not fit"):
        codecs.encode(picture, picture.rgb, np.ones((9, 9), bool))
