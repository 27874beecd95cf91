"""One MLflow run per job: opened once, found again by the id kept beside the output."""

from __future__ import annotations

import getpass
import json
import logging
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from cluster.storage import Storage
from pipelines.recipe import Recipe

if TYPE_CHECKING:
    from mlflow import MlflowClient

RUN_FILE = "_mlflow.json"
DEFAULT_URI = "sqlite:///mlflow.db"
PARAM_LENGTH = 6000  # characters MLflow keeps of a parameter
PARAMS_PER_CALL = 100
# A server that does not answer may cost seconds of the driver, not the minutes of MLflow's own defaults.
_PATIENCE = {
    "MLFLOW_HTTP_REQUEST_TIMEOUT": "10",
    "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "2",
    "MLFLOW_HTTP_REQUEST_BACKOFF_FACTOR": "1",
}


def tracking_uri(recipe: Recipe) -> str:
    """The recipe's address, else $MLFLOW_TRACKING_URI, else an sqlite file in the working directory."""
    return recipe.tracking.uri or os.environ.get("MLFLOW_TRACKING_URI") or DEFAULT_URI


def without_password(uri: str) -> str:
    """The address as it may be printed and kept: user and password are replaced."""
    return re.sub(r"(?<=://)[^/@\s]+@", "***@", uri)


def connect(uri: str) -> MlflowClient:
    """A client on that store, with MLflow's telemetry off and its chatter silenced."""
    for name, value in ({"MLFLOW_DISABLE_TELEMETRY": "true", "DO_NOT_TRACK": "true"} | _PATIENCE).items():
        os.environ.setdefault(name, value)
    for name in ("alembic", "mlflow"):
        logging.getLogger(name).setLevel(logging.ERROR)
    from mlflow import MlflowClient

    for name in ("alembic", "mlflow"):  # importing mlflow configures its loggers again
        logging.getLogger(name).setLevel(logging.ERROR)
    return MlflowClient(tracking_uri=uri)


def open_run(client: MlflowClient, uri: str, recipe: Recipe, out: str, tags: dict[str, str],
             params: Mapping[str, str] | None = None) -> tuple[str, bool]:
    """The id of this output's run, and whether it was there before. A run that the store no longer knows, or that
    lies in another store, is replaced by a new one. params: beside those of the recipe."""
    storage, wanted = Storage(out), _params(recipe) | dict(params or {})
    run_id = _kept_run(storage, uri)
    if run_id and _reopen(client, run_id):
        _note_changes(client, run_id, wanted, tags)
        return run_id, True
    experiment = _experiment(client, uri, recipe.tracking.experiment)
    own = {"mlflow.user": getpass.getuser(), "mlflow.source.name": "cleanplate clean"}
    run = client.create_run(experiment, run_name=f"{recipe.name} · {Path(out).name or out}", tags=tags | own)
    _log_params(client, run.info.run_id, wanted)
    kept = {"run_id": run.info.run_id, "uri": without_password(uri), "experiment": recipe.tracking.experiment}
    storage.write(RUN_FILE, json.dumps(kept, indent=2).encode())
    return run.info.run_id, False


def _kept_run(storage: Storage, uri: str) -> str | None:
    try:
        kept = json.loads(storage.read(RUN_FILE))
    except (FileNotFoundError, ValueError):
        return None
    return kept["run_id"] if kept.get("uri") == without_password(uri) else None


def _reopen(client: MlflowClient, run_id: str) -> bool:
    from mlflow.exceptions import MlflowException

    try:
        if client.get_run(run_id).info.lifecycle_stage != "active":
            return False
        client.update_run(run_id, status="RUNNING")
    except MlflowException as error:
        if error.error_code == "RESOURCE_DOES_NOT_EXIST":
            return False
        raise
    return True


def _experiment(client: MlflowClient, uri: str, name: str) -> str:
    found = client.get_experiment_by_name(name)
    if found is None:
        return str(client.create_experiment(name, artifact_location=_artifact_location(uri)))
    if found.lifecycle_stage != "active":
        client.restore_experiment(found.experiment_id)
    return str(found.experiment_id)


def _artifact_location(uri: str) -> str | None:
    """Next to the sqlite file, wherever the job was started from; a server decides for itself."""
    if not uri.startswith("sqlite:///"):
        return None
    database = Path(urlsplit(uri).path.removeprefix("/"))
    return (database.resolve().parent / "mlartifacts").as_uri()


def _params(recipe: Recipe) -> dict[str, str]:
    values = {name: without_password(str(value))[:PARAM_LENGTH] for name, value in recipe.flat().items()}
    return {name: value or "''" for name, value in values.items()}


def _log_params(client: MlflowClient, run_id: str, params: dict[str, str]) -> None:
    from mlflow.entities import Param

    entries = [Param(name, value) for name, value in params.items()]
    for start in range(0, len(entries), PARAMS_PER_CALL):
        client.log_batch(run_id, params=entries[start:start + PARAMS_PER_CALL])


def _note_changes(client: MlflowClient, run_id: str, params: dict[str, str], tags: dict[str, str]) -> None:
    """Parameters cannot change once logged. What may differ between attempts (layout, pools, ...) becomes a tag."""
    logged: dict[str, Any] = client.get_run(run_id).data.params
    changed = {f"changed.{name}": value for name, value in params.items() if logged.get(name, value) != value}
    _log_params(client, run_id, {name: value for name, value in params.items() if name not in logged})
    for name, value in (tags | changed).items():
        client.set_tag(run_id, name, value)
