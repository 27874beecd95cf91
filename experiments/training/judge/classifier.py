"""Train the box classifier on views of boxes.

    python -m experiments.training.judge.box_views --views runs/views --photos PHOTOS/train --out runs/box_views
    python -m experiments.training.judge.classifier --box-views runs/box_views --minutes 20

Run again with the same --run folder to resume. `experiments.training.judge.export` writes the weight file; the judge's
trees are fitted to its answers afterwards (`judge.boxes`, `judge.fit`).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
import torch.nn.functional as F
from safetensors.numpy import load_file
from torch import Tensor

from experiments.training import loop
from experiments.training.arguments import begun, training_arguments
from experiments.training.checkpoint import Progress
from experiments.training.curves import Curves
from experiments.training.trainer import Trainer
from experiments.training.weights import start_from
from operators.models.box_classifier import BoxClassifier, pixels

PEAK, BATCH = 2e-3, 64
SHIFT = 5  # px by which a view moves at most
SMOOTH = 0.02  # of the labels
COLUMNS = ("step", "samples", "seconds", "loss", "right")


class Boxes(NamedTuple):
    """views: uint8 (N, H, W, 3). labels: uint8 (N,), 1 for overlay."""

    views: np.ndarray
    labels: np.ndarray


class ClassifierTrainer(Trainer[BoxClassifier, Boxes]):
    """Of the box classifier, fresh or from a weight file."""

    def __init__(self, peak: float, device: str, init_from: Path | None) -> None:
        network = BoxClassifier()
        if init_from is not None:
            start_from(network, init_from)
        super().__init__(network, peak, device, decay=2e-2)

    def loss(self, batch: Boxes, share: float) -> tuple[Tensor, dict[str, float]]:
        """Binary cross entropy, both classes weighing the same."""
        views = varied(pixels(torch.from_numpy(batch.views).to(self.device)), self.random)
        truth = torch.from_numpy(batch.labels).to(self.device).float()
        with torch.autocast(self.device, torch.bfloat16):
            logits = self.network(views)
        loss = F.binary_cross_entropy_with_logits(logits.float(), truth * (1 - 2 * SMOOTH) + SMOOTH)
        right = ((logits > 0) == (truth > 0.5)).float().mean()
        return loss, {"loss": float(loss.detach()), "right": float(right)}


def varied(x: Tensor, random: torch.Generator) -> Tensor:
    """(N, 3, H, W) views, -1..1: flipped, turned, moved, lighter or darker, with more or less contrast, noisier."""
    count, _, height, width = x.shape

    def toss(*shape: int) -> Tensor:
        return torch.rand(*shape, generator=random)

    def chosen(share: float, other: Tensor) -> Tensor:
        return torch.where((toss(count, 1, 1, 1) < share).to(x.device), other, x)

    x = chosen(0.5, x.flip(3))
    x = chosen(0.15, x.flip(2))
    down, across = (int(v) for v in torch.randint(-SHIFT, SHIFT + 1, (2,), generator=random))
    x = F.pad(x, (SHIFT,) * 4, mode="reflect")[:, :, SHIFT + down :, SHIFT + across :][:, :, :height, :width]
    gain, shift = torch.exp(0.5 * (toss(count, 3, 1, 1) - 0.5)), 0.4 * (toss(count, 1, 1, 1) - 0.5)
    x = (x * gain.to(x.device) + shift.to(x.device)).clamp(-1, 1)
    noise = torch.randn(x.shape, generator=random) * (0.04 * toss(count, 1, 1, 1))
    return (x + noise.to(x.device)).contiguous(memory_format=torch.channels_last)


def load_boxes(folder: Path) -> Boxes:
    """Every shard of a folder. Raises `SystemExit` when it has none."""
    shards = [load_file(path) for path in sorted(folder.glob("*.safetensors"))]
    if not shards:
        raise SystemExit(f"no *.safetensors in {folder}: run training.judge.box_views first")
    return Boxes(np.concatenate([s["views"] for s in shards]), np.concatenate([s["labels"] for s in shards]))


def batches(boxes: Boxes, count: int, seed: int) -> Iterator[Boxes]:
    """Endless batches, half of them overlay."""
    rng = np.random.default_rng(seed)
    sides = [np.flatnonzero(boxes.labels == label) for label in (0, 1)]
    while True:
        chosen = np.concatenate([rng.choice(side, count // 2, replace=False) for side in sides])
        yield Boxes(boxes.views[chosen], boxes.labels[chosen])


def train(boxes: Boxes, run: Path, minutes: float, trainer: ClassifierTrainer) -> Progress:
    """Train until the run's total time is `minutes`; log the loss to RUN/loss.csv."""
    run.mkdir(parents=True, exist_ok=True)
    progress = trainer.resume(run)
    supply = batches(boxes, BATCH, progress.step)
    return loop.train(trainer, lambda share: (next(supply), BATCH), run, minutes, progress,
                      Curves(run / "loss.csv", COLUMNS))


def main() -> None:
    args = begun(training_arguments(__doc__, "box_classifier", 20.0, PEAK, data="box-views", folder="box_views"))
    train(load_boxes(args.box_views), args.run, args.minutes, ClassifierTrainer(args.peak, args.device, args.init_from))


if __name__ == "__main__":
    main()
