"""A process that renders views into a pool and cuts batches from it, so that the network never waits for rendering."""

from __future__ import annotations

import multiprocessing as mp
import os
import queue
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from experiments.training.detector.views import View, crop, render_view
from experiments.training.fonts import training_fonts

POOL = 384
FIRST_POOL = 48
FRESH_PER_BATCH = 4  # views rendered per batch: enough that a view is cut about twice
_STAGES = ((0.70, 192, 8), (0.90, 288, 4), (1.01, 416, 2))  # up to this share of the time: crop size, batch size

Batch = tuple[np.ndarray, np.ndarray, np.ndarray]


@dataclass(frozen=True)
class FeedOptions:
    """photos, fonts: folders. nice: how far the rendering processes stand back."""

    photos: Path
    fonts: Path
    nice: int = 5


class Feed:
    """Batches (image uint8 (N, S, S, 3), core, weight uint8 (N, S, S)) from worker processes. `share` 0..1 is how much
    of the time has passed: crops grow with it. Use as a context manager."""

    def __init__(self, options: FeedOptions, seed: int, workers: int = 1) -> None:
        context = mp.get_context("spawn")
        self.batches: Any = context.Queue(6)
        self.share: Any = context.Value("d", 0.0)
        self._stop: Any = context.Event()
        self._workers = [
            context.Process(target=_work, args=(options, [seed, i], self.batches, self.share, self._stop), daemon=True)
            for i in range(workers)
        ]

    def __enter__(self) -> Feed:
        for worker in self._workers:
            worker.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._stop.set()
        for worker in self._workers:
            worker.join(5)
            if worker.is_alive():
                worker.terminate()

    def get(self, share: float) -> Batch:
        """The next batch. Raises RuntimeError when every worker died."""
        self.share.value = share
        while True:
            try:
                return self.batches.get(timeout=20)
            except queue.Empty:
                if not any(worker.is_alive() for worker in self._workers):
                    raise RuntimeError("the rendering processes ended; their traceback is above") from None


def _work(options: FeedOptions, seed: Sequence[int], batches: Any, share: Any, stop: Any) -> None:
    os.nice(options.nice)
    cv2.setNumThreads(1)
    rng = np.random.default_rng(list(seed))
    photos, fonts = sorted(options.photos.glob("*.jpg")), training_fonts(options.fonts)
    if not photos:
        raise FileNotFoundError(f"no *.jpg in {options.photos}")
    pool: list[View] = []
    due = FIRST_POOL
    parent = mp.parent_process()
    while not stop.is_set() and (parent is None or parent.is_alive()):
        if len(pool) >= FIRST_POOL and not batches.full():
            batches.put(_batch(pool, share.value, rng))
            due += FRESH_PER_BATCH
        elif due > 0:
            due -= 1
            _renew(pool, render_view(photos, fonts, rng), rng)
        else:
            time.sleep(0.02)
    batches.cancel_join_thread()


def _renew(pool: list[View], view: View, rng: np.random.Generator) -> None:
    if len(pool) < POOL:
        pool.append(view)
    else:
        pool[int(rng.integers(POOL))] = view


def _batch(pool: list[View], share: float, rng: np.random.Generator) -> Batch:
    size, count = next((size, count) for until, size, count in _STAGES if share < until)
    pieces = [crop(pool[int(rng.integers(len(pool)))], size, rng) for _ in range(count)]
    images, cores, weights = (np.stack(part) for part in zip(*pieces, strict=True))
    return images, cores, weights
