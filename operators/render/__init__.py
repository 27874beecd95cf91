"""Draws overlays on clean photographs, with the truth about every pixel: for training, the demo and the tests."""

from operators.render.degrade import degrade
from operators.render.draw import render_overlay
from operators.render.fonts import Face, FontBook
from operators.render.overlay import KINDS, Overlay, OverlayRegion, composite
from operators.render.yawed import render_text

__all__ = [
    "KINDS",
    "Face",
    "FontBook",
    "Overlay",
    "OverlayRegion",
    "composite",
    "degrade",
    "render_overlay",
    "render_text",
]
