"""One driver at a time, and orphans fenced off."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from cluster.lease import FILE, STALE_SECONDS, Lease, LeaseError, LeaseLost


def change(out: Path, **values: Any) -> None:
    note = json.loads((out / FILE).read_text()) | values
    (out / FILE).write_text(json.dumps(note))


def test_second_live_driver_is_refused(tmp_path: Path) -> None:
    """Catches two drivers writing one output at the same time."""
    with Lease.acquire(str(tmp_path)), pytest.raises(LeaseError, match="is being written by process"):
        Lease.acquire(str(tmp_path))
    with Lease.acquire(str(tmp_path)) as second:
        assert second.attempt == 2


def test_dead_driver_is_taken_over_and_its_workers_fenced(tmp_path: Path) -> None:
    """Catches a killed driver blocking the output for ever, and its orphans committing into the next attempt."""
    first = Lease.acquire(str(tmp_path))
    dead = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, check=True)
    change(tmp_path, pid=int(dead.stdout))
    first.claim.check()
    with Lease.acquire(str(tmp_path)) as second:
        second.claim.check()
        with pytest.raises(LeaseLost, match="attempt 2 took over"):
            first.claim.check()
    with pytest.raises(LeaseLost):
        second.claim.check()


def test_driver_on_another_host(tmp_path: Path) -> None:
    """Catches taking over a driver that lives elsewhere, and never taking over one that died there."""
    Lease.acquire(str(tmp_path))
    change(tmp_path, host="elsewhere")
    with pytest.raises(LeaseError, match="last heard of"):
        Lease.acquire(str(tmp_path))
    change(tmp_path, heartbeat=time.time() - STALE_SECONDS - 1)
    Lease.acquire(str(tmp_path)).release()


def test_no_temporary_file_stays(tmp_path: Path) -> None:
    """Catches the release leaving its own unfinished-files folder behind."""
    with Lease.acquire(str(tmp_path)):
        pass
    assert [p.name for p in tmp_path.rglob("*")] == [FILE]
