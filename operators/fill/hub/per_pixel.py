"""Per-pixel strength: a soft mask for pipelines that blend the known picture back in at every step."""

from __future__ import annotations

from typing import Any

from torch import Tensor

INPUTS = ["mask"]


class PerPixelStrength:
    """Differential diffusion (Levin and Fried, Differential Diffusion: Giving Each Pixel Its Strength, 2023) as a
    `callback_on_step_end`: a cell that may change by c joins the sampling for the last share c of the steps and
    follows the noised original until then.

    cells: float32 (N, 1, h, w), 0..1, on the grid of the latents.
    """

    def __init__(self, cells: Tensor) -> None:
        self.cells = cells

    def released(self, step: int, steps: int) -> Tensor:
        """Float32 (N, 1, h, w) of 0 and 1: the cells that keep what the sampler made of them in that step, from 0."""
        return (self.cells * steps >= steps - step - 1e-4).to(self.cells.dtype)

    def first(self) -> Tensor:
        """The mask of the first step: what may change in full, whatever the number of steps."""
        return self.released(0, 1)

    def __call__(self, pipeline: Any, step: int, timestep: Any, tensors: dict[str, Any]) -> dict[str, Any]:
        """Hands the pipeline the mask of the step to come; guidance holds it twice."""
        mask = tensors["mask"]
        released = self.released(step + 1, pipeline.num_timesteps).to(mask)
        return {"mask": released.repeat(mask.shape[0] // released.shape[0], 1, 1, 1)}
