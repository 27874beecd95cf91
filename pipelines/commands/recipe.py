"""`cleanplate recipe`: the recipes and every option they have."""

from __future__ import annotations

from importlib import resources
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from pipelines.commands.arguments import Settings
from pipelines.complaint import reported


@reported
def recipe(
    name: Annotated[str | None, typer.Argument(
        metavar="NAME|FILE", show_default=False, help="A shipped recipe or a YAML file. Default: list them."
    )] = None,
    set_: Settings = [],  # noqa: B006
) -> None:
    """List the shipped recipes, or print one with all its options.

    The output is YAML with every option, its value and what it does: a start
    for a recipe of your own.

    [bold]Examples[/bold]

      cleanplate recipe
      cleanplate recipe default > mine.yaml
    """
    if name is None:
        _list()
        return
    from pipelines.overrides import recipe_with
    from pipelines.recipe_text import annotated

    text = Text()
    for line in annotated(recipe_with(name, set_)).splitlines():
        option, mark, comment = line.partition("# ")
        text.append(option).append(f"{mark}{comment}\n", style="dim")
    Console(highlight=False).print(text, soft_wrap=True, end="")


def _list() -> None:
    from pipelines.recipe import shipped_recipes

    grid = Table.grid(padding=(0, 2, 0, 0))
    for name in shipped_recipes():
        content = (resources.files("pipelines") / "recipes" / f"{name}.yaml").read_text()
        about = [line.removeprefix("#").strip() for line in content.splitlines() if line.startswith("#")]
        grid.add_row(Text(f"  {name}", style="bold"), " ".join(about).split(". ")[0].rstrip("."))
    Console(highlight=False).print(grid)
