"""From ReportData to one HTML page that works from a file, offline: style, script and data are all inside it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from markupsafe import Markup

from pipelines.gate import Gate
from pipelines.html_page import environment, render_page
from pipelines.report.checks import rules
from pipelines.report.data import ReportData
from pipelines.report.figures import (
    facts,
    failure_lede,
    gate_words,
    headline,
    lede,
    mean_rows,
    part_rows,
    recipe_line,
    stage_rows,
    status_rows,
    verdict_rows,
)
from pipelines.report.flow import flow, labels
from pipelines.report.gallery import case_entry, options
from pipelines.report.pictures import LONG_SIDE, CasePictures
from pipelines.report.spreads import spread_rows

TEMPLATES = Path(__file__).parent / "templates"
STYLES = (TEMPLATES / "gallery.css",)
SCRIPTS = tuple(TEMPLATES / name for name in ("viewer.js", "inspector.js", "gallery.js"))


def render(data: ReportData, pictures: Sequence[CasePictures]) -> str:
    """The page. pictures: one per case, in the same order; only their names and sizes are used."""
    made = environment(TEMPLATES)
    made.globals["node_label"] = labels
    made.globals["counts"] = made.get_template("_macros.html").module.counts  # type: ignore[attr-defined]
    return render_page(made, _variables(data, pictures), styles=STYLES, scripts=SCRIPTS,
                       picture_sources="'self' file: data:")


def _variables(data: ReportData, pictures: Sequence[CasePictures]) -> dict[str, Any]:
    entries = [case_entry(case, views) for case, views in zip(data.cases, pictures, strict=True)]
    summary: Mapping[str, Any] = data.summary
    images = int(summary.get("images", 0))
    return {
        "headline": headline(summary), "lede": lede(data), "facts": facts(data), "statuses": status_rows(summary),
        "images": images, "cards": [_card(entry, views) for entry, views in zip(entries, pictures, strict=True)],
        "filters": options(entries), "policy": data.policy, "long_side": LONG_SIDE,
        "shrunk": any(max(views.width, views.height) > LONG_SIDE for views in pictures),
        "stages": stage_rows(summary.get("seconds", {}), images),
        "routes": part_rows(summary.get("routes", {})), "generators": part_rows(summary.get("generators", {})),
        "verdicts": verdict_rows(summary), "flow": flow(Gate.of(summary.get("trips", {}))),
        "gate_words": gate_words(summary), "limits": data.limits, "judged": data.judged, "worklist": data.worklist,
        "regions": int(summary.get("regions", sum(summary.get("routes", {}).values()))),
        "spreads": spread_rows(data.spreads), "measures": mean_rows(summary.get("measures", {})),
        "failures": data.failures, "failure_count": data.failure_count, "failure_lede": failure_lede(summary),
        "recipe": data.recipe, "recipe_lines": len(data.recipe.splitlines()),
        "recipe_line": " · ".join(recipe_line(summary, len(data.recipe.splitlines()))), "checks": rules(),
        "cases_json": _embedded(entries),
    }


def _card(entry: Mapping[str, Any], views: CasePictures) -> dict[str, Any]:
    return {"key": entry["key"], "status": entry["status"], "checks": entry["checks"],
            "verdict": entry["verdict"], "thumb": views.thumb}


def _embedded(values: object) -> Markup:
    """JSON that cannot end the script element it stands in, whatever the strings hold."""
    text = json.dumps(values, ensure_ascii=True, allow_nan=False, separators=(",", ":"))
    return Markup(text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"))
