"""A surface with something printed on it, before it is photographed."""

from __future__ import annotations

from dataclasses import dataclass, field

import cv2
import numpy as np

from operators.render.ink import Ink
from operators.render.warp import box_quad


def tone(red: float, green: float, blue: float) -> np.ndarray:
    """(3,) float32: a colour, 0..1."""
    return np.array([red, green, blue], np.float32)


@dataclass
class Surface:
    """albedo: (h, w, 3) float32, 0..1. cover: (h, w) float32, 0..1, where the surface is. quads, texts: one per line.
    Written on in place."""

    albedo: np.ndarray
    cover: np.ndarray
    quads: list[np.ndarray] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)

    @classmethod
    def plain(cls, width: int, height: int, colour: np.ndarray) -> Surface:
        """A rectangle of one colour, (3,) or (h, w, 3)."""
        albedo = np.empty((height, width, 3), np.float32)
        albedo[:] = colour
        return cls(albedo, np.ones((height, width), np.float32))

    @property
    def size(self) -> tuple[int, int]:
        """(width, height)."""
        return self.cover.shape[1], self.cover.shape[0]

    def ink(self, ink: Ink, colour: np.ndarray, opacity: float = 1.0) -> None:
        """Print the ink in a colour, (3,) or (h, w, 3); what is beyond the surface is cut."""
        x0, y0 = max(ink.x, 0), max(ink.y, 0)
        x1, y1 = min(ink.x + ink.coverage.shape[1], self.size[0]), min(ink.y + ink.coverage.shape[0], self.size[1])
        if x1 <= x0 or y1 <= y0:
            return
        share = ink.coverage[y0 - ink.y : y1 - ink.y, x0 - ink.x : x1 - ink.x, None] * np.float32(opacity)
        window = self.albedo[y0:y1, x0:x1]
        window += share * (np.asarray(colour, np.float32) - window)

    def write(self, ink: Ink, text: str, colour: np.ndarray, opacity: float = 1.0) -> None:
        """Print a line and note where it is; a line that lies outside by more than half is left out."""
        x0, y0, x1, y1 = ink.box()
        width, height = self.size
        seen = max(min(x1, width) - max(x0, 0), 0) * max(min(y1, height) - max(y0, 0), 0)
        if seen * 2 < (x1 - x0) * (y1 - y0):
            return
        self.ink(ink, colour, opacity)
        self.quads.append(box_quad(max(x0, 0), max(y0, 0), min(x1, width), min(y1, height)))
        self.texts.append(text)

    def textured(self, rng: np.random.Generator, strength: float) -> None:
        """Give the surface and what is printed on it one texture: grain and blotches, relative change `strength`."""
        width, height = self.size
        fine = rng.standard_normal((height // 2 + 2, width // 2 + 2), np.float32)
        coarse = rng.standard_normal((height // 24 + 2, width // 24 + 2), np.float32)
        relief = cv2.add(
            cv2.resize(fine, (width, height), interpolation=cv2.INTER_LINEAR),
            cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC),
        )
        self.albedo *= np.clip(1 + np.float32(strength) * relief, 0.3, 1.7)[..., None]
        np.clip(self.albedo, 0, 1, out=self.albedo)


def rolled(surface: Surface, degrees: float, bow: float) -> Surface:
    """The surface around an upright cylinder, seen to `degrees` (5 to 85) on either side; its rows sag by `bow` px in
    the middle, and it darkens towards its sides."""
    width, height = surface.size
    half = np.deg2rad(degrees)
    u = (np.arange(width, dtype=np.float32) + np.float32(0.5)) / width * 2 - 1
    turn = np.arcsin(u * np.sin(half))
    columns = ((turn / half + 1) / 2 * width - 0.5).astype(np.float32)
    drop = (bow * (1 - u**2)).astype(np.float32)
    tall = height + int(np.ceil(abs(bow))) + 1
    rows = np.arange(tall, dtype=np.float32)[:, None] - drop[None] - (abs(bow) if bow < 0 else 0)
    maps = np.ascontiguousarray(np.broadcast_to(columns, rows.shape)), rows.astype(np.float32)
    shade = np.cos(turn).astype(np.float32)[None, :, None] * np.float32(0.8) + np.float32(0.2)
    albedo = cv2.remap(surface.albedo, *maps, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE) * shade
    cover = cv2.remap(surface.cover, *maps, cv2.INTER_LINEAR, borderValue=0)
    quads = [_around(quad, width, half, bow) for quad in surface.quads]
    return Surface(np.asarray(albedo, np.float32), np.asarray(cover, np.float32), quads, surface.texts)


def _around(quad: np.ndarray, width: int, half: float, bow: float) -> np.ndarray:
    """The upright quad around where `rolled` takes an upright quad."""
    (x0, y0), (x1, y1) = quad[0], quad[2]
    x = np.linspace(x0, x1, 9)
    u = np.sin((x / width * 2 - 1) * half) / np.sin(half)
    drop = bow * (1 - u**2) + (abs(bow) if bow < 0 else 0)
    left, right = (float(u[i] + 1) / 2 * width for i in (0, -1))
    return box_quad(left, float(y0 + drop.min()), right, float(y1 + drop.max()))
