"""Speed of the embedded generators: tiles a second by micro-batch, memory, and what shared latents could save.

    python -m experiments.benchmarks.generators
    python -m experiments.benchmarks.generators --device cuda

Each line calls the network on micro-batches of that size. The product itself gives a CPU one view at a time, so that a
picture's bytes do not depend on its company; on a GPU it uses batches. `arithmetic limit`: what the multiplications
alone would take at the rate that a large matrix product reaches on this device.
"""

from __future__ import annotations

import argparse
import resource
import time
from collections.abc import Callable

import numpy as np
import torch
from torch.utils.flop_counter import FlopCounterMode

from operators.detection.precision import in_bf16
from operators.fill.diffusion import load_diffusion
from operators.fill.prior import load_prior

BATCHES = (1, 4, 16, 64)
LEAST_SECONDS = 1.5


def seconds_of(call: Callable[[], object], device: str) -> float:
    """Of one call: the least of several, at least LEAST_SECONDS of them, after one that is not counted."""
    call()
    taken: list[float] = []
    while sum(taken) < LEAST_SECONDS or len(taken) < 2:
        _wait(device)
        start = time.perf_counter()
        call()
        _wait(device)
        taken.append(time.perf_counter() - start)
    return min(taken)


def _wait(device: str) -> None:
    if device == "cuda":
        torch.cuda.synchronize()


def memory_mib(device: str) -> float:
    """Most memory held so far: the process's on a CPU, the allocator's on a GPU."""
    if device == "cuda":
        return torch.cuda.max_memory_allocated() / 2**20
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def flops_per_second(device: str, half: bool) -> float:
    """Of a 2048 x 2048 matrix product."""
    dtype = torch.bfloat16 if half else torch.float32
    a, b = torch.randn(2, 2048, 2048, device=device, dtype=dtype)
    return 2 * 2048**3 / seconds_of(lambda: a @ b, device)


def curve(name: str, call: Callable[[int], Callable[[], object]], device: str, rate: float) -> None:
    """One line a micro-batch."""
    one = call(1)
    with FlopCounterMode(display=False) as counter:
        one()
    for count in BATCHES:
        seconds = seconds_of(call(count), device)
        limit = counter.get_total_flops() * count / rate
        print(f"{name:24s} batch {count:2d}: {count / seconds:7.2f} tiles/s, {seconds / count * 1000:7.1f} ms a tile, "
              f"{limit / seconds:5.0%} of the arithmetic limit, peak {memory_mib(device):.0f} MiB", flush=True)


def views(side: int, count: int) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """base, hole and known of `count` equal views with a third of hole."""
    base = torch.from_numpy(np.random.default_rng(0).random((1, 3, side, side), np.float32)).expand(count, -1, -1, -1)
    hole = torch.zeros(count, 1, side, side, dtype=torch.bool)
    hole[..., side // 3 : 2 * side // 3, :] = True
    return base.contiguous(), hole, (~hole).float()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--steps", type=int, default=8)
    device, steps = parser.parse_args().device, parser.parse_args().steps
    torch.set_num_threads(1)
    half = device == "cuda" or in_bf16("auto")
    rate = flops_per_second(device, half)
    print(f"{device}, one thread, {'bf16' if half else 'fp32'}: a matrix product reaches {rate / 1e9:.0f} GFLOP/s")
    prior, diffusion = load_prior(device=device), load_diffusion(steps=steps, device=device)

    def prior_call(temperature: float) -> Callable[[int], Callable[[], object]]:
        def of(count: int) -> Callable[[], object]:
            parts = views(prior.side, count)
            seeds = [torch.Generator().manual_seed(i) for i in range(count)]
            return lambda: prior.pipeline(*parts, seeds, temperature, prior.chunks)
        return of

    def diffusion_call(temperature: float) -> Callable[[int], Callable[[], object]]:
        def of(count: int) -> Callable[[], object]:
            parts = views(diffusion.side, count)
            seeds = [torch.Generator().manual_seed(i) for i in range(count)]
            return lambda: diffusion.pipeline(*parts, seeds, steps, temperature)
        return of

    with torch.inference_mode(), torch.autocast(device, torch.bfloat16, enabled=half):
        curve("prior, likeliest", prior_call(0.0), device, rate)
        curve(f"prior, {prior.chunks} chunks", prior_call(1.0), device, rate)
        curve("diffusion, likeliest", diffusion_call(0.0), device, rate)
        curve(f"diffusion, {steps} steps", diffusion_call(1.0), device, rate)


if __name__ == "__main__":
    main()
