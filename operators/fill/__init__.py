"""The generators, and the stage that runs them."""

from operators.fill.stage import FillStage

__all__ = ["FillStage"]
