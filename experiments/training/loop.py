"""The loop of every training: batches until the run's time is over, its curves, its checkpoints."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path

from experiments.training.checkpoint import Progress
from experiments.training.curves import Curves
from experiments.training.trainer import Batch, Network, Trainer

_CHECKPOINT_SECONDS = 120.0


def train(trainer: Trainer[Network, Batch], supply: Callable[[float], tuple[Batch, int]], run: Path, minutes: float,
          progress: Progress, curves: Curves) -> Progress:
    """Train until the run's total time, looks at held-out samples included, is `minutes`.

    supply: share 0..1 of the time that has passed → a batch and the number of its samples. progress: of
    `trainer.resume`, brought up to date.
    """
    before, start = progress.seconds, time.monotonic()
    saved = start
    while progress.seconds < minutes * 60:
        share = progress.seconds / (minutes * 60)
        batch, count = supply(share)
        curves.add(trainer.step(batch, share))
        progress.step, progress.samples = progress.step + 1, progress.samples + count
        progress.seconds = before + time.monotonic() - start
        curves.follow(progress)
        if time.monotonic() - saved > _CHECKPOINT_SECONDS:
            trainer.save(run, progress)
            saved = time.monotonic()
    trainer.save(run, progress)
    print(f"done: {progress.samples} samples in {progress.seconds / 60:.1f} minutes, {curves.path}", flush=True)
    return progress


def stage(stages: Sequence[tuple[float, int, int]], share: float, times: float = 1.0) -> tuple[int, int]:
    """(crop size in px, batch size) at a share of the time, of stages (until this share, crop size, batch size); the
    batch size `times` as large."""
    return next((size, round(times * count)) for until, size, count in stages if share < until)
