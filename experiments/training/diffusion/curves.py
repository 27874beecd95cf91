"""The curves of a training run: RUN/loss.csv, the terminal, and MLflow if asked."""

from __future__ import annotations

import csv
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from experiments.training.checkpoint import Progress

if TYPE_CHECKING:
    from experiments.training.track import Track

COLUMNS = ("step", "samples", "seconds", "velocity", "mean", "psnr_base", "psnr_mean", "psnr_sample", "gradient_base",
           "gradient_mean", "gradient_sample", "ssim_base", "ssim_sample", "drift_base", "drift_sample", "v_loss",
           "mean_loss")


@dataclass
class Curves:
    """Collects the terms of the loss and writes their means; a row also holds the held-out measures when there are
    any, else leaves their columns empty."""

    path: Path
    track: Track | None = None
    sums: dict[str, float] = field(default_factory=dict)
    count: int = 0

    def add(self, terms: dict[str, float]) -> None:
        """The terms of one step."""
        self.count += 1
        for name, value in terms.items():
            self.sums[name] = self.sums.get(name, 0.0) + value

    def write(self, progress: Progress, measures: dict[str, float] | None = None) -> None:
        """A row with the means since the last one, and the measures."""
        numbers = {name: total / self.count for name, total in self.sums.items()} | (measures or {})
        row: dict[str, float] = {"step": progress.step, "samples": progress.samples, "seconds": round(progress.seconds)}
        row |= {name: round(value, 4) for name, value in numbers.items()}
        fresh = not self.path.is_file()
        with self.path.open("a", newline="") as file:
            writer = csv.DictWriter(file, COLUMNS)
            if fresh:
                writer.writeheader()
            writer.writerow(row)
        print("  ".join(f"{name} {value:g}" for name, value in row.items()), flush=True)
        if self.track is not None:
            self.track.log(numbers, progress.step)
        self.sums, self.count = {}, 0
