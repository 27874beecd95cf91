"""The second look: the region classifier judges every plausible box with its surroundings."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from operators.detection.cores import Box
from operators.detection.crops import RegionCrop, region_crop

if TYPE_CHECKING:
    from operators.models.classifier import RegionClassifier

PLAUSIBLE = 0.02  # confidence by agreement below which no second look is worth its time


@dataclass(frozen=True)
class Judge:
    """network: folded, in eval mode. temperature: its logits are divided by it (Guo et al., ICML 2017)."""

    network: RegionClassifier
    bf16: bool = False
    temperature: float = 1.0

    def judge(self, boxes: list[Box], rgb: np.ndarray, maps: np.ndarray) -> list[Box]:
        """The boxes with the confidence that they are overlay, and evidence `agreement` (the confidence before) and
        `text` (any text, 0..1). rgb: uint8 (H, W, 3). maps: uint8 (H, W, 4), as `region_crop` takes them."""
        due = [i for i, box in enumerate(boxes) if box.confidence >= PLAUSIBLE]
        crops = {i: region_crop(boxes[i], rgb, maps) for i in due}
        judged = list(boxes)
        for shape in sorted({crop.planes.shape for crop in crops.values()}):
            own = [i for i in due if crops[i].planes.shape == shape]
            for i, (overlay, text) in zip(own, self.probabilities([crops[i] for i in own]), strict=True):
                evidence = boxes[i].evidence | {"agreement": boxes[i].confidence, "text": float(text)}
                judged[i] = replace(boxes[i], confidence=float(overlay), evidence=evidence)
        return judged

    def probabilities(self, crops: list[RegionCrop]) -> np.ndarray:
        """float64 (N, 2) of crops of one size: overlay, text."""
        import torch

        with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16, enabled=self.bf16):
            planes = torch.from_numpy(np.stack([crop.planes for crop in crops])).float() / 255
            features = torch.from_numpy(np.stack([crop.features for crop in crops]))
            logits = self.network(planes.contiguous(memory_format=torch.channels_last), features).double()
        return torch.sigmoid(logits / self.temperature).numpy()


@lru_cache(maxsize=2)
def load_judge(weights: str, bf16: bool) -> Judge:
    """weights: `embedded` or a .safetensors path, with config.json beside it. Raises ValueError saying what to do."""
    import json

    import torch

    from operators.models.classifier import EMBEDDED, load_classifier
    from operators.models.embedded import WEIGHTS, weights_folder

    path = weights_folder(EMBEDDED) / WEIGHTS if weights == "embedded" else Path(weights)
    if path.suffix != ".safetensors" or not path.is_file():
        raise ValueError(f"region classifier: {weights} is no .safetensors file; give one, or embedded, or none")
    beside = path.parent / "config.json"
    config = json.loads(beside.read_text()) if beside.is_file() else {}
    network = load_classifier(path).to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    return Judge(network, bf16, float(config.get("temperature", 1.0)))
