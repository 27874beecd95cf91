"""JPEG: what the hole does not touch stays, coefficient by coefficient and byte by byte."""

from __future__ import annotations

import io
import tracemalloc

import jpeglib
import numpy as np
import pytest
import simplejpeg
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from operators import codecs
from operators.codecs.jpeg_frame import Component, Frame, Segment, parse_frame
from operators.codecs.jpeg_read import read_coefficients
from operators.codecs.jpeg_write import write_jpeg
from operators.ingest import decode
from operators.picture import UnreadableImage
from tests.operators.codecs.pictures import cat, filled, random_hole
from tests.operators.odd_inputs import exif, icc, jpegs, save

LIMIT = 10**8


def encoded(rgb: np.ndarray, mode: str = "RGB", **options: object) -> bytes:
    return save(Image.fromarray(rgb).convert(mode), "JPEG", **options)


def cleaned(data: bytes, hole: np.ndarray, seed: int = 0) -> bytes:
    picture = decode(data, max_pixels=LIMIT)
    return codecs.encode(picture, filled(picture.rgb, hole, seed), hole)


def untouched_blocks(frame: Frame, index: int, hole: np.ndarray) -> np.ndarray:
    """Bool (block rows, block columns) of a component: blocks in MCUs that the stored-orientation hole avoids."""
    component, (rows, columns) = frame.components[index], frame.blocks(index)
    tall, wide = 8 * frame.v_max, 8 * frame.h_max
    padded = np.pad(hole, ((0, -hole.shape[0] % tall), (0, -hole.shape[1] % wide)))
    mcus = padded.reshape(padded.shape[0] // tall, tall, -1, wide).any(axis=(1, 3))
    return ~mcus.repeat(component.v, axis=0).repeat(component.h, axis=1)[:rows, :columns]


def assert_coefficients_kept(before: bytes, after: bytes, hole: np.ndarray) -> None:
    old, new = parse_frame(before), parse_frame(after)
    pairs = zip(read_coefficients(before, old), read_coefficients(after, new), strict=True)
    for i, (a, b) in enumerate(pairs):
        keep = untouched_blocks(old, i, hole)
        assert np.array_equal(a[keep], b[keep]), f"component {i}"


@settings(max_examples=60, deadline=None)
@given(
    mode=st.sampled_from(["RGB", "L", "CMYK"]),
    quality=st.integers(1, 100),
    subsampling=st.integers(0, 2),
    progressive=st.booleans(),
    size=st.tuples(st.integers(1, 70), st.integers(1, 90)),
    seed=st.integers(0, 1000),
)
def test_coefficients_outside_touched_mcus_are_identical(mode, quality, subsampling, progressive, size, seed) -> None:
    """A silent re-encoding, or a block written to the wrong place."""
    data = encoded(cat(*size), mode, quality=quality, subsampling=subsampling, progressive=progressive)
    hole = random_hole(size, seed)
    out = cleaned(data, hole, seed)
    assert_coefficients_kept(data, out, hole)
    assert parse_frame(out).marker == parse_frame(data).marker


@pytest.mark.parametrize("sampling", ["444", "422", "420", "440", "411"])
def test_blocks_of_a_touched_mcu_that_the_hole_avoids_stay(sampling: str) -> None:
    """Recomputing a whole MCU where one block changed."""
    data = simplejpeg.encode_jpeg(cat(64, 64), 80, "RGB", sampling)
    hole = np.zeros((64, 64), bool)
    hole[9:14, 9:14] = True
    before, after = (read_coefficients(d, parse_frame(d)) for d in (data, cleaned(data, hole)))
    changed = (before[0] != after[0]).any(axis=(2, 3))
    assert changed[1, 1] and changed.sum() == 1


OPTIONS: list[dict] = [{}, {"progressive": True}, {"subsampling": 0}, {"keep_rgb": True, "subsampling": 0}]


@pytest.mark.parametrize("options", OPTIONS)
def test_an_independent_libjpeg_reads_what_was_written(options: dict) -> None:
    """A file that only our own reader understands, or one with a wrong colour in the hole."""
    data, hole = encoded(cat(), quality=92, **options), np.zeros((96, 128), bool)
    hole[21:70, 13:90] = True
    picture = decode(data, max_pixels=LIMIT)
    target = picture.rgb.copy()
    target[hole] = (70, 110, 60)
    with Image.open(io.BytesIO(codecs.encode(picture, target, hole))) as image:
        error = np.abs(np.asarray(image.convert("RGB")).astype(int) - target)
    assert error[34:62, 18:78].max() <= 3  # the MCUs that lie wholly inside, less a border that chroma blends over
    assert error[~hole].mean() < 1


def test_overshoot_around_bright_text_does_not_remain() -> None:
    """Differences against clipped pixels leave the decoder's overshoot of white letters behind as a ghost."""
    rgb = np.full((64, 64, 3), 120, np.uint8)
    rgb[20:44:4, 8:56] = 255
    picture = decode(encoded(rgb, quality=40, subsampling=0), max_pixels=LIMIT)
    hole = np.zeros((64, 64), bool)
    hole[16:48] = True
    target = picture.rgb.copy()
    target[hole] = 120
    seen = decode(codecs.encode(picture, target, hole), max_pixels=LIMIT).rgb
    assert np.abs(seen[hole].astype(int) - 120).max() <= 3


def test_metadata_is_carried_over_byte_for_byte_and_in_order() -> None:
    """A lost ICC profile, EXIF block or comment, or bytes after the end that vanish."""
    data = encoded(cat(), icc_profile=icc() * 200, exif=exif(1), comment=b"note", dpi=(300, 300)) + b"after the end"
    out = cleaned(data, random_hole((96, 128), 1))
    assert parse_frame(out).metadata() == parse_frame(data).metadata()
    assert out.endswith(b"after the end")
    assert len([s for s in parse_frame(out).metadata() if s.marker == 0xE2]) > 1


@pytest.mark.parametrize("orientation", range(1, 9))
def test_the_hole_is_where_the_upright_picture_shows_it(orientation: int) -> None:
    """A hole turned the wrong way for one of the eight EXIF orientations."""
    from PIL import ImageOps

    data = encoded(cat(48, 80), exif=exif(orientation), quality=100, subsampling=0)
    picture = decode(data, max_pixels=LIMIT)
    hole = np.zeros(picture.rgb.shape[:2], bool)
    hole[3:11, 5:29] = True
    target = picture.rgb.copy()
    target[hole] = (200, 40, 40)
    with Image.open(io.BytesIO(codecs.encode(picture, target, hole))) as image:
        assert image.getexif()[0x0112] == orientation
        seen = np.asarray(ImageOps.exif_transpose(image)).astype(int)
    assert np.abs(seen - target).max() <= 4


def test_nothing_changed_gives_the_original_bytes() -> None:
    """A hole without effect must not cost a rewrite."""
    for kind in jpegs(cat()):
        picture = decode(kind.data, max_pixels=LIMIT)
        hole = np.ones(picture.rgb.shape[:2], bool)
        assert codecs.encode(picture, picture.rgb.copy(), hole) == kind.data, kind.name


def test_arithmetic_coding_is_read() -> None:
    """An arithmetic-coded source: its coefficients stay, the codes become Huffman."""
    planes, frame = _random_planes(((2, 2), (1, 1), (1, 1)))
    huffman = write_jpeg(frame, planes)
    lib = jpeglib.version("turbo210")
    with lib, _paths(huffman) as (source, target):
        picture = jpeglib.read_dct(source)
        picture.load()
        picture.write_dct(target, flags=["+ARITH_CODE"])
        with open(target, "rb") as file:  # noqa: PTH123
            data = file.read()
    assert parse_frame(data).marker == 0xC9
    hole = random_hole((frame.height, frame.width), 3)
    out = cleaned(data, hole)
    assert parse_frame(out).marker == 0xC1
    assert_coefficients_kept(data, out, hole)


@pytest.mark.parametrize("factors", [((4, 2), (1, 1), (1, 1)), ((1, 1), (2, 2), (1, 2)), ((4, 1), (2, 1), (1, 1))])
@pytest.mark.parametrize("progressive", [False, True])
def test_unusual_sampling_factors(factors, progressive: bool) -> None:
    """Factors that no encoder at hand writes, more than ten blocks in an MCU, chroma finer than luma."""
    planes, frame = _random_planes(factors, progressive=progressive)
    data = write_jpeg(frame, planes)
    assert all(np.array_equal(a, b) for a, b in zip(read_coefficients(data, parse_frame(data)), planes, strict=True))
    hole = random_hole((frame.height, frame.width), 11)
    assert_coefficients_kept(data, cleaned(data, hole), hole)


def test_extreme_coefficients_survive_the_writer() -> None:
    """Long zero runs, the largest magnitudes and empty bands in the run-length codes."""
    rng = np.random.default_rng(2)
    for progressive in (False, True):
        planes, frame = _random_planes(((1, 1),) * 3, progressive=progressive)
        for plane in planes:
            plane[...] = 0
            spots = tuple(rng.integers(0, n, 60) for n in plane.shape)
            plane[spots] = rng.choice([-1023, 1023, 1, -1], 60)
        data = write_jpeg(frame, planes)
        again = read_coefficients(data, parse_frame(data))
        assert all(np.array_equal(a, b) for a, b in zip(again, planes, strict=True))


def test_multi_picture_files_pass_untouched() -> None:
    """Editing the first picture of an MPO would break its index."""
    two = Image.fromarray(cat())
    picture = decode(save(two, "MPO", save_all=True, append_images=[two.rotate(180)]), max_pixels=LIMIT)
    assert not picture.editable and "multi-picture" in picture.reason
    with pytest.raises(ValueError, match="passes untouched"):
        codecs.encode(picture, picture.rgb, np.zeros(picture.rgb.shape[:2], bool))


def test_lost_middle_is_not_a_success() -> None:
    """libjpeg fills what is missing with grey and only warns."""
    data = encoded(cat(), quality=90)
    with pytest.raises(UnreadableImage) as caught:
        decode(data[: len(data) // 2] + data[len(data) // 2 + 900 :], max_pixels=LIMIT)
    assert caught.value.kind in ("truncated", "corrupt")


def test_memory_stays_within_a_few_frames() -> None:
    """Float copies of a whole frame: a 12-megapixel picture must fit a worker even if all of it changes."""
    data = encoded(np.tile(cat(), (12, 12, 1)), quality=85)
    picture = decode(data, max_pixels=LIMIT)
    target, hole = 255 - picture.rgb, np.ones(picture.rgb.shape[:2], bool)
    tracemalloc.start()
    try:
        codecs.encode(picture, target, hole)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 48 * hole.size


def _random_planes(factors, *, progressive: bool = False) -> tuple[list[np.ndarray], Frame]:
    """Sparse random coefficients for a frame of 77x61 pixels with these (h, v) factors."""
    rng = np.random.default_rng(1)
    components = [Component(i + 1, h, v, 0) for i, (h, v) in enumerate(factors)]
    header = bytes((8,)) + (61).to_bytes(2, "big") + (77).to_bytes(2, "big") + bytes((len(components),))
    header += b"".join(bytes((c.identifier, c.h << 4 | c.v, c.table)) for c in components)
    marker = 0xC2 if progressive else 0xC0
    segments = [Segment(0xDB, bytes((0, *[9] * 64))), Segment(marker, header)]
    frame = Frame(marker, 8, 61, 77, components, segments)
    planes = []
    for i in range(len(components)):
        plane = rng.integers(-9, 10, (*frame.blocks(i), 8, 8)) * (rng.random((*frame.blocks(i), 8, 8)) < 0.1)
        plane[..., 0, 0] = rng.integers(-60, 60, plane.shape[:2])
        planes.append(plane.astype(np.int16))
    return planes, frame


class _paths:
    """Two file names in a temporary folder, the first with content."""

    def __init__(self, data: bytes) -> None:
        self.data = data

    def __enter__(self) -> tuple[str, str]:
        import tempfile
        from pathlib import Path

        self.folder = tempfile.TemporaryDirectory()
        source = Path(self.folder.name) / "a.jpg"
        source.write_bytes(self.data)
        return str(source), str(source.with_name("b.jpg"))

    def __exit__(self, *_: object) -> None:
        self.folder.cleanup()
