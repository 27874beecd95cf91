"""Grain as the line's last step of every fill."""

from __future__ import annotations

from typing import Any

import numpy as np

from operators.fill import BaseStage, DiffusionStage, FillStage, PriorStage
from operators.measure import composed
from operators.options import FillOptions
from operators.record import ImageRecord
from tests.operators.fill.fakes import Noise
from tests.operators.fill.test_stage_generators import WHOLE, fills, prepared, routed, two_lines
from tests.operators.overlaid import captioned, hole_of, photo

PLAIN = FillOptions(prior="harmonic", diffusion="harmonic", grain=False)


def grainy(*routes: str) -> ImageRecord:
    """The captioned photograph with noise of 4% all over, as a high sensitivity gives it."""
    case = captioned(at=(60, 380), size=28)
    noise = np.random.default_rng(1).normal(0, 10, photo().shape)
    case.image[:] = np.clip(np.rint(case.image + noise), 0, 255)
    record = case.record(quads=[case.quad])
    return routed(prepared(record), *routes)


def rough(record: ImageRecord) -> float:
    """Median detail in the hole."""
    view, hole = composed(record, WHOLE), hole_of(record)
    luma = view.mean(2)
    return float(np.median(np.abs(luma[:, 1:] - luma[:, :-1])[hole[:, 1:] & hole[:, :-1]]))


def filled(record: ImageRecord, *stages: Any) -> ImageRecord:
    for stage in stages:
        stage([record])
        assert record.error == "", record.error
    return record


def test_every_kind_of_fill_gets_its_grain() -> None:
    """Plastic holes in a noisy photograph: under a membrane, or where a generator filled."""
    grain = FillOptions(prior="harmonic", diffusion="harmonic")
    flat, plain = (filled(grainy("flat"), BaseStage(options)) for options in (grain, PLAIN))
    assert rough(flat) > 1.2 * rough(plain)
    for route, stage in (("prior", PriorStage), ("diffusion", DiffusionStage)):
        both = [filled(grainy(route), stage(FillOptions(grain=on), generators={route: Noise("g", 64, 0.0)}))
                for on in (True, False)]
        assert rough(both[0]) > 1.2 * rough(both[1]), route


def test_what_a_generator_will_fill_gets_none_before_it_and_none_twice() -> None:
    """A generator that is shown noise where a membrane should be; noise on noise."""
    record = filled(grainy("prior"), BaseStage())
    assert fills(record) == fills(filled(grainy("prior"), BaseStage(FillOptions(grain=False))))
    once = filled(grainy("flat"), BaseStage())
    before = fills(once)
    filled(once, PriorStage(generators={"prior": Noise()}), DiffusionStage(generators={"diffusion": Noise()}))
    assert fills(once) == before


def test_the_same_grain_in_any_window_and_another_for_another_picture() -> None:
    """Noise that depends on the batch, or one pattern stamped on all pictures."""
    def one(key: str) -> ImageRecord:
        record = grainy("flat")
        record.key = key
        return record

    alone, first, second = one("b"), one("a"), one("b")
    for record in (alone, first, second):
        BaseStage()([record])
    assert fills(alone) == fills(second) != fills(first)


def test_nothing_outside_the_hole_and_nothing_of_its_neighbour_changes() -> None:
    """Grain on the caption's other line, filled by somebody else."""
    record, plain = (routed(two_lines(), "flat", "prior") for _ in range(2))
    filled(record, BaseStage())
    filled(plain, FillStage(PLAIN, generators={}))
    changed = np.abs(composed(record, WHOLE) - composed(plain, WHOLE)).max(2) > 0
    matte = record.regions[0].matte
    assert matte is not None
    own = np.zeros(changed.shape, bool)
    own[matte.y : matte.y + matte.hole.shape[0], matte.x : matte.x + matte.hole.shape[1]] = matte.hole
    assert not (changed & ~own).any()
