"""A view is encoded once for all its candidates and rounds."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from typing import Any

import torch
from torch import Tensor


class EncodingCache:
    """Stands in for `encode` of an autoencoder and remembers what its latest inputs became, by their bytes.

    What is kept is the distribution, not a sample of it: every candidate still draws its own. Items of a batch are
    encoded one by one, so an encoding does not depend on its neighbours. hits, misses: items served and encoded.
    """

    def __init__(self, autoencoder: Any, entries: int) -> None:
        """Takes the place of `autoencoder.encode`. entries: >= 1, how many are kept."""
        self._encode = autoencoder.encode
        self._entries = entries
        self._kept: OrderedDict[bytes, Any] = OrderedDict()
        self.hits = self.misses = 0
        autoencoder.encode = self

    def __call__(self, x: Tensor, return_dict: bool = True) -> Any:
        """x: (N, 3, H, W). Returns what the autoencoder's own `encode` would."""
        if not return_dict:
            return self._encode(x, return_dict=False)
        found = [self._one(item) for item in x.split(1)]
        return found[0] if len(found) == 1 else _joined(found)

    def _one(self, x: Tensor) -> Any:
        raw = x.detach().cpu().contiguous()
        kind = repr((x.dtype, tuple(x.shape))).encode()
        key = hashlib.sha256(kind + raw.view(torch.uint8).numpy().tobytes()).digest()
        if key in self._kept:
            self.hits += 1
            self._kept.move_to_end(key)
            return self._kept[key]
        self.misses += 1
        self._kept[key] = self._encode(x)
        if len(self._kept) > self._entries:
            self._kept.popitem(last=False)
        return self._kept[key]


def _joined(outputs: list[Any]) -> Any:
    first = outputs[0]
    if hasattr(first, "latents"):
        return type(first)(latents=torch.cat([output.latents for output in outputs]))
    parameters = torch.cat([output.latent_dist.parameters for output in outputs])
    return type(first)(latent_dist=type(first.latent_dist)(parameters))
