"""Text on a turned plane, and the homography that undoes the turn."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
import skimage.data

from operators.render import Overlay, render_text
from operators.render.warp import shift, transform, warp

PHOTO = np.asarray(cv2.resize(skimage.data.coffee(), (480, 320), interpolation=cv2.INTER_AREA))


def flat(overlay: Overlay, homography: np.ndarray) -> np.ndarray:
    """(80, 420) alpha in the text plane, its origin in the middle."""
    return warp(overlay.alpha, shift(210, 40) @ np.linalg.inv(homography), 0, 0, 420, 80)


@pytest.mark.parametrize("yaw", [10.0, 22.0, 35.0, -30.0])
def test_homography_undoes_the_turn(yaw: float) -> None:
    """Would catch a homography that is not the one used: rectified text would differ from frontal text."""
    frontal, turned = (render_text(PHOTO, "Turned away", yaw=angle, em=40) for angle in (0.0, yaw))
    difference = np.abs(flat(*frontal) - flat(*turned)).sum() / flat(*frontal).sum()
    assert difference < 0.2
    assert abs(flat(*frontal).sum() / flat(*turned).sum() - 1) < 0.03


def test_quad_follows_the_perspective() -> None:
    """Would catch a quad that stays a parallelogram, or the near end on the wrong side."""
    overlay, homography = render_text(PHOTO, "Turned away", yaw=30, em=40)
    (region,) = overlay.regions
    left, right = (float(np.linalg.norm(region.quad[a] - region.quad[b])) for a, b in ((0, 3), (1, 2)))
    assert right > 1.1 * left
    plane = transform(np.linalg.inv(homography), region.quad)
    assert np.allclose(plane[[0, 3], 0], plane[0, 0], atol=0.05) and np.allclose(plane[:2, 1], plane[0, 1], atol=0.05)
    assert np.allclose(plane.mean(0), 0, atol=0.05)


def test_narrower_when_turned() -> None:
    """Would catch a turn that shears instead of foreshortening."""
    widths = [np.ptp(render_text(PHOTO, "Turned", yaw=yaw, em=40)[0].regions[0].quad[:, 0]) for yaw in (0, 20, 35)]
    assert widths[1] / widths[0] == pytest.approx(np.cos(np.deg2rad(20)), rel=0.04)
    assert widths[2] / widths[0] == pytest.approx(np.cos(np.deg2rad(35)), rel=0.04)


def test_missing_letters() -> None:
    """Would catch tofu in a test picture."""
    with pytest.raises(LookupError):
        render_text(PHOTO, "漢字")
