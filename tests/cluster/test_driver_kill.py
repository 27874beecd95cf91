"""The driver is killed in the middle; the same job is run again."""

from __future__ import annotations

import collections
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from cluster.outputs import read_result, read_rows
from cluster.plan import Plan
from cluster.sidecars import committed
from tests.cluster.inputs import picture, run_job, write_folder
from tests.cluster.toys import Invert, inverted

PICTURES = 60
START_SECONDS = 240.0


@pytest.mark.ray
def test_rerun_after_sigkill_of_the_driver(tmp_path: Path, ray_session: None) -> None:
    """Catches finished chunks computed again, unfinished ones lost, files of the dead attempt left behind, and lines of
    Ray's own on a user's terminal."""
    write_folder(tmp_path / "in", PICTURES)
    out, trace = tmp_path / "out", tmp_path / "trace"
    trace.mkdir()
    environment = {k: v for k, v in os.environ.items() if k != "RAY_ADDRESS"}
    with (tmp_path / "log").open("wb") as log:
        line = [sys.executable, "-m", "tests.cluster.drive", str(tmp_path / "in"), str(out), str(trace)]
        driver = subprocess.Popen(line, env=environment, stdout=log, stderr=log)
    deadline = time.monotonic() + START_SECONDS
    while not committed(str(out)) and driver.poll() is None and time.monotonic() < deadline:
        time.sleep(0.2)
    driver.kill()
    driver.wait()
    assert (tmp_path / "log").read_text() == ""
    done = committed(str(out))
    plan = Plan.load(str(out))
    assert 0 < len(done) < plan.chunk_count
    before = {key for chunk in done for key in plan.chunk(chunk).column("key").to_pylist()}
    for file in trace.iterdir():
        file.unlink()
    summary = run_job(plan, out, [Invert(str(trace))])
    again = collections.Counter(file.name.partition(".jpg")[0] + ".jpg" for file in trace.iterdir())
    assert not before & set(again) and len(before) + len(again) == PICTURES
    assert summary["complete"] and summary["status"] == {"cleaned": PICTURES} and summary["attempts"] == [1, 2]
    rows = read_rows(str(out)).to_pylist()
    assert [r["key"] for r in rows] == plan.samples.column("key").to_pylist()
    assert [read_result(str(out), plan, r) for r in rows] == [inverted(picture(i)) for i in range(PICTURES)]
    assert not (out / "_tmp").exists()
