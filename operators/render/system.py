"""The fonts of the machine: more scripts for training than a folder of fonts brings."""

from __future__ import annotations

import os
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from fontTools.ttLib import TTFont, TTLibError

from operators.render.fonts import Face, FontBook, describe
from operators.render.scripts import WORDS

_FOLDERS = (
    "/usr/share/fonts",
    "/usr/local/share/fonts",
    "~/.fonts",
    "~/.local/share/fonts",
    "/Library/Fonts",
    "/System/Library/Fonts",
    "~/Library/Fonts",
)
_SUFFIXES = (".ttf", ".otf", ".ttc", ".otc")
_OUTLINES = {"glyf", "CFF ", "CFF2"}


def system_fonts(without: FontBook | None = None) -> FontBook:
    """The faces in the usual font folders that have outlines and can write a language of `WORDS`; of a collection its
    first face; none of a kin that `without` has (a held-out book, say). An empty book when nothing is there."""
    windows = [Path(root) / "Fonts" for root in (os.environ.get("WINDIR"),) if root]
    faces = _usable(tuple([Path(folder).expanduser() for folder in _FOLDERS] + windows))
    barred = {face.kin for face in without.faces} if without else set()
    return FontBook(tuple(face for face in faces if face.kin not in barred))


@lru_cache(maxsize=4)
def _usable(folders: tuple[Path, ...]) -> tuple[Face, ...]:
    paths = sorted({p for folder in folders if folder.is_dir() for p in folder.rglob("*") if _is_font(p)})
    return tuple(_writing(face for face in map(_face, paths) if face is not None))


def _is_font(path: Path) -> bool:
    return path.suffix.lower() in _SUFFIXES and path.is_file()


def _face(path: Path) -> Face | None:
    """The face of the file, or None when it is broken or made of bitmaps."""
    try:
        with TTFont(path, lazy=True, fontNumber=0) as font:
            drawn = bool(_OUTLINES & set(font.keys()))
        return describe(path) if drawn else None
    except (TTLibError, ValueError, OSError):
        return None


def _writing(faces: Iterable[Face]) -> Iterable[Face]:
    samples = ["".join(words) for words in WORDS.values()]
    return (face for face in faces if any(face.covers(sample) for sample in samples))
