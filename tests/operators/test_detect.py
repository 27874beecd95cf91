"""The detect stage on real pictures."""

import cv2
import numpy as np
import pytest
import skimage.data

from operators.detect import NOTHING_FOUND, DetectStage, detect_boxes
from operators.detection.finder import Finder, load_finder
from operators.detection.network import WeightsUnavailable
from operators.options import DetectOptions
from operators.record import ImageRecord, Status

NONE = DetectOptions(model="none")


def _png(rgb: np.ndarray) -> bytes:
    return cv2.imencode(".png", rgb[..., ::-1] if rgb.ndim == 3 else rgb)[1].tobytes()


def _record(rgb: np.ndarray, members: list[tuple[str, bytes]] | None = None) -> ImageRecord:
    height, width = rgb.shape[:2]
    return ImageRecord("a", _png(rgb), name="a.png", width=width, height=height, members=members or [])


def _captioned() -> np.ndarray:
    """The cat under a white line of text."""
    image = np.ascontiguousarray(skimage.data.chelsea())
    cv2.putText(image, "what a day it was", (50, 270), cv2.FONT_HERSHEY_DUPLEX, 1.1, (255, 255, 255), 2, cv2.LINE_AA)
    return image


@pytest.fixture(scope="module")
def finder() -> Finder:
    return load_finder(DetectOptions())


def test_without_network_and_regions_the_bytes_stay() -> None:
    """A picture without overlay must leave with its original bytes, not re-encoded."""
    record = _record(skimage.data.astronaut())
    DetectStage(NONE)([record])
    assert (record.status, record.reason, record.result) == (Status.UNTOUCHED, NOTHING_FOUND, record.image)


@pytest.mark.parametrize("box", [(0.25, 0.5, 0.75, 0.9), (128, 256, 384, 460.8)])
def test_boxes_are_shares_or_pixels(box: tuple[float, float, float, float]) -> None:
    """Shares taken for pixels would be one pixel large."""
    record = _record(skimage.data.astronaut())
    DetectStage(DetectOptions(model="none", boxes=(box,)))([record])
    (region,) = record.regions
    assert record.open and (region.kind, region.source, region.confidence) == ("box", "recipe", 1.0)
    assert region.quad[0] == pytest.approx([128, 256]) and region.quad[2] == pytest.approx([384, 460.8])


def test_box_outside_a_small_picture_gives_no_region() -> None:
    """Fixed pixel boxes of a recipe meet pictures of other sizes."""
    record = _record(skimage.data.astronaut()[:40, :50])
    DetectStage(DetectOptions(model="none", boxes=((100, 100, 200, 200),)))([record])
    assert record.regions == [] and record.status is Status.UNTOUCHED


def test_mask_member_becomes_one_region_per_part() -> None:
    """The user's mask is what changes, pixel by pixel: not its bounding box, not two parts as one."""
    mask = np.zeros((512, 512), np.uint8)
    mask[10:20, 30:60] = 255
    cv2.circle(mask, (300, 300), 40, 255, -1)
    record = _record(skimage.data.astronaut(), [("a.json", b"{}"), ("a.mask.png", _png(mask))])
    DetectStage(NONE)([record])
    assert [r.kind for r in record.regions] == ["mask", "mask"]
    rebuilt = np.zeros_like(mask, bool)
    for region in record.regions:
        assert region.mask is not None
        x, y = region.quad[0].astype(int)
        rebuilt[y : y + region.mask.shape[0], x : x + region.mask.shape[1]] |= region.mask
    assert np.array_equal(rebuilt, mask > 0)


def test_mask_member_is_ignored_when_the_recipe_says_so() -> None:
    """`sample_masks: false` must win over what lies beside the picture."""
    record = _record(skimage.data.astronaut(), [("a.mask.png", _png(np.full((512, 512), 255, np.uint8)))])
    DetectStage(DetectOptions(model="none", sample_masks=False))([record])
    assert record.regions == []


_TOO_SMALL = _png(np.zeros((10, 10), np.uint8))


@pytest.mark.parametrize("data", [b"", b"no picture", _TOO_SMALL], ids=["empty", "text", "size"])
def test_unusable_mask_keeps_the_picture_and_names_the_member(data: bytes) -> None:
    """A mask of another size laid over the picture would erase the wrong place."""
    record = _record(skimage.data.astronaut(), [("a.mask.png", data)])
    DetectStage(NONE)([record])
    assert (record.status, record.result, record.error_class) == (Status.KEPT, record.image, "UnusableMask")
    assert record.error.startswith("a.mask.png:")


def test_embedded_network_finds_a_caption(finder: Finder) -> None:
    """Broken weights, a wrong normalisation or scale would find nothing, or find it elsewhere."""
    options = DetectOptions()
    found = [b for b in detect_boxes(_captioned(), options, finder) if b.confidence >= options.min_confidence]
    inside = np.zeros(_captioned().shape[:2], np.uint8)
    for box in found:
        cv2.fillConvexPoly(inside, np.rint(box.quad).astype(np.int32), 1)
    drawn = np.any(_captioned() != skimage.data.chelsea(), axis=2)
    assert inside[drawn].mean() > 0.7 and inside[~drawn].mean() < 0.1


def test_no_region_depends_on_the_neighbours(finder: Finder) -> None:
    """Another batch, worker or order must give the same quads, bit for bit."""
    alone, after = (DetectStage() for _ in range(2))
    alone._finder = after._finder = finder
    (one,) = alone([_record(_captioned())])
    *_, two = after([_record(skimage.data.coffee()), _record(skimage.data.astronaut()[:99]), _record(_captioned())])
    assert [(r.quad.tolist(), r.confidence) for r in one.regions] == [
        (r.quad.tolist(), r.confidence) for r in two.regions
    ]


@pytest.mark.parametrize("shape", [(1, 1), (1, 700), (700, 1), (31, 33)])
def test_tiny_and_thin_pictures_pass(finder: Finder, shape: tuple[int, int]) -> None:
    """Strides must not run a thin picture down to zero pixels."""
    assert isinstance(detect_boxes(np.full((*shape, 3), 90, np.uint8), None, finder), list)


def test_only_doubtful_regions_leave_the_picture_untouched() -> None:
    """Regions below `min_confidence` are kept on record, and change nothing."""
    stage = DetectStage(DetectOptions(min_confidence=1.0))
    stage.setup()
    (record,) = stage([_record(_captioned())])
    assert record.status is Status.UNTOUCHED and record.result == record.image


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (DetectOptions(weights="nowhere.safetensors"), "nowhere.safetensors is no .safetensors file"),
        (DetectOptions(model="fast_tiny"), "holds db_mobilenet_v3_large, not 'fast_tiny'"),
    ],
)
def test_missing_weights_say_what_to_do(options: DetectOptions, message: str) -> None:
    """A stack trace from inside safetensors helps nobody."""
    with pytest.raises(WeightsUnavailable, match=message):
        load_finder(options)


def test_hub_weights_without_network_say_what_to_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """docTR's URLError names a host, not the remedy."""
    from urllib.error import URLError

    import operators.models.detector as models

    def offline(*_: object, **__: object) -> None:
        raise URLError("no route to host")

    monkeypatch.setattr(models, "build_detector", offline)
    with pytest.raises(WeightsUnavailable, match="DOCTR_CACHE_DIR"):
        load_finder(DetectOptions(weights="hub"))
