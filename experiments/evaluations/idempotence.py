"""Run the line on its own output, metadata stripped: how many outputs change again?

    python -m experiments.evaluations.idempotence --split eval --per-kind 12
"""

from __future__ import annotations

import argparse
import io
from collections import Counter

from PIL import Image

from experiments.evaluations.rendered import rendered_cases
from pipelines.library import clean_image


def strip_metadata(data: bytes) -> bytes:
    """The same JPEG coefficients without APPn and COM segments, except JFIF and Adobe, which say how to decode."""
    out, at = bytearray(data[:2]), 2
    while at < len(data) and data[at] == 0xFF and data[at + 1] != 0xDA:
        length = int.from_bytes(data[at + 2 : at + 4], "big")
        marker = data[at + 1]
        if not (0xE1 <= marker <= 0xED or marker in (0xEF, 0xFE)):
            out += data[at : at + 2 + length]
        at += 2 + length
    return bytes(out + data[at:])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--split", default="eval")
    parser.add_argument("--per-kind", type=int, default=12)
    parser.add_argument("--recipe", default="default")
    arguments = parser.parse_args()
    total, stable, by_kind = 0, 0, Counter[str]()
    for case in rendered_cases(arguments.split, arguments.per_kind):
        first = clean_image(case.data, arguments.recipe).data
        assert first is not None
        again = strip_metadata(first)
        Image.open(io.BytesIO(again)).verify()
        same = clean_image(again, arguments.recipe).data == again
        total, stable = total + 1, stable + same
        by_kind[case.overlay.kind] += not same
    print(f"left alone by a second run: {stable} of {total} ({stable / total:.1%}); changed again: {dict(by_kind)}")


if __name__ == "__main__":
    main()
