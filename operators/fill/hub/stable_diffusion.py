"""Stable Diffusion and SDXL as inpainters, with UNets of 9 channels (trained to inpaint) and of 4."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor

from operators.fill.hub.batch import Batch, pooled, unpooled
from operators.fill.hub.loading import HubModelUnavailable
from operators.fill.hub.per_pixel import INPUTS, PerPixelStrength
from operators.fill.hub.sampling import Sampling

KNOWN = 0.5  # what may change less than this is shown to a UNet of 9 channels, as in its training


@dataclass(frozen=True)
class StableDiffusionPainter:
    """pipeline: StableDiffusionInpaintPipeline, or its SDXL kind. embeddings: of the prompts seen so far.

    9 channels: the network sees the soft mask, pooled to its grid. 4 channels: per-pixel strength.
    """

    pipeline: Any
    sampling: Sampling
    embeddings: dict[Any, dict[str, Tensor]] = field(default_factory=dict)

    @property
    def factor(self) -> int:
        return int(self.pipeline.vae_scale_factor)

    def paint(self, batch: Batch) -> Tensor:
        """As in `Painter`."""
        pipeline, sampling = self.pipeline, self.sampling
        guidance = sampling.guidance if self._guided() else 1.0
        prompts = {name: value.expand(len(batch), *value.shape[1:]) for name, value in self._embedded(guidance).items()}
        generators = batch.generators()
        height, width = batch.rgb.shape[-2:]
        return pipeline(
            image=batch.rgb, height=height, width=width, strength=sampling.strength, guidance_scale=guidance,
            num_inference_steps=sampling.steps, generator=generators, output_type="pt", **prompts,
            **self._mask(batch, generators),
        ).images

    def _mask(self, batch: Batch, generators: list[torch.Generator]) -> dict[str, Any]:
        cells = pooled(batch.change, self.factor)
        if self.pipeline.unet.config.in_channels == 4:
            strength = PerPixelStrength(cells)
            # latents of zeros: the pipeline would encode a masked image that a UNet of 4 channels does not take
            return {"mask_image": unpooled(strength.first(), self.factor), "callback_on_step_end": strength,
                    "callback_on_step_end_tensor_inputs": INPUTS,
                    "masked_image_latents": batch.rgb.new_zeros(len(batch), 4, *cells.shape[-2:])}
        shown = (batch.rgb * 2 - 1) * (batch.change < KNOWN)
        shown = shown.to(self.pipeline.device, self.pipeline.unet.dtype)
        return {"mask_image": unpooled(cells, self.factor),
                "masked_image_latents": self.pipeline._encode_vae_image(shown, generator=generators)}

    def _guided(self) -> bool:
        """Guidance between two equal prompts changes nothing and doubles the cost."""
        zeroed = self.pipeline.config.get("force_zeros_for_empty_prompt", False) and not self.sampling.negative_prompt
        return bool(zeroed) or self.sampling.prompt != self.sampling.negative_prompt

    def _embedded(self, guidance: float) -> dict[str, Tensor]:
        key = (self.sampling.prompt, self.sampling.negative_prompt, guidance > 1)
        if key not in self.embeddings:
            encoded = self.pipeline.encode_prompt(
                prompt=self.sampling.prompt, device=self.pipeline.device, num_images_per_prompt=1,
                do_classifier_free_guidance=guidance > 1, negative_prompt=self.sampling.negative_prompt or None)
            names = ("prompt_embeds", "negative_prompt_embeds", "pooled_prompt_embeds", "negative_pooled_prompt_embeds")
            named = zip(names, encoded, strict=False)
            self.embeddings[key] = {name: value for name, value in named if value is not None}
        return self.embeddings[key]


def stable_diffusion_painter(pipeline: Any, sampling: Sampling) -> StableDiffusionPainter:
    """Raises `HubModelUnavailable` for a UNet of other than 4 or 9 channels."""
    from diffusers.image_processor import VaeImageProcessor

    channels = pipeline.unet.config.in_channels
    if channels not in (4, 9):
        raise HubModelUnavailable(f"its UNet takes {channels} channels; one that inpaints takes 9, or 4: for example "
                                  "`hf download stable-diffusion-v1-5/stable-diffusion-inpainting`")
    if pipeline.vae.dtype == torch.float32:  # SDXL would cast it, and log so, twice a view
        pipeline.vae.register_to_config(force_upcast=False)
    pipeline.mask_processor = VaeImageProcessor(
        vae_scale_factor=pipeline.vae_scale_factor, do_normalize=False, do_binarize=False, do_convert_grayscale=True)
    return StableDiffusionPainter(pipeline, sampling)
