"""Where the generators compute, and in which number format."""

from __future__ import annotations

import torch


class GpuUnavailable(RuntimeError):
    """A GPU was asked for and there is none to compute on; the message says what to do."""


def device_for(choice: str) -> str:
    """`cuda` or `cpu`, as torch names them.

    choice: `fill.device`; auto takes the GPU where torch sees one. Raises `GpuUnavailable` for a cuda that torch does
    not see: what was to run on a GPU never runs on the CPU instead.
    """
    if choice == "cpu":
        return "cpu"
    if torch.cuda.is_available():
        return "cuda"
    if choice == "auto":
        return "cpu"
    built = torch.version.cuda is not None or torch.version.hip is not None
    why = "no device or no working driver" if built else "it was built without CUDA"
    raise GpuUnavailable(
        f"a generator is to run on a GPU (fill.device: cuda, or its pool has gpus), and torch {torch.__version__} sees "
        f"none in this process ({why}): install a build of torch for the GPU on every node that has one, take gpus "
        "from the pool (gpus: 0), or say fill.device: cpu to compute on the CPU on purpose")


def half_format(device: str) -> torch.dtype:
    """Of autocast. bfloat16, whose range is that of float32, but on a GPU that does not compute in it (before Ampere)
    float16."""
    if device == "cuda" and not torch.cuda.is_bf16_supported(including_emulation=False):
        return torch.float16
    return torch.bfloat16
