"""Where a training gets its crops with holes from: a feed of rendered views, or a bank on its device."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import ClassVar, Protocol

from experiments.datasets import photos_for
from experiments.training.holes.bank import Bank
from experiments.training.holes.crops import Holes, batch
from experiments.training.holes.held_out import held_out
from experiments.training.holes.pace import Pace
from experiments.training.holes.pack import MASKS, packed_held_out
from experiments.training.holes.views import Views, views_of
from experiments.training.views.feed import Feed


class Source(Protocol):
    """As a context manager. cheap: new views cost so little that none need be used twice."""

    cheap: ClassVar[bool]

    def __enter__(self) -> Source: ...

    def __exit__(self, *exc: object) -> None: ...

    def get(self, size: int, count: int) -> Views:
        """The next `count` views, of size x size px."""
        ...


class FedViews:
    """Views from a feed of crops."""

    cheap: ClassVar[bool] = False

    def __init__(self, feed: Feed[Holes]) -> None:
        self.feed = feed

    def __enter__(self) -> FedViews:
        self.feed.__enter__()
        return self

    def __exit__(self, *exc: object) -> None:
        self.feed.__exit__(*exc)

    def get(self, size: int, count: int) -> Views:
        """The next batch of the feed, with bases."""
        return views_of(batch(self.feed.get(size, count)))


Opened = Callable[[int], Source]


def source_of(args: argparse.Namespace, pace: Pace) -> Opened:
    """step → the source that the arguments of `add_hole_arguments` ask for, other crops at every step."""
    if args.packed is None:
        return lambda step: FedViews(Feed(args.views, step, pace.cut()))
    photos = photos_for(args.use, list(args.photos.glob("*.jpg")))
    return lambda step: Bank(photos, args.packed / MASKS, args.device, step)


def watched_crops(args: argparse.Namespace, side: int) -> Holes:
    """The held-out crops of the curves, of side x side px."""
    if args.packed is None:
        return held_out(args.held_out, side)
    return packed_held_out(args.packed, side, args.held_out)
