"""Pools against what a cluster has, without Ray."""

from __future__ import annotations

import pytest

from cluster.pool import PlacementError, Pool, fit


def pool(actors: int, gpus: float, memory: int = 0, kind: str | None = None) -> Pool:
    return Pool(f"p{gpus:g}", [], actors, 0.1, gpus, memory, kind)


@pytest.mark.parametrize(("pools", "gpus"), [
    ([pool(1, 0.25), pool(1, 0.75)], 1), ([pool(2, 0.5), pool(1, 1)], 2), ([pool(3, 0.6)], 3), ([pool(2, 2)], 4),
    ([pool(10, 0.1)], 1), ([pool(3, 0.3333), pool(1, 0)], 1), ([pool(4, 0)], 0),
])
def test_pools_that_fit(pools: list[Pool], gpus: int) -> None:
    """Pools refused because of rounding, or because fractions are spread instead of packed."""
    assert fit(pools, {"CPU": 8, "GPU": gpus}) == pools


@pytest.mark.parametrize(("pools", "gpus"), [
    ([pool(1, 0.5)], 0), ([pool(3, 0.6)], 2), ([pool(1, 0.5), pool(2, 1)], 2), ([pool(1, 2)], 1),
    ([pool(1, 1.5)], 4), ([pool(5, 0.25)], 1),
])
def test_pools_that_ray_would_wait_for_are_refused(pools: list[Pool], gpus: int) -> None:
    """A sum that fits while the GPUs do not: Ray waits for ever, and says nothing."""
    with pytest.raises(PlacementError, match="GPUs"):
        fit(pools, {"CPU": 8, "GPU": gpus})


def test_memory_and_accelerators_are_looked_for_too() -> None:
    """The other ways to wait for ever."""
    has = {"CPU": 8.0, "GPU": 2.0, "memory": 4.0 * 2**30, "accelerator_type:T4": 1.0}
    assert fit([pool(2, 1, 2**31, "T4")], has)
    with pytest.raises(PlacementError, match="6,144 MB of memory, and the cluster has 4,096 MB"):
        fit([pool(3, 0.5, 2**31)], has)
    with pytest.raises(PlacementError, match="type A100, and the cluster has T4"):
        fit([pool(1, 1, 0, "A100")], has)
