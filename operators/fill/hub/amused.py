"""aMUSEd as prior: masked tokens of a vector-quantised autoencoder, completed by confidence."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor

from operators.fill.hub.batch import Batch, pooled
from operators.fill.hub.sampling import Sampling

COMMIT_NOISE = 2.0  # of the order of commits at the first step, falling to 0: as aMUSEd samples (Patil et al., 2024)


@dataclass(frozen=True)
class AmusedPainter:
    """pipeline: AmusedInpaintPipeline with a `TokenScheduler`. embeddings: of the prompts seen so far.

    Every token whose cell the hole touches is drawn anew; a soft mask takes effect when the filling is composited.
    """

    pipeline: Any
    sampling: Sampling
    embeddings: dict[str, tuple[Tensor, Tensor]] = field(default_factory=dict)

    @property
    def factor(self) -> int:
        halved = self.pipeline.transformer.config.downsample
        return int(self.pipeline.vae_scale_factor) * (2 if halved else 1)

    def paint(self, batch: Batch) -> Tensor:
        """As in `Painter`, one view a call: the pipeline's share of masked tokens is a mean over the batch."""
        return torch.cat([self._paint(batch.one(index)) for index in range(len(batch))])

    def _paint(self, view: Batch) -> Tensor:
        pooled_text, hidden = self._embedded(self.sampling.prompt)
        pooled_away, hidden_away = self._embedded(self.sampling.negative_prompt)
        guided = self.sampling.prompt != self.sampling.negative_prompt
        self.pipeline.scheduler.sampling_temperature = view.temperature
        return self.pipeline(
            image=view.rgb, mask_image=(pooled(view.change, int(self.pipeline.vae_scale_factor)) > 0).float(),
            num_inference_steps=self.sampling.steps, guidance_scale=self.sampling.guidance if guided else 1.0,
            temperature=(COMMIT_NOISE * view.temperature, 0), generator=view.generators()[0], output_type="pt",
            prompt_embeds=pooled_text, encoder_hidden_states=hidden,
            negative_prompt_embeds=pooled_away, negative_encoder_hidden_states=hidden_away,
        ).images

    def _embedded(self, prompt: str) -> tuple[Tensor, Tensor]:
        """Pooled (1, d) and last but one hidden states (1, tokens, d)."""
        if prompt not in self.embeddings:
            tokenizer = self.pipeline.tokenizer
            tokens = tokenizer([prompt], return_tensors="pt", padding="max_length", truncation=True,
                               max_length=tokenizer.model_max_length)
            out = self.pipeline.text_encoder(tokens.input_ids.to(self.pipeline.device), output_hidden_states=True)
            self.embeddings[prompt] = out.text_embeds, out.hidden_states[-2]
        return self.embeddings[prompt]


def amused_painter(pipeline: Any, sampling: Sampling) -> AmusedPainter:
    """Raises ValueError for a strength below 1: a token is known or not."""
    from diffusers.image_processor import VaeImageProcessor

    from operators.fill.hub.tokens import TokenScheduler

    if sampling.strength != 1:
        raise ValueError("aMUSEd knows no strength below 1")
    pipeline.scheduler = TokenScheduler.from_config(pipeline.scheduler.config)
    # factor 1: the pipeline's own rounds the token grid, too, to multiples of the autoencoder's factor
    pipeline.mask_processor = VaeImageProcessor(
        vae_scale_factor=1, do_normalize=False, do_binarize=True, do_convert_grayscale=True)
    return AmusedPainter(pipeline, sampling)
