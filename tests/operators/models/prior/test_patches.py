"""A view as tokens."""

from __future__ import annotations

import numpy as np
import torch
from skimage import data

from operators.models.prior.patches import PATCH, depth, image_of, means, patches, tone


def test_a_token_holds_its_own_pixels_only() -> None:
    """Tokens in another order than the grid, or overlapping."""
    pixels = torch.zeros(1, 3, 32, 32)
    pixels[0, :, 8:16, 24:32] = torch.rand(3, 8, 8)
    tokens = patches(pixels)
    assert tokens[0].any(1).nonzero().flatten().tolist() == [1 * 4 + 3]
    assert image_of(tokens)[0, :, 1, 3].any()
    assert torch.allclose(means(pixels[:, :1]).sum() * PATCH**2, pixels[0, 0].sum())


def test_tone_does_not_see_into_the_hole() -> None:
    """Brightness of the overlay that shifts every token."""
    base = torch.from_numpy(data.astronaut()[:64, :64].copy()).permute(2, 0, 1)[None].float() / 255
    known = torch.ones(1, 1, 64, 64)
    known[..., 16:48, 16:48] = 0
    changed = torch.where(known > 0, base, 1.0)
    one, two = tone(base, known), tone(changed, known)
    assert torch.allclose(one.mean, two.mean, atol=1e-4) and torch.allclose(one.scale, two.scale, atol=1e-4)
    inside = one.normalised(base)[:, :, known[0, 0] > 0]
    assert abs(float(inside.mean())) < 1e-4 and abs(float(inside.var(2).mean()) - 1) < 0.02


def test_depth_counts_tokens_from_the_boundary() -> None:
    """An order of decoding that starts in the middle of the hole."""
    hole = torch.zeros(1, 1, 64, 64, dtype=torch.bool)
    hole[..., 8:48, 8:48] = True
    expected = np.zeros((8, 8))
    expected[1:6, 1:6] = [[1, 1, 1, 1, 1], [1, 2, 2, 2, 1], [1, 2, 3, 2, 1], [1, 2, 2, 2, 1], [1, 1, 1, 1, 1]]
    assert np.array_equal(depth(hole)[0].reshape(8, 8).numpy(), expected)
    assert not depth(torch.ones_like(hole)).any()
    assert not depth(hole & (torch.arange(64) % 8 > 0)).any()  # every token holds something known
