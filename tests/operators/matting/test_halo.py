from __future__ import annotations

import cv2
import numpy as np
import pytest

from operators.matting.halo import halo_of
from tests.operators.overlaid import captioned

LOOKS = {
    "glow": (0.08, (0, 0), (1.0, 0.5, 0.1), 0.8),
    "wide glow": (0.14, (0, 0), (0.2, 0.6, 1.0), 0.9),
    "shadow": (0.05, (3, 3), (0.0, 0.0, 0.0), 0.8),
}


def haloed(name: str, look: str | None) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(view float32 (h, w, 3), ink bool (h, w), true alpha of its halo (h, w)) of text on a photograph."""
    case = captioned(name, at=(60, 200), colour=(255, 240, 90))
    alpha, image = np.zeros(case.alpha.shape, np.float32), case.photo.astype(np.float32) / 255
    if look is not None:
        blur, shift, colour, level = LOOKS[look]
        moved = cv2.warpAffine(case.alpha, np.float32([[1, 0, shift[0]], [0, 1, shift[1]]]), case.alpha.shape[::-1])
        alpha = level * cv2.GaussianBlur(moved, (0, 0), blur * 40)
        image = (1 - alpha[..., None]) * image + alpha[..., None] * np.array(colour, np.float32)
    ink = case.alpha[..., None]
    view = (1 - ink) * image + ink * np.array([1.0, 0.94, 0.35], np.float32)
    ys, xs = np.nonzero(case.alpha > 0)
    window = slice(ys.min() - 18, ys.max() + 18), slice(xs.min() - 18, xs.max() + 18)
    return view.astype(np.float32)[window], case.alpha[window] > 0, (alpha * (case.alpha == 0))[window]


@pytest.mark.parametrize(("name", "look"), [("rocket", "glow"), ("rocket", "wide glow"), ("rocket", "shadow"),
                                            ("chelsea", "wide glow"), ("chelsea", "shadow"), ("coffee", "wide glow")])
def test_a_halo_is_found_with_its_reach(name: str, look: str) -> None:
    """Glows and soft shadows that stay as a haze around the hole."""
    view, ink, true = haloed(name, look)
    found = halo_of(view, ink, 40.0, np.array([1.0, 0.94, 0.35], np.float32))
    assert found is not None
    beside = ~ink & (true > 0.1)
    assert ((found.alpha > 0.06) & beside).sum() > 0.9 * beside.sum()
    assert ((found.alpha > 0.2) & (true < 0.02) & ~ink).sum() < 0.25 * ink.sum()


@pytest.mark.parametrize("name", ["coffee", "astronaut", "rocket", "chelsea"])
def test_bare_text_has_none(name: str) -> None:
    """The picture's own light and dark taken for a halo: holes grow for nothing."""
    view, ink, _ = haloed(name, None)
    assert halo_of(view, ink, 40.0, np.array([1.0, 0.94, 0.35], np.float32)) is None


def test_where_nothing_lies_beside_the_ink_nothing_is_said() -> None:
    """A crash where a region fills its window, or has no ink."""
    view = np.random.default_rng(0).random((30, 60, 3)).astype(np.float32)
    for ink in (np.ones((30, 60), bool), np.zeros((30, 60), bool)):
        assert halo_of(view, ink, 20.0, np.zeros(3, np.float32)) is None
