"""Marks that repeat over one picture: found, learnt and taken off without anything told."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from skimage import data

from operators.ingest import decode
from operators.marks.repeats import Repeated, find_repeats
from operators.marks.repetition import find_lattice
from operators.marks.stage import MarkStage
from operators.marks.subtract import subtract
from operators.picture import Picture
from operators.record import ImageRecord

STEPS = np.array([[92.5, 31.25], [-40.0, 77.5]])


def picture_of(rgb8: np.ndarray, quality: int = 92) -> Picture:
    done, jpeg = cv2.imencode(".jpg", rgb8[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])
    assert done
    return decode(jpeg.tobytes(), max_pixels=10**8)


def alpha_of(shape: tuple[int, ...], steps: np.ndarray = STEPS, text: str = "Proof") -> np.ndarray:
    """float32 (H, W), 0..0.4: a turned word at every point of the lattice, drawn four times as large."""
    canvas = np.zeros((4 * shape[0], 4 * shape[1]), np.uint8)
    for i in range(-20, 21):
        for j in range(-20, 21):
            x, y = 4 * (np.array([20.0, 20.0]) + i * steps[0] + j * steps[1])
            if -400 < x < canvas.shape[1] and -100 < y < canvas.shape[0] + 100:
                cv2.putText(canvas, text, (round(x), round(y)), cv2.FONT_HERSHEY_DUPLEX, 3.0, 255, 9, cv2.LINE_AA)
    return 0.4 * cv2.resize(canvas, shape[1::-1], interpolation=cv2.INTER_AREA).astype(np.float32) / 255


def marked(photo: np.ndarray, alpha: np.ndarray, colour: float = 1.0) -> np.ndarray:
    mixed = (1 - alpha[..., None]) * (photo / 255) + alpha[..., None] * colour
    return np.rint(255 * mixed).astype(np.uint8)


def taken_off(picture: Picture, found: Repeated) -> np.ndarray:
    rgb = picture.rgb8().astype(np.float32) / 255
    for one in found.repeats:
        own = np.s_[one.y : one.y + one.alpha.shape[0], one.x : one.x + one.alpha.shape[1]]
        rgb[own] = subtract(rgb[own], one.alpha, one.colour)[0]
    return rgb


@pytest.mark.parametrize(("name", "colour"), [("astronaut", 1.0), ("coffee", 0.0), ("chelsea", 1.0)])
def test_a_tiled_mark_is_learnt_and_subtracted(name: str, colour: float) -> None:
    """A watermark all over a picture that nobody reads, or that is painted over instead of computed back."""
    photo = getattr(data, name)()
    alpha = alpha_of(photo.shape)
    picture = picture_of(marked(photo, alpha, colour))
    found = find_repeats(picture)
    assert found is not None and found.explained > 0.8
    estimated = np.zeros(alpha.shape, np.float32)
    for one in found.repeats:
        own = np.s_[one.y : one.y + one.alpha.shape[0], one.x : one.x + one.alpha.shape[1]]
        estimated[own] = np.maximum(estimated[own], one.alpha)
    inside = alpha > 0.05
    assert (alpha * (estimated > 0)).sum() > 0.9 * alpha.sum()
    assert np.abs(estimated - alpha)[inside].mean() < 0.085
    before, after = (np.square(v - photo / 255)[inside].mean() for v in (
        picture.rgb8() / 255, taken_off(picture, found)))
    assert 10 * np.log10(before / after) > 7, "the mark must lose four fifths of its error"


@pytest.mark.parametrize("name", ["astronaut", "brick", "grass", "gravel", "coffee", "checkerboard", "coins", "page"])
def test_photographs_and_their_own_patterns_are_left_alone(name: str) -> None:
    """A wall of bricks, or a page of letters, taken off as if it were a watermark."""
    photo = getattr(data, name)()
    rgb8 = photo if photo.ndim == 3 else np.repeat(photo[..., None], 3, 2)
    assert find_repeats(picture_of(np.ascontiguousarray(rgb8))) is None


def test_the_lattice_is_exact_to_a_fraction_of_a_pixel() -> None:
    """Steps so rough that pieces far apart no longer lie on each other."""
    photo = data.astronaut()
    found = find_lattice(marked(photo, alpha_of(photo.shape)))
    assert found is not None
    index = np.linalg.solve(STEPS.T, found.steps.T).T
    assert np.abs(index - np.rint(index)).max() < 0.01 and abs(abs(np.linalg.det(np.rint(index))) - 1) < 1e-6


def test_a_small_picture_has_no_repeats() -> None:
    """An exception where there is no room for two."""
    assert find_repeats(picture_of(data.astronaut()[:40, :40])) is None
    assert find_repeats(picture_of(np.zeros((200, 200, 3), np.uint8))) is None


def test_the_stage_gives_a_region_for_every_repeat_and_none_for_a_photograph() -> None:
    """Repeats that never reach the line, or a photograph that pays for them with a region."""
    photo = data.astronaut()
    rgb8 = marked(photo, alpha_of(photo.shape))
    records = [ImageRecord(key=key, image=cv2.imencode(".png", v[..., ::-1])[1].tobytes())
               for key, v in (("a", rgb8), ("b", photo))]
    MarkStage(repeats=True)(records)
    assert [r.error for r in records] == ["", ""]
    assert len(records[0].regions) > 15 and records[1].regions == []
    assert {r.source for r in records[0].regions} == {"marks"} and "repeats" in records[0].regions[0].reason
    off = ImageRecord(key="c", image=records[0].image)
    MarkStage()([off])
    assert off.regions == []
