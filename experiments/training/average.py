"""Exponential moving average of weights and buffers."""

from __future__ import annotations

import torch
from torch import nn


class Average:
    """state: name → float32 tensor, the average of what `update` saw."""

    def __init__(self, network: nn.Module, decay: float = 0.998) -> None:
        self.decay, self.updates = decay, 0
        self.state = {n: t.detach().clone() for n, t in network.state_dict().items()}

    @torch.no_grad()
    def update(self, network: nn.Module) -> None:
        """Move towards the network; faster at first, so that the start is forgotten."""
        self.updates += 1
        decay = min(self.decay, (1 + self.updates) / (10 + self.updates))
        values = network.state_dict()
        moving = [name for name, value in values.items() if value.is_floating_point()]
        torch._foreach_lerp_([self.state[name] for name in moving], [values[name] for name in moving], 1 - decay)
        for name in values.keys() - set(moving):
            self.state[name].copy_(values[name])
