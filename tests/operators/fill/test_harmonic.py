from __future__ import annotations

import numpy as np
import pytest
import scipy.sparse
import scipy.sparse.linalg
import torch

from operators.fill.harmonic import fill_membrane, membrane
from tests.operators.overlaid import photo


def direct_solution(rgb: np.ndarray, hole: np.ndarray) -> np.ndarray:
    """The same membrane by a sparse direct solver."""
    height, width = hole.shape
    index = np.full((height, width), -1)
    ys, xs = np.nonzero(hole)
    index[hole] = np.arange(len(ys))
    matrix, right = scipy.sparse.lil_matrix((len(ys), len(ys))), np.zeros((len(ys), 3))
    for k, (y, x) in enumerate(zip(ys, xs, strict=True)):
        for v, u in ((y - 1, x), (y + 1, x), (y, x - 1), (y, x + 1)):
            if not (0 <= v < height and 0 <= u < width):
                continue
            matrix[k, k] += 1
            if hole[v, u]:
                matrix[k, index[v, u]] = -1
            else:
                right[k] += rgb[v, u]
    out = rgb.copy()
    out[hole] = scipy.sparse.linalg.splu(matrix.tocsc()).solve(right)
    return out


def holes(side: int) -> dict[str, np.ndarray]:
    strokes = np.zeros((side, side), bool)
    strokes[side // 3 : side // 3 + 5, 8:-8] = True
    strokes[8:-8, side // 2 : side // 2 + 7] = True
    wide, corner = np.zeros((side, side), bool), np.zeros((side, side), bool)
    wide[6:-6, 6:-6] = True
    corner[side // 2 :, side // 3 :] = True
    return {"strokes": strokes, "wide": wide, "at the edge": corner}


@pytest.mark.parametrize("shape", ["strokes", "wide", "at the edge"])
@pytest.mark.parametrize("side", [37, 96])
def test_equals_the_direct_solution(shape: str, side: int) -> None:
    """A coarse grid that does not fit the hole: wide holes would stay dark or drift in the middle."""
    rgb = photo()[40 : 40 + side, 180 : 180 + side].astype(np.float32) / 255
    hole = holes(side)[shape]
    assert np.abs(fill_membrane(rgb, hole) - direct_solution(rgb, hole)).max() < 2 / 255


def test_batch_and_threads_leave_the_bits_alone() -> None:
    """A reduction or a fused operation whose order depends on the batch or the thread count."""
    rgb = photo().astype(np.float32) / 255
    tiles = torch.stack([torch.from_numpy(rgb[y : y + 70, x : x + 90].transpose(2, 0, 1).copy())
                         for y in (0, 200) for x in (0, 100, 200, 300)])
    generator = torch.Generator().manual_seed(1)
    known = torch.rand((8, 1, 70, 90), generator=generator) > 0.6
    threads = torch.get_num_threads()
    together = membrane(tiles, known)
    try:
        torch.set_num_threads(1)
        alone = torch.cat([membrane(tiles[k : k + 1], known[k : k + 1]) for k in range(8)])
    finally:
        torch.set_num_threads(threads)
    assert torch.equal(together, alone)


@pytest.mark.parametrize("junk", [0.7, np.nan, np.inf])
def test_never_reads_the_hole(junk: float) -> None:
    """An initial guess or an average that takes in what the hole covers: the text would shine through."""
    rgb = photo("coffee")[:60, :60].astype(np.float32) / 255
    hole = holes(60)["wide"]
    spoilt = rgb.copy()
    spoilt[hole] = junk
    assert np.array_equal(fill_membrane(rgb, hole), fill_membrane(spoilt, hole))


def test_known_pixels_are_kept() -> None:
    """Smoothing that touches what is known."""
    rgb = photo()[:50, :50].astype(np.float32) / 255
    hole = holes(50)["strokes"]
    assert np.array_equal(fill_membrane(rgb, hole)[~hole], rgb[~hole])


def test_refuses_masks_of_another_shape() -> None:
    """Broadcasting a mask over tiles that it does not belong to."""
    with pytest.raises(ValueError, match="same tiles"):
        membrane(torch.zeros(2, 3, 8, 8), torch.ones(2, 1, 8, 9, dtype=torch.bool))
