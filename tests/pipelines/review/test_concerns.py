"""What of a picture is to be looked at."""

from __future__ import annotations

from typing import Any

from operators.options import VerifyOptions
from pipelines.review.concerns import LEFT_IN_PLACE, concerns, likeliest
from pipelines.review.limits import Limits


def note(route: str = "prior", kind: str = "text", confidence: float | None = 0.9, path: tuple[str, ...] = (),
         **scores: float | None) -> dict[str, Any]:
    return {"route": route, "kind": kind, "confidence": confidence, "path": list(path), "scores": scores}


def test_every_region_that_keeps_the_picture_from_passing_and_no_other() -> None:
    """Catches signs of the scene on the worklist, overlay that hides behind a rejected filling, and mended ones."""
    found = list(concerns([
        note(path=("prior", "failed"), risk=0.8, risk_ghost=0.1, risk_halo=0.7),
        note(path=("prior", "failed", "retoned", "passed"), risk=0.2, risk_first=0.9),
        note("keep", "scene"), note("keep", "mark", 0.7), note("keep", confidence=0.5), note("", confidence=0.6),
        note("keep", confidence=None), note(),
    ], max_doubt=0.5))
    assert [(c.index, c.kind, c.weight) for c in found] == [
        (0, "halo", 0.8), (3, LEFT_IN_PLACE, 0.7), (5, LEFT_IN_PLACE, 0.6)]


def test_the_failure_is_one_of_the_failures() -> None:
    """Catches `risk_first`, mostly the largest of all, taken for a kind of failure."""
    assert likeliest({"risk": 0.9, "risk_first": 0.99, "risk_texture": 0.3, "risk_ghost": 0.2}) == "texture"
    assert likeliest({"risk": 0.9, "risk_first": 0.99}) == "unknown"
    assert likeliest({"risk_ghost": None, "risk_halo": 0.1}) == "halo"


def test_regions_of_earlier_versions_have_no_path() -> None:
    """Catches a list that cannot be made from rows without the key."""
    old = note(risk=0.9)
    del old["path"]
    assert list(concerns([old], 0.5)) == []


def test_limits_are_read_from_the_kept_recipe() -> None:
    """Catches a recipe of an earlier version, without the section, that stops the list."""
    default = VerifyOptions()
    assert Limits.of("verify: {max_risk: 0.25}\n") == Limits(0.25, default.max_doubt)
    assert Limits.of("name: x\n") == Limits.of("") == Limits(default.max_risk, default.max_doubt)
