"""Stored rasters: samples as a lossless file keeps them, and how they look as RGB.

A raster is (H, W, C) of uint8 or uint16 in the file's own bit depth (a 2-bit sample is 0..3).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from operators.codecs import cmyk
from operators.codecs.grey import luma
from operators.codecs.palette import nearest_entries


@dataclass(frozen=True)
class Layout:
    """What the samples of a raster mean.

    kind: grey, rgb, palette, cmyk. bits: 1, 2, 4, 8 or 16 per sample. alpha: the sample after the colour is alpha.
    palette: (k, 3) uint8 and opacity: (k,) uint8 for kind palette. inverted: 0 is white (or no ink is full scale).
    """

    kind: str
    bits: int = 8
    alpha: bool = False
    palette: np.ndarray | None = None
    opacity: np.ndarray | None = None
    inverted: bool = False

    @property
    def colours(self) -> int:
        return {"grey": 1, "rgb": 3, "palette": 1, "cmyk": 4}[self.kind]

    @property
    def top(self) -> int:
        return (1 << self.bits) - 1

    @property
    def mode(self) -> str:
        """Pillow-like mode."""
        if self.kind in ("palette", "cmyk"):
            return "P" if self.kind == "palette" else "CMYK"
        if self.kind == "grey" and self.bits == 1 and not self.alpha:
            return "1"
        name = ("L" if self.kind == "grey" else "RGB") + ("A" if self.alpha else "")
        return f"{name};16" if self.bits == 16 else name


def look(raster: np.ndarray, layout: Layout) -> tuple[np.ndarray, np.ndarray | None]:
    """(rgb, transparency or None) of a stored raster: uint16 for 16-bit layouts, else uint8."""
    colour = raster[..., : layout.colours]
    if layout.kind == "palette":
        assert layout.palette is not None
        opacity = None if layout.opacity is None else layout.opacity[raster[..., 0]]
        return layout.palette[raster[..., 0]], opacity
    if layout.inverted:
        colour = layout.top - colour
    if layout.kind == "cmyk":
        return cmyk.to_rgb(colour), None
    full = _scaled(colour, layout)
    if layout.kind == "grey":
        full = np.repeat(full, 3, axis=2)
    alpha = _scaled(raster[..., layout.colours], layout) if layout.alpha else None
    return full, alpha


def changed_raster(raster: np.ndarray, layout: Layout, rgb: np.ndarray, changed: np.ndarray) -> np.ndarray:
    """A copy of the raster with the changed pixels (H, W) taken from rgb; alpha and everything else as it was."""
    out = raster.copy()
    values = rgb[changed]
    if layout.kind == "palette":
        assert layout.palette is not None
        opacity = layout.opacity if layout.opacity is not None else np.full(len(layout.palette), 255, np.uint8)
        out[changed, 0] = nearest_entries(values, raster[changed, 0], layout.palette, opacity)
        return out
    if layout.kind == "cmyk":
        ink = layout.top - raster[..., :4] if layout.inverted else raster[..., :4]
        new = cmyk.separate(rgb, ink, changed)[changed]
    elif layout.kind == "grey":
        new = _unscaled(luma(values)[:, None], layout)
    else:
        new = _unscaled(values, layout)
    if layout.inverted:
        new = layout.top - new
    out[changed, : layout.colours] = new.astype(out.dtype)
    return out


def _scaled(samples: np.ndarray, layout: Layout) -> np.ndarray:
    if layout.bits >= 8:
        return samples
    return (samples * (255 // layout.top)).astype(np.uint8)


def _unscaled(samples: np.ndarray, layout: Layout) -> np.ndarray:
    if layout.bits >= 8:
        return samples
    return (samples.astype(np.uint16) * layout.top + 127) // 255
