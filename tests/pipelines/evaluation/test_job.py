"""Pairs through the line and the baselines, without and with worker processes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from mlflow import MlflowClient

from pipelines.complaint import UsageError
from pipelines.evaluation.job import Evaluation, evaluate, write
from pipelines.evaluation.methods import LABELS, OURS, TARGET, UNCHANGED
from pipelines.evaluation.pairs import find_pairs
from pipelines.evaluation.pool import judged
from pipelines.evaluation.track import track
from pipelines.recipe import Recipe, load_recipe
from tests.pipelines.evaluation.made_up import mixed
from tests.pipelines.evaluation.pairs_on_disk import encoded, members, small_case, write_folders


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A caption, a clean picture, and two pairs that cannot be compared."""
    root, case = tmp_path_factory.mktemp("pairs"), small_case()
    clean = {"input.png": encoded(case.photo, "PNG"), "target.png": encoded(case.photo, "PNG")}
    write_folders(root, "a_caption", members(case))
    write_folders(root, "b_clean", clean)
    write_folders(root, "c_small", members(case) | {"target.png": encoded(case.photo[:50], "PNG")})
    write_folders(root, "d_lone", {"input.png": clean["input.png"]})
    return root


@pytest.fixture(scope="module")
def done(folder: Path) -> Evaluation:
    return evaluate(str(folder), find_pairs(str(folder)), Recipe(), workers=1, cases=9)


def test_every_pair_has_a_row_and_a_bad_one_its_reason(done: Evaluation) -> None:
    """Catches a pair that crashes the run, or one that drops out of the count."""
    assert [(row.key, row.problem) for row in done.rows] == [
        ("a_caption", ""), ("b_clean", ""), ("c_small", "the target is 240 x 50, the input 240 x 200: they must be of "
                                                        "one size"), ("d_lone", "no target")]
    assert done.overall.pairs == 2 and list(done.kinds) == ["caption"] and len(done.cases) == 2


def test_a_caption_is_found_and_beats_doing_nothing(done: Evaluation) -> None:
    """Catches results compared with the wrong picture: ours must lie between the input and the target."""
    row = done.rows[0]
    ours, before = row.value("psnr_mask"), row.value("psnr_mask", UNCHANGED)
    assert ours is not None and before is not None and ours > before + 3
    assert row.methods.keys() == LABELS.keys() and row.value("psnr_mask", TARGET) == 100
    assert row.own["found"] == 1 and (row.own["hole_coverage"] or 0) > 0.9 and (row.own["alpha_mae"] or 1) < 0.4
    assert row.value("residual", UNCHANGED) == 1 and row.value("residual", TARGET) == 0
    assert any(region["route"] != "keep" and region["generator"] for region in row.regions)


def test_a_clean_picture_has_nothing_to_find(done: Evaluation) -> None:
    """Catches a clean picture counted as a missed overlay."""
    assert done.rows[1].own["found"] is None and done.overall.own["found"] is not None
    assert done.overall.own["found"].count == 1 and done.rows[1].value("outside_max", OURS) == 0


def test_worker_processes_give_the_same_rows_in_the_same_order(folder: Path, done: Evaluation) -> None:
    """Catches rows in the order of finishing, and measures that depend on the process."""
    rows = [row for row, _ in judged(find_pairs(str(folder)), Recipe(), 2)]
    for one in (*rows, *done.rows):
        one.seconds = 0
    assert [row.plain() for row in rows] == [row.plain() for row in done.rows]


def test_what_the_recipe_names_and_is_not_there_is_said() -> None:
    """Catches missing weights reported as a worker that died for want of memory."""
    recipe = load_recipe(None, {"detect.weights": "nowhere.safetensors"})
    with pytest.raises(UsageError, match="nowhere.safetensors"):
        list(judged([], recipe, 1))


def test_the_files_hold_everything(done: Evaluation, tmp_path: Path) -> None:
    """Catches NaN in the JSON, which few readers take, and temporary files left behind."""
    assert write(done, str(tmp_path / "out")).endswith("index.html")
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["evaluation.json", "index.html"]
    data = json.loads((tmp_path / "out" / "evaluation.json").read_text(), parse_constant=pytest.fail)
    assert (data["pairs"], data["bad"], len(data["rows"])) == (4, 2, 4)
    mean = data["overall"]["methods"]["ours"]["psnr"]
    assert mean["low"] <= mean["mean"] <= mean["high"] and mean["count"] == 2


def test_an_evaluation_is_a_run_of_its_own(tmp_path: Path) -> None:
    """Catches a second evaluation into the same folder that mixes with the figures of the first."""
    store = f"sqlite:///{tmp_path / 'mlflow.db'}"
    done, out = mixed(), str(tmp_path / "out")
    recipe = load_recipe(None, {"tracking.uri": store})
    done = Evaluation(done.source, recipe, done.rows, done.overall, done.kinds, done.cases)
    write(done, out)
    places = [track(done, out), track(done, out)]
    client = MlflowClient(tracking_uri=store)
    runs = [client.get_run(place.split()[-1]) for place in places]
    assert len({run.info.run_id for run in runs}) == 2
    assert all(run.info.status == "FINISHED" for run in runs)
    metrics = runs[0].data.metrics
    assert metrics["pairs_bad"] == 1 and metrics["ours/psnr_mask"] == pytest.approx(65 / 3)
    assert metrics["kind stamp/found"] == 0 and runs[0].data.params["seed"] == "0"
    assert {a.path for a in client.list_artifacts(runs[0].info.run_id)} == {"evaluation.json", "index.html"}
