"""The verdict on a whole picture: what was filled must not be noticed, and nothing that looks like overlay be left."""

from __future__ import annotations

from operators.options import VerifyOptions
from operators.record import ImageRecord, Region, Status
from operators.verify.path import is_rejected
from operators.verify.regions import is_filled
from operators.verify.verdict import FAILURES

PASS, REVIEW, FAIL = "pass", "review", "fail"


def settle(record: ImageRecord, options: VerifyOptions) -> None:
    """Set verdict and doubt. Pictures that failed or were kept after an error get none."""
    if record.status not in (Status.PENDING, Status.UNTOUCHED, Status.CLEANED):
        record.verdict, record.doubt = "", ""
        return
    rejected = [r for r in record.regions if is_filled(r) and is_rejected(r)]
    left = max((r for r in record.regions if _may_be_overlay(r)), key=lambda r: r.confidence, default=None)
    record.verdict, record.doubt = PASS, ""
    if rejected:
        worst = max(rejected, key=lambda r: r.scores["risk"])
        record.verdict, record.doubt = FAIL, f"a filling would be noticed: {_failure(worst)}"
    elif left is not None and left.confidence > options.max_doubt:
        record.verdict = REVIEW
        record.doubt = (f"overlay may be left: confidence {left.confidence:.2f} at {_place(left)}, above "
                        f"{options.max_doubt:g}")


def _may_be_overlay(region: Region) -> bool:
    return region.route in ("", "keep") and region.kind != "scene"


def _failure(region: Region) -> str:
    kind = max(FAILURES, key=lambda name: region.scores[f"risk_{name}"])
    return f"{kind.replace('_', ' ')}, risk {region.scores['risk']:.2f} at {_place(region)}"


def _place(region: Region) -> str:
    x, y = region.quad.mean(0)
    return f"({x:.0f}, {y:.0f})"
