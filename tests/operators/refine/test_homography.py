from __future__ import annotations

import cv2
import numpy as np
import pytest

from operators.options import RefineOptions
from operators.record import Region
from operators.refine import RefineStage
from operators.refine.homography import needs_plane, text_plane
from tests.operators.overlaid import captioned, photo, record_of, visible

SIDE = 512


def yawed(degrees: float, focal: float, width: float = 360, height: float = 60) -> np.ndarray:
    """Homography (3, 3) that shows a width x height rectangle, turned about its vertical axis, in a SIDE px picture."""
    angle = np.radians(degrees)
    plane = np.array([[np.cos(angle), 0, 0], [0, 1, 0], [np.sin(angle), 0, focal]])
    centred = np.array([[1, 0, -width / 2], [0, 1, -height / 2], [0, 0, 1]])
    lens = np.array([[focal, 0, SIDE / 2], [0, focal, SIDE / 2], [0, 0, 1]])
    return lens @ plane @ centred


def quad_of(matrix: np.ndarray, width: float = 360, height: float = 60) -> np.ndarray:
    corners = np.array([[[0, 0], [width, 0], [width, height], [0, height]]], np.float32)
    return cv2.perspectiveTransform(corners, matrix)[0].astype(np.float32)


@pytest.mark.parametrize("degrees", [10, -18, 25, -30, 35])
@pytest.mark.parametrize("focal", [0.8, 1.0, 1.3])
def test_dilation_is_isotropic_in_the_text_plane(degrees: float, focal: float) -> None:
    """Growth measured in picture pixels: a line turned away loses its margin along, not across."""
    matrix = yawed(degrees, focal * SIDE)
    flat = np.zeros((60, 360), np.uint8)
    dots = [(30, x) for x in range(30, 340, 50)]
    for y, x in dots:
        flat[y - 5 : y + 6, x - 5 : x + 6] = 255
    mask = cv2.warpPerspective(flat, matrix, (SIDE, SIDE), flags=cv2.INTER_LINEAR) > 100
    ys, xs = np.nonzero(mask)
    quad = quad_of(matrix)
    region = Region(quad, 1.0, kind="mask")
    left, top = (int(v) for v in np.floor(quad.min(0)))
    right, bottom = (int(v) for v in np.ceil(quad.max(0)))
    region.mask = mask[top:bottom, left:right]
    record = record_of(photo(), [region])
    RefineStage(RefineOptions(alpha="hard", min_growth=7, max_growth=8))([record])
    matte = region.matte
    assert matte is not None, record.error
    hole = np.zeros((SIDE, SIDE), np.float32)
    hole[matte.y : matte.y + matte.hole.shape[0], matte.x : matte.x + matte.hole.shape[1]] = matte.hole
    scale = 4.0  # finer than the picture, so that the rounding of its pixels is what is left
    fine = matrix @ np.diag([1 / scale, 1 / scale, 1.0])
    back = cv2.warpPerspective(hole, fine, (int(360 * scale), int(60 * scale)),
                               flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP) > 0.5
    before = cv2.warpPerspective(mask.astype(np.float32), fine, (int(360 * scale), int(60 * scale)),
                                 flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP) > 0.5
    across = _gain(back, before, dots, scale, axis=0)
    along = _gain(back, before, dots, scale, axis=1)
    assert abs(along / across - 1) < 0.15, (along, across)


def _gain(hole: np.ndarray, mask: np.ndarray, dots: list[tuple[int, int]], scale: float, axis: int) -> float:
    """Mean growth of the dots along an axis of the plane."""
    gains = []
    for y, x in dots:
        window = np.s_[:, int((x - 22) * scale) : int((x + 22) * scale)]
        line = (np.s_[:, int(22 * scale)] if axis == 0 else np.s_[int(y * scale), :])
        gains.append((hole[window][line].sum() - mask[window][line].sum()) / 2)
    return float(np.mean(gains))


def test_upright_and_jittered_quads_skip_the_resampling() -> None:
    """Resampling nearly every region for nothing, and perspectives read out of a detector's noise."""
    upright = np.array([[10, 10], [200, 10], [200, 40], [10, 40]], np.float32)
    turned = (upright - 100) @ np.array([[0.9, 0.436], [-0.436, 0.9]], np.float32)
    noise = np.random.default_rng(0).uniform(-1, 1, (4, 2)).astype(np.float32)
    assert not needs_plane(upright) and not needs_plane(turned) and not needs_plane(upright + noise)
    assert needs_plane(quad_of(yawed(30, SIDE)))


@pytest.mark.parametrize("degrees", [15, 25, 35])
def test_proportions_are_recovered(degrees: float) -> None:
    """Lengths of sides taken for proportions: a yaw shortens lines but not letters."""
    quad = quad_of(yawed(degrees, SIDE))
    plane = text_plane(quad, np.array([SIDE / 2, SIDE / 2]), SIDE, margin=0.0)
    assert abs(plane.width / plane.height / (360 / 60) - 1) < 0.05


@pytest.mark.parametrize("degrees", [10, 20, 35])
def test_yawed_text_is_covered(degrees: float) -> None:
    """A plane that loses strokes in the resampling."""
    case = captioned(at=(76, 226), size=44, outline=2)
    x0, y0 = case.quad[0]
    width, height = case.quad[2] - case.quad[0]
    matrix = yawed(degrees, SIDE, width, height) @ np.array([[1, 0, -x0], [0, 1, -y0], [0, 0, 1.0]])
    alpha = cv2.warpPerspective(case.alpha, matrix, (SIDE, SIDE))
    ink = cv2.warpPerspective(case.image.astype(np.float32) * (case.alpha[..., None] > 0), matrix, (SIDE, SIDE))
    share = cv2.warpPerspective((case.alpha > 0).astype(np.float32), matrix, (SIDE, SIDE))
    shown = ink / np.maximum(share, 0.01)[..., None]
    image = np.rint(alpha[..., None] * shown.clip(0, 255) + (1 - alpha[..., None]) * photo()).astype(np.uint8)
    quad = cv2.perspectiveTransform(case.quad[None], matrix)[0]
    record = record_of(image, [Region(quad, 0.9)])
    RefineStage()([record])
    matte = record.regions[0].matte
    assert matte is not None, record.error
    hole = np.zeros((SIDE, SIDE), bool)
    hole[matte.y : matte.y + matte.hole.shape[0], matte.x : matte.x + matte.hole.shape[1]] = matte.hole
    true = visible(alpha, image, photo())
    assert (hole & true).sum() >= 0.99 * true.sum()
