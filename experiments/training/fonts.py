"""Which font families the detector trains on, and which are kept for measuring it."""

from __future__ import annotations

from pathlib import Path

from operators.render import FontBook, system_fonts

HELD_OUT_SHARE, SEED = 0.25, 0


def training_fonts(folder: Path) -> FontBook:
    """The families of the folder that training may use."""
    return FontBook.from_folder(folder).split(HELD_OUT_SHARE, SEED)[0]


def held_out_fonts(folder: Path) -> FontBook:
    """The families that training never sees."""
    return FontBook.from_folder(folder).split(HELD_OUT_SHARE, SEED)[1]


def with_system_fonts(folder: Path) -> FontBook:
    """The training families and those of the machine, for more scripts; nothing that is kept for measuring."""
    return FontBook(training_fonts(folder).faces + system_fonts(without=held_out_fonts(folder)).faces)
