"""Where crops with holes come from."""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file

from experiments.training.holes.bank import Bank
from experiments.training.holes.masks import load_masks
from experiments.training.holes.pace import Pace
from experiments.training.holes.pack import MASK_SIDE, MASKS, pack, packed_held_out
from experiments.training.holes.source import FedViews, source_of, watched_crops
from experiments.training.views.view import save_views
from tests.experiments.training.holes.photos import photo_files
from tests.experiments.training.prior.crops import crops
from tests.experiments.training.views.test_view import view


def arguments(folder: Path, packed: Path | None) -> argparse.Namespace:
    return argparse.Namespace(views=folder / "views", packed=packed, photos=folder, use="all", device="cpu", held_out=2)


def test_the_same_options_lead_from_views_or_from_what_is_packed_of_them(tmp_path: Path) -> None:
    """A GPU run that silently waits for views, or trains on nothing but boxes."""
    (tmp_path / "views").mkdir()
    save_views(tmp_path / "views" / "a.safetensors", [view()])
    photo_files(tmp_path)
    pack(tmp_path / "views", tmp_path / "packed", 5, 0.0)
    masks = load_masks(tmp_path / "packed" / MASKS)
    assert masks.shape == (5, MASK_SIDE, MASK_SIDE) and (masks < 255).any((1, 2)).all()
    pace = Pace(1.0, 4, 10)
    for packed, kind in ((None, FedViews), (tmp_path / "packed", Bank)):
        with source_of(arguments(tmp_path, packed), pace)(0) as source:
            assert isinstance(source, kind)
            views = source.get(64, 3)
        assert views.truth.shape == views.base.shape == (3, 3, 64, 64) and bool(views.hole.any())


def test_curves_are_of_the_packed_crops(tmp_path: Path) -> None:
    """Held-out crops that come back in another order, or in other numbers than asked for."""
    held = crops(3, 64)
    save_file({name: np.ascontiguousarray(part) for name, part in vars(held).items()},
              tmp_path / "held_out_64.safetensors")
    back = watched_crops(arguments(tmp_path, tmp_path), 64)
    assert all(np.array_equal(part, getattr(held, name)[:2]) for name, part in vars(back).items())
    assert len(packed_held_out(tmp_path, 64, 3).truth) == 3
