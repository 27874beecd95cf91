"""What a context encoder shared by the generators could save: the time that reading a view takes each of them.

    python -m experiments.benchmarks.shared_context

Every layer that reads pixels of the context is timed within whole fillings. A shared encoder whose features replace
those layers saves at most their share; what it costs itself is not counted.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from functools import partial

import torch
from torch import nn

from experiments.benchmarks.generators import views
from operators.detection.precision import in_bf16
from operators.fill.diffusion import load_diffusion
from operators.fill.prior import load_prior

REPEATS = 20


def share_of(layers: Sequence[nn.Module], call: Callable[[], object]) -> tuple[float, float]:
    """(seconds of a call, share of it spent in the layers, 0..1), of REPEATS after one that is not counted."""
    begun, spent = [0.0], [0.0]

    def before(*_: object) -> None:
        begun[0] = time.perf_counter()

    def after(*_: object) -> None:
        spent[0] += time.perf_counter() - begun[0]

    call()
    hooks = [hook for layer in layers for hook in (layer.register_forward_pre_hook(before),
                                                   layer.register_forward_hook(after))]
    start = time.perf_counter()
    for _ in range(REPEATS):
        call()
    total = time.perf_counter() - start
    for hook in hooks:
        hook.remove()
    return total / REPEATS, spent[0] / total


def main() -> None:
    torch.set_num_threads(1)
    prior, diffusion = load_prior(), load_diffusion()
    readers = [prior.pipeline.transformer.pixels, *prior.pipeline.tokenizer.decoder.guide]
    seeds = [torch.Generator().manual_seed(0)]
    with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16, enabled=in_bf16("auto")):
        for temperature in (0.0, 1.0):
            here = partial(prior.pipeline, *views(prior.side, 1), seeds, temperature, prior.chunks)
            there = partial(diffusion.pipeline, *views(diffusion.side, 1), seeds, 8, temperature)
            rows = ("prior", share_of(readers, here)), ("diffusion", share_of([diffusion.pipeline.network.stem], there))
            for name, (seconds, share) in rows:
                print(f"{name}, temperature {temperature:g}: {seconds * 1000:.0f} ms a view, {share:.1%} of it reads "
                      "the context", flush=True)


if __name__ == "__main__":
    main()
