"""What is handed to clusters."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import yaml

from cluster.submit import ray_job_command, rayjob_yaml, slurm_script
from cluster.submit.kuberay import Worker

ARGUMENTS = ["clean", "s3://b/in put", "s3://b/out"]


def test_ray_job_command() -> None:
    """Catches a driver that starts its own local Ray on the cluster, and arguments taken for submit's."""
    command = ray_job_command(ARGUMENTS, env={"A": "b"}, wait=False)
    cut = command.index("--")
    assert command[cut:] == ["--", "python", "-m", "pipelines.cli", *ARGUMENTS, "--address", "auto"]
    assert command[command.index("--working-dir") + 1] == "." and "--no-wait" in command[:cut]
    assert json.loads(command[command.index("--runtime-env-json") + 1]) == {"env_vars": {"A": "b"}}


def test_rayjob() -> None:
    """Catches clusters that outlive their job, retries lost, and GPUs not asked for."""
    spec = yaml.safe_load(rayjob_yaml("plates", "img:1", ARGUMENTS, [Worker(2, gpus=1)], queue="team"))
    assert spec["kind"] == "RayJob" and spec["metadata"]["labels"]["kueue.x-k8s.io/queue-name"] == "team"
    spec = spec["spec"]
    assert spec["shutdownAfterJobFinishes"] and spec["backoffLimit"] == 3 and spec["suspend"]
    assert spec["activeDeadlineSeconds"] == 86400 and spec["ttlSecondsAfterFinished"] > 0
    assert spec["entrypoint"] == "cleanplate clean 's3://b/in put' s3://b/out --address auto"
    (group,) = spec["rayClusterSpec"]["workerGroupSpecs"]
    assert group["replicas"] == 2
    assert group["template"]["spec"]["containers"][0]["resources"]["limits"]["nvidia.com/gpu"] == "1"


def test_slurm_script(tmp_path: Path) -> None:
    """Catches scripts that bash cannot read, and jobs that are not queued again."""
    text = slurm_script(ARGUMENTS, nodes=4, gpus=2)
    assert "--min-nodes 4" in text and "#SBATCH --gpus-per-node=2" in text and "scontrol requeue" in text
    assert "cleanplate clean 's3://b/in put' s3://b/out --address auto" in text
    assert "#SBATCH --gpus" not in slurm_script(ARGUMENTS)
    (tmp_path / "job.sh").write_text(text)
    subprocess.run(["bash", "-n", str(tmp_path / "job.sh")], check=True)
