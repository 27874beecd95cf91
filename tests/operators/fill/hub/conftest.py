"""Tiny pipelines on disk and loaded, without a hub."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

os.environ["HF_HUB_OFFLINE"] = "1"

import huggingface_hub  # noqa: E402
import numpy as np  # noqa: E402
import pytest  # noqa: E402
from huggingface_hub import constants  # noqa: E402

from operators.fill.generator import FillView  # noqa: E402
from operators.fill.harmonic import fill_membrane  # noqa: E402
from operators.fill.hub import HubGenerator, load_hub_generator  # noqa: E402
from tests.operators.fill.hub import tiny  # noqa: E402
from tests.operators.overlaid import photo  # noqa: E402

SIDE = 68  # no multiple of any factor
STEPS = 4

Load = Callable[..., HubGenerator]
MakeView = Callable[..., FillView]


@pytest.fixture(autouse=True)
def offline(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No network and an empty cache, whatever was imported before."""
    assert huggingface_hub is not None
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "empty"))


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """The folder of a tiny pipeline, built when first asked for."""
    root = tmp_path_factory.mktemp("hub")

    def saved(kind: str) -> Path:
        if not (root / kind).is_dir():
            tiny.build(kind, root / kind)
        return root / kind

    return saved


@pytest.fixture(scope="session")
def load(folder: Callable[[str], Path]) -> Load:
    """A tiny generator by its kind and sampling; each is loaded once."""
    loaded: dict[str, HubGenerator] = {}

    def generator(kind: str, **sampling: object) -> HubGenerator:
        if kind not in loaded:
            role = "prior" if kind == "amused" else "diffusion"
            loaded[kind] = load_hub_generator(str(folder(kind)), role=role, side=SIDE, steps=STEPS)  # type: ignore[arg-type]
        painter = loaded[kind].painter
        settings = replace(painter.sampling, **sampling)  # type: ignore[arg-type]
        return replace(loaded[kind], painter=replace(painter, sampling=settings))  # type: ignore[type-var]

    return generator


@pytest.fixture(scope="session")
def view() -> MakeView:
    """A view of a photograph; `rows` and `columns` span the hole, `known` is the share known in it."""

    def make(
        seed: int = 5, rows: tuple[int, int] = (30, 32), columns: tuple[int, int] = (10, 60), known: float = 0.0,
        at: tuple[int, int] = (100, 180),
    ) -> FillView:
        rgb = photo()[at[0] : at[0] + SIDE, at[1] : at[1] + SIDE].astype(np.float32) / 255
        hole = np.zeros((SIDE, SIDE), bool)
        hole[rows[0] : rows[1], columns[0] : columns[1]] = True
        return FillView(fill_membrane(rgb, hole), hole, np.where(hole, known, 1).astype(np.float32), seed)

    return make
