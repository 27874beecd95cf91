"""How a pretrained pipeline samples."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Sampling:
    """prompt, negative_prompt: what the filling should and should not show; empty says nothing. steps: of the sampler.
    guidance: scale of classifier-free guidance, 1 for none (Flux: the value its network is told). strength: 0..1, share
    of the noise that the base is given; at 1 nothing of it is left in the hole.

    Raises ValueError for values that leave nothing to do.
    """

    prompt: str = ""
    negative_prompt: str = ""
    steps: int = 50
    guidance: float = 7.5
    strength: float = 1.0

    def __post_init__(self) -> None:
        if not 0 < self.strength <= 1:
            raise ValueError(f"strength is above 0 and at most 1, not {self.strength:g}")
        if int(self.steps * self.strength) < 1:
            raise ValueError(f"{self.steps} steps at strength {self.strength:g} are no step at all: raise one of them")
