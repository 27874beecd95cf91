"""Lines that are taken whole."""

from __future__ import annotations

from dataclasses import replace

from operators.detection.alongside import LEAST, beside, with_neighbours
from operators.detection.cores import Box
from operators.detection.quads import box_quad


def word(x: float, confidence: float, y: float = 100, height: float = 20) -> Box:
    return Box(box_quad(x, y, x + 60, y + height), confidence, 60 * height, evidence={"detector": 0.5})


def test_a_line_is_taken_with_its_surest_word() -> None:
    """Half a caption removed, the other half left standing."""
    boxes = with_neighbours([word(10, 0.9), word(90, 0.4), word(170, 0.2)], 0.8)
    assert [box.confidence for box in boxes] == [0.9, 0.8, 0.8]
    assert [box.evidence.get("alone") for box in boxes] == [None, 0.4, 0.2]


def test_nothing_else_is_taken() -> None:
    """Leaves beside a caption, a line of other letters, one far away, or what nobody takes for overlay."""
    sure = word(10, 0.9)
    others = [word(90, LEAST / 2), word(10, 0.5, y=140), word(300, 0.5), word(90, 0.45, y=80, height=60)]
    for other in others:
        assert [box.confidence for box in with_neighbours([sure, other], 0.8)] == [0.9, other.confidence]
    assert [box.confidence for box in with_neighbours([word(10, 0.79), word(90, 0.79)], 0.8)] == [0.79, 0.79]


def test_what_touches_the_band_is_taken_when_it_is_likelier_than_not() -> None:
    """"La noi…" of which "noi" is removed: the dots are too low for a line, the first word is one with a lattice."""
    noi, dots = word(100, 0.85), Box(box_quad(165, 112, 195, 118), 0.56, 100, evidence={})
    la = Box(box_quad(60, 60, 98, 122), 0.64, 900, evidence={})
    assert [box.confidence for box in with_neighbours([la, noi, dots], 0.8)] == [0.8, 0.85, 0.8]
    doubtful = [replace(la, confidence=0.4), noi, replace(dots, confidence=0.4)]
    assert [box.confidence for box in with_neighbours(doubtful, 0.8)] == [0.4, 0.85, 0.4]


def test_the_band_runs_along_the_line() -> None:
    """A box below a line of letters, and one far along it."""
    line = box_quad(100, 100, 200, 120)
    assert beside(box_quad(205, 104, 215, 116), line) and beside(box_quad(80, 90, 98, 130), line)
    assert not beside(box_quad(120, 125, 150, 145), line) and not beside(box_quad(230, 100, 260, 120), line)
    assert not beside(box_quad(80, 20, 98, 130), line)
    assert not beside(box_quad(205, 104, 215, 116), box_quad(180, 100, 200, 120)), "a square has no direction"
