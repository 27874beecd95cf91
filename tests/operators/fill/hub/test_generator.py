"""What every pretrained generator owes the contract."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from tests.operators.fill.hub.conftest import SIDE, Load, MakeView

KINDS = ["amused", "sd4", "sd9", "sdxl4", "sdxl9", "flux"]
every_kind = pytest.mark.parametrize("kind", KINDS)


@every_kind
def test_only_the_hole_changes(kind: str, load: Load, view: MakeView) -> None:
    """An autoencoder's round trip left in the known pixels, a crop off by the padding, or a hole left as it was."""
    asked = view()
    (filled,) = load(kind).fill([asked], 1.0)
    assert filled.shape == (SIDE, SIDE, 3) and filled.dtype == np.float32
    assert np.array_equal(filled[~asked.hole], asked.base[~asked.hole])
    assert (filled != asked.base).any(-1)[asked.hole].all()
    assert filled.min() >= 0 and filled.max() <= 1


@every_kind
def test_company_leaves_the_bits_alone(kind: str, load: Load, view: MakeView) -> None:
    """Noise shared over a batch, or aMUSEd's share of masked tokens taken as a mean over it."""
    views = [view(1), view(2, rows=(8, 50)), view(3, at=(200, 40)), view(1)]
    generator = load(kind)
    together = generator.fill(views, 1.0)
    alone = [generator.fill([one], 1.0)[0] for one in views]
    assert all(np.array_equal(a, b) for a, b in zip(together, alone, strict=True))
    assert np.array_equal(together[0], together[3])


@every_kind
def test_larger_calls_keep_views_apart(kind: str, load: Load, view: MakeView) -> None:
    """Prompts, masks, latents or noise of one view given to another, as a GPU's larger calls could."""
    views = [view(1), view(2, rows=(8, 50)), view(3, at=(200, 40))]
    generator = load(kind, prompt="clean wall", **({} if kind == "flux" else {"negative_prompt": "text"}))
    alone = generator.fill(views, 1.0)
    together = replace(generator, views_per_call=3).fill(views, 1.0)
    assert all(np.abs(a - b).max() < 2 / 255 for a, b in zip(together, alone, strict=True))


@every_kind
def test_the_seed_decides(kind: str, load: Load, view: MakeView) -> None:
    """A global random state, a seed that is ignored, or one that counts at temperature 0."""
    generator, torch_state = load(kind), torch.random.get_rng_state()
    first, again, other = generator.fill([view(1), view(1), view(2)], 1.0)
    assert np.array_equal(first, again) and not np.array_equal(first, other)
    assert torch.equal(torch.random.get_rng_state(), torch_state)
    first, other = generator.fill([view(1), view(2)], 0.0)
    assert np.array_equal(first, other)


@every_kind
def test_thin_strokes_are_sampled(kind: str, load: Load, view: MakeView) -> None:
    """A stroke of 2 px lost between the samples of the latents' grid: no prompt would change anything there."""
    one, other = (load(kind, prompt=prompt, guidance=9.0).fill([view()], 1.0)[0] for prompt in ("a fox", "snow, 1936"))
    assert not np.array_equal(one, other)


@every_kind
def test_nothing_asked_nothing_run(kind: str, load: Load, view: MakeView) -> None:
    """A view without a hole sent through the network, where a mask without tokens breaks the sampler."""
    empty = view(rows=(0, 0))
    assert np.array_equal(load(kind).fill([empty], 1.0)[0], empty.base)
    assert load(kind).fill([], 1.0) == []


def test_views_of_another_size_are_refused(load: Load, view: MakeView) -> None:
    """Pipelines stretch every picture of a call to the size of the first."""
    with pytest.raises(ValueError, match="takes views of 64 px"):
        replace(load("sd9"), side=64).fill([view()], 1.0)


def test_overflow_is_an_error(load: Load, view: MakeView, monkeypatch: pytest.MonkeyPatch) -> None:
    """An autoencoder that overflows in half precision: black fillings, without a word."""
    generator = load("sd9")
    decoder = generator.painter.pipeline.vae.decoder  # type: ignore[attr-defined]
    monkeypatch.setattr(decoder, "forward", lambda latents, *_: torch.full((1, 3, 72, 72), torch.nan))
    with pytest.raises(FloatingPointError, match="dtype float32"):
        generator.fill([view()], 1.0)


def test_equal_prompts_are_not_guided(load: Load, view: MakeView) -> None:
    """Twice the cost for a difference of nothing; guidance dropped where there is something to guide."""
    sizes = []
    for prompt in ("", "snow"):
        generator = load("sd9", prompt=prompt)
        unet = generator.painter.pipeline.unet  # type: ignore[attr-defined]
        hook = unet.register_forward_pre_hook(lambda _, args: sizes.append(len(args[0])))
        generator.fill([view()], 1.0)
        hook.remove()
    assert sizes == [1] * 4 + [2] * 4
