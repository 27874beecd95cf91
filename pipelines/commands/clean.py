"""`cleanplate clean`: the job itself."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer
from rich.console import Console

from pipelines.commands.arguments import ImageColumn, Inputs, Limit, Marks, Out, RecipeName, Settings, marks_setting
from pipelines.complaint import reported


class Layout(StrEnum):
    AUTO = "auto"
    FUSED = "fused"
    STAGED = "staged"


class OutputKind(StrEnum):
    SAME = "same"
    FOLDER = "folder"
    WEBDATASET = "webdataset"
    PARQUET = "parquet"


PLACE = "Where it runs"
SHOW = "What it shows and keeps"


@reported
def clean(
    inputs: Inputs,
    out: Out,
    recipe: RecipeName = "default",
    set_: Settings = [],  # noqa: B006
    marks: Marks = [],  # noqa: B006
    limit: Limit = None,
    image_column: ImageColumn = None,
    output_kind: Annotated[OutputKind | None, typer.Option(
        show_default=False, help="Kind of the output. Default: the recipe's, else that of the input.")] = None,
    layout: Annotated[Layout | None, typer.Option(
        rich_help_panel=PLACE, show_default=False,
        help="fused: the whole line in one actor per core. staged: a pool per stage. "
             "Default: the recipe's, else staged where there are GPUs.")] = None,
    address: Annotated[str | None, typer.Option(
        rich_help_panel=PLACE, metavar="auto|ray://...", show_default=False,
        help="A running Ray cluster. Default: one on this machine for as long as the job runs.")] = None,
    cpus: Annotated[int | None, typer.Option(
        rich_help_panel=PLACE, min=1, metavar="N", show_default=False,
        help="Use N cores. Default: all of them.")] = None,
    strict: Annotated[bool, typer.Option(
        "--strict", rich_help_panel=SHOW, help="Exit with status 1 if any image could not be cleaned.")] = False,
    no_report: Annotated[bool, typer.Option("--no-report", rich_help_panel=SHOW, help="No HTML report.")] = False,
    no_tracking: Annotated[bool, typer.Option("--no-tracking", rich_help_panel=SHOW, help="No MLflow run.")] = False,
    plain: Annotated[bool, typer.Option(
        "--plain", rich_help_panel=SHOW, help="Plain lines instead of the live display.")] = False,
) -> None:
    """Remove overlaid text from every image of INPUT and write the same dataset to OUT.

    Every image is accounted for: cleaned, untouched, or in failures.parquet
    with its reason. After a crash or an interruption run the same command
    again: what is done is not done again.

    [bold]Examples[/bold]

      cleanplate clean photos/ cleaned/
      cleanplate clean 'shards/{000..099}.tar' cleaned/ --recipe article
      cleanplate clean data.parquet cleaned/ --set detect.min_confidence=0.7
    """
    from pipelines.overrides import recipe_with

    settings = [*set_, *marks_setting(marks)]
    settings += [f"layout={layout.value}"] if layout else []
    settings += [f"output.kind={output_kind.value}"] if output_kind else []
    settings += ["tracking.enabled=false"] if no_tracking else []
    chosen = recipe_with(recipe, settings)

    from pipelines.heading import heading
    from pipelines.output_place import check_out
    from pipelines.progress import make_progress

    check_out(inputs, out)
    console = Console(no_color=True, force_terminal=False, highlight=False) if plain else Console(highlight=False)
    console.print(heading(inputs, out, chosen, limit), soft_wrap=True)
    with make_progress(console, plain) as progress:
        from pipelines.clean import CleanJob  # torch and Ray: seconds
        from pipelines.follow import follow

        job = CleanJob(inputs=list(inputs), out=out, recipe=chosen, limit=limit, strict=strict, address=address,
                       image_column=image_column, cpus=cpus, report=not no_report)
        status = follow(job, progress)
    raise typer.Exit(status)
