"""The verify stages: the gate, the picture's verdict, and the contest of two fillings."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import pytest

from operators.compose import REJECTED, ComposeStage
from operators.fill import BaseStage, DiffusionStage, FillStage, PriorStage
from operators.measure import MeasureStage, composed
from operators.options import ComposeOptions, FillOptions, VerifyOptions
from operators.record import ImageRecord, Region, Status, from_table, to_table
from operators.verify.stage import ReverifyStage, VerifyStage
from operators.verify.verdict import Verifier
from tests.operators.fill.fakes import Noise
from tests.operators.fill.test_stage_generators import WHOLE, fills, prepared, routed, two_lines
from tests.operators.overlaid import captioned, hole_of
from tests.operators.verify.fakes import Measures, Says


def one_line() -> ImageRecord:
    return routed(prepared(captioned(at=(60, 380), size=28).record()), "prior")


def through(record: ImageRecord, verifier: Verifier, *, diffusion: float = 0.1, **options: Any) -> ImageRecord:
    """The gate with a prior that is off by 0.3 and a diffusion inpainter that is off by `diffusion`."""
    rule = VerifyOptions(**(dict[str, Any](weights="none", max_risk=0.5, max_doubt=0.5) | options))
    for stage in (PriorStage(generators={"prior": Noise("prior", 128, 0.3)}), VerifyStage(rule, verifier=verifier),
                  DiffusionStage(generators={"diffusion": Noise("diffusion", 64, diffusion)}, verifier=verifier),
                  ReverifyStage(rule, verifier=verifier)):
        stage([record])
        assert record.error == "", record.error
    return record


def brightness(record: ImageRecord) -> Measures:
    """A risk that grows with what was added to the harmonic base."""
    plain = one_line()
    FillStage(generators={})([plain])
    base = float(composed(plain, WHOLE)[hole_of(record)].mean())
    return Measures(of=lambda rgb, hole: 2 * abs(float(rgb[hole].mean()) - base))


def test_what_passes_is_left_alone() -> None:
    """Every region sent to the slow generator, whatever the verifier says."""
    record = through(one_line(), Says(0.2))
    (region,) = record.regions
    assert region.path == ["prior", "passed"] and region.route == region.generator == "prior"
    assert region.scores["risk"] == region.scores["risk_first"] == 0.2 and record.verdict == "pass"
    plain = one_line()
    PriorStage(generators={"prior": Noise("prior", 128, 0.3)})([plain])
    assert fills(record) == fills(plain)


def test_what_fails_goes_on_and_the_better_filling_stays() -> None:
    """A gate that lets nothing through, or that does not say why."""
    record = one_line()
    record = through(record, brightness(record))
    (region,) = record.regions
    assert region.path == ["prior", "failed", "diffusion", "passed"] and region.generator == region.route == "diffusion"
    assert region.scores["risk"] < 0.5 < region.scores["risk_first"]
    assert "prior rejected (texture, risk 0." in region.reason and "on to diffusion" in region.reason
    plain = one_line()
    routed(plain, "diffusion")
    DiffusionStage(generators={"diffusion": Noise("diffusion", 64, 0.1)})([plain])
    assert fills(record) == fills(plain), "the diffusion inpainter starts from the harmonic base, not from the prior"


def test_a_worse_filling_does_not_replace_the_rejected_one() -> None:
    """A gate that makes things worse: the last generator always wins."""
    record = one_line()
    record = through(record, brightness(record), diffusion=0.45)
    (region,) = record.regions
    assert region.path == ["prior", "failed", "diffusion", "no better", "failed"] and region.generator == "prior"
    assert record.verdict == "fail" and "would be noticed: texture, risk" in record.doubt
    plain = one_line()
    PriorStage(generators={"prior": Noise("prior", 128, 0.3)})([plain])
    assert fills(record) == fills(plain)


def test_the_gate_can_be_shut_and_regions_of_one_tile_are_told_apart() -> None:
    """The neighbour of a rejected line filled anew with it."""
    record = one_line()
    shut = through(record, brightness(record), gate=False)
    assert shut.regions[0].path == ["prior", "failed"] and shut.verdict == "fail"

    lines = two_lines()
    routed(lines, "prior", "prior")
    middle = int(lines.regions[1].quad[:, 1].min()) - 4

    def upper_is_bad(rgb: np.ndarray, hole: np.ndarray) -> float:
        return 0.9 if hole[:64].sum() < hole[64:].sum() else 0.1

    through(lines, Measures(of=upper_is_bad))
    paths = [r.path[:2] for r in lines.regions]
    plain = two_lines()
    routed(plain, "prior", "prior")
    PriorStage(generators={"prior": Noise("prior", 128, 0.3)})([plain])
    change = np.abs(composed(lines, WHOLE) - composed(plain, WHOLE)).max(2) > 1e-6
    kept = [k for k, path in enumerate(paths) if path[1] == "passed"]
    assert sorted(path[1] for path in paths) == ["failed", "passed"], paths
    assert not (change[middle:] if kept == [1] else change[:middle]).any()


def test_verdicts_reach_the_next_worker_and_decide_what_is_written() -> None:
    """A verdict lost at a pool's border; a rejected picture written as if nothing were wrong."""
    for policy, status in (("review", Status.CLEANED), ("keep_original", Status.KEPT), ("fail", Status.FAILED)):
        record = one_line()
        record.image = cv2.imencode(".png", record.picture().rgb[..., ::-1])[1].tobytes()
        (record,) = from_table(to_table([through(record, Says(0.8), gate=False)]))
        assert record.verdict == "fail" and record.regions[0].path == ["prior", "failed"]
        MeasureStage()([record])
        ComposeStage(ComposeOptions(on_fail=policy))([record])
        assert record.status is status and record.verdict == "fail" and record.measures["risk"] == 0.8
        if status is not Status.CLEANED:
            assert record.error_class == REJECTED and "would be noticed" in record.error
            assert (record.result is None) is (status is Status.FAILED)


@pytest.mark.parametrize(("confidence", "kind", "verdict"), [
    (0.7, "text", "review"), (0.3, "text", "pass"), (0.7, "scene", "pass")])
def test_what_was_kept_and_looks_like_overlay_is_for_review(confidence: float, kind: str, verdict: str) -> None:
    """False comfort: a picture whose overlay was missed by a hair called clean; or every sign of the scene a doubt."""
    record = one_line()
    quad = np.array([[5, 5], [50, 5], [50, 20], [5, 20]], np.float32)
    record.regions.append(Region(quad, confidence, kind, route="keep"))
    through(record, Says(0.1))
    assert record.verdict == verdict and ("may be left" in record.doubt) is (verdict == "review")
    untouched = one_line()
    untouched.regions[0].route, untouched.regions[0].confidence, untouched.regions[0].kind = "keep", confidence, kind
    untouched.leave_untouched("no overlay found")
    ReverifyStage(VerifyOptions(weights="none", max_doubt=0.5), verifier=Says(0.1))([untouched])
    assert untouched.verdict == verdict and untouched.status is Status.UNTOUCHED


def test_without_weights_nobody_judges() -> None:
    """A verdict that nobody gave."""
    record, nobody = one_line(), VerifyOptions(weights="none")
    for stage in (PriorStage(generators={"prior": Noise("prior", 128, 0.3)}), VerifyStage(nobody),
                  ReverifyStage(nobody)):
        stage([record])
    assert record.verdict == "" and record.regions[0].path == [] and "risk" not in record.regions[0].scores


def computed_back() -> ImageRecord:
    """One line as a known mark of alpha 0.4, to be subtracted."""
    record = one_line()
    region = record.regions[0]
    assert region.matte is not None
    region.route, region.source, region.matte.alpha = "unblend", "marks", region.matte.alpha * np.float16(0.4)
    BaseStage()([record])
    assert region.generator == "unblend", "the overlay must let something through"
    return record


def test_what_was_computed_back_stays() -> None:
    """Texture invented where the picture itself could be had."""
    record = computed_back()
    VerifyStage(VerifyOptions(weights="none"), verifier=Says(0.8))([record])
    assert record.regions[0].path == ["unblend", "failed"] and record.regions[0].route == "unblend"


def test_a_contest_takes_over_all_of_what_was_computed_back() -> None:
    """A rejected ghost that the diffusion inpainter gets as its base, or of which it is asked for a part alone."""
    record = computed_back()
    before = fills(record)
    rule, verifier = VerifyOptions(weights="none"), Says(0.8)
    VerifyStage(rule, verifier=verifier)([record])
    record.regions[0].route = "diffusion"
    verifier.risk = 0.1
    DiffusionStage(generators={"diffusion": Noise("diffusion", 64, 0.1)}, verifier=verifier)([record])
    assert record.regions[0].path == ["unblend", "failed", "diffusion", "passed"] and fills(record) != before
    (tile,) = record.tiles
    assert tile.unknown is not None and tile.unknown.sum() == (tile.blend > 0).sum(), "all of the hole is asked for"


def test_a_ghost_comes_back_when_nothing_better_was_found() -> None:
    """Fill and hole of what was computed back lost in the contest."""
    record = computed_back()
    before = fills(record)
    through_gate = VerifyStage(VerifyOptions(weights="none"), verifier=Says(0.8))
    through_gate([record])
    record.regions[0].route = "diffusion"
    DiffusionStage(generators={"diffusion": Noise("diffusion", 64, 0.1)}, verifier=Says(0.9))([record])
    assert record.regions[0].generator == "unblend" and fills(record) == before
    assert record.regions[0].path == ["unblend", "failed", "diffusion", "no better", "failed"]


@pytest.mark.parametrize(("risk_of_mean", "winner_is_mean"), [(0.2, True), (0.9, False)])
def test_a_drawn_candidate_must_look_less_like_a_filling_than_the_mean(
    risk_of_mean: float, winner_is_mean: bool
) -> None:
    """The mean always promoted, since nothing is nearer to it than itself; or never."""
    record = one_line()
    plain = one_line()
    FillStage(generators={})([plain])
    base = float(composed(plain, WHOLE)[hole_of(plain)].mean())

    def risk(rgb: np.ndarray, hole: np.ndarray) -> float:
        return risk_of_mean if abs(float(rgb[hole].mean()) - base) > 0.06 else 0.5

    options = FillOptions(candidates=3, grain=False)
    PriorStage(options, generators={"prior": Noise("prior", 128, 0.12)}, verifier=Measures(of=risk))([record])
    assert record.error == "" and (record.regions[0].features["candidate"] == 0) is winner_is_mean
