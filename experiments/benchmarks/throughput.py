"""Images per second of the Ray job against a bare loop over the same operators, start-up excluded.

    python -m experiments.benchmarks.throughput --pictures 1000 --mode bare
    python -m experiments.benchmarks.throughput --pictures 1000 --mode fused
    python -m experiments.benchmarks.throughput --pictures 1000 --mode fused --stage-ms 50

One mode a process. Start-up is what comes before the first finished chunk; the rate is the images of the later chunks
over the time from then to the last. --stage-ms replaces the line by one stage that only waits. --memory samples the
peak of all processes; with Ray's dozen of them that costs some tenths of a core, so no rate is given then.
"""

from __future__ import annotations

import argparse
import json
import shutil
import time
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from experiments.benchmarks.bare import bare_loop
from experiments.benchmarks.memory import PeakMemory
from experiments.benchmarks.pictures import write_pictures
from operators.record import ImageRecord
from operators.stage import Stage
from pipelines.line import build_line
from pipelines.recipe import load_recipe


@dataclass
class WaitStage(Stage):
    """Takes a fixed time and changes nothing."""

    name: ClassVar[str] = "wait"
    milliseconds: float = 50.0

    def process(self, record: ImageRecord) -> None:
        time.sleep(self.milliseconds / 1000)
        record.leave_untouched("waited")


def ray_job(folder: Path, out: Path, layout: str, stage: Stage | None, chunk: int, cpus: int,
            ) -> tuple[list[tuple[float, int]], dict[str, int]]:
    """Run the chunks on Ray Data. Returns (time, pictures) of every commit, in order, and bytes per boundary."""
    from cluster.job import Pool, init_ray, run_chunks
    from cluster.lease import Lease
    from cluster.plan import make_plan
    from cluster.sidecars import committed
    from pipelines.layout import place

    plan = make_plan([str(folder)], images=chunk)
    if stage is None:
        pools = place(load_recipe("default", {"layout": layout}), cpus=cpus).pools
    else:
        init_ray(num_cpus=cpus)
        pools = [Pool("wait", [stage], actors=cpus)]
    with Lease.acquire(str(out)) as lease:
        plan.save(str(out))
        run_chunks(plan, list(range(plan.chunk_count)), pools, str(out), lease=lease)
    sidecars = committed(str(out)).values()
    crossed: dict[str, int] = {}
    for sidecar in sidecars:
        for name, size in sidecar["boundary_bytes"].items():
            crossed[name] = crossed.get(name, 0) + size
    return sorted((s["finished"], s["images"]) for s in sidecars), crossed


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pictures", type=int, default=1000)
    parser.add_argument("--mode", choices=("bare", "fused", "staged"), required=True)
    parser.add_argument("--stage-ms", type=float)
    parser.add_argument("--chunk", type=int, default=16)
    parser.add_argument("--cpus", type=int, default=2)
    parser.add_argument("--memory", action="store_true")
    parser.add_argument("--folder", type=Path, default=Path("runs/benchmark"))
    arguments = parser.parse_args()
    source = arguments.folder / f"in{arguments.pictures}"
    paths, out = write_pictures(source, arguments.pictures), arguments.folder / "out"
    shutil.rmtree(out, ignore_errors=True)
    stage = WaitStage(arguments.stage_ms) if arguments.stage_ms else None
    begun, crossed = time.time(), dict[str, int]()
    with PeakMemory() if arguments.memory else nullcontext() as memory:
        if arguments.mode == "bare":
            line = stage or build_line(load_recipe())
            finished = bare_loop(paths, out, line, arguments.cpus, arguments.chunk)
        else:
            finished, crossed = ray_job(source, out, arguments.mode, stage, arguments.chunk, arguments.cpus)
    (first, _), last = finished[0], finished[-1][0]
    print(json.dumps({
        "mode": arguments.mode, "pictures": arguments.pictures, "stage_ms": arguments.stage_ms,
        "images_per_second": None if memory else round(sum(n for _, n in finished[1:]) / (last - first), 3),
        "seconds_to_first_output": round(first - begun, 1), "seconds": round(last - begun, 1),
        "peak_mib": round(memory.mib) if memory else None,
        "bytes_per_picture": {n: round(b / len(paths)) for n, b in crossed.items()},
    }))


if __name__ == "__main__":
    main()
