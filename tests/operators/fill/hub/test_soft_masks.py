"""What is known to a share changes to a share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from operators.fill.hub.batch import batch_of
from operators.fill.hub.per_pixel import PerPixelStrength
from tests.operators.fill.hub.conftest import Load, MakeView

BOX: dict[str, Any] = {"rows": (16, 48), "columns": (16, 48)}


@pytest.mark.parametrize("kind", ["amused", "sd4", "sd9", "sdxl9", "flux"])
def test_the_result_keeps_the_known_share(kind: str, load: Load, view: MakeView) -> None:
    """A feather that is dropped, or turned round: hard edges, or the membrane in the core."""
    generator, soft = load(kind), view(known=0.75, **BOX)
    (filled,) = generator.fill([soft], 1.0)
    with torch.no_grad():
        painted = generator.painter.paint(batch_of([soft], generator.painter.factor, 1.0))[0, :, :68, :68]
    expected = 0.75 * soft.base + 0.25 * painted.permute(1, 2, 0).numpy()
    assert np.allclose(filled[soft.hole], expected[soft.hole], atol=1e-5)


@pytest.mark.parametrize("kind", ["sd4", "sdxl4"])
def test_strength_is_per_pixel(kind: str, load: Load, view: MakeView) -> None:
    """A soft mask blended at every step or binarised: halfway known must lie between untouched and free."""
    generator = load(kind)
    decoder = generator.painter.pipeline.vae.post_quant_conv  # type: ignore[attr-defined]
    untouched, half, free = (
        _seen(decoder, lambda: generator.fill([view(known=known, **BOX)], 1.0), _first)[0, :, 2:6, 2:6]  # noqa: B023
        for known in (0.99, 0.5, 0.0))
    assert 0 < (half - untouched).abs().mean() < 0.8 * (free - untouched).abs().mean()


def test_cells_join_when_their_share_begins() -> None:
    """Differential diffusion the wrong way round: rims sampled from the first step, cores from the last."""
    strength = PerPixelStrength(torch.tensor([1.0, 0.75, 0.3, 0.0]).view(1, 1, 1, 4))
    released = [strength.released(step, 4).flatten().tolist() for step in range(4)]
    assert released == [[1, 0, 0, 0], [1, 1, 0, 0], [1, 1, 0, 0], [1, 1, 1, 0]]
    assert strength.first().flatten().tolist() == [1, 0, 0, 0]


def _seen(network: Any, run: Callable[[], object], pick: Callable[[tuple[Any, ...], dict[str, Any]], Tensor]) -> Tensor:
    """What the network was given in its first call."""
    seen: list[Tensor] = []
    hook = network.register_forward_pre_hook(lambda _, args, kwargs: seen.append(pick(args, kwargs)), with_kwargs=True)
    run()
    hook.remove()
    return seen[0]


def _first(args: tuple[Any, ...], kwargs: dict[str, Any]) -> Tensor:
    return args[0]


@pytest.mark.parametrize("kind", ["sd9", "sdxl9"])
def test_networks_that_inpaint_see_the_soft_mask(kind: str, load: Load, view: MakeView) -> None:
    """Binarised values, or a 2 px stroke that misses every sample of the grid (rows 30 and 31 of cells of 8)."""
    generator = load(kind)
    unet = generator.painter.pipeline.unet  # type: ignore[attr-defined]
    for known, share in ((0.0, 1.0), (0.75, 0.25)):
        soft = view(known=known)
        mask = _seen(unet, lambda: generator.fill([soft], 1.0), _first)[0, 4]  # noqa: B023
        assert torch.equal(mask[3, 1:8], torch.full((7,), share)) and mask.count_nonzero() == 7


@pytest.mark.parametrize(("known", "share"), [(0.0, 1.0), (0.75, 0.25)])
def test_flux_sees_every_pixel(known: float, share: float, load: Load, view: MakeView) -> None:
    """Binarised values, or a mask resized."""
    generator, soft = load("flux"), view(known=known, columns=(10, 50))
    transformer = generator.painter.pipeline.transformer  # type: ignore[attr-defined]
    tokens = _seen(transformer, lambda: generator.fill([soft], 1.0), lambda _, kwargs: kwargs["hidden_states"])
    mask = tokens[0, :, 32:]
    assert torch.allclose(mask[mask > 0], torch.tensor(share)) and mask.count_nonzero() == 2 * 40


def test_what_is_asked_for_is_not_shown(load: Load, view: MakeView) -> None:
    """The membrane shown to a network that was trained on blanks; context blanked by whole cells of the grid."""
    generator, asked = load("sd9"), view()
    pipeline = generator.painter.pipeline  # type: ignore[attr-defined]
    shown: list[Tensor] = []
    encode = pipeline.vae.encode
    pipeline.vae.encode = lambda x: shown.append(x) or encode(x)  # type: ignore[func-returns-value]
    generator.fill([asked], 1.0)
    pipeline.vae.encode = encode
    picture = shown[0][0, :, :68, :68].permute(1, 2, 0).numpy()
    assert len(shown) == 1 and not picture[asked.hole].any()
    assert np.allclose(picture[~asked.hole], asked.base[~asked.hole] * 2 - 1, atol=1e-6)
