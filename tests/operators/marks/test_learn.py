"""From many pictures to the marks they share."""

from __future__ import annotations

import numpy as np
import pytest

from operators.marks.consensus import Consensus
from operators.marks.find import find_candidates
from tests.operators.marks.marked import jpeg, known, learnt, mark, photos


@pytest.mark.parametrize("edge", [0, 2])
def test_alpha_and_place_are_those_of_the_mark(edge: int) -> None:
    """A mark a pixel off, opacity taken for colour, or an outline taken for background."""
    found = known(edge)
    assert len(found) == 1
    truth = mark(photos()[0], edge=edge)
    height, width = truth.alpha.shape
    place = found[0].place(width, height)
    assert found[0].anchor == "bottom right" and place is not None
    high, wide = found[0].alpha.shape
    whole = np.zeros((height, width), np.float32)
    whole[place[1] : place[1] + high, place[0] : place[0] + wide] = found[0].alpha
    solid = truth.alpha > 0.4
    assert abs(float((whole - truth.alpha)[solid].mean())) < 0.05
    assert float(np.abs(whole - truth.alpha).mean()) < 0.004
    assert found[0].confidence > 0.8 and found[0].count == 24


def test_half_of_the_pictures_may_be_without_it() -> None:
    """One unmarked picture in the input spoils the estimate, or is counted as marked."""
    pictures = [mark(photo).rgb if i % 2 else jpeg(photo) for i, photo in enumerate(photos())]
    found = learnt(pictures)
    assert len(found) == 1
    assert 11 <= found[0].count <= 13 and found[0].total == 24
    solid = found[0].alpha > 0.3
    assert abs(float(np.median(found[0].alpha[solid])) - 0.5) < 0.08


def test_nine_pictures_are_enough() -> None:
    """Estimates that need hundreds of pictures: a camera roll has a dozen."""
    found = learnt([mark(photo, edge=2).rgb for photo in photos()[:9]])
    assert len(found) == 1
    assert abs(float(np.median(found[0].alpha[found[0].alpha > 0.2])) - 0.5) < 0.1


def test_photographs_alone_have_no_mark() -> None:
    """Scenery taken for a mark, which would then be subtracted from every picture."""
    assert learnt([jpeg(photo) for photo in photos()]) == []


def test_a_repeated_mark_is_one_mark_with_its_period() -> None:
    """Forty marks instead of one, or a period off by a pixel that drifts over the picture."""
    found = learnt([mark(photo, 0.35, repeat=(160, 66)).rgb for photo in photos()])
    assert len(found) == 1 and found[0].period is not None
    assert sorted(np.abs(found[0].period).max(1).tolist()) == [66.0, 160.0]
    assert np.abs(found[0].period).min(1).max() == 0


def test_order_and_workers_do_not_change_what_is_found() -> None:
    """Partial sums that lose counts, or shift fields, on their way between processes."""
    pictures = [mark(photo).rgb for photo in photos()[:12]]
    whole, parts = Consensus(), [Consensus(), Consensus()]
    for i, rgb in enumerate(pictures):
        whole.add(rgb)
        parts[i % 2].add(rgb)
    merged = Consensus()
    for part in reversed(parts):
        merged.merge(Consensus.unpack(part.pack()))
    assert merged.pictures == whole.pictures and merged.sizes == whole.sizes
    for name, field in whole.fields.items():
        for one, two in zip(field.arrays(), merged.fields[name].arrays(), strict=True):
            assert np.allclose(one, two, atol=1e-4)
    one, two = find_candidates(whole), find_candidates(merged)
    assert [c.box for c in one] == [c.box for c in two] and one


def test_memory_does_not_grow_with_sizes() -> None:
    """A field for each of a million picture sizes."""
    consensus = Consensus()
    grey = np.full((64, 64, 3), 90, np.uint8)
    for width in range(40, 64):
        consensus.add(np.ascontiguousarray(grey[:, :width]))
    assert len(consensus.fields) <= 9 + 6


def test_too_few_pictures_say_so() -> None:
    """Three pictures of one scene agree on everything: every edge would be a mark."""
    consensus = Consensus()
    consensus.add(photos()[0])
    with pytest.raises(ValueError, match="6 or more"):
        find_candidates(consensus)
