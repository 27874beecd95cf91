"""What the driver says of its pools, and what it hands to Ray."""

from __future__ import annotations

from typing import Any

import pytest

from operators.fill import FillStage
from operators.stage import Line
from pipelines.layout import Placement, lay_out
from pipelines.recipe import RecipeError, load_recipe

BOTH = {"fill.prior": "embedded", "fill.diffusion": "embedded"}


def placed(gpus: float, cpus: float = 2, **settings: Any) -> Placement:
    settings = {name.replace("__", "."): value for name, value in settings.items()}
    return lay_out(load_recipe(None, BOTH | settings), {"CPU": cpus, "GPU": gpus})


def test_the_driver_says_which_pool_runs_where() -> None:
    """A stranger who cannot tell whether the GPU is used, by whom, and with which model."""
    assert placed(1).lines() == [
        "ingest+marks+detect: 1 actor x 0.32 CPU", "refine+prepare+base: 1 actor x 0.32 CPU",
        "prior+verify: 1 actor x 0.32 CPU + 0.25 GPU, embedded",
        "diffusion+reverify+mend: 1 actor x 0.32 CPU + 0.75 GPU, embedded",
        "measure+compose: 1 actor x 0.32 CPU"]
    assert placed(1, fill__device="cpu", layout="staged", fill__prior="harmonic").lines()[2:4] == [
        "prior+verify: 1 actor x 0.1 CPU, harmonic",
        "diffusion+reverify+mend: 1 actor x 0.375 CPU, embedded on the CPU"]
    assert placed(0).lines() == [
        "all stages: 2 actors x 0.8 CPU, prior embedded on the CPU, diffusion embedded on the CPU"]


def test_the_pools_as_data_are_those_of_the_lines() -> None:
    """A tracked run whose pools, shares or models are not those that ran."""
    notes = placed(1).notes()
    assert [note["stages"] for note in notes] == [line.partition(":")[0].split("+") for line in placed(1).lines()]
    assert notes[2] == {"stages": ["prior", "verify"], "actors": 1, "cpus": 0.32, "gpus": 0.25, "memory_mb": 0,
                        "accelerator_type": None, "generators": "embedded"}


def test_a_generator_is_built_for_the_device_that_its_pool_holds() -> None:
    """A pool that holds a GPU and computes on the CPU, or the other way round."""
    def devices(placement: Placement) -> dict[str, str]:
        stages = [s for pool in placement.pools for line in pool.stages if isinstance(line, Line) for s in line.stages]
        return {s.name: s.options.device for s in stages if isinstance(s, FillStage)}

    assert devices(placed(1)) == {"prior": "cuda", "diffusion": "cuda"}
    assert devices(placed(0)) == {"prior": "cpu", "diffusion": "cpu"}
    assert devices(placed(1, fill__device="cpu")) == {"prior": "cpu", "diffusion": "cpu"}


def test_pools_that_the_cluster_cannot_hold_end_the_job_before_it_starts() -> None:
    """A job that waits without a word for GPUs that will never come."""
    pools = [{"stages": ["ingest", "marks", "detect", "refine", "prepare", "base"]},
             {"stages": ["prior", "verify"], "gpus": 1},
             {"stages": ["diffusion", "reverify", "mend"], "gpus": 0.5, "actors": 3, "accelerator_type": "A100"},
             {"stages": ["measure", "compose"]}]
    wanted = r"for 1 x 1 \(prior_verify\) \+ 3 x 0.5 \(diffusion_reverify_mend\) GPUs, and the cluster has 2"
    with pytest.raises(RecipeError, match=wanted):
        placed(2, layout="staged", pools=pools)
    with pytest.raises(RecipeError, match="accelerator of type A100"):
        placed(3, layout="staged", pools=pools)
