"""The seam verifier: network, classical scores and their fusion behind the `Verifier` interface."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from operators.detection.network import WeightsUnavailable
from operators.detection.precision import in_bf16
from operators.models.embedded import WEIGHTS, weights_folder
from operators.threads import one_thread
from operators.verify.features import ANSWERS, FEATURES, features
from operators.verify.fusion import FILE, Fusion, load_fusion
from operators.verify.planes import planes
from operators.verify.verdict import FAILURES, Verdict
from operators.verify.views import SIDE, SeamView

if TYPE_CHECKING:
    from operators.models.verifier import SeamNetwork

EMBEDDED = "verifier"


@dataclass(frozen=True)
class SeamVerifier:
    """A `Verifier` on the CPU. network: folded, in eval mode, channels_last. bf16: run under autocast."""

    network: SeamNetwork
    fusion: Fusion
    bf16: bool = False

    def judge(self, views: Sequence[SeamView]) -> list[Verdict]:
        """As `Verifier.judge`: one view after the other on one thread, since sums in another order would be other
        verdicts. Raises ValueError for views of another side."""
        return [self._verdict(x[None]) for x in self.features(views)]

    def features(self, views: Sequence[SeamView]) -> list[np.ndarray]:
        """By FEATURES, float32 (F,) a view: what the fusion is fitted to."""
        for view in views:
            if view.rgb.shape != (SIDE, SIDE, 3):
                raise ValueError(f"the verifier judges views of {SIDE} x {SIDE} px, not {view.rgb.shape}")
        with one_thread():
            return [features(view, self._logits(view)) for view in views]

    def _verdict(self, x: np.ndarray) -> Verdict:
        found = dict(zip(ANSWERS, self.fusion.probabilities(x)[0].tolist(), strict=True))
        return Verdict({name: found[name] for name in FAILURES}, found["risk"])

    def _logits(self, view: SeamView) -> np.ndarray:
        import torch

        with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16, enabled=self.bf16):
            x = torch.from_numpy(planes(view))[None].contiguous(memory_format=torch.channels_last)
            return self.network(x)[0].double().numpy()


def load_verifier(weights: str = "embedded", precision: str = "auto") -> SeamVerifier:
    """weights: `embedded`, or a folder that experiments.training.verifier wrote. precision: auto, bf16 or fp32.
    Raises `WeightsUnavailable` saying what to do."""
    folder = weights_folder(EMBEDDED) if weights == "embedded" else Path(weights)
    missing = [name for name in ("config.json", WEIGHTS, FILE) if not (folder / name).is_file()]
    if missing:
        raise WeightsUnavailable(
            f"seam verifier: no {' and no '.join(missing)} in {folder}; give a folder that "
            f"experiments.training.verifier.export and .fit wrote, or embedded where the package holds those weights, "
            f"or set verify.weights: none")
    return _load(folder, in_bf16(precision))


@lru_cache(maxsize=2)
def _load(folder: Path, bf16: bool) -> SeamVerifier:
    """The stages of one worker share it."""
    import torch

    try:
        from operators.models.verifier import load_network
    except ImportError as error:
        raise WeightsUnavailable(f"seam verifier: diffusers cannot be imported ({error}); pip install diffusers, or "
                                 "set verify.weights: none") from error
    fusion = load_fusion(folder)
    if (len(fusion.trees), fusion.count) != (len(ANSWERS), len(FEATURES)):
        raise WeightsUnavailable(f"seam verifier: {folder} was fitted to other features than this version's "
                                 f"{len(FEATURES)}; run experiments.training.verifier.fit")
    network = load_network(folder).to(memory_format=torch.channels_last)  # type: ignore[arg-type,call-arg,call-overload]
    return SeamVerifier(network, fusion, bf16)
