"""Draws overlays on clean photographs, with the truth about every pixel: for training, the demo and the tests."""

from operators.render.degrade import degrade, degrade_hard, retouch_chain
from operators.render.draw import render_overlay
from operators.render.fonts import Face, FontBook
from operators.render.hard import HARD_KINDS, render_hard
from operators.render.negatives import render_structure
from operators.render.overlay import KINDS, Overlay, OverlayRegion, composite
from operators.render.scene import SceneText, render_scene_text
from operators.render.system import system_fonts
from operators.render.yawed import render_text

__all__ = [
    "HARD_KINDS",
    "KINDS",
    "Face",
    "FontBook",
    "Overlay",
    "OverlayRegion",
    "SceneText",
    "composite",
    "degrade",
    "degrade_hard",
    "render_hard",
    "render_overlay",
    "render_scene_text",
    "render_structure",
    "render_text",
    "retouch_chain",
    "system_fonts",
]
