"""What a job would do, found out without running or writing anything."""

from __future__ import annotations

from collections import Counter

import pyarrow.compute as pc

from cluster.plan import Plan
from cluster.sidecars import committed
from cluster.storage import Storage
from pipelines import clean
from pipelines.resume import check_same_input, check_same_recipe
from pipelines.units import data_size


def outlook(job: clean.CleanJob) -> dict[str, str]:
    """Label to value, in the order to print. Raises `JobError` as `clean.run` would for the same job."""
    fresh = clean.plan(job)
    done = _done(job, fresh)
    images = sum(sidecar["images"] for sidecar in done.values())
    kind = job.recipe.output.kind
    rows = {
        "input": " ".join(job.inputs),
        "output": f"{job.out} ({fresh.kind if kind == 'same' else kind})",
        "recipe": f"{job.recipe.name} ({job.recipe.digest()})",
        "images": f"{fresh.image_count:,}",
        "chunks": f"{fresh.chunk_count:,} of at most {fresh.chunk_size:,} images",
        "size": data_size(_bytes(fresh)),
    }
    problems = Counter(name for name in fresh.samples.column("problem_class").to_pylist() if name)
    if problems:
        rows["problems"] = "  ".join(f"{name} {count:,}" for name, count in problems.most_common())
    if done:
        rows["done"] = f"{images:,} images ({len(done):,} chunks)"
        rows["left"] = f"{fresh.image_count - images:,} images ({fresh.chunk_count - len(done):,} chunks)"
    return rows


def _bytes(plan: Plan) -> int:
    """Input bytes: pictures, and what else belongs to their samples."""
    return pc.sum(pc.list_flatten(plan.samples.column("sizes"))).as_py() or 0


def _done(job: clean.CleanJob, fresh: Plan) -> dict[int, dict]:
    """Sidecars by chunk; none if nothing was begun."""
    try:
        kept = Plan.load(job.out)
    except FileNotFoundError:
        return {}
    try:
        check_same_recipe(Storage(job.out), job.recipe)
        check_same_input(kept, fresh)
    except ValueError as error:
        raise clean.JobError(str(error)) from error
    return committed(job.out)
