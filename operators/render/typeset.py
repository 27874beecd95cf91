"""Choosing what to say in which font so that it fits, and styling a line of it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from operators.render.fonts import Face, FontBook
from operators.render.ink import Ink, line_width, set_line
from operators.render.languages import LANGUAGES, sentence
from operators.render.sheet import Layer

SMALLEST = 7.0
_LANGUAGE_ODDS = {"en": 5.0}


def em_size(photo: np.ndarray, rng: np.random.Generator, low: float, high: float) -> float:
    """Px per em: a share low..high of the picture's shorter side, small shares being likelier; legible at least."""
    share = float(np.exp(rng.uniform(np.log(low), np.log(high))))
    return max(SMALLEST, share * min(photo.shape[:2]))


def choose_language(rng: np.random.Generator, face: Face) -> str:
    """A language whose letters the face has: English most often. Raises LookupError when it has none's."""
    able = [code for code, words in LANGUAGES.items() if face.covers("".join(words))]
    if not able:
        raise LookupError(f"{face.path.name} covers no language of {sorted(LANGUAGES)}")
    odds = np.array([_LANGUAGE_ODDS.get(code, 1.0) for code in able])
    return able[int(rng.choice(len(able), p=odds / odds.sum()))]


def speak(rng: np.random.Generator, fonts: FontBook, roles: Sequence[str], words: int) -> tuple[Face, str]:
    """A face of the roles and a sentence it can write."""
    speaking = FontBook(tuple(face for face in fonts.faces if any(face.covers(w) for w in ("aé", "ก", "ب"))))
    face = (speaking if speaking.faces else fonts).pick(rng, *roles)
    return face, sentence(rng, choose_language(rng, face), words)


def fit(text: str, face: Face, em: float, room: float, tracking: float = 0.0) -> tuple[str, float]:
    """(text, px per em) so that the line is at most `room` px wide: shrinks to 70%, then drops words, then shrinks."""
    words = text.split(" ")
    while True:
        line = " ".join(words)
        width = line_width(line, face, em, tracking)
        if width <= room:
            return line, em
        if room / width > 0.7 or len(words) == 1:
            return line, max(em * room / width * 0.98, 3.0)
        words.pop()


def wrap(text: str, face: Face, em: float, room: float, most: int) -> list[str]:
    """The text broken at blanks into at most `most` lines of `room` px; what does not fit is dropped."""
    lines: list[str] = []
    for word in text.split(" "):
        if lines and line_width(f"{lines[-1]} {word}", face, em) <= room:
            lines[-1] += f" {word}"
        elif len(lines) < most:
            lines.append(word)
        else:
            break
    return lines


def outlined(
    text: str,
    face: Face,
    em: float,
    fill: tuple[float, float, float],
    edge: tuple[float, float, float],
    stroke: float,
    line: int = 0,
) -> list[Layer]:
    """The line in `fill` on its own shape widened by `stroke` px in `edge`."""
    layers = [Layer(set_line(text, face, em, stroke), edge, 1.0, line)] if stroke > 0 else []
    return [*layers, Layer(set_line(text, face, em), fill, 1.0, line)]


def shadow(ink: Ink, em: float, rng: np.random.Generator, line: int = 0, colour: tuple = (0.0, 0.0, 0.0)) -> Layer:
    """A drop shadow: hard or soft, near, down right mostly."""
    reach = max(1, round(em * float(rng.uniform(0.03, 0.09))))
    dx, dy = (reach, reach) if rng.random() < 0.7 else (int(rng.integers(-reach, reach + 1)), reach)
    soft = em * float(rng.uniform(0.02, 0.08)) if rng.random() < 0.7 else 0.0
    cast = ink.blurred(soft) if soft > 0.3 else ink
    return Layer(cast.moved(dx, dy), colour, float(rng.uniform(0.5, 0.95)), line)
