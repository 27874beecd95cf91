"""The same recipe and input give the same bytes, whatever the layout, the chunks, the workers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from operators.models.detector import embedded_folder
from operators.record import ImageRecord, Status
from pipelines.line import STAGES, build_line
from pipelines.recipe import load_recipe
from tests.end_to_end.jobs import BY_MASKS, clean, pictures, result_files, rows
from tests.end_to_end.pictures import Item, items, write_tars
from tests.operators.models.diffusion.views import small_pipeline as diffusion
from tests.operators.models.prior.small import pipeline as prior

pytestmark = [pytest.mark.ray, pytest.mark.usefixtures("ray_session")]
COUNT = 24
# Found by the samples' masks, and by the detector where its weights are.
HAS_DETECTOR = (embedded_folder() / "model.safetensors").is_file()
FINDING: dict[str, Any] = {"detect.model": "db_mobilenet_v3_large" if HAS_DETECTOR else "none"}


@pytest.fixture(scope="module")
def samples() -> list[Item]:
    return items(COUNT)


@pytest.fixture(scope="module")
def line(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Settings with both generators on: small, with random weights, and what they draw depends on the seed."""
    root = tmp_path_factory.mktemp("networks")
    prior().save_pretrained(root / "prior")
    diffusion().save_pretrained(root / "diffusion")
    return FINDING | {"fill.prior": str(root / "prior"), "fill.diffusion": str(root / "diffusion"),
                      "fill.candidates": 2, "fill.diffusion_steps": 2, "route.prior_max_area": 1500,
                      "verify.weights": "embedded", "verify.rounds": 0}


@pytest.fixture(scope="module")
def fused(samples: list[Item], line: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The reference: two actors with the whole line each, chunks of 8."""
    root = tmp_path_factory.mktemp("same")
    summary = clean(write_tars(root / "in", samples), root / "fused", layout="fused", chunk__images=8, **line)
    assert summary["status"]["cleaned"] >= COUNT // 2, f"the line must really change pixels: {summary['status']}"
    assert {"prior", "diffusion"} <= summary["generators"].keys(), f"both must have filled: {summary['generators']}"
    return root / "fused"


def test_staged_writes_the_same_files(fused: Path, line: dict[str, Any]) -> None:
    """Catches anything a stage boundary loses or rounds: dtypes of tiles, regions, mattes."""
    staged = fused.with_name("staged")
    clean(fused.with_name("in"), staged, layout="staged", chunk__images=8, **line)
    assert result_files(staged) == result_files(fused) and len(result_files(fused)) == -(-COUNT // 8)


def test_one_actor_and_large_chunks_give_the_same_pictures(fused: Path, line: dict[str, Any]) -> None:
    """Catches pixels that depend on the batch a picture came in, or on who worked on it before."""
    alone = [{"stages": list(STAGES), "actors": 1}]
    out = fused.with_name("alone")
    clean(fused.with_name("in"), out, layout="staged", pools=alone, chunk__images=32, **line)
    assert pictures(out) == pictures(fused)
    assert [_decided(r) for r in rows(out)] == [_decided(r) for r in rows(fused)]


def test_a_bare_loop_gives_the_same_pictures(fused: Path, samples: list[Item], line: dict[str, Any]) -> None:
    """Catches workers that see other options, threads or libraries than a notebook does."""
    bare = build_line(load_recipe(None, BY_MASKS | line))
    bare.setup()
    done = bare([_record(item) for item in reversed(samples)])
    assert {r.key: r.result for r in done if r.status is not Status.FAILED} == pictures(fused)


def _decided(row: dict[str, Any]) -> dict[str, Any]:
    """What a row says apart from where and how long."""
    return {n: v for n, v in row.items() if n not in ("chunk", "position", "seconds")}


def _record(item: Item) -> ImageRecord:
    members = [(f"{item.key}.mask.png", item.mask)] if item.mask else []
    return ImageRecord(key=item.key, image=item.data, name=item.name, members=members)
