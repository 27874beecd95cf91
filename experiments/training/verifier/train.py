"""Train the seam verifier's network on tiles, or go on from weights.

    python -m experiments.training.verifier.pack --count 3200
    python -m experiments.training.verifier.pack --count 480 --split calibrate --tiles runs/verifier_tiles/calibrate
    python -m experiments.training.verifier.train --minutes 30
    python -m experiments.training.verifier.export --run runs/verifier
    python -m experiments.training.verifier.fit

Run again with the same --run folder to resume. RUN/loss.csv holds the curves.
"""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from experiments.training import loop
from experiments.training.arguments import begun, training_arguments
from experiments.training.checkpoint import Progress
from experiments.training.curves import Curves
from experiments.training.judge.fit import figures
from experiments.training.trainer import Trainer
from experiments.training.verifier.supply import Batch, batch_of, endless
from experiments.training.verifier.tiles import Tiles, joined, shards
from experiments.training.weights import start_from
from operators.models.verifier import SeamNetwork
from operators.verify.verdict import FAILURES

PEAK, BATCH = 2e-3, 32
NAMES = (*FAILURES, "risk")
RISK = 1.5  # weight of the risk against one failure
COLUMNS = ("step", "samples", "seconds", "loss", *NAMES, *(f"auc_{name}" for name in NAMES))
_LOG_STEPS, _WATCH_STEPS, _WATCHED = 50, 500, 800


class VerifierTrainer(Trainer[SeamNetwork, Batch]):
    """Of the verifier's network, fresh or from a folder of weights."""

    def __init__(self, peak: float = PEAK, device: str = "cpu", init_from: Path | None = None) -> None:
        network = SeamNetwork()
        if init_from is not None:
            start_from(network, init_from)
        super().__init__(network, peak, device, decay=1e-2)

    def loss(self, batch: Batch, share: float) -> tuple[Tensor, dict[str, float]]:
        """The loss of a batch and its terms."""
        with torch.autocast(self.device, torch.bfloat16):
            logits = self.network(batch.x.to(self.device))
        return verifier_loss(logits.float(), batch.answers.to(self.device))

    def look(self, watched: Tiles) -> dict[str, float]:
        """Area under the curve of every answer of the averaged network on tiles it does not train on."""
        network = SeamNetwork.from_config(self.network.config)
        network.load_state_dict(self.average.state)
        network = network.eval().to(memory_format=torch.channels_last)
        logits, answers = [], []
        with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16):
            for start in range(0, len(watched), 64):
                batch = batch_of(watched.at(np.arange(start, min(start + 64, len(watched)))))
                logits.append(network(batch.x).float().numpy())
                answers.append(batch.answers.numpy())
        return areas(np.concatenate(logits), np.concatenate(answers))


def verifier_loss(logits: Tensor, answers: Tensor) -> tuple[Tensor, dict[str, float]]:
    """Binary cross entropy of every answer, float32 (N, 6), where it is known."""
    known = ~answers.isnan()
    each = F.binary_cross_entropy_with_logits(logits, answers.nan_to_num(0.0), reduction="none") * known
    by_name = each.sum(0) / known.sum(0).clamp_min(1)
    loss = by_name[:-1].sum() + RISK * by_name[-1]
    return loss, {"loss": float(loss.detach())} | {n: float(v) for n, v in zip(NAMES, by_name.detach(), strict=True)}


def areas(logits: np.ndarray, answers: np.ndarray) -> dict[str, float]:
    """Area under the curve by answer, of probabilities above a half; float32 (N, 6) both."""
    found = {}
    for index, name in enumerate(NAMES):
        known = np.isfinite(answers[:, index])
        found[f"auc_{name}"] = figures(logits[known, index], answers[known, index] > 0.5)["auc"]
    return found


def train(tiles: Path, run: Path, minutes: float, trainer: VerifierTrainer, watched: Tiles | None = None,
          count: int = BATCH) -> Progress:
    """Train until the run's total time is `minutes`."""
    run.mkdir(parents=True, exist_ok=True)
    trainer.network.save_config(run)
    progress = trainer.resume(run)
    batches = endless(tiles, count, progress.step)
    look = partial(trainer.look, watched) if watched is not None else None
    curves = Curves(run / "loss.csv", COLUMNS, _LOG_STEPS, look, _WATCH_STEPS)
    return loop.train(trainer, lambda _: (next(batches), count), run, minutes, progress, curves)


def main() -> None:
    parser = training_arguments(__doc__, "verifier", 30.0, PEAK, data="tiles", folder="verifier_tiles/train")
    parser.add_argument("--watched", type=Path, default=Path("runs/verifier_tiles/calibrate"))
    parser.add_argument("--nice", type=int, default=10)
    args = begun(parser)
    os.nice(args.nice)
    has = any(args.watched.glob("*.safetensors"))
    watched = joined(list(shards(args.watched))).at(np.arange(_WATCHED)) if has else None
    trainer = VerifierTrainer(args.peak, args.device, args.init_from)
    train(args.tiles, args.run, args.minutes, trainer, watched)


if __name__ == "__main__":
    main()
