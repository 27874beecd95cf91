"""One thread a worker: a pool has a worker per core, and nested threads would only make them wait for each other."""

from __future__ import annotations

import os
import sys


def limit_threads(threads: int = 1) -> None:
    """For libraries that are not loaded yet. Environment variables are read once, at import."""
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[name] = str(threads)


def limit_loaded(threads: int = 1) -> None:
    """For libraries that are loaded. The last bits of torch's float32 convolutions depend on the number of threads,
    so what runs a network in a notebook too sets it for the call itself: `operators.threads.one_thread`."""
    if "torch" in sys.modules:
        sys.modules["torch"].set_num_threads(threads)
    if "cv2" in sys.modules:
        sys.modules["cv2"].setNumThreads(threads)
