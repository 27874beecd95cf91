"""The words of a region's path through the gate, and what its end says."""

from __future__ import annotations

from operators.record import Region

PASSED, FAILED = "passed", "failed"  # what the verifier said
NO_BETTER = "no better"  # an earlier filling stays
NOTHING_HELPED = "no remedy"  # remedies were tried in vain


def is_judged(region: Region) -> bool:
    """Whether the verifier's word on what it is filled with now ends the path."""
    return bool(region.path) and region.path[-1] in (PASSED, FAILED)


def is_rejected(region: Region) -> bool:
    """Whether the verifier did not let pass what it is filled with now."""
    return bool(region.path) and region.path[-1] == FAILED
