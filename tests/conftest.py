"""One Ray session for all tests that need one."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

os.environ.setdefault("OMP_NUM_THREADS", "1")


@pytest.fixture(scope="session")
def ray_session() -> Iterator[None]:
    import ray

    from cluster.session import init_ray

    init_ray(num_cpus=2)
    yield
    ray.shutdown()
