"""Bytes to pixels, safely."""

from __future__ import annotations

import hashlib
import io
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageOps

from operators.ingest import IngestStage, decode
from operators.options import IngestOptions
from operators.picture import UnreadableImage
from operators.record import ImageRecord, Status
from tests.operators.codecs.pictures import cat
from tests.operators.odd_inputs import EDITABLE, UNTOUCHED, OddInput, bomb_png, jpegs, odd_inputs, pngs, save

INPUTS = odd_inputs(cat())
LIMIT = 10**8
GOOD = [k for k in INPUTS if k.expected == EDITABLE]


def test_there_are_enough_kinds() -> None:
    """A generator that quietly lost kinds or repeats a file name."""
    assert len(INPUTS) >= 40 and len({k.file for k in INPUTS}) == len(INPUTS)


@pytest.mark.parametrize("kind", INPUTS, ids=lambda k: k.name)
def test_every_kind_ends_where_it_should(kind: OddInput) -> None:
    """A broken file taken for a picture, a good one refused, or an exception that is no `UnreadableImage`."""
    try:
        picture = decode(kind.data, max_pixels=LIMIT)
    except UnreadableImage as error:
        assert error.kind == kind.expected, str(error)
        return
    assert kind.expected == (EDITABLE if picture.editable else UNTOUCHED), picture.reason
    assert bool(picture.reason) != picture.editable
    assert picture.rgb.shape == (picture.height, picture.width, 3)
    assert picture.rgb.dtype == (np.uint16 if "16-bit" in kind.name or kind.name in WIDE else np.uint8)


WIDE = ("tiff tiled", "tiff big-endian")


SHOWN = [k for k in jpegs(cat()) + pngs(cat()) if "16-bit" not in k.name]


@pytest.mark.parametrize("kind", SHOWN, ids=lambda k: k.name)
def test_pixels_are_those_that_pillow_shows(kind: OddInput) -> None:
    """A wrong colour conversion or orientation."""
    with Image.open(io.BytesIO(kind.data)) as image:
        shown = np.asarray(ImageOps.exif_transpose(image).convert("RGBA").convert("RGB"))
    assert np.array_equal(decode(kind.data, max_pixels=LIMIT).rgb, shown)


def test_a_bomb_is_refused_from_its_header() -> None:
    """900 million pixels allocated before anybody looks at the size, or a message that does not help."""
    start = time.perf_counter()
    with pytest.raises(UnreadableImage, match=r"30000x30000.*100,000,000.*ingest\.max_pixels"):
        decode(bomb_png(30000), max_pixels=LIMIT)
    assert time.perf_counter() - start < 0.1


def test_the_bound_is_inclusive() -> None:
    """A picture of exactly the allowed size refused."""
    data = save(cat(10, 10), "PNG")
    assert decode(data, max_pixels=100).width == 10
    with pytest.raises(UnreadableImage, match="99"):
        decode(data, max_pixels=99)


@settings(max_examples=150, deadline=None)
@given(kind=st.sampled_from(GOOD), share=st.floats(0.001, 0.98))
def test_any_truncation_is_unreadable_or_whole(kind: OddInput, share: float) -> None:
    """A half-read picture passed on as a success, or a crash on a cut header."""
    cut = kind.data[: int(len(kind.data) * share)]
    try:
        picture = decode(cut, max_pixels=LIMIT)
    except UnreadableImage as error:
        assert error.kind in ("empty", "not_an_image", "truncated", "corrupt")
        return
    assert np.array_equal(picture.rgb, decode(kind.data, max_pixels=LIMIT).rgb)


@settings(max_examples=150, deadline=None)
@given(kind=st.sampled_from(GOOD), place=st.floats(0, 1), value=st.integers(0, 255))
def test_a_changed_byte_never_raises_anything_else(kind: OddInput, place: float, value: int) -> None:
    """An IndexError or struct.error from a header field that lies."""
    data = bytearray(kind.data)
    data[int(place * (len(data) - 1))] = value
    try:
        decode(bytes(data), max_pixels=10**6)
    except UnreadableImage as error:
        assert error.kind and str(error)


def test_the_stage_fills_the_record() -> None:
    """Width and height swapped for a turned picture, or a digest of something else."""
    data = next(k.data for k in jpegs(cat()) if k.name == "jpeg exif orientation 6")
    (record,) = IngestStage()([ImageRecord("a", data)])
    assert (record.format, record.width, record.height) == ("JPEG", 96, 128)
    assert record.sha256 == hashlib.sha256(data).hexdigest()
    assert record.open and record._picture is not None and record.seconds["ingest"] > 0


def test_errors_and_untouched_kinds_close_their_record_only() -> None:
    """One unreadable picture that costs its neighbours, or its digest missing from the failures."""
    kinds = {k.name: k.data for k in INPUTS}
    names = ["no bytes", "jpeg baseline", "untouched animated.gif", "png bomb 30000x30000", "png rgba"]
    records = IngestStage(IngestOptions())([ImageRecord(n, kinds[n]) for n in names])
    assert [r.status for r in records] == [
        Status.FAILED,
        Status.PENDING,
        Status.UNTOUCHED,
        Status.FAILED,
        Status.PENDING,
    ]
    assert [r.error_class for r in records] == ["empty", "", "", "too_large", ""]
    assert records[0].sha256 and records[0].result is None
    assert records[2].result == kinds["untouched animated.gif"] and records[2].reason == "animated GIF"
