"""Train the embedded detector on rendered views, from scratch or going on from weights.

    python -m experiments.training.views.render --photos PHOTOS/train --fonts FONTS --views runs/views
    python -m experiments.training.detector.train --views runs/views --minutes 90 --init-from WEIGHTS

Run again with the same --run folder to resume. `experiments.training.detector.export` writes the weight file.
"""

from __future__ import annotations

import argparse
import csv
import time
from pathlib import Path

import numpy as np
import torch
from torch import nn

from experiments.training.average import Average
from experiments.training.checkpoint import Progress, load_checkpoint, save_checkpoint
from experiments.training.detector.crops import Crop, crop
from experiments.training.detector.loss import detector_loss
from experiments.training.detector.targets import UNIT
from experiments.training.schedule import learning_rate
from experiments.training.views.feed import Feed
from operators.models.detector import build_detector, load_weights, normalised

ARCHITECTURE, HEAD_CHANS, CLASSES = "db_mobilenet_v3_large", 128, 2
MEAN, STD = (0.5, 0.5, 0.5), (0.25, 0.25, 0.25)
PEAK = 1.5e-3
STAGES = ((0.70, 192, 8), (0.90, 288, 4), (1.01, 416, 2))  # up to this share of the time: crop size, batch size
SCENE_WEIGHT = 0.5  # of the scene's text in the loss: photographs hold some that nobody marked
_CHECKPOINT_SECONDS, _LOG_STEPS = 150.0, 50


class Trainer:
    """One network, its average and optimizer; `step` takes one batch."""

    def __init__(self, init_from: Path | None, peak: float) -> None:
        self.network = build_detector(ARCHITECTURE, head_chans=HEAD_CHANS, classes=CLASSES)
        if init_from is not None:
            load_weights(self.network, init_from, spread=True)
        self.network = self.network.train().to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        for parameter in self.network.get_submodule("thresh_head").parameters():
            parameter.requires_grad_(False)
        trained = [p for p in self.network.parameters() if p.requires_grad]
        self.optimizer = torch.optim.AdamW(trained, lr=peak, weight_decay=1e-3, betas=(0.9, 0.99))
        self.average = Average(self.network)
        self.peak = peak

    def step(self, crops: list[Crop], share: float) -> float:
        """The loss of the batch before the update."""
        images, cores, weights = (torch.from_numpy(np.stack(part)) for part in zip(*crops, strict=True))
        for group in self.optimizer.param_groups:
            group["lr"] = learning_rate(share, self.peak)
        with torch.autocast("cpu", torch.bfloat16):
            logits = self.network(normalised(images, MEAN, STD))["logits"]
        overlay, scene = (detector_loss(logits[:, i].float(), cores[:, i].float(), weights[:, i].float() / UNIT)
                          for i in range(CLASSES))
        loss = overlay + SCENE_WEIGHT * scene
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(self.network.parameters(), 5.0)
        self.optimizer.step()
        self.average.update(self.network)
        return float(loss.detach())


def train(views: Path, run: Path, minutes: float, trainer: Trainer) -> Progress:
    """Train until the run's total time is `minutes`; log the loss curve to RUN/loss.csv."""
    run.mkdir(parents=True, exist_ok=True)
    progress = load_checkpoint(run, trainer.network, trainer.average, trainer.optimizer)
    before, start = progress.seconds, time.monotonic()
    saved, losses = start, []
    with Feed(views, progress.step, crop) as feed, (run / "loss.csv").open("a", newline="") as file:
        log = csv.writer(file)
        while progress.seconds < minutes * 60:
            share = progress.seconds / (minutes * 60)
            size, count = next((size, count) for until, size, count in STAGES if share < until)
            losses.append(trainer.step(feed.get(size, count), share))
            progress.step, progress.samples = progress.step + 1, progress.samples + count
            progress.seconds = before + time.monotonic() - start
            if len(losses) == _LOG_STEPS:
                row = [progress.step, progress.samples, round(progress.seconds), round(sum(losses) / _LOG_STEPS, 4)]
                log.writerow([*row, f"{learning_rate(share, trainer.peak):.2e}"])
                file.flush()
                print(*row, flush=True)
                losses = []
            if time.monotonic() - saved > _CHECKPOINT_SECONDS:
                save_checkpoint(run, trainer.network, trainer.average, trainer.optimizer, progress)
                saved = time.monotonic()
    save_checkpoint(run, trainer.network, trainer.average, trainer.optimizer, progress)
    return progress


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--views", type=Path, default=Path("runs/views"), help="shards of training.views.render")
    parser.add_argument("--run", type=Path, default=Path("runs/detector"), help="checkpoints and loss curve")
    parser.add_argument("--minutes", type=float, default=90.0, help="total training time, over all starts")
    parser.add_argument("--init-from", type=Path, help="a weight file to go on from")
    parser.add_argument("--peak", type=float, default=PEAK, help="highest learning rate")
    parser.add_argument("--threads", type=int, default=1)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    torch.manual_seed(0)
    progress = train(args.views, args.run, args.minutes, Trainer(args.init_from, args.peak))
    print(f"done: {progress.samples} crops in {progress.seconds / 60:.1f} minutes, {args.run / 'loss.csv'}")


if __name__ == "__main__":
    main()
