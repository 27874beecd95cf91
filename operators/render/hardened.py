"""The kinds the project measures with, made harder: turned by any angle, grained, fading out."""

from __future__ import annotations

import cv2
import numpy as np

from operators.render.caption import draw_caption
from operators.render.draw import Drawer
from operators.render.fonts import FontBook
from operators.render.handwriting import draw_handwriting
from operators.render.ink import worn
from operators.render.logo import draw_logo
from operators.render.meme import draw_meme
from operators.render.sheet import Placement
from operators.render.stamp import draw_stamp
from operators.render.timestamp import draw_timestamp
from operators.render.warp import rotation, settle, shift, transform
from operators.render.watermark import draw_watermark

_USUAL: tuple[Drawer, ...] = (
    draw_caption, draw_meme, draw_timestamp, draw_watermark, draw_watermark, draw_handwriting, draw_logo,
)  # fmt: skip


def draw_usual(photo: np.ndarray, rng: np.random.Generator, fonts: FontBook) -> list[Placement]:
    """A caption, meme, timestamp, watermark, handwriting or logo; half of them turned, fading out or thinner."""
    placements = _USUAL[int(rng.integers(len(_USUAL)))](photo, rng, fonts)
    if rng.random() < 0.3:
        angle = float(rng.uniform(-180, 180))
        placements = [spun(placement, angle, photo) for placement in placements]
    if rng.random() < 0.25:
        placements = [faded_out(placement, rng) for placement in placements]
    if rng.random() < 0.25:
        share = float(rng.uniform(0.3, 0.8))
        placements = [_scaled(placement, np.float32(share)) for placement in placements]
    return placements


def draw_worn_stamp(photo: np.ndarray, rng: np.random.Generator, fonts: FontBook) -> list[Placement]:
    """A stamp in any ink and at any angle, with more wear and the grain of paper in it."""
    angle = float(rng.uniform(-180, 180)) if rng.random() < 0.3 else 0.0
    placements = [spun(placement, angle, photo) for placement in draw_stamp(photo, rng, fonts)]
    return [grained(placement, rng) for placement in placements] if rng.random() < 0.7 else placements


def spun(placement: Placement, angle: float, photo: np.ndarray) -> Placement:
    """Turned by `angle` degrees about its middle, and kept inside the (H, W, 3) photo."""
    x, y = transform(placement.homography, placement.sheet.centre[None])[0].tolist()
    turned = shift(x, y) @ rotation(angle) @ shift(-x, -y) @ placement.homography
    return placement._replace(homography=settle(turned, placement.sheet.points, photo.shape[1], photo.shape[0]))


def grained(placement: Placement, rng: np.random.Generator) -> Placement:
    """Its ink broken up by grain of a few px, and dry in patches."""
    height, width = placement.sheet.rgba.shape[:2]
    grain = rng.random((height // 2 + 1, width // 2 + 1), np.float32)
    fine = cv2.resize(grain, (width, height), interpolation=cv2.INTER_LINEAR)
    share = np.clip((fine - np.float32(rng.uniform(0, 0.5))) * np.float32(rng.uniform(2, 5)), 0, 1)
    return _scaled(placement, worn(share.astype(np.float32), rng, max(width / 40, 1.0), float(rng.uniform(0.05, 0.35))))


def faded_out(placement: Placement, rng: np.random.Generator) -> Placement:
    """Its alpha falling along a direction, to 0.1 to 0.5 of itself at the end."""
    height, width = placement.sheet.rgba.shape[:2]
    a, end = float(rng.uniform(0, 2 * np.pi)), float(rng.uniform(0.1, 0.5))
    x, y = np.linspace(-0.5, 0.5, width) * np.cos(a), np.linspace(-0.5, 0.5, height) * np.sin(a)
    along = np.clip(x[None] + y[:, None] + 0.5, 0, 1).astype(np.float32)
    return _scaled(placement, 1 - np.float32(1 - end) * along)


def _scaled(placement: Placement, share: np.ndarray | np.float32) -> Placement:
    """Its premultiplied colour and alpha times `share`, (h, w) or a number."""
    sheet = placement.sheet
    factor = np.asarray(share, np.float32)
    rgba = sheet.rgba * (factor[..., None] if factor.ndim else factor)
    return placement._replace(sheet=type(sheet)(rgba, sheet.quads, sheet.texts))
