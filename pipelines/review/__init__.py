"""OUT/review: what a job leaves for people to look at, as a list and as small pictures."""

from __future__ import annotations

import tarfile
from collections.abc import Iterator
from itertools import groupby
from typing import Any

import numpy as np

from cluster.outputs import read_original, read_result
from cluster.plan import Plan
from cluster.storage import Storage
from pipelines.frames import read_frame
from pipelines.review.crops import crop_name, side_by_side
from pipelines.review.limits import Limits
from pipelines.review.worklist import Entry, encoded, entries

__all__ = ["WORKLIST", "write_worklist"]

FOLDER = "review"
WORKLIST = f"{FOLDER}/worklist.csv"
MOST_CROPS = 500  # a hand's day of work; the list itself is complete


def write_worklist(out: str, *, crops: int = MOST_CROPS) -> int:
    """Write OUT/review/worklist.csv and OUT/review/crops/ from what a job has committed to OUT; earlier ones go.

    crops: of at most so many rows, the worst ones. Returns the number of rows; of none nothing is written. One picture
    is held at a time; one that cannot be read costs its crops, and the list says so. Raises `FileNotFoundError` when
    OUT holds no job.
    """
    storage = Storage(out, attempt="review")
    listed = entries(out, Limits.of(storage.read("_recipe.yaml").decode()).max_doubt)
    storage.sweep(FOLDER)
    if not listed:
        return 0
    noted = dict.fromkeys(range(crops, len(listed)), ("", f"beyond the {crops} worst"))
    for place, name, note, data in _crops(out, listed[:crops]):
        noted[place] = name, note
        if data:
            storage.write(f"{FOLDER}/crops/{name}", data)
    storage.write(WORKLIST, encoded(listed, noted))
    storage.tidy()
    return len(listed)


def _crops(out: str, listed: list[Entry]) -> Iterator[tuple[int, str, str, bytes]]:
    """(place in the list, file name, why there is none, JPEG), picture after picture."""
    plan = Plan.load(out)
    places = sorted(range(len(listed)), key=lambda i: (listed[i].chunk, listed[i].position, i))
    for _, group in groupby(places, key=lambda i: (listed[i].chunk, listed[i].position)):
        own = list(group)
        before, after, missing = _pictures(out, plan, listed[own[0]].row)
        for place in own:
            yield place, *_crop(place, listed[place], before, after, missing)


def _crop(place: int, entry: Entry, before: np.ndarray | None, after: np.ndarray | None,
          missing: str) -> tuple[str, str, bytes]:
    if before is None or after is None:
        return "", missing, b""
    try:
        data = side_by_side(before, after, entry.box)
    except ValueError as error:
        return "", str(error), b""
    return crop_name(place, entry.key, entry.concern.index), "", data


def _pictures(out: str, plan: Plan, row: dict[str, Any]) -> tuple[np.ndarray | None, np.ndarray | None, str]:
    """Before and after as uint8 (H, W, 3), and why one of them is missing."""
    try:
        record = read_original(plan, row["chunk"], row["position"])
        result = read_result(out, plan, row)
    except (OSError, ValueError, tarfile.TarError) as error:
        return None, None, f"cannot be read again: {error}"
    if record.error or result is None:
        return None, None, f"the original cannot be read again: {record.error}" if record.error else "no result"
    before, no_before = read_frame(record.image)
    after, no_after = read_frame(result)
    return before, after, no_before or no_after
