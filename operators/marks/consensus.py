"""What the gradients of many pictures agree on, as sums that can be merged in any order.

A mark adds the same gradient to every picture, while those of photographs cancel (Dekel et al., "On the effectiveness
of visible watermarks", CVPR 2017, take their median). A median cannot be merged, so here each gradient is bounded
first: the mean of bounded gradients is as robust (Huber, 1964), and sums of it are all that has to travel.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field

import cv2
import numpy as np

from operators.marks.anchor import ANCHORS, cell_of, window
from operators.payload import pack, unpack

SIDE = 1024  # px around each anchor that are looked at, in cells of 2 px
MOST_SIZES = 6  # picture sizes that get a field of their own
BOUND = 0.08  # gradient of a cell, 0..1, above which it counts no more


@dataclass
class Field:
    """float32 sums over pictures, per cell: bounded gradients gx, gy (h, w, 2) of grey and of red less blue, which a
    mark as bright as its surroundings still has; their squared length and the pictures, (h, w)."""

    gx: np.ndarray
    gy: np.ndarray
    energy: np.ndarray
    count: np.ndarray

    @classmethod
    def empty(cls, height: int, width: int) -> Field:
        return cls(*(np.zeros((height, width, *more), np.float32) for more in ((2,), (2,), (), ())))

    def add(self, gx: np.ndarray, gy: np.ndarray, left: int, top: int) -> None:
        """Lay one picture's bounded gradients over the cells from (left, top)."""
        height, width = gx.shape[:2]
        here = np.s_[top : top + height, left : left + width]
        self.gx[here] += gx
        self.gy[here] += gy
        self.energy[here] += (gx * gx + gy * gy).sum(2)
        self.count[here] += 1

    def merge(self, other: Field) -> None:
        for mine, theirs in zip(self.arrays(), other.arrays(), strict=True):
            mine += theirs

    def arrays(self) -> tuple[np.ndarray, ...]:
        return self.gx, self.gy, self.energy, self.count


@dataclass
class Consensus:
    """Fields by name: the nine anchors (pixels from there), and `WIDTHxHEIGHT` for frequent sizes (whole pictures)."""

    fields: dict[str, Field] = field(default_factory=dict)
    sizes: Counter[str] = field(default_factory=Counter)
    pictures: int = 0

    def add(self, rgb8: np.ndarray) -> None:
        """One (H, W, 3) uint8 picture. Pictures under 32 px are not counted."""
        height, width = rgb8.shape[:2]
        if min(height, width) < 32:
            return
        self.pictures += 1
        self.sizes[f"{width}x{height}"] += 1
        seen: dict[tuple[int, int, int, int], tuple[np.ndarray, np.ndarray]] = {}
        for anchor in ANCHORS:
            x0, y0, x1, y1 = box = window(anchor, width, height, SIDE)
            if box not in seen:
                seen[box] = cell_gradients(rgb8[y0:y1, x0:x1])
            self._add_at(anchor, *seen[box])
        if max(height, width) <= 2 * SIDE:
            gx, gy = cell_gradients(rgb8[: height // 2 * 2, : width // 2 * 2])
            self._field(f"{width}x{height}", *gx.shape[:2]).add(gx, gy, 0, 0)
            self._trim()

    def _add_at(self, anchor: str, gx: np.ndarray, gy: np.ndarray) -> None:
        column, row = cell_of(anchor, SIDE)
        left, top = column * (1 - gx.shape[1] / (SIDE // 2)), row * (1 - gx.shape[0] / (SIDE // 2))
        self._field(anchor, SIDE // 2, SIDE // 2).add(gx, gy, round(left), round(top))

    def _field(self, name: str, height: int, width: int) -> Field:
        if name not in self.fields:
            self.fields[name] = Field.empty(height, width)
        return self.fields[name]

    def merge(self, other: Consensus) -> None:
        """Add what another worker saw."""
        for name, theirs in other.fields.items():
            self._field(name, *theirs.count.shape).merge(theirs)
        self.sizes += other.sizes
        self.pictures += other.pictures
        self._trim()

    def _trim(self) -> None:
        """Keep the fields of the most frequent sizes only, so that memory does not grow with the pictures."""
        own = [name for name in self.fields if name not in ANCHORS]
        for name in sorted(own, key=lambda n: (-self.sizes[n], n))[MOST_SIZES:]:
            del self.fields[name]
        if len(self.sizes) > 4096:
            self.sizes = Counter(dict(self.sizes.most_common(2048)))

    def pack(self) -> bytes:
        """Without the margins that no picture reached."""
        arrays, shapes = {}, {}
        for name, own in self.fields.items():
            top, bottom = _extent(own.count.max(1))
            left, right = _extent(own.count.max(0))
            shapes[name] = [*own.count.shape, top, left]
            for i, values in enumerate(own.arrays()):
                arrays[f"{name}/{i}"] = values[top:bottom, left:right]
        return pack(arrays, json.dumps({"sizes": dict(self.sizes), "pictures": self.pictures, "shapes": shapes}))

    @classmethod
    def unpack(cls, data: bytes) -> Consensus:
        arrays, text = unpack(data)
        about = json.loads(text)
        made = cls({}, Counter(about["sizes"]), about["pictures"])
        for name, (height, width, top, left) in about["shapes"].items():
            for i, whole in enumerate(made._field(name, height, width).arrays()):
                part = arrays[f"{name}/{i}"]
                whole[top : top + part.shape[0], left : left + part.shape[1]] = part
        return made


def _extent(used: np.ndarray) -> tuple[int, int]:
    places = np.flatnonzero(used)
    return (int(places[0]), int(places[-1]) + 1) if places.size else (0, 0)


def cell_gradients(rgb8: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(gx, gy) float32 (h // 2, w // 2, 2): differences to the right and lower cell, bounded, of grey (the mean of the
    channels) and of red less blue. rgb8: uint8 (h, w, 3), h and w even."""
    height, width = rgb8.shape[:2]
    small = cv2.resize(rgb8, (width // 2, height // 2), interpolation=cv2.INTER_AREA)
    planes = two_planes(small.astype(np.float32) / 255)
    gx, gy = np.zeros_like(planes), np.zeros_like(planes)
    gx[:, :-1], gy[:-1] = np.diff(planes, axis=1), np.diff(planes, axis=0)
    return np.clip(gx, -BOUND, BOUND), np.clip(gy, -BOUND, BOUND)


def two_planes(rgb: np.ndarray) -> np.ndarray:
    """float32 (..., 2) of (..., 3): grey, and red less blue."""
    return np.stack([rgb.mean(-1), rgb[..., 0] - rgb[..., 2]], -1)
