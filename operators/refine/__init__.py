"""Exactly which pixels, and how much of each: matte, text plane, dilation, edge blend."""

from operators.refine.stage import RefineStage

__all__ = ["RefineStage"]
