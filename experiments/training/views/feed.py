"""Batches of random crops of the views in a folder, cut in a thread while the network trains."""

from __future__ import annotations

import contextlib
import queue
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Generic, TypeVar

import numpy as np

from experiments.training.views.view import View, load_views

POOL = 320
CROPS_PER_VIEW = 4

Crop = TypeVar("Crop")


class Feed(Generic[Crop]):
    """Lists of crops; shards that come later are used as they come. Use as a context manager.

    cut: (view, side in px, rng) → a crop. Raises FileNotFoundError when the folder has no shard.
    """

    def __init__(self, folder: Path, seed: int | Sequence[int],
                 cut: Callable[[View, int, np.random.Generator], Crop]) -> None:
        self.folder, self.rng, self.cut = folder, np.random.default_rng(seed), cut
        if not any(folder.glob("*.safetensors")):
            raise FileNotFoundError(f"no *.safetensors in {folder}: render views first (training.views.render)")
        self.size, self.count = 192, 8
        self._ready: queue.Queue[list[Crop]] = queue.Queue(4)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._work, name="feed", daemon=True)

    def __enter__(self) -> Feed[Crop]:
        self._thread.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._stop.set()
        self._thread.join(30)

    def get(self, size: int, count: int) -> list[Crop]:
        """The next batch; of the asked size after at most a few. Raises RuntimeError when the thread ended."""
        self.size, self.count = size, count
        while self._thread.is_alive():
            with contextlib.suppress(queue.Empty):
                return self._ready.get(timeout=5)
        raise RuntimeError("the feed ended; its traceback is above")

    def _work(self) -> None:
        views = self._views()
        pool = [next(views) for _ in range(POOL // 4)]
        due = 0.0
        while not self._stop.is_set():
            size, count = self.size, self.count
            due += count / CROPS_PER_VIEW
            while due >= 1:
                due -= 1
                view = next(views)
                if len(pool) < POOL:
                    pool.append(view)
                else:
                    pool[int(self.rng.integers(POOL))] = view
            self._put([self.cut(pool[int(self.rng.integers(len(pool)))], size, self.rng) for _ in range(count)])

    def _put(self, crops: list[Crop]) -> None:
        while not self._stop.is_set():
            with contextlib.suppress(queue.Full):
                self._ready.put(crops, timeout=1)
                return

    def _views(self) -> Iterator[View]:
        while True:
            shards = sorted(self.folder.glob("*.safetensors"))
            yield from load_views(shards[int(self.rng.integers(len(shards)))])


def piece(picture: np.ndarray, y: int, x: int, size: int) -> np.ndarray:
    """The size x size part at (y, x), mirrored beyond the border."""
    part = picture[y : y + size, x : x + size]
    down, across = size - part.shape[0], size - part.shape[1]
    if not down and not across:
        return part
    return np.pad(part, [(0, down), (0, across)] + [(0, 0)] * (part.ndim - 2), mode="symmetric")


def place(shape: tuple[int, ...], quads: np.ndarray, size: int, on_quad: float, rng: np.random.Generator,
          ) -> tuple[int, int]:
    """(y, x) of a crop of a picture of that shape: with probability `on_quad` around a point of one of the quads."""
    height, width = shape[:2]
    if not len(quads) or rng.random() >= on_quad:
        return int(rng.integers(max(height - size, 0) + 1)), int(rng.integers(max(width - size, 0) + 1))
    quad = quads[int(rng.integers(len(quads)))]
    x, y = (int(np.clip(c, 0, max(n - size, 0))) for c, n in zip(
        rng.dirichlet(np.ones(4)) @ quad - size * rng.uniform(0.2, 0.8, 2), (width, height), strict=True))
    return y, x
