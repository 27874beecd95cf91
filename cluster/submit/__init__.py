"""Handing a job to a cluster: `ray job submit`, a KubeRay RayJob, a Slurm script. Text and argument lists only.

A driver that is retried starts from scratch, and a job of ours resumes by default, so every one of these may be
submitted again with the same arguments until it is done.
"""

from __future__ import annotations

from cluster.submit.kuberay import rayjob_yaml
from cluster.submit.ray_job import ray_job_command
from cluster.submit.slurm import slurm_script

__all__ = ["ray_job_command", "rayjob_yaml", "slurm_script"]
