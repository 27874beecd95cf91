"""`synth` and `evaluate` as a shell meets them."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from typer.testing import CliRunner, Result

from pipelines.cli import app
from pipelines.exit_codes import ExitCode
from tests.operators.overlaid import photo


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CLEANPLATE_DEBUG", raising=False)
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    (tmp_path / "photos").mkdir()
    Image.fromarray(photo("astronaut")[:280, :360]).save(tmp_path / "photos" / "a.png")
    yield


def _run(*arguments: str) -> Result:
    return CliRunner().invoke(app, [*arguments])


@pytest.mark.parametrize("tars", [(), ("--tars",)])
def test_what_synth_writes_evaluate_reads(tars: tuple[str, ...]) -> None:
    """Catches two commands that do not agree on a layout."""
    made = _run("synth", "photos", "pairs", "--per-kind", "1", "--kinds", "caption,meme", *tars)
    assert made.exit_code == ExitCode.SUCCESS, made.output
    assert "2 pairs in pairs" in made.output and "cleanplate evaluate pairs" in made.output
    done = _run("evaluate", "pairs", "out", "--no-tracking", "--workers", "1", "--limit", "1")
    assert done.exit_code == ExitCode.SUCCESS, done.output
    for words in ("cleanplate", "Telea, true mask", "means of 1 pair)", "Per kind", "caption", "index.html"):
        assert words in done.output, words
    data = json.loads(Path("out/evaluation.json").read_text())
    assert data["pairs"] == 1 and data["rows"][0]["own"]["alpha_mae"] is not None


def test_a_store_that_fails_does_not_cost_the_evaluation() -> None:
    """Catches an hour of measuring lost to a tracking server that is away."""
    _run("synth", "photos", "pairs", "--per-kind", "1", "--kinds", "caption")
    done = _run("evaluate", "pairs", "out", "--workers", "1", "--set", "tracking.uri=nothing://here")
    assert done.exit_code == ExitCode.SUCCESS and "not tracked" in done.output
    assert Path("out/index.html").is_file()


def test_only_bad_pairs_are_status_1_with_their_reasons() -> None:
    """Catches a run that measured nothing and looks like success."""
    for name in ("input/a.png", "target/a.png"):
        Path(name).parent.mkdir()
        Path(name).write_bytes(b"nothing")
    done = _run("evaluate", ".", "--workers", "1", "--no-tracking")
    assert done.exit_code == ExitCode.FAILURES
    assert "a: the input is no picture that can be read" in done.output


@pytest.mark.parametrize(("arguments", "message"), [
    (["evaluate", "photos"], "input/a.jpg  target/a.png"),
    (["evaluate", "nowhere"], "no such file or folder"),
    (["evaluate", "photos", "photos/a.png"], "OUT is a file"),
    (["synth", "nowhere", "pairs"], "no such folder: nowhere"),
    (["synth", "photos", "photos/pairs"], "OUT lies inside PHOTOS"),
    (["synth", "photos", "photos"], "OUT is not empty"),
    (["synth", "photos", "pairs", "--kinds", "caption,poem"], "no kind 'poem'"),
    (["synth", "photos", "pairs", "--fonts", "photos"], "no *.ttf or *.otf font"),
])
def test_what_cannot_be_used_is_status_2_with_a_reason(arguments: list[str], message: str) -> None:
    """Catches a typing error that writes into the photographs, or that says nothing about what to change."""
    result = _run(*arguments)
    assert result.exit_code == ExitCode.USAGE, result.output
    assert message in result.output


def test_without_the_demo_extra_synth_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """Catches `No module named fontTools` as the whole answer."""
    for name in [name for name in sys.modules if name.startswith(("operators.render", "pipelines.synth"))]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "fontTools", None)
    monkeypatch.setitem(sys.modules, "fontTools.ttLib", None)
    result = _run("synth", "photos", "pairs")
    assert result.exit_code == ExitCode.USAGE and "pip install 'cleanplate[demo]'" in result.output
    assert not Path("pairs").exists()


def test_both_explain_themselves_with_an_example() -> None:
    """Catches help that lists options and leaves the reader to guess a whole command line."""
    for command in ("evaluate", "synth"):
        result = _run(command, "--help")
        assert result.exit_code == 0 and f"cleanplate {command}" in result.output.split("Example")[1]
