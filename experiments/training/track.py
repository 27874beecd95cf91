"""The curves of a training run in MLflow: one run per folder, found again by the id kept in it."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipelines.tracking_run import DEFAULT_URI, connect

EXPERIMENT, RUN_FILE = "cleanplate-training", "mlflow.json"


class Track:
    """Logs numbers to $MLFLOW_TRACKING_URI, else to an sqlite file in the working directory."""

    def __init__(self, run: Path, params: dict[str, object]) -> None:
        from mlflow.entities import Param

        self.client = connect(os.environ.get("MLFLOW_TRACKING_URI") or DEFAULT_URI)
        kept = run / RUN_FILE
        if kept.is_file():
            self.run_id = str(json.loads(kept.read_text())["run_id"])
            self.client.update_run(self.run_id, status="RUNNING")
            return
        found = self.client.get_experiment_by_name(EXPERIMENT)
        experiment = found.experiment_id if found else self.client.create_experiment(EXPERIMENT)
        self.run_id = self.client.create_run(experiment, run_name=run.name).info.run_id
        self.client.log_batch(self.run_id, params=[Param(name, str(value)) for name, value in params.items()])
        kept.write_text(json.dumps({"run_id": self.run_id}) + "\n")

    def log(self, numbers: dict[str, float], step: int) -> None:
        """One point of every curve."""
        from mlflow.entities import Metric

        now = int(time.time() * 1000)
        self.client.log_batch(self.run_id, metrics=[Metric(n, v, now, step) for n, v in numbers.items()])

    def close(self) -> None:
        """The run has ended."""
        self.client.set_terminated(self.run_id)


@contextmanager
def tracked(run: Path, wanted: bool, params: dict[str, object]) -> Iterator[Track | None]:
    """The run's `Track`, closed at the end of a training that was not interrupted; nothing unless wanted."""
    track = Track(run, params) if wanted else None
    yield track
    if track is not None:
        track.close()
