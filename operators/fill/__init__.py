"""The generators, and the stage that runs them."""

from operators.fill.base import BaseStage
from operators.fill.stage import DiffusionStage, FillStage, PriorStage

__all__ = ["BaseStage", "DiffusionStage", "FillStage", "PriorStage"]
