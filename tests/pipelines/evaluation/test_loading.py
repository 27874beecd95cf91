"""From files to arrays of one size, or to a reason why not."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from pipelines.evaluation.loading import BadPair, Loaded, load
from pipelines.evaluation.pairs import find_pairs
from tests.pipelines.evaluation.pairs_on_disk import encoded, members, small_case, write_folders


def loaded(root: Path, parts: dict[str, bytes]) -> Loaded:
    write_folders(root, "a", parts)
    return load(find_pairs(str(root))[0])


def test_alpha_is_the_share_of_the_peak_in_8_and_16_bits(tmp_path: Path) -> None:
    """Catches 16 bits cut to 8, and 8 bits divided by 65535."""
    case = small_case()
    parts = members(case)
    sixteen = loaded(tmp_path / "16", parts)
    eight = loaded(tmp_path / "8", parts | {"alpha.png": encoded(np.rint(case.alpha * 255).astype(np.uint8), "PNG")})
    assert sixteen.alpha is not None and eight.alpha is not None
    assert np.abs(sixteen.alpha - case.alpha).max() < 1e-4 and np.abs(eight.alpha - case.alpha).max() < 3e-3
    assert (sixteen.kind, sixteen.mask_source) == ("caption", "given")


def test_without_a_mask_it_is_where_the_pictures_differ(tmp_path: Path) -> None:
    """Catches a derived mask full of compression noise, or one with the letters' insides missing."""
    case = small_case()
    pair = loaded(tmp_path, {name: members(case)[name] for name in ("target.png",)}
                  | {"input.png": encoded(case.image, "PNG")})
    assert pair.mask_source == "difference" and pair.alpha is None and pair.kind == ""
    visible = np.abs(case.image.astype(int) - case.photo).max(2) > 8
    assert pair.mask[visible].all() and pair.mask.sum() < 1.6 * visible.sum()


@pytest.mark.parametrize(("name", "data", "message"), [
    ("target.png", encoded(np.zeros((10, 20, 3), np.uint8), "PNG"), "the target is 20 x 10, the input 240 x 200"),
    ("mask.png", encoded(np.zeros((10, 20), np.uint8), "PNG"), "the mask is 20 x 10"),
    ("alpha.png", b"nothing", "the alpha is no grey picture"),
    ("input.jpg", b"nothing", "the input is no picture that can be read"),
    ("meta.json", b"{", "a.json is not JSON"),
])
def test_what_is_wrong_is_said_with_the_part_it_is_wrong_with(
    tmp_path: Path, name: str, data: bytes, message: str
) -> None:
    """Catches a broken part that crashes the run, or measures that compare different places."""
    with pytest.raises(BadPair, match=message):
        loaded(tmp_path, members(small_case()) | {name: data})
