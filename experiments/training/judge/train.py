"""Train the region classifier on boxes cut by `experiments.training.classifier.boxes`, or go on from weights.

    python -m experiments.training.classifier.train --boxes runs/boxes --run runs/classifier --minutes 25

Run again with the same --run folder to resume. `experiments.training.classifier.export` writes the weight file.
"""

from __future__ import annotations

import argparse
import csv
import time
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from experiments.training.average import Average
from experiments.training.checkpoint import Progress, load_checkpoint, save_checkpoint
from experiments.training.classifier.boxes import UNKNOWN
from experiments.training.classifier.judged import held_out_figures
from experiments.training.classifier.piles import drawn, load_piles
from experiments.training.matte.train import start_from
from experiments.training.schedule import learning_rate
from operators.detection.crops import CHANNELS, FEATURES
from operators.models.classifier import RegionClassifier

BATCH, PEAK = 32, 2e-3
SMOOTH = 0.02  # labels are moved this far from 0 and 1
TEXT = 0.3  # weight of the second question
HELD_OUT = 12  # every twelfth shard
_CHECKPOINT_SECONDS, _LOG_STEPS = 120.0, 100


def classifier_loss(logits: Tensor, labels: Tensor) -> Tensor:
    """Binary cross-entropy of both questions; what nobody knows does not count. logits (N, 2), labels (N, 2)."""
    known = (labels != UNKNOWN).float()
    target = labels.float().clamp(0, 1) * (1 - 2 * SMOOTH) + SMOOTH
    loss = F.binary_cross_entropy_with_logits(logits, target, reduction="none") * known
    return loss[:, 0].mean() + TEXT * loss[:, 1].sum() / known[:, 1].sum().clamp_min(1)


def train(boxes: Path, run: Path, minutes: float, init_from: Path | None, peak: float) -> Progress:
    """Train until the run's total time is `minutes`; log loss and held-out figures to RUN/loss.csv."""
    paths = sorted(boxes.glob("*.safetensors"))
    if len(paths) < HELD_OUT:
        raise SystemExit(f"{boxes} has {len(paths)} shards, fewer than {HELD_OUT}: run training.classifier.boxes first")
    run.mkdir(parents=True, exist_ok=True)
    piles = load_piles([p for i, p in enumerate(paths) if i % HELD_OUT])
    unseen = load_piles(paths[::HELD_OUT])
    network = RegionClassifier(CHANNELS, FEATURES)
    if init_from is not None:
        start_from(network, init_from)
    network = network.train().to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    optimizer = torch.optim.AdamW(network.parameters(), lr=peak, weight_decay=5e-3, betas=(0.9, 0.99))
    average = Average(network)
    progress = load_checkpoint(run, network, average, optimizer)
    rng, sizes = np.random.default_rng(progress.step), np.array([len(p.labels) for p in piles], float)
    before, start = progress.seconds, time.monotonic()
    saved, total = start, 0.0
    with (run / "loss.csv").open("a", newline="") as file:
        while progress.seconds < minutes * 60:
            share = progress.seconds / (minutes * 60)
            batch = drawn(piles[int(rng.choice(len(piles), p=sizes / sizes.sum()))], BATCH, rng)
            total += _step(network, optimizer, average, batch, learning_rate(share, peak)) / _LOG_STEPS
            progress.step, progress.samples = progress.step + 1, progress.samples + BATCH
            progress.seconds = before + time.monotonic() - start
            if progress.step % _LOG_STEPS == 0:
                row = [progress.step, progress.samples, round(progress.seconds), round(total, 4)]
                if progress.step % (10 * _LOG_STEPS) == 0:
                    row += held_out_figures(average, unseen)
                csv.writer(file).writerow(row)
                file.flush()
                print(*row, flush=True)
                total = 0.0
            if time.monotonic() - saved > _CHECKPOINT_SECONDS:
                save_checkpoint(run, network, average, optimizer, progress)
                saved = time.monotonic()
    print("held out: AUC, share of overlay found where 1% and 0.3% of the others are taken for it:",
          held_out_figures(average, unseen))
    save_checkpoint(run, network, average, optimizer, progress)
    return progress


def _step(network: nn.Module, optimizer: torch.optim.Optimizer, average: Average,
          batch: tuple[Tensor, Tensor, Tensor], rate: float) -> float:
    for group in optimizer.param_groups:
        group["lr"] = rate
    planes, features, labels = batch
    with torch.autocast("cpu", torch.bfloat16):
        logits = network(planes.contiguous(memory_format=torch.channels_last), features)
    loss = classifier_loss(logits.float(), labels)
    optimizer.zero_grad(set_to_none=True)
    loss.backward()
    nn.utils.clip_grad_norm_(network.parameters(), 5.0)
    optimizer.step()
    average.update(network)
    return float(loss.detach())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--boxes", type=Path, default=Path("runs/boxes"))
    parser.add_argument("--run", type=Path, default=Path("runs/classifier"), help="checkpoints and loss curve")
    parser.add_argument("--minutes", type=float, default=25.0, help="total training time, over all starts")
    parser.add_argument("--init-from", type=Path, help="a weight file to go on from")
    parser.add_argument("--peak", type=float, default=PEAK)
    parser.add_argument("--threads", type=int, default=1)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    torch.manual_seed(0)
    progress = train(args.boxes, args.run, args.minutes, args.init_from, args.peak)
    print(f"done: {progress.samples} crops in {progress.seconds / 60:.1f} minutes, {args.run / 'loss.csv'}")


if __name__ == "__main__":
    main()
