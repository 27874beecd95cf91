"""Which cases are shown."""

from __future__ import annotations

from pipelines.evaluation.gallery import ORDERS, Gallery
from tests.pipelines.evaluation.made_up import crops, row


def test_the_worst_by_every_order_survive_however_many_pairs_there_are() -> None:
    """Catches a page that shows the first pairs, or the worst by one measure only, or holds every picture in memory."""
    gallery, pictures = Gallery(18), crops()
    for number in range(300):
        one = row(f"{number:03d}", 20 + number / 100)
        if number == 7:
            one.methods["ours"]["outside_share"] = 0.9
        if number == 150:
            one.own["hole_coverage"] = 0.0
        gallery.add(one, pictures)
        assert len(gallery._cases) <= 2 * 18
    keys = [case.row.key for case in gallery.chosen()]
    assert len(keys) == 18 and keys[:2] == ["000", "001"] and {"007", "150"} <= set(keys)


def test_a_value_that_there_is_not_is_never_the_worst() -> None:
    """Catches pairs without a mask, which have no PSNR there, at the top of the worst cases."""
    clean, bad = row("clean", 0), row("bad", 10)
    clean.methods["ours"]["psnr_mask"] = None
    clean.own["hole_coverage"] = None
    for order in ORDERS[:4]:
        assert order.badness(clean) <= order.badness(bad)
