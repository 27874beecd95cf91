"""What `cleanplate image` says of one picture."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from operators.record import Region
from pipelines.commands.image import describe_result
from pipelines.library import CleanImage


def result(verdict: str = "", doubt: str = "", **scores: float) -> CleanImage:
    region = Region(np.zeros((4, 2), np.float32), 0.9, route="prior", reason="within its limits", scores=scores)
    return CleanImage(b"", None, "cleaned", "", "", [region, Region(np.zeros((4, 2), np.float32), 0.5)],
                      {"detect": 0.1}, {}, verdict, doubt)


def test_the_verdict_is_told_with_its_risk_and_reason() -> None:
    """A picture that would be noticed, handed over without a word."""
    lines = describe_result(result("fail", "a filling would be noticed: halo", risk=0.8249), Path("o.png")).splitlines()
    assert lines[:2] == ["o.png: cleaned", "  verdict fail, risk 0.82: a filling would be noticed: halo"]
    assert describe_result(result("pass", risk=0.1), Path("o.png")).splitlines()[1] == "  verdict pass, risk 0.10"


def test_nobody_looked() -> None:
    """A risk of 0 for a picture that was never judged."""
    text = describe_result(result(), Path("o.png"))
    assert "verdict" not in text and "risk" not in text and "1 x prior: within its limits" in text
    assert describe_result(result("pass"), Path("o.png")).splitlines()[1] == "  verdict pass"
