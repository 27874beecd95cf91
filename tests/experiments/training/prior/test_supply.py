"""Crops that are used more than once."""

from __future__ import annotations

from typing import Any, cast

import torch

from experiments.training.holes.crops import Holes
from experiments.training.holes.views import Views, views_of
from experiments.training.prior import supply as module
from experiments.training.prior.supply import USES, Supply
from tests.experiments.training.prior.crops import crops


class _Source:
    def __init__(self) -> None:
        self.calls = 0

    def get(self, size: int, count: int) -> Views:
        self.calls += 1
        return views_of(crops(count, size))


def test_bases_belong_to_their_crops() -> None:
    """A base of another crop, or one that shows the truth in the hole."""
    views = views_of(crops(3))
    outside = (views.hole == 0).expand_as(views.truth)
    assert torch.equal(views.base[outside], views.truth[outside])
    assert all(not torch.equal(b, t) for b, t in zip(views.base, views.truth, strict=True))


def test_a_crop_is_used_as_often_as_it_says() -> None:
    """Bases computed for every step, or never again."""
    source = _Source()
    supply = Supply(cast(Any, source), 64, 0)
    batches = [supply.get(4) for _ in range(20)]
    assert abs(source.calls - 20 / USES) <= 1
    assert all(b.truth.shape == (4, 3, 64, 64) for b in batches)


def test_the_shelf_takes_new_crops_when_it_is_full(monkeypatch: Any) -> None:
    """A run that sees its first crops only."""
    monkeypatch.setattr(module, "SHELF", 8)
    supply = Supply(cast(Any, _Source()), 64, 0)
    for _ in range(8):
        supply.get(4)
    assert supply.shelf is not None and len(supply.shelf.truth) == 8
    before = supply.shelf.truth.clone()
    supply._put(views_of(Holes(*(x[::-1].copy() for x in vars(crops(5)).values()))))
    assert not torch.equal(supply.shelf.truth, before)
