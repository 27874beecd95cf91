"""Where a mark sits: its offset from one of nine points of the picture."""

from __future__ import annotations

from collections.abc import Iterator

COLUMNS, ROWS = ("left", "centre", "right"), ("top", "middle", "bottom")
ANCHORS = tuple(f"{row} {column}" for row in ROWS for column in COLUMNS)
ANYWHERE = "anywhere"


def anchor_point(anchor: str, width: int, height: int) -> tuple[int, int]:
    """(x, y) px of the anchor in a picture of width x height; halves are rounded down."""
    column, row = _indices(anchor)
    return column * width // 2, row * height // 2


def window(anchor: str, width: int, height: int, side: int) -> tuple[int, int, int, int]:
    """(x0, y0, x1, y1) px: the part of a picture next to its anchor, at most `side` long, a multiple of 4 px each way
    so that its anchor stays on the grid of 2 px cells."""
    column, row = _indices(anchor)
    x0, x1 = _span(column, width, side)
    y0, y1 = _span(row, height, side)
    return x0, y0, x1, y1


def cell_of(anchor: str, side: int) -> tuple[int, int]:
    """(x, y): the cell of 2 px at which the anchor lies in a field of side // 2 cells."""
    column, row = _indices(anchor)
    return column * side // 4, row * side // 4


def nearest(anchors: Iterator[str], x: float, y: float, width: int, height: int) -> str:
    """The anchor nearest to a point of a picture."""
    return min(anchors, key=lambda a: _far(anchor_point(a, width, height), x, y))


def _far(point: tuple[int, int], x: float, y: float) -> float:
    return (point[0] - x) ** 2 + (point[1] - y) ** 2


def _indices(anchor: str) -> tuple[int, int]:
    if anchor not in ANCHORS:
        raise ValueError(f"anchor {anchor!r}: must be one of {', '.join(ANCHORS)}")
    row, _, column = anchor.partition(" ")
    return COLUMNS.index(column), ROWS.index(row)


def _span(index: int, length: int, side: int) -> tuple[int, int]:
    taken = min(length, side) // 4 * 4
    start = (0, length // 2 - taken // 2, length - taken)[index]
    return start, start + taken
