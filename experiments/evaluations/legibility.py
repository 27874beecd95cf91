"""What an OCR engine that the product does not use (tesseract) still reads of the overlay words.

    python -m experiments.evaluations.legibility --split eval --pictures 96 [--out FOLDER]

A word counts as read when it is among the words tesseract finds in the crop around its line, upscaled to 64 px line
height, in either polarity; words of fewer than 3 letters or digits are not counted. The yardstick is the share of the
words read before that are still read after.
"""

from __future__ import annotations

import argparse
import re
import subprocess
from pathlib import Path

import cv2
import numpy as np

from experiments.evaluations.rendered import RenderedCase, rendered_cases
from operators.render import OverlayRegion
from pipelines.library import clean_image

KINDS_READ = ("caption", "meme", "timestamp")


def words_of(text: str) -> set[str]:
    """Lower-case words and numbers of at least 3 characters."""
    return set(re.findall(r"\w{3,}", text.lower()))


def read_words(rgb: np.ndarray, region: OverlayRegion) -> set[str]:
    """What tesseract reads in the region's crop, in either polarity."""
    crop = cv2.cvtColor(_crop(rgb, region.quad), cv2.COLOR_RGB2GRAY)
    return _tesseract(crop) | _tesseract(255 - crop)


def _crop(rgb: np.ndarray, quad: np.ndarray) -> np.ndarray:
    line = float(min(np.linalg.norm(quad[3] - quad[0]), np.linalg.norm(quad[1] - quad[0])))
    margin = int(0.5 * line) + 4
    x0, y0 = np.maximum(np.floor(quad.min(0)).astype(int) - margin, 0)
    x1, y1 = np.ceil(quad.max(0)).astype(int) + margin
    scale = float(np.clip(64 / max(line, 4), 0.5, 4))
    return cv2.resize(rgb[y0:y1, x0:x1], None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC)


def _tesseract(grey: np.ndarray) -> set[str]:
    png = cv2.imencode(".png", grey)[1].tobytes()
    done = subprocess.run(["tesseract", "stdin", "stdout", "--psm", "6"], input=png, capture_output=True, check=False)
    return words_of(done.stdout.decode(errors="replace"))


def count_words(case: RenderedCase, after: np.ndarray) -> tuple[int, int]:
    """(read before, still read after) over the overlay's own words."""
    before_count = after_count = 0
    for region in case.overlay.regions:
        read = words_of(region.text) & read_words(case.overlay.image, region)
        before_count += len(read)
        after_count += len(read & read_words(after, region)) if read else 0
    return before_count, after_count


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--split", default="eval")
    parser.add_argument("--pictures", type=int, default=96)
    parser.add_argument("--recipe", default="default")
    parser.add_argument("--out", type=Path)
    arguments = parser.parse_args()
    totals: dict[str, list[int]] = {kind: [0, 0] for kind in KINDS_READ}
    for case in rendered_cases(arguments.split, arguments.pictures // len(KINDS_READ), KINDS_READ):
        result = clean_image(case.data, arguments.recipe)
        assert result.pixels is not None
        before, after = count_words(case, result.pixels)
        totals[case.overlay.kind][0] += before
        totals[case.overlay.kind][1] += after
        if arguments.out and after:
            arguments.out.mkdir(parents=True, exist_ok=True)
            sheet = np.hstack([case.overlay.image, result.pixels])
            cv2.imwrite(str(arguments.out / f"{case.key}.jpg"), sheet[:, :, ::-1])
    read, left = (sum(t[i] for t in totals.values()) for i in (0, 1))
    for kind, (a, b) in totals.items():
        print(f"{kind}: {b} of {a} words still read ({b / max(a, 1):.1%})")
    print(f"all: {left} of {read} words still read ({left / max(read, 1):.1%})")


if __name__ == "__main__":
    main()
