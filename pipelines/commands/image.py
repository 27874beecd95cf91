"""`cleanplate image`: one picture, without Ray."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipelines.commands.arguments import Marks, RecipeName, Settings, marks_setting
from pipelines.complaint import UsageError, reported
from pipelines.exit_codes import ExitCode

if TYPE_CHECKING:
    import numpy as np

    from pipelines.library import CleanImage

SAME_FORMAT = {".jpeg": ".jpg", ".jpe": ".jpg", ".jfif": ".jpg", ".tif": ".tiff"}


@reported
def image(
    file: Annotated[Path, typer.Argument(metavar="FILE", show_default=False, help="The picture.")],
    outfile: Annotated[Path, typer.Argument(metavar="OUTFILE", show_default=False, help="Where the result goes.")],
    recipe: RecipeName = "default",
    set_: Settings = [],  # noqa: B006
    marks: Marks = [],  # noqa: B006
    mask: Annotated[Path | None, typer.Option(
        metavar="FILE", show_default=False, help="A picture of the same size: what is not black there is removed."
    )] = None,
) -> None:
    """Clean one picture and say what was found in it.

    The same stages as `clean`, without a cluster.

    [bold]Examples[/bold]

      cleanplate image photo.jpg clean.jpg
      cleanplate image photo.jpg clean.jpg --mask it.png -s detect.model=none
    """
    from pipelines.overrides import recipe_with

    chosen = recipe_with(recipe, [*set_, *marks_setting(marks)])
    _check_files(file, outfile, mask, png=chosen.compose.format == "png")
    from pipelines.library import clean_image

    try:
        result = clean_image(file, chosen, mask=_read_mask(mask) if mask else None)
    except ValueError as error:
        raise UsageError(f"{file}: {error}") from error
    if result.data is None:
        raise UsageError(f"{file} cannot be read as a picture\n{result.error}")
    outfile.write_bytes(result.data)
    typer.echo(describe_result(result, outfile))
    if result.status == "kept":
        raise typer.Exit(ExitCode.FAILURES)


def describe_result(result: CleanImage, outfile: Path) -> str:
    """Status, verdict, routes with their reasons, and time."""
    detail = {"untouched": result.reason, "kept": result.error}.get(result.status, "")
    lines = [f"{outfile}: {result.status}" + (f", {detail}" if detail else "")]
    lines += [_verdict(result)] * bool(result.verdict)
    routes = Counter((r.route or "none", r.reason) for r in result.regions)
    lines += [f"  {count} x {route}" + (f": {reason}" if reason else "") for (route, reason), count in routes.items()]
    stages = "  ".join(f"{stage} {seconds * 1000:.0f}" for stage, seconds in result.seconds.items())
    return "\n".join([*lines, f"  {sum(result.seconds.values()) * 1000:.0f} ms  ({stages})"])


def _verdict(result: CleanImage) -> str:
    risk = f", risk {result.risk:.2f}" if result.risk is not None else ""
    return f"  verdict {result.verdict}{risk}" + (f": {result.doubt}" if result.doubt else "")


def _check_files(file: Path, outfile: Path, mask: Path | None, *, png: bool) -> None:
    for path in (file, *([mask] if mask else [])):
        if not path.is_file():
            raise UsageError(f"no such file: {path}")
    if not outfile.resolve().parent.is_dir():
        raise UsageError(f"no such folder: {outfile.parent}")
    written, asked = ".png" if png else _suffix(file), _suffix(outfile)
    if written != asked:
        hint = "" if asked != ".png" else " (or add --set compose.format=png)"
        raise UsageError(f"{outfile.name} would hold a {written.removeprefix('.')}: pictures keep their own format\n"
                         f"Name it {outfile.with_suffix(written).name}{hint}.")


def _suffix(path: Path) -> str:
    suffix = path.suffix.lower()
    return SAME_FORMAT.get(suffix, suffix)


def _read_mask(path: Path) -> np.ndarray:
    import cv2

    mask = cv2.imread(str(path), cv2.IMREAD_GRAYSCALE)
    if mask is None:
        raise UsageError(f"{path} cannot be read as a mask: give a picture, not black where something is to be removed")
    return mask
