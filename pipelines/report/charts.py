"""Small drawings of the page as inline SVG: no script, no library."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from markupsafe import Markup

WIDTH, HEIGHT, BINS = 320, 72, 32
BASE = HEIGHT - 1  # y of the axis


@dataclass(frozen=True)
class Histogram:
    """svg: the drawing. low, high: labels of the ends of its axis."""

    svg: Markup
    low: str = ""
    high: str = ""


def histogram(values: Sequence[float], limits: Sequence[float] = ()) -> Histogram:
    """Counts of `values` in equal bins; what is past the limits, one above or two either way, is marked. Values beyond
    the 1st and 99th percentile, and beyond the limits, fall into the bins at the ends."""
    finite = np.asarray([v for v in values if np.isfinite(v)], np.float64)
    if finite.size == 0:
        return Histogram(Markup("<p>no finite value</p>"))
    low, high = _range(finite, limits)
    counts, edges = np.histogram(np.clip(finite, low, high), BINS, (low, high))
    bars = [_bar(i, int(n), int(counts.max()), _past((edges[i] + edges[i + 1]) / 2, limits))
            for i, n in enumerate(counts) if n]
    marks = [_mark(WIDTH * (limit - low) / (high - low)) for limit in limits]
    svg = Markup(
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" preserveAspectRatio="none" role="img" '
        f'aria-label="from {low:.3g} to {high:.3g}">{"".join(bars + marks)}'
        f'<line x1="0" x2="{WIDTH}" y1="{BASE}" y2="{BASE}"/></svg>'
    )
    return Histogram(svg, _end(low, finite.min() < low, "<"), _end(high, finite.max() > high, ">"))


def _range(finite: np.ndarray, limits: Sequence[float]) -> tuple[float, float]:
    low = min(float(np.percentile(finite, 1)), 0.0, *(1.25 * limit for limit in limits))
    high = max([float(np.percentile(finite, 99)), *(1.25 * limit for limit in limits)])
    return low, high if high > low else low + 1.0


def _past(value: float, limits: Sequence[float]) -> bool:
    return bool(limits) and (value > max(limits) or (len(limits) > 1 and value < min(limits)))


def _end(value: float, beyond: bool, sign: str) -> str:
    return f"{sign} {value:.3g}" if beyond else f"{value:.3g}"


def _mark(x: float) -> str:
    return f'<line class="limit" x1="{x:.1f}" x2="{x:.1f}" y1="0" y2="{BASE}"/>'


def _bar(i: int, count: int, tallest: int, past: bool) -> str:
    width, height = WIDTH / BINS, max(1.0, (BASE - 2) * count / tallest)
    kind = ' class="over"' if past else ""
    place = f'x="{i * width + 0.5:.1f}" y="{BASE - height:.1f}" width="{width - 1:.1f}" height="{height:.1f}"'
    return f"<rect{kind} {place}/>"
