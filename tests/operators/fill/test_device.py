"""Where generators compute, and their first call."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
import torch

from operators.fill import DiffusionStage, FillStage, PriorStage
from operators.fill.device import GpuUnavailable, device_for, half_format
from operators.fill.generators import load_generators
from operators.fill.warm_up import warm_up
from operators.options import FillOptions
from tests.operators.fill.fakes import Noise, Picky


@pytest.mark.parametrize(("choice", "gpu", "wanted"), [
    ("auto", True, "cuda"), ("auto", False, "cpu"), ("cpu", True, "cpu"), ("cpu", False, "cpu"), ("cuda", True, "cuda"),
])
def test_the_choice_decides(choice: str, gpu: bool, wanted: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A CPU on purpose that lands on the GPU, or a GPU in a notebook that is not used."""
    monkeypatch.setattr(torch.cuda, "is_available", lambda: gpu)
    assert device_for(choice) == wanted


def test_a_gpu_that_is_not_there_is_never_the_cpu(monkeypatch: pytest.MonkeyPatch) -> None:
    """A pool that holds a GPU and computes on the CPU for days; the harmonic base, which needs none, must not care."""
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(GpuUnavailable, match="fill.device: cpu to compute on the CPU on purpose"):
        PriorStage(FillOptions(prior="embedded", device="cuda")).setup()
    harmonic = FillOptions(prior="harmonic", diffusion="harmonic", device="cuda")
    assert load_generators(harmonic) == {}


@pytest.mark.parametrize(("device", "bf16", "wanted"), [
    ("cpu", False, torch.bfloat16), ("cuda", True, torch.bfloat16), ("cuda", False, torch.float16)])
def test_old_gpus_compute_in_float16(
    device: str, bf16: bool, wanted: torch.dtype, monkeypatch: pytest.MonkeyPatch
) -> None:
    """bf16 that a GPU emulates, slower than float32."""
    monkeypatch.setattr(torch.cuda, "is_bf16_supported", lambda including_emulation: bf16)
    assert half_format(device) is wanted


def test_a_worker_loads_its_own_generator_once_and_warms_it_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """Weights loaded for every chunk, by the wrong pool, or a first picture that waits for the first call."""
    loaded: list[Noise] = []

    def load(weights: str, count: int, device: str) -> Noise:
        loaded.append(Noise("diffusion", 32))
        return loaded[-1]

    monkeypatch.setattr("operators.fill.diffusion.load_diffusion", load)
    monkeypatch.setattr("operators.fill.prior.load_prior", lambda *_, **__: pytest.fail("that is another pool's"))
    stage = DiffusionStage(FillOptions(prior="embedded", diffusion="embedded"))
    for _ in range(2):
        stage.setup()
        stage([])
    assert [generator.calls for generator in loaded] == [[1]]


def test_given_generators_are_not_warmed_up() -> None:
    """A notebook's generator called behind its back."""
    generator = Noise()
    FillStage(generators={"prior": generator}).setup()
    assert generator.calls == []


def test_a_network_that_has_come_apart_is_noticed_before_the_first_picture() -> None:
    """A float16 that overflows, and is every picture's own error."""
    with pytest.raises(FloatingPointError, match="noise gave a filling that is not finite"):
        warm_up(Picky(limit=0.1, bad=float("nan")))


@dataclass
class Threads(Noise):
    """Notes how many threads torch computes on."""

    seen: int = 0

    def one(self, view: Any, temperature: float) -> np.ndarray:
        self.seen = torch.get_num_threads()
        return super().one(view, temperature)


def test_every_generator_computes_on_one_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    """A hub model that gives other bytes in a notebook than in a worker."""
    from tests.operators.fill.test_stage_generators import prepared, routed
    from tests.operators.overlaid import captioned

    generator, before = Threads(), torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        FillStage(generators={"prior": generator})([routed(prepared(captioned().record()), "prior")])
        assert generator.seen == 1 and torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(before)
