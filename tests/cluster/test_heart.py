"""Whether the death of a Ray process is seen."""

from __future__ import annotations

import subprocess
import sys

import psutil
import pytest

from cluster import heart


@pytest.mark.ray
@pytest.mark.usefixtures("ray_session")
def test_it_watches_the_processes_of_its_own_session() -> None:
    """Catches a watch that finds nothing, because Ray starts its processes with other arguments than it did."""
    watch = heart.Heart()
    watch.check()
    assert sorted(name for name, _ in watch._processes) == ["gcs_server", "raylet"]


def test_a_killed_process_is_a_dead_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Catches a zombie that passes for alive: the driver is the parent of its raylet and does not reap it."""
    monkeypatch.setattr(heart, "_dead", [])
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    watch = heart.Heart.__new__(heart.Heart)
    watch._processes = [("raylet", psutil.Process(child.pid))]
    watch.check()
    assert not heart.ray_died()
    psutil.Process(child.pid).kill()
    while psutil.pid_exists(child.pid) and psutil.Process(child.pid).status() != psutil.STATUS_ZOMBIE:
        pass
    with pytest.raises(heart.RayDied, match="raylet on this machine"):
        watch.check()
    assert heart.ray_died() and child.wait() == -9
