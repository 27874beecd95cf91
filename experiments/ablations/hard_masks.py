"""Soft against hard masks: the same line twice on the same pictures, alpha as estimated or everything that has any.

    python -m experiments.ablations.hard_masks --split eval --per-kind 12

Regions that both lines filled, and that lie on a rendered overlay, in pairs, both measured on the union of their holes.
Learnt marks stand apart: their own mattes do not depend on the option, only those of what overlaps them. seam: mean
CIEDE2000 to the clean photograph above SEEN over the pixels of the hole within 4 px of its edge. ssim: within 4 px of
the edge, both sides. drift: of colour across the edge, Lab; drift_off: how far that is from the photograph's own. Means
with 95% bootstrap intervals over regions, differences hard minus soft in pairs. Writes hard_masks.md.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import cv2
import numpy as np
import torch

from experiments.evaluations.fills import interval
from experiments.evaluations.rendered import RenderedCase, rendered_cases
from operators.measures.seam import colour_drift, signed_distance
from operators.measures.structure import ssim
from operators.measures.truth import border_band, ciede2000
from operators.record import Region
from operators.render import KINDS
from pipelines.library import CleanImage, clean_image
from pipelines.overrides import recipe_with

SEEN = 5.0  # mean CIEDE2000 from which a seam counts as visible
WIDTH = 4  # px on either side of a hole's edge
OVERLAID = 0.3  # share of a hole that must be true overlay
MARGIN = 16  # px around a hole that is looked at
MEASURES = ("seam", "ciede2000", "ssim", "drift", "drift_off")
GROUPS = ("estimated mattes", "un-blended when soft", "filled in both", "learnt marks")  # the first holds the next two
REPORT = Path(__file__).with_suffix(".md")
Pair = tuple[str, dict[str, float], dict[str, float]]  # group, soft, hard


def region_row(pixels: np.ndarray, truth: np.ndarray, hole: np.ndarray) -> dict[str, float]:
    """MEASURES of one region. pixels, truth: uint8 (h, w, 3) around it. hole: bool (h, w)."""
    one, other = (x.astype(np.float32) / 255 for x in (pixels, truth))
    rim, distance = border_band(hole, WIDTH), signed_distance(hole)
    difference, drift = ciede2000(one, other, rim & hole), colour_drift(one, distance)
    return {"seam": float(difference > SEEN), "ciede2000": difference, "ssim": ssim(one, other, rim), "drift": drift,
            "drift_off": abs(drift - colour_drift(other, distance))}


def pairs_of(case: RenderedCase, soft: CleanImage, hard: CleanImage) -> list[Pair]:
    """One pair for every region that both filled on an overlay."""
    found = []
    for one, other in zip(soft.regions, hard.regions, strict=True):
        if not all(_filled(region, case) for region in (one, other)):
            continue
        assert soft.pixels is not None and hard.pixels is not None
        hole = _hole(one, case.photo.shape) | _hole(other, case.photo.shape)
        found.append((_group(one), _measured(soft.pixels, case.photo, hole), _measured(hard.pixels, case.photo, hole)))
    return found


def _group(soft: Region) -> str:
    if soft.source == "marks":
        return GROUPS[3]
    return GROUPS[1] if soft.generator == "unblend" else GROUPS[2]


def _filled(region: Region, case: RenderedCase) -> bool:
    matte = region.matte
    if region.route == "keep" or matte is None:
        return False
    height, width = matte.hole.shape
    alpha = case.overlay.alpha[matte.y : matte.y + height, matte.x : matte.x + width]
    return bool(matte.hole.any()) and float((alpha > 0.05)[matte.hole].mean()) >= OVERLAID


def _hole(region: Region, shape: tuple[int, ...]) -> np.ndarray:
    """Bool (H, W), of the whole picture."""
    assert region.matte is not None
    hole, matte = np.zeros(shape[:2], bool), region.matte
    hole[matte.y : matte.y + matte.hole.shape[0], matte.x : matte.x + matte.hole.shape[1]] = matte.hole
    return hole


def _measured(pixels: np.ndarray, truth: np.ndarray, hole: np.ndarray) -> dict[str, float]:
    """MEASURES of a hole of the whole picture."""
    rows, columns = np.flatnonzero(hole.any(1)), np.flatnonzero(hole.any(0))
    box = (slice(max(int(rows[0]) - MARGIN, 0), int(rows[-1]) + 1 + MARGIN),
           slice(max(int(columns[0]) - MARGIN, 0), int(columns[-1]) + 1 + MARGIN))
    return region_row(pixels[box], truth[box], hole[box])


def table_of(pairs: list[Pair]) -> str:
    """Markdown: by group and measure soft, hard, and their difference in pairs."""
    lines = ["| regions | measure | soft | hard | hard - soft |", "|---|---|---|---|---|"]
    for group in GROUPS:
        names = GROUPS[1:3] if group == GROUPS[0] else (group,)
        chosen = [(soft, hard) for name, soft, hard in pairs if name in names]
        for measure in MEASURES if chosen else ():
            soft, hard = (np.array([pair[k][measure] for pair in chosen]) for k in range(2))
            cells = ["{:.3f} [{:.3f}, {:.3f}]".format(*interval(v)) for v in (soft, hard, hard - soft)]
            lines.append(f"| {group} ({len(chosen)}) | {measure} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--split", default="eval")
    parser.add_argument("--per-kind", type=int, default=12)
    parser.add_argument("--kinds", nargs="+", default=list(KINDS), choices=KINDS)
    parser.add_argument("--recipe", default="default")
    parser.add_argument("--out", type=Path, default=REPORT)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    cv2.setNumThreads(1)
    recipes = [recipe_with(arguments.recipe, [f"refine.alpha={alpha}"]) for alpha in ("soft", "hard")]
    pairs: list[Pair] = []
    for case in rendered_cases(arguments.split, arguments.per_kind, arguments.kinds):
        pairs += pairs_of(case, *(clean_image(case.data, recipe) for recipe in recipes))
    text = (f"# Soft against hard masks\n\n`python -m experiments.ablations.hard_masks --split {arguments.split} "
            f"--per-kind {arguments.per_kind}`\n\n{table_of(pairs)}\n")
    arguments.out.write_text(text)
    print(text)


if __name__ == "__main__":
    main()
