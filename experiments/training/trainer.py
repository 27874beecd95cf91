"""What every trainer is: a network, its average and its optimizer, moved by one batch at a time."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Generic, TypeVar

import torch
from torch import Tensor, nn

from experiments.training.average import Average
from experiments.training.checkpoint import Progress, load_checkpoint, save_checkpoint
from experiments.training.schedule import learning_rate

Network = TypeVar("Network", bound=nn.Module)
Batch = TypeVar("Batch")


class Trainer(ABC, Generic[Network, Batch]):
    """A subclass has the `loss`. peak: highest learning rate. parts: modules with learning rates of their own, else the
    network is the only one. decay: of the weights. clip: largest norm of a gradient. random: on the CPU."""

    def __init__(self, network: Network, peak: float, device: str, parts: Sequence[nn.Module] = (), decay: float = 1e-3,
                 betas: tuple[float, float] = (0.9, 0.99), clip: float = 5.0,
                 memory_format: torch.memory_format = torch.channels_last) -> None:
        moved: Any = network.train()
        self.network: Network = moved.to(device, memory_format=memory_format)
        groups = [{"params": [p for p in part.parameters() if p.requires_grad]} for part in parts or [network]]
        self.optimizer = torch.optim.AdamW(groups, lr=peak, weight_decay=decay, betas=betas)
        self.average, self.random = Average(self.network), torch.Generator().manual_seed(0)
        self.peak, self.device, self.clip = peak, device, clip

    @abstractmethod
    def loss(self, batch: Batch, share: float) -> tuple[Tensor, dict[str, float]]:
        """The loss of a batch and its terms. share: 0..1, of the time that has passed."""

    def step(self, batch: Batch, share: float) -> dict[str, float]:
        """The terms of the loss before the update. share: 0..1, of the time that has passed."""
        self.set_rates(share)
        loss, terms = self.loss(batch, share)
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(self.network.parameters(), self.clip)
        self.optimizer.step()
        self.average.update(self.network)
        return terms

    def set_rates(self, share: float) -> None:
        """Sets the learning rates for a share 0..1 of the time."""
        for group in self.optimizer.param_groups:
            group["lr"] = learning_rate(share, self.peak)

    def resume(self, run: Path) -> Progress:
        """Takes up the checkpoint of a run; a fresh Progress when there is none."""
        progress = load_checkpoint(run, self.network, self.average, self.optimizer)
        self.average.state = {name: tensor.to(self.device) for name, tensor in self.average.state.items()}
        self.random.manual_seed(progress.step)
        return progress

    def save(self, run: Path, progress: Progress) -> None:
        """Writes the checkpoint of a run."""
        save_checkpoint(run, self.network, self.average, self.optimizer, progress)
