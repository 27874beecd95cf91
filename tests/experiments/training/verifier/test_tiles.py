"""Tiles, their shards and the batches made of them."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest

from experiments.training.verifier.crops import cut
from experiments.training.verifier.fills import CHEAP, CLASSICAL, Filled, Fills, generated, laid
from experiments.training.verifier.supply import batch_of, endless, varied
from experiments.training.verifier.tiles import KINDS, Tiles, load_tiles, save_tiles, tiles_of
from operators.verify.planes import PLANES
from operators.verify.verdict import FAILURES
from tests.experiments.training.views.test_view import view
from tests.operators.fill.fakes import Noise


class Cheap(Fills):
    """Our generators stood in for by a classical filling."""

    def fill(self, name: str, crop: object, rng: np.random.Generator) -> Filled:
        return super().fill(name if name in CHEAP else "telea", crop, rng)  # type: ignore[arg-type]


def tiles(seed: int = 0) -> Tiles:
    rng = np.random.default_rng(seed)
    crop = next(c for c in (cut(view(), 7, rng) for _ in range(20)) if c is not None)
    return tiles_of(crop, Cheap(), rng)


def test_crops_have_the_form_that_the_verifier_is_shown() -> None:
    """Alpha outside the hole, a hole that is everything, a truth that no 8-bit picture could hold."""
    rng = np.random.default_rng(0)
    crops = [c for c in (cut(view(), 7, rng) for _ in range(25)) if c is not None]
    assert len(crops) > 15
    for crop in crops:
        assert 0.02 <= crop.hole.mean() <= 0.45
        assert not crop.alpha[~crop.hole].any() and (crop.known[~crop.hole] == 1).all()
        assert np.abs(255 * crop.truth - np.rint(255 * crop.truth)).max() < 1e-4
    assert any(0 < c.alpha.max() < 0.9 for c in crops) and any((c.alpha[c.hole] == 1).all() for c in crops)


def test_one_hole_gives_the_photograph_real_fillings_and_failures() -> None:
    """Photographs under other masks than the failures: the mask alone would tell them apart."""
    found = tiles()
    assert len(found) == 5 and KINDS[found.kind[0]] == "clean" and found.bad[0] == 0 and not found.labels[0].any()
    assert all(KINDS[k] in CHEAP or KINDS[k].startswith(("prior", "diffusion")) for k in found.kind[1:3])
    for row in (3, 4):
        assert KINDS[found.kind[row]] in FAILURES and found.bad[row] == 1
        assert found.labels[row, FAILURES.index(KINDS[found.kind[row]])] == 1
    assert (found.photo == 7).all() and np.isnan(found.truth[3:]).all() and np.isfinite(found.truth[:3]).all()


def test_a_shard_gives_back_what_it_was_given(tmp_path: Path) -> None:
    """Bits of holes packed along one axis and unpacked along another."""
    before = tiles()
    save_tiles(tmp_path / "a.safetensors", before)
    after = load_tiles(tmp_path / "a.safetensors")
    for f in fields(Tiles):
        assert np.array_equal(getattr(after, f.name), getattr(before, f.name), equal_nan=f.name in ("labels", "truth"))


def test_variation_turns_all_parts_alike() -> None:
    """A hole that is flipped while its picture is not teaches nothing."""
    before = tiles()
    marked = Tiles(np.repeat(before.hole[..., None], 3, -1).astype(np.uint8) * 100, before.hole.astype(np.uint8) * 200,
                   before.hole, *(getattr(before, f.name) for f in fields(Tiles)[3:]))
    for seed in range(8):
        after = varied(marked, np.random.default_rng(seed))
        assert np.array_equal(after.rgb.max(-1) > 0, after.hole) and np.array_equal(after.alpha > 0, after.hole)


def test_batches_come_without_end_and_need_tiles(tmp_path: Path) -> None:
    """A last, smaller batch, an epoch that ends the training, an endless wait for tiles that are not there."""
    with pytest.raises(FileNotFoundError, match="pack first"):
        next(endless(tmp_path, 2, 0))
    save_tiles(tmp_path / "a.safetensors", tiles())
    source = endless(tmp_path, 2, 0)
    batches = [next(source) for _ in range(5)]
    assert all(b.x.shape == (2, PLANES, 128, 128) and b.answers.shape == (2, 6) for b in batches)
    assert float(batch_of(tiles()).x[:, :3].abs().max()) <= 1


def test_real_fillings_change_the_hole_alone() -> None:
    """A generator's view laid at the wrong place, or a coarse one that leaks beyond the hole."""
    rng = np.random.default_rng(1)
    crop = next(c for c in (cut(view(), 7, rng) for _ in range(20)) if c is not None)
    for name in CLASSICAL:
        filled = Cheap().fill(name, crop, rng)
        assert np.array_equal(filled.rgb[~crop.hole], crop.truth[~crop.hole]) and filled.rgb.dtype == np.float32
    ours = laid(crop, generated(Noise(side=64), crop, 5, 1.0))
    assert np.array_equal(ours[~crop.hole], crop.truth[~crop.hole]) and not np.array_equal(ours, crop.truth)
