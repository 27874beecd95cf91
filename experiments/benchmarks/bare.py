"""The yardstick of the throughput benchmark: the same operators in a plain loop, in as many processes and threads."""

from __future__ import annotations

import multiprocessing as mp
import time
from pathlib import Path

from operators.record import ImageRecord
from operators.stage import Stage


def bare_loop(paths: list[Path], out: Path, stage: Stage, processes: int, chunk: int) -> list[tuple[float, int]]:
    """Read, run and write every picture. Returns (time, pictures) of every finished chunk, in order of time."""
    out.mkdir(parents=True, exist_ok=True)
    context = mp.get_context("spawn")
    chunks = [paths[i : i + chunk] for i in range(0, len(paths), chunk)]
    with context.Pool(processes, _begin, (stage,)) as pool:
        finished = list(pool.imap_unordered(_work, [(part, out) for part in chunks]))
    return sorted(finished)


_STAGE: Stage | None = None


def _begin(stage: Stage) -> None:
    global _STAGE
    from cluster.threads import limit_loaded, limit_threads

    limit_threads()
    stage.setup()
    limit_loaded()
    _STAGE = stage


def _work(task: tuple[list[Path], Path]) -> tuple[float, int]:
    paths, out = task
    assert _STAGE is not None
    for path in paths:
        (record,) = _STAGE([ImageRecord(key=path.name, name=path.name, image=path.read_bytes())])
        if record.result is not None:
            (out / path.name).write_bytes(record.result)
    return time.time(), len(paths)
