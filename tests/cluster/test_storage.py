"""Files below an address: whole or not at all."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from cluster.addresses import join, normalise, public
from cluster.storage import Storage, with_retries


def test_refused_write_leaves_the_old_file(tmp_path: Path) -> None:
    """Catches a fence that is asked only after the file was replaced, and temporary files that stay."""
    storage = Storage(str(tmp_path))
    storage.write("a/b", b"old")

    def refuse() -> None:
        raise RuntimeError("not yours")

    with pytest.raises(RuntimeError):
        storage.write("a/b", b"new", refuse)
    storage.tidy()
    assert storage.read("a/b") == b"old" and storage.names() == ["a/b"] and not (tmp_path / "_tmp").exists()


def test_addresses() -> None:
    """Catches queries that end up in the middle of an address, and credentials written into outputs."""
    assert join("s3://key:secret@b/in?region=x", "a b", "c?d") == "s3://key:secret@b/in/a b/c?d?region=x"
    assert public("s3://key:secret@b/in/a?region=x") == "s3://b/in/a"
    assert normalise("s3://b/in/?region=x") == "s3://b/in?region=x" and normalise("/a/../b/") == "/b"


def test_retries_only_what_may_get_better(monkeypatch: pytest.MonkeyPatch) -> None:
    """Catches a hiccup costing a chunk, and seconds lost on every file that is simply not there."""
    calls: list[OSError] = []

    def failing(*errors: OSError) -> str:
        pending = list(errors)

        def action() -> str:
            if pending:
                calls.append(pending[0])
                raise pending.pop(0)
            return "done"

        return with_retries(action, wait=0.0)

    assert failing(OSError("AWS Error SLOW_DOWN"), OSError(errno.ETIMEDOUT, "slow")) == "done" and len(calls) == 2
    for hopeless in (FileNotFoundError(errno.ENOENT, "gone"), OSError(errno.ELOOP, "loop")):
        calls.clear()
        with pytest.raises(OSError):
            failing(hopeless)
        assert len(calls) == 1
