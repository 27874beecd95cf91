"""Number formats of the networks on a CPU."""

from __future__ import annotations


def in_bf16(precision: str) -> bool:
    """Whether to run under bf16 autocast: what the option says, and for `auto` where the CPU multiplies in it (half the
    time there, many times as long elsewhere)."""
    if precision != "auto":
        return precision == "bf16"
    import torch

    supported = getattr(torch.cpu, "_is_avx512_bf16_supported", None)
    return bool(supported and supported())
