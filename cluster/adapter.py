"""The one place that knows `map_batches`: stages as actors over chunks."""

from __future__ import annotations

import contextlib
import os
import threading
import time
from typing import Any

import pyarrow as pa
import ray

from cluster.sinks.sidecar import BYTES_AFTER
from cluster.threads import limit_loaded, limit_threads
from operators.record import ImageRecord, from_table, to_table
from operators.stage import Line, Stage

POISON = "PoisonImage"
SETUP_DEATHS = 3  # beyond one for each worker of the pool, which may all start at once
LIFELINE_SECONDS = 2.0


class SetUpError(RuntimeError):
    """No worker of a pool survives its set-up."""


class StageActor:
    """Runs the stages of one pool over whole chunks: table in, table of the same rows out.

    A batch that raises is run again record by record, so that one picture's error stays that picture's even in a
    stage that works on batches. A chunk whose worker died is run picture by picture under the ledger's eye.
    before: what the blocks come from, `read` or another pool, whose bytes are measured as they arrive.
    """

    def __init__(self, pool: str, stages: list[Stage], ledger: Any, before: str, actors: int = 1) -> None:
        threading.Thread(target=_end_with, args=(ledger,), name="lifeline", daemon=True).start()
        limit_threads()
        started = ray.get(ledger.set_up.remote(pool))
        if started > actors + SETUP_DEATHS:
            raise SetUpError(f"the workers of pool {pool} died {started - 1} times while they set up; none got "
                             "ready (a crash in native code, or out of memory), so the job cannot run")
        self.pool, self.ledger, self.before = pool, ledger, before
        self.line: Stage = stages[0] if len(stages) == 1 else Line(stages)
        limit_loaded()  # what came with the stages
        self.line.setup()
        limit_loaded()
        ledger.ready.remote(pool)

    def __call__(self, table: pa.Table) -> pa.Table:
        chunk = table.column("chunk")[0].as_py()
        entry = ray.get(self.ledger.enter.remote(chunk, self.pool))
        careful = self._carefully(table, chunk, entry.quarantined) if entry.careful else None
        records = careful or run_records(self.line, table)
        records[0].measures[BYTES_AFTER + self.before] = float(table.nbytes)
        for record in records:
            _drop_arrays(record)
        result = to_table(records)
        _check_same_rows(table, result, self.pool)
        self.ledger.leave.remote(chunk, self.pool)
        return result

    def _carefully(self, table: pa.Table, chunk: int, quarantined: dict[int, int]) -> list[ImageRecord]:
        done: list[ImageRecord] = []
        for i in range(table.num_rows):
            row = table.slice(i, 1)
            position = row.column("position")[0].as_py()
            if position in quarantined:
                done += _condemned(row, self.pool, quarantined[position])
                continue
            ray.get(self.ledger.begin.remote(chunk, self.pool, position))
            done += run_records(self.line, row)
            self.ledger.end.remote(chunk, self.pool)
        return done


def _end_with(ledger: Any) -> None:
    """End this process once the job's ledger has ended. After a job that broke off Ray Data may keep its actors, and
    with them the CPUs that the next job of the same session waits for."""
    while True:
        time.sleep(LIFELINE_SECONDS)
        try:
            ray.get(ledger.deaths.remote())
        except ray.exceptions.ActorDiedError:
            os._exit(0)
        except ray.exceptions.RayError:  # unreachable for a moment
            continue


def _drop_arrays(record: ImageRecord) -> None:
    """A closed record goes to the sink, which writes no arrays: a megabyte a picture less to ship."""
    if record.open:
        return
    for region in record.regions:
        region.matte = region.mask = None
    for tile in record.tiles:
        tile.fill, tile.blend = None, tile.blend[:0]


def run_records(line: Stage, table: pa.Table) -> list[ImageRecord]:
    """The line over a block; where it raises for the batch, over each record alone, from its state before."""
    with contextlib.suppress(Exception):
        return line(from_table(table))
    done: list[ImageRecord] = []
    for i in range(table.num_rows):
        try:
            done += line(from_table(table.slice(i, 1)))
        except Exception as error:  # the batch code of a stage, outside its guard
            (record,) = from_table(table.slice(i, 1))
            record.fail(line.name, type(error).__name__, str(error) or repr(error), readable=record.width > 0)
            done.append(record)
    return done


def named(stage_name: str) -> type[StageActor]:
    """`detect_refine` → a class DetectRefine: Ray's progress bars and dashboard show the class name."""
    return type("".join(part.capitalize() for part in stage_name.split("_")) or "Line", (StageActor,), {})


def _condemned(row: pa.Table, pool: str, deaths: int) -> list[ImageRecord]:
    records = from_table(row)
    for record in records:
        if record.open:
            record.fail(pool, POISON, f"{deaths} workers died while they worked on this picture alone (a crash in "
                        "native code, or out of memory); it was set aside", readable=False)
    return records


def _check_same_rows(before: pa.Table, after: pa.Table, pool: str) -> None:
    if after.column("position").to_pylist() != before.column("position").to_pylist():
        raise RuntimeError(f"pool {pool} was given {before.num_rows} records and returned {after.num_rows}, or in "
                           "another order: a stage must return every record it was given")
