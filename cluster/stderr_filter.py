"""One known line kept off the terminal, whoever in this process writes it, C++ included."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator

PATIENCE = 2.0  # seconds for the filter to write what is left; it needs milliseconds


@contextlib.contextmanager
def dropping(text: str) -> Iterator[None]:
    """Leave out lines that hold `text` of what this process writes to file descriptor 2; all others appear at once.

    A process of its own filters, so that the last words of an abort come through. Where there is no `grep`, or no
    standard error, nothing is filtered.
    """
    try:
        kept = os.dup(2)
    except OSError:
        yield
        return
    try:
        with contextlib.ExitStack() as stack:
            with contextlib.suppress(OSError):
                stack.enter_context(_filtered(kept, text))
            yield
    finally:
        os.close(kept)


@contextlib.contextmanager
def _filtered(kept: int, text: str) -> Iterator[None]:
    """kept: a second descriptor of the standard error. Raises `OSError` without a `grep`."""
    grep = subprocess.Popen(["grep", "--line-buffered", "-avF", text], stdin=subprocess.PIPE, stdout=kept,
                            stderr=subprocess.DEVNULL)
    assert grep.stdin is not None
    try:
        os.dup2(grep.stdin.fileno(), 2)
        yield
    finally:
        sys.stderr.flush()
        os.dup2(kept, 2)
        grep.stdin.close()
        with contextlib.suppress(subprocess.TimeoutExpired):  # who inherited the pipe keeps it open
            grep.wait(PATIENCE)
