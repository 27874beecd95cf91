"""Structure that looks like text and is none: grids, railings, blinds, keys, bricks, strands, highlights."""

from __future__ import annotations

import numpy as np

from operators.render.camera import measure
from operators.render.overlay import check_photo
from operators.render.photographed import calmest, photographed, stood
from operators.render.signs import against, matter
from operators.render.surface import Surface, rolled
from operators.render.textures import TEXTURES

_PAINTED_MOST = 0.35  # of the width: paint over more than that looks laid over the picture


def render_structure(photo: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The (H, W, 3) uint8 RGB photo with one to three such things in it, photographed like the scene around them, as
    (H, W, 3) uint8; there is no letter in them. The same generator state gives the same bytes. Raises ValueError for
    another photo."""
    check_photo(photo)
    camera = measure(photo)
    image = photo
    for _ in range(int(rng.choice([1, 2, 3], p=[0.6, 0.28, 0.12]))):
        surface, share = structure(rng), float(np.exp(rng.uniform(np.log(0.15), np.log(1.3))))
        manner = "paint" if share < _PAINTED_MOST and rng.random() < 0.3 else "panel"
        plane = stood(image, surface, share, rng) if manner == "panel" else calmest(image, surface, share, rng)
        image = photographed(image, surface, plane, camera, rng, manner)
    return image


def structure(rng: np.random.Generator) -> Surface:
    """A surface with one pattern in two colours, or the pattern alone with the scene seen through its gaps."""
    width, height = int(rng.integers(160, 480)), int(rng.integers(60, 380))
    pattern = TEXTURES[int(rng.integers(len(TEXTURES)))](width, height, rng)
    ground = matter(rng)
    ink = against(ground, rng) if rng.random() < 0.6 else matter(rng)
    surface = Surface.plain(width, height, ground)
    surface.albedo += pattern[..., None] * (ink - ground)
    if rng.random() < 0.5:
        surface.cover = pattern
    surface.textured(rng, float(rng.uniform(0.01, 0.15)))
    if rng.random() < 0.15:
        return rolled(surface, float(rng.uniform(30, 80)), float(rng.uniform(-0.1, 0.1)) * height)
    return surface
