"""One case as the page shows it."""

from __future__ import annotations

import base64
import math
from collections import Counter
from typing import Any

from pipelines.evaluation.gallery import ORDERS, Case
from pipelines.evaluation.measures import BY_NAME, MEASURES
from pipelines.evaluation.methods import LABELS, OURS, UNCHANGED
from pipelines.evaluation.row import Row

CAPTIONS = (
    ("input", "input"), ("ours", "cleanplate"), ("target", "target"), ("error", "error of cleanplate"),
    ("outline", "true mask, our hole"), ("baseline", "best baseline"),
)
MAX_REGIONS = 12  # distinct reasons of one case


def case_view(case: Case) -> dict[str, Any]:
    """What the template reads. worst: by order, larger is worse."""
    row, crops = case.row, case.crops
    psnr = BY_NAME["psnr_mask"]
    shown = [("input", UNCHANGED), ("cleanplate", OURS), (LABELS[row.best_baseline], row.best_baseline)]
    return {
        "key": row.key, "kind": row.kind, "found": row.own.get("found"), "status": row.status,
        "worst": {order.name: _number(order.badness(row)) for order in ORDERS},
        "psnrs": [(label, psnr.show(row.value("psnr_mask", method))) for label, method in shown],
        "lead": row.lead, "regions": regions(row), "figures": _figures(row), "place": _place(case),
        "pictures": [(name, _caption(name, caption, row), _uri(crops.files[name])) for name, caption in CAPTIONS],
        "width": crops.width, "height": crops.height,
    }


def regions(row: Row) -> list[str]:
    """A line for each way that regions went, the most frequent first: "3 x flat, harmonic: …"."""
    if not row.regions:
        return [row.reason or "No region."]
    ways = Counter((r["route"] or "no route", r["generator"], r["reason"]) for r in row.regions)
    lines = []
    for (route, generator, reason), count in ways.most_common(MAX_REGIONS):
        name = f"{route}, {generator}" if generator else route
        lines.append((f"{count} × " if count > 1 else "") + name + (f": {reason}" if reason else ""))
    more = len(ways) - len(lines)
    return [*lines, f"and {more} more"] if more > 0 else lines


def _figures(row: Row) -> list[tuple[str, str, str]]:
    """(measure, ours, unchanged) of everything but what the header says."""
    rows = [(f"{m.label}, {m.unit}" if m.unit else m.label, m.show(row.value(m.name)),
             m.show(row.value(m.name, UNCHANGED))) for m in MEASURES if m.name != "psnr_mask"]
    own = [("mask inside our hole, %", "hole_coverage", 100.0, 1), ("hole, times the mask", "hole_size", 1.0, 2),
           ("error of alpha", "alpha_mae", 1.0, 3)]
    for label, name, factor, digits in own:
        value = row.own.get(name)
        rows.append((label, "–" if value is None else f"{value * factor:.{digits}f}", ""))
    return rows


def _place(case: Case) -> str:
    row, crops = case.row, case.crops
    whole = (crops.width, crops.height) == (row.width, row.height)
    source = {"given": "mask given", "alpha": "mask from alpha", "difference": "mask from the difference"}
    size = f"{row.width} × {row.height}"
    window = "" if whole else f", shown {crops.width} × {crops.height} at {crops.x}, {crops.y}"
    return f"{size}{window} · {source.get(row.mask_source, '')} · {row.seconds:.2f} s"


def _caption(name: str, caption: str, row: Row) -> str:
    return LABELS[row.best_baseline] if name == "baseline" else caption


def _uri(webp: bytes) -> str:
    return "data:image/webp;base64," + base64.b64encode(webp).decode()


def _number(value: float) -> str:
    return f"{value:.6g}" if math.isfinite(value) else "-1e9"
