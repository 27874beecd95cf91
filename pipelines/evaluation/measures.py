"""The measures: what they are called, which way is better, and their values for one picture."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from operators.baselines import grown
from operators.fill.unblend import ghost
from operators.measure import age, border_band, ms_ssim, pceps, peps, psnr, rmse, ssim
from operators.measures.seam import colour_drift, gradient_ratio, signed_distance
from pipelines.evaluation.loading import Loaded
from pipelines.evaluation.methods import Attempt

MOST_PSNR = 100.0  # dB, of equal pictures, so that means stay finite
NEAR = 12  # px around the mask that a method may change
MARGIN = 16  # px around what is looked at, more than any window of a measure reaches
Values = dict[str, float | None]


@dataclass(frozen=True)
class Measure:
    """better: high, low or zero. unit: "%" for shares, shown times 100. digits: of a shown value."""

    name: str
    label: str
    better: str
    digits: int
    unit: str = ""
    with_truth: bool = True
    about: str = ""

    def show(self, value: float | None) -> str:
        if value is None:
            return "–"
        return f"{value * (100 if self.unit == '%' else 1):.{self.digits}f}"

    def badness(self, value: float | None) -> float:
        """Larger is worse; a value that there is not is the least bad."""
        if value is None:
            return -np.inf
        return -value if self.better == "high" else abs(value) if self.better == "zero" else value


MEASURES = (
    Measure("psnr_mask", "PSNR in mask", "high", 2, "dB", about="peak signal-to-noise ratio over the true mask's "
            "pixels: how near to the target where the overlay was"),
    Measure("rmse_mask", "RMSE in mask", "low", 3, about="root mean squared error there, 0 to 1"),
    Measure("psnr", "PSNR", "high", 2, "dB", about="over the whole picture; equal pictures count as 100 dB"),
    Measure("ssim_band", "SSIM of band", "high", 3, about="structural similarity within 4 px of the mask's edge"),
    Measure("ms_ssim", "MS-SSIM", "high", 4, about="multi-scale, whole picture; none below 176 px a side"),
    Measure("age", "AGE", "low", 2, about="average grey error, levels of 255, whole picture"),
    Measure("peps", "pEPs", "low", 2, "%", about="share of pixels more than 20 levels off"),
    Measure("pceps", "pCEPs", "low", 2, "%", about="share of such pixels with such neighbours"),
    Measure("ghost", "ghost", "low", 3, with_truth=False, about="correlation of the result's detail with the "
            "overlay's shape, 0 to 1: its silhouette is still there"),
    Measure("gradient_ratio", "gradient ratio", "zero", 3, with_truth=False, about="log ratio of gradients on the "
            "hole's edge to those outside: above 0 a visible edge, below a smear; means are of its size"),
    Measure("colour_drift", "colour drift", "low", 2, with_truth=False, about="how far the colours differ across the "
            "hole's edge, units of Lab"),
    Measure("residual", "boxes left", "low", 2, with_truth=False, about="boxes the line's own detector still finds in "
            "the whole picture, above its threshold"),
    Measure("outside_max", "largest change outside", "low", 1, with_truth=False, about="levels of 255 by which any "
            "pixel changed that is farther than 12 px from the mask"),
    Measure("outside_share", "changed outside", "low", 3, "%", with_truth=False, about="share of those pixels that "
            "changed at all"),
)
BY_NAME = {measure.name: measure for measure in MEASURES}


class Judge:
    """Measures of any attempt at one pair; what they share is worked out once."""

    def __init__(self, pair: Loaded) -> None:
        self.pair = pair
        self.target = pair.target.astype(np.float32) / 255
        self.far = ~grown(pair.mask, NEAR)
        self.band = border_band(pair.mask)
        self.shape = pair.alpha if pair.alpha is not None else pair.mask.astype(np.float32)

    def values(self, attempt: Attempt) -> Values:
        """All measures but `residual`, by name; None where one cannot be taken."""
        picture = attempt.picture.astype(np.float32) / 255
        found = self._against_target(picture) | self._on_its_own(picture, attempt) | self._outside(attempt)
        return {name: _finite(value) for name, value in found.items()}

    def _against_target(self, picture: np.ndarray) -> dict[str, float]:
        mask, target = self.pair.mask, self.target
        values = {"psnr_mask": min(psnr(picture, target, mask), MOST_PSNR), "rmse_mask": rmse(picture, target, mask),
                  "psnr": min(psnr(picture, target), MOST_PSNR), "age": age(picture, target),
                  "peps": peps(picture, target), "pceps": pceps(picture, target)}
        box = _around(self.band)
        values["ssim_band"] = ssim(picture[box], target[box], self.band[box]) if self.band.any() else np.nan
        large = min(mask.shape) >= 176
        return values | {"ms_ssim": ms_ssim(picture, target) if large else np.nan}

    def _on_its_own(self, picture: np.ndarray, attempt: Attempt) -> dict[str, float]:
        """The seam is looked for along the edge of what the method was free to change and of what it should have."""
        hole = attempt.hole | self.pair.mask
        if not hole.any() or hole.all():
            return {"ghost": np.nan, "gradient_ratio": np.nan, "colour_drift": np.nan}
        box, shaped = _around(hole), _around(self.shape > 0)
        distance = signed_distance(hole[box])
        return {"ghost": ghost(picture[shaped], self.shape[shaped]) if self.shape.any() else np.nan,
                "gradient_ratio": gradient_ratio(picture[box], distance),
                "colour_drift": colour_drift(picture[box], distance)}

    def _outside(self, attempt: Attempt) -> dict[str, float]:
        change = cv2.absdiff(attempt.picture, self.pair.before).max(2)[self.far]
        if not change.size:
            return {"outside_max": np.nan, "outside_share": np.nan}
        return {"outside_max": float(change.max()), "outside_share": float((change > 0).mean())}


def _around(where: np.ndarray) -> tuple[slice, slice]:
    """The box of the true pixels and a margin; everything when there are none."""
    rows, columns = np.flatnonzero(where.any(1)), np.flatnonzero(where.any(0))
    if not rows.size:
        return slice(None), slice(None)
    return (slice(max(int(rows[0]) - MARGIN, 0), int(rows[-1]) + MARGIN + 1),
            slice(max(int(columns[0]) - MARGIN, 0), int(columns[-1]) + MARGIN + 1))


def _finite(value: float) -> float | None:
    return round(float(value), 6) if np.isfinite(value) else None
