"""Paths of regions, counted."""

from __future__ import annotations

import numpy as np
import pytest

from cluster.sinks.gate import edges, trip, trips
from operators.record import Region


def region(generator: str, *path: str) -> Region:
    return Region(np.zeros((4, 2), np.float32), 0.9, generator=generator, path=list(path))


LONG = ("prior", "failed", "diffusion", "no better", "failed", "retoned", "passed")


def test_edges_are_the_pairs_of_neighbours() -> None:
    """Catches pairs across two regions, a start that is missing, and regions without a path that count."""
    counted = edges([region("prior", *LONG), region("prior", "prior", "passed"), region("")])
    assert counted == {
        "start → prior": 2, "prior → failed": 1, "failed → diffusion": 1, "diffusion → no better": 1,
        "no better → failed": 1, "failed → retoned": 1, "retoned → passed": 1, "prior → passed": 1}


@pytest.mark.parametrize(("generator", "path", "stations"), [
    ("prior", ("prior", "passed"), "prior passed"),
    ("unblend", ("unblend", "failed"), "unblend left"),
    ("diffusion", ("prior", "failed", "diffusion", "passed"), "prior diffusion passed"),
    ("prior", ("prior", "failed", "diffusion", "no better", "failed"), "prior diffusion left"),
    ("prior", LONG, "prior diffusion mend passed"),
    ("prior", ("prior", "failed", "retoned", "regrown", "passed"), "prior mend passed"),
    ("some/hub-model", ("prior", "failed", "some/hub-model", "failed", "regrown", "failed"),
     "prior some/hub-model mend left"),
])
def test_a_second_generator_is_told_from_a_remedy(generator: str, path: tuple[str, ...], stations: str) -> None:
    """Catches remedies counted as generators, above all where the names are a hub's."""
    assert trip(path, generator) == stations.split()


def test_regions_that_nobody_judged_made_no_trip() -> None:
    """Catches regions without a verdict that count as rejected: no weights, or an error half-way."""
    assert trips([region("harmonic"), region("prior", "prior"), region("prior", "prior", "passed")]) == {
        "prior → passed": 1}
