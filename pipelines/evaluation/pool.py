"""Pair after pair in worker processes, each with one thread and the line loaded once; rows in the pairs' order."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import TYPE_CHECKING

from cluster.threads import limit_loaded, limit_threads
from pipelines.complaint import UsageError
from pipelines.evaluation.pairs import Pair
from pipelines.exit_codes import ExitCode
from pipelines.recipe import Recipe

if TYPE_CHECKING:
    from pipelines.evaluation.crops import Crops
    from pipelines.evaluation.judge import Bench
    from pipelines.evaluation.row import Row

_bench: Bench | UsageError | None = None  # of this worker process


class WorkerDied(RuntimeError):
    """A process of the pool was killed from outside."""

    exit_code = ExitCode.BROKEN_OFF


def judged(pairs: Sequence[Pair], recipe: Recipe, workers: int) -> Iterator[tuple[Row, Crops | None]]:
    """Rows and pictures in the order of the pairs. workers: 1 measures in this process.

    Raises `UsageError` when what the recipe names cannot be loaded, and `WorkerDied`.
    """
    if workers == 1:
        yield from map(_loaded(recipe), pairs)
        return
    limit_threads()  # before the workers start: they inherit it
    context = multiprocessing.get_context("spawn")
    try:
        with ProcessPoolExecutor(workers, context, _start, (recipe,)) as pool:
            yield from pool.map(_judge, pairs)
    except BrokenProcessPool as error:
        raise WorkerDied("a worker process died, probably for want of memory: try fewer of them (--workers) or "
                         "smaller pictures") from error


def usual_workers(pairs: int) -> int:
    """One per core, and no more than there are pairs."""
    return max(1, min(pairs, len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1))


def _start(recipe: Recipe) -> None:
    global _bench
    limit_threads()
    try:
        _bench = _loaded(recipe)
    except UsageError as error:  # raised here it would only break the pool; the first pair says it
        _bench = error


def _loaded(recipe: Recipe) -> Bench:
    from pipelines.evaluation.judge import Bench  # torch: seconds

    try:
        bench = Bench(recipe)
    except (ValueError, RuntimeError) as error:  # WeightsUnavailable is one
        raise UsageError(f"the recipe's networks cannot be loaded: {error}") from error
    limit_loaded()
    return bench


def _judge(pair: Pair) -> tuple[Row, Crops | None]:
    assert _bench is not None
    if isinstance(_bench, UsageError):
        raise _bench
    return _bench(pair)
