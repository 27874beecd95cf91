"""The line as laid out from a recipe."""

from __future__ import annotations

import pytest

from pipelines.line import STAGES, build_stages, pool_options, resolve_layout
from pipelines.recipe import RecipeError, load_recipe


def test_stages_are_named_as_the_line_says() -> None:
    """A renamed stage would make pools of a recipe refer to nothing."""
    assert tuple(build_stages(load_recipe())) == STAGES
    assert tuple(stage.name for stage in build_stages(load_recipe()).values()) == STAGES


@pytest.mark.parametrize("cpus", [1, 2, 16])
def test_every_default_pool_fits_beside_the_reader_and_the_writer(cpus: int) -> None:
    """Pools that take every core starve the read and write tasks: the job would wait for ever."""
    for layout in ("fused", "staged"):
        pools = pool_options(load_recipe(), layout, cpus)
        assert sum(p.actors * p.cpus for p in pools) <= cpus - 0.2 + 1e-9


def test_pools_that_reorder_the_line_are_refused() -> None:
    """Composing before filling would write pictures back as they were, and call them cleaned."""
    pools = [{"stages": ["ingest", "refine", "detect"]}, {"stages": ["prepare", "fill", "measure", "compose"]}]
    with pytest.raises(RecipeError, match="in this order"):
        pool_options(load_recipe({"pools": pools}), "staged", 2)


def test_auto_layout_follows_the_gpus() -> None:
    """A laptop that starts four processes pays torch four times."""
    assert resolve_layout(load_recipe(), 0) == "fused"
    assert resolve_layout(load_recipe(), 2) == "staged"
    assert resolve_layout(load_recipe({"layout": "fused"}), 2) == "fused"
