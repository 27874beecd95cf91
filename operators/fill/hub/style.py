"""A filling that takes on the colours of a reference picture."""

from __future__ import annotations

import cv2
import numpy as np

GAIN = (0.5, 2.0)  # how far contrast may be pulled; beyond, noise of a flat filling becomes blotches


def match_statistics(rgb: np.ndarray, where: np.ndarray, reference: np.ndarray) -> np.ndarray:
    """Mean and standard deviation of the reference, per channel of Lab, given to the pixels `where` (Reinhard et al.,
    Color transfer between images, 2001: the same statistics that AdaIN aligns in features).

    rgb: float32 (h, w, 3), 0..1. where: bool (h, w). reference: float32 (any, any, 3), 0..1. Returns a copy of rgb.
    The reference's mean wins over the surroundings': it should be a picture of the same scene or series.
    """
    if not where.any():
        return rgb.copy()
    lab = cv2.cvtColor(np.ascontiguousarray(rgb, np.float32), cv2.COLOR_RGB2Lab)
    wanted = cv2.cvtColor(np.ascontiguousarray(reference, np.float32), cv2.COLOR_RGB2Lab).reshape(-1, 3)
    inside = lab[where]
    gain = np.clip(wanted.std(0) / np.maximum(inside.std(0), 1e-3), *GAIN)
    lab[where] = (inside - inside.mean(0)) * gain + wanted.mean(0)
    matched = np.clip(cv2.cvtColor(lab, cv2.COLOR_Lab2RGB), 0, 1)
    return np.where(where[..., None], matched, rgb).astype(np.float32)
