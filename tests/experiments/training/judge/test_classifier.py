"""Training the box classifier."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

import numpy as np
import torch
from safetensors.numpy import load_file

from experiments.training.judge.classifier import Boxes, ClassifierTrainer, batches, train, varied
from experiments.training.judge.export import export
from operators.detection.judge import CLASSIFIER, load_looks


def _boxes() -> Boxes:
    """Striped views are overlay, quiet ones are not: one in five is."""
    rng = np.random.default_rng(0)
    labels = (np.arange(200) % 5 == 0).astype(np.uint8)
    views = rng.integers(90, 130, (200, 64, 160, 3)).astype(np.uint8)
    views[labels == 1, :, ::8] = 240
    return Boxes(views, labels)


def test_batches_hold_as_much_overlay_as_other_boxes() -> None:
    """Four false boxes for a true one teach to say no."""
    for batch in islice(batches(_boxes(), 16, 0), 5):
        assert batch.labels.sum() == 8 and (batch.views.max((1, 2, 3)) > 200).tolist() == (batch.labels == 1).tolist()


def test_variation_keeps_shape_and_range_and_varies() -> None:
    """A view moved out of its frame, or above white, is nothing that the product shows."""
    x = torch.rand(8, 3, 64, 160) * 2 - 1
    random = torch.Generator().manual_seed(0)
    y = varied(x, random)
    assert y.shape == x.shape and y.abs().max() < 1.5 and not torch.equal(y, varied(x, random))


def test_it_learns_and_its_weights_serve(tmp_path: Path) -> None:
    """A sign error in the labels, or an export of the wrong average, would turn every answer around."""
    torch.manual_seed(0)
    boxes, trainer = _boxes(), ClassifierTrainer(4e-3, "cpu", None)
    train(boxes, tmp_path / "run", 0.12, trainer)
    assert export(tmp_path / "run", tmp_path) < 2**20 and (tmp_path / "classifier.json").is_file()
    assert all(np.isfinite(a).all() for a in load_file(tmp_path / CLASSIFIER).values())
    logits = load_looks(tmp_path / CLASSIFIER, False).logits(boxes.views)
    assert logits[boxes.labels == 1].mean() > logits[boxes.labels == 0].mean()
