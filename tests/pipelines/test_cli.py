"""The command line as a shell or a scheduler meets it: exit status, messages, what reaches the driver."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from pipelines import clean
from pipelines.cli import app
from pipelines.exit_codes import ExitCode
from tests.pipelines.fake_driver import FakeDriver

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CLEANPLATE_DEBUG", raising=False)
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    before = signal.getsignal(signal.SIGTERM)
    yield
    signal.signal(signal.SIGTERM, before)


def _clean(monkeypatch: pytest.MonkeyPatch, driver: FakeDriver, *arguments: str) -> Result:
    monkeypatch.setattr(clean, "run", driver.run)
    return CliRunner().invoke(app, ["clean", "photos", "out", "--no-tracking", *arguments])


def test_success_ends_with_the_table_and_the_paths(monkeypatch: pytest.MonkeyPatch) -> None:
    """A finished job that does not say what became of the images, or where the report is."""
    result = _clean(monkeypatch, FakeDriver(chunks=3))
    assert result.exit_code == ExitCode.SUCCESS, result.output
    for text in ("30 images in 1m05s", "cleaned", "18", "60.0%", "detect", "80.0%", "out/report/index.html"):
        assert text in result.output
    assert "failures.parquet" not in result.output


@pytest.mark.parametrize(("arguments", "status"), [((), ExitCode.SUCCESS), (("--strict",), ExitCode.FAILURES)])
def test_failed_images_change_the_exit_status_only_when_strict(
    monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], status: ExitCode
) -> None:
    """One broken file in a million would stop a pipeline, or --strict would let it pass."""
    result = _clean(monkeypatch, FakeDriver(broken=(1,)), *arguments)
    assert result.exit_code == status
    assert "1 could not be cleaned" in result.output
    assert "out/failures.parquet" in result.output


def test_options_reach_the_driver(monkeypatch: pytest.MonkeyPatch) -> None:
    """An option that the command line takes and the job never sees."""
    driver = FakeDriver()
    result = _clean(monkeypatch, driver, "--limit", "7", "--layout", "staged", "--image-column", "picture",
                    "--cpus", "2", "--address", "auto", "--output-kind", "parquet", "--no-report", "--set",
                    "refine.alpha=hard", "--set", "detect.boxes=[[0, 0, 0.5, 1]]", "--recipe", "article")
    assert result.exit_code == ExitCode.SUCCESS, result.output
    job = driver.job
    assert job is not None
    assert (job.inputs, job.out, job.limit, job.image_column) == (["photos"], "out", 7, "picture")
    assert (job.cpus, job.address, job.report, job.strict) == (2, "auto", False, False)
    recipe = job.recipe
    assert (recipe.name, recipe.layout, recipe.output.kind) == ("article", "staged", "parquet")
    assert recipe.refine.alpha == "hard"
    assert recipe.detect.boxes == ((0, 0, 0.5, 1),)
    assert not recipe.tracking.enabled
    assert "report/index.html" not in result.output


@pytest.mark.parametrize("said", [True, False])
def test_a_job_that_breaks_off_says_how_to_go_on_once(monkeypatch: pytest.MonkeyPatch, said: bool) -> None:
    """The user of a dead job starts from scratch because nothing says that the same command resumes."""
    text = "the job broke off: the raylet died"
    text += "\nRun the same command again: 2 of 5 chunks are done." if said else ""
    driver = FakeDriver(5, done=1, fail_at=2, error=clean.JobError(text, ExitCode.BROKEN_OFF))
    result = _clean(monkeypatch, driver)
    assert result.exit_code == ExitCode.BROKEN_OFF
    assert "the raylet died" in result.output
    assert result.output.count("Run the same command again: 2 of 5 chunks are done") == 1


def test_ctrl_c_is_130_and_keeps_what_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    """An interruption that looks like a crash, or like success."""
    result = _clean(monkeypatch, FakeDriver(5, fail_at=3, error=KeyboardInterrupt()))
    assert result.exit_code == ExitCode.INTERRUPTED
    assert "3 of 5 chunks are done" in result.output


def test_an_error_of_ours_shows_no_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sixty lines of Python instead of one sentence; and no way to get them when they are wanted."""
    result = _clean(monkeypatch, FakeDriver(fail_at=1, error=KeyError("oops")))
    assert result.exit_code == ExitCode.BROKEN_OFF
    assert "unexpected KeyError: 'oops'" in result.output
    assert "CLEANPLATE_DEBUG=1" in result.output
    assert "Traceback" not in result.output
    monkeypatch.setenv("CLEANPLATE_DEBUG", "1")
    assert isinstance(_clean(monkeypatch, FakeDriver(fail_at=1, error=KeyError("oops"))).exception, KeyError)


@pytest.mark.parametrize(("arguments", "message"), [
    (["clean", "photos", "out", "--set", "refine.alhpa=hard"], "did you mean refine.alpha"),
    (["clean", "photos", "out", "--set", "refine.alpha"], "section.option=value"),
    (["clean", "photos", "out", "--set", "refine.alpha=weak"], "refine.alpha: Input should be 'soft' or 'hard'"),
    (["clean", "photos", "out", "--recipe", "nowhere"], "no recipe 'nowhere'"),
    (["clean", "photos", "out", "--layout", "round"], "--layout"),
    (["clean", "photos"], "Missing argument"),
    (["image", "nothing.jpg", "out.jpg"], "no such file: nothing.jpg"),
    (["report", "nowhere"], "no summary.json in nowhere"),
    (["recipe", "nowhere"], "no recipe 'nowhere'"),
])
def test_what_cannot_be_used_is_status_2_with_a_reason(arguments: list[str], message: str) -> None:
    """A typing error that runs the job anyway, or that says nothing about what to change."""
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == ExitCode.USAGE
    assert message in result.output
    assert "Traceback" not in result.output


def test_out_must_not_be_a_file_or_another_dataset_or_lie_in_the_input(tmp_path: Path) -> None:
    """`clean a.tar b.tar` with OUT forgotten overwrites b.tar; OUT within INPUT cleans its own output next time."""
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "a.jpg").touch()
    (tmp_path / "b.tar").touch()
    for out, message in (("b.tar", "OUT is a file"), ("photos/out", "lies inside INPUT"), (".", "holds other files")):
        result = CliRunner().invoke(app, ["clean", "photos", out])
        assert result.exit_code == ExitCode.USAGE
        assert message in result.output
    assert not (tmp_path / "photos" / "out").exists()


def test_image_refuses_to_write_another_format_under_a_wrong_name(tmp_path: Path) -> None:
    """A file named .png that holds a JPEG."""
    (tmp_path / "a.jpeg").touch()
    result = CliRunner().invoke(app, ["image", "a.jpeg", "b.png"])
    assert result.exit_code == ExitCode.USAGE
    assert "Name it b.jpg (or add --set compose.format=png)" in result.output


def test_help_is_quick_and_loads_nothing_heavy() -> None:
    """A second of torch and Ray imports before a word of help (processor time: load does not count)."""
    code = ("import sys, time, pipelines.cli\n"
            "heavy = {'torch', 'ray', 'mlflow', 'doctr', 'cv2', 'pyarrow', 'pandas'} & set(sys.modules)\n"
            "assert not heavy, heavy\nprint(time.process_time())")
    took = min(float(subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True, text=True,
                                    timeout=60).stdout) for _ in range(3))
    assert took < 0.5


def test_every_command_explains_itself_with_an_example() -> None:
    """Help that lists options and leaves the reader to guess a whole command line."""
    for command in ("clean", "plan", "image", "recipe", "report"):
        result = CliRunner().invoke(app, [command, "--help"])
        assert result.exit_code == 0
        assert f"cleanplate {command}" in result.output.split("Example")[1]
    assert "Exit status" in CliRunner().invoke(app, ["clean", "--help"]).output


def test_sigterm_ends_a_job_tidily(tmp_path: Path) -> None:
    """A scheduler's SIGTERM kills the driver on the spot: no last line, the lease and the MLflow run left open."""
    script = tmp_path / "job.py"
    script.write_text(
        "import time\nfrom tests.pipelines.fake_driver import FakeDriver\nfrom pipelines import clean, cli\n"
        "class Slow(FakeDriver):\n"
        "    def _sidecar(self, chunk):\n        time.sleep(0.1)\n        return super()._sidecar(chunk)\n"
        "clean.run = Slow(chunks=600).run\ncli.main()\n")
    job = subprocess.Popen([sys.executable, str(script), "clean", "photos", "out", "--no-tracking"], cwd=tmp_path,
                           env={**os.environ, "PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                           text=True)
    assert job.stdout is not None
    while "pool" not in (line := job.stdout.readline()):
        assert line, job.communicate()[1]
    time.sleep(0.5)
    job.terminate()
    _, complaint = job.communicate(timeout=30)
    assert job.returncode == ExitCode.TERMINATED
    assert "terminated" in complaint
    assert "of 600 chunks are done" in complaint
