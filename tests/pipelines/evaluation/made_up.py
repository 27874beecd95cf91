"""Evaluations that nothing was computed for."""

from __future__ import annotations

import numpy as np

from pipelines.evaluation.aggregate import by_kind, grouped
from pipelines.evaluation.crops import Crops, crop
from pipelines.evaluation.gallery import Gallery
from pipelines.evaluation.job import Evaluation
from pipelines.evaluation.loading import Loaded
from pipelines.evaluation.measures import MEASURES
from pipelines.evaluation.methods import LABELS, OURS, TARGET, Attempt
from pipelines.evaluation.row import Row
from pipelines.recipe import Recipe


def row(key: str, psnr: float, kind: str = "", *, found: float = 1.0, reason: str = "quiet ring") -> Row:
    """Every measure 0.25 but the PSNR in the mask: ours `psnr`, all others 20 dB."""
    methods = {name: {m.name: 0.25 for m in MEASURES} | {"psnr_mask": psnr if name == OURS else 20.0}
               for name in LABELS if name != TARGET}
    methods[TARGET] = dict.fromkeys(methods[OURS], None) | {"ghost": 0.01}
    region = {"quad": [[0, 0], [9, 0], [9, 9], [0, 9]], "confidence": 0.9, "kind": "text", "route": "flat",
              "reason": reason, "generator": "harmonic"}
    return Row(key, kind, "", 320, 200, "given", 0.1, "cleaned", "", 0.2,
               {"found": found, "hole_coverage": 0.9, "hole_size": 1.5, "alpha_mae": None}, [region], methods)


def crops() -> Crops:
    picture, mask = np.full((200, 320, 3), 120, np.uint8), np.zeros((200, 320), bool)
    mask[80:120, 100:220] = True
    attempt = Attempt(picture, mask)
    return crop(Loaded("a", "", b"", picture, picture, mask, "given", None), attempt, attempt)


def evaluation(*rows: Row, limit: int = 60) -> Evaluation:
    gallery, pictures = Gallery(limit), crops()
    for one in rows:
        if not one.problem:
            gallery.add(one, pictures)
    return Evaluation("pairs", Recipe(), list(rows), grouped(rows), by_kind(rows), gallery.chosen())


def mixed() -> Evaluation:
    return evaluation(row("good", 31, "caption"), row("bad", 12, "stamp", found=0.0), row("fair", 22, "caption"),
                      Row("broken", problem="the input is no picture"))
