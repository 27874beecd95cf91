"""The curves of a training run: RUN/loss.csv, the terminal, and MLflow if asked."""

from __future__ import annotations

import csv
import math
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from experiments.training.checkpoint import Progress

COLUMNS = ("step", "samples", "seconds", "oracle", "withheld", "likeliest", "completed", "entropy", "psnr_base",
           "psnr_oracle", "psnr_likeliest", "ssim_base", "ssim_likeliest", "drift_base", "drift_likeliest",
           "detail_base", "detail_likeliest", "codes")


class Log(Protocol):
    """Where numbers go besides the file."""

    def log(self, numbers: dict[str, float], step: int) -> None:
        """One point of every curve."""
        ...


@dataclass
class Curves:
    """Collects the terms of the loss; terms of phases that are not under way stay empty."""

    path: Path
    track: Log | None = None
    seen: dict[str, list[float]] = field(default_factory=dict)

    def add(self, terms: dict[str, float]) -> None:
        """The terms of one step; nan where a batch had nothing of it."""
        for name, value in terms.items():
            if not math.isnan(value):
                self.seen.setdefault(name, []).append(value)

    def write(self, progress: Progress, measures: dict[str, float] | None = None) -> None:
        """A row with the means since the last one, and the measures on held-out crops if there are any."""
        numbers = {name: sum(values) / len(values) for name, values in self.seen.items()} | (measures or {})
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
        self.seen = {}
