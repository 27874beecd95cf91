"""The generators that a recipe names, behind the routes that they serve. Imports what they need and nothing else."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal, cast

from operators.fill.generator import Generator
from operators.options import FillOptions

if TYPE_CHECKING:
    from operators.fill.hub.upscale import Upscaler

BASE = "harmonic"
OWN = {"prior": "PriorInpaintPipeline", "diffusion": "ResidualInpaintPipeline"}
Role = Literal["prior", "diffusion"]


def load_generators(options: FillOptions, routes: tuple[Role, ...] = ("prior", "diffusion")) -> dict[str, Generator]:
    """Of those routes, by route, prior before diffusion. A route left to the harmonic base has none. Raises what its
    loader raises."""
    named = {"prior": options.prior, "diffusion": options.diffusion}
    return {role: _loaded(role, options) for role, name in named.items() if name != BASE and role in routes}


@lru_cache(maxsize=4)
def _loaded(role: str, options: FillOptions) -> Generator:
    """The stages of one worker share it: a large model is in memory once."""
    return _prior(options) if role == "prior" else _diffusion(options)


def load_detail(options: FillOptions) -> Upscaler | None:
    """The pipeline that enlarges what was filled at a coarser scale; None for the embedded way."""
    if options.upscaler == "lanczos":
        return None
    from operators.fill.hub import load_upscaler

    return load_upscaler(options.upscaler, device=_device(options), dtype=options.hub_dtype, prompt=options.prompt)


def _prior(options: FillOptions) -> Generator:
    if not _is_ours(options.prior, "prior"):
        return _hub(options.prior, "prior", None, options)
    from operators.fill.prior import load_prior

    return cast(Generator, load_prior(options.prior, options.chunks, device=_device(options)))


def _diffusion(options: FillOptions) -> Generator:
    if not _is_ours(options.diffusion, "diffusion"):
        return _hub(options.diffusion, "diffusion", options.diffusion_steps, options)
    from operators.fill.diffusion import load_diffusion

    return cast(Generator, load_diffusion(options.diffusion, options.diffusion_steps, device=_device(options)))


def _is_ours(name: str, role: Role) -> bool:
    """Whether it is the embedded network, or a folder with one of its kind."""
    index = Path(name).expanduser() / "model_index.json"
    return name == "embedded" or (index.is_file() and json.loads(index.read_text()).get("_class_name") == OWN[role])


def _hub(name: str, role: Role, steps: int | None, options: FillOptions) -> Generator:
    from operators.fill.hub import load_hub_generator

    return load_hub_generator(
        name, role=role, side=options.hub_side, device=_device(options), dtype=options.hub_dtype, prompt=options.prompt,
        negative_prompt=options.negative_prompt, steps=steps, guidance=options.guidance)


def _device(options: FillOptions) -> str:
    from operators.fill.device import device_for

    return device_for(options.device)
