"""Workers that die on a real Ray."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
import time
from pathlib import Path

import psutil
import pytest

from cluster.outputs import read_rows
from cluster.plan import make_plan
from cluster.pool import Pool
from tests.cluster.inputs import picture, run_job, write_folder
from tests.cluster.toys import DeadOnArrival, Invert, Kill, Sleep

pytestmark = [pytest.mark.ray, pytest.mark.usefixtures("ray_session")]


def test_poison_is_quarantined_and_its_neighbours_survive(tmp_path: Path) -> None:
    """Catches the endless restart loop of a picture that kills its worker, and a chunk lost to it."""
    write_folder(tmp_path / "in", 12)
    (tmp_path / "in" / "p005_poison.jpg").write_bytes(picture(5))
    plan = make_plan([str(tmp_path / "in")], images=6)
    summary = run_job(plan, tmp_path / "out", [Kill(), Invert()], quarantine_after=2)
    assert summary["status"] == {"cleaned": 12, "failed": 1} and summary["errors"] == {"PoisonImage": 1}
    rows = read_rows(str(tmp_path / "out")).to_pylist()
    (poison,) = [r for r in rows if r["status"] == "failed"]
    assert poison["key"] == "p005_poison.jpg" and "2 workers died" in poison["error_message"]
    assert [r["key"] for r in rows] == plan.samples.column("key").to_pylist()


def test_one_death_condemns_nobody(tmp_path: Path) -> None:
    """Catches a picture set aside because its worker was killed once or twice while it was there."""
    write_folder(tmp_path / "in", 6)
    counts = tmp_path / "counts"
    counts.mkdir()
    summary = run_job(make_plan([str(tmp_path / "in")]), tmp_path / "out", [Kill("p003", str(counts), 2), Invert()])
    assert summary["status"] == {"cleaned": 6} and len(list(counts.iterdir())) == 2


def test_workers_that_never_get_ready_end_the_job(tmp_path: Path) -> None:
    """Catches workers that crash at import being restarted for ever."""
    plan = make_plan([str(write_folder(tmp_path / "in", 2))])
    with pytest.raises(Exception, match="while they set up"):
        run_job(plan, tmp_path / "out", pools=[Pool("dead", [DeadOnArrival()])])


def kill_workers(stop: threading.Event, kills: list[int]) -> None:
    """SIGKILL the oldest stage worker that runs, three times, a second apart."""
    while not stop.wait(1.0) and len(kills) < 3:
        with contextlib.suppress(psutil.Error, ProcessLookupError):
            pid = next((p.pid for p in psutil.Process().children(recursive=True) if "MapWorker" in p.name()), None)
            if pid:
                os.kill(pid, signal.SIGKILL)
                kills.append(pid)


def test_killed_workers_cost_nothing(tmp_path: Path) -> None:
    """Catches pictures lost, doubled or condemned when workers are killed from outside."""
    plan = make_plan([str(write_folder(tmp_path / "in", 64))], images=8)
    stop, kills = threading.Event(), list[int]()
    killer = threading.Thread(target=kill_workers, args=(stop, kills))
    killer.start()
    begun = time.monotonic()
    try:
        summary = run_job(plan, tmp_path / "out", pools=[Pool("slow", [Sleep(0.1), Invert()], actors=2)])
    finally:
        stop.set()
        killer.join()
    assert kills, f"nothing was killed in {time.monotonic() - begun:.0f} s"
    assert summary["status"] == {"cleaned": 64} and summary["complete"]
    assert read_rows(str(tmp_path / "out")).column("key").to_pylist() == plan.samples.column("key").to_pylist()
    assert not (tmp_path / "out" / "_tmp").exists()
