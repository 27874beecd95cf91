"""The driver of `cleanplate clean`: plan or resume, run the line, finalise, report."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from typing import Any

from cluster.lease import Lease, LeaseError
from cluster.plan import Plan, PlanError, make_plan
from cluster.sidecars import committed, finalise
from cluster.storage import Storage
from pipelines.exit_codes import ExitCode
from pipelines.layout import Placement, place
from pipelines.observer import JobInfo, Observer, Summary
from pipelines.recipe import Recipe
from pipelines.resume import check_same_input, check_same_recipe, write_recipe

POLL_SECONDS = 0.5


class JobError(RuntimeError):
    """The job cannot start or broke off. The message says what to do; `exit_code` is for the shell."""

    def __init__(self, message: str, exit_code: ExitCode = ExitCode.USAGE) -> None:
        super().__init__(message)
        self.exit_code = exit_code


@dataclass(frozen=True)
class CleanJob:
    """What to clean, where to, and how.

    inputs: folders, globs, tars (brace ranges) or parquet files, local or any pyarrow/fsspec address.
    limit: only the first images. strict: failures make the exit status 1. address: a Ray cluster, None = local.
    """

    inputs: list[str]
    out: str
    recipe: Recipe
    limit: int | None = None
    strict: bool = False
    image_column: str | None = None
    address: str | None = None
    cpus: int | None = None
    report: bool = True


def plan(job: CleanJob) -> Plan:
    """List the input and cut it into chunks, without running or writing anything. Raises `JobError`."""
    try:
        return make_plan(job.inputs, images=job.recipe.chunk.images, megabytes=job.recipe.chunk.megabytes,
                         image_column=job.image_column, limit=job.limit)
    except (PlanError, OSError) as error:
        raise JobError(str(error)) from error


def run(job: CleanJob, observer: Observer) -> Summary:
    """Clean everything that is not committed yet. Raises `JobError`; running the same job again resumes it."""
    try:
        lease = Lease.acquire(job.out)
    except LeaseError as error:
        raise JobError(str(error)) from error
    with lease:
        try:
            return _run_leased(job, observer, lease)
        except BaseException as error:
            observer.failed(error)
            raise


def _run_leased(job: CleanJob, observer: Observer, lease: Lease) -> Summary:
    storage = Storage(job.out)
    current, resumed = _plan_or_resume(job, storage)
    done = committed(job.out)
    todo = [chunk for chunk in range(current.chunk_count) if chunk not in done]
    begun = time.monotonic()
    if todo:
        placement = place(job.recipe, job.address, job.cpus)
        observer.started(_info(job, current, done, placement, lease, resumed))
        _run_chunks(job, current, todo, placement, lease, observer, set(done))
    else:
        observer.started(_info(job, current, done, None, lease, resumed))
    summary = finalise(job.out, current, extra=_extra(job, current, todo, time.monotonic() - begun))
    from pipelines.review import write_worklist

    write_worklist(job.out)
    if job.report:
        from pipelines.report import build_report

        build_report(job.out)
    observer.finished(summary)
    return summary


def _plan_or_resume(job: CleanJob, storage: Storage) -> tuple[Plan, bool]:
    """The plan kept in OUT if it is that of this job, or a new one, kept. Raises `JobError` when they differ."""
    fresh = plan(job)
    try:
        kept = Plan.load(job.out)
    except FileNotFoundError:
        write_recipe(storage, job.recipe)
        fresh.save(job.out)
        return fresh, False
    try:
        check_same_recipe(storage, job.recipe)
        check_same_input(kept, fresh)
    except ValueError as error:
        raise JobError(str(error)) from error
    return kept, True


def _info(job: CleanJob, current: Plan, done: dict[int, Any], placement: Placement | None, lease: Lease,
          resumed: bool) -> JobInfo:
    return JobInfo(
        out=job.out, kind=current.kind, images=current.image_count, chunks=current.chunk_count,
        done_images=sum(s["images"] for s in done.values()), done_chunks=len(done),
        layout=placement.layout if placement else "none", pools=placement.lines() if placement else [],
        placed=placement.notes() if placement else [],
        attempt=lease.attempt, resumed=resumed, earlier=list(done.values()),
    )


def _run_chunks(job: CleanJob, current: Plan, todo: list[int], placement: Placement, lease: Lease,
                observer: Observer, told: set[int]) -> None:
    """Run Ray Data in a thread; this thread follows the sidecars, so that the observer never blocks the job."""
    from cluster.heart import Heart, RayDied
    from cluster.job import run_chunks
    from cluster.session import close_ray

    outcome: list[BaseException] = []

    def work() -> None:
        try:
            run_chunks(current, todo, placement.pools, job.out, lease=lease, output_kind=job.recipe.output.kind,
                       quarantine_after=job.recipe.faults.quarantine_after,
                       no_progress_minutes=job.recipe.faults.no_progress_minutes)
        except BaseException as error:
            outcome.append(error)

    thread = threading.Thread(target=work, name="ray-data", daemon=True)
    thread.start()
    heart = Heart()
    try:
        while thread.is_alive():
            thread.join(POLL_SECONDS)
            _tell(job.out, observer, told)
            heart.check()
    except RayDied as error:  # the thread waits in vain, and Ray would soon end this process without a word
        outcome.insert(0, error)
    except BaseException:
        close_ray()  # an interrupt: the workers must not go on without a driver
        raise
    _tell(job.out, observer, told)
    missing = sum(chunk not in told for chunk in todo)
    if outcome or missing:
        cause = outcome[0] if outcome else RuntimeError(f"{missing} chunks were not committed")
        raise JobError(f"the job broke off: {_first_line(cause)}\nRun the same command again: "
                       f"{len(told)} of {current.chunk_count} chunks are done and will not be computed again.",
                       ExitCode.BROKEN_OFF) from cause


def _tell(out: str, observer: Observer, told: set[int]) -> None:
    for chunk, sidecar in committed(out, known=told).items():
        told.add(chunk)
        observer.committed(sidecar)
    observer.tick()


def _first_line(error: BaseException) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return f"{type(error).__name__}: {lines[-1] if lines else 'no message'}"


def _extra(job: CleanJob, current: Plan, todo: list[int], seconds: float) -> dict[str, Any]:
    images = sum(current.chunk_images(chunk) for chunk in todo)
    return {
        "recipe": job.recipe.name, "recipe_digest": job.recipe.digest(), "input_digest": current.digest,
        "wall_seconds": round(seconds, 3), "images_this_attempt": images,
        "images_per_second": round(images / seconds, 3) if todo and seconds > 0 else None,
    }
