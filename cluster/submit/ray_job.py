"""`ray job submit`: the driver runs on the cluster, with this folder as its code."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence


def ray_job_command(
    arguments: Sequence[str],
    address: str = "http://127.0.0.1:8265",
    working_dir: str = ".",
    env: Mapping[str, str] | None = None,
    pip: Sequence[str] = (),
    wait: bool = True,
) -> list[str]:
    """The argument list that submits `cleanplate <arguments>`.

    address: of the cluster's dashboard. working_dir: shipped as it stands, top-level packages and all.
    env: variables of the driver and the workers, e.g. credentials or MLFLOW_TRACKING_URI. pip: requirements to
    install on the cluster first.
    """
    runtime = {k: v for k, v in {"env_vars": dict(env or {}), "pip": list(pip)}.items() if v}
    command = ["ray", "job", "submit", "--address", address, "--working-dir", working_dir]
    command += ["--runtime-env-json", json.dumps(runtime, sort_keys=True)] if runtime else []
    command += [] if wait else ["--no-wait"]
    return [*command, "--", "python", "-m", "pipelines.cli", *arguments, "--address", "auto"]
