"""Letters drawn without a font."""

from __future__ import annotations

import numpy as np
import pytest

from operators.render.segments import dot_line, segment_line
from operators.render.strokes import cursive_line


@pytest.mark.parametrize("line", [segment_line, dot_line])
def test_digits_differ(line) -> None:
    """Would catch two digits with one shape, and a blank one."""
    glyphs = {digit: line(digit, 40.0).coverage for digit in "0123456789"}
    assert all(glyph.max() > 0.9 for glyph in glyphs.values())
    assert len({glyph.tobytes() for glyph in glyphs.values()}) == 10


def test_unknown_letters_are_refused() -> None:
    """Would catch letters silently left out of a timestamp."""
    with pytest.raises(KeyError):
        segment_line("12Q", 30)
    with pytest.raises(KeyError):
        dot_line("é", 30)


def test_every_letter_of_the_hand() -> None:
    """Would catch a letter whose strokes are missing or run off the sheet."""
    for letter in "abcdefghijklmnopqrstuvwxyz":
        ink = cursive_line(letter, 40.0, 2.0, np.random.default_rng(0))
        assert ink.coverage.sum() > 30
        edge = np.concatenate([ink.coverage[0], ink.coverage[-1], ink.coverage[:, 0], ink.coverage[:, -1]])
        assert edge.max() == 0


def test_the_hand_is_joined_and_varies() -> None:
    """Would catch a hand that lifts after each letter, and one that writes all words alike."""
    first, second = (cursive_line("minimum", 40.0, 2.0, np.random.default_rng(seed)).coverage for seed in (1, 2))
    assert first.shape != second.shape or not np.array_equal(first, second)
    columns = np.nonzero((first > 0.3).any(0))[0]
    assert (np.diff(columns) == 1).mean() > 0.97
