"""Pools with GPUs on a real Ray that has two of them, by name only."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import torch

pytestmark = pytest.mark.ray
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """A process of its own: the session that all tests share has no GPUs."""
    folder = tmp_path_factory.mktemp("gpus")
    done = subprocess.run([sys.executable, "-m", "tests.cluster.gpus", str(folder)], cwd=ROOT, capture_output=True,
                          text=True, timeout=540, env=os.environ | {"OMP_NUM_THREADS": "1"})
    assert done.returncode == 0, done.stderr[-4000:]
    return json.loads((folder / "seen.json").read_text())


def given(reports: list[dict[str, Any]], pool: str) -> list[tuple[list[str], float]]:
    return [(report["ids"], report["share"]) for report in reports if report["pool"] == pool]


def test_pools_with_whole_gpus_get_one_each(seen: dict[str, Any]) -> None:
    """Two actors on one GPU while another stands idle; or a CPU stage that holds one."""
    assert sorted(given(seen["whole"], "gpu")) == [(["0"], 1.0), (["1"], 1.0)]
    assert given(seen["whole"], "cpu") == [([], 0.0)]


def test_actors_hold_the_declared_shares(seen: dict[str, Any]) -> None:
    """A share of the recipe that never reaches Ray."""
    ((first, quarter),) = given(seen["shares"], "prior")
    ((second, rest),) = given(seen["shares"], "diffusion")
    assert (quarter, rest) == (0.25, 0.75) and len(first) == len(second) == 1
    assert given(seen["shares"], "cpu") == [([], 0.0)]


def test_a_generators_actor_killed_in_a_chunk_costs_nothing(seen: dict[str, Any]) -> None:
    """Pictures lost, doubled or filled otherwise because the worker of a generator died; a line that gives other bytes
    in pools than in a notebook with two threads."""
    killed = seen["killed"]
    assert killed["kills"] == 1 and len(given(killed["given"], "prior_verify")) == 2  # the actor and the one after it
    assert killed["keys"] == killed["wanted"] and killed["other"] == []
    assert killed["changed"] >= 8 and min(killed["generators"][name] for name in ("prior", "diffusion")) >= 2
    assert all(share == 1.0 for _, share in given(killed["given"], "prior_verify"))
    ids = {report["pool"]: report["ids"] for report in killed["given"]}
    assert ids["prior_verify"] != ids["diffusion_reverify_mend_measure_compose"]
    assert ids["ingest_marks_detect_refine_prepare_base"] == []


@pytest.mark.skipif(torch.cuda.is_available(), reason="torch sees a GPU")
def test_a_pool_whose_gpu_torch_does_not_see_ends_the_job(seen: dict[str, Any]) -> None:
    """A job that computes on the CPU while its pool holds a GPU."""
    last = seen["without_cuda"].strip().splitlines()[-1]
    assert "GpuUnavailable" in last and "fill.device: cpu" in last and "gpus: 0" in last
