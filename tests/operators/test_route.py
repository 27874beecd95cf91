from __future__ import annotations

import numpy as np
import pytest

from operators.compose import ComposeStage
from operators.options import RouteOptions
from operators.record import Matte, Region, Status
from operators.refine import RefineStage
from operators.route import PrepareStage, choose, route_of_fill, why_kept
from tests.operators.overlaid import captioned, record_of

QUAD = np.array([[0, 0], [9, 0], [9, 9], [0, 9]], np.float32)


def region(confidence: float = 0.9, **features: float) -> Region:
    hole = np.ones((9, 9), bool)
    matte = Matte(0, 0, hole.astype(np.float16), hole, hole.astype(np.float16), np.zeros(3, np.float32), 3, 2, 1)
    plain = {"area": 100.0, "share": 0.01, "alpha": 1.0, "texture": 0.05, "edges": 0.0}
    return Region(QUAD, confidence, features=plain | features, matte=matte)


@pytest.mark.parametrize(
    ("route", "given"),
    [
        ("keep", {"confidence": 0.3}),
        ("keep", {"share": 0.3}),
        ("unblend", {"alpha": 0.5, "texture": 0.0}),
        ("flat", {"texture": 0.01}),
        ("prior", {"texture": 0.01, "edges": 0.5}),
        ("prior", {}),
        ("diffusion", {"area": 7000.0}),
        ("diffusion", {"texture": 0.2}),
        ("diffusion", {"confidence": 0.55}),
    ],
)
def test_the_rule_in_its_order(route: str, given: dict[str, float]) -> None:
    """A threshold compared the wrong way round, or a costly route taken where a cheap one serves."""
    options = RouteOptions(prior_max_area=6000, prior_max_texture=0.12, prior_min_confidence=0.6)
    found, reason = choose(region(**given), options, min_confidence=0.5)
    assert found == route
    assert any(letter.isdigit() for letter in reason), "a reason names the value that decided"


def test_the_better_generator_serves_by_default() -> None:
    """Holes sent to the embedded diffusion inpainter, which is the worse one at any size."""
    given = region(area=10**6, texture=0.3, confidence=0.55)
    assert choose(given, RouteOptions(), min_confidence=0.5)[0] == "prior"


def test_a_failed_unblend_takes_the_route_of_the_rule() -> None:
    """A translucent region that is sent back to un-blending when that has failed."""
    given = region(alpha=0.5)
    assert choose(given, RouteOptions(), min_confidence=0.5)[0] == "unblend"
    assert route_of_fill(given, RouteOptions())[0] == "prior"
    assert route_of_fill(region(alpha=0.5, texture=0.01), RouteOptions())[0] == "flat"


def test_regions_below_the_confidence_are_left_alone() -> None:
    """A false alarm of the detector painted over."""
    record = captioned().record(confidence=0.4)
    for stage in (RefineStage(), PrepareStage(min_confidence=0.5)):
        stage([record])
    assert record.regions[0].route == "keep" and record.tiles == []


def test_a_region_outside_the_picture_is_kept_with_a_reason() -> None:
    """A region without a matte, sent to a generator."""
    case = captioned()
    record = record_of(case.image, [Region(case.quad + 2000, 0.9)])
    for stage in (RefineStage(), PrepareStage()):
        stage([record])
    assert record.error == ""
    assert (record.regions[0].route, record.tiles) == ("keep", [])
    assert "nothing to remove" in record.regions[0].reason


def test_a_picture_whose_only_overlay_is_kept_says_why() -> None:
    """A picture that leaves as one without overlay though a region of it was found and kept."""
    record = captioned().record(confidence=0.9)
    record.regions.append(Region(QUAD, 0.3))
    options = RouteOptions(max_share=0.001)
    for stage in (RefineStage(), PrepareStage(options, min_confidence=0.5), ComposeStage()):
        stage([record])
    share = record.regions[0].features["share"]
    assert (record.status, record.result) == (Status.UNTOUCHED, record.image)
    assert record.reason == (f"1 region kept: too large to fill honestly ({share:.0%} of the picture, more than 0%; "
                             "hand over a mask if it is overlay)")


def test_reasons_of_several_kept_regions_are_told_once_each() -> None:
    """A reason as long as the list of regions, or one that leaves out all but the first."""
    kept = [region(share=share) for share in (0.3, 0.4)] + [Region(QUAD, 0.9)]
    for one in kept:
        one.route, one.reason = choose(one, RouteOptions(max_share=0.25), min_confidence=0.5)
    assert why_kept(kept) == (
        "3 regions kept: too large to fill honestly (30% of the picture, more than 25%; hand over a mask if it is "
        "overlay); nothing to remove there (no pixel of it is overlay, or it lies outside the picture)")
    assert why_kept([]) == ""


def test_features_are_on_the_record() -> None:
    """Decisions that nobody can check afterwards."""
    record = captioned().record()
    for stage in (RefineStage(), PrepareStage()):
        stage([record])
    features = record.regions[0].features
    assert {"area", "stroke", "alpha", "texture", "edges", "confidence", "line_height"} <= features.keys()
    assert all(np.isfinite(v) for v in features.values())
