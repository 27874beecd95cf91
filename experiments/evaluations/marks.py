"""Repeated marks: learnt from a set, found again and subtracted; rendered sets with truth, and real pairs.

    python -m experiments.evaluations.marks --split eval --pictures 64
    python -m experiments.evaluations.marks --split eval --pictures 9 --clean 20

Rendered: one mark a set, anchored to a corner or tiled, on photographs of their own sizes, JPEG q85; PSNR over alpha >
0.05 against the clean photograph as it was before any compression of ours. Absent: pictures without the mark on which
it is found nevertheless. Mixed: half of the set without the mark. Pairs: families of real marks; `ceiling` is what the
best alpha and colour that the targets themselves give would reach without repair, since the targets are smoothed.
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from pathlib import Path

import cv2
import numpy as np

from experiments.datasets import data_folder, photo_paths, read_rgb
from experiments.evaluations.mark_sheets import SHEETS, lay_logo, lay_sheet, logo_file
from experiments.evaluations.rendered import jpeg
from operators.fill.harmonic import fill_membrane
from operators.marks.files import logo_mark
from operators.marks.mark import Mark
from operators.marks.place import find_mark
from operators.marks.subtract import subtract
from operators.measure import psnr_in_mask
from operators.picture import Picture
from pipelines.marks import learn_marks

LEAST_FAMILY = 9


def decoded(data: bytes) -> np.ndarray:
    """uint8 (H, W, 3) RGB of JPEG bytes."""
    bgr = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    assert bgr is not None
    return np.ascontiguousarray(bgr[:, :, ::-1])


def without(rgb: np.ndarray, marks: list[Mark]) -> tuple[np.ndarray, int]:
    """(float32 (H, W, 3), how many marks were found): the picture with its known marks subtracted."""
    picture, out, count = Picture(rgb, "JPEG", "RGB"), rgb.astype(np.float32) / 255, 0
    for mark in marks:
        found = find_mark(mark, picture)
        if found is None:
            continue
        count += 1
        high, wide = found.alpha.shape
        here = np.s_[found.y : found.y + high, found.x : found.x + wide]
        out[here] = fill_membrane(*subtract(out[here], found.alpha, found.colour))
    return np.rint(out * 255) / 255, count


def measure_rendered(name: str, paths: list[Path], clean: list[Path], share: float) -> dict[str, float]:
    """One set: `share` of its pictures have the mark."""
    photos = [read_rgb(path) for path in paths]
    drawn = [lay_sheet(photo, name) for photo in photos[: max(round(share * len(photos)), 1)]]
    pictures = [decoded(jpeg(image, 85)) for image, _ in drawn]
    bare = [decoded(jpeg(photo, 85)) for photo in photos[len(drawn) :]]
    marks = learn_marks([(str(i), rgb) for i, rgb in enumerate([*pictures, *bare])])
    rows = []
    for photo, (_, alpha), rgb in zip(photos, drawn, pictures, strict=False):
        after, count = without(rgb, marks)
        truth, mask = photo.astype(np.float32) / 255, alpha > 0.05
        rows.append((psnr_in_mask(rgb.astype(np.float32) / 255, truth, mask), psnr_in_mask(after, truth, mask), count))
    absent = [*bare, *(decoded(jpeg(read_rgb(path), 85)) for path in clean)]
    wrong = sum(without(rgb, marks)[1] > 0 for rgb in absent)
    table = np.array(rows)
    return {"marks": len(marks), "confidence": marks[0].confidence if marks else 0.0, "pictures": len(rows),
            "found": int((table[:, 2] > 0).sum()), "before": _mean(table[:, 0]), "after": _mean(table[:, 1]),
            "worst": round(float(table[:, 1].min()), 2), "absent": len(absent), "wrong": wrong}


def measure_logo(paths: list[Path]) -> dict[str, float]:
    """A logo handed over as a picture, anywhere and at any scale, on each photograph; and on it without."""
    rng, logo, rows, wrong = np.random.default_rng(0), [logo_mark("logo.png", logo_file())], [], 0
    for photo in map(read_rgb, paths):
        image, alpha = lay_logo(photo, rng)
        rgb, truth, mask = decoded(jpeg(image, 85)), photo.astype(np.float32) / 255, alpha > 0.05
        after, count = without(rgb, logo)
        rows.append((psnr_in_mask(rgb.astype(np.float32) / 255, truth, mask), psnr_in_mask(after, truth, mask), count))
        wrong += without(decoded(jpeg(photo, 85)), logo)[1] > 0
    table = np.array(rows)
    there = table[:, 2] > 0
    return {"pictures": len(rows), "found": int(there.sum()), "before": _mean(table[there, 0]),
            "after": _mean(table[there, 1]), "absent": len(rows), "wrong": wrong}


def measure_pairs(folder: Path) -> dict[str, dict[str, float]]:
    """Per family of at least nine pairs: PSNR in the mask before and after, and regions on targets of the others."""
    families: dict[str, list[Path]] = defaultdict(list)
    for path in sorted((folder / "input").glob("*.jpg")):
        families[path.stem.partition("_")[0]].append(path)
    large = {name: paths for name, paths in families.items() if len(paths) >= LEAST_FAMILY}
    return {name: _family(folder, name, paths, families) for name, paths in large.items()}


def _family(folder: Path, name: str, paths: list[Path], families: dict[str, list[Path]]) -> dict[str, float]:
    inputs = [read_rgb(path) for path in paths]
    marks = learn_marks([(path.stem, rgb) for path, rgb in zip(paths, inputs, strict=True)])
    rows = []
    for path, rgb in zip(paths, inputs, strict=True):
        truth = read_rgb(folder / "target" / f"{path.stem}.png").astype(np.float32) / 255
        mask = read_rgb(folder / "mask" / f"{path.stem}.png")[..., 0] > 127
        after, count = without(rgb, marks)
        view = rgb.astype(np.float32) / 255
        rows.append((psnr_in_mask(view, truth, mask), psnr_in_mask(after, truth, mask), count,
                     psnr_in_mask(fill_membrane(view, mask), truth, mask)))
    others = [folder / "target" / f"{p.stem}.png" for paths in families.values() for p in paths]
    wrong = sum(without(read_rgb(path), marks)[1] > 0 for path in others)
    table = np.array(rows)
    return {"pictures": len(rows), "marks": len(marks), "confidence": marks[0].confidence if marks else 0.0,
            "found": int((table[:, 2] > 0).sum()), "before": _mean(table[:, 0]), "after": _mean(table[:, 1]),
            "membrane_in_mask": _mean(table[:, 3]), "ceiling": _ceiling(folder, paths), "absent": len(others),
            "wrong": wrong}


def _ceiling(folder: Path, paths: list[Path]) -> float:
    """PSNR in the mask of exact inversion by the alpha and W that best map the targets to the inputs, per pixel."""
    masks = [read_rgb(folder / "mask" / f"{p.stem}.png")[..., 0] > 127 for p in paths]
    seen, truth = (np.stack([_last(read_rgb(folder / kind / f"{p.stem}{end}").astype(np.float32) / 255) for p in paths])
                   for kind, end in (("input", ".jpg"), ("target", ".png")))
    inside = _last(masks[0])
    centred = truth - truth.mean(0)
    slope = ((seen - seen.mean(0)) * centred).sum((0, 3)) / np.maximum((centred**2).sum((0, 3)), 1e-6)
    slope = np.clip(slope, 0.15, 1)[..., None]
    back = np.clip((seen - (seen.mean(0) - slope * truth.mean(0))) / slope, 0, 1)
    return _mean(np.array([psnr_in_mask(b, t, inside) for b, t in zip(back, truth, strict=True)]))


def _last(values: np.ndarray) -> np.ndarray:
    """The bottom right corner, where the marks of the pairs are."""
    return values[-120:, -200:]


def _mean(values: np.ndarray) -> float:
    return round(float(values.mean()), 2)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--split", default="eval")
    parser.add_argument("--pictures", type=int, default=64)
    parser.add_argument("--clean", type=int, default=129)
    parser.add_argument("--no-pairs", action="store_true")
    arguments = parser.parse_args()
    paths = photo_paths(arguments.split)
    order = np.random.default_rng(5).permutation(len(paths))
    chosen = [paths[i] for i in order[: arguments.pictures]]
    clean = [paths[i] for i in order[arguments.pictures : arguments.pictures + arguments.clean]]
    for share in (1.0, 0.5) if arguments.pictures >= 18 else (1.0,):
        for name in SHEETS:
            print(f"{name:12s} {share:.0%} {json.dumps(measure_rendered(name, chosen, clean, share))}", flush=True)
    print(f"logo file    {json.dumps(measure_logo(chosen))}", flush=True)
    if not arguments.no_pairs:
        for name, row in measure_pairs(data_folder() / "pairs" / "estate_marks").items():
            print(f"pairs {name:10s} {json.dumps(row)}", flush=True)


if __name__ == "__main__":
    main()
