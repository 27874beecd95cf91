from __future__ import annotations

import cv2
import numpy as np
import pytest

from operators.fill.fuse import fused
from operators.fill.harmonic import fill_membrane
from operators.fill.unblend import ghost, unblend
from operators.measure import psnr_in_mask
from tests.operators.overlaid import captioned

WHITE = np.ones(3, np.float32)


def case(
    quality: int | None, share: float = 1.0, photo: str = "coffee"
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """(truth, un-blended with `share` of the true alpha, membrane, alpha, hole)."""
    one = captioned(photo, (60, 300), level=0.5)
    image = one.image
    if quality is not None:
        coded = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
        image = np.asarray(cv2.imdecode(coded, cv2.IMREAD_COLOR))
    view, alpha = image.astype(np.float32) / 255, (share * one.alpha).astype(np.float32)
    hole = cv2.dilate((one.alpha > 0).astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
    back, lost = unblend(view, alpha, WHITE)
    truth = one.photo.astype(np.float32) / 255
    return truth, fill_membrane(back, lost), fill_membrane(view, hole), alpha, hole


@pytest.mark.parametrize("photo", ["coffee", "astronaut", "rocket"])
@pytest.mark.parametrize("share", [1.0, 0.9])
def test_nearer_to_the_truth_than_either_witness_of_a_compressed_picture(photo: str, share: float) -> None:
    """Noise that inversion amplified left in, or detail thrown away with it."""
    truth, back, plain, alpha, hole = case(75, share, photo)
    under = alpha > 0.05
    result = fused(back, plain, alpha, hole)
    assert psnr_in_mask(result, truth, under) > max(psnr_in_mask(one, truth, under) for one in (back, plain)) + 0.5


def test_takes_the_ghost_of_a_wrong_opacity_away() -> None:
    """The silhouette that an alpha a fifth too low leaves, kept for detail of the picture."""
    truth, back, plain, alpha, hole = case(90, 0.8)
    result = fused(back, plain, alpha, hole)
    assert ghost(back, alpha) > 0.3
    assert ghost(result, alpha) < 0.5 * ghost(back, alpha)
    assert psnr_in_mask(result, truth, alpha > 0.05) > psnr_in_mask(back, truth, alpha > 0.05) + 1


def test_leaves_an_exact_inversion_nearly_as_it_is() -> None:
    """Detail smoothed away where nothing is wrong."""
    truth, back, plain, alpha, hole = case(None)
    result = fused(back, plain, alpha, hole)
    assert psnr_in_mask(result, truth, alpha > 0.05) > psnr_in_mask(plain, truth, alpha > 0.05) + 3


def test_touches_nothing_outside_the_hole() -> None:
    """A fused window laid over known pixels."""
    _, back, plain, alpha, hole = case(90)
    assert np.array_equal(fused(back, plain, alpha, hole)[~hole], back[~hole])


@pytest.mark.parametrize("everything", [True, False])
def test_without_a_ring_the_inversion_stands(everything: bool) -> None:
    """A division by the strength of a ring that is not there."""
    _, back, plain, alpha, hole = case(None)
    whole = np.full_like(hole, everything)
    assert np.array_equal(fused(back, plain, alpha, whole), back)
