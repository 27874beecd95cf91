"""The overlay segmenter behind one interface: a picture in, how much of each pixel is overlay out."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from operators.models.segmenter import OverlaySegmenter

STRIDE = 32


@dataclass(frozen=True)
class Layer:
    """The overlay of a view. coverage: float32 (h, w), 0..1, how surely a pixel is covered at all. alpha: float32
    (h, w), 0..1, how much of it if so. colour: float32 (h, w, 3), RGB 0..1, T there."""

    coverage: np.ndarray
    alpha: np.ndarray
    colour: np.ndarray

    def mirrored(self) -> Layer:
        """What a look at the view from behind would have given."""
        return Layer(*(part[:, ::-1] for part in (self.coverage, self.alpha, self.colour)))

    def averaged(self, other: Layer) -> Layer:
        """The mean of two looks at one view."""
        return Layer(*((a + b) / 2 for a, b in zip(vars(self).values(), vars(other).values(), strict=True)))


@dataclass(frozen=True)
class Segmenter:
    """network: folded, in eval mode, channels_last. bf16: run under autocast."""

    network: OverlaySegmenter
    bf16: bool = False

    def look(self, rgb: np.ndarray, probability: np.ndarray) -> Layer:
        """rgb: float32 (h, w, 3), 0..1, of any size. probability: float32 (h, w), 0..1, that a pixel is the core of a
        line, zero where nobody looked. Nothing depends on other pictures."""
        import torch
        import torch.nn.functional as F

        from operators.models.segmenter import inputs

        height, width = rgb.shape[:2]
        with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16, enabled=self.bf16):
            picture = torch.from_numpy(np.ascontiguousarray(rgb)).permute(2, 0, 1)[None]
            x = inputs(picture, torch.from_numpy(np.ascontiguousarray(probability, np.float32))[None, None])
            x = F.pad(x, (0, -width % STRIDE, 0, -height % STRIDE), mode="replicate")
            coverage, alpha, colour = self.network(x.contiguous(memory_format=torch.channels_last))
            parts = [t.float()[0, :, :height, :width] for t in (coverage.sigmoid(), alpha, colour)]
        return Layer(parts[0][0].numpy(), parts[1][0].numpy(), parts[2].permute(1, 2, 0).contiguous().numpy())


@lru_cache(maxsize=2)
def load_network(weights: str, bf16: bool) -> Segmenter:
    """weights: `embedded` or a .safetensors path. The detect and refine stages of one worker share it.
    Raises ValueError saying what to do."""
    import torch

    from operators.models.segmenter import load_segmenter

    path = _path(weights)
    if path.suffix != ".safetensors" or not path.is_file():
        raise ValueError(f"overlay segmenter: {weights} is no .safetensors file; give one, or embedded")
    return Segmenter(load_segmenter(path).to(memory_format=torch.channels_last), bf16)  # type: ignore[call-overload]


def network_config(weights: str) -> dict[str, Any]:
    """config.json beside the weights, {} when there is none."""
    beside = _path(weights).parent / "config.json"
    return json.loads(beside.read_text()) if beside.is_file() else {}


def _path(weights: str) -> Path:
    from operators.models.embedded import WEIGHTS, weights_folder
    from operators.models.segmenter import EMBEDDED

    return weights_folder(EMBEDDED) / WEIGHTS if weights == "embedded" else Path(weights)
