"""The transformer prior as a generator."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from operators.detection.network import WeightsUnavailable
from operators.fill.generator import FillView, Generator
from operators.fill.prior import PriorGenerator, load_prior
from tests.operators.models.prior.small import SIDE, pipeline, views


@pytest.fixture(scope="module")
def generator(tmp_path_factory: pytest.TempPathFactory) -> PriorGenerator:
    folder = tmp_path_factory.mktemp("prior")
    pipeline().save_pretrained(folder)
    return load_prior(str(folder))


def _views() -> list[FillView]:
    _, base, hole, known = views()
    pictures = base.permute(0, 2, 3, 1).contiguous().numpy()
    return [FillView(pictures[k], hole[k, 0].numpy(), known[k, 0].numpy(), 2**62 + k) for k in range(2)]


@pytest.mark.parametrize("temperature", [0.0, 1.0])
def test_a_candidate_does_not_depend_on_what_shares_the_call(generator: PriorGenerator, temperature: float) -> None:
    """Bytes that change with the batch."""
    checked: Generator = generator
    together = checked.fill(_views(), temperature)
    alone = [checked.fill([view], temperature)[0] for view in reversed(_views())][::-1]
    for view, one, two in zip(_views(), together, alone, strict=True):
        assert np.array_equal(one, two) and one.dtype == np.float32 and one.shape == (SIDE, SIDE, 3)
        assert np.array_equal(one[~view.hole], view.base[~view.hole]) and not np.array_equal(one, view.base)


def test_it_computes_on_one_thread(generator: PriorGenerator, monkeypatch: pytest.MonkeyPatch) -> None:
    """A library call on two threads that gives other last bits than a worker; networks of the real size show them, and
    this small one does not."""
    seen: list[int] = []
    call = type(generator.pipeline).__call__

    def watched(self: Any, *given: Any) -> torch.Tensor:
        seen.append(torch.get_num_threads())
        return call(self, *given)

    monkeypatch.setattr(type(generator.pipeline), "__call__", watched)
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        generator.fill(_views(), 0.0)
        assert set(seen) == {1} and torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(before)


def test_views_of_another_side_are_refused(generator: PriorGenerator) -> None:
    """A view that is silently stretched."""
    view = FillView(np.zeros((96, 96, 3), np.float32), np.ones((96, 96), bool), np.zeros((96, 96), np.float32), 0)
    with pytest.raises(ValueError, match="64 x 64"):
        generator.fill([view], 0.0)
    assert generator.fill([], 0.0) == []


def test_missing_weights_say_what_to_do(tmp_path: Path) -> None:
    """A traceback of diffusers, or a fill without weights."""
    with pytest.raises(WeightsUnavailable, match="fill.prior: harmonic"):
        load_prior(str(tmp_path))


def test_importing_it_does_not_import_diffusers() -> None:
    """Every worker pays seconds for a generator that it does not use."""
    code = "import sys, operators.fill.prior; sys.exit('diffusers' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
