"""`cleanplate marks`: what the pictures of a dataset all carry."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from pipelines.commands.arguments import ImageColumn, Inputs, Limit
from pipelines.complaint import UsageError, reported

if TYPE_CHECKING:
    from operators.marks.mark import Mark

SUFFIX = ".safetensors"


@reported
def marks(
    inputs: Inputs,
    out: Annotated[str, typer.Option(
        "--out", "-o", metavar="FILE", help="The mark file to write; a preview goes beside it, as .png."
    )] = "marks.safetensors",
    limit: Limit = None,
    image_column: ImageColumn = None,
    address: Annotated[str | None, typer.Option(
        metavar="auto|ray://...", show_default=False,
        help="A running Ray cluster. Default: one on this machine for as long as the job runs.")] = None,
    cpus: Annotated[int | None, typer.Option(
        min=1, metavar="N", show_default=False, help="Use N cores. Default: all of them.")] = None,
) -> None:
    """Learn the marks that recur at the same place of the pictures of INPUT.

    Your own watermark, a camera's stamp, a channel's logo, a scanner's
    mark: its opacity and colour are estimated jointly over the pictures.
    From about nine pictures on; half of them may be without it. `clean
    --marks FILE` then takes the marks off, exactly, wherever they are found.

    [bold]Examples[/bold]

      cleanplate marks photos/ -o marks.safetensors
      cleanplate clean photos/ cleaned/ --marks marks.safetensors
    """
    if not out.endswith(SUFFIX):
        raise UsageError(f"{out}: a mark file is named *{SUFFIX}\nName it {out.rpartition('.')[0] or out}{SUFFIX}.")
    console = Console(highlight=False)

    from pipelines.marks import MarksJob, learn_from, save_marks

    job = MarksJob(list(inputs), limit, image_column, address, cpus)
    learnt = learn_from(job, lambda text: console.print(f"  {text}", style="dim"))
    if not learnt.marks:
        raise UsageError(f"no mark recurs over these {learnt.pictures:,} pictures\nA mark must be at the same "
                         "place from a corner, a side or the middle, or repeat over the picture, in half of them.")
    shown = save_marks(learnt.marks, out)
    console.print(marks_table(learnt.marks))
    console.print(f"  marks    {out}\n  preview  {shown}", soft_wrap=True)


def marks_table(found: list[Mark]) -> Table:
    """One row a mark: where it is, its size, mean alpha, in how many pictures, and how sure that is."""
    table = Table(box=None, padding=(0, 2), header_style="dim")
    for name in ("mark", "where", "size", "alpha", "seen in", "confidence"):
        table.add_column(name, justify="left" if name in ("mark", "where") else "right")
    for mark in found:
        covered = mark.alpha[mark.alpha > 0.05]
        table.add_row(mark.name, where(mark), f"{mark.alpha.shape[1]}x{mark.alpha.shape[0]}",
                      f"{float(covered.mean()) if covered.size else 0:.2f}", f"{mark.count:,} of {mark.total:,}",
                      f"{mark.confidence:.2f}")
    return table


def where(mark: Mark) -> str:
    """The anchor with the offset from it, and what restricts or repeats it."""
    x, y = mark.offset
    text = f"{mark.anchor} {x:+d} {y:+d}"
    if mark.period is not None:
        steps = "  ".join(f"({step[0]:.4g}, {step[1]:.4g})" for step in mark.period)
        text = f"repeated by {steps}"
    return text + (f", pictures of {mark.size[0]}x{mark.size[1]}" if mark.size else "")
