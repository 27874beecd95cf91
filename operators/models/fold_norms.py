"""Batch normalisation folded into the convolutions before it, for networks that no longer learn."""

from __future__ import annotations

from typing import TypeVar

from torch import nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

Network = TypeVar("Network", bound=nn.Module)


def fold_norms(network: Network) -> Network:
    """Batch normalisation folded into the convolutions before it, in place: the same numbers in half the passes."""
    for module in list(network.modules()):
        if isinstance(module, nn.Sequential):
            for i in range(len(module) - 1):
                before, norm = module[i], module[i + 1]
                if isinstance(norm, nn.BatchNorm2d) and isinstance(before, nn.Conv2d | nn.ConvTranspose2d):
                    folded = fuse_conv_bn_eval(before, norm, transpose=isinstance(before, nn.ConvTranspose2d))
                    module[i], module[i + 1] = folded, nn.Identity()
    return network
