"""The README's before/after picture, from a finished demo.

    python -m experiments.evaluations.showcase demo docs/before-after.jpg brick_1 coffee_0 …

Each row is one picture of the demo: its input on the left, its output on the right.
"""

from __future__ import annotations

import argparse
import io
import tarfile
from pathlib import Path

import numpy as np
from PIL import Image

WIDTH, HEIGHT, GAP = 400, 300, 6
PICTURES = (".jpg", ".png", ".webp")


def pictures_in(folder: Path) -> dict[str, bytes]:
    """Key → encoded picture, of every tar in a folder."""
    found: dict[str, bytes] = {}
    for path in sorted(folder.glob("*.tar")):
        with tarfile.open(path) as archive:
            for member in archive:
                key, suffix = Path(member.name).stem, Path(member.name).suffix
                file = archive.extractfile(member)
                if suffix in PICTURES and file is not None:
                    found[key] = file.read()
    return found


def sheet(pairs: list[tuple[bytes, bytes]], columns: int = 2) -> np.ndarray:
    """uint8 (H, W, 3): before | after pairs, `columns` of them in a row."""
    cells = [np.hstack([_cell(before), _gap(HEIGHT, GAP), _cell(after)]) for before, after in pairs]
    rows = [np.hstack(_between(cells[i : i + columns], _gap(HEIGHT, 4 * GAP))) for i in range(0, len(cells), columns)]
    return np.vstack(_between(rows, _gap(2 * GAP, rows[0].shape[1])))


def _between(parts: list[np.ndarray], gap: np.ndarray) -> list[np.ndarray]:
    return [piece for part in parts for piece in (part, gap)][:-1]


def _cell(data: bytes) -> np.ndarray:
    picture = Image.open(io.BytesIO(data)).convert("RGB")
    scale = max(WIDTH / picture.width, HEIGHT / picture.height)
    picture = picture.resize((round(picture.width * scale), round(picture.height * scale)), Image.Resampling.LANCZOS)
    left, top = (picture.width - WIDTH) // 2, (picture.height - HEIGHT) // 2
    return np.asarray(picture.crop((left, top, left + WIDTH, top + HEIGHT)))


def _gap(height: int, width: int) -> np.ndarray:
    return np.full((height, width, 3), 255, np.uint8)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("demo", type=Path)
    parser.add_argument("target", type=Path)
    parser.add_argument("keys", nargs="+")
    arguments = parser.parse_args()
    before, after = pictures_in(arguments.demo / "input"), pictures_in(arguments.demo / "output")
    arguments.target.parent.mkdir(parents=True, exist_ok=True)
    picture = sheet([(before[key], after[key]) for key in arguments.keys])
    Image.fromarray(picture).save(arguments.target, quality=88)


if __name__ == "__main__":
    main()
