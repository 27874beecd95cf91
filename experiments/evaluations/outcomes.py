"""What became of a failure that was put in, by the truth.

Own measures: ghost and halo, the share of what was put in that is left in the error's detail (regression); colour
drift, mean Lab error of the low frequencies; texture, mean absolute log ratio of three octaves' strength to the
truth's; structure, mean squared error of luma between the grain and the tone. Mended: a failure's own measure falls by
half or more, and neither mean CIEDE2000 nor SSIM in the hole gets worse than by the slack. Worsened: mean CIEDE2000 up
by more than WORSE.
"""

from __future__ import annotations

import cv2
import numpy as np

from experiments.evaluations.injected import Case
from operators.measures.luma import LUMA
from operators.measures.octaves import octaves
from operators.measures.structure import ssim_map
from operators.measures.truth import delta_e
from operators.remedy import Mended

WORSE = 0.5  # CIEDE2000
SLACK, SSIM_SLACK = 0.05, 0.005
NO_FAILURE = 0.2  # log ratio: noise in a filling that was too smooth can bring it nearer to the truth


def outcome(case: Case, mended: Mended) -> dict[str, float]:
    """halved, mended, worsened: 0 or 1. change: of the mean CIEDE2000 in the larger hole."""
    where = case.wound.hole | mended.hole
    before, after = (own_measure(case, rgb, where) if case.failure else 0.0 for rgb in (case.wound.rgb, mended.rgb))
    truth = _lab(case.truth)[where].astype(np.float64)
    colour = [float(delta_e(_lab(rgb)[where].astype(np.float64), truth).mean()) for rgb in (case.wound.rgb, mended.rgb)]
    alike = [float(ssim_map(rgb, case.truth)[where].mean()) for rgb in (case.wound.rgb, mended.rgb)]
    halved, change = before > 0 and after <= 0.5 * before, colour[1] - colour[0]
    fine = change <= SLACK and alike[1] >= alike[0] - SSIM_SLACK
    return {"halved": float(halved), "mended": float(halved and fine), "worsened": float(change > WORSE),
            "change": change, "share": after / max(before, 1e-9)}


def shows(case: Case) -> bool:
    """Whether the injection has brought the texture away from the truth's, by NO_FAILURE; true of all other cases."""
    if case.failure != "texture":
        return True
    put, good = (own_measure(case, rgb, case.wound.hole) for rgb in (case.wound.rgb, case.good))
    return put >= good + NO_FAILURE


def own_measure(case: Case, rgb: np.ndarray, where: np.ndarray) -> float:
    """How much of the case's failure a composite shows, 0 for the truth. where: bool (S, S), the larger hole."""
    error = rgb - case.truth
    if case.failure in ("ghost", "halo"):
        put, left = (x - cv2.GaussianBlur(x, (0, 0), 3.0) for x in (case.wound.rgb - case.good, error))
        return abs(float((put * left)[where].sum())) / max(float((put * put)[where].sum()), 1e-9)
    if case.failure == "colour_drift":
        weight = where.astype(np.float32)
        blurred = cv2.GaussianBlur((_lab(rgb) - _lab(case.truth)) * weight[..., None], (0, 0), 3.0)
        mean = blurred / (cv2.GaussianBlur(weight, (0, 0), 3.0) + 1e-6)[..., None]
        return float(np.linalg.norm(mean[where], axis=-1).mean())
    if case.failure == "texture":
        return float(np.mean([abs(np.log(a / b)) for a, b in zip(*(_octaves(x, where) for x in (rgb, case.truth)),
                                                                 strict=True)]))
    luma = cv2.GaussianBlur(error @ LUMA, (0, 0), 1.0)
    return float(((luma - cv2.GaussianBlur(luma, (0, 0), 12.0))[where] ** 2).mean())


def _octaves(rgb: np.ndarray, where: np.ndarray) -> list[float]:
    return [float(np.abs(band)[where].mean()) + 1e-3 for band in octaves(rgb @ LUMA)[0][:3]]


def _lab(rgb: np.ndarray) -> np.ndarray:
    return cv2.cvtColor(np.ascontiguousarray(np.clip(rgb, 0, 1), np.float32), cv2.COLOR_RGB2LAB)
