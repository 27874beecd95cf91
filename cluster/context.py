"""How Ray Data runs our datasets: chunks stay whole, and the driver draws its own progress."""

from __future__ import annotations

import logging
from typing import Any

from ray.data import DataContext, ExecutionResources


def quiet_context(*, no_progress_minutes: float | None = None, in_flight_bytes: float | None = None) -> Any:
    """A context manager under which datasets run without a target block size and without a word of Ray's.

    no_progress_minutes: after which a job that stands still breaks off. in_flight_bytes: bound on blocks between
    stages; None leaves both to Ray.
    """
    context = DataContext.get_current().copy()
    context.target_max_block_size = None
    context.enable_progress_bars = False
    context.print_on_execution_start = False
    context.enable_auto_log_stats = False
    if no_progress_minutes is not None:
        context.execution_no_progress_timeout_s = no_progress_minutes * 60
    if in_flight_bytes is not None:
        context.execution_options.resource_limits = ExecutionResources(object_store_memory=in_flight_bytes)
    logging.getLogger("ray.data").setLevel(logging.ERROR)
    return DataContext.current(context)
