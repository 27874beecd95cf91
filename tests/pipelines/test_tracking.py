"""The tracking, against a real MLflow store in an sqlite file."""

from __future__ import annotations

import json
import logging
import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from mlflow import MlflowClient
from mlflow.entities import Run
from typer.testing import CliRunner

from pipelines import clean
from pipelines.background import Background
from pipelines.clean import CleanJob
from pipelines.cli import app
from pipelines.observer import JobInfo
from pipelines.recipe import Recipe, load_recipe
from pipelines.tracking import Tracker
from pipelines.tracking_run import without_password
from tests.pipelines.fake_driver import FakeDriver, sidecar


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> str:
    """One store for all tests of this file: creating its tables takes seconds."""
    return f"sqlite:///{tmp_path_factory.mktemp('mlflow') / 'mlflow.db'}"


@pytest.fixture
def complaints() -> list[str]:
    return []


@pytest.fixture
def track(store: str, complaints: list[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Tracker]]:
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)

    def make(overrides: dict[str, Any] | None = None, **options: Any) -> Tracker:
        recipe = load_recipe(None, {"tracking.uri": store} | (overrides or {}))
        return Tracker(recipe, ["photos"], "0.1.0", complaints.append, **options)

    yield make


def _job(out: Path, recipe: Recipe | None = None) -> CleanJob:
    return CleanJob(inputs=["photos"], out=str(out), recipe=recipe or Recipe())


def _run(store: str, tracker: Tracker) -> Run:
    return MlflowClient(tracking_uri=store).get_run(tracker.run_id)


def test_a_job_is_one_run_with_its_recipe_counts_and_times(
    store: str, track: Callable[..., Tracker], tmp_path: Path, complaints: list[str]
) -> None:
    """A run that cannot be compared with another: no parameters, or counts that are not those of the job."""
    tracker = track({"refine.alpha": "hard"})
    FakeDriver(3, broken=(1,)).run(_job(tmp_path / "out"), tracker)
    run = _run(store, tracker)
    assert complaints == []
    assert run.info.status == "FINISHED"
    assert run.data.params["refine.alpha"] == "hard"
    assert run.data.params["detect.model"] == "db_mobilenet_v3_large"
    tags = {"input": "photos", "output": str(tmp_path / "out"), "layout": "fused", "version": "0.1.0",
            "input_digest": "abcd", "recipe_digest": load_recipe(None, {"refine.alpha": "hard"}).digest()}
    assert tags.items() <= run.data.tags.items()
    expected = {"images": 30, "status/cleaned": 17, "status/untouched": 12, "status/failed": 1, "failures": 1,
                "errors/TruncatedImage": 1, "routes/prior": 24, "generators/harmonic": 36, "regions": 36,
                "verdicts/pass": 23, "verdicts/fail": 3, "gate/start to harmonic": 36, "gate/harmonic to failed": 3,
                "seconds_per_image/detect": 0.2, "measures/gradient_ratio": 1.3, "bytes_per_image/detect": 50,
                "job/wall_seconds": 65}
    assert {name: run.data.metrics[name] for name in expected} == pytest.approx(expected)


def test_metrics_go_with_the_images_done(store: str, track: Callable[..., Tracker], tmp_path: Path) -> None:
    """Curves of two runs that cannot be laid over each other, because steps count calls."""
    tracker = track()
    FakeDriver(4).run(_job(tmp_path / "out"), tracker)
    history = MlflowClient(tracking_uri=store).get_metric_history(tracker.run_id, "status/cleaned")
    assert sorted({(point.step, point.value) for point in history}) == [(10, 6), (20, 12), (30, 18), (40, 24)]


def test_every_chunks_thins_the_curve_out(store: str, track: Callable[..., Tracker], tmp_path: Path) -> None:
    """A hundred thousand chunks that make a hundred thousand calls, or a last point that is missing."""
    tracker = track({"tracking.every_chunks": 3})
    FakeDriver(5).run(_job(tmp_path / "out"), tracker)
    history = MlflowClient(tracking_uri=store).get_metric_history(tracker.run_id, "images")
    assert sorted({point.step for point in history}) == [30, 50]


def test_artifacts_let_the_run_be_judged_without_the_output(
    store: str, track: Callable[..., Tracker], tmp_path: Path
) -> None:
    """Failures that can only be read where the output lies."""
    tracker = track()
    FakeDriver(2).run(_job(tmp_path / "out"), tracker)
    client = MlflowClient(tracking_uri=store)
    assert {a.path for a in client.list_artifacts(tracker.run_id)} == {
        "recipe.yaml", "summary.json", "failures.parquet", "failures.csv", "grid.png", "report", "pools"}
    table = Path(client.download_artifacts(tracker.run_id, "failures.csv", str(tmp_path))).read_text()
    assert table.splitlines() == ['"key","error"', '"a","cut short"']


def test_the_pools_are_parameters_and_a_file_an_attempt(
    store: str, track: Callable[..., Tracker], tmp_path: Path
) -> None:
    """Runs that cannot be compared by how they were laid out, or a resume that hides where the first half ran."""
    first, out = track({"chunk.images": 24, "fill.micro_batch": 4}), tmp_path / "out"
    with pytest.raises(OSError):
        FakeDriver(3, fail_at=1, error=OSError("disk full")).run(_job(out), first)
    placed = {name: value for name, value in _run(store, first).data.params.items() if name.startswith("placed.")}
    assert placed == {"placed.layout": "fused", "placed.pools": "1", "placed.0.stages": "ingest+detect+fill",
                      "placed.0.actors": "2", "placed.0.cpus": "0.8", "placed.0.gpus": "0",
                      "placed.0.generators": "harmonic"}
    second = track({"chunk.images": 24, "fill.micro_batch": 4})
    FakeDriver(3, done=1).run(_job(out), second)
    tags = {name: value for name, value in _run(store, second).data.tags.items() if name.startswith("changed.")}
    assert (second.run_id, tags) == (first.run_id, {"changed.placed.0.cpus": "0.4"})
    folder = Path(MlflowClient(tracking_uri=store).download_artifacts(first.run_id, "pools", str(tmp_path)))
    notes = {path.name: json.loads(path.read_text()) for path in folder.iterdir()}
    assert {name: note["pools"][0]["cpus"] for name, note in notes.items()} == {
        "attempt-1.json": 0.8, "attempt-2.json": 0.4}
    assert notes["attempt-1.json"]["pools"][0]["stages"] == ["ingest", "detect", "fill"]
    assert notes["attempt-1.json"]["sizes"]["micro_batch"] == 4
    assert notes["attempt-1.json"]["sizes"]["chunk_images"] == 24


def test_artifacts_lie_beside_the_database(store: str, track: Callable[..., Tracker], tmp_path: Path,
                                           monkeypatch: pytest.MonkeyPatch) -> None:
    """An `mlruns` folder in whatever directory the job was started from."""
    monkeypatch.chdir(tmp_path)
    tracker = track({"tracking.experiment": "elsewhere"})
    FakeDriver(1).run(_job(tmp_path / "out"), tracker)
    database = Path(store.removeprefix("sqlite:///"))
    assert _run(store, tracker).info.artifact_uri.startswith((database.parent / "mlartifacts").as_uri())
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["out"]


def test_a_resume_reopens_the_run(store: str, track: Callable[..., Tracker], tmp_path: Path) -> None:
    """A job killed twice shows up as three runs, none of which has its counts."""
    out = tmp_path / "out"
    first = track()
    with pytest.raises(OSError):
        FakeDriver(5, fail_at=2, error=OSError("disk full")).run(_job(out), first)
    broken = _run(store, first)
    assert broken.info.status == "FAILED"
    assert broken.data.tags["error"] == "OSError: disk full"
    second = track({"layout": "staged", "tracking.every_chunks": 1})
    FakeDriver(5, done=2).run(_job(out), second)
    run = _run(store, second)
    assert (second.run_id, second.resumed) == (first.run_id, True)
    assert run.info.status == "FINISHED"
    assert (run.data.metrics["images"], run.data.metrics["status/cleaned"]) == (50, 30)
    assert run.data.params["layout"] == "auto"
    assert run.data.tags["changed.layout"] == "staged"
    assert run.data.tags["attempt"] == "2"


def test_an_interrupted_job_is_killed_not_failed(store: str, track: Callable[..., Tracker], tmp_path: Path) -> None:
    """Ctrl-C that stays `RUNNING` for ever, or that looks like a bug."""
    tracker = track()
    with pytest.raises(KeyboardInterrupt):
        FakeDriver(3, fail_at=1, error=KeyboardInterrupt()).run(_job(tmp_path / "out"), tracker)
    assert _run(store, tracker).info.status == "KILLED"
    assert _run(store, tracker).data.metrics["images"] == 10


@pytest.mark.parametrize("kept", ['{"run_id": "' + "0" * 32 + '", "uri": "URI"}', "{cut sho",
                                  '{"run_id": "' + "0" * 32 + '", "uri": "sqlite:///other.db"}'])
def test_a_run_that_is_gone_is_replaced(
    store: str, track: Callable[..., Tracker], tmp_path: Path, complaints: list[str], kept: str
) -> None:
    """A deleted database, or another one, that leaves every later attempt without tracking."""
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "_mlflow.json").write_text(kept.replace("URI", store))
    tracker = track()
    FakeDriver(2).run(_job(tmp_path / "out"), tracker)
    assert complaints == []
    assert not tracker.resumed
    assert _run(store, tracker).data.metrics["images"] == 20
    assert json.loads((tmp_path / "out" / "_mlflow.json").read_text())["run_id"] == tracker.run_id


def test_a_store_that_is_down_costs_one_complaint_and_not_the_job(
    track: Callable[..., Tracker], tmp_path: Path, complaints: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A tracking server that is down ends a job of a day, or fills its log, or prints its password."""
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    tracker = track({"tracking.uri": "http://user:secret@127.0.0.1:9"})
    summary = FakeDriver(3).run(_job(tmp_path / "out"), tracker)
    assert summary["images"] == 30
    assert len(complaints) == 1
    assert "http://***@127.0.0.1:9" in complaints[0]
    assert "goes on without tracking" in complaints[0]
    assert "Connection refused" in tracker.place()
    assert "secret" not in complaints[0] + tracker.place()


def test_a_store_that_comes_back_gets_the_whole_count(
    store: str, track: Callable[..., Tracker], tmp_path: Path, complaints: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server restarted during a long job: tracking that stays off, or counts with a hole."""
    now = [0.0]
    tracker = track(clock=lambda: now[0])
    tracker.started(JobInfo(out=str(tmp_path / "out"), kind="folder", images=40, chunks=4))
    with monkeypatch.context() as broken:
        broken.setattr(MlflowClient, "log_batch", _refuse)
        tracker.committed(sidecar(0))
        tracker.tick()
    tracker.committed(sidecar(1))
    tracker.tick()
    assert "images" not in _run(store, tracker).data.metrics
    now[0] = 61
    tracker.tick()
    assert _run(store, tracker).data.metrics["images"] == 20
    assert (len(complaints), tracker.trouble) == (1, "")


def _refuse(*_: object, **__: object) -> None:
    raise ConnectionError("refused")


def test_passwords_stay_out_of_params_and_files(store: str, track: Callable[..., Tracker], tmp_path: Path) -> None:
    """Credentials of an address, for everybody to read in the tracking store."""
    assert without_password("https://me:pw@host/x and s3://b/k@2") == "https://***@host/x and s3://b/k@2"
    tracker = Tracker(load_recipe(None, {"tracking.uri": store, "name": "https://me:pw@host/recipe"}),
                      ["https://me:pw@host/a.tar"], "0", print)
    FakeDriver(1).run(_job(tmp_path / "out"), tracker)
    run = _run(store, tracker)
    assert "pw" not in run.data.params["name"] + run.data.tags["input"]


def test_tracking_is_quiet(track: Callable[..., Tracker], tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Migrations and links of MLflow in the middle of the progress display; telemetry that leaves the machine."""
    tracker = track({"tracking.uri": f"sqlite:///{tmp_path}/new.db"})
    FakeDriver(2).run(_job(tmp_path / "out"), tracker)
    assert capfd.readouterr() == ("", "")
    assert os.environ["MLFLOW_DISABLE_TELEMETRY"] == "true"
    assert logging.getLogger("alembic").level == logging.ERROR


def test_a_slow_store_holds_nothing_up_and_misses_nothing() -> None:
    """A server that answers after ten seconds stalls the driver, or the last chunks are never logged."""
    gate, told = threading.Event(), []

    class Slow:
        def started(self, info: JobInfo) -> None:
            gate.wait(10)
            told.append("started")

        def committed(self, sidecar: dict[str, Any]) -> None:
            told.append(sidecar["chunk"])

        def tick(self) -> None:
            told.append("tick")

        def finished(self, summary: dict[str, Any]) -> None:
            told.append("finished")

        def failed(self, error: BaseException) -> None:
            told.append("failed")

    background = Background(Slow())
    background.started(JobInfo("out", "folder", 20, 2))
    for chunk in range(2):
        background.committed(sidecar(chunk))
        background.tick()
    assert told == []
    gate.set()
    background.finished({})
    assert told == ["started", 0, 1, "finished"]


def test_the_command_says_where_the_run_is_and_keeps_it_in_the_summary(
    store: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A run that nobody finds, or an outage that only the terminal knew of."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MLFLOW_TRACKING_URI", store)
    monkeypatch.setattr(clean, "run", FakeDriver(2).run)
    result = CliRunner().invoke(app, ["clean", "photos", "out"])
    kept = json.loads((tmp_path / "out" / "summary.json").read_text())["tracking"]
    assert result.exit_code == 0
    assert store in result.output
    assert kept["run_id"] in result.output
    assert (kept["uri"], kept["trouble"]) == (store, "")
    assert not (tmp_path / "out" / "_tmp").exists()
