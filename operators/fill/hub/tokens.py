"""Which tokens are drawn and committed in a step of a masked token model (MaskGIT: Chang et al., CVPR 2022)."""

from __future__ import annotations

from typing import Any

import torch
from diffusers import AmusedScheduler
from diffusers.schedulers.scheduling_amused import AmusedSchedulerOutput
from torch import Tensor


class TokenScheduler(AmusedScheduler):
    """The scheduler of aMUSEd for one view a call: on fp32 logits (in half precision known tokens flip), with a
    sampling temperature, and with random numbers of the CPU's generator on every device.

    sampling_temperature: 0 takes the likeliest token, 1 draws from the network's own distribution. The randomness of
    the order of commits is `temperature` of `set_timesteps`.
    """

    config: Any
    timesteps: Tensor
    temperatures: Tensor
    sampling_temperature: float = 1.0

    def step(
        self,
        model_output: Tensor,
        timestep: Any,
        sample: Tensor,
        starting_mask_ratio: Any = 1.0,
        generator: torch.Generator | None = None,
        return_dict: bool = True,
    ) -> Any:
        """model_output: (1, codes, h, w) logits. sample: int64 (1, h, w), mask_token_id where unknown.
        starting_mask_ratio: share of unknown tokens before the first step. Raises ValueError for more than one view."""
        if sample.shape[0] != 1:
            raise ValueError("the share of masked tokens is a mean over the batch: give one view a call")
        logits = model_output.float()[0].flatten(1).T
        tokens = sample[0].flatten()
        unknown = tokens == self.config.mask_token_id
        drawn = self._draw(logits, generator)
        committed = torch.where(unknown, drawn, tokens)
        step = int((self.timesteps == timestep).nonzero())
        left = int(float(starting_mask_ratio) * tokens.numel() * (1 - (step + 1) / len(self.timesteps)) + 1e-4)
        keep = max(min(left, int(unknown.sum()) - 1), 0)
        if keep:
            confidence = logits.log_softmax(-1).gather(1, drawn[:, None])[:, 0]
            confidence = confidence + float(self.temperatures[step]) * _gumbel(confidence, generator)
            confidence = confidence.masked_fill(~unknown, torch.inf)
            committed[confidence.argsort(stable=True)[:keep]] = self.config.mask_token_id
        committed = committed.view_as(sample)
        return AmusedSchedulerOutput(committed, None) if return_dict else (committed, None)

    def _draw(self, logits: Tensor, generator: torch.Generator | None) -> Tensor:
        """Int64 (tokens,), by inverting the distribution: one random number a token."""
        if self.sampling_temperature <= 0:
            return logits.argmax(-1)
        cumulated = (logits / self.sampling_temperature).softmax(-1).cumsum(-1)
        at = torch.rand(len(logits), 1, generator=generator).to(logits) * cumulated[:, -1:]
        return torch.searchsorted(cumulated, at, right=True)[:, 0].clamp_max(logits.shape[-1] - 1)


def _gumbel(like: Tensor, generator: torch.Generator | None) -> Tensor:
    uniform = torch.rand(like.shape, generator=generator).clamp(1e-20, 1 - 1e-7)
    return -torch.log(-torch.log(uniform)).to(like)
