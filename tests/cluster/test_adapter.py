"""The adapter without Ray: batches that raise, records that get lost."""

from __future__ import annotations

import pyarrow as pa
import pytest

from cluster.adapter import _check_same_rows, named, run_records
from operators.record import ImageRecord, Status, to_table
from operators.stage import Stage


class Batchwise(Stage):
    """Raises for the whole batch when one picture of it is bad, after touching them all."""

    name = "batchwise"

    def process(self, record: ImageRecord) -> None:
        raise AssertionError

    def __call__(self, records: list[ImageRecord]) -> list[ImageRecord]:
        for record in records:
            record.reason += "once"
            record.width = 5
        if any(r.key == "bad" for r in records):
            raise RuntimeError("the batch is lost")
        return records


def table(*keys: str) -> pa.Table:
    return to_table([ImageRecord(key=k, image=b"x", position=i, width=3) for i, k in enumerate(keys)])


def test_batch_error_costs_one_picture() -> None:
    """Catches one picture's error closing its neighbours, or their being worked on twice over."""
    records = run_records(Batchwise(), table("a", "bad", "c"))
    assert [(r.key, r.status, r.reason) for r in records] == [
        ("a", Status.PENDING, "once"), ("bad", Status.KEPT, ""), ("c", Status.PENDING, "once")]
    assert (records[1].error_class, records[1].error, records[1].result) == ("RuntimeError", "the batch is lost", b"x")


def test_lost_record_is_noticed() -> None:
    """Catches a stage that drops, doubles or reorders records."""
    _check_same_rows(table("a", "b"), table("a", "b"), "p")
    for wrong in (table("a", "b").slice(1), table("a", "b").take([1, 0])):
        with pytest.raises(RuntimeError, match="pool p was given 2 records"):
            _check_same_rows(table("a", "b"), wrong, "p")


def test_class_is_named_after_the_stage() -> None:
    """Catches progress bars in which every pool has the same name."""
    assert named("detect_refine").__name__ == "DetectRefine"
