"""A driver to be killed: python -m tests.cluster.drive IN OUT TRACE, in a Ray of its own."""

from __future__ import annotations

import sys
from pathlib import Path

from cluster.plan import make_plan
from cluster.session import init_ray
from tests.cluster.inputs import run_job
from tests.cluster.toys import Invert, Sleep


def main(source: str, out: str, trace: str) -> None:
    init_ray(num_cpus=2)
    plan = make_plan([source], images=6)
    plan.save(out)
    run_job(plan, Path(out), [Sleep(0.15), Invert(trace)])


if __name__ == "__main__":
    main(*sys.argv[1:])
