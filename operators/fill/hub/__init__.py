"""Pretrained generators through diffusers: aMUSEd as prior; Stable Diffusion, SDXL and Flux Fill as inpainters."""

from operators.fill.hub.dispatch import load_hub_generator
from operators.fill.hub.generator import HubGenerator
from operators.fill.hub.loading import HubModelUnavailable
from operators.fill.hub.sampling import Sampling
from operators.fill.hub.upscale import load_upscaler

__all__ = ["HubGenerator", "HubModelUnavailable", "Sampling", "load_hub_generator", "load_upscaler"]
