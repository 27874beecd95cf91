"""Arguments and options that several commands share, so that they read the same everywhere."""

from __future__ import annotations

import json
from typing import Annotated

import typer

Inputs = Annotated[list[str], typer.Argument(
    metavar="INPUT", show_default=False,
    help="Folders, globs, WebDataset tars (also 'a/{000..099}.tar') or parquet files, local or s3://, gs://.",
)]
Out = Annotated[str, typer.Argument(metavar="OUT", show_default=False, help="Folder or address to write to.")]
RecipeName = Annotated[str, typer.Option(
    "--recipe", "-r", metavar="NAME|FILE", help="A shipped recipe or a YAML file (see `cleanplate recipe`)."
)]
Settings = Annotated[list[str], typer.Option(
    "--set", "-s", metavar="OPTION=VALUE", show_default=False,
    help="Change one option of the recipe, for instance refine.alpha=hard. Repeatable.",
)]
Marks = Annotated[list[str], typer.Option(
    "--marks", metavar="FILE", show_default=False,
    help="A file of `cleanplate marks`, or a logo with transparency: taken off where it is found. Repeatable.",
)]
Limit = Annotated[int | None, typer.Option(min=1, show_default=False, help="Only the first N images.", metavar="N")]
ImageColumn = Annotated[str | None, typer.Option(
    metavar="NAME", show_default=False, help="Column with the images, for parquet. Default: the one that holds images."
)]


def marks_setting(marks: list[str]) -> list[str]:
    """`--marks` as a setting of the recipe; it replaces the recipe's own."""
    return [f"marks={json.dumps(marks)}"] if marks else []
