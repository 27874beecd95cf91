"""The gate in words."""

from __future__ import annotations

from pipelines.gate import Gate


def test_the_sentence_accounts_for_every_rejected_filling() -> None:
    """Catches fillings counted twice, as passed by diffusion and as mended, or in neither."""
    counts = {"prior → passed": 22, "prior → diffusion → passed": 4, "prior → diffusion → mend → passed": 2,
              "unblend → mend → left": 1, "prior → diffusion → left": 2}
    gate = Gate.of(counts)
    assert gate.words() == ("31 fillings judged, 9 rejected at first, 8 went on to diffusion (4 passed there), "
                            "2 mended, 3 left for review")
    through_second, mended, left = 4, 2, 3
    assert gate.rejected == through_second + mended + left


def test_short_ways_have_short_sentences() -> None:
    """Catches zeros and generators named in jobs that have none of it."""
    assert Gate.of({}).words() == ""
    assert Gate.of({"prior → passed": 5}).words() == "5 fillings judged, all passed"
    assert Gate.of({"prior → passed": 5, "unblend → left": 1}).words() == (
        "6 fillings judged, 1 rejected at first, 1 left for review")
    assert "(none passed there)" in Gate.of({"prior → x/y → left": 2}).words()
