"""Real fillings to judge: classical ones, our generators', un-blends that went wrong, holes that were cut too small."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import cv2
import numpy as np

from experiments.training.verifier.crops import Crop, recompressed
from experiments.training.verifier.visibility import overlay_colour
from operators.baselines import navier_stokes, telea
from operators.fill.canvas import Canvas
from operators.fill.diffusion import load_diffusion
from operators.fill.generator import Generator
from operators.fill.harmonic import fill_membrane
from operators.fill.prior import load_prior
from operators.fill.unblend import rims, unblend
from operators.fill.views import CrossFade, cut, places, step_for
from operators.measures.depth import depth_of
from operators.measures.luma import LUMA
from operators.remedy.exemplar import completed
from operators.tiles import Box
from operators.verify.views import SIDE

Fill = Callable[[Crop, np.random.Generator], np.ndarray]
OURS = ("prior_mean", "prior_sample", "diffusion_mean", "diffusion_sample")
CHEAP = ("telea", "ns", "harmonic", "grain", "exemplar", "unblend", "undercut")


@dataclass(frozen=True)
class Filled:
    """rgb: float32 (SIDE, SIDE, 3), 0..1, the composite. crop: with the hole and alpha that the verifier is told."""

    rgb: np.ndarray
    crop: Crop


@dataclass
class Fills:
    """Every kind of filling by name. Our generators are loaded when first asked for."""

    _loaded: dict[str, Generator] = field(default_factory=dict)

    def fill(self, name: str, crop: Crop, rng: np.random.Generator) -> Filled:
        """name: of OURS or CHEAP. Raises KeyError for others."""
        if name == "undercut":
            return undercut(crop, rng)
        if name == "unblend":
            return misjudged_unblend(crop, rng)
        if name in CLASSICAL:
            filled = CLASSICAL[name](crop, rng)
        else:
            generator, temperature = self._generator(name.split("_")[0]), float(name.endswith("_sample"))
            filled = generated(generator, crop, int(rng.integers(2**62)), temperature)
        return Filled(laid(crop, filled), crop)

    def _generator(self, name: str) -> Generator:
        if name not in self._loaded:
            self._loaded[name] = {"prior": load_prior, "diffusion": load_diffusion}[name]()
        return self._loaded[name]


def laid(crop: Crop, filled: np.ndarray) -> np.ndarray:
    """The composite: the filling under the truth's share of each pixel."""
    known = crop.known[..., None]
    return np.clip(known * crop.truth + (1 - known) * filled, 0, 1).astype(np.float32)


def generated(generator: Generator, crop: Crop, seed: int, temperature: float) -> np.ndarray:
    """Float32 (SIDE, SIDE, 3): as the product asks a generator for it, wide holes at a coarser step."""
    base, step = fill_membrane(crop.truth, crop.hole), 1
    while step < step_for(crop.hole, generator.side):
        step *= 2
    side = SIDE // step
    small = cv2.resize(np.dstack([base, crop.hole.astype(np.float32), crop.known]), (side, side),
                       interpolation=cv2.INTER_AREA)
    hole = small[..., 3] > 0
    canvas = Canvas(np.ascontiguousarray(small[..., :3]), hole, np.ascontiguousarray(small[..., 4]), hole, 0, 0, step)
    fade = CrossFade(canvas, generator.side)
    for place in places(hole, generator.side):
        fade.lay(place, generator.fill([cut(canvas, place, generator.side, seed)], temperature)[0])
    return base + canvas.on(fade.added(), Box(0, 0, SIDE, SIDE, ()))


def grain(crop: Crop, rng: np.random.Generator) -> np.ndarray:
    """A membrane with the detail of the place beside it, as strong as in the ring on the whole."""
    detail = crop.truth - cv2.GaussianBlur(crop.truth, (0, 0), 1.5)
    ring = (~crop.hole) & (depth_of(crop.hole) > -12)
    noise = cv2.GaussianBlur(rng.normal(0, 1, crop.hole.shape).astype(np.float32), (0, 0), 0.6)
    level = float((np.abs(detail @ LUMA))[ring].mean()) * 1.25 if ring.any() else 0.01
    return fill_membrane(crop.truth, crop.hole) + (noise * level / max(float(noise.std()), 1e-6))[..., None]


def exemplar(crop: Crop, rng: np.random.Generator) -> np.ndarray:
    """Patches from the surroundings; a membrane where there are none."""
    del rng
    found = completed(crop.truth, crop.hole)
    return fill_membrane(crop.truth, crop.hole) if found is None else found


def misjudged_unblend(crop: Crop, rng: np.random.Generator) -> Filled:
    """A translucent overlay computed back with an alpha and a colour that are nearly right, or far from it."""
    alpha = crop.alpha * (min(1.0, float(rng.uniform(0.15, 0.7)) / max(float(crop.alpha.max()), 1e-3)))
    colour = overlay_colour(crop.truth, crop.hole, rng)
    seen = _drawn_over(crop.truth, alpha, colour, rng)
    off = 0.0 if rng.random() < 0.25 else 1.0
    guess = cv2.warpAffine(alpha, np.array([[1, 0, off * rng.normal(0, 0.4)], [0, 1, off * rng.normal(0, 0.4)]]),
                           (SIDE, SIDE)) * (1 + off * float(rng.normal(0, 0.15)))
    if rng.random() < 0.3 * off:
        guess = np.asarray(cv2.GaussianBlur(guess, (0, 0), float(rng.uniform(0.5, 1.2))), np.float32)
    guess = np.where(crop.hole & (guess > 0.01), np.clip(guess, 0, 0.95), 0).astype(np.float32)
    tinted = np.clip(colour + off * rng.normal(0, 0.06, 3), 0, 1).astype(np.float32)
    back, lost = unblend(seen, guess, tinted)
    lost |= rims(guess) & crop.hole if rng.random() < 0.5 else lost
    back = fill_membrane(back, lost & crop.hole)
    told = replace(crop, alpha=guess, known=(~crop.hole).astype(np.float32))
    return Filled(laid(told, back), told)


def undercut(crop: Crop, rng: np.random.Generator) -> Filled:
    """An overlay whose hole was cut too small: filled from its own fringe, which stays around the hole."""
    colour = overlay_colour(crop.truth, crop.hole, rng)
    shape = cv2.GaussianBlur((depth_of(crop.hole) > float(rng.uniform(0, 1.5))).astype(np.float32), (0, 0), 0.7)
    seen = _drawn_over(crop.truth, shape, colour, rng)
    hole = depth_of(crop.hole) > float(rng.uniform(1.2, 3.0))
    if hole.mean() < 0.01:
        return Filled(crop.truth, crop)
    told = Crop(crop.truth, crop.alpha * hole, hole, (~hole).astype(np.float32), crop.photo)
    smooth = rng.random() < 0.5
    filled = fill_membrane(seen, hole) if smooth else telea(np.rint(255 * seen).astype(np.uint8), hole) / 255
    return Filled(np.where(hole[..., None], filled, seen).astype(np.float32), told)


def _drawn_over(truth: np.ndarray, alpha: np.ndarray, colour: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    seen = np.rint(255 * (truth + alpha[..., None] * (colour - truth))).clip(0, 255).astype(np.uint8)
    return (recompressed(seen, rng) if rng.random() < 0.3 else seen).astype(np.float32) / 255


def _eight_bit(method: Callable[[np.ndarray, np.ndarray], np.ndarray]) -> Fill:
    return lambda crop, rng: method(np.rint(255 * crop.truth).astype(np.uint8), crop.hole).astype(np.float32) / 255


CLASSICAL: dict[str, Fill] = {
    "telea": _eight_bit(telea), "ns": _eight_bit(navier_stokes), "grain": grain, "exemplar": exemplar,
    "harmonic": lambda crop, rng: fill_membrane(crop.truth, crop.hole)}
