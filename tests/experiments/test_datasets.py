"""Which photographs are for what."""

from __future__ import annotations

from pathlib import Path

import pytest

from experiments.datasets import photos_for


def test_networks_and_judges_share_no_photograph() -> None:
    """A judge fitted on photographs that the networks know by heart trusts them too much."""
    paths = [Path(f"{n:03d}.jpg") for n in range(23)]
    networks, judges = (photos_for(use, paths[::-1]) for use in ("networks", "judges"))
    assert not set(networks) & set(judges) and sorted(networks + judges) == photos_for("all", paths) == paths
    assert len(judges) == 5
    with pytest.raises(ValueError, match="networks, judges or all"):
        photos_for("eval", paths)
