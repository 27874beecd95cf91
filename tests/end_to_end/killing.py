"""The command as a process of its own, and the ways to kill it."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import psutil

ROOT = Path(__file__).parents[2]
SETTINGS = ("detect.model=none", "chunk.images=16", "verify.weights=none", "fill.prior=harmonic",
            "fill.diffusion=harmonic")
POOL_ACTOR = "MapWorker"  # part of the title of a process that runs stages


@dataclass
class Command:
    """`cleanplate clean` with a cheap recipe. log: its standard error and output."""

    inputs: list[Path]
    out: Path
    settings: tuple[str, ...] = SETTINGS
    log: str = ""
    process: subprocess.Popen[bytes] = field(init=False)

    def start(self) -> Command:
        self._log = self.out.with_name(self.out.name + f".{time.monotonic_ns()}.log")
        line = [sys.executable, "-m", "pipelines.cli", "clean", *map(str, self.inputs), str(self.out), "--plain",
                "--no-tracking", "--no-report", "--cpus", "2"]
        line += [part for setting in self.settings for part in ("--set", setting)]
        with self._log.open("wb") as log:
            self.process = subprocess.Popen(line, cwd=ROOT, stdout=log, stderr=log, start_new_session=True,
                                            env=os.environ | {"OMP_NUM_THREADS": "1", "PYTHONUNBUFFERED": "1"})
        return self

    def wait(self, seconds: float) -> int:
        """The exit status. Raises `subprocess.TimeoutExpired` with the log when it hangs."""
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired as error:
            self.stop()
            raise AssertionError(f"the command hung for {seconds} s:\n{self.text()}") from error
        return self.process.returncode

    def text(self) -> str:
        return self._log.read_text(errors="replace")

    def family(self) -> list[psutil.Process]:
        """The driver and all it started."""
        driver = psutil.Process(self.process.pid)
        return [driver, *driver.children(recursive=True)]

    def stop(self) -> None:
        for process in self.family() if self.process.poll() is None else []:
            kill(process)

    def chunks(self) -> int:
        return sum(1 for _ in self.out.glob("[0-9]*_stats.json"))

    def wait_for_chunks(self, count: int, seconds: float = 600) -> None:
        """Until so many chunks are committed in all. Raises `AssertionError` when the job ended before."""
        end = time.monotonic() + seconds
        while self.chunks() < count:
            if self.process.poll() is not None or time.monotonic() > end:
                self.stop()
                raise AssertionError(f"{self.chunks()} of {count} chunks, status {self.process.poll()}:\n{self.text()}")
            time.sleep(0.02)


def kill(process: psutil.Process) -> None:
    try:
        process.send_signal(signal.SIGKILL)
    except psutil.NoSuchProcess:
        return


def kill_worker(job: Command, rng: random.Random) -> list[psutil.Process]:
    """One of the actors that run the stages."""
    victim = rng.choice(sorted(_named(job, lambda name: POOL_ACTOR in name), key=lambda p: p.pid))
    kill(victim)
    return [victim]


def kill_driver(job: Command, rng: random.Random) -> list[psutil.Process]:
    """The command itself. Returns its whole family, which must not outlive it for long."""
    family = job.family()
    kill(family[0])
    job.process.wait(10)
    return family


def kill_raylet(job: Command, rng: random.Random) -> list[psutil.Process]:
    family = job.family()
    for victim in _named(job, lambda name: name == "raylet"):
        kill(victim)
    return family


KILLS: dict[str, Callable[[Command, random.Random], list[psutil.Process]]] = {
    "worker": kill_worker, "driver": kill_driver, "raylet": kill_raylet}


def _named(job: Command, wanted: Callable[[str], bool]) -> list[psutil.Process]:
    found = []
    for process in job.family():
        try:
            if wanted(process.name()) or wanted(" ".join(process.cmdline())):
                found.append(process)
        except psutil.NoSuchProcess:
            continue
    return found


def survivors(family: list[psutil.Process], seconds: float = 30) -> list[str]:
    """Who is still alive after so long; they are killed. Ray's agents look for their raylet only now and then and end
    by themselves: they hold no work and are not waited for."""
    names = {process: _name(process) for process in family}
    agents = [process for process, name in names.items() if name.endswith("Agent")]
    _, alive = psutil.wait_procs([process for process in family if process not in agents], seconds)
    for process in [*alive, *agents]:
        kill(process)
    return [names[process] for process in alive]


def _name(process: psutil.Process) -> str:
    """Empty when it has ended; one that nobody reaped counts as ended."""
    try:
        return "" if process.status() == psutil.STATUS_ZOMBIE else process.name()
    except psutil.NoSuchProcess:
        return ""
