"""How the averaged classifier does on boxes it was not trained on, and the temperature that calibrates it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from scipy.optimize import minimize_scalar

from experiments.training.average import Average
from experiments.training.classifier.boxes import MARGIN
from experiments.training.classifier.piles import Pile
from operators.detection.crops import CHANNELS, FEATURES
from operators.models.classifier import RegionClassifier


def logits_of(average: Average, piles: Sequence[Pile]) -> tuple[np.ndarray, np.ndarray]:
    """float64 (N,) logits of overlay and bool (N,) truth."""
    network = RegionClassifier(CHANNELS, FEATURES)
    network.load_state_dict(average.state)
    network.eval()
    found, truth = [], []
    for pile in piles:
        for start in range(0, len(pile.labels), 64):
            part = slice(start, start + 64)
            planes = pile.planes[part, :, MARGIN:-MARGIN, MARGIN:-MARGIN]
            with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16):
                logits = network(torch.from_numpy(np.ascontiguousarray(planes)).float() / 255,
                                 torch.from_numpy(pile.features[part]))
            found.append(logits[:, 0].double().numpy())
            truth.append(pile.labels[part, 0] == 1)
    return np.concatenate(found), np.concatenate(truth)


def held_out_figures(average: Average, piles: Sequence[Pile]) -> list[float]:
    """[AUC, recall at 1% false alarms, recall at 0.3%], each 0..1."""
    scores, truth = logits_of(average, piles)
    ranks = np.empty(len(scores))
    ranks[np.argsort(scores)] = np.arange(1, len(scores) + 1)
    true, false = int(truth.sum()), int((~truth).sum())
    area = (ranks[truth].sum() - true * (true + 1) / 2) / max(true * false, 1)
    return [round(float(v), 4) for v in (area, *(
        (scores[truth] > np.quantile(scores[~truth], 1 - share)).mean() for share in (0.01, 0.003)))]


def best_temperature(average: Average, piles: Sequence[Pile]) -> float:
    """What the logits are divided by so that their sigmoid is a probability (least cross-entropy)."""
    scores, truth = logits_of(average, piles)
    sign = np.where(truth, 1.0, -1.0)
    return float(minimize_scalar(lambda t: np.logaddexp(0, -sign * scores / t).mean(), bounds=(0.3, 5),
                                 method="bounded").x)
