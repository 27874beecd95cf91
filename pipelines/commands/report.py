"""`cleanplate report`: the HTML report of an output, built again."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipelines.complaint import UsageError, reported


@reported
def report(
    out: Annotated[str, typer.Argument(metavar="OUT", show_default=False, help="The output of a job.")],
) -> None:
    """Build OUT/report/index.html again from what the job wrote.

    [bold]Example[/bold]

      cleanplate report cleaned/
    """
    if "://" not in out and not (Path(out) / "summary.json").is_file():
        raise UsageError(f"no summary.json in {out}\nA report is built from the output of a finished job: "
                         "name the OUT of `cleanplate clean`.")
    from pipelines.report import build_report

    typer.echo(str(build_report(out)))
