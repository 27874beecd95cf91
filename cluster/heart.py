"""Whether the Ray processes of this machine that a driver cannot live without are alive.

When the raylet dies, Ray's library waits for some 15 seconds and then ends the driver's process with a status of its
own and without a word. Whoever watches can say what happened before that.
"""

from __future__ import annotations

from pathlib import Path

import psutil
import ray

_dead: list[str] = []


class RayDied(RuntimeError):
    """A Ray process of this machine ended; the running job cannot go on in this process."""


class Heart:
    """The raylet of the driver's node, and the GCS server where it runs on the same machine. With a `ray://` address
    neither need be here: then there is nothing to watch."""

    def __init__(self) -> None:
        """Ray must be initialised."""
        node_id = ray.get_runtime_context().get_node_id()
        sockets = [node["RayletSocketName"] for node in ray.nodes() if node["NodeID"] == node_id]
        self._processes = _processes(sockets[0]) if sockets else []

    def check(self) -> None:
        """Raises `RayDied`."""
        for name, process in self._processes:
            if not _alive(process):
                _dead.append(name)
                raise RayDied(f"Ray's {name} on this machine (process {process.pid}) ended: it was killed, or the "
                              "machine ran out of memory. If that happens again, use fewer workers (--cpus)")


def ray_died() -> bool:
    """Whether a heart stopped in this process: Ray cannot be shut down in order any more."""
    return bool(_dead)


def _processes(socket: str) -> list[tuple[str, psutil.Process]]:
    """By what Ray starts them with: `--raylet_socket_name=SOCKET`, `--session-name=SESSION`."""
    session = Path(socket).parents[1].name
    marks = {"raylet": f"--raylet_socket_name={socket}", "gcs_server": f"--session-name={session}"}
    running = [(str(p.info["name"]), p.info["cmdline"] or (), p) for p in psutil.process_iter(["name", "cmdline"])]
    return [(name, process) for name, line, process in running if name in marks and marks[name] in line]


def _alive(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
