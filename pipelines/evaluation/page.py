"""From an evaluation to one HTML page that works from a file, offline: style, script and pictures are all inside it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pipelines.evaluation.case_view import case_view
from pipelines.evaluation.crops import HOTTEST
from pipelines.evaluation.figures import facts, headline, kind_rows, lede, method_sections
from pipelines.evaluation.gallery import ORDERS
from pipelines.evaluation.job import Evaluation
from pipelines.evaluation.measures import MEASURES
from pipelines.evaluation.methods import LABELS
from pipelines.html_page import environment, render_page

TEMPLATES = Path(__file__).parent / "templates"


def render(evaluation: Evaluation) -> str:
    """The page as text."""
    return render_page(environment(TEMPLATES), _variables(evaluation), styles=[TEMPLATES / "evaluation.css"],
                       scripts=[TEMPLATES / "evaluation.js"], picture_sources="data:")


def _variables(evaluation: Evaluation) -> dict[str, Any]:
    cases = [case_view(case) for case in evaluation.cases]
    return {
        "headline": headline(evaluation), "lede": lede(evaluation), "facts": facts(evaluation), "cases": cases,
        "measured": evaluation.overall.pairs, "bad": evaluation.bad, "orders": ORDERS, "measures": MEASURES,
        "methods": len(LABELS), "sections": method_sections(evaluation.overall),
        "kinds": [(kind, group.pairs, method_sections(group)) for kind, group in evaluation.kinds.items()],
        "kind_rows": kind_rows(evaluation), "case_kinds": sorted({case["kind"] for case in cases if case["kind"]}),
        "hottest": HOTTEST,
    }
