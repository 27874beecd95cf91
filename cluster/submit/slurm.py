"""A Slurm script: `ray symmetric-run` starts Ray on every node and the driver on the first."""

from __future__ import annotations

import shlex
from collections.abc import Sequence

_TEMPLATE = """\
#!/bin/bash
#SBATCH --job-name={name}
#SBATCH --nodes={nodes}
#SBATCH --ntasks-per-node=1
#SBATCH --cpus-per-task={cpus}
{gpus}#SBATCH --time={time}
#SBATCH --requeue
#SBATCH --open-mode=append
#SBATCH --signal=B:USR1@120
set -euo pipefail

# Two minutes before the time is up the job asks to be queued again: the next run resumes what is missing.
trap 'scontrol requeue "$SLURM_JOB_ID"' USR1

# Node-local and short: Ray's socket paths must stay below 108 characters.
export RAY_TMPDIR="${{TMPDIR:-/tmp}}/ray-$SLURM_JOB_ID"
export RAY_SYMMETRIC_RUN_CLUSTER_WAIT_TIMEOUT={wait}
export OMP_NUM_THREADS=1
head=$(scontrol show hostnames "$SLURM_JOB_NODELIST" | head -n 1)
{setup}
srun ray symmetric-run --address "$head:{port}" --min-nodes {nodes} -- \\
  {command} &
wait $!
"""


def slurm_script(
    arguments: Sequence[str],
    nodes: int = 1,
    cpus: int = 8,
    gpus: int = 0,
    time: str = "24:00:00",
    name: str = "cleanplate",
    port: int = 6379,
    setup: str = "",
    wait_seconds: int = 300,
) -> str:
    """A script for `sbatch` that runs `cleanplate <arguments>` over `nodes` nodes.

    cpus, gpus: of each node. setup: shell lines before the start, such as `source .venv/bin/activate`.
    wait_seconds: for nodes that start late; Ray's own default of 30 s is too short for a busy cluster.
    """
    command = shlex.join(["cleanplate", *arguments, "--address", "auto"])
    return _TEMPLATE.format(
        name=name, nodes=nodes, cpus=cpus, gpus=f"#SBATCH --gpus-per-node={gpus}\n" if gpus else "", time=time,
        wait=wait_seconds, setup=setup, port=port, command=command,
    )
