"""A job that the verifier has judged, without a verifier: real pictures, invented paths and risks, real commits."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from cluster.datasource import read_chunk
from cluster.lease import Lease
from cluster.plan import Plan, make_plan
from cluster.sidecars import finalise
from cluster.sinks import open_shard
from cluster.sinks.commit import Committer
from cluster.storage import Storage
from operators.options import VerifyOptions
from operators.record import ImageRecord, Matte, Region, Status, from_table
from operators.stage import Stage
from operators.verify.picture import settle
from operators.verify.verdict import FAILURES
from pipelines.recipe import load_recipe
from pipelines.resume import write_recipe
from tests.pipelines.report.made_up import encoded, photo

BOX = (40, 60, 120, 24)  # x, y, w, h of the only filled region
RED, GREY = (200, 30, 30), (90, 90, 90)  # what stands there before and after


@dataclass(frozen=True)
class Story:
    """What became of a picture whose key begins so. scores: risk, risk_first and the likeliest failure."""

    path: tuple[str, ...]
    generator: str
    risk: float
    first: float
    failure: str = "texture"


STORIES = {
    "good": Story(("prior", "passed"), "prior", 0.08, 0.08),
    "tint": Story(("unblend", "passed"), "unblend", 0.2, 0.2),
    "gate": Story(("prior", "failed", "diffusion", "passed"), "diffusion", 0.31, 0.77, "structure"),
    "mend": Story(("prior", "failed", "diffusion", "no better", "failed", "retoned", "passed"), "prior", 0.4, 0.71,
                  "colour_drift"),
    "seam": Story(("prior", "failed", "diffusion", "failed"), "diffusion", 0.64, 0.93, "texture"),
    "halo": Story(("unblend", "failed", "rimless", "failed"), "unblend", 0.82, 0.9, "halo"),
}


@dataclass
class Judged(Stage):
    """Paints one grey box and tells the story of the key. `left` was left although it may be overlay, `scene` because
    it belongs to the scene, `plain` has nothing, `bad` cannot be read."""

    name = "judged"

    def process(self, record: ImageRecord) -> None:
        rgb = record.picture().rgb.copy()
        record.format, record.height, record.width = "PNG", *rgb.shape[:2]
        kind = Path(record.key).name.partition("_")[0].partition(".")[0].rstrip("0123456789")
        if kind in STORIES:
            x, y, w, h = BOX
            rgb[y : y + h, x : x + w] = GREY
            record.regions = [_filled(STORIES[kind])]
            record.result, record.status = encoded(rgb), Status.CLEANED
        else:
            record.regions = [] if kind == "plain" else [_kept("scene" if kind == "scene" else "text")]
            record.leave_untouched("no overlay above the confidence threshold")
        settle(record, VerifyOptions())


def _filled(story: Story) -> Region:
    x, y, w, h = BOX
    whole = np.ones((h, w), bool)
    matte = Matte(x, y, whole.astype(np.float16), whole, whole.astype(np.float16), np.zeros(3, np.float32), 3, 2, 0.7)
    scores = {"silhouette": 0.4, "risk": story.risk, "risk_first": story.first}
    scores |= {f"risk_{name}": 0.9 * story.risk if name == story.failure else 0.02 for name in FAILURES}
    route = story.generator if story.generator == "unblend" else "diffusion" if len(story.path) > 2 else "prior"
    return Region(_quad(), 0.9, route=route, reason="within its limits", generator=story.generator, scores=scores,
                  path=list(story.path), matte=matte)


def _kept(kind: str) -> Region:
    return Region(_quad(), 0.66, kind=kind, route="keep", reason="confidence 0.66 below 0.78")


def _quad() -> np.ndarray:
    x, y, w, h = BOX
    return np.array([[x, y], [x + w, y], [x + w, y + h], [x, y + h]], np.float32)


def write_pictures(folder: Path, keys: list[str]) -> Path:
    """PNG files with a red box each; `bad` ones hold no picture."""
    for key in keys:
        path = folder / f"{key}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        rgb = photo("coffee.png" if key.startswith(("good", "gate")) else "chelsea.png")[80:240, 100:340].copy()
        x, y, w, h = BOX
        rgb[y : y + h, x : x + w] = RED
        path.write_bytes(b"\x89PNG\r\n\x1a\n" if key.startswith("bad") else encoded(rgb))
    return folder


def commit(plan: Plan, out: Path, kind: str = "same", chunks: list[int] | None = None) -> dict[str, Any]:
    """What the driver does, without Ray: plan, recipe, chunks, the end of the job. Returns the summary."""
    with Lease.acquire(str(out)) as lease:
        plan.save(str(out))
        write_recipe(Storage(str(out)), load_recipe(None, {"verify.max_risk": 0.5, "verify.max_doubt": 0.5}))
        for chunk in range(plan.chunk_count) if chunks is None else chunks:
            records = Judged()(from_table(read_chunk(plan.chunk(chunk), plan.kind, plan.image_column)))
            Committer(str(out), lease.claim, open_shard(kind, plan.kind, plan.image_column)).commit(
                chunk, plan.name(chunk), plan.chunk(chunk).to_pylist(), records)
        return finalise(str(out), plan, {"recipe": "default", "wall_seconds": 3.0, "images_per_second": 1.0})


def judged_output(folder: Path, keys: list[str], kind: str = "same", images: int = 3) -> Path:
    """OUT of a job over folder/in with these keys."""
    write_pictures(folder / "in", keys)
    commit(make_plan([str(folder / "in")], images=images), folder / "out", kind)
    return folder / "out"


def opened(data: bytes) -> np.ndarray:
    with Image.open(io.BytesIO(data)) as image:
        return np.asarray(image.convert("RGB")).copy()
