"""Which images the page shows."""

from __future__ import annotations

import random
from typing import Any

from pipelines.report.sampling import Sampler


def rows(count: int) -> list[tuple[dict[str, Any], float, set[str]]]:
    status = ["cleaned"] * (count - 3) + ["untouched", "kept", "failed"]
    good = [s == "cleaned" for s in status]
    return [({"key": f"k{i}", "status": s}, g * i / count, {"prior"} if g else set())
            for i, (s, g) in enumerate(zip(status, good, strict=True))]


def chosen(entries: list[tuple[dict[str, Any], float, set[str]]], samples: int, seed: int = 0) -> list[str]:
    sampler = Sampler(samples, seed)
    for entry in entries:
        sampler.add(*entry)
    return [row["key"] for row in sampler.chosen()]


def test_every_status_and_the_worst_are_there() -> None:
    """Catches a sample that hides the one failed picture, or the worst score, among thousands."""
    keys = chosen(rows(3000), 20)
    assert len(keys) == 20 == len(set(keys))
    assert {"k2997", "k2998", "k2999"} <= set(keys)
    assert keys[:5] == ["k2996", "k2995", "k2994", "k2993", "k2992"]


def test_order_of_the_rows_does_not_matter() -> None:
    """Catches a sample that changes from one resume to the next."""
    entries = rows(500)
    shuffled = random.Random(3).sample(entries, len(entries))
    assert chosen(entries, 24) == chosen(shuffled, 24)
    assert chosen(entries, 24) != chosen(entries, 24, seed=1)


def test_small_jobs_are_shown_whole() -> None:
    """Catches places left empty although there are images for them."""
    assert len(chosen(rows(10), 48)) == 10
    assert chosen(rows(10), 0) == []
    assert chosen([], 48) == []


def test_memory_is_bounded() -> None:
    """Catches a sampler that keeps every row of a job of millions."""
    sampler = Sampler(48)
    for entry in rows(5000):
        sampler.add(*entry)
    held = len(sampler._worst) + len(sampler._random) + sum(len(g) for g in sampler._groups.values())
    assert held < 120


def test_the_policy_says_what_is_shown() -> None:
    """Catches a page that claims completeness it does not have."""
    assert "Every one of the 10 images" in Sampler(48).policy(10, 10)
    assert Sampler(48).policy(48, 4000).startswith("48 of 4,000 images")
