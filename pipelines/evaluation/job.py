"""An evaluation from start to end: pairs, rows, tables, files, tracking."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from cluster.storage import Storage
from pipelines.evaluation.aggregate import Group, by_kind, grouped
from pipelines.evaluation.gallery import Case, Gallery
from pipelines.evaluation.measures import MEASURES
from pipelines.evaluation.methods import LABELS
from pipelines.evaluation.pairs import Pair
from pipelines.evaluation.pool import judged
from pipelines.evaluation.row import Row
from pipelines.recipe import Recipe
from pipelines.version import version


@dataclass(frozen=True)
class Evaluation:
    """source: what was evaluated, as given. rows: one a pair, in the pairs' order. kinds: empty where none is known.
    cases: for the page, worst first."""

    source: str
    recipe: Recipe
    rows: list[Row]
    overall: Group
    kinds: Mapping[str, Group]
    cases: list[Case]

    @property
    def bad(self) -> list[Row]:
        return [row for row in self.rows if row.problem]

    def plain(self) -> dict[str, Any]:
        """What evaluation.json holds."""
        measures = {m.name: {"label": m.label, "better": m.better, "unit": m.unit, "about": m.about} for m in MEASURES}
        return {
            "version": version(), "source": self.source, "recipe": self.recipe.name, "digest": self.recipe.digest(),
            "pairs": len(self.rows), "bad": len(self.bad), "methods": LABELS, "measures": measures,
            "overall": self.overall.plain(), "kinds": {kind: group.plain() for kind, group in self.kinds.items()},
            "rows": [row.plain() for row in self.rows],
        }


def evaluate(
    source: str, pairs: list[Pair], recipe: Recipe, *, workers: int, cases: int, step: Callable[[], None] = lambda: None
) -> Evaluation:
    """Measure every pair. cases: at most so many for the page. step: told after each pair. Raises `WorkerDied`."""
    rows: list[Row] = []
    gallery = Gallery(cases)
    for row, crops in judged(pairs, recipe, workers):
        rows.append(row)
        if crops is not None:
            gallery.add(row, crops)
        step()
    return Evaluation(source, recipe, rows, grouped(rows, recipe.seed), by_kind(rows, recipe.seed), gallery.chosen())


def write(evaluation: Evaluation, out: str) -> str:
    """Write OUT/evaluation.json and OUT/index.html. Returns the address of the page."""
    from pipelines.evaluation.page import render

    storage = Storage(out, attempt="evaluate")
    text = json.dumps(evaluation.plain(), indent=1, ensure_ascii=False, allow_nan=False)
    storage.write("evaluation.json", text.encode("utf-8", "backslashreplace"))
    storage.write("index.html", render(evaluation).encode("utf-8", "backslashreplace"))
    storage.tidy()
    return storage.at("index.html")
