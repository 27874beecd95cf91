"""Fills of true holes by every generator: PSNR in the hole, texture, drift and seams against the harmonic fill.

    python -m experiments.evaluations.fills --split eval --count 240
    python -m experiments.evaluations.fills --split eval --count 240 --temperature 1

Crops of unseen photographs, three of four under rendered overlays in fonts never trained on, one under a box.
Means with 95% intervals (bootstrap over crops); `gain` is the paired difference to the harmonic fill of the same crop.
"""

from __future__ import annotations

import argparse
import json

import cv2
import numpy as np
import torch

from experiments.training.holes.base import bases
from experiments.training.holes.held_out import held_out
from operators.fill.diffusion import load_diffusion
from operators.fill.generator import FillView, Generator
from operators.fill.prior import load_prior
from operators.measures.truth import psnr_in_mask
from pipelines.evaluation.aggregate import mean_of

MOST = 60.0  # dB: a flat hole can be filled exactly
LUMA = np.array([0.299, 0.587, 0.114], np.float32)


def gradient_ratio(filled: np.ndarray, truth: np.ndarray, hole: np.ndarray) -> float:
    """Mean gradient inside the hole over the truth's; 1 is as textured."""
    inside = cv2.erode(hole.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    inside = inside if inside.any() else hole
    found, wanted = (_gradient(x)[inside].mean() for x in (filled, truth))
    return float(found / max(float(wanted), 1e-4))


def _gradient(rgb: np.ndarray) -> np.ndarray:
    luma = rgb @ LUMA
    return np.hypot(*(cv2.Sobel(luma, cv2.CV_32F, *axis, scale=0.125) for axis in ((1, 0), (0, 1))))


def interval(values: np.ndarray) -> list[float]:
    """[mean, low, high] of a 95% bootstrap interval."""
    found = mean_of(values.tolist())
    assert found is not None
    return [round(v, 3) for v in (found.mean, found.low, found.high)]


def measure(generator: Generator, split: str, count: int, temperature: float) -> dict[str, object]:
    """Figures of one generator against the harmonic fill on the same crops."""
    holes = held_out(count, generator.side, split=split)
    truth = holes.truth.astype(np.float32) / 255
    base = bases(torch.from_numpy(truth).permute(0, 3, 1, 2).contiguous(), torch.from_numpy(holes.hole))
    under = base.permute(0, 2, 3, 1).contiguous().numpy()
    views = [FillView(under[i], holes.hole[i], holes.known[i], i) for i in range(len(truth))]
    filled = generator.fill(views, temperature)
    before, after = (np.array([min(psnr_in_mask(one[i], truth[i], holes.hole[i]), MOST) for i in range(len(truth))])
                     for one in (under, filled))
    texture = [np.array([gradient_ratio(one[i], truth[i], holes.hole[i]) for i in range(len(truth))])
               for one in (under, filled)]
    return {"generator": generator.name, "side": generator.side, "crops": len(truth), "temperature": temperature,
            "psnr_harmonic": interval(before), "psnr": interval(after), "gain": interval(after - before),
            "better_share": round(float((after > before).mean()), 3), "gradient_harmonic": interval(texture[0]),
            "gradient": interval(texture[1])}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--split", default="eval")
    parser.add_argument("--count", type=int, default=240)
    parser.add_argument("--temperature", type=float, default=0.0)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    for generator in (load_prior(), load_diffusion()):
        print(json.dumps(measure(generator, arguments.split, arguments.count, arguments.temperature)), flush=True)


if __name__ == "__main__":
    main()
