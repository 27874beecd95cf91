from __future__ import annotations

import numpy as np
import pytest
from skimage import color, metrics

from operators.measures.structure import ms_ssim, ssim, ssim_map
from operators.measures.truth import age, border_band, ciede2000, pceps, peps, psnr, psnr_in_mask, rmse
from tests.operators.overlaid import captioned


@pytest.fixture(scope="module")
def pair() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Result, truth (0..1) and mask."""
    case = captioned(level=0.4)
    return case.image / 255.0, case.photo / 255.0, case.alpha > 0


def test_like_scikit_image(pair: tuple[np.ndarray, np.ndarray, np.ndarray]) -> None:
    """A constant, a window or a channel off: figures that cannot be compared with anybody's."""
    result, truth, mask = pair
    theirs = metrics.peak_signal_noise_ratio(truth, result, data_range=1.0)
    assert psnr(result, truth) == pytest.approx(theirs, abs=1e-6)
    expected, full = metrics.structural_similarity(
        truth, result, data_range=1.0, channel_axis=2, gaussian_weights=True, sigma=1.5,
        use_sample_covariance=False, full=True)
    assert np.abs(ssim_map(result, truth) - full)[5:-5, 5:-5].max() < 1e-3
    assert ssim(result, truth) == pytest.approx(expected, abs=1e-4)
    lab = (color.rgb2lab(x) for x in (result, truth))
    assert ciede2000(result, truth, mask) == pytest.approx(float(color.deltaE_ciede2000(*lab)[mask].mean()), abs=0.02)


def test_masks_restrict(pair: tuple[np.ndarray, np.ndarray, np.ndarray]) -> None:
    """Error inside the hole diluted by the pixels that were never touched."""
    result, truth, mask = pair
    assert rmse(result, truth, ~mask) < 1e-9 < rmse(result, truth) < rmse(result, truth, mask)
    assert psnr_in_mask(result, truth, mask) < psnr(result, truth)
    assert np.isnan(rmse(result, truth, np.zeros_like(mask)))
    assert psnr(truth, truth) == float("inf")


def test_error_pixels() -> None:
    """Thresholds on the wrong scale; single pixels counted as clusters."""
    truth = np.full((20, 20, 3), 0.5)
    result = truth.copy()
    result[5, 5] += 0.1
    result[10:13, 10:13] += 0.1
    assert peps(result, truth) == pytest.approx(10 / 400)
    assert pceps(result, truth) == pytest.approx(1 / 400)
    assert age(result, truth) == pytest.approx(25.5 * 10 / 400)


def test_ms_ssim_is_multi_scale(pair: tuple[np.ndarray, np.ndarray, np.ndarray]) -> None:
    """One scale under the name of five: noise that vanishes at coarse scales must cost less than in SSIM."""
    _, truth, _ = pair
    noisy = np.clip(truth + np.random.default_rng(0).normal(0, 0.1, truth.shape), 0, 1)
    assert ms_ssim(truth, truth) == pytest.approx(1.0)
    assert ssim(noisy, truth) + 0.1 < ms_ssim(noisy, truth) < 1
    with pytest.raises(ValueError, match="176"):
        ms_ssim(truth[:100], truth[:100])


def test_band_lies_on_both_sides() -> None:
    """A band inside the hole only."""
    hole = np.zeros((40, 40), bool)
    hole[10:30, 10:30] = True
    band = border_band(hole, 3)
    assert band[8, 20] and band[12, 20] and not band[20, 20] and not band[3, 3]


def test_refuses_bytes_and_other_shapes() -> None:
    """Unsigned bytes that wrap around in a difference."""
    with pytest.raises(ValueError, match="float"):
        rmse(np.zeros((4, 4, 3), np.uint8), np.zeros((4, 4, 3), np.uint8))
    with pytest.raises(ValueError, match="shape"):
        psnr(np.zeros((4, 4, 3)), np.zeros((4, 5, 3)))
