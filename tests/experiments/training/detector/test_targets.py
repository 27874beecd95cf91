"""What the detector is taught."""

import numpy as np

from experiments.training.detector.targets import UNIT, core_target
from operators.detection.quads import box_quad


def test_empty_picture_counts_everywhere() -> None:
    """A mask of zeros for pictures without text would never punish their false positives."""
    core, weight = core_target(np.zeros((0, 4, 2), np.float32), 32, 48)
    assert core.shape == (32, 48) and not core.any() and (weight == UNIT).all()


def test_small_cores_weigh_more_and_illegible_ones_nothing() -> None:
    """A time stamp must count beside a headline, and a two-pixel line must not be called background."""
    quads = np.stack([box_quad(10, 10, 190, 60), box_quad(10, 80, 60, 90), box_quad(10, 110, 60, 112)])
    core, weight = core_target(quads, 128, 200)
    assert core[35, 100] == core[85, 35] == 1 and core[12, 100] == 0
    assert weight[85, 35] > weight[35, 100]
    assert core[111, 35] == 0 and weight[111, 35] == 0


def test_cores_of_neighbouring_lines_do_not_touch() -> None:
    """Lines whose cores merge come out as one region."""
    core, _ = core_target(np.stack([box_quad(5, 10, 90, 30), box_quad(5, 30, 90, 50)]), 64, 96)
    assert not core[28:32].any() and core[20, 50] and core[40, 50]
