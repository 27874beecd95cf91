"""The fill stage with generators behind its routes."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from operators.fill import FillStage
from operators.fill.generator import Generator
from operators.fill.generators import load_generators
from operators.measure import composed
from operators.models.embedded import weights_folder
from operators.options import FillOptions, RouteOptions
from operators.record import ImageRecord, Region, Status, from_table, to_table
from operators.refine import RefineStage
from operators.route import PrepareStage
from operators.tiles import Box
from tests.operators.fill.fakes import Noise, Picky
from tests.operators.fill.test_stage import given_matte
from tests.operators.overlaid import captioned, hole_of, photo, record_of

WHOLE = Box(0, 0, 512, 512, ())


def prepared(record: ImageRecord, options: FillOptions = FillOptions()) -> ImageRecord:
    for stage in (RefineStage(), PrepareStage(fill=options)):
        stage([record])
        assert record.error == "", record.error
    return record


def routed(record: ImageRecord, *routes: str) -> ImageRecord:
    for region, route in zip(record.regions, routes, strict=True):
        region.route = route
    return record


def two_lines(key: str = "a") -> ImageRecord:
    """One caption on two lines, in one tile."""
    case = captioned(at=(60, 380), size=28)
    record = case.record(quads=[case.quad, case.quad + np.array([0, 42], np.float32)])
    record.key = key
    return routed(prepared(record), "prior", "diffusion")


def stage(options: FillOptions = FillOptions(), seed: int = 0, **generators: Any) -> FillStage:
    return FillStage(options.model_copy(update={"grain": False}), seed, generators=generators)


def fills(record: ImageRecord) -> list[bytes]:
    assert record.error == "", record.error
    return [tile.fill.tobytes() for tile in record.tiles if tile.fill is not None]


def test_each_route_goes_to_its_generator_and_the_record_says_so() -> None:
    """A prior's work done by the diffusion model, by both, or by nobody."""
    record, plain = two_lines(), two_lines()
    stage(prior=Noise("prior", 128, 0.2), diffusion=Noise("diffusion", 64, -0.2))([record])
    stage()([plain])
    assert [r.generator for r in record.regions] == ["prior", "diffusion"]
    assert [t.generator for t in record.tiles] == ["diffusion+prior"]
    change = composed(record, WHOLE) - composed(plain, WHOLE)
    first, second = (hole_of(record_of(photo(), [r])) for r in record.regions)
    assert change[first & ~second].mean() > 0.05 and change[second & ~first].mean() < -0.05
    assert not change[~(first | second)].any()


def test_flat_regions_stay_harmonic() -> None:
    """A network on a plain sky, where it can only do harm."""
    record, plain = routed(two_lines(), "flat", "flat"), routed(two_lines(), "flat", "flat")
    generator = Noise()
    stage(prior=generator, diffusion=generator)([record])
    stage()([plain])
    assert {r.generator for r in record.regions} == {"harmonic"} and generator.calls == []
    assert fills(record) == fills(plain) and "micro_batch_fill" not in record.measures


def test_nothing_the_hole_covers_reaches_a_generator() -> None:
    """A generator that is shown the letters it is to replace."""
    case = captioned(at=(60, 380), size=28)
    first = routed(prepared(case.record()), "prior")
    noisy = case.image.copy()
    hole = hole_of(first)
    noisy[hole] = np.random.default_rng(0).integers(0, 256, (int(hole.sum()), 3))
    second = record_of(noisy, copy.deepcopy(first.regions))
    second.tiles = copy.deepcopy(first.tiles)
    stage(prior=Noise())([first])
    stage(prior=Noise())([second])
    assert fills(first) == fills(second)


@pytest.mark.parametrize("candidates", [1, 3])
def test_neither_window_nor_micro_batch_nor_neighbours_change_a_candidate(candidates: int) -> None:
    """Fused and staged layouts, or two runs of one job, that give other pictures."""
    keys = ["a", "b"]
    results: list[list[list[bytes]]] = []
    for micro_batch, window in ((1, 1), (4, 2), (64, 2)):
        options = FillOptions(candidates=candidates, micro_batch=micro_batch)
        records = [two_lines(key) for key in keys]
        filler = stage(options, 3, prior=Noise("prior", 128), diffusion=Noise("diffusion", 64))
        pictures = [r._picture for r in records]
        for start in range(0, len(records), window):
            filler(records[start : start + window])
        for record, picture in zip(records, pictures, strict=True):
            record._picture = picture
        results.append([fills(r) for r in records])
    assert results[0] == results[1] == results[2]
    alone = two_lines("b")
    stage(FillOptions(candidates=candidates), 3, prior=Noise("prior", 128), diffusion=Noise("diffusion", 64))([alone])
    assert fills(alone) == results[0][1]
    assert (results[0][0] != results[0][1]) is (candidates > 1), "at temperature 0 the key plays no part"


def test_the_best_candidate_is_kept_and_all_scores_are_on_record() -> None:
    """The last candidate shipped, or a choice that nobody can check."""
    class Better(Noise):
        def one(self, view: Any, temperature: float) -> np.ndarray:
            if view.seed == good[0]:
                return np.asarray(view.base)
            return np.where(view.hole[..., None], np.clip(view.base + 0.4, 0, 1), view.base)

    class Watch(Noise):
        def one(self, view: Any, temperature: float) -> np.ndarray:
            good.append(view.seed)
            return np.asarray(view.base)

    good: list[int] = []
    case = captioned(at=(60, 380), size=40, text="Hi")
    options = FillOptions(candidates=3)
    stage(options, prior=Watch(side=256))([routed(prepared(case.record()), "prior")])
    assert len(good) == 3
    del good[0], good[1:]
    record, plain = (routed(prepared(case.record()), "prior") for _ in range(2))
    stage(options, prior=Better(side=256))([record])
    stage()([plain])
    assert fills(record) == fills(plain)
    (tile,) = record.tiles
    assert len(tile.scores) == 3 and tile.score == tile.scores[1] == min(tile.scores)
    features = record.regions[0].features
    assert features["candidate"] == 1.0
    assert [features[f"candidate_{k}"] for k in range(3)] == tile.scores
    assert tile.seed > 0 and from_table(to_table([record]))[0].tiles[0].scores == tile.scores


def test_the_recipes_seed_draws_others() -> None:
    """A seed of the recipe that is read and not used."""
    options = FillOptions(temperature=1.0)
    runs = []
    for seed in (0, 0, 1):
        record = two_lines()
        stage(options, seed, prior=Noise(), diffusion=Noise())([record])
        runs.append(fills(record))
    assert runs[0] == runs[1] != runs[2]


def test_one_picture_that_cannot_be_filled_costs_no_other() -> None:
    """A window closed by its worst picture; or that picture shipped with the base as if it had been filled."""
    white = captioned("coffee", (60, 300), colour=(0, 0, 0))
    bright = record_of(np.maximum(white.image, 250), white.record().regions)
    bright = prepared(bright)
    for region in bright.regions:
        region.route = "prior"
    good, last = two_lines("a"), two_lines("b")
    assert bright.tiles
    stage(FillOptions(micro_batch=64), prior=Picky(), diffusion=Noise())([good, bright, last])
    assert (bright.status, bright.error_class, bright.tiles) == (Status.KEPT, "RuntimeError", [])
    assert good.open and last.open and [r.generator for r in last.regions] == ["noise", "noise"]


def test_what_unblending_cannot_save_takes_the_route_it_would_have_had() -> None:
    """A ghost handed to the membrane although a generator is there for it."""
    case = captioned("coffee", (60, 300), level=0.6)
    x0, y0, x1, y1 = (int(v) for v in (*case.quad[0], *case.quad[2]))
    crop = case.alpha[y0:y1, x0:x1]
    wrong = given_matte(case.image, (x0, y0, x1, y1), 0.5 * crop, 1.0)
    right = given_matte(case.image, (x0, y0, x1, y1), crop, 1.0)
    for record in (wrong, right):
        PrepareStage()([record])
        assert record.regions[0].route == "unblend"
        FillStage(route=RouteOptions(prior_max_area=100000), generators={"prior": Noise("prior")})([record])
    assert wrong.regions[0].generator == "prior" and wrong.tiles[0].generator == "prior"
    assert "ghost" in wrong.regions[0].reason and "filled as prior (within its limits" in wrong.regions[0].reason
    assert right.regions[0].generator == "unblend" and right.tiles[0].scores == []


def large(options: FillOptions) -> ImageRecord:
    box = np.array([[60, 80], [440, 80], [440, 400], [60, 400]], np.float32)
    record = prepared(record_of(photo(), [Region(box, 1.0, kind="box", source="recipe")]), options)
    return routed(record, "diffusion")


def test_a_large_hole_in_several_tiles_is_looked_at_as_one() -> None:
    """Views that are nothing but hole, a filling for each tile of its own, or a seam between them."""
    options = FillOptions(tile_side=256)
    record, plain = large(options), large(options)
    seen: list[float] = []

    class Tone(Noise):
        def one(self, view: Any, temperature: float) -> np.ndarray:
            seen.append(float(view.hole.mean()))
            return np.where(view.hole[..., None], view.base + 0.1, view.base).astype(np.float32)

    generator = Tone("diffusion", 64)
    FillStage(options, generators={"diffusion": generator})([record])
    FillStage(options)([plain])
    assert len(record.tiles) > 3 and len(seen) <= 4 and max(seen) < 0.7
    assert {t.generator for t in record.tiles} == {"diffusion"}
    change = (composed(record, WHOLE) - composed(plain, WHOLE))[110:370, 90:410]
    assert abs(float(change.mean()) - 0.1) < 0.02
    assert np.abs(np.diff(change.mean((0, 2)))).max() < 0.05
    for tile in record.tiles:
        assert tile.fill is not None and tile.fill.dtype == np.uint16


def test_detail_of_the_surroundings_comes_back_into_a_large_hole() -> None:
    """A large hole that is a smear although its surroundings are not."""
    record, plain = large(FillOptions()), large(FillOptions())
    stage(diffusion=Noise("diffusion", 64, 0.0))([record])
    stage()([plain])

    def roughness(done: ImageRecord) -> float:
        return float(np.abs(np.diff(composed(done, WHOLE)[120:360, 100:400], axis=1)).mean())

    assert roughness(record) > 1.5 * roughness(plain)


def test_a_picture_smaller_than_a_view() -> None:
    """A thumbnail that no view fits into."""
    image = captioned(at=(10, 10), size=20, text="Hi").image[:44, :60].copy()
    record = record_of(image, [Region(np.array([[8, 8], [34, 8], [34, 34], [8, 34]], np.float32), 0.9,
                                      source="sample")])
    routed(prepared(record), "prior")
    stage(prior=Noise(side=128))([record])
    assert record.error == "" and record.regions[0].generator == "noise"


@pytest.mark.parametrize("role", ["prior", "diffusion"])
def test_the_embedded_generators_keep_the_promise_of_their_contract(role: str) -> None:
    """A network whose bytes depend on the micro-batch, on the window or on what shares it."""
    if not (weights_folder(role) / "model_index.json").is_file():
        pytest.skip(f"the package holds no weights of {role} yet")
    options = FillOptions(**{role: "embedded"}, candidates=2)  # type: ignore[arg-type]
    generators = load_generators(options)
    runs = [_run(options.model_copy(update={"micro_batch": m}), generators, role, w) for m, w in ((1, 1), (16, 2))]
    assert runs[0] == runs[1]


def _run(options: FillOptions, generators: dict[str, Generator], role: str, window: int) -> list[list[bytes]]:
    cases = [captioned(at=(60, 380), size=28, text=text) for text in ("Hello", "old world")]
    records = [routed(prepared(case.record()), role) for case in cases]
    make: Callable[[], FillStage] = lambda: FillStage(options, generators=generators)  # noqa: E731
    for start in range(0, 2, window):
        make()(records[start : start + window])
    return [fills(r) for r in records]
