"""`cleanplate synth`: labelled pairs from clean photographs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from pipelines.complaint import UsageError, reported

if TYPE_CHECKING:
    from operators.render import FontBook
    from pipelines.synth import Settings, Skipped

SKIPPED_SHOWN = 10


@reported
def synth(
    photos: Annotated[Path, typer.Argument(
        metavar="PHOTOS", show_default=False, help="Folder of clean photographs, searched with all folders below it.")],
    out: Annotated[Path, typer.Argument(metavar="OUT", show_default=False, help="A new or empty folder.")],
    per_kind: Annotated[int, typer.Option(min=1, metavar="N", help="Pairs of each kind.")] = 20,
    kinds: Annotated[str | None, typer.Option(
        metavar="KIND,KIND", show_default=False, help="Kinds of overlay, with commas. Default: all.")] = None,
    seed: Annotated[int, typer.Option(
        min=0, metavar="N", help="The same seed and photographs give the same pairs.")] = 0,
    fonts: Annotated[Path | None, typer.Option(
        metavar="FOLDER", show_default=False, help="Draw with its *.ttf and *.otf. Default: matplotlib's own.")] = None,
    quality: Annotated[int, typer.Option(
        min=0, max=100, metavar="0..100", help="JPEG quality of the inputs; 0: PNG.")] = 90,
    max_side: Annotated[int, typer.Option(
        min=0, metavar="PIXELS", help="Shrink longer photographs to this; 0: never.")] = 1024,
    tars: Annotated[bool, typer.Option("--tars", help="Write WebDataset tars instead of folders.")] = False,
) -> None:
    """Draw overlays on clean photographs, with the truth about every pixel.

    Writes input/, target/, mask/, alpha/ (16 bits) and meta/ as
    `cleanplate evaluate` reads them.

    [bold]Examples[/bold]

      cleanplate synth photos/ pairs/
      cleanplate synth photos/ pairs/ --kinds caption,logo --tars
    """
    _check_places(photos, out)
    book = _fonts(fonts)
    from pipelines.synth import Settings

    settings = Settings(_kinds(kinds), per_kind, seed, quality, max_side)
    made, skipped = _write(photos, out, book, settings, tars)
    lines = [f"{name}: {reason}" for name, reason in skipped.reasons.items()]
    for line in lines[:SKIPPED_SHOWN]:
        typer.echo(f"left out {line}")
    if len(lines) > SKIPPED_SHOWN:
        typer.echo(f"and {len(lines) - SKIPPED_SHOWN:,} more")
    if not made:
        raise UsageError(f"not one pair could be drawn on the pictures in {photos}\nThe lines above say why.")
    typer.echo(f"{made:,} pairs in {out}\nMeasure with: cleanplate evaluate {out} evaluation/")


def _write(photos: Path, out: Path, book: FontBook, settings: Settings, tars: bool) -> tuple[int, Skipped]:
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    from pipelines.synth import Skipped, draw_pairs, write_folders, write_tars

    skipped = Skipped()
    out.mkdir(parents=True, exist_ok=True)
    pairs = draw_pairs(photos, book, settings, skipped)
    console = Console(highlight=False)
    columns = (TextColumn("  drawing"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("", total=len(settings.kinds) * settings.per_kind)
        made = 0
        for _ in write_tars(pairs, out) if tars else write_folders(pairs, out):
            made += 1
            progress.advance(task)
    return made, skipped


def _check_places(photos: Path, out: Path) -> None:
    if not photos.is_dir():
        raise UsageError(f"no such folder: {photos}\nPHOTOS is a folder of clean photographs.")
    if out.is_file() or (out.is_dir() and any(out.iterdir())):
        raise UsageError(f"OUT is not empty: {out}\nName a new folder, so that no pairs of another run mix with these.")
    if out.resolve().is_relative_to(photos.resolve()):
        raise UsageError(f"OUT lies inside PHOTOS: {out} in {photos}\n"
                         "The next run would take its pictures for photographs. Name a folder outside of it.")
    from cluster.sources.sample import is_image

    if not any(is_image(path.name) for path in photos.rglob("*")):
        raise UsageError(f"no pictures in {photos} or below\nPHOTOS is a folder of clean photographs.")


def _fonts(folder: Path | None) -> FontBook:
    try:
        from operators.render import FontBook

        return FontBook.from_folder(folder) if folder else FontBook.bundled()
    except ModuleNotFoundError as error:
        raise UsageError(f"drawing overlays needs fonttools, and matplotlib for its fonts: {error}\n"
                         "Install them with: pip install 'cleanplate[demo]'") from error
    except (FileNotFoundError, ValueError) as error:
        raise UsageError(f"--fonts: {error}") from error


def _kinds(names: str | None) -> tuple[str, ...]:
    from operators.render import KINDS

    wanted = tuple(dict.fromkeys(name.strip() for name in names.split(",") if name.strip())) if names else tuple(KINDS)
    unknown = [name for name in wanted if name not in KINDS]
    if unknown or not wanted:
        raise UsageError(f"--kinds: no kind {', '.join(map(repr, unknown)) or 'is named'}\n"
                         f"There are: {', '.join(KINDS)}")
    return wanted
