"""`cleanplate plan`: what a job would do."""

from __future__ import annotations

import typer
from rich.console import Console
from rich.text import Text

from pipelines.commands.arguments import ImageColumn, Inputs, Limit, Out, RecipeName, Settings
from pipelines.complaint import reported


@reported
def plan(
    inputs: Inputs,
    out: Out,
    recipe: RecipeName = "default",
    set_: Settings = [],  # noqa: B006
    limit: Limit = None,
    image_column: ImageColumn = None,
) -> None:
    """Say what `clean` would do: images, chunks, what is done already.

    Lists the input. Runs nothing and writes nothing.

    [bold]Example[/bold]

      cleanplate plan photos/ cleaned/
    """
    from pipelines.overrides import recipe_with

    chosen = recipe_with(recipe, set_)

    from pipelines import clean
    from pipelines.outlook import outlook
    from pipelines.output_place import check_out

    check_out(inputs, out)
    job = clean.CleanJob(inputs=list(inputs), out=out, recipe=chosen, limit=limit, image_column=image_column)
    text = Text()
    for label, value in outlook(job).items():
        text.append(f"  {label:<9}", style="dim").append(f"{value}\n")
    Console(highlight=False).print(text, soft_wrap=True, end="")
    raise typer.Exit
