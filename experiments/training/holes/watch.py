"""What a pipeline does to held-out crops: in the hole, on its border, and against the harmonic fill."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar, Generic, TypeVar

import numpy as np
import torch
from torch import Tensor

from experiments.training.holes.crops import Holes
from experiments.training.holes.views import Views, views_of
from operators.measures.luma import LUMA
from operators.measures.seam import colour_drift, high_frequency_ratio, signed_distance
from operators.measures.structure import ssim_map
from operators.measures.truth import border_band, psnr_in_mask
from operators.models.folder_pipeline import FolderPipeline

SEED = 7
PIECE = 16  # crops at a time

Pipeline = TypeVar("Pipeline", bound=FolderPipeline)


@dataclass(frozen=True)
class Fill:
    """Means over crops. psnr: dB in the hole. ssim: over 4 px on both sides of its edge; ssim_outside: on the outer one
    alone, where windows reach in. drift: of colour across the edge, Lab. detail: log ratio of high frequencies inside
    and outside. gradient: of luma in the hole, over the truth's."""

    psnr: float
    ssim: float
    ssim_outside: float
    drift: float
    detail: float
    gradient: float


class Watch(ABC, Generic[Pipeline]):
    """Measures a pipeline on the same crops every time. option: the pipeline's, of the residual's gain."""

    option: ClassVar[str]

    def __init__(self, crops: Holes) -> None:
        self.views = views_of(crops)
        self.base = measured(self.views.base, self.views)

    @abstractmethod
    def fill(self, pipeline: Pipeline, views: Views, seeds: list[torch.Generator], temperature: float) -> Tensor:
        """float32 (N, 3, S, S) of some views, a seed each."""

    def filled(self, pipeline: Pipeline, temperature: float) -> Tensor:
        """float32 (N, 3, S, S) on the CPU, seeds by the number of the crop."""
        parts = []
        for start in range(0, len(self.views.truth), PIECE):
            part = self.views.pick(slice(start, start + PIECE))
            seeds = [torch.Generator().manual_seed(SEED + start + k) for k in range(len(part.truth))]
            parts.append(self.fill(pipeline, part, seeds, temperature).float().cpu())
        return torch.cat(parts)

    def expected(self, pipeline: Pipeline, gain: float = 1.0) -> Fill:
        """At temperature 0 with that gain, whatever the pipeline's own is."""
        own = pipeline.config[self.option]
        pipeline.register_to_config(**{self.option: gain})
        filled = self.filled(pipeline, 0.0)
        pipeline.register_to_config(**{self.option: own})
        return measured(filled, self.views)


def measured(filled: Tensor, views: Views) -> Fill:
    """filled: float32 (N, 3, S, S), 0..1."""
    rows, steep, true_steep = [], 0.0, 0.0
    pictures = (x.permute(0, 2, 3, 1).contiguous().numpy() for x in (filled, views.truth, views.hole > 0))
    for one, truth, hole in zip(*pictures, strict=True):
        inside = hole[..., 0]
        distance, band, alike = signed_distance(inside), border_band(inside), ssim_map(one, truth)
        rows.append((psnr_in_mask(one, truth, inside), alike[band].mean(), alike[band & ~inside].mean(),
                     colour_drift(one, distance), high_frequency_ratio(one, distance)))
        steep, true_steep = steep + _steepness(one, inside), true_steep + _steepness(truth, inside)
    psnr, ssim, outside, drift, detail = np.mean(rows, 0).tolist()
    return Fill(psnr, ssim, outside, drift, detail, steep / max(true_steep, 1e-9))


def _steepness(picture: np.ndarray, inside: np.ndarray) -> float:
    """Sum of the gradient of luma over the hole."""
    down, across = np.gradient(picture @ LUMA)
    return float(np.hypot(down, across)[inside].sum())
