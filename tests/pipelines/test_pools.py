"""The pools of a recipe, and the default ones."""

from __future__ import annotations

from typing import Any

import pytest

from cluster.pool import Pool, fit
from pipelines.line import STAGES
from pipelines.pools import device_of, pool_options, resolve_layout
from pipelines.recipe import PoolOptions, Recipe, RecipeError, load_recipe

HARMONIC = {"fill.prior": "harmonic", "fill.diffusion": "harmonic"}
BOTH = {"fill.prior": "embedded", "fill.diffusion": "embedded"}
FRONT, BACK = ["ingest", "marks", "detect", "refine", "prepare", "base"], ["measure", "compose"]
PRIOR, DIFFUSION = ["prior", "verify"], ["diffusion", "reverify", "mend"]


def staged(settings: dict[str, Any], cpus: float, gpus: float) -> dict[str, PoolOptions]:
    """By first stage."""
    pools = pool_options(load_recipe(None, HARMONIC | settings), "staged", cpus, gpus)
    return {pool.stages[0]: pool for pool in pools}


def held(pools: dict[str, PoolOptions]) -> dict[str, tuple[int | str, float | str]]:
    """Actors and GPUs of each, by first stage, of the pools that hold any."""
    return {name: (pool.actors, pool.gpus) for name, pool in pools.items() if pool.gpus}


@pytest.mark.parametrize("settings", [HARMONIC, BOTH, {**BOTH, "fill.device": "cpu"}])
@pytest.mark.parametrize(("cpus", "gpus"), [(1, 0), (2, 0), (16, 0), (1, 1), (16, 1), (32, 8)])
def test_every_default_pool_fits_beside_the_reader_and_the_writer(
    cpus: int, gpus: int, settings: dict[str, Any]
) -> None:
    """Pools that take every core starve the read and write tasks: the job would wait for ever."""
    for layout in ("fused", "staged"):
        pools = pool_options(load_recipe(None, settings), layout, cpus, gpus)
        assert sum(int(p.actors) * p.cpus for p in pools) <= cpus - 0.2 + 1e-9
        laid = [Pool(p.stages[0], [], int(p.actors), p.cpus, float(p.gpus)) for p in pools]
        assert fit(laid, {"CPU": cpus, "GPU": gpus}) == laid


@pytest.mark.parametrize(("gpus", "wanted"), [
    (0, {}),
    (1, {"prior": (1, 0.25), "diffusion": (1, 0.75)}),
    (2, {"prior": (1, 1), "diffusion": (1, 1)}),
    (8, {"prior": (2, 1), "diffusion": (6, 1)}),
])
def test_two_generators_share_the_gpus(gpus: int, wanted: dict[str, Any]) -> None:
    """A GPU that stands idle, one promised twice, or one held by a stage that computes on the CPU."""
    assert held(staged(BOTH, 16, gpus)) == wanted


def test_one_generator_has_all_the_gpus() -> None:
    """A harmonic pool that keeps a share of a GPU from the pool that needs it."""
    assert held(staged({"fill.diffusion": "embedded"}, 8, 1)) == {"diffusion": (1, 1)}
    assert held(staged({"fill.prior": "embedded"}, 8, 3)) == {"prior": (3, 1)}
    assert held(staged({}, 8, 3)) == {}


def test_cpu_pools_have_an_actor_on_each_core() -> None:
    """Sixteen cores of which a staged job uses five."""
    pools = staged(BOTH, 16, 1)
    assert [pools[name].actors for name in ("ingest", "refine", "measure")] == [3, 3, 3]
    assert {pool.actors for pool in staged(BOTH, 2, 0).values()} == {1}
    assert staged({}, 2, 0)["prior"].cpus == 0.1


def test_a_recipe_overrides_pool_by_pool() -> None:
    """Numbers of the recipe that the rule overrules; or pools that end up on the CPU because only others were named."""
    def pools(prior: dict[str, Any], diffusion: dict[str, Any], gpus: float) -> dict[str, Any]:
        options = [{"stages": FRONT, "actors": 2}, {"stages": PRIOR, **prior},
                   {"stages": DIFFUSION, **diffusion}, {"stages": BACK}]
        return held(staged({**BOTH, "pools": options}, 16, gpus))

    assert pools({}, {}, 1) == {"prior": (1, 0.25), "diffusion": (1, 0.75)}
    assert pools({"actors": 2}, {"gpus": 0.5, "actors": 1}, 1) == {"prior": (2, 0.125), "diffusion": (1, 0.5)}
    assert pools({"gpus": 0}, {"gpus": 0.5}, 4) == {"diffusion": (6, 0.5)}
    assert pools({"actors": 3}, {"actors": 3}, 8) == {"prior": (3, 0.5), "diffusion": (3, 1)}


def test_generators_compute_where_their_pool_says() -> None:
    """A pool without a GPU that takes one all the same, or one with a GPU that falls back to the CPU."""
    cut = [{"stages": [*FRONT, *PRIOR], "gpus": 0}, {"stages": [*DIFFUSION, *BACK]}]
    pools = staged({**BOTH, "pools": cut}, 4, 1)
    assert {name: device_of(load_recipe(None, BOTH), pool) for name, pool in pools.items()} == {
        "ingest": "cpu", "diffusion": "cuda"}
    on_purpose = load_recipe(None, {**BOTH, "fill.device": "cpu"})
    assert device_of(on_purpose, pools["diffusion"]) == "cpu"


@pytest.mark.parametrize(("layout", "gpus"), [("staged", 0), ("fused", 2)])
def test_a_gpu_that_is_asked_for_and_not_there_is_an_error(layout: str, gpus: int) -> None:
    """`fill.device: cuda` on a machine without one, silently on the CPU."""
    with pytest.raises(RecipeError, match="fill.device: cuda, and the pool of .* has no GPU"):
        pool_options(load_recipe(None, {**BOTH, "fill.device": "cuda"}), layout, 4, gpus)


@pytest.mark.parametrize("wrong", [{"gpus": 1.5}, {"gpus": -1}, {"actors": 0}, {"gpus": "many"}])
def test_pools_that_ray_cannot_make_are_refused(wrong: dict[str, Any]) -> None:
    """A job that starts and then waits for ever."""
    with pytest.raises(RecipeError, match=next(iter(wrong))):
        load_recipe({"pools": [{"stages": ["prior"], **wrong}]})


def test_pools_that_reorder_the_line_are_refused() -> None:
    """Composing before filling would write pictures back as they were, and call them cleaned."""
    pools = [{"stages": ["ingest", "refine", "detect"]}, {"stages": [*FRONT[4:], *PRIOR, *DIFFUSION, *BACK]}]
    with pytest.raises(RecipeError, match="in this order"):
        pool_options(load_recipe({"pools": pools}), "staged", 2)


def test_auto_layout_follows_the_gpus() -> None:
    """A laptop that starts five processes pays torch five times; a GPU that no generator works on is no reason to."""
    def layout(gpus: float, settings: dict[str, Any]) -> str:
        return resolve_layout(load_recipe(None, HARMONIC | settings), gpus)

    assert layout(0, BOTH) == "fused" and layout(2, BOTH) == "staged" and layout(2, {}) == "fused"
    assert layout(2, {**BOTH, "layout": "fused"}) == "fused" and layout(0, {"layout": "staged"}) == "staged"
    assert layout(2, {**BOTH, "fill.device": "cpu"}) == "fused"


def test_each_generator_has_a_pool_of_its_own() -> None:
    """A stage that shares its actor gets one picture at a time: its micro-batches could never be full."""
    assert {tuple(PRIOR), tuple(DIFFUSION)} <= {p.stages for p in pool_options(Recipe(), "staged", 4)}
    assert [p.stages for p in pool_options(Recipe(), "fused", 4)] == [STAGES]


def test_where_it_runs_may_change_between_resumes() -> None:
    """A job begun on a GPU that cannot be finished on the CPU."""
    moved = {"fill.device": "cpu", "pools": [{"stages": STAGES}], "layout": "staged"}
    assert load_recipe(None, moved).digest() == load_recipe().digest()
    assert load_recipe(None, {"fill.chunks": 5}).digest() != load_recipe().digest()
