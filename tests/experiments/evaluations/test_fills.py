"""The evaluation of fills, with generators whose answers are known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import pytest

from experiments.evaluations.fill_sheets import VIEW, column, sheet
from experiments.evaluations.fills import hole_row, measured, summary, table_of
from experiments.evaluations.laid import canvas_of, laid
from experiments.evaluations.ring_texture import mirrored_texture
from operators.fill.generator import FillView
from operators.fill.harmonic import fill_membrane
from tests.operators.fill.fakes import Noise
from tests.operators.overlaid import photo

SIZE = 160


def _truth8() -> np.ndarray:
    return np.ascontiguousarray(photo("coffee")[100 : 100 + SIZE, 200 : 200 + SIZE])


def _hole(side: int = 30) -> np.ndarray:
    hole = np.zeros((SIZE, SIZE), bool)
    hole[60 : 60 + side, 50 : 50 + side] = True
    return hole


@dataclass
class Constant:
    """Adds the same to every view."""

    name: str = "constant"
    side: int = 64
    level: float = 0.125

    def fill(self, views: Sequence[FillView], temperature: float) -> list[np.ndarray]:
        return [np.where(v.hole[..., None], v.base + np.float32(self.level), v.base) for v in views]


@pytest.mark.parametrize("side", [30, 60])
def test_what_a_generator_adds_arrives(side: int) -> None:
    """A scale or a view that is laid elsewhere, or texture of a coarser scale that takes the place of the fill."""
    hole, truth = _hole(side), _truth8().astype(np.float32) / 255
    base = np.full_like(truth, 0.5)
    filled = laid(Constant(), base, hole, 1 - hole.astype(np.float32), 0.0, 0)
    inner = cv2.erode(hole.astype(np.uint8), np.ones((7, 7), np.uint8)) > 0  # a coarser scale fades in at the edge
    assert np.abs((filled - base)[inner] - 0.125).max() < 0.005 and np.array_equal(filled[~hole], base[~hole])
    real = fill_membrane(truth, hole)
    assert np.array_equal(laid(Constant(), real, hole, 1 - hole.astype(np.float32), 0.0, 0)[~hole], real[~hole])


def test_a_canvas_of_blocks_has_their_means() -> None:
    """Blocks at the far edge counted short, or a hole that a block loses."""
    values = np.arange(7 * 5 * 3, dtype=np.float32).reshape(7, 5, 3) / 105
    hole = np.zeros((7, 5), bool)
    hole[6, 4] = True
    canvas = canvas_of(values, hole, 1 - hole.astype(np.float32), 2)
    assert canvas.base.shape == (4, 3, 3) and canvas.hole[3, 2] and canvas.hole.sum() == 1
    assert np.allclose(canvas.base[0, 0], values[:2, :2].mean((0, 1))) and np.allclose(canvas.base[3, 2], values[6, 4])


def test_mirrored_texture_is_the_rings() -> None:
    """A baseline that is beaten because it has no texture, or because it moves the tone."""
    rng = np.random.default_rng(0)
    rough = (0.5 + 0.05 * rng.standard_normal((SIZE, SIZE, 3))).astype(np.float32)
    hole = _hole()
    base = fill_membrane(rough, hole)
    filled = mirrored_texture(base, hole)
    assert 0.7 * 0.05 < filled[hole].std() < 1.3 * 0.05 and np.array_equal(filled[~hole], base[~hole])
    assert abs(float(filled[hole].mean() - base[hole].mean())) < 0.01


def test_rows_and_their_summary() -> None:
    """An oracle that takes the worst, gains over something other than the harmonic fill, grain on the wrong fills."""
    truth8, hole = _truth8(), _hole()
    known = 1 - hole.astype(np.float32)
    generators = {"noise": (Noise(), 3), "still": (Constant(level=0.0), 0)}
    rows = [hole_row(generators, truth8, hole, known, 10 * i, False) for i in range(2)]
    assert rows[0]["still"] == rows[0]["harmonic"] != rows[0]["harmonic + grain"]
    assert rows[0]["truth"]["psnr"] == 60 and rows[0]["truth"]["sliced"] == 0
    assert rows[0]["noise, best of 3"]["psnr"] >= rows[0]["noise, drawn"]["psnr"] > 0
    found = summary(rows)
    assert found["harmonic"]["gain"] == [0, 0, 0] == found["truth"]["drift_off"]
    assert found["noise, best of 3"]["gain_of_oracle"][0] >= 0
    part = summary([rows[0], {name: one for name, one in rows[1].items() if "best" not in name}])
    assert part["noise, best of 3"]["psnr"][0] == pytest.approx(rows[0]["noise, best of 3"]["psnr"], abs=1e-3)
    assert part["noise"] == found["noise"]
    gain = np.mean([row["noise"]["psnr"] - row["harmonic"]["psnr"] for row in rows])
    assert found["noise"]["gain"][0] == pytest.approx(gain, abs=1e-3)
    assert all(name in table_of(found) for name in rows[0])


def test_a_perfect_fill_is_measured_as_one() -> None:
    """A measure that looks at another picture than the fill."""
    truth = _truth8().astype(np.float32) / 255
    perfect, smooth = (measured(one, truth, _hole()) for one in (truth, fill_membrane(truth, _hole())))
    assert perfect["psnr"] == 60 and perfect["gradient"] == 1 and perfect["ssim"] == pytest.approx(1)
    assert smooth["psnr"] < 40 and smooth["gradient"] < 0.95 and smooth["ssim"] < 1


def test_sheets_show_every_tile_once() -> None:
    """A method in another's row, or tiles lost at the end of a band."""
    truth8, hole = _truth8(), _hole()
    one = column([Constant()], truth8, hole, 1 - hole.astype(np.float32), 0, 0.0, False)
    assert one.shape == (5 * VIEW, VIEW, 3)
    start = (SIZE - VIEW) // 2
    assert np.array_equal(one[VIEW : 2 * VIEW], truth8[start : start + VIEW, start : start + VIEW])
    base, filled = (one[k * VIEW : (k + 1) * VIEW].astype(int) for k in (3, 4))
    middle = hole[start : start + VIEW, start : start + VIEW]
    assert (filled - base)[middle].mean() > 20 and not (filled - base)[~middle].any()
    whole = sheet([one, one // 2, one // 4], across=2)
    assert whole.shape[1] == 2 * VIEW and np.array_equal(whole[-5 * VIEW :, :VIEW], one // 4)
    assert (whole[-5 * VIEW :, VIEW:] == 255).all()
