"""The command line: `cleanplate COMMAND`. One command a file in `pipelines/commands`; heavy imports inside them."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

from pipelines.commands.clean import clean
from pipelines.commands.evaluate import evaluate
from pipelines.commands.image import image
from pipelines.commands.marks import marks
from pipelines.commands.plan import plan
from pipelines.commands.recipe import recipe
from pipelines.commands.report import report
from pipelines.commands.synth import synth
from pipelines.exit_codes import EXIT_CODES_HELP
from pipelines.version import version

app = typer.Typer(name="cleanplate", add_completion=False, no_args_is_help=True, rich_markup_mode="rich",
                  pretty_exceptions_enable=False, context_settings={"help_option_names": ["-h", "--help"]})
app.command(no_args_is_help=True, epilog=EXIT_CODES_HELP)(clean)
for command in (plan, image, marks, report, evaluate, synth):
    app.command(no_args_is_help=True)(command)
app.command()(recipe)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"cleanplate {version()}")
        raise typer.Exit


@app.callback()
def cleanplate(
    version: Annotated[
        bool, typer.Option("--version", help="Print the version.", callback=_print_version, is_eager=True)
    ] = False,
) -> None:
    """Remove overlaid text from whole image datasets: captions, timestamps, watermarks, stamps.

    [bold]Examples[/bold]

      cleanplate clean photos/ cleaned/
      cleanplate clean 'shards/{000..099}.tar' s3://bucket/cleaned --address auto
    """


def main() -> None:
    """Entry point. Names of files need not be printable where this runs: what is not becomes a question mark."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")  # type: ignore[union-attr]
    try:
        app(prog_name="cleanplate")
    except SystemExit as end:
        _leave_dead_ray(end)
        raise


def _leave_dead_ray(end: SystemExit) -> None:
    """Where a Ray process died, Ray's own shutdown hangs or ends this process with another status: leave it out."""
    heart = sys.modules.get("cluster.heart")
    if heart is not None and heart.ray_died():
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(end.code if isinstance(end.code, int) else 1)


if __name__ == "__main__":
    main()
