"""Find the panels behind lines of text."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from operators.panels.around import INSET, Edges, Found, around
from operators.panels.blend import opacity
from operators.panels.corners import radius_of
from operators.panels.lines import neighbours
from operators.panels.panel import Panel
from operators.panels.plane import Plane, planes_of
from operators.panels.sides import edge_of
from operators.picture import Picture

LEAST_LEVEL = 0.2  # of opacity


def find_panels(picture: Picture, quads: Sequence[np.ndarray]) -> list[tuple[Panel, list[int]]]:
    """Panels and the numbers of the lines on each. quads: float32 (4, 2) each, clockwise from the top left, px of the
    picture.

    A panel has four sides around its line across which everything is blended with one colour by one share. Where lines
    follow each other closely their panels may meet: then they have one blend, and all of them are found or none.
    """
    found = {k: one for k, quad in enumerate(quads) if (one := _behind(picture, quads, k)) is not None}
    while any(not one.meets <= found.keys() for one in found.values()):
        found = {k: one for k, one in found.items() if one.meets <= found.keys()}
    panels = [_panel(one.plane, one.edges, _blend(k, found)) for k, one in found.items()]
    return _shared_out([panel for panel in panels if panel.level >= LEAST_LEVEL], quads)


def _shared_out(panels: list[Panel], quads: Sequence[np.ndarray]) -> list[tuple[Panel, list[int]]]:
    """Every line to the largest panel that it lies on; panels without a line are others' doubles."""
    panels = sorted(panels, key=lambda panel: -panel.area)
    middles = [quad.mean(0) for quad in quads]
    owner = [next((k for k, panel in enumerate(panels) if panel.holds(middle)), -1) for middle in middles]
    return [(panel, lines) for k, panel in enumerate(panels)
            if (lines := [line for line, one in enumerate(owner) if one == k])]


def _behind(picture: Picture, quads: Sequence[np.ndarray], own: int) -> Found | None:
    found = [one for plane in planes_of(picture, quads[own])
             if (one := around(plane, neighbours(plane, quads, own))) is not None]
    return max(found, key=lambda one: one.rank, default=None)


def _blend(own: int, found: dict[int, Found]) -> tuple[float, np.ndarray]:
    """Opacity and colour, the same for all panels that meet."""
    together, added = set[int](), {own}
    while added:
        together |= added
        added = {k for k, one in found.items()
                 if one.meets & together or any(k in found[i].meets for i in together)} - together
    members = [found[k] for k in sorted(together)]
    return opacity(*(np.concatenate([getattr(one, name) for one in members]) for name in ("inside", "outside")))


def _panel(plane: Plane, edges: Edges, blend: tuple[float, np.ndarray]) -> Panel:
    columns, rows = slice(edges.left + INSET, edges.right - INSET), slice(edges.top + INSET, edges.bottom - INSET)
    turned = plane.view.transpose(1, 0, 2)
    left, right = edge_of(turned, edges.left, rows, 1), edge_of(turned, edges.right, rows, -1)
    top = edge_of(plane.view, edges.top, columns, 1) if edges.shared[0] is None else edges.top
    bottom = edge_of(plane.view, edges.bottom, columns, -1) if edges.shared[1] is None else edges.bottom
    radius = radius_of(plane.view, (left, top, right, bottom), blend, plane.height) if not any(edges.shared) else 0.0
    matrix = plane.to_picture
    return Panel(matrix[:, :2] @ [left, top] + matrix[:, 2], matrix[:, 0] * (right - left),
                 matrix[:, 1] * (bottom - top), blend[0], blend[1], radius * plane.scale)
