"""Rounds, trials and what is kept of them, with verifiers whose answers are known; a generator as a refill."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pytest

from operators.remedy import REMEDIES, Mended, Refill, Wound, mend
from operators.remedy.mend import LEAST, MOST_TRIALS, gained, likely
from operators.remedy.refill import GeneratorRefill
from operators.remedy.tone import retoned
from operators.remedy.wound import membrane_refill, within
from operators.verify.verdict import FAILURES, Verdict
from operators.verify.views import SeamView
from tests.operators.fill.fakes import Noise
from tests.operators.remedy.wounds import boxed, error, lettered


def verdict(risk: float, **failures: float) -> Verdict:
    return Verdict({name: failures.get(name, 0.0) for name in FAILURES}, risk)


@dataclass
class Scripted:
    """Answers in turn, the last one for ever. asked: judgements."""

    risks: list[float]
    failure: str = "colour_drift"
    asked: int = 0

    def judge(self, views: Sequence[SeamView]) -> list[Verdict]:
        risk = self.risks[min(self.asked, len(self.risks) - 1)]
        self.asked += 1
        return [verdict(risk, **{self.failure: risk}) for _ in views]


@dataclass
class Bright:
    """The risk is how far the hole's mean is from the level, times 5."""

    level: float

    def judge(self, views: Sequence[SeamView]) -> list[Verdict]:
        risks = [min(5 * float(abs(view.rgb[view.hole].mean() - self.level)), 1.0) for view in views]
        return [verdict(risk, colour_drift=risk) for risk in risks]


def test_a_passing_wound_is_left_alone() -> None:
    """Catches remedies tried on what nobody would notice."""
    _, wound = lettered()
    mended, trials = mend(wound, Scripted([0.1]), membrane_refill, 0.2)
    assert trials == [] and mended.rgb is wound.rgb and mended.hole is wound.hole


def test_a_trial_is_kept_only_when_it_gains_enough() -> None:
    """Catches remedies that are kept for nothing: each costs something of the picture."""
    _, wound = lettered()
    mended, trials = mend(wound, Scripted([0.8, 0.6]), membrane_refill, 0.1)
    assert np.array_equal(mended.rgb, wound.rgb) and trials and not any(t.kept for t in trials)
    assert any(t.kept for t in mend(wound, Scripted([0.8, 0.2]), membrane_refill, 0.1)[1])


def test_a_strong_failure_that_is_gone_counts_though_something_weaker_is_left() -> None:
    """Catches a rule that asks for the risk alone: from 0.99 to 0.9 it hardly moves."""
    before, after = verdict(0.99, colour_drift=0.98), verdict(0.9, colour_drift=0.1, halo=0.6)
    assert gained(before, after) > LEAST > 0 > gained(after, before)
    assert gained(before, verdict(0.98, colour_drift=0.97)) < LEAST


def test_the_trial_with_the_least_risk_is_kept_and_the_second_round_starts_from_it() -> None:
    """Catches the last or the first trial winning, and a second round that forgets the first."""
    _, wound = lettered()
    rest = [0.7] * (len(list(retoned(wound, membrane_refill))) - 2)
    verifier = Scripted([0.95, 0.9, 0.6, *rest, 0.1, 0.6])
    _, trials = mend(wound, verifier, membrane_refill, 0.05)
    kept = [k for k, trial in enumerate(trials) if trial.kept]
    assert kept[0] == 1 and trials[1].after == 0.6 and len(kept) == 2
    assert trials[kept[1]].before == 0.6 and trials[kept[1]].after == 0.1


def test_of_two_with_the_same_risk_the_gentler_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """Catches a choice by risk alone, which throws away good pixels for a filling that merely looks as well."""
    _, wound = lettered()

    def both(wound: Wound, refill: Refill) -> Iterator[Mended]:
        for shift in (0.03, 0.01):
            yield within(wound, wound.rgb + np.float32(shift))

    monkeypatch.setitem(REMEDIES, "colour_drift", (both,))
    mended, trials = mend(wound, Scripted([0.9, 0.5]), membrane_refill, 0.2, rounds=1)
    assert [t.kept for t in trials] == [False, True]
    assert error(mended.rgb, wound.rgb, wound.hole) < 0.02


def test_it_stops_as_soon_as_the_risk_is_low_enough() -> None:
    """Catches trials after one that passes."""
    _, wound = lettered()
    _, trials = mend(wound, Scripted([0.9, 0.8, 0.1]), membrane_refill, 0.2)
    assert len(trials) == 2 and trials[1].kept


def test_cost_is_bounded() -> None:
    """Catches rounds without end and trials without number."""
    _, wound = lettered()
    for failure in FAILURES:
        verifier = Scripted([0.9 - 0.002 * k for k in range(400)], failure)
        _, trials = mend(wound, verifier, membrane_refill, 0.0, rounds=2)
        assert 0 < len(trials) <= 2 * MOST_TRIALS


def test_a_drift_is_mended_through_the_verifier_alone() -> None:
    """Catches a mend that judges something else than it keeps."""
    truth, wound = boxed()
    drifted = np.where(wound.hole[..., None], np.clip(truth + 0.12, 0, 1), truth).astype(np.float32)
    verifier = Bright(float(truth[wound.hole].mean()))
    mended, trials = mend(replace(wound, rgb=drifted), verifier, membrane_refill, 0.1)
    assert any(t.kept for t in trials)
    assert error(mended.rgb, truth, wound.hole) < 0.4 * error(drifted, truth, wound.hole)


def test_a_second_failure_is_tried_when_it_is_about_as_likely() -> None:
    """Catches a choice that only ever looks at the first, or one that tries everything."""
    assert likely(verdict(0.9, ghost=0.8, halo=0.7)) == ["ghost", "halo"]
    assert likely(verdict(0.9, ghost=0.8, halo=0.1)) == ["ghost"]


def test_a_generator_refills_the_hole_and_nothing_else() -> None:
    """Catches views that are laid at the wrong place, read from the hole, or share one seed."""
    truth, wound = boxed(side=60)
    refill = GeneratorRefill(Noise())
    known = 1 - wound.blend
    one = refill(truth, wound.hole, known, 5, 3)
    two = refill(np.where(wound.hole[..., None], 0.9, truth).astype(np.float32), wound.hole, known, 5, 3)
    assert len(one) == 3 and all(a.tobytes() == b.tobytes() for a, b in zip(one, two, strict=True))
    assert all(np.array_equal(a[~wound.hole], truth[~wound.hole]) for a in one)
    assert not np.array_equal(one[1], one[2])
