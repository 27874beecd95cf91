"""What is kept off the terminal while Ray starts, and what is not."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from cluster.stderr_filter import dropping

ROOT = Path(__file__).parents[2]
ABORTS = """
import os, sys
from cluster.stderr_filter import dropping
with dropping("unwanted"):
    os.write(2, b"an unwanted line\\nlast words\\n")
    os.abort()
"""


def test_only_the_known_line_is_dropped(capfd: pytest.CaptureFixture[str]) -> None:
    """Catches errors that vanish with the line, and a standard error that stays diverted."""
    with pytest.raises(KeyError), dropping("a + b"):
        os.write(2, b"before\n[I] a + b: set\nan error\xff\n")
        raise KeyError
    os.write(2, b"later a + b\n")
    assert capfd.readouterr().err.splitlines() == ["before", "an error\ufffd", "later a + b"]


def test_the_last_words_of_an_abort_come_through() -> None:
    """Catches a crash of Ray's library while it starts that says nothing."""
    done = subprocess.run([sys.executable, "-c", ABORTS], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode != 0 and done.stderr.splitlines() == ["last words"]


@pytest.mark.parametrize("broken", ["grep", "stderr"])
def test_without_a_filter_nothing_is_lost(broken: str) -> None:
    """Catches a job that cannot start in a bare container, or under a supervisor that closes standard error."""
    spoil = {"grep": "os.environ['PATH'] = ''", "stderr": "os.close(2)"}[broken]
    code = f"import os\nfrom cluster.stderr_filter import dropping\n{spoil}\nwith dropping('x'): print('done')"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "done\n"
