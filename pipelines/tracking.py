"""The tracking of a job: MLflow follows the sidecars from the driver, and never decides whether the job goes on."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from cluster.sinks.gate import ARROW
from pipelines.observer import JobInfo, Sidecar, Summary
from pipelines.pace import Pace
from pipelines.recipe import Recipe
from pipelines.tally import STATUSES, Tally
from pipelines.tracking_artifacts import log_output
from pipelines.tracking_pools import placement_artifact, placement_params
from pipelines.tracking_run import connect, open_run, tracking_uri, without_password

if TYPE_CHECKING:
    from mlflow import MlflowClient

RETRY_SECONDS = 60.0  # between attempts on a store that failed
METRICS_PER_CALL = 1000


class Tracker:
    """Observer that keeps one MLflow run per output, reopened by a resume.

    inputs: as given on the command line. complain: told once when the store fails. The job goes on without it; the
    store is tried again every minute and at the end, and `trouble` says what was wrong (empty: nothing is missing).
    Metrics are running totals over the whole job, so a gap in time loses no count; their step is the images done.
    """

    def __init__(self, recipe: Recipe, inputs: Sequence[str], version: str, complain: Callable[[str], None],
                 clock: Callable[[], float] = time.monotonic) -> None:
        self.recipe = recipe
        self.uri = tracking_uri(recipe)
        self.run_id = ""
        self.resumed = False
        self.trouble = ""
        self._tags = {"input": " ".join(map(without_password, inputs))[:5000], "version": version,
                      "recipe_digest": recipe.digest()}
        self._complain = complain
        self._clock = clock
        self._client: MlflowClient | None = None
        self._info: JobInfo | None = None
        self._tally = Tally()
        self._pace = Pace(clock)
        self._placed = False  # whether the pools are logged
        self._pending = 0  # chunks committed since the last metrics
        self._retry_at = 0.0

    def started(self, info: JobInfo) -> None:
        self._info, self._tally, self._pace = info, Tally.of(info.earlier), Pace(self._clock)
        self._tags |= {"output": info.out, "layout": info.layout, "attempt": str(info.attempt), "kind": info.kind}
        self._try(self._log_pools)

    def committed(self, sidecar: Sidecar) -> None:
        self._tally.add(sidecar)
        self._pace.add(int(sidecar["images"]))
        self._pending += 1

    def tick(self) -> None:
        if self._pending >= self.recipe.tracking.every_chunks and self._clock() >= self._retry_at:
            self._try(self._log)

    def finished(self, summary: Summary) -> None:
        if self._info:
            self._tags["input_digest"] = str(summary.get("input_digest", ""))
            self._try(lambda: self._end(summary))

    def failed(self, error: BaseException) -> None:
        if self._info:
            self._try(lambda: self._break_off(error))

    def place(self) -> str:
        """Where the run is, for the end of the job's output."""
        where = without_password(self.uri)
        if not self.run_id:
            return f"not tracked, {where} could not be used: {self.trouble}"
        gap = f" (incomplete: {self.trouble})" if self.trouble else ""
        return f"{where}  experiment {self.recipe.tracking.experiment}  run {self.run_id}{gap}"

    def _try(self, work: Callable[[], object]) -> None:
        """A store that fails must not cost the job, nor pass unnoticed."""
        try:
            work()
            self.trouble = ""
        except Exception as error:  # whatever a tracking store raises, it is not the job's
            first = not self.trouble
            self.trouble = _root_cause(error)
            self._retry_at = self._clock() + RETRY_SECONDS
            if first:
                self._complain(f"MLflow at {without_password(self.uri)} cannot be used: {self.trouble}\n"
                               "The job goes on without tracking and tries again every minute.")

    def _open(self) -> MlflowClient:
        assert self._info is not None
        self._client = self._client or connect(self.uri)
        if not self.run_id:
            self.run_id, self.resumed = open_run(self._client, self.uri, self.recipe, self._info.out, self._tags,
                                                 placement_params(self._info))
        return self._client

    def _log_pools(self) -> None:
        assert self._info is not None
        client = self._open()
        if self._info.placed and not self._placed:
            client.log_text(self.run_id, *placement_artifact(self._info, self.recipe))
            self._placed = True

    def _log(self) -> None:
        from mlflow.entities import Metric

        client = self._open()
        step, now = self._done, int(time.time() * 1000)
        entries = [Metric(name, value, now, step) for name, value in self.metrics().items()]
        for start in range(0, len(entries), METRICS_PER_CALL):
            client.log_batch(self.run_id, metrics=entries[start:start + METRICS_PER_CALL])
        self._pending = 0

    def _end(self, summary: Summary) -> None:
        assert self._info is not None
        self._log()
        client = self._open()
        client.set_tag(self.run_id, "input_digest", self._tags["input_digest"])
        for name in ("wall_seconds", "images_per_second"):
            if summary.get("images_this_attempt", 1) and summary.get(name):
                client.log_metric(self.run_id, f"job/{name}", float(summary[name]), step=self._done)
        self._log_pools()
        log_output(client, self.run_id, self._info.out)
        client.set_terminated(self.run_id, "FINISHED")

    def _break_off(self, error: BaseException) -> None:
        self._log()
        client = self._open()
        client.set_tag(self.run_id, "error", f"{type(error).__name__}: {error}"[:5000])
        client.set_terminated(self.run_id, "KILLED" if isinstance(error, KeyboardInterrupt | SystemExit) else "FAILED")

    @property
    def _done(self) -> int:
        assert self._info is not None
        return self._tally.images + (0 if self._info.earlier else self._info.done_images)

    def metrics(self) -> dict[str, float]:
        """Running totals and means by MLflow name."""
        tally = self._tally
        values: dict[str, float] = {"images": self._done, "failures": tally.failures, "regions": tally.regions,
                                    "bytes_in": tally.bytes_in, "bytes_out": tally.bytes_out}
        speed = self._pace.per_second()
        values |= {"images_per_second": speed} if speed is not None else {}
        values |= {f"status/{name}": tally.status[name] for name in STATUSES}
        for group in ("errors", "routes", "generators", "verdicts"):
            values |= {f"{group}/{name}": count for name, count in getattr(tally, group).items()}
        values |= {f"gate/{edge.replace(ARROW, ' to ')}": count for edge, count in tally.edges.items()}
        values |= {f"seconds_per_image/{stage}": value for stage, value in tally.seconds_per_image().items()}
        values |= {f"bytes_per_image/{name}": total / tally.images for name, total in tally.boundary_bytes.items()}
        values |= {f"measures/{name}": value for name, value in tally.means().items()}
        return {_metric_name(name): float(value) for name, value in values.items()}


def _metric_name(name: str) -> str:
    """MLflow takes letters, digits, and _ - . : / in a name; an error class or a hub model may have others."""
    return re.sub(r"[^\w\-.:/ ]", "_", name)[:250]


def _root_cause(error: BaseException) -> str:
    """The innermost error: what a refused connection raised, rather than the five wrappers around it."""
    while inner := error.__cause__ or error.__context__:
        error = inner
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return without_password(f"{type(error).__name__}: {lines[0] if lines else 'no message'}")[:300]
