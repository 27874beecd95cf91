"""One encoding a view, however many candidates and rounds."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
import torch

from operators.fill.hub.encodings import EncodingCache
from tests.operators.fill.hub.conftest import Load, MakeView


@pytest.mark.parametrize(("kind", "encodings"), [("amused", 1), ("sd4", 1), ("sd9", 1), ("sdxl9", 1), ("flux", 2)])
def test_candidates_and_rounds_share_an_encoding(kind: str, encodings: int, load: Load, view: MakeView) -> None:
    """The autoencoder run again for every candidate, every round or every prompt."""
    asked = [view(seed, at=(7, 90)) for seed in (1, 2, 3)]
    generator = load(kind)
    pipeline = generator.painter.pipeline  # type: ignore[attr-defined]
    cache = (pipeline.vqvae if kind == "amused" else pipeline.vae).encode
    hits, misses = cache.hits, cache.misses
    first = generator.fill(asked, 1.0)
    again = load(kind, prompt="snow", steps=6).fill(asked, 1.0)
    assert cache.misses - misses == encodings and cache.hits - hits == 5 * encodings
    assert not np.array_equal(first[0], again[0]) and np.array_equal(first[0], generator.fill(asked, 1.0)[0])


def test_only_the_latest_are_kept() -> None:
    """Memory that grows with the data set; one picture served for another."""
    calls = []

    def encode(x: torch.Tensor, return_dict: bool = True) -> SimpleNamespace:
        calls.append(float(x.mean()))
        return SimpleNamespace(latents=x * 2)

    autoencoder = SimpleNamespace(encode=encode)
    EncodingCache(autoencoder, 2)
    x = torch.arange(3.0).view(3, 1, 1, 1).expand(3, 3, 4, 4)
    assert torch.equal(autoencoder.encode(x).latents, x * 2) and calls == [0, 1, 2]
    assert torch.equal(autoencoder.encode(x[2:]).latents, x[2:] * 2) and len(calls) == 3
    autoencoder.encode(x[:1])
    assert len(calls) == 4
