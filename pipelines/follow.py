"""Run a job on the terminal: show it, track it, and end with a table and an exit status."""

from __future__ import annotations

import json
import signal
from typing import TYPE_CHECKING

from pipelines import clean
from pipelines.background import Background
from pipelines.complaint import Terminated, complain
from pipelines.exit_codes import ExitCode
from pipelines.observer import Observer, Observers, Summary
from pipelines.progress import Progress
from pipelines.summary import places_text, summary_table
from pipelines.version import version

if TYPE_CHECKING:
    from pipelines.tracking import Tracker

RERUN = "Run the same command again"


def follow(job: clean.CleanJob, progress: Progress) -> ExitCode:
    """Run the job to its end. Raises what the driver raises, with a note on how to go on."""
    tracker = _tracker(job)
    observers: list[Observer] = [progress, *([Background(tracker)] if tracker else [])]
    signal.signal(signal.SIGTERM, _terminate)
    try:
        summary = clean.run(job, Observers(observers))
    except SystemExit as error:  # Ray replaces the handler of SIGTERM by one of its own
        terminated = Terminated()
        _note_how_to_go_on(terminated, progress)
        raise terminated from error
    except BaseException as error:
        _note_how_to_go_on(error, progress)
        raise
    _keep_tracking(job, summary, tracker)
    progress.close()
    progress.console.print(summary_table(summary))
    progress.console.print(places_text(_places(job, summary, tracker)), soft_wrap=True)
    return _status(job, summary)


def _tracker(job: clean.CleanJob) -> Tracker | None:
    if not job.recipe.tracking.enabled:
        return None
    from pipelines.tracking import Tracker

    return Tracker(job.recipe, job.inputs, version(), lambda message: complain(message, style="yellow", mark="!"))


def _terminate(*_: object) -> None:
    raise Terminated


def _note_how_to_go_on(error: BaseException, progress: Progress) -> None:
    """What an interrupted or broken job has kept, unless the error says so itself."""
    status = getattr(error, "exit_code", ExitCode.BROKEN_OFF)
    if progress.info is None or status == ExitCode.USAGE or RERUN.lower() in str(error).lower():
        return
    error.add_note(f"{RERUN}: {progress.done_chunks:,} of {progress.info.chunks:,} chunks are done "
                   "and will not be computed again.")


def _keep_tracking(job: clean.CleanJob, summary: Summary, tracker: Tracker | None) -> None:
    """Where the run is, and what it lacks, belongs to the record of the job."""
    if tracker is None:
        return
    from cluster.storage import Storage
    from pipelines.tracking_run import without_password

    summary["tracking"] = {"uri": without_password(tracker.uri), "run_id": tracker.run_id, "trouble": tracker.trouble}
    storage = Storage(job.out)
    storage.write("summary.json", json.dumps(summary, indent=2).encode())
    storage.sweep()


def _places(job: clean.CleanJob, summary: Summary, tracker: Tracker | None) -> dict[str, str]:
    root = job.out.rstrip("/")
    places = {"output": job.out}
    if summary["status"].get("failed", 0) + summary["status"].get("kept", 0):
        places["failures"] = f"{root}/failures.parquet"
    if job.report:
        places["report"] = f"{root}/report/index.html"
    if tracker is not None:
        places["mlflow"] = tracker.place()
    return places


def _status(job: clean.CleanJob, summary: Summary) -> ExitCode:
    """Images without an outcome would be a lost promise, whatever --strict says."""
    if not summary["complete"]:
        return ExitCode.BROKEN_OFF
    failures = summary["status"].get("failed", 0) + summary["status"].get("kept", 0)
    return ExitCode.FAILURES if job.strict and failures else ExitCode.SUCCESS
