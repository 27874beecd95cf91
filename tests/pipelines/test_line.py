"""The line as laid out from a recipe."""

from __future__ import annotations

from operators.fill import FillStage
from pipelines.line import STAGES, build_stages
from pipelines.recipe import load_recipe


def test_stages_are_named_as_the_line_says() -> None:
    """A renamed stage would make pools of a recipe refer to nothing."""
    assert tuple(build_stages(load_recipe())) == STAGES
    assert tuple(stage.name for stage in build_stages(load_recipe()).values()) == STAGES


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


def test_each_generator_computes_where_it_is_told() -> None:
    """A device that reaches no generator, or the wrong one; or one that the library did not ask for."""
    stages = build_stages(load_recipe(), {"prior": "cuda", "diffusion": "cpu"})
    assert [stages[name].options.device for name in ("prior", "diffusion")] == ["cuda", "cpu"]  # type: ignore[attr-defined]
    assert build_stages(load_recipe())["prior"].options.device == "auto"  # type: ignore[attr-defined]
