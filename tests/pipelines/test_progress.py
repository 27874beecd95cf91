"""What a job shows while it runs: counts, rate and time left that are true, on a terminal and in a log file."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from pipelines.observer import JobInfo
from pipelines.pace import Pace
from pipelines.progress import LiveProgress, PlainProgress, make_progress
from pipelines.summary import places_text, summary_table
from pipelines.tally import Tally
from pipelines.units import data_size, duration, rate, share
from tests.pipelines.fake_driver import CHUNK, sidecar


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def _console(*, terminal: bool = False, width: int = 100) -> Console:
    return Console(file=io.StringIO(), force_terminal=terminal, width=width, highlight=False, color_system=None)


def _text(console: Console) -> str:
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def _info(chunks: int = 20, done: int = 0) -> JobInfo:
    return JobInfo(out="out", kind="folder", images=chunks * CHUNK, chunks=chunks, done_images=done * CHUNK,
                   done_chunks=done, pools=["all: 2 actors x 0.8 CPU"], attempt=1 + bool(done), resumed=bool(done),
                   earlier=[sidecar(chunk) for chunk in range(done)])


def test_the_pace_leaves_the_start_up_out() -> None:
    """Half a minute of start-up makes a short job look three times as long as it is."""
    clock = Clock()
    pace = Pace(clock)
    assert pace.per_second() is None
    clock.now = 30
    for _ in range(10):
        pace.add(10)
        clock.now += 2
    assert pace.per_second() == pytest.approx(90 / 20)
    assert pace.left(45) == pytest.approx(10)


def test_the_pace_follows_the_last_minute_and_falls_during_a_stall() -> None:
    """An average over a day that hides that the job has stopped."""
    clock = Clock()
    pace = Pace(clock)
    for _ in range(200):
        pace.add(10)
        clock.now += 1
    assert pace.per_second() == pytest.approx(10, rel=0.1)
    clock.now += 600
    assert (pace.per_second() or 0) < 1.1


def test_the_pace_of_rare_commits_is_known() -> None:
    """Chunks that take ten minutes fall out of the window, and the rate is gone."""
    clock = Clock()
    pace = Pace(clock)
    for _ in range(12):
        clock.now += 600
        pace.add(600)
    assert pace.per_second() == pytest.approx(1.0)


def test_plain_lines_are_few_and_end_with_the_last_count() -> None:
    """A log file with a line every half second, or one that ends before the job does."""
    clock, console = Clock(), _console()
    progress = PlainProgress(console, clock)
    progress.started(_info())
    for chunk in range(20):
        clock.now += 1
        progress.committed(sidecar(chunk, failed=int(chunk == 3)))
        progress.tick()
    progress.finished({})
    lines = [line for line in _text(console).splitlines() if "/200" in line]
    assert len(lines) == 5 - 1
    assert lines[0] == ("  50/200 images  10.0/s  cleaned 29 untouched 20 failed 1  for review 10  eta 15s  "
                        "last failure TruncatedImage in chunk 3")
    assert "last failure" not in lines[1]
    assert lines[-1].startswith("  200/200 images")
    assert "eta" not in lines[-1]


def test_a_silent_job_shows_that_it_lives() -> None:
    """Ten minutes without a line: nobody knows whether the job hangs."""
    clock, console = Clock(), _console()
    progress = PlainProgress(console, clock)
    progress.started(_info())
    for _ in range(600):
        clock.now += 0.5
        progress.tick()
    assert sum("0/200 images  starting" in line for line in _text(console).splitlines()) == 5


def test_plain_lines_are_never_wrapped_or_coloured() -> None:
    """A log of 80 columns that breaks every path and line in two."""
    console = _console(width=30)
    progress = PlainProgress(console, Clock())
    progress.started(_info())
    progress.committed(sidecar(0))
    assert "\x1b" not in progress.line()
    progress._line()
    assert progress.line() in _text(console).splitlines()


def test_a_resume_counts_what_is_done_but_not_as_speed() -> None:
    """A resumed job that starts at zero, or that claims to have cleaned yesterday's images in a second."""
    clock, console = Clock(), _console()
    progress = PlainProgress(console, clock)
    progress.started(_info(done=15))
    assert (progress.done, progress.done_chunks) == (150, 15)
    clock.now = 10
    progress.committed(sidecar(15))
    assert progress.line() == "  160/200 images  1.0/s  cleaned 96 untouched 64  for review 32  eta 40s"
    assert "attempt 2: 150 images (15 of 20 chunks) are done already" in _text(console)


@pytest.mark.parametrize("width", [60, 80, 200])
def test_the_live_display_fits_a_narrow_terminal(width: int) -> None:
    """A bar so wide that the rate beside it is folded over three lines."""
    clock, console = Clock(), _console(terminal=True, width=width)
    progress = LiveProgress(console, clock)
    progress.started(_info(chunks=200_000))
    clock.now = 8
    progress.committed(sidecar(0, failed=2))
    console.print(progress.render())
    bar = [line for line in _text(console).splitlines() if "10/2,000,000" in line]
    assert len(bar) == 1
    assert "1.2/s" in bar[0]
    assert bar[0].rstrip().endswith("left")
    assert "TruncatedImage in chunk 0" in _text(console)


def test_the_live_display_is_for_terminals_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Control characters in a log file."""
    monkeypatch.setenv("TERM", "xterm")
    assert isinstance(make_progress(_console(terminal=True), plain=False), LiveProgress)
    assert isinstance(make_progress(_console(terminal=True), plain=True), PlainProgress)
    assert isinstance(make_progress(_console(), plain=False), PlainProgress)


def test_the_live_display_is_gone_after_the_end_and_stays_after_a_failure() -> None:
    """A cursor left hidden, or the last state of a broken job wiped off the screen."""
    for end, stays in ((lambda p: p.finished({}), False), (lambda p: p.failed(OSError()), True)):
        console = _console(terminal=True)
        with LiveProgress(console) as progress:
            progress.started(_info())
            progress.committed(sidecar(0))
            end(progress)
            assert progress._live is None
        assert ("10/200" in _text(console).rpartition("\x1b[2K")[2]) is stays
        assert _text(console).rstrip().endswith("\x1b[?25h") or "\x1b[?25h" in _text(console)


def test_the_tally_is_the_sum() -> None:
    """Means of means: a chunk of two images counts as much as one of a thousand."""
    tally = Tally.of([sidecar(0), sidecar(1, failed=1)])
    tally.add({"chunk": 2, "images": 1, "status": {"kept": 1}, "measures": {"gradient_ratio": [4.6, 1]}})
    assert (tally.images, tally.chunks, tally.failures, tally.regions) == (21, 3, 2, 24)
    assert tally.means()["gradient_ratio"] == pytest.approx((10.4 * 2 + 4.6) / 17)
    assert tally.seconds_per_image()["detect"] == pytest.approx(4 / 21)


def test_the_summary_of_nothing_left_to_do_says_so() -> None:
    """A rerun of a finished job that reports zero images per second as if it had worked."""
    console = _console()
    console.print(summary_table({"images": 30, "images_this_attempt": 0, "status": {"cleaned": 30}, "wall_seconds": 0.0,
                                 "images_per_second": None, "seconds": {}, "routes": {}}))
    assert "nothing was left to do" in _text(console)


def test_the_summary_tells_the_verdicts_and_the_gate() -> None:
    """A job that passes for finished although pictures wait for review."""
    console = _console()
    console.print(summary_table({"images": 9, "status": {"cleaned": 9}, "wall_seconds": 1.0, "verdicts": {
        "fail": 1, "pass": 7, "review": 1}, "trips": {"prior → passed": 7, "prior → diffusion → left": 1}}))
    assert "verdicts pass 7 review 1 fail 1" in " ".join(_text(console).split())
    gate = "8 fillings judged, 1 rejected at first, 1 went on to diffusion (none passed there), 1 left for review"
    assert " ".join(["gate", *gate.split()]) in " ".join(_text(console).split())


def test_nobody_looked_and_nothing_is_said_of_verdicts() -> None:
    """Zeros that read as if everything had been inspected."""
    console = _console()
    console.print(summary_table({"images": 9, "status": {"cleaned": 9}, "wall_seconds": 1.0, "verdicts": {},
                                 "trips": {}}))
    assert "verdict" not in _text(console) and "gate" not in _text(console)


def test_paths_are_never_cut() -> None:
    """A report path that cannot be copied, because the terminal was narrow."""
    console, path = _console(width=40), "/data/" + "deep/" * 30 + "index.html"
    console.print(places_text({"report": path}), soft_wrap=True)
    assert path in _text(console)


def test_numbers_read_as_people_write_them() -> None:
    """0.0% of something, 60 seconds instead of a minute, 1000.0 kB."""
    assert [duration(s) for s in (0.4, 59.6, 542, 11100, 187200)] == ["0s", "1m00s", "9m02s", "3h05m", "2d04h"]
    assert [data_size(n) for n in (512, 999_600, 1.4e6, 2.5e11)] == ["512 B", "1.0 MB", "1.4 MB", "250 GB"]
    assert [rate(r) for r in (0.417, 3.44, 1280)] == ["0.42/s", "3.4/s", "1,280/s"]
    shares = [share(*s) for s in ((1, 10**6), (999_999, 10**6), (0, 5), (5, 5), (1, 0))]
    assert shares == ["0.1%", "99.9%", "0%", "100%", "0%"]
