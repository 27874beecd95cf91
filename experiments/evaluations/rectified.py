"""Whether slanted text is better filled in its own plane: PSNR in the hole of the prior, upright and rectified.

    python -m experiments.evaluations.rectified --prior embedded --count 300

Lines of text in held-out fonts, seen at up to 60 degrees, on calibrate photographs: `overlay` on the picture as it is,
`surface` on one that is seen at the same angle, as a poster is. The masks are the true ones, so that the filling alone
is compared; quads that need no plane are left out. Means with 95% intervals (bootstrap over pictures) by stretch of the
text plane; `gain` is paired; `gradients` over the truth's, of the base, the upright and the rectified filling.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import dataclass
from functools import partial

import cv2
import numpy as np
import torch

from experiments.datasets import data_folder, photo_paths, read_rgb
from experiments.evaluations.fills import gradient_ratio, interval
from experiments.training.fonts import held_out_fonts
from operators.fill import FillStage, rectified
from operators.fill.generator import Generator
from operators.fill.prior import load_prior
from operators.fill.rectified import stretch, text_matrix
from operators.measure import composed
from operators.measures.truth import psnr_in_mask
from operators.options import FillOptions, RefineOptions
from operators.picture import Picture
from operators.record import ImageRecord, Region
from operators.refine import RefineStage
from operators.render import FontBook
from operators.render.warp import transform
from operators.render.yawed import render_text
from operators.route import PrepareStage
from operators.tiles import Box

LONG_SIDE = 480
VISIBLE = 0.02  # alpha of what has to be covered
STEEP, ALONG = (15.0, 60.0), 30.0  # degrees of yaw at least and at most, of pitch at most
TEXTS = ("Grand opening", "No parking", "Fresh bread", "Ticket office", "Sold out", "Way home")
STRETCHES = (1.0, 1.5, 2.0, 3.0, 4.0, np.inf)


@dataclass(frozen=True)
class Slanted:
    """A picture under slanted text. truth: uint8 (h, w, 3). record: tiled, routed to the prior, not filled. stretch: of
    its text plane."""

    truth: np.ndarray
    record: ImageRecord
    stretch: float


def slanted(photo: np.ndarray, fonts: FontBook, rng: np.random.Generator, surface: bool) -> Slanted | None:
    """None when the line leaves the picture or needs no plane."""
    scale = LONG_SIDE / max(photo.shape[:2])
    photo = cv2.resize(photo, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    height, width = photo.shape[:2]
    yaw, pitch = float(rng.uniform(*STEEP) * rng.choice([-1, 1])), float(rng.uniform(-ALONG, ALONG))
    text, em = str(rng.choice(TEXTS)), float(rng.uniform(0.06, 0.12)) * height
    face = fonts.pick(rng, "sans", covering=text, heavy=False)
    draw = partial(render_text, text=text, yaw=yaw, pitch=pitch, font=face, em=em, distance=0.8 * width)
    drawn, plane = draw(photo)
    if surface:
        photo = _turned(photo, plane)
        drawn, plane = draw(photo)
    ys, xs = np.nonzero(drawn.alpha > VISIBLE)
    flat = transform(np.linalg.inv(plane), np.column_stack([xs, ys]).astype(np.float32) + 0.5)
    (x0, y0), (x1, y1) = flat.min(0), flat.max(0)
    quad = transform(plane, np.array([[x0, y0], [x1, y0], [x1, y1], [x0, y1]], np.float32))
    matrix = text_matrix(quad, (width, height))
    if quad.min() < 0 or (quad.max(0) > (width, height)).any() or matrix is None:
        return None
    return Slanted(photo, _record(drawn.image, drawn.alpha > VISIBLE, quad), stretch(matrix, quad))


def _turned(photo: np.ndarray, plane: np.ndarray) -> np.ndarray:
    """The photograph on the plane, its middle where the text's is, what lies beyond it mirrored."""
    height, width = photo.shape[:2]
    to_plane = plane @ np.array([[1, 0, -width / 2], [0, 1, -height / 2], [0, 0, 1]])
    return cv2.warpPerspective(photo, to_plane, (width, height), flags=cv2.INTER_AREA, borderMode=cv2.BORDER_REFLECT)


def _record(image: np.ndarray, covered: np.ndarray, quad: np.ndarray) -> ImageRecord:
    left, top = np.floor(quad.min(0)).astype(int)
    right, bottom = np.ceil(quad.max(0)).astype(int)
    region = Region(quad, 1.0, kind="mask", mask=covered[top:bottom, left:right])
    record = ImageRecord("a", b"", width=image.shape[1], height=image.shape[0], regions=[region])
    record._picture = Picture(image, "PNG", "RGB")
    for stage in (RefineStage(RefineOptions(matte="statistics")), PrepareStage()):
        stage([record])
    region.route = "prior"
    if record.error or not record.tiles:
        raise RuntimeError(record.error or "a line of text without a tile")
    return record


def filled(case: Slanted, generators: dict[str, Generator], rectify: bool) -> tuple[float, float]:
    """PSNR in the hole, dB, and gradients over the truth's."""
    record = case.record
    for tile in record.tiles:
        tile.fill = None
    FillStage(FillOptions(rectify=rectify), generators=generators)([record])
    if record.error:
        raise RuntimeError(record.error)
    matte, truth = record.regions[0].matte, case.truth.astype(np.float32) / 255
    assert matte is not None
    hole = np.zeros(truth.shape[:2], bool)
    hole[matte.y : matte.y + matte.hole.shape[0], matte.x : matte.x + matte.hole.shape[1]] = matte.hole
    result = composed(record, Box(0, 0, record.width, record.height, ()))
    return psnr_in_mask(result, truth, hole), gradient_ratio(result, truth, hole)


def measure(generator: Generator, count: int, surface: bool, seed: int = 0) -> list[dict[str, object]]:
    """Figures for each range of STRETCHES."""
    paths, fonts, rows = photo_paths("calibrate"), held_out_fonts(data_folder() / "fonts"), []
    order = np.random.default_rng(seed).permutation(len(paths))
    for index in range(count):
        rng = np.random.default_rng([seed, index, surface])
        case = slanted(read_rgb(paths[order[index % len(paths)]]), fonts, rng, surface)
        if case is not None:
            runs = [filled(case, {}, False), *(filled(case, {"prior": generator}, r) for r in (False, True))]
            rows.append((case.stretch, *(value for run in runs for value in run)))
    table = np.array(rows)
    return [_figures(table[(table[:, 0] >= low) & (table[:, 0] < high)], surface, low, high)
            for low, high in zip(STRETCHES, STRETCHES[1:], strict=False)]


def _figures(rows: np.ndarray, surface: bool, low: float, high: float) -> dict[str, object]:
    found: dict[str, object] = {"background": "surface" if surface else "overlay", "stretch": [low, high],
                                "pictures": len(rows)}
    if len(rows):
        found |= {"harmonic": interval(rows[:, 1]), "upright": interval(rows[:, 3]), "rectified": interval(rows[:, 5]),
                  "gain": interval(rows[:, 5] - rows[:, 3]),
                  "gradients": [round(float(v), 3) for v in rows[:, 2::2].mean(0)]}
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--prior", default="embedded", help="embedded, or a folder that prior.export wrote")
    parser.add_argument("--count", type=int, default=60)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    cv2.setNumThreads(1)
    rectified.LEAST_STRETCH = 0.0  # the threshold is what is asked for
    prior = load_prior(arguments.prior)
    for surface in (False, True):
        for figures in measure(prior, arguments.count, surface):
            print(json.dumps(figures, default=float), flush=True)


if __name__ == "__main__":
    main()
