"""Train the embedded detector from scratch on rendered overlays, or go on from weights.

    python -m experiments.training.detector.train --photos PHOTOS --fonts FONTS --minutes 90

Run again with the same --run folder to resume. `experiments.training.detector.export` writes the weight file.
"""

from __future__ import annotations

import argparse
import csv
import math
import time
from pathlib import Path

import torch
from torch import nn

from experiments.training.average import Average
from experiments.training.checkpoint import Progress, load_checkpoint, save_checkpoint
from experiments.training.detector.feed import Batch, Feed, FeedOptions
from experiments.training.detector.loss import detector_loss
from experiments.training.detector.targets import UNIT
from operators.models.detector import build_detector, load_weights, normalised

ARCHITECTURE, HEAD_CHANS = "db_mobilenet_v3_large", 128
MEAN, STD = (0.5, 0.5, 0.5), (0.25, 0.25, 0.25)
_WARM_UP, _PEAK, _LAST = 0.03, 1.5e-3, 1e-5
_CHECKPOINT_SECONDS, _LOG_STEPS = 150.0, 50


def learning_rate(share: float) -> float:
    """Linear warm-up, then cosine, over the share 0..1 of the time budget that has passed."""
    if share < _WARM_UP:
        return _PEAK * (share / _WARM_UP * 0.95 + 0.05)
    progress = min((share - _WARM_UP) / (1 - _WARM_UP), 1.0)
    return _LAST + (_PEAK - _LAST) * 0.5 * (1 + math.cos(math.pi * progress))


class Trainer:
    """One network, its average and optimizer; `step` takes one batch."""

    def __init__(self, init_from: Path | None, peak_scale: float) -> None:
        self.network = build_detector(ARCHITECTURE, head_chans=HEAD_CHANS)
        if init_from is not None:
            load_weights(self.network, init_from)
        self.network = self.network.train().to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        for parameter in self.network.get_submodule("thresh_head").parameters():
            parameter.requires_grad_(False)
        trained = [p for p in self.network.parameters() if p.requires_grad]
        self.optimizer = torch.optim.AdamW(trained, lr=_PEAK, weight_decay=1e-3, betas=(0.9, 0.99))
        self.average = Average(self.network)
        self.peak_scale = peak_scale

    def step(self, batch: Batch, share: float) -> float:
        """The loss of the batch before the update."""
        images, cores, weights = (torch.from_numpy(part) for part in batch)
        for group in self.optimizer.param_groups:
            group["lr"] = learning_rate(share) * self.peak_scale
        with torch.autocast("cpu", torch.bfloat16):
            logits = self.network(normalised(images, MEAN, STD))["logits"]
        loss = detector_loss(logits[:, 0].float(), cores.float(), weights.float() / UNIT)
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(self.network.parameters(), 5.0)
        self.optimizer.step()
        self.average.update(self.network)
        return float(loss.detach())


def train(options: FeedOptions, run: Path, minutes: float, trainer: Trainer, workers: int) -> Progress:
    """Train until the run's total time is `minutes`; log the loss curve to RUN/loss.csv."""
    run.mkdir(parents=True, exist_ok=True)
    progress = load_checkpoint(run, trainer.network, trainer.average, trainer.optimizer)
    before, start = progress.seconds, time.monotonic()
    saved, losses = start, []
    with Feed(options, seed=progress.step, workers=workers) as feed, (run / "loss.csv").open("a", newline="") as file:
        log = csv.writer(file)
        while progress.seconds < minutes * 60:
            share = progress.seconds / (minutes * 60)
            batch = feed.get(share)
            losses.append(trainer.step(batch, share))
            progress.step, progress.samples = progress.step + 1, progress.samples + len(batch[0])
            progress.seconds = before + time.monotonic() - start
            if len(losses) == _LOG_STEPS:
                row = [progress.step, progress.samples, round(progress.seconds), round(sum(losses) / _LOG_STEPS, 4)]
                log.writerow([*row, f"{learning_rate(share):.2e}"])
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
    parser.add_argument("--photos", type=Path, required=True, help="folder of clean *.jpg photographs")
    parser.add_argument("--fonts", type=Path, required=True, help="folder of *.ttf and *.otf fonts")
    parser.add_argument("--run", type=Path, default=Path("runs/detector"), help="checkpoints and loss curve")
    parser.add_argument("--minutes", type=float, default=90.0, help="total training time, over all starts")
    parser.add_argument("--init-from", type=Path, help="a weight file to go on from")
    parser.add_argument("--peak-scale", type=float, default=1.0, help="factor on the learning rate")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--workers", type=int, default=1, help="rendering processes")
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    torch.manual_seed(0)
    trainer = Trainer(args.init_from, args.peak_scale)
    progress = train(FeedOptions(args.photos, args.fonts), args.run, args.minutes, trainer, args.workers)
    print(f"done: {progress.samples} crops in {progress.seconds / 60:.1f} minutes, {args.run / 'loss.csv'}")


if __name__ == "__main__":
    main()
