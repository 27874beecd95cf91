"""Telling a picture that kills its worker from a worker that was killed."""

from __future__ import annotations

from cluster.ledger import Ledger


def test_ordinary_chunks_stay_ordinary() -> None:
    """Catches careful mode, which costs two calls a picture, without a death."""
    ledger = Ledger(2)
    for chunk in range(3):
        assert not ledger.enter(chunk, "a").careful
        ledger.leave(chunk, "a")
    assert not ledger.enter(0, "a").careful and not ledger.enter(0, "b").careful


def test_poison_is_quarantined_after_dying_alone() -> None:
    """Catches the endless loop of a picture that kills every worker."""
    ledger = Ledger(2)
    ledger.enter(7, "a")
    for death in range(2):
        entry = ledger.enter(7, "a")
        assert entry.careful and not entry.quarantined, death
        ledger.begin(7, "a", 0)
        ledger.end(7, "a")
        ledger.begin(7, "a", 3)
    assert ledger.enter(7, "a").quarantined == {3: 2}


def test_set_up_deaths_count_until_one_gets_ready() -> None:
    """Catches a pool condemned for deaths that lie long behind it."""
    ledger = Ledger(2)
    assert [ledger.set_up("a"), ledger.set_up("a"), ledger.set_up("b")] == [1, 2, 1]
    ledger.ready("a")
    assert [ledger.set_up("a"), ledger.set_up("b")] == [1, 2]


def test_unlucky_kills_condemn_nobody() -> None:
    """Catches innocent pictures being set aside because workers were evicted while they held them."""
    ledger = Ledger(2)
    ledger.enter(1, "a")
    for position in range(5):
        assert not ledger.enter(1, "a").quarantined
        ledger.begin(1, "a", position)
    assert not ledger.enter(1, "a").quarantined
