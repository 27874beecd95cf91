"""What of an output goes into its MLflow run: enough to judge the run without the output at hand."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from cluster.storage import Storage
from pipelines.spreadsheet import cells

if TYPE_CHECKING:
    from mlflow import MlflowClient

FILES = {
    "_recipe.yaml": "recipe.yaml",
    "summary.json": "summary.json",
    "failures.parquet": "failures.parquet",
    "report/grid.png": "grid.png",
    "review/worklist.csv": "review/worklist.csv",
}
REPORT = "report/"


def log_output(client: MlflowClient, run_id: str, out: str) -> None:
    """Recipe, summary, failures (parquet and CSV), before/after grid and report, as far as OUT has them."""
    with tempfile.TemporaryDirectory(prefix="cleanplate-") as folder:
        root = Path(folder)
        for name, data in _collect(Storage(out)):
            target = root / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
        if (root / "failures.parquet").is_file():
            _write_csv(root / "failures.parquet", root / "failures.csv")
        client.log_artifacts(run_id, folder)


def _collect(storage: Storage) -> Iterator[tuple[str, bytes]]:
    for name, target in FILES.items():
        try:
            yield target, storage.read(name)
        except FileNotFoundError:
            continue
    for name in storage.names(REPORT):
        yield name, storage.read(name)


def _write_csv(source: Path, target: Path) -> None:
    """For spreadsheets: nested columns have no place in a CSV and stay in the parquet."""
    import pyarrow as pa
    import pyarrow.csv
    import pyarrow.parquet

    table = pa.parquet.read_table(source)
    flat = [f.name for f in table.schema if not (pa.types.is_nested(f.type) or pa.types.is_large_binary(f.type))]
    pa.csv.write_csv(cells(table.select(flat)), target)
