"""The streaming reduction on a real Ray."""

from __future__ import annotations

import json
import os
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest

from cluster.gather import gather
from cluster.plan import make_plan
from operators.record import ImageRecord
from tests.cluster.inputs import write_folder

pytestmark = [pytest.mark.ray, pytest.mark.usefixtures("ray_session")]


@dataclass
class Keys:
    """Names the records of a chunk; the worker that meets `deadly` dies."""

    deadly: str = ""

    def __call__(self, records: list[ImageRecord]) -> bytes:
        if any(record.key == self.deadly for record in records):
            os._exit(1)
        return json.dumps([record.key for record in records]).encode()


def test_every_chunk_is_merged_once_but_those_that_kill_their_worker(tmp_path: Path) -> None:
    """Pictures counted twice after a restart, or a picture that crashes a codec and holds the job up for ever."""
    write_folder(tmp_path / "in", 12)
    plan, seen = make_plan([str(tmp_path / "in")], images=4), Counter[str]()
    assert gather(plan, Keys("p005.jpg"), lambda part: seen.update(json.loads(part)), actors=2) == 2
    assert sorted(seen) == [f"p{i:03d}.jpg" for i in range(12) if i // 4 != 1]
    assert set(seen.values()) == {1}
