from __future__ import annotations

import time

import numpy as np
import pytest

from operators.fill.generator import FillView, Generator
from operators.fill.work import Order, WorkList, attributed
from operators.picture import UnreadableImage
from operators.record import ImageRecord, Status
from tests.operators.fill.fakes import Noise, Picky, Small


def record(key: str = "a") -> ImageRecord:
    return ImageRecord(key, b"picture", width=64, height=64)


def view(seed: int = 0, tone: float = 0.5, side: int = 64) -> FillView:
    hole = np.zeros((side, side), bool)
    hole[20:40, 20:40] = True
    return FillView(np.full((side, side, 3), tone, np.float32), hole, 1 - hole.astype(np.float32), seed)


def asked(work: WorkList, generator: Generator, views: list[tuple[ImageRecord, FillView]], temperature: float = 1.0
          ) -> list[tuple[int, np.ndarray]]:
    """What will be delivered, with the order's number."""
    got: list[tuple[int, np.ndarray]] = []
    for k, (owner, one) in enumerate(views):
        work.add(Order(owner, generator, one, temperature, lambda out, k=k: got.append((k, out))))  # type: ignore[misc]
    return got


def test_views_of_many_pictures_share_calls_and_each_gets_its_own() -> None:
    """Answers handed to the wrong picture; one call a view."""
    generator, work = Noise(), WorkList("fill", 4)
    pairs = [(record(str(k)), view(seed=k)) for k in range(10)]
    got = asked(work, generator, pairs)
    work.run_full()
    assert generator.calls == [4, 4] and len(got) == 8
    work.run_all()
    assert generator.calls == [4, 4, 2]
    assert all(np.array_equal(out, generator.one(pairs[k][1], 1.0)) for k, out in got)
    assert [r.measures["micro_batch_fill"] for r, _ in pairs] == [1.0] * 8 + [0.5] * 2


def test_calls_are_not_shared_between_temperatures_sizes_and_generators() -> None:
    """A batch of two shapes, or a likeliest filling drawn at random."""
    first, second, work = Noise(), Noise("other"), WorkList("fill", 8)
    one = record()
    asked(work, first, [(one, view()), (one, view(side=32))])
    asked(work, first, [(one, view())], temperature=0.0)
    asked(work, second, [(one, view())])
    work.run_all()
    assert first.calls == [1, 1, 1] and second.calls == [1]


def test_an_error_is_its_pictures_alone() -> None:
    """One bad picture that takes the whole micro-batch with it."""
    generator, work = Picky(), WorkList("fill", 8)
    good, bad = record("good"), record("bad")
    views = [(good, view(1)), (bad, view(2)), (bad, view(3, 1.0)), (good, view(4)), (bad, view(5))]
    got = asked(work, generator, views)
    work.run_all()
    assert good.open and [k for k, _ in got if k in (0, 3)] == [0, 3]
    assert (bad.status, bad.stage, bad.error_class) == (Status.KEPT, "fill", "RuntimeError")
    assert "cannot be filled" in bad.error and bad.result == b"picture"
    assert generator.calls == [5, 1, 1, 1, 1], "the last one's record was closed by then"


@pytest.mark.parametrize(("bad", "message"), [(np.nan, "not finite"), (7.0, "far outside"), (-3.0, "far outside")])
def test_a_filling_that_no_picture_can_hold_is_an_error(bad: float, message: str) -> None:
    """A network that overflowed, shipped as black or replaced by a harmonic fill without a word."""
    work, good, owner = WorkList("fill", 8), record("good"), record("bad")
    got = asked(work, Picky(bad=bad), [(owner, view(1, 1.0)), (good, view(2))])
    work.run_all()
    assert message in owner.error and good.open and [k for k, _ in got] == [1]


def test_a_slight_overshoot_is_clipped() -> None:
    """A picture given up because a network said 1.02."""
    work, owner = WorkList("fill", 8), record()
    got = asked(work, Picky(bad=1.02), [(owner, view(1, 1.0))])
    work.run_all()
    assert owner.open and got[0][1].max() == 1.0


def test_wrong_numbers_and_shapes_are_errors() -> None:
    """Answers paired with the wrong views."""
    class Short(Noise):
        def fill(self, views, temperature):  # type: ignore[no-untyped-def]
            return super().fill(views, temperature)[:-1]

    class Large(Noise):
        def one(self, view: FillView, temperature: float) -> np.ndarray:
            return np.zeros((65, 64, 3), np.float32)

    for generator, message in ((Short(), "0 fillings of 1 views"), (Large(), r"filling of (65, 64, 3)")):
        work, owner = WorkList("fill", 4), record()
        asked(work, generator, [(owner, view(k)) for k in range(3)])
        work.run_all()
        assert message in owner.error


def test_memory_that_runs_out_halves_the_micro_batch_for_good() -> None:
    """A job that dies, or silently moves to the CPU, because a batch was too large for the GPU."""
    generator = Small(room=2)
    limits: dict[int, int] = {}
    work = WorkList("fill", 8, limits)
    pairs = [(record(str(k)), view(seed=k)) for k in range(12)]
    got = asked(work, generator, pairs)
    work.run_all()
    assert sorted(k for k, _ in got) == list(range(12)) and all(r.open for r, _ in pairs)
    assert max(size for size in generator.calls[3:]) <= 4 and limits == {id(generator): 2}
    generator.calls.clear()
    again = WorkList("fill", 8, limits)
    asked(again, generator, pairs)
    again.run_all()
    assert generator.calls == [2] * 6, "the next window begins where the last one got to"


def test_a_single_view_that_does_not_fit_is_its_pictures_error() -> None:
    """Halving for ever."""
    work, owner = WorkList("fill", 8), record()
    asked(work, Small(room=0), [(owner, view(k)) for k in range(3)])
    work.run_all()
    assert owner.status is Status.KEPT and owner.error_class == "OutOfMemoryError"


def test_time_goes_to_who_spent_it() -> None:
    """Seconds of a batch all booked on one picture, or on none."""
    class Slow(Noise):
        def fill(self, views, temperature):  # type: ignore[no-untyped-def]
            time.sleep(0.04)
            return super().fill(views, temperature)

    work, pair = WorkList("fill", 4), [record("a"), record("b")]
    asked(work, Slow(), [(pair[0], view(0)), (pair[0], view(1)), (pair[0], view(2)), (pair[1], view(3))])
    work.run_all()
    assert pair[0].seconds["fill"] > 2 * pair[1].seconds["fill"] > 0
    assert pair[0].seconds["fill"] + pair[1].seconds["fill"] >= 0.04


def test_unreadable_pictures_fail_as_such() -> None:
    """A broken file called a bug of the fill stage, its bytes passed on as a picture."""
    owner = record()
    with attributed(owner, "fill"):
        raise UnreadableImage("truncated", "ends in the middle")
    assert (owner.status, owner.error_class, owner.result) == (Status.FAILED, "truncated", None)
