"""Which pipeline a model is, and who paints with it: by `_class_name`, as diffusers' own dispatch knows neither Flux
Fill nor aMUSEd."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np

from operators.fill.hub.amused import amused_painter
from operators.fill.hub.encodings import EncodingCache
from operators.fill.hub.flux_fill import flux_fill_painter
from operators.fill.hub.generator import HubGenerator, Painter
from operators.fill.hub.loading import DType, HubModelUnavailable, is_folder, load_pipeline, pipeline_kind
from operators.fill.hub.sampling import Sampling
from operators.fill.hub.stable_diffusion import stable_diffusion_painter

Role = Literal["prior", "diffusion"]
ON_GPU = 4  # views a call


@dataclass(frozen=True)
class Family:
    """pipeline: the class of diffusers that inpaints with its components. steps, guidance: that class's own defaults.
    autoencoder: its component that encodes views. components: handed to `from_pretrained`."""

    role: Role
    pipeline: str
    painter: Callable[[Any, Sampling], Painter]
    steps: int
    guidance: float
    autoencoder: str = "vae"
    components: tuple[tuple[str, Any], ...] = ()


UNCHECKED = (("safety_checker", None), ("feature_extractor", None), ("requires_safety_checker", False))
AMUSED = Family("prior", "AmusedInpaintPipeline", amused_painter, 12, 10.0, autoencoder="vqvae")
SD = Family("diffusion", "StableDiffusionInpaintPipeline", stable_diffusion_painter, 50, 7.5, components=UNCHECKED)
SDXL = Family("diffusion", "StableDiffusionXLInpaintPipeline", stable_diffusion_painter, 50, 7.5,
              components=(("add_watermarker", False),))
FLUX_FILL = Family("diffusion", "FluxFillPipeline", flux_fill_painter, 50, 30.0)
FAMILIES = {
    **{f"Amused{kind}Pipeline": AMUSED for kind in ("", "Img2Img", "Inpaint")},
    **{f"StableDiffusion{kind}Pipeline": SD for kind in ("", "Img2Img", "Inpaint")},
    **{f"StableDiffusionXL{kind}Pipeline": SDXL for kind in ("", "Img2Img", "Inpaint")},
    "FluxFillPipeline": FLUX_FILL,
}


def load_hub_generator(
    name_or_folder: str,
    *,
    role: Role,
    side: int,
    device: str = "cpu",
    dtype: DType = "float32",
    prompt: str = "",
    negative_prompt: str = "",
    steps: int | None = None,
    guidance: float | None = None,
    strength: float = 1.0,
    style_reference: np.ndarray | None = None,
    variant: str | None = None,
    encodings: int = 32,
) -> HubGenerator:
    """A pretrained pipeline as the generator of a role.

    name_or_folder: a folder as diffusers saves it (loaded offline), or a name on the hub, which huggingface_hub's own
    environment finds in its cache, downloads or refuses. role: prior is aMUSEd; diffusion is Stable Diffusion, SDXL
    (both with UNets of 9 or 4 channels) and Flux Fill. side: px of its views; any, best the one it was trained at.
    steps, guidance: None for the pipeline's own. style_reference: float32 (h, w, 3), RGB 0..1, whose colour statistics
    fillings take on. variant: of the weight files, such as fp16. encodings: views whose latents are kept.
    Raises `HubModelUnavailable`, saying what to run, and ValueError for settings the model does not take.
    """
    kind = pipeline_kind(name_or_folder)
    family = _family(name_or_folder, kind, role)
    sampling = Sampling(prompt, negative_prompt, family.steps if steps is None else steps,
                        family.guidance if guidance is None else guidance, strength)
    style = _checked(style_reference)
    pipeline = load_pipeline(name_or_folder, family.pipeline, device=device, dtype=dtype, variant=variant,
                             **dict(family.components))
    EncodingCache(getattr(pipeline, family.autoencoder), encodings)
    name = Path(name_or_folder).name if is_folder(name_or_folder) else name_or_folder
    return HubGenerator(name, side, family.painter(pipeline, sampling), _views_per_call(device), style)


def _family(name: str, kind: str, role: Role) -> Family:
    family = FAMILIES.get(kind)
    if family is None:
        raise HubModelUnavailable(f"{name} is a {kind}, which does not inpaint here; name one of "
                                  f"{', '.join(FAMILIES)}, for example "
                                  "`hf download stable-diffusion-v1-5/stable-diffusion-inpainting`")
    if family.role != role:
        raise HubModelUnavailable(f"{name} is a {kind}, which serves as {family.role}, not as {role}")
    return family


def _views_per_call(device: str) -> int:
    return 1 if device.startswith("cpu") else ON_GPU


def _checked(style: np.ndarray | None) -> np.ndarray | None:
    if style is not None and (style.ndim != 3 or style.shape[2] != 3 or style.dtype != np.float32 or not style.size):
        raise ValueError(f"style_reference is float32 (h, w, 3), 0..1, not {style.dtype} {style.shape}")
    return style
