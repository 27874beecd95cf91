"""Letters that no font file is needed for: seven segments and a 5 x 7 dot matrix, as cameras burn in."""

from __future__ import annotations

import cv2
import numpy as np

from operators.render.ink import Ink

_SEGMENTS = {
    "0": "abcdef", "1": "bc", "2": "abged", "3": "abgcd", "4": "fgbc", "5": "afgcd", "6": "afgedc", "7": "abc",
    "8": "abcdefg", "9": "abcdfg", "-": "g", " ": "", "'": "f", "A": "abcefg", "P": "abefg", "M": "abcef",
}  # fmt: skip
_MATRIX = {
    "0": "0E11131519110E", "1": "040C040404040E", "2": "0E11010204081F", "3": "1F02040201110E",
    "4": "02060A121F0202", "5": "1F101E0101110E", "6": "0608101E11110E", "7": "1F010204080808",
    "8": "0E11110E11110E", "9": "0E11110F01020C", ":": "00040400040400", "/": "00010204081000",
    "-": "0000001F000000", ".": "00000000000C0C", "'": "0C0C0408000000", " ": "00000000000000",
    "A": "0E11111F111111", "B": "1E11111E11111E", "C": "0E11101010110E", "D": "1C12111111121C",
    "E": "1F10101E10101F", "F": "1F10101E101010", "G": "0E11101711110F", "J": "0702020202120C",
    "L": "1010101010101F", "M": "111B1515111111", "N": "11111915131111", "O": "0E11111111110E",
    "P": "1E11111E101010", "R": "1E11111E141211", "S": "0F10100E01011E", "T": "1F040404040404",
    "U": "1111111111110E", "V": "11111111110A04", "Y": "1111110A040404",
}  # fmt: skip


def segment_line(text: str, em: float, lean: float = 0.12) -> Ink:
    """Digits and - : . / ' A P M in seven segments, `em` px high, leaning by `lean`. Raises KeyError for others."""
    tall, wide, gap = em * 0.9, em * 0.48, em * 0.2
    thick = max(em * 0.1, 1.0)
    advance = {c: (gap if c in ":." else wide * 0.6 if c == "'" else wide) + gap for c in text}
    page = np.zeros((int(tall + 2 * thick) + 2, int(sum(advance[c] for c in text) + lean * tall + thick) + 3), np.uint8)
    pen = thick
    for letter in text:
        for start, end in _segment_ends(letter, wide, tall, gap):
            ends = [(pen + x + lean * (tall - y), y + thick) for x, y in (start, end)]
            _bar(page, ends, thick)
        pen += advance[letter]
    return Ink(page.astype(np.float32) / 255, 0, -int(tall + thick))


def _segment_ends(letter: str, wide: float, tall: float, gap: float) -> list[tuple[tuple[float, float], ...]]:
    half, nick = tall / 2, wide * 0.14
    if letter in ":.":
        rows = (0.3 * tall, 0.7 * tall) if letter == ":" else (tall,)
        return [((0.0, row), (0.01, row)) for row in rows]
    if letter == "/":
        return [((0.0, tall), (wide, 0.0))]
    ends = {
        "a": ((nick, 0.0), (wide - nick, 0.0)),
        "b": ((wide, nick), (wide, half - nick)),
        "c": ((wide, half + nick), (wide, tall - nick)),
        "d": ((nick, tall), (wide - nick, tall)),
        "e": ((0.0, half + nick), (0.0, tall - nick)),
        "f": ((0.0, nick), (0.0, half - nick)),
        "g": ((nick, half), (wide - nick, half)),
    }
    return [ends[name] for name in _SEGMENTS[letter]]


def _bar(page: np.ndarray, ends: list[tuple[float, float]], thick: float) -> None:
    (x0, y0), (x1, y1) = ends
    run = max(float(np.hypot(x1 - x0, y1 - y0)), 1e-6)
    ux, uy = (x1 - x0) / run * thick / 2, (y1 - y0) / run * thick / 2
    corners = [
        (x0 - ux, y0 - uy),
        (x0 - uy, y0 + ux),
        (x1 - uy, y1 + ux),
        (x1 + ux, y1 + uy),
        (x1 + uy, y1 - ux),
        (x0 + uy, y0 - ux),
    ]
    cv2.fillConvexPoly(page, np.rint(np.array(corners) * 16).astype(np.int32), 255, cv2.LINE_AA, 4)


def dot_line(text: str, em: float, roundness: float = 1.0, fullness: float = 0.85) -> Ink:
    """Capitals, digits and punctuation on a 5 x 7 matrix, `em` px high. roundness 0 gives square dots, 1 round ones;
    fullness is a dot's width in its cell. Raises KeyError for letters the matrix lacks."""
    cells = np.concatenate([_cells(letter) for letter in text], axis=1)
    pitch = max(em / 7, 1.0)
    reach = int(np.ceil(pitch * 4))
    axis = np.abs((np.arange(reach, dtype=np.float32) + 0.5) / reach - 0.5)
    far = roundness * np.hypot(axis[None], axis[:, None]) + (1 - roundness) * np.maximum(axis[None], axis[:, None])
    dot = (far < fullness / 2).astype(np.float32)
    big = np.kron(cells, dot)
    size = (max(int(cells.shape[1] * pitch), 1), max(int(7 * pitch), 1))
    return Ink(cv2.resize(big, size, interpolation=cv2.INTER_AREA), 0, -size[1])


def _cells(letter: str) -> np.ndarray:
    """(7, 6) float32: the letter's dots and a blank column."""
    rows = bytes.fromhex(_MATRIX[letter])
    return np.array([[row >> bit & 1 for bit in (4, 3, 2, 1, 0)] + [0] for row in rows], np.float32)
