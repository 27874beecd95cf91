"""Detail drawn on a mean: how fine, how strong, and where."""

from __future__ import annotations

import torch
from torch import Tensor

from operators.models.drawn_detail import detail_of, drawn_detail

SIDE = 64


def _hole() -> Tensor:
    hole = torch.zeros(1, 1, SIDE, SIDE, dtype=torch.bool)
    hole[..., 20:44, 16:48] = True
    return hole


def _noise(seed: int, level: float) -> Tensor:
    return 0.5 + level * torch.randn(1, 3, SIDE, SIDE, generator=torch.Generator().manual_seed(seed))


def _std(values: Tensor, part: Tensor) -> float:
    return float(values[part.expand_as(values)].std())


def test_as_strong_as_around_the_hole_however_strong_the_sample() -> None:
    """A sample's own amplitude kept: too much on a quiet ring, too little on a rough one."""
    hole, mean = _hole(), torch.full((1, 3, SIDE, SIDE), 0.5)
    base = torch.where(hole, mean, _noise(0, 0.04))
    weights = torch.tensor([0.299, 0.587, 0.114]).view(1, 3, 1, 1)
    around = _std((detail_of(base, 1 - hole.float(), 2.0) * weights).sum(1, keepdim=True), ~hole)
    for level in (0.02, 0.2):
        added = drawn_detail(base, mean, _noise(1, level), hole, 2.0, 1.0)
        assert 0.75 * around < _std(added, hole) < 1.3 * around
        assert not added[~hole.expand_as(added)].any()


def test_the_quiet_side_decides() -> None:
    """Specks over a face beside hair: a hole between a rough and a plain side."""
    hole, mean = _hole(), torch.full((1, 3, SIDE, SIDE), 0.5)
    left = torch.arange(SIDE) < SIDE // 2
    base = torch.where(hole | ~left, mean, _noise(0, 0.05))
    both = torch.where(hole, mean, _noise(0, 0.05))
    one_sided, rough = (drawn_detail(x, mean, _noise(1, 0.05), hole, 2.0, 1.0) for x in (base, both))
    assert _std(one_sided, hole) < 0.4 * _std(rough, hole)
    assert torch.equal(rough[:, 0], rough[:, 1]), "coloured specks"


def test_more_is_drawn_deep_in_a_hole() -> None:
    """Boxes whose middle looks plastic, since the quietest of what is around speaks there; and strokes made rough."""
    hole, mean = _hole(), torch.full((1, 3, SIDE, SIDE), 0.5)
    hole[:] = False
    hole[..., 8:-8, 8:-8] = True
    middle, rim = torch.zeros_like(hole), torch.zeros_like(hole)
    middle[..., SIDE // 2 - 4 : SIDE // 2 + 4, SIDE // 2 - 4 : SIDE // 2 + 4] = True
    rim[..., 8:10, 8:-8] = True
    base = torch.where(hole, mean, _noise(0, 0.04))
    plain, deeper = (drawn_detail(base, mean, _noise(1, 0.04), hole, 2.0, 1.0, more) for more in (0.0, 0.8))
    assert _std(deeper, middle) > 1.5 * _std(plain, middle)
    assert _std(deeper, rim) < 1.1 * _std(plain, rim)


def test_nothing_is_added_on_a_plain_ring() -> None:
    """Texture on a plain sky."""
    hole, plain = _hole(), torch.full((1, 3, SIDE, SIDE), 0.7)
    assert drawn_detail(plain, plain, _noise(1, 0.1), hole, 2.0, 1.0).abs().max() == 0


def test_nothing_is_added_where_the_mean_has_it_already() -> None:
    """Detail counted twice: a fill rougher than its surroundings."""
    hole = _hole()
    rough = _noise(0, 0.06)
    base = torch.where(hole, torch.tensor(0.5), _noise(2, 0.02))
    assert drawn_detail(base, rough, rough + 0.05 * _noise(3, 1.0), hole, 2.0, 1.0).abs().max() < 1e-6


def test_structure_of_the_sample_is_left_out() -> None:
    """A guessed slope that comes in with the texture."""
    hole, mean = _hole(), torch.full((1, 3, SIDE, SIDE), 0.5)
    slope = torch.linspace(-0.3, 0.3, SIDE).expand(1, 3, SIDE, SIDE)
    base = torch.where(hole, mean, _noise(0, 0.02))
    plain, tilted = (drawn_detail(base, mean, _noise(1, 0.02) + part, hole, 2.0, 1.0) for part in (0.0, slope))
    interior = torch.zeros_like(hole)
    interior[..., 28:36, 24:40] = True
    assert (plain - tilted)[interior.expand_as(plain)].abs().max() < 0.1 * float(plain[..., 28:36, 24:40].abs().max())


def test_an_edge_beside_the_hole_is_no_detail() -> None:
    """A step in the ring taken for texture, and noise all over the hole because of it."""
    hole, mean = _hole(), torch.full((1, 3, SIDE, SIDE), 0.5)
    base = mean.clone()
    base[..., 10, :] = 0.9
    base = torch.where(hole, mean, base)
    assert _std(drawn_detail(base, mean, _noise(1, 0.05), hole, 2.0, 1.0), hole) < 0.008
