"""The recipe: the YAML that configures a run, validated before anything starts."""

from __future__ import annotations

import hashlib
import json
from importlib import resources
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import Field, ValidationError, field_validator

from operators.options import (
    ComposeOptions,
    DetectOptions,
    FillOptions,
    IngestOptions,
    RefineOptions,
    RouteOptions,
    Section,
    VerifyOptions,
)


class RecipeError(ValueError):
    """A recipe that cannot be used. The message names the field and what it accepts."""


class ChunkOptions(Section):
    images: int | Literal["auto"] = Field("auto", description="images of a chunk; auto follows the size of the input")
    megabytes: int = Field(64, ge=1, description="a chunk is closed early at this many MB of input")


class PoolOptions(Section):
    """One pool of actors and the consecutive stages it runs."""

    stages: tuple[str, ...]
    actors: int | Literal["auto"] = Field("auto", description="auto: as many as the pool's GPUs hold; without, one per "
                                          "core left to the pool")
    cpus: float = Field(0.8, ge=0, description="of each actor; scaled down where the cluster has fewer")
    gpus: float | Literal["auto"] = Field("auto", description="of each actor: a share of one GPU, or whole ones. auto: "
                                          "its share of the cluster's when a generator in it works on GPUs, else 0")
    memory_mb: int = Field(0, ge=0, description="reserved for each actor, MB; 0: not reserved")
    accelerator_type: str | None = Field(None, description="kind of GPU as Ray names it, such as A100")

    @field_validator("actors")
    @classmethod
    def _some(cls, actors: int | str) -> int | str:
        if isinstance(actors, int) and actors < 1:
            raise ValueError("a pool has at least 1 actor")
        return actors

    @field_validator("gpus")
    @classmethod
    def _schedulable(cls, gpus: float | str) -> float | str:
        if isinstance(gpus, float) and (gpus < 0 or (gpus > 1 and gpus % 1)):
            raise ValueError("gpus must be a share of one GPU, 0..1, or whole ones")
        return gpus


class OutputOptions(Section):
    kind: Literal["same", "folder", "webdataset", "parquet"] = Field("same", description="same: the input's own kind")


class TrackingOptions(Section):
    enabled: bool = True
    uri: str | None = Field(None, description="default: $MLFLOW_TRACKING_URI, else sqlite:///mlflow.db")
    experiment: str = "cleanplate"
    every_chunks: int = Field(1, ge=1)


class FaultOptions(Section):
    quarantine_after: int = Field(2, ge=1, description="a picture that killed this many workers alone is quarantined")
    no_progress_minutes: float = Field(30, gt=0)


class Recipe(Section):
    """Everything that decides the pixels, and where they are made."""

    name: str = "default"
    seed: int = 0
    layout: Literal["auto", "fused", "staged"] = Field("auto", description="auto: staged with GPUs, else fused")
    marks: tuple[str, ...] = Field(
        (), description="mark files of `cleanplate marks`, or logos with transparency (PNG): taken off where found"
    )
    ingest: IngestOptions = IngestOptions()
    detect: DetectOptions = DetectOptions()
    refine: RefineOptions = RefineOptions()
    route: RouteOptions = RouteOptions()
    fill: FillOptions = FillOptions()
    verify: VerifyOptions = VerifyOptions()
    compose: ComposeOptions = ComposeOptions()
    output: OutputOptions = OutputOptions()
    chunk: ChunkOptions = ChunkOptions()
    pools: tuple[PoolOptions, ...] = Field((), description="staged layout; empty: the default pools")
    tracking: TrackingOptions = TrackingOptions()
    faults: FaultOptions = FaultOptions()

    def digest(self) -> str:
        """Hash of what decides the output. Layout, pools, device, tracking and faults may change between resumes."""
        return hashlib.sha256(json.dumps(self.deciding(), sort_keys=True).encode()).hexdigest()[:16]

    def deciding(self) -> dict[str, Any]:
        """The fields that decide the output, as plain values."""
        elsewhere = {"name": True, "layout": True, "pools": True, "tracking": True, "faults": True}
        return self.model_dump(mode="json", exclude=elsewhere | {"fill": {"device"}})

    def flat(self) -> dict[str, Any]:
        """Dotted names to plain values, for tracking params and for naming differences."""
        return flatten(self.model_dump(mode="json"))


def flatten(values: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    """{"a": {"b": 1}} → {"a.b": 1}."""
    flat: dict[str, Any] = {}
    for name, value in values.items():
        flat |= flatten(value, f"{prefix}{name}.") if isinstance(value, dict) else {prefix + name: value}
    return flat


def load_recipe(
    source: str | Path | dict[str, Any] | Recipe | None = None, overrides: dict[str, Any] | None = None
) -> Recipe:
    """A recipe from a YAML path, the name of one we ship (`default`, `article`, ...), a dict, or None for the default.

    overrides: dotted names to values, laid over it. Raises `RecipeError`.
    """
    if isinstance(source, Recipe):
        values = source.model_dump(mode="json")
    else:
        values = dict(source) if isinstance(source, dict) else _read(source or "default")
    for name, value in (overrides or {}).items():
        _lay(values, name.split("."), value)
    try:
        return Recipe.model_validate(values)
    except ValidationError as error:
        lines = [f"{'.'.join(map(str, e['loc']))}: {e['msg']} (got {e['input']!r})" for e in error.errors()]
        raise RecipeError("the recipe is not valid:\n  " + "\n  ".join(lines)) from error


def shipped_recipes() -> list[str]:
    """Names of the recipes that come with cleanplate."""
    folder = resources.files("pipelines") / "recipes"
    return sorted(p.name.removesuffix(".yaml") for p in folder.iterdir() if p.name.endswith(".yaml"))


def _read(source: str | Path) -> dict[str, Any]:
    if str(source) in shipped_recipes():
        text = (resources.files("pipelines") / "recipes" / f"{source}.yaml").read_text()
    elif Path(source).is_file():
        text = Path(source).read_text()
    else:
        raise RecipeError(f"no recipe {str(source)!r}: give a YAML file, or one of {', '.join(shipped_recipes())}")
    try:
        values = yaml.safe_load(text) or {}
    except yaml.YAMLError as error:
        raise RecipeError(f"{source} is not YAML: {error}") from error
    if not isinstance(values, dict):
        raise RecipeError(f"{source} holds {type(values).__name__}, a recipe is a mapping of sections")
    return values


def _lay(values: dict[str, Any], path: list[str], value: Any) -> None:
    for name in path[:-1]:
        values = values.setdefault(name, {})
        if not isinstance(values, dict):
            raise RecipeError(f"{'.'.join(path)}: {name} is not a section")
    values[path[-1]] = value
