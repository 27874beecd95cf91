"""The curves of a training run: RUN/loss.csv, the terminal, and MLflow if asked."""

from __future__ import annotations

import csv
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from experiments.training.checkpoint import Progress


class Log(Protocol):
    """Where numbers go besides the file."""

    def log(self, numbers: dict[str, float], step: int) -> None:
        """One point of every curve."""
        ...


@dataclass
class Curves:
    """Collects the terms of the loss and writes their means; a row also holds the held-out measures when there are
    any. Columns that a row has nothing for stay empty: terms of phases that are not under way, measures. columns: of
    the file, in order. every, look_every: steps between rows, and between rows with measures. look: gives these.
    header: whether the file begins with the columns' names."""

    path: Path
    columns: Sequence[str]
    every: int = 50
    look: Callable[[], dict[str, float]] | None = None
    look_every: int = 500
    track: Log | None = None
    header: bool = True
    seen: dict[str, list[float]] = field(default_factory=dict)

    def add(self, terms: dict[str, float]) -> None:
        """The terms of one step; nan where a batch had nothing of it."""
        for name, value in terms.items():
            if not math.isnan(value):
                self.seen.setdefault(name, []).append(value)

    def follow(self, progress: Progress) -> None:
        """A row when its step has come, with the measures when theirs has."""
        look = self.look if progress.step % self.look_every == 0 else None
        if look is not None or progress.step % self.every == 0:
            self.write(progress, look() if look is not None else None)

    def write(self, progress: Progress, measures: dict[str, float] | None = None) -> None:
        """A row with the means since the last one, and the measures."""
        numbers = {name: sum(values) / len(values) for name, values in self.seen.items()} | (measures or {})
        row: dict[str, float] = {"step": progress.step, "samples": progress.samples, "seconds": round(progress.seconds)}
        row |= {name: _rounded(value) for name, value in numbers.items()}
        fresh = self.header and not self.path.is_file()
        with self.path.open("a", newline="") as file:
            writer = csv.DictWriter(file, self.columns)
            if fresh:
                writer.writeheader()
            writer.writerow(row)
        print("  ".join(f"{name} {value:g}" for name, value in row.items()), flush=True)
        if self.track is not None:
            self.track.log(numbers, progress.step)
        self.seen = {}


def _rounded(value: float) -> float:
    """To four decimals, or to three digits where that keeps more: learning rates."""
    return round(value, 4) if abs(value) >= 0.01 else float(f"{value:.3g}")
