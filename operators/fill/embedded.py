"""What the embedded generators have in common: views in, one pipeline of diffusers on its device, fillings out."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

import numpy as np
import torch
from torch import Tensor

from operators.detection.network import WeightsUnavailable
from operators.detection.precision import in_bf16
from operators.fill.device import half_format
from operators.fill.generator import FillView
from operators.models.embedded import weights_folder
from operators.threads import one_thread

GPU_BATCH = 64
CONTENTS = "model_index.json"  # by which a folder of diffusers says what it holds


@dataclass
class EmbeddedGenerator(ABC):
    """A `Generator` but for its pipeline. bf16: run under autocast (in float16 on a GPU without bf16). side: of the
    views the network was trained on, px."""

    name: ClassVar[str]
    bf16: bool = field(default=False, kw_only=True)
    side: int = field(init=False)

    @property
    @abstractmethod
    def device(self) -> str:
        """`cpu` or `cuda`."""

    @abstractmethod
    def call(self, base: Tensor, hole: Tensor, known: Tensor, seeds: list[torch.Generator], temperature: float
             ) -> Tensor:
        """The pipeline on a batch: base (N, 3, S, S), hole and known (N, 1, S, S) → (N, 3, S, S)."""

    def fill(self, views: Sequence[FillView], temperature: float) -> list[np.ndarray]:
        """As `Generator.fill`; on a CPU one view after the other on one thread, since sums in another order would be
        other bytes, on a GPU in batches. Raises ValueError for views of another side."""
        for view in views:
            if view.base.shape != (self.side, self.side, 3):
                raise ValueError(f"{self.name} fills views of {self.side} x {self.side} px, not {view.base.shape}")
        count = 1 if self.device == "cpu" else GPU_BATCH
        batches = [views[start : start + count] for start in range(0, len(views), count)]
        with (one_thread(), torch.inference_mode(),
              torch.autocast(self.device, half_format(self.device), enabled=self.bf16)):
            return [filled for batch in batches for filled in self._filled(batch, temperature)]

    def _filled(self, views: Sequence[FillView], temperature: float) -> list[np.ndarray]:
        base, hole, known = (torch.from_numpy(np.stack(part)) for part in zip(
            *((view.base, view.hole, view.known) for view in views), strict=True))
        seeds = [torch.Generator().manual_seed(view.seed) for view in views]
        filled = self.call(base.permute(0, 3, 1, 2), hole[:, None], known[:, None], seeds, temperature)
        return list(filled.permute(0, 2, 3, 1).contiguous().cpu().numpy())


def generator_folder(weights: str, embedded: str, title: str) -> Path:
    """The folder of `weights`: that of the embedded ones, or a folder the user names. embedded: their name, also that
    of the option and the training command. Raises `WeightsUnavailable` saying what to do."""
    folder = weights_folder(embedded) if weights == "embedded" else Path(weights)
    if not (folder / CONTENTS).is_file():
        raise WeightsUnavailable(
            f"{title}: no {CONTENTS} in {folder}; give a folder that experiments.training.{embedded}.export "
            f"wrote, or embedded where the package holds those weights, or set fill.{embedded}: harmonic")
    return folder


def without_diffusers(error: ImportError, embedded: str, title: str) -> WeightsUnavailable:
    """What to raise when diffusers cannot be imported."""
    return WeightsUnavailable(f"{title}: diffusers cannot be imported ({error}); pip install diffusers, or set "
                              f"fill.{embedded}: harmonic")


def autocast_wanted(precision: str, device: str) -> bool:
    """precision: auto, bf16 or fp32."""
    return in_bf16(precision) if device == "cpu" else precision != "fp32"
