"""Where a job ran and in which portions, as it is kept in its MLflow run."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from pipelines.observer import JobInfo
from pipelines.recipe import Recipe


def placement_artifact(info: JobInfo, recipe: Recipe) -> tuple[str, str]:
    """(JSON, its name): one an attempt, for a resume may run on another cluster. sizes: most images and megabytes of a
    chunk, which is the batch between stages, and most views of a micro-batch."""
    note = {"layout": info.layout, "attempt": info.attempt, "pools": list(info.placed),
            "sizes": {"chunk_images": recipe.chunk.images, "chunk_megabytes": recipe.chunk.megabytes,
                      "micro_batch": recipe.fill.micro_batch}}
    return json.dumps(note, indent=2), f"pools/attempt-{info.attempt}.json"


def placement_params(info: JobInfo) -> dict[str, str]:
    """Flat, to compare runs by: `placed.layout`, `placed.pools` and for each pool `placed.0.stages`, .actors, .cpus,
    .gpus and what else is not empty. Nothing of a job that had nothing left to run."""
    if not info.placed:
        return {}
    params = {"placed.layout": info.layout, "placed.pools": str(len(info.placed))}
    for number, pool in enumerate(info.placed):
        params |= {f"placed.{number}.{name}": text for name, text in _texts(pool).items()}
    return params


def _texts(pool: Mapping[str, Any]) -> dict[str, str]:
    return {name: _text(value) for name, value in pool.items() if value or name == "gpus"}


def _text(value: Any) -> str:
    if isinstance(value, list):
        return "+".join(value)
    return f"{value:g}" if isinstance(value, float) else str(value)
