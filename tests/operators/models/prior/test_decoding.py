"""From logits to codes."""

from __future__ import annotations

import torch
from torch import Tensor

from operators.models.prior.decoding import expected, sampled
from operators.models.prior.fsq import FSQ
from operators.models.prior.patches import depth, means
from tests.operators.models.prior.small import pipeline, views


def test_the_expectation_is_of_the_codes() -> None:
    """A mean of indices, which mean nothing."""
    codebook = FSQ((5, 3)).codebook()
    logits = torch.full((1, 1, 15), -torch.inf)
    logits[..., 2], logits[..., 9] = 0.0, 0.0
    found = expected(logits, codebook)
    pair = codebook[[2, 9]]
    assert torch.allclose(found.mean[0, 0], pair.mean(0)) and torch.allclose(
        found.spread[0, 0], pair.std(0, unbiased=False), atol=2e-3)


class _Recorder:
    """A transformer that remembers what had been committed when it was asked."""

    def __init__(self) -> None:
        self.inner, self.seen = pipeline().transformer, list[Tensor]()

    def __call__(self, base: Tensor, hole: Tensor, known: Tensor, codes: Tensor, committed: Tensor) -> Tensor:
        self.seen.append(committed)
        return self.inner(base, hole, known, codes, committed)


def _sample(chunks: int, seed: int = 0) -> tuple[_Recorder, Tensor]:
    _, base, hole, known = views()
    recorder, fsq = _Recorder(), FSQ((8, 5, 5, 5))
    generators = [torch.Generator().manual_seed(seed), torch.Generator().manual_seed(seed + 1)]
    with torch.no_grad():
        codes = sampled(recorder, fsq, base, hole.float(), known, generators, 1.0, chunks)  # type: ignore[arg-type]
    return recorder, codes.mean


def test_chunks_go_from_the_boundary_inward_and_leave_nothing_open() -> None:
    """The middle of a hole guessed before what it hangs on."""
    _, _, hole, _ = views()
    recorder, codes = _sample(4)
    far, needed = depth(hole)[0], means(hole.float())[0] > 0
    counts = [int(seen[0].sum()) for seen in recorder.seen]
    assert counts == [0, 9, 18, 27] and int(needed.sum()) == 36
    for seen in recorder.seen[1:]:
        assert far[needed & seen[0]].max() <= far[needed & ~seen[0]].min()
    assert not codes[0][~needed].any() and (codes[0][needed] != 0).any(1).float().mean() > 0.9


def test_a_committed_code_stays() -> None:
    """Codes that are drawn again in every chunk."""
    assert torch.equal(_sample(5, 3)[1], _sample(5, 3)[1])
    assert not torch.equal(_sample(5, 3)[1], _sample(5, 4)[1])
