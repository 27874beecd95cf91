"""From an evaluation to one HTML page that works from a file, offline: style, script and pictures are all inside it."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from pipelines.evaluation.case_view import case_view
from pipelines.evaluation.crops import HOTTEST
from pipelines.evaluation.figures import facts, headline, kind_rows, lede, method_sections
from pipelines.evaluation.gallery import ORDERS
from pipelines.evaluation.job import Evaluation
from pipelines.evaluation.measures import MEASURES
from pipelines.evaluation.methods import LABELS

TEMPLATES = Path(__file__).parent / "templates"
STYLES = (TEMPLATES.parent.parent / "report" / "templates" / "base.css", TEMPLATES / "evaluation.css")
SCRIPT = TEMPLATES / "evaluation.js"


def render(evaluation: Evaluation) -> str:
    """The page as text."""
    environment = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined,
                              trim_blocks=True, lstrip_blocks=True)
    environment.filters["count"] = lambda n: f"{n:,}"
    script = SCRIPT.read_text()
    return environment.get_template("index.html").render(
        _variables(evaluation),
        style=Markup("\n".join(path.read_text() for path in STYLES)),
        script=Markup(script),
        script_hash=_source_hash(script),
    )


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


def _source_hash(script: str) -> str:
    """The page's policy lets only this very script run, so that no injected one can."""
    return "sha256-" + base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
