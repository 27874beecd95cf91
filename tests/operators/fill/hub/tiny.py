"""Pipelines of every kind with a few thousand random weights, in the folders that diffusers saves."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from diffusers import (
    AmusedInpaintPipeline,
    AmusedScheduler,
    AutoencoderKL,
    DDIMScheduler,
    DDPMScheduler,
    EulerDiscreteScheduler,
    FlowMatchEulerDiscreteScheduler,
    FluxFillPipeline,
    FluxTransformer2DModel,
    StableDiffusionInpaintPipeline,
    StableDiffusionLatentUpscalePipeline,
    StableDiffusionPipeline,
    StableDiffusionUpscalePipeline,
    StableDiffusionXLInpaintPipeline,
    UNet2DConditionModel,
    UVit2DModel,
    VQModel,
)
from tokenizers.pre_tokenizers import ByteLevel
from transformers import (
    CLIPTextConfig,
    CLIPTextModel,
    CLIPTextModelWithProjection,
    CLIPTokenizer,
    T5Config,
    T5EncoderModel,
)

FACTOR = 8  # of the autoencoders; SDXL insists on it


def build(kind: str, folder: Path) -> None:
    """Save the tiny pipeline of that kind."""
    torch.manual_seed(0)
    BUILDERS[kind]().save_pretrained(folder)


def tokenizer() -> CLIPTokenizer:
    alphabet = sorted(ByteLevel.alphabet())
    tokens = alphabet + [x + "</w>" for x in alphabet] + ["<|startoftext|>", "<|endoftext|>"]
    return CLIPTokenizer(vocab={token: i for i, token in enumerate(tokens)}, merges=[], model_max_length=77)


def text_config() -> CLIPTextConfig:
    return CLIPTextConfig(vocab_size=514, hidden_size=32, intermediate_size=32, num_hidden_layers=2, projection_dim=32,
                          num_attention_heads=2, bos_token_id=512, eos_token_id=513, pad_token_id=513)


def autoencoder(blocks: int = 4, **config: Any) -> AutoencoderKL:
    return AutoencoderKL(block_out_channels=(8,) * blocks, down_block_types=("DownEncoderBlock2D",) * blocks,
                         up_block_types=("UpDecoderBlock2D",) * blocks, layers_per_block=1, norm_num_groups=4,
                         **config)


def unet(channels: int, **config: Any) -> UNet2DConditionModel:
    types = {"down_block_types": ("DownBlock2D", "CrossAttnDownBlock2D"),
             "up_block_types": ("CrossAttnUpBlock2D", "UpBlock2D")}
    return UNet2DConditionModel(block_out_channels=(16, 32), layers_per_block=1, in_channels=channels, sample_size=16,
                                cross_attention_dim=config.pop("cross", 32), attention_head_dim=2, norm_num_groups=8,
                                **{**types, **config})


def ddim() -> DDIMScheduler:
    return DDIMScheduler(steps_offset=1, clip_sample=False, beta_schedule="scaled_linear", beta_start=0.00085,
                         beta_end=0.012)


def sd(cls: Any, channels: int) -> Any:
    return cls(vae=autoencoder(), text_encoder=CLIPTextModel(text_config()), tokenizer=tokenizer(), unet=unet(channels),
               scheduler=ddim(), safety_checker=None, feature_extractor=None, requires_safety_checker=False)


def sdxl(channels: int) -> Any:
    network = unet(channels, cross=64, addition_embed_type="text_time", addition_time_embed_dim=8,
                   projection_class_embeddings_input_dim=8 * 6 + 32)
    return StableDiffusionXLInpaintPipeline(
        vae=autoencoder(), text_encoder=CLIPTextModel(text_config()), tokenizer=tokenizer(), unet=network,
        text_encoder_2=CLIPTextModelWithProjection(text_config()), tokenizer_2=tokenizer(), scheduler=ddim(),
        add_watermarker=False)


def flux() -> Any:
    text = T5Config(vocab_size=514, d_model=32, d_ff=32, d_kv=8, num_layers=1, num_heads=2)
    network = FluxTransformer2DModel(in_channels=16 + 16 + 4 * FACTOR**2, out_channels=16, num_layers=1,
                                     num_single_layers=1, attention_head_dim=16, num_attention_heads=2,
                                     joint_attention_dim=32, pooled_projection_dim=32, axes_dims_rope=(4, 4, 8),
                                     guidance_embeds=True)
    return FluxFillPipeline(
        scheduler=FlowMatchEulerDiscreteScheduler(), vae=autoencoder(shift_factor=0.1, scaling_factor=0.3),
        text_encoder=CLIPTextModel(text_config()), tokenizer=tokenizer(), text_encoder_2=T5EncoderModel(text),
        tokenizer_2=tokenizer(), transformer=network)


def amused() -> Any:
    quantised: Any = VQModel(
        block_out_channels=(32, 32, 32), down_block_types=("DownEncoderBlock2D",) * 3, layers_per_block=1,
        up_block_types=("UpDecoderBlock2D",) * 3, latent_channels=8, vq_embed_dim=8, num_vq_embeddings=64,
        mid_block_add_attention=False, lookup_from_codebook=True)
    torch.nn.init.normal_(quantised.quantize.embedding.weight, std=0.3)
    network = UVit2DModel(hidden_size=32, cond_embed_dim=32, micro_cond_encode_dim=2, micro_cond_embed_dim=10,
                          encoder_hidden_size=32, vocab_size=65, codebook_size=64, in_channels=32,
                          block_out_channels=32, num_res_blocks=1, downsample=True, upsample=True, block_num_heads=1,
                          num_hidden_layers=1, num_attention_heads=1, intermediate_size=32)
    return AmusedInpaintPipeline(vqvae=quantised, tokenizer=tokenizer(), transformer=network,
                                 text_encoder=CLIPTextModelWithProjection(text_config()),
                                 scheduler=AmusedScheduler(mask_token_id=64))


def upscale_x4() -> Any:
    network = unet(7, num_class_embeds=1000)
    return StableDiffusionUpscalePipeline(
        vae=autoencoder(3, scaling_factor=0.08333), text_encoder=CLIPTextModel(text_config()), tokenizer=tokenizer(),
        unet=network, low_res_scheduler=DDPMScheduler(), scheduler=ddim(), max_noise_level=350)


def upscale_x2() -> Any:
    network = unet(8, out_channels=5, time_cond_proj_dim=128 + 32)
    return StableDiffusionLatentUpscalePipeline(
        vae=autoencoder(), text_encoder=CLIPTextModel(text_config()), tokenizer=tokenizer(), unet=network,
        scheduler=EulerDiscreteScheduler(prediction_type="sample"))


BUILDERS = {
    "amused": amused,
    "sd4": lambda: sd(StableDiffusionPipeline, 4),
    "sd9": lambda: sd(StableDiffusionInpaintPipeline, 9),
    "sdxl4": lambda: sdxl(4),
    "sdxl9": lambda: sdxl(9),
    "flux": flux,
    "upscale_x4": upscale_x4,
    "upscale_x2": upscale_x2,
}
