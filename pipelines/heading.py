"""The head of a job's output: named before anything heavy is imported, so that a wrong path is seen at once."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text

from pipelines.recipe import Recipe
from pipelines.version import version

SHOWN = 3  # inputs named in full


def heading(inputs: Sequence[str], out: str, recipe: Recipe, limit: int | None = None) -> Text:
    shown = " ".join(inputs[:SHOWN]) + (f" and {len(inputs) - SHOWN:,} more" if len(inputs) > SHOWN else "")
    text = Text().append("cleanplate", style="bold").append(f" {version()}\n\n", style="dim")
    rows = {"input": shown + (f" (the first {limit:,} images)" if limit else ""), "output": out,
            "recipe": f"{recipe.name} ({recipe.digest()})"}
    for i, (label, value) in enumerate(rows.items()):
        text.append("\n" if i else "").append(f"  {label:<9}", style="dim").append(value)
    return text
