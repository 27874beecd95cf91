"""Several feeds, each in a process of its own: what decoding pictures in one thread cannot keep up with."""

from __future__ import annotations

import multiprocessing as mp
import queue
from collections.abc import Callable
from multiprocessing.sharedctypes import SynchronizedArray
from pathlib import Path
from typing import Generic

import cv2
import numpy as np
import torch

from experiments.training.views.feed import Crop, Feed
from experiments.training.views.view import View

_AHEAD = 3  # batches a process


class Feeds(Generic[Crop]):
    """As `Feed`, of `processes` feeds with seeds of their own. cut: can be pickled."""

    def __init__(self, folder: Path, seed: int, cut: Callable[[View, int, np.random.Generator], Crop],
                 processes: int) -> None:
        context = mp.get_context("spawn")
        self._wanted = context.Array("i", [192, 8])
        self._ready: mp.Queue[list[Crop]] = context.Queue(_AHEAD * processes)
        self._processes = [
            context.Process(target=_fill, args=(folder, [seed, number], cut, self._wanted, self._ready),
                            daemon=True) for number in range(processes)]

    def __enter__(self) -> Feeds[Crop]:
        for process in self._processes:
            process.start()
        return self

    def __exit__(self, *exc: object) -> None:
        for process in self._processes:
            process.terminate()
            process.join(10)

    def get(self, size: int, count: int) -> list[Crop]:
        """The next batch; of the asked size after at most a few a process. Raises RuntimeError when all processes
        ended."""
        self._wanted[:] = [size, count]
        while any(process.is_alive() for process in self._processes):
            try:
                return self._ready.get(timeout=5)
            except queue.Empty:
                continue
        raise RuntimeError("the feeds ended; their tracebacks are above")


def _fill(folder: Path, seed: list[int], cut: Callable[[View, int, np.random.Generator], Crop],
          wanted: SynchronizedArray[int], ready: mp.Queue[list[Crop]]) -> None:
    torch.set_num_threads(1)
    cv2.setNumThreads(1)
    with Feed(folder, seed, cut) as feed:
        while True:
            ready.put(feed.get(*wanted[:]))


def feed_of(folder: Path, seed: int, cut: Callable[[View, int, np.random.Generator], Crop],
            processes: int) -> Feed[Crop] | Feeds[Crop]:
    """One feed in a thread for 0 processes."""
    return Feeds(folder, seed, cut, processes) if processes else Feed(folder, seed, cut)
