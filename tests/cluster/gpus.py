"""Jobs in a Ray of their own with two GPUs that exist by name only: python -m tests.cluster.gpus FOLDER. What was seen
is in FOLDER/seen.json."""

from __future__ import annotations

import json
import logging
import os
import sys
import time
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from cluster.plan import make_plan
from cluster.pool import Pool
from cluster.session import close_ray
from operators.fill import PriorStage
from operators.options import FillOptions
from operators.record import ImageRecord
from operators.stage import Stage
from pipelines.layout import lay_out
from pipelines.line import build_line
from pipelines.recipe import Recipe, load_recipe
from tests.cluster.inputs import run_job, write_folder
from tests.cluster.toys import Invert, Kill
from tests.end_to_end.jobs import BY_MASKS, pictures, rows
from tests.end_to_end.pictures import Item, items, write_tars
from tests.operators.models.diffusion.views import small_pipeline
from tests.operators.models.prior.small import pipeline

COUNT, VICTIM = 12, "p0004"
PATIENCE = 120.0


@dataclass
class Report(Stage):
    """Leaves a file that says what its worker was given, and waits for the other workers of its pool."""

    name = "report"
    folder: str = ""
    pool: str = ""
    actors: int = 1

    def setup(self) -> None:
        import ray

        context = ray.get_runtime_context()
        seen = {"pool": self.pool, "ids": context.get_accelerator_ids()["GPU"],
                "share": context.get_assigned_resources().get("GPU", 0.0), "pid": os.getpid()}
        (Path(self.folder) / f"{self.pool}.{os.getpid()}.json").write_text(json.dumps(seen))

    def process(self, record: ImageRecord) -> None:
        end = time.monotonic() + PATIENCE
        while len(list(Path(self.folder).glob(f"{self.pool}.*.json"))) < self.actors:
            if time.monotonic() > end:
                raise TimeoutError(f"not all of the {self.actors} workers of {self.pool} came")
            time.sleep(0.05)


def start_ray() -> dict[str, float]:
    import ray

    ray.init("local", num_cpus=2, num_gpus=2, include_dashboard=False, log_to_driver=False,
             logging_level=logging.ERROR, object_store_memory=2**29)
    return dict(ray.cluster_resources())


def reports(root: Path) -> list[dict[str, Any]]:
    return [json.loads(path.read_text()) for path in sorted(root.glob("*.json"))]


def toy_job(root: Path, name: str, wanted: list[tuple[str, int, float]]) -> list[dict[str, Any]]:
    """What the workers of pools of (name, actors, gpus) were given."""
    folder = root / name
    folder.mkdir()
    pools = [Pool(p, [Report(str(folder), p, actors)], actors, 0.2, gpus) for p, actors, gpus in wanted]
    pools[-1] = replace(pools[-1], stages=[*pools[-1].stages, Invert()])
    run_job(make_plan([str(root / "toys")], images=2), root / f"{name}_out", pools=pools)
    return reports(folder)


def recipe(root: Path, **settings: Any) -> Recipe:
    """Both generators, small and random, each in a pool with a whole GPU, on the CPU on purpose."""
    pipeline().save_pretrained(root / "prior")
    small_pipeline().save_pretrained(root / "diffusion")
    pools = [{"stages": ["ingest", "marks", "detect", "refine", "prepare", "base"], "cpus": 0.4},
             {"stages": ["prior", "verify"], "actors": 1, "gpus": 1, "cpus": 0.3},
             {"stages": ["diffusion", "reverify", "mend", "measure", "compose"], "actors": 1, "gpus": 1, "cpus": 0.3}]
    return load_recipe(None, BY_MASKS | {
        "fill.prior": str(root / "prior"), "fill.diffusion": str(root / "diffusion"), "fill.device": "cpu",
        "layout": "staged", "pools": pools, "route.prior_max_area": 1500, "fill.candidates": 2,
        "verify.gate": False} | settings)


def killed_job(root: Path, has: dict[str, float]) -> dict[str, Any]:
    """The line over pools, the prior's worker killed in the middle of a chunk; and the same pictures in a loop."""
    samples, made = items(COUNT), recipe(root)
    kills, given = root / "kills", root / "given"
    kills.mkdir()
    given.mkdir()
    placement = lay_out(made, has)
    pools = [replace(p, stages=[Report(str(given), p.name), *p.stages]) for p in placement.pools]
    pools[1] = replace(pools[1], stages=[*pools[1].stages, Kill(VICTIM, str(kills), 1)])
    run_job(make_plan([str(write_tars(root / "in", samples))], images=6), root / "out", pools=pools)
    done, alone = pictures(root / "out"), in_a_loop(made, samples)
    return {
        "kills": len(list(kills.iterdir())), "given": reports(given), "lines": placement.lines(),
        "keys": [row["key"] for row in rows(root / "out")], "wanted": [item.key for item in samples],
        "changed": sum(done[item.key] != item.data for item in samples),
        "other": [item.key for item in samples if done[item.key] != alone[item.key]],
        "generators": Counter(name for row in rows(root / "out") for name in row["generators"]),
    }


def in_a_loop(made: Recipe, samples: list[Item]) -> dict[str, bytes | None]:
    """As a notebook does, on two threads."""
    import torch

    torch.set_num_threads(2)
    line = build_line(made)
    line.setup()
    done = line([ImageRecord(key=item.key, image=item.data, name=item.name,
                             members=[(f"{item.key}.mask.png", item.mask)] if item.mask else []) for item in samples])
    return {record.key: record.result for record in done}


def without_cuda(root: Path) -> str:
    """What a job says whose pool has a GPU that torch does not see."""
    stage = PriorStage(FillOptions(prior=str(root / "prior"), device="cuda"))
    try:
        run_job(make_plan([str(root / "toys")], images=2), root / "cuda_out", pools=[Pool("prior", [stage], 1, 0.3, 1)])
    except Exception as error:
        return str(error)
    return ""


def main(folder: str) -> None:
    root = Path(folder)
    write_folder(root / "toys", 4)
    has = start_ray()
    seen: dict[str, Any] = {
        "whole": toy_job(root, "whole", [("cpu", 1, 0), ("gpu", 2, 1)]),
        "shares": toy_job(root, "shares", [("prior", 1, 0.25), ("diffusion", 1, 0.75), ("cpu", 1, 0)]),
    }
    seen["killed"] = killed_job(root, has)
    seen["without_cuda"] = without_cuda(root)
    close_ray()
    (root / "seen.json").write_text(json.dumps(seen))


if __name__ == "__main__":
    main(*sys.argv[1:])
