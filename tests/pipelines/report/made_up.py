"""A made-up job for tests of the page: real pictures, invented regions."""

from __future__ import annotations

import io
from importlib import resources
from pathlib import Path

import numpy as np
from PIL import Image

from pipelines.report.advice import advice
from pipelines.report.checks import failed_checks, severity
from pipelines.report.data import Case, Failure, RegionView, ReportData
from pipelines.report.spreads import SpreadCollector

SCORES = {"silhouette": 0.4, "gradient_ratio": -0.1, "high_frequency_ratio": -0.5, "colour_drift": 0.8}


def photo(name: str = "chelsea.png") -> np.ndarray:
    """(H, W, 3) uint8 of a photograph inside scikit-image's wheel."""
    with Image.open(Path(str(resources.files("skimage"))) / "data" / name) as image:
        return np.asarray(image.convert("RGB")).copy()


def encoded(rgb: np.ndarray, format: str = "PNG", **options: object) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(rgb).save(buffer, format, **options)
    return buffer.getvalue()


def region(route: str = "prior", scores: dict[str, float] | None = None, confidence: float = 0.9,
           reason: str = "within its limits") -> RegionView:
    own = {"silhouette": 0.01} if scores is None else scores
    return RegionView(((20.0, 30.0), (220.0, 30.0), (220.0, 80.0), (20.0, 80.0)), "text", confidence, route, reason,
                      "" if route == "keep" else "harmonic", own, {"area": 1234.0}, severity(route, confidence, own),
                      failed_checks(route, confidence, reason, own))


def cleaned(key: str, *regions: RegionView, format: str = "JPEG", seconds: float = 0.5) -> Case:
    """Before carries a white box over the first region's place, after does not."""
    after = photo()
    before = after.copy()
    before[30:80, 20:220] = 255
    return Case(key, "cleaned", name=f"{key}.jpg", format=format, width=451, height=300, regions=regions or (region(),),
                seconds={"detect": seconds, "fill": 0.1}, measures={"hole_share": 0.07}, before=encoded(before),
                after=encoded(after))


def job(*cases: Case, failures: tuple[Failure, ...] = ()) -> ReportData:
    collector = SpreadCollector()
    for case in cases:
        for one in case.regions:
            for name, value in one.scores.items():
                collector.add(name, value)
    status = {name: sum(c.status == name for c in cases) for name in ("cleaned", "untouched", "kept", "failed")}
    routes = {r.route: 1 for c in cases for r in c.regions}
    summary = {
        "images": len(cases), "regions": sum(len(c.regions) for c in cases), "status": status, "routes": routes,
        "generators": {"harmonic": 3}, "seconds": {"detect": 3.0, "fill": 1.0} if cases else {},
        "measures": {"hole_share": 0.07} if cases else {}, "wall_seconds": 12.0, "images_per_second": 1.5,
        "recipe": "default", "recipe_digest": "0123456789abcdef",
    }
    return ReportData("out", summary, "name: default\nseed: 0\n", cases, failures, len(failures), collector.spreads(),
                      sum(c.checked for c in cases), "Every image is here.")


def mixed() -> ReportData:
    """One case of every status, two routes, two formats, one region that asks for a check."""
    same = encoded(photo("coffee.png"))
    return job(
        cleaned("holiday/beach", region(scores=SCORES), region("flat")),
        cleaned("holiday/cat", region("unblend"), format="PNG", seconds=2.0),
        Case("plain", "untouched", reason="no overlay found", format="PNG", width=600, height=400, before=same,
             after=same),
        Case("stuck", "kept", error_class="ValueError", error_message="boom", stage="fill", format="PNG", width=600,
             height=400, before=same, after=same),
        Case("broken", "failed", error_class="truncated", error_message="the JPEG ends early", stage="ingest",
             before=b"\xff\xd8\xff\xe0"),
        failures=(
            Failure("stuck", "kept", "ValueError", "boom", "fill", advice("ValueError", "kept")),
            Failure("broken", "failed", "truncated", "the JPEG ends early", "ingest", advice("truncated", "failed")),
        ),
    )
