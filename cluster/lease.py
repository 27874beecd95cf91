"""One driver at a time owns an output folder: OUT/_lease.json.

A driver that was killed leaves its lease behind and is taken over. Tasks it left running on a cluster find another
token in the lease when they come to commit, and stop: without that fence an orphan could write a chunk of an old
attempt over the new one's.
"""

from __future__ import annotations

import json
import os
import socket
import threading
import time
import uuid
from dataclasses import dataclass
from typing import Any

import psutil

from cluster.storage import Storage

FILE = "_lease.json"
BEAT_SECONDS = 15.0
STALE_SECONDS = 90.0  # of a driver on another host, where its process cannot be looked at
_SETTLE_SECONDS = 0.05


class LeaseError(RuntimeError):
    """Another driver is at work on this output."""


class LeaseLost(RuntimeError):
    """The output was taken over by another attempt: nothing more may be committed by this one."""


@dataclass(frozen=True)
class Claim:
    """What a worker needs to find out whether its attempt still owns the output."""

    out: str
    attempt: int
    token: str

    def check(self) -> None:
        """Raises `LeaseLost`."""
        held = _read(Storage(self.out))
        if held.get("token") != self.token or held.get("released"):
            raise LeaseLost(f"attempt {self.attempt} no longer owns {self.out} (its driver ended, or attempt "
                            f"{held.get('attempt')} took over): this chunk is not committed")


class Lease:
    """Held by a driver while it works. attempt: 1 for the first driver of an output, then counting up."""

    def __init__(self, out: str, attempt: int) -> None:
        self.out, self.attempt, self.token = out, attempt, uuid.uuid4().hex
        self._storage = Storage(out, f"lease-{self.token}")
        self._started = time.time()
        self._ended = threading.Event()

    @classmethod
    def acquire(cls, out: str) -> Lease:
        """Take an output that nobody owns, or whose owner is dead. Raises `LeaseError`."""
        held = _read(Storage(out))
        _refuse_live(out, held)
        lease = cls(Storage(out).address, int(held.get("attempt", 0)) + 1)
        lease._write()
        time.sleep(_SETTLE_SECONDS)  # of two that start at once the later writer wins, and the other sees it here
        if _read(lease._storage).get("token") != lease.token:
            raise LeaseError(f"{out}: another job started on it at the same moment; this one stops")
        threading.Thread(target=lease._beat, name="lease", daemon=True).start()
        return lease

    @property
    def claim(self) -> Claim:
        return Claim(self.out, self.attempt, self.token)

    def release(self) -> None:
        """Give the output back. The file stays, so that attempts keep counting."""
        self._ended.set()
        if _read(self._storage).get("token") == self.token:
            self._write(released=True)
        self._storage.tidy()

    def __enter__(self) -> Lease:
        return self

    def __exit__(self, *_: object) -> None:
        self.release()

    def _beat(self) -> None:
        while not self._ended.wait(BEAT_SECONDS):
            try:
                if _read(self._storage).get("token") != self.token:
                    return  # taken over: the sinks refuse, which ends this job
                self._write()
            except OSError:
                continue  # a beat may be missed; STALE_SECONDS is several beats for that reason

    def _write(self, released: bool = False) -> None:
        note = {
            "attempt": self.attempt, "token": self.token, "host": socket.gethostname(), "pid": os.getpid(),
            "process_started": psutil.Process().create_time(), "started": self._started, "heartbeat": time.time(),
            "released": released,
        }
        if not (self._ended.is_set() and not released):
            self._storage.write(FILE, json.dumps(note, indent=2).encode())


def _read(storage: Storage) -> dict[str, Any]:
    try:
        return json.loads(storage.read(FILE))
    except FileNotFoundError:
        return {}


def _refuse_live(out: str, held: dict[str, Any]) -> None:
    if not held or held["released"]:
        return
    who = f"process {held['pid']} on {held['host']} (attempt {held['attempt']})"
    if held["host"] == socket.gethostname():
        if _alive(held["pid"], held["process_started"]):
            raise LeaseError(f"{out} is being written by {who}: wait for it, stop it, or write to another folder")
        return
    age = time.time() - held["heartbeat"]
    if age < STALE_SECONDS:
        raise LeaseError(f"{out} is being written by {who}, last heard of {age:.0f} s ago: wait for it or stop it. "
                         f"If it is dead, run this again in {STALE_SECONDS - age:.0f} s")


def _alive(pid: int, started: float) -> bool:
    try:
        process = psutil.Process(pid)
        return abs(process.create_time() - started) < 1 and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


