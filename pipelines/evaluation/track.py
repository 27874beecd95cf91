"""The MLflow run of an evaluation: the recipe, the means, and the files it wrote."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

from cluster.storage import Storage
from pipelines.evaluation.aggregate import Group
from pipelines.evaluation.job import Evaluation
from pipelines.evaluation.methods import OURS
from pipelines.tracking_run import RUN_FILE, connect, open_run, tracking_uri, without_password
from pipelines.version import version

FILES = ("evaluation.json", "index.html")


def track(evaluation: Evaluation, out: str | None) -> str:
    """Log a run of its own, also when OUT holds an earlier one's. Returns where it is, for people.

    Raises whatever the store raises.
    """
    recipe, uri = evaluation.recipe, tracking_uri(evaluation.recipe)
    with tempfile.TemporaryDirectory(prefix="cleanplate-") as folder:
        place = out or folder
        Storage(place).delete(RUN_FILE)
        client = connect(uri)
        tags = {"input": without_password(evaluation.source), "output": without_password(out or ""),
                "version": version(), "recipe_digest": recipe.digest(), "task": "evaluate"}
        run_id, _ = open_run(client, uri, recipe, place, tags)
        client.set_tag(run_id, "mlflow.source.name", "cleanplate evaluate")
        for name, value in metrics(evaluation):
            client.log_metric(run_id, name, value)
        for name in FILES if out else ():
            target = Path(folder) / name
            target.write_bytes(Storage(place).read(name))
            client.log_artifact(run_id, str(target))
        client.set_terminated(run_id, "FINISHED")
    return f"{without_password(uri)}  experiment {recipe.tracking.experiment}  run {run_id}"


def metrics(evaluation: Evaluation) -> Iterator[tuple[str, float]]:
    """Names and values: METHOD/MEASURE, ours/OWN, and for our line KIND/MEASURE."""
    yield "pairs", float(len(evaluation.rows))
    yield "pairs_bad", float(len(evaluation.bad))
    for method, measures in evaluation.overall.methods.items():
        yield from ((f"{method}/{name}", found.mean) for name, found in measures.items() if found)
    yield from _own(OURS, evaluation.overall)
    for kind, group in evaluation.kinds.items():
        safe = "".join(c if c.isascii() and (c.isalnum() or c in "_-. ") else "_" for c in kind)
        yield from ((f"kind {safe}/{name}", found.mean) for name, found in group.methods[OURS].items() if found)
        yield from _own(f"kind {safe}", group)


def _own(prefix: str, group: Group) -> Iterator[tuple[str, float]]:
    yield from ((f"{prefix}/{name}", found.mean) for name, found in group.own.items() if found)
