"""`cleanplate evaluate`: the line against the truth and against baselines."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from pipelines.commands.arguments import RecipeName, Settings
from pipelines.complaint import UsageError, complain, reported
from pipelines.exit_codes import ExitCode

if TYPE_CHECKING:
    from pipelines.evaluation.job import Evaluation
    from pipelines.evaluation.pairs import Pair
    from pipelines.recipe import Recipe


@reported
def evaluate(
    pairs: Annotated[str, typer.Argument(
        metavar="PAIRS", show_default=False,
        help="Folder with input/, target/ and perhaps mask/, alpha/, meta/, or tars with KEY.input.jpg, "
             "KEY.target.png … (also 'a/{000..099}.tar').")],
    out: Annotated[str | None, typer.Argument(
        metavar="OUT", show_default=False,
        help="Folder or address for evaluation.json and index.html. Default: only the tables.")] = None,
    recipe: RecipeName = "default",
    set_: Settings = [],  # noqa: B006
    limit: Annotated[int | None, typer.Option(
        min=1, show_default=False, metavar="N", help="Only the first N pairs.")] = None,
    workers: Annotated[int | None, typer.Option(
        min=1, show_default=False, metavar="N", help="Use N processes. Default: one per core.")] = None,
    cases: Annotated[int, typer.Option(min=0, metavar="N", help="Show at most N cases on the page.")] = 60,
    no_tracking: Annotated[bool, typer.Option("--no-tracking", help="No MLflow run.")] = False,
) -> None:
    """Measure the line on pairs of pictures with and without overlay.

    Every input is cleaned as `clean` would, and so it is by classical
    inpainting with the true mask, with our hole and with the detector's
    boxes. The page shows the worst cases first.

    [bold]Examples[/bold]

      cleanplate evaluate pairs/ evaluation/
      cleanplate evaluate 'pairs/{000..009}.tar' evaluation/ -s refine.alpha=hard
    """
    from pipelines.overrides import recipe_with

    chosen = recipe_with(recipe, [*set_, *(["tracking.enabled=false"] if no_tracking else [])])
    if out is not None and "://" not in out and Path(out).is_file():
        raise UsageError(f"OUT is a file: {out}\nName a folder for evaluation.json and index.html.")
    from pipelines.evaluation.pairs import find_pairs

    console = Console(highlight=False)
    done = _run(console, pairs, find_pairs(pairs)[:limit], chosen, workers, cases)
    _show(console, done, out)
    raise typer.Exit(ExitCode.SUCCESS if done.overall.pairs else ExitCode.FAILURES)


def _run(
    console: Console, source: str, pairs: list[Pair], recipe: Recipe, workers: int | None, cases: int
) -> Evaluation:
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    from pipelines.evaluation.job import evaluate as measure
    from pipelines.evaluation.pool import usual_workers

    columns = (TextColumn("  evaluating"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("", total=len(pairs))
        return measure(source, pairs, recipe, workers=workers or usual_workers(len(pairs)), cases=cases,
                       step=lambda: progress.advance(task))


def _show(console: Console, done: Evaluation, out: str | None) -> None:
    from pipelines.evaluation.terminal import summary

    console.print(summary(done.overall, done.kinds, done.rows))
    if out is not None:
        from pipelines.evaluation.job import write

        console.print(f"  page      {write(done, out)}", soft_wrap=True)
    if done.recipe.tracking.enabled:
        from pipelines.evaluation.track import track

        try:
            console.print(f"  tracking  {track(done, out)}", soft_wrap=True)
        except Exception as error:  # a store that fails must not cost the evaluation
            reason = (str(error).splitlines() or ["no message"])[0]
            complain(f"not tracked: {type(error).__name__}: {reason}\nThe evaluation itself is complete.")
