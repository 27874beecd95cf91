"""Whether OUT may be written to: a job must not mix with other files, nor read its own output."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pipelines.complaint import UsageError

PLAN = "_plan.json"


def check_out(inputs: Sequence[str], out: str) -> None:
    """Raises `UsageError`. Addresses with a scheme are left to the driver: looking at them costs a request."""
    if "://" in out:
        return
    place = Path(out)
    if place.is_file():
        raise UsageError(f"OUT is a file: {out}\nName a folder to write to, after the inputs: "
                         f"cleanplate clean {' '.join([*inputs, out])} cleaned/")
    for name in inputs:
        if "://" not in name and Path(name).is_dir() and place.resolve().is_relative_to(Path(name).resolve()):
            raise UsageError(f"OUT lies inside INPUT: {out} in {name}\n"
                             "The next run would take cleaned images for inputs. Name a folder outside of it.")
    if place.is_dir() and not _is_ours(place):
        raise UsageError(f"OUT holds other files: {out}\n"
                         "It is neither empty nor the output of an earlier run. Name a new folder.")


def _is_ours(place: Path) -> bool:
    """A job begins with files whose names start with an underscore: lease, plan, recipe."""
    return (place / PLAN).is_file() or all(entry.name.startswith(("_", ".")) for entry in place.iterdir())
