"""Enlarging what was filled at a smaller size: Lanczos, or an upscaling pipeline of diffusers."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import cv2
import numpy as np
import torch

from operators.fill.hub.batch import mirrored
from operators.fill.hub.loading import DType, HubModelUnavailable, is_folder, load_pipeline, pipeline_kind

EMBEDDED = "lanczos"
SCALES = {"StableDiffusionLatentUpscalePipeline": 2, "StableDiffusionUpscalePipeline": 4}


class Upscaler(Protocol):
    """name: as on the record."""

    @property
    def name(self) -> str: ...

    def enlarge(self, rgb: np.ndarray, height: int, width: int, seed: int) -> np.ndarray:
        """rgb: float32 (h, w, 3), 0..1. Returns float32 (height, width, 3), 0..1. Raises ValueError for a size smaller
        than the picture's in either direction."""
        ...


@dataclass(frozen=True)
class LanczosUpscaler:
    """Windowed sinc over 8 x 8 pixels (Duchon 1979); the seed plays no part."""

    name: str = EMBEDDED

    def enlarge(self, rgb: np.ndarray, height: int, width: int, seed: int) -> np.ndarray:
        """As in `Upscaler`."""
        _check(rgb, height, width)
        return _resized(rgb, height, width)


@dataclass(frozen=True)
class DiffusionUpscaler:
    """pipeline: one of SCALES. scale: its own; what is asked beyond it is Lanczos, what it gives too much is averaged.
    factor: sides it takes are multiples of it, px. guidance: towards the prompt; 0 or 1 for none."""

    name: str
    pipeline: Any
    scale: int
    factor: int
    prompt: str = ""
    steps: int = 20
    guidance: float = 0.0

    @torch.no_grad()
    def enlarge(self, rgb: np.ndarray, height: int, width: int, seed: int) -> np.ndarray:
        """As in `Upscaler`. Raises FloatingPointError when the network overflows."""
        _check(rgb, height, width)
        if (height, width) == rgb.shape[:2]:
            return rgb.astype(np.float32)
        tensor = torch.from_numpy(mirrored(rgb, self.factor).astype(np.float32)).permute(2, 0, 1)[None].contiguous()
        out = self.pipeline(
            prompt=[self.prompt], image=tensor, num_inference_steps=self.steps, guidance_scale=self.guidance,
            generator=[torch.Generator("cpu").manual_seed(seed)], output_type="pt",
        ).images[0].float().cpu().permute(1, 2, 0).numpy()
        if not np.isfinite(out).all():
            raise FloatingPointError(f"{self.name} overflowed: load it with dtype float32 or bfloat16")
        return _resized(out[: rgb.shape[0] * self.scale, : rgb.shape[1] * self.scale], height, width)


def load_upscaler(
    name: str = EMBEDDED, *, device: str = "cpu", dtype: DType = "float32", prompt: str = "", steps: int = 20,
    guidance: float = 0.0, variant: str | None = None,
) -> Upscaler:
    """`lanczos`, or a folder or a name on the hub of an upscaling pipeline, loaded as `load_hub_generator` does.

    Raises `HubModelUnavailable`, saying what to run.
    """
    if name == EMBEDDED:
        return LanczosUpscaler()
    kind = pipeline_kind(name)
    if kind not in SCALES:
        raise HubModelUnavailable(f"{name} is a {kind}, which does not upscale here; name {EMBEDDED} or one of "
                                  f"{', '.join(SCALES)}, for example `hf download stabilityai/sd-x2-latent-upscaler`")
    unchecked = {"safety_checker": None, "watermarker": None} if SCALES[kind] == 4 else {}
    pipeline = load_pipeline(name, kind, device=device, dtype=dtype, variant=variant, **unchecked)
    shown = Path(name).name if is_folder(name) else name
    return DiffusionUpscaler(shown, pipeline, SCALES[kind], _factor(pipeline, SCALES[kind]), prompt, steps, guidance)


def _factor(pipeline: Any, scale: int) -> int:
    """The x2 kind works on latents, the x4 kind on pixels; the latter's preprocessing rounds to its autoencoder's."""
    halvings = 2 ** (len(pipeline.unet.config.block_out_channels) - 1)
    latent = int(pipeline.vae_scale_factor) if scale == 2 else 2 ** (len(pipeline.vae.config.block_out_channels) - 1)
    return halvings * latent if scale == 2 else math.lcm(halvings, latent)


def _check(rgb: np.ndarray, height: int, width: int) -> None:
    if height < rgb.shape[0] or width < rgb.shape[1]:
        raise ValueError(f"{width} x {height} px is no enlargement of {rgb.shape[1]} x {rgb.shape[0]}")


def _resized(rgb: np.ndarray, height: int, width: int) -> np.ndarray:
    smaller = height * width < rgb.shape[0] * rgb.shape[1]
    rgb = np.ascontiguousarray(rgb, np.float32)
    out = cv2.resize(rgb, (width, height), interpolation=cv2.INTER_AREA if smaller else cv2.INTER_LANCZOS4)
    return np.clip(out, 0, 1)
