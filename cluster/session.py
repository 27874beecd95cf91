"""Ray itself: a local session with quiet logs, or a connection to a cluster."""

from __future__ import annotations

import logging
import os

import psutil

# Read when Ray is imported or started: its C++ log lines would break into the terminal's display, and after a shutdown
# a call from another thread must fail instead of starting a second session.
os.environ.setdefault("RAY_BACKEND_LOG_LEVEL", "fatal")
os.environ.setdefault("RAY_ENABLE_AUTO_CONNECT", "0")
# A chunk takes seconds, and Ray ends idle workers after one: every read and write would start a process anew, which
# costs two seconds of a core that the stages want.
os.environ.setdefault("RAY_idle_worker_killing_time_threshold_ms", "600000")
os.environ.setdefault("RAY_num_workers_soft_limit", "8")
import ray  # noqa: E402

from cluster.stderr_filter import dropping  # noqa: E402

_GIB = 2**30
_LEVEL_SET = "Set ray log level from environment variable"  # the one line that quietness itself writes


def init_ray(address: str | None = None, num_cpus: int | None = None) -> dict[str, float]:
    """Start Ray on this machine, or connect to a cluster; what is running already is used as it is.

    address: of a cluster, `auto` for the one this machine belongs to, None for RAY_ADDRESS or a local session.
    num_cpus: of a local session, default all cores. Returns the total resources, e.g. {"CPU": 8.0, "GPU": 1.0}.
    """
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    os.environ.setdefault("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")
    address = address or os.environ.get("RAY_ADDRESS")
    if not ray.is_initialized():
        with dropping(_LEVEL_SET):
            if address:
                ray.init(address, log_to_driver=False, logging_level=logging.ERROR)
            else:
                _start_local(num_cpus)
    return dict(ray.cluster_resources())


def _start_local(num_cpus: int | None) -> None:
    """Ray gives its own processes 30 s to come up, which a busy machine may need for starting them alone, with
    nothing wrong: so there is a second try, by which time the files are in the page cache."""
    for last in (False, True):
        try:
            ray.init("local", num_cpus=num_cpus, include_dashboard=False, log_to_driver=False,
                     logging_level=logging.ERROR, object_store_memory=_object_store())
            return
        except Exception as error:
            ray.shutdown()
            if last or "timed out" not in str(error):
                raise


def _object_store() -> int:
    """Chunks in flight are bounded, so a small store is enough; Ray's default of 30% of the memory is what the
    stages' models want on a laptop."""
    return int(min(4 * _GIB, max(_GIB // 2, 0.15 * psutil.virtual_memory().total)))


def close_ray() -> None:
    """End the session: the workers of a local one stop at once."""
    ray.shutdown()
