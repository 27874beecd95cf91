"""Flux Fill as inpainter: its network sees the mask of every pixel, soft as it is."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from torch import Tensor

from operators.fill.hub.batch import Batch
from operators.fill.hub.sampling import Sampling


@dataclass(frozen=True)
class FluxFillPainter:
    """pipeline: FluxFillPipeline. embeddings: of the prompts seen so far."""

    pipeline: Any
    sampling: Sampling
    embeddings: dict[str, dict[str, Tensor]] = field(default_factory=dict)

    @property
    def factor(self) -> int:
        return int(self.pipeline.vae_scale_factor) * 2  # latents are packed by 2 x 2

    def paint(self, batch: Batch) -> Tensor:
        """As in `Painter`."""
        height, width = batch.rgb.shape[-2:]
        prompts = {name: value.expand(len(batch), *value.shape[1:]) for name, value in self._embedded().items()}
        return self.pipeline(
            image=batch.rgb, mask_image=batch.change, height=height, width=width, strength=self.sampling.strength,
            num_inference_steps=self.sampling.steps, guidance_scale=self.sampling.guidance,
            generator=batch.generators(), output_type="pt", **prompts,
        ).images

    def _embedded(self) -> dict[str, Tensor]:
        prompt = self.sampling.prompt
        if prompt not in self.embeddings:
            tokens, pooled, _ = self.pipeline.encode_prompt(prompt, device=self.pipeline.device)
            self.embeddings[prompt] = {"prompt_embeds": tokens, "pooled_prompt_embeds": pooled}
        return self.embeddings[prompt]


def flux_fill_painter(pipeline: Any, sampling: Sampling) -> FluxFillPainter:
    """Raises ValueError for a negative prompt, which Flux does not take."""
    from diffusers.image_processor import VaeImageProcessor

    if sampling.negative_prompt:
        raise ValueError("Flux Fill takes no negative prompt")
    pipeline.mask_processor = VaeImageProcessor(
        vae_scale_factor=pipeline.vae_scale_factor * 2, vae_latent_channels=pipeline.latent_channels,
        do_normalize=False, do_binarize=False, do_convert_grayscale=True)
    return FluxFillPainter(pipeline, sampling)
