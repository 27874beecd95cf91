"""What a worker does with a chunk of records in each of the two passes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from operators.marks.collect import Collection
from operators.marks.consensus import Consensus
from operators.marks.find import Candidate
from operators.record import ImageRecord


@dataclass
class ConsensusFold:
    """First pass: what the gradients of a chunk's pictures agree on, packed."""

    max_pixels: int

    def __call__(self, records: list[ImageRecord]) -> bytes:
        seen = Consensus()
        for _, rgb8 in pictures_of(records, self.max_pixels):
            seen.add(rgb8)
        return seen.pack()


@dataclass
class CollectionFold:
    """Second pass: a chunk's pieces under each candidate, packed."""

    candidates: list[Candidate]
    max_pixels: int

    def __call__(self, records: list[ImageRecord]) -> bytes:
        collected = Collection(self.candidates)
        for key, rgb8 in pictures_of(records, self.max_pixels):
            collected.add(rgb8, key)
        return collected.pack()


def pictures_of(records: list[ImageRecord], max_pixels: int) -> Iterator[tuple[str, np.ndarray]]:
    """(key, uint8 (H, W, 3)) of the records that can be decoded, one at a time; the others are passed over, since
    `clean` reports them."""
    for record in records:
        if not record.open:
            continue
        try:
            rgb8 = record.picture(max_pixels).rgb8()
        except Exception:  # any of a dozen decoders; one picture must not cost its chunk
            continue
        finally:
            record.drop_picture()
        yield record.key, rgb8
