"""The work list: views of many pictures, filled in micro-batches, each error and each second given to its picture."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import numpy as np
import torch

from operators.fill.generator import FillView, Generator
from operators.picture import UnreadableImage
from operators.record import ImageRecord

SLACK = 0.5  # by how much a result may leave 0..1: more is a generator that has come apart, not an overshoot


@dataclass(frozen=True, eq=False)
class Order:
    """One view asked of a generator. deliver: takes the answer, float32 (S, S, 3), 0..1, finite."""

    record: ImageRecord
    generator: Generator
    view: FillView
    temperature: float
    deliver: Callable[[np.ndarray], None]

    @property
    def kind(self) -> tuple[int, float, tuple[int, ...]]:
        """Orders of one kind can share a call."""
        return id(self.generator), self.temperature, self.view.base.shape


@contextmanager
def attributed(record: ImageRecord, stage: str) -> Iterator[None]:
    """What happens within is the record's: its time, and the error that closes it."""
    start = time.perf_counter()
    try:
        yield
    except UnreadableImage as error:
        record.fail(stage, error.kind, str(error), readable=False)
    except Exception as error:  # one image's error must not cost its neighbours
        record.fail(stage, type(error).__name__, str(error) or repr(error), readable=record.width > 0)
    finally:
        record.seconds[stage] = record.seconds.get(stage, 0.0) + time.perf_counter() - start


@dataclass
class WorkList:
    """Orders by kind, run when a micro-batch is full, or all at the end.

    micro_batch: the most views of a call. What does not fit into the memory of the GPU is run again in halves, and the
    generator's calls stay that small from then on; nothing is moved to the CPU. A view that fails alone closes its
    record; orders of closed records are dropped. Each record's measure `micro_batch_fill` is the mean share, 0..1, of
    the views that its calls could have held.
    """

    stage: str
    micro_batch: int
    limits: dict[int, int] = field(default_factory=dict)
    _waiting: dict[tuple[int, float, tuple[int, ...]], list[Order]] = field(default_factory=dict)
    _calls: dict[int, list[float]] = field(default_factory=dict)

    def add(self, order: Order) -> None:
        self._waiting.setdefault(order.kind, []).append(order)

    def run_full(self) -> None:
        """Run every micro-batch that is full."""
        self._run_while(lambda orders: len(orders) >= self._limit(orders[0]))

    def run_all(self) -> None:
        """Run what is left."""
        self._run_while(lambda orders: True)

    def _run_while(self, due: Callable[[list[Order]], bool]) -> None:
        for kind in list(self._waiting):
            orders = self._waiting.pop(kind)
            while orders and due(orders):
                count = self._limit(orders[0])
                self._run(orders[:count])
                orders = orders[count:]
            if orders:
                self._waiting[kind] = orders

    def _limit(self, order: Order) -> int:
        return self.limits.get(id(order.generator), self.micro_batch)

    def _run(self, orders: Sequence[Order]) -> None:
        orders = [order for order in orders if order.record.open]
        if not orders:
            return
        start = time.perf_counter()
        try:
            results = _answers(orders)
        except Exception as error:
            self._share(orders, time.perf_counter() - start)
            self._again(orders, error)
            return
        self._share(orders, time.perf_counter() - start)
        self._note(orders)
        for order, result in zip(orders, results, strict=True):
            if order.record.open:
                with attributed(order.record, self.stage):
                    order.deliver(_checked(result, order))

    def _again(self, orders: Sequence[Order], error: Exception) -> None:
        """In halves when memory ran out, else one by one; a single one is its picture's error."""
        out_of_memory = isinstance(error, torch.cuda.OutOfMemoryError)
        if len(orders) == 1:
            with attributed(orders[0].record, self.stage):
                raise error
        size = 1
        if out_of_memory:
            if torch.cuda.is_available():
                torch.cuda.empty_cache()
            size = (len(orders) + 1) // 2
            self.limits[id(orders[0].generator)] = size
        for start in range(0, len(orders), size):
            self._run(orders[start : start + size])

    def _share(self, orders: Sequence[Order], seconds: float) -> None:
        for order in orders:
            spent = order.record.seconds
            spent[self.stage] = spent.get(self.stage, 0.0) + seconds / len(orders)

    def _note(self, orders: Sequence[Order]) -> None:
        for order in orders:
            calls = self._calls.setdefault(id(order.record), [])
            calls.append(min(len(orders) / self._limit(order), 1.0))
            order.record.measures["micro_batch_fill"] = sum(calls) / len(calls)


def _answers(orders: Sequence[Order]) -> list[np.ndarray]:
    results = orders[0].generator.fill([order.view for order in orders], orders[0].temperature)
    if len(results) != len(orders):
        raise ValueError(f"{orders[0].generator.name} gave {len(results)} fillings of {len(orders)} views")
    return results


def _checked(result: np.ndarray, order: Order) -> np.ndarray:
    """The answer in 0..1. Raises ValueError for one that no picture can hold: never a silent harmonic fill."""
    name = order.generator.name
    if result.shape != order.view.base.shape:
        raise ValueError(f"{name} gave a filling of {result.shape} for a view of {order.view.base.shape}")
    if not np.isfinite(result).all():
        raise ValueError(f"{name} gave a filling that is not finite")
    if result.min() < -SLACK or result.max() > 1 + SLACK:
        raise ValueError(f"{name} gave a filling from {result.min():.2f} to {result.max():.2f}, far outside 0..1")
    return np.clip(result, 0, 1).astype(np.float32)
