"""A KubeRay RayJob: a cluster that lives as long as its job."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import yaml


@dataclass(frozen=True)
class Worker:
    """One group of equal pods. memory: as Kubernetes writes it, e.g. 16Gi."""

    replicas: int = 1
    cpus: int = 8
    gpus: int = 0
    memory: str = "32Gi"
    node_selector: Mapping[str, str] = field(default_factory=dict)


def rayjob_yaml(
    name: str,
    image: str,
    arguments: Sequence[str],
    workers: Sequence[Worker] = (Worker(),),
    env: Mapping[str, str] | None = None,
    ray_version: str = "2.60.0",
    retries: int = 3,
    hours: float = 24,
    queue: str | None = None,
) -> str:
    """The manifest that runs `cleanplate <arguments>` in `image`, which has cleanplate installed.

    retries: a driver that dies is started again and resumes what is missing. hours: after which Kubernetes ends it.
    queue: a Kueue local queue; the job then starts suspended and Kueue admits it.
    """
    spec: dict[str, Any] = {
        "entrypoint": shlex.join(["cleanplate", *arguments, "--address", "auto"]),
        "shutdownAfterJobFinishes": True,
        "ttlSecondsAfterFinished": 600,
        "activeDeadlineSeconds": int(hours * 3600),
        "backoffLimit": retries,
        "rayClusterSpec": {
            "rayVersion": ray_version,
            "headGroupSpec": {
                "rayStartParams": {"num-cpus": "0"},  # the driver lives here; work beside it could take it down
                "template": _pod("ray-head", image, Worker(cpus=2, memory="8Gi"), env),
            },
            "workerGroupSpecs": [_group(i, image, worker, env) for i, worker in enumerate(workers)],
        },
    }
    metadata: dict[str, Any] = {"name": name}
    if queue:
        metadata["labels"] = {"kueue.x-k8s.io/queue-name": queue}
        spec["suspend"] = True
    manifest = {"apiVersion": "ray.io/v1", "kind": "RayJob", "metadata": metadata, "spec": spec}
    return yaml.safe_dump(manifest, sort_keys=False)


def _group(number: int, image: str, worker: Worker, env: Mapping[str, str] | None) -> dict[str, Any]:
    return {
        "groupName": f"workers-{number}", "replicas": worker.replicas, "minReplicas": worker.replicas,
        "maxReplicas": worker.replicas, "rayStartParams": {}, "template": _pod("ray-worker", image, worker, env),
    }


def _pod(name: str, image: str, worker: Worker, env: Mapping[str, str] | None) -> dict[str, Any]:
    resources: dict[str, Any] = {"cpu": str(worker.cpus), "memory": worker.memory}
    if worker.gpus:
        resources["nvidia.com/gpu"] = str(worker.gpus)
    container = {"name": name, "image": image, "resources": {"requests": dict(resources), "limits": dict(resources)},
                 "env": [{"name": k, "value": v} for k, v in (env or {}).items()]}
    spec: dict[str, Any] = {"containers": [container]}
    if worker.node_selector:
        spec["nodeSelector"] = dict(worker.node_selector)
    return {"spec": spec}
