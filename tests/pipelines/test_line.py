"""The line as laid out from a recipe."""

from __future__ import annotations

import pytest

from operators.fill import FillStage
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


def test_each_generator_has_a_pool_of_its_own() -> None:
    """A stage that shares its actor gets one picture at a time: its micro-batches could never be full."""
    pools = [p.stages for p in pool_options(load_recipe(), "staged", 4)]
    assert ("prior",) in pools and ("diffusion",) in pools


def test_the_generators_know_the_rule_of_the_routes() -> None:
    """A failed un-blend filled by the default rule instead of the recipe's."""
    stages = build_stages(load_recipe(None, {"route.prior_max_area": 17, "seed": 5}))
    for name in ("prior", "diffusion"):
        stage = stages[name]
        assert isinstance(stage, FillStage) and (stage.route.prior_max_area, stage.seed) == (17, 5)
        assert stage.routes == (name,)


def test_the_hub_recipe_names_models_of_both_roles() -> None:
    """A recipe for pretrained models that fills harmonically."""
    fill = load_recipe("hub").fill
    assert (fill.prior, fill.diffusion) == ("amused/amused-512", "stable-diffusion-v1-5/stable-diffusion-inpainting")
    assert fill.hub_side == 512 and fill.guidance is None


def test_pools_that_reorder_the_line_are_refused() -> None:
    """Composing before filling would write pictures back as they were, and call them cleaned."""
    pools = [{"stages": ["ingest", "refine", "detect"]}, {"stages": ["prepare", "base", "prior", "diffusion", "measure", "compose"]}]
    with pytest.raises(RecipeError, match="in this order"):
        pool_options(load_recipe({"pools": pools}), "staged", 2)


def test_auto_layout_follows_the_gpus() -> None:
    """A laptop that starts four processes pays torch four times."""
    assert resolve_layout(load_recipe(), 0) == "fused"
    assert resolve_layout(load_recipe(), 2) == "staged"
    assert resolve_layout(load_recipe({"layout": "fused"}), 2) == "fused"
