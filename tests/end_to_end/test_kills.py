"""SIGKILL at random moments, and the same command again: nothing lost, nothing doubled, nothing done twice."""

from __future__ import annotations

import json
import random
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.end_to_end.jobs import HARMONIC, clean, leftovers, result_files, rows, sidecars
from tests.end_to_end.killing import KILLS, Command, survivors
from tests.end_to_end.pictures import Item, items, write_folder, write_parquet, write_tars

pytestmark = pytest.mark.ray
COUNT, CHUNK = 320, 16
PATIENCE = 180.0  # seconds within which a command whose Ray died must have ended
SOAK_KILLS = ("worker", "driver", "raylet", "driver", "worker")


@dataclass
class Story:
    """What happened to one output. redone: chunks that had been committed and were written again."""

    kills: list[str] = field(default_factory=list)
    moments: list[int] = field(default_factory=list)  # chunks committed when the kill fell
    attempts: int = 0
    redone: int = 0
    seconds: float = 0.0


@pytest.fixture(scope="module")
def samples() -> list[Item]:
    return items(COUNT, size=(112, 80))


@pytest.fixture
def command(tmp_path: Path) -> Iterator[Command]:
    command = Command([tmp_path / "in"], tmp_path / "out")
    yield command
    command.stop()


@pytest.mark.timeout(900)
@pytest.mark.usefixtures("ray_session")
def test_three_kills_on_tars(samples: list[Item], command: Command, tmp_path: Path) -> None:
    """Catches pictures lost, doubled or computed twice after the death of a worker, the driver and the raylet."""
    write_tars(tmp_path / "in", samples)
    clean(tmp_path / "in", tmp_path / "undisturbed", chunk__images=CHUNK, **HARMONIC)
    story = kill_and_resume(command, ("worker", "driver", "raylet"), random.Random(20))
    check(command.out, tmp_path / "undisturbed", COUNT)
    assert story.redone == 0 and story.attempts == 3


@pytest.mark.soak
@pytest.mark.timeout(3600)
@pytest.mark.usefixtures("ray_session")
@pytest.mark.parametrize("kind", ["webdataset", "parquet", "folder"])
def test_many_kills(kind: str, samples: list[Item], command: Command, tmp_path: Path) -> None:
    """Catches what three kills do not hit: other moments, other kinds of input and output."""
    write(kind, tmp_path / "in", samples)
    clean(tmp_path / "in", tmp_path / "undisturbed", chunk__images=CHUNK, **HARMONIC)
    story = kill_and_resume(command, SOAK_KILLS, random.Random(kind))
    check(command.out, tmp_path / "undisturbed", COUNT)
    print(json.dumps({"kind": kind, "images": COUNT, "chunks": len(sidecars(command.out))} | story.__dict__))
    assert story.redone == 0


def write(kind: str, root: Path, samples: list[Item]) -> None:
    if kind == "parquet":
        write_parquet(root / "all.parquet", samples)
    else:
        (write_tars if kind == "webdataset" else write_folder)(root, samples)


def kill_and_resume(command: Command, victims: tuple[str, ...], rng: random.Random) -> Story:
    """Start the command, kill, start it again when it ended, until all victims had their turn and it is done."""
    story, begun = Story(), time.monotonic()
    chunks = -(-COUNT // CHUNK)
    bounds = [2 + i * (chunks - 8) // len(victims) for i in range(len(victims) + 1)]
    finished: dict[str, int] = {}
    command.start()
    story.attempts += 1
    for victim, low, high in zip(victims, bounds, bounds[1:], strict=False):
        command.wait_for_chunks(max(rng.randrange(low, high), command.chunks() + bool(story.kills)))
        time.sleep(rng.uniform(0, 0.2))
        finished |= _written(command.out)
        story.moments.append(len(finished))
        family = KILLS[victim](command, rng)
        story.kills.append(victim)
        if victim == "worker":
            continue
        _check_end(command, victim)
        assert not (left := survivors(family)), f"after the {victim} was killed these lived on: {left}"
        finished |= _written(command.out)
        command.start()
        story.attempts += 1
    assert command.wait(600) == 0, command.text()
    now = _written(command.out)
    story.redone = sum(now[name] != when for name, when in finished.items())
    story.seconds = round(time.monotonic() - begun, 1)
    return story


def _check_end(command: Command, victim: str) -> None:
    status = command.wait(PATIENCE)
    if victim == "driver":
        assert status == -9
        return
    text = command.text()
    assert status == 3, text
    assert "Run the same command again" in text and "will not be computed again" in text, text
    assert "Traceback" not in text, text


def _written(out: Path) -> dict[str, int]:
    """Sidecar → when it was written, ns: a chunk that is committed again gets a new one."""
    return {path.name: path.stat().st_mtime_ns for path in out.glob("[0-9]*_stats.json")}


def check(out: Path, undisturbed: Path, count: int) -> None:
    """The output of a disturbed job against that of one that nobody disturbed."""
    keys, wanted = (Counter((row["source"], row["key"]) for row in rows(place)) for place in (out, undisturbed))
    assert keys == wanted and keys.total() == count and max(keys.values()) == 1
    assert not leftovers(out) and (out / "_SUCCESS").is_file()
    assert result_files(out) == result_files(undisturbed)
    summary = json.loads((out / "summary.json").read_text())
    assert summary["complete"] and summary["images"] == count and summary["status"]["cleaned"] > count // 2
