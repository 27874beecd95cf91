"""Train the seam verifier's network on tiles, or go on from weights.

    python -m experiments.training.verifier.pack --count 3200
    python -m experiments.training.verifier.pack --count 480 --split calibrate --tiles runs/verifier_tiles/calibrate
    python -m experiments.training.verifier.train --minutes 30
    python -m experiments.training.verifier.export --run runs/verifier
    python -m experiments.training.verifier.fit

Run again with the same --run folder to resume. RUN/loss.csv holds the curves.
"""

from __future__ import annotations

import argparse
import os
import time
from pathlib import Path

import cv2
import numpy as np
import torch
import torch.nn.functional as F
from safetensors.torch import load_file
from torch import Tensor, nn

from experiments.training.average import Average
from experiments.training.checkpoint import Progress, load_checkpoint, save_checkpoint
from experiments.training.curves import Curves
from experiments.training.judge.fit import figures
from experiments.training.schedule import learning_rate
from experiments.training.verifier.supply import Batch, batch_of, endless
from experiments.training.verifier.tiles import Tiles, joined, shards
from operators.models.embedded import WEIGHTS
from operators.models.verifier import SeamNetwork
from operators.verify.verdict import FAILURES

PEAK, BATCH = 2e-3, 32
NAMES = (*FAILURES, "risk")
RISK = 1.5  # weight of the risk against one failure
COLUMNS = ("step", "samples", "seconds", "loss", *NAMES, *(f"auc_{name}" for name in NAMES))
_CHECKPOINT_SECONDS, _LOG_STEPS, _WATCH_STEPS, _WATCHED = 120.0, 50, 500, 800


class Trainer:
    """The network, its average and optimizer; `step` takes one batch."""

    def __init__(self, peak: float = PEAK, init_from: Path | None = None) -> None:
        self.network = SeamNetwork()
        if init_from is not None:
            start_from(self.network, init_from)
        self.network = self.network.train().to(memory_format=torch.channels_last)
        self.optimizer = torch.optim.AdamW(self.network.parameters(), lr=peak, weight_decay=1e-2, betas=(0.9, 0.99))
        self.average, self.peak = Average(self.network), peak

    def step(self, batch: Batch, share: float) -> dict[str, float]:
        """The terms of the loss before the update."""
        for group in self.optimizer.param_groups:
            group["lr"] = learning_rate(share, self.peak)
        with torch.autocast("cpu", torch.bfloat16):
            logits = self.network(batch.x)
        loss, terms = verifier_loss(logits.float(), batch.answers)
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(self.network.parameters(), 5.0)
        self.optimizer.step()
        self.average.update(self.network)
        return terms

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


def start_from(network: nn.Module, folder: Path) -> None:
    """Load weights that `export` wrote. Raises ValueError when they are of another network."""
    state = {name: tensor.float() for name, tensor in load_file(folder / WEIGHTS).items()}
    missing, unknown = network.load_state_dict(state, strict=False)
    if unknown or any(not name.endswith("num_batches_tracked") for name in missing):
        raise ValueError(f"{folder} holds weights of another network: {missing[:3]} missing, {unknown[:3]} unknown")


def train(tiles: Path, run: Path, minutes: float, trainer: Trainer, watched: Tiles | None = None,
          count: int = BATCH) -> Progress:
    """Train until the run's total time is `minutes`."""
    run.mkdir(parents=True, exist_ok=True)
    trainer.network.save_config(run)
    progress = load_checkpoint(run, trainer.network, trainer.average, trainer.optimizer)
    before, start = progress.seconds, time.monotonic()
    saved, curves = start, Curves(run / "loss.csv", COLUMNS)
    for batch in endless(tiles, count, progress.step):
        progress.seconds = before + time.monotonic() - start
        if progress.seconds >= minutes * 60:
            break
        curves.add(trainer.step(batch, progress.seconds / (minutes * 60)))
        progress.step, progress.samples = progress.step + 1, progress.samples + len(batch.x)
        if progress.step % _LOG_STEPS == 0:
            due = watched is not None and progress.step % _WATCH_STEPS == 0
            curves.write(progress, trainer.look(watched) if due and watched is not None else None)
        if time.monotonic() - saved > _CHECKPOINT_SECONDS:
            save_checkpoint(run, trainer.network, trainer.average, trainer.optimizer, progress)
            saved = time.monotonic()
    save_checkpoint(run, trainer.network, trainer.average, trainer.optimizer, progress)
    return progress


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tiles", type=Path, default=Path("runs/verifier_tiles/train"), help="shards of pack")
    parser.add_argument("--watched", type=Path, default=Path("runs/verifier_tiles/calibrate"))
    parser.add_argument("--run", type=Path, default=Path("runs/verifier"), help="checkpoints and loss curve")
    parser.add_argument("--minutes", type=float, default=30.0, help="total training time, over all starts")
    parser.add_argument("--init-from", type=Path, help="a folder of weights to go on from")
    parser.add_argument("--peak", type=float, default=PEAK, help="highest learning rate")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--nice", type=int, default=10)
    args = parser.parse_args()
    os.nice(args.nice)
    cv2.setNumThreads(1)
    torch.set_num_threads(args.threads)
    torch.manual_seed(0)
    has = any(args.watched.glob("*.safetensors"))
    watched = joined(list(shards(args.watched))).at(np.arange(_WATCHED)) if has else None
    progress = train(args.tiles, args.run, args.minutes, Trainer(args.peak, args.init_from), watched)
    print(f"done: {progress.samples} tiles in {progress.seconds / 60:.1f} minutes, {args.run / 'loss.csv'}")


if __name__ == "__main__":
    main()
