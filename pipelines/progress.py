"""What a job shows while it runs: a live display on a terminal, plain lines anywhere else."""

from __future__ import annotations

import threading
from collections.abc import Callable
from time import monotonic

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.spinner import Spinner
from rich.table import Table
from rich.text import Text

from pipelines.observer import JobInfo, Sidecar, Summary
from pipelines.pace import Pace
from pipelines.tally import STATUSES, Tally
from pipelines.units import duration, milliseconds, rate, share

COLOURS = {"cleaned": "green", "untouched": "default", "kept": "yellow", "failed": "red"}


class Progress:
    """Counts what the driver tells. Subclasses show it; `with` ends the display whatever happens."""

    def __init__(self, console: Console, clock: Callable[[], float] = monotonic) -> None:
        self.console = console
        self.info: JobInfo | None = None
        self.tally = Tally()
        self.last_failure = ""
        self._clock = clock
        self._pace = Pace(clock)
        self._lock = threading.Lock()  # the live display redraws from its own thread

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Take the display down. Idempotent."""

    def started(self, info: JobInfo) -> None:
        with self._lock:
            self.info, self.tally, self._pace = info, Tally.of(info.earlier), Pace(self._clock)
        self.console.print(placement_lines(info), soft_wrap=True)

    def committed(self, sidecar: Sidecar) -> None:
        with self._lock:
            self.tally.add(sidecar)
            self._pace.add(int(sidecar["images"]))
            if sidecar.get("errors"):
                self.last_failure = f"{max(sidecar['errors'], key=sidecar['errors'].get)} in chunk {sidecar['chunk']}"

    def tick(self) -> None: ...

    def finished(self, summary: Summary) -> None:
        self.close()

    def failed(self, error: BaseException) -> None:
        self.close()

    @property
    def done(self) -> int:
        """Images done, by this attempt and earlier ones."""
        earlier = 0 if self.info is None or self.info.earlier else self.info.done_images
        return earlier + self.tally.images

    @property
    def done_chunks(self) -> int:
        earlier = 0 if self.info is None or self.info.earlier else self.info.done_chunks
        return earlier + self.tally.chunks

    def speed(self) -> str:
        speed = self._pace.per_second()
        return rate(speed) if speed is not None else ""

    def time_left(self) -> str:
        left = self._pace.left(self.info.images - self.done) if self.info else None
        return duration(left) if left is not None else ""


class PlainProgress(Progress):
    """One line every few seconds, rarer as the job grows older, so that a day of logs stays readable."""

    def __init__(self, console: Console, clock: Callable[[], float] = monotonic) -> None:
        super().__init__(console, clock)
        self._printed = clock()
        self._shown = -1
        self._failures = 0  # named so far

    def tick(self) -> None:
        waited = self._clock() - self._printed
        if self.info and (waited >= 60 or (waited >= self._interval() and self.done != self._shown)):
            self._line()

    def close(self) -> None:
        if self.info and self._shown >= 0 and self.done != self._shown:
            self._line()

    def _interval(self) -> float:
        return 5.0 if self._pace.elapsed < 300 else 30.0

    def _line(self) -> None:
        self._printed, self._shown = self._clock(), self.done
        self.console.print(self.line(), soft_wrap=True, highlight=False, markup=False)

    def line(self) -> str:
        assert self.info is not None
        parts = [f"  {self.done:,}/{self.info.images:,} images", self.speed() or "starting"]
        parts.append(" ".join(f"{name} {self.tally.status[name]:,}" for name in STATUSES if self.tally.status[name]))
        parts.append(f"for review {self.tally.doubtful:,}" if self.tally.doubtful else "")
        parts.append(f"eta {self.time_left()}" if self.time_left() and self.done < self.info.images else "")
        if self.tally.failures > self._failures and self.last_failure:
            self._failures = self.tally.failures
            parts.append(f"last failure {self.last_failure}")
        return "  ".join(part for part in parts if part)


class LiveProgress(Progress):
    """A bar with the counts below it, redrawn in place."""

    def __init__(self, console: Console, clock: Callable[[], float] = monotonic) -> None:
        super().__init__(console, clock)
        self._live: Live | None = None
        self._spinner = Spinner("dots", text=Text("loading, listing the input, starting Ray", "dim"), style="cyan")

    def __enter__(self) -> LiveProgress:
        self._live = Live(console=self.console, get_renderable=self.render, refresh_per_second=4, transient=True)
        self._live.start()
        return self

    def close(self) -> None:
        if self._live is not None:
            self._live.stop()
            self._live = None

    def failed(self, error: BaseException) -> None:
        if self._live is not None:
            self._live.transient = self.info is None  # leave the last state on screen
        self.close()

    def render(self) -> RenderableType:
        with self._lock:
            if self.info is None:
                return self._spinner
            return Group("", self._bar(self.info), "", self._counts(), *self._details())

    def _bar(self, info: JobInfo) -> Table:
        grid = Table.grid(padding=(0, 2, 0, 0), expand=False)
        width = max(10, min(40, self.console.width - 50))
        # the bar is worth its width even while nothing is done: rich draws a total of 0 as a pulse
        bar = ProgressBar(total=max(info.images, 1), completed=self.done, width=width, complete_style="cyan",
                          finished_style="green")
        left = f"{self.time_left()} left" if self.time_left() and self.done < info.images else ""
        grid.add_row("", bar, Text(f"{self.done:,}/{info.images:,}", style="bold"),
                     Text(share(self.done, info.images), style="dim"),
                     Text(self.speed() or f"first images are on their way, {duration(self._pace.elapsed)}",
                          style="" if self.speed() else "dim"), Text(left, style="dim"))
        return grid

    def _counts(self) -> Text:
        text = Text("  ")
        for name in STATUSES:
            count = self.tally.status[name]
            text.append(f"{name} ", style="dim").append(f"{count:,}", style=COLOURS[name] if count else "dim")
            text.append("   ")
        if self.tally.verdicts:
            doubtful = self.tally.doubtful
            text.append("for review ", style="dim").append(f"{doubtful:,}", style="yellow" if doubtful else "dim")
        return text

    def _details(self) -> list[RenderableType]:
        rows: list[RenderableType] = []
        stages = self.tally.seconds_per_image()
        if stages:
            text = Text("  ")
            for stage, seconds in stages.items():
                text.append(f"{stage} ", style="dim").append(f"{milliseconds(seconds)}   ")
            rows.append(text.append("ms/image", style="dim"))
        if self.last_failure:
            rows.append(Text("  last failure ", style="dim").append(self.last_failure, style="red"))
        return rows


def make_progress(console: Console, plain: bool) -> Progress:
    """A live display if the console is a terminal that can redraw, plain lines otherwise or when asked for."""
    live = console.is_terminal and not console.is_dumb_terminal and not plain
    return LiveProgress(console) if live else PlainProgress(console)


def placement_lines(info: JobInfo) -> Text:
    """How much is to be done, where it runs, and what an earlier attempt has done already."""
    text = Text()
    rows = [("images", f"{info.images:,} in {info.chunks:,} chunks")]
    if info.resumed:
        done = f"{info.done_images:,} images ({info.done_chunks:,} of {info.chunks:,} chunks) are done already"
        rows.append(("resumes", f"attempt {info.attempt}: {done}"))
    if info.pools:
        rows.append(("layout", info.layout))
        rows += [("pool" if i == 0 else "", pool) for i, pool in enumerate(info.pools)]
    for i, (label, value) in enumerate(rows):
        text.append(f"  {label:<9}", style="dim").append(value + ("\n" if i < len(rows) - 1 else ""))
    return text
