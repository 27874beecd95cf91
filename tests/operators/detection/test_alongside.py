"""Lines that are taken whole."""

from __future__ import annotations

from operators.detection.alongside import LEAST, with_neighbours
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
    others = [word(90, LEAST / 2), word(10, 0.5, y=140), word(300, 0.5), word(90, 0.5, y=80, height=60)]
    for other in others:
        assert [box.confidence for box in with_neighbours([sure, other], 0.8)] == [0.9, other.confidence]
    assert [box.confidence for box in with_neighbours([word(10, 0.79), word(90, 0.79)], 0.8)] == [0.79, 0.79]
