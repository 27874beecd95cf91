"""The bytes of a pair → arrays of one size, checked before anything is measured."""

from __future__ import annotations

import json
from dataclasses import dataclass

import cv2
import numpy as np

from operators.ingest import decode
from operators.picture import Picture, UnreadableImage
from pipelines.evaluation.pairs import Pair

MAX_PIXELS = 100_000_000
DIFFERENT = 8  # levels of 255 from which a pixel of input and target differs by more than compression
LEAST_ALPHA = 0.05  # from which a pixel belongs to the overlay


class BadPair(ValueError):
    """A pair that cannot be compared. The message says what is wrong with which part."""


@dataclass(frozen=True)
class Loaded:
    """data: the input's own bytes. before, target: (H, W, 3) uint8 RGB, upright. mask: bool (H, W), where the overlay
    is, and its source: given, alpha or difference. alpha: float32 (H, W), 0..1, None when it is not known.
    kind: of the overlay, "" when nothing says it."""

    key: str
    kind: str
    data: bytes
    before: np.ndarray
    target: np.ndarray
    mask: np.ndarray
    mask_source: str
    alpha: np.ndarray | None


def load(pair: Pair) -> Loaded:
    """Raises `BadPair`."""
    if pair.problem:
        raise BadPair(pair.problem)
    data = _read(pair, "input")
    before, target = _picture(data, "input").rgb8(), _picture(_read(pair, "target"), "target").rgb8()
    _check_size("target", target, before)
    alpha = _alpha(pair, before)
    mask, source = _mask(pair, before, target, alpha)
    return Loaded(pair.key, _kind(pair), data, before, target, mask, source, alpha)


def _read(pair: Pair, role: str) -> bytes:
    try:
        return pair.parts[role].read()
    except OSError as error:
        raise BadPair(f"the {role} cannot be read: {error}") from error


def _picture(data: bytes, role: str) -> Picture:
    try:
        return decode(data, max_pixels=MAX_PIXELS)
    except UnreadableImage as error:
        raise BadPair(f"the {role} is no picture that can be read: {error}") from error


def _alpha(pair: Pair, before: np.ndarray) -> np.ndarray | None:
    """8 or 16 bits grey; the value's share of the peak is alpha."""
    if "alpha" not in pair.parts:
        return None
    stored = _grey(_read(pair, "alpha"), "alpha", before)
    return stored.astype(np.float32) / np.iinfo(stored.dtype).max


def _mask(
    pair: Pair, before: np.ndarray, target: np.ndarray, alpha: np.ndarray | None
) -> tuple[np.ndarray, str]:
    """The mask that was given, else where alpha is, else where the two pictures differ."""
    if "mask" in pair.parts:
        stored = _grey(_read(pair, "mask"), "mask", before)
        return stored > np.iinfo(stored.dtype).max // 2, "given"
    if alpha is not None:
        return alpha > LEAST_ALPHA, "alpha"
    differs = (cv2.absdiff(before, target).max(2) > DIFFERENT).astype(np.uint8)
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (5, 5))
    return cv2.morphologyEx(differs, cv2.MORPH_CLOSE, disc) > 0, "difference"


def _grey(data: bytes, role: str, before: np.ndarray) -> np.ndarray:
    """uint8 or uint16 (H, W)."""
    flags = cv2.IMREAD_GRAYSCALE | cv2.IMREAD_ANYDEPTH
    stored = cv2.imdecode(np.frombuffer(data, np.uint8), flags) if data else None
    if stored is None or stored.dtype not in (np.uint8, np.uint16):
        raise BadPair(f"the {role} is no grey picture of 8 or 16 bits")
    _check_size(role, stored, before)
    return stored


def _check_size(role: str, other: np.ndarray, before: np.ndarray) -> None:
    if other.shape[:2] != before.shape[:2]:
        size, own = (f"{a.shape[1]} x {a.shape[0]}" for a in (other, before))
        raise BadPair(f"the {role} is {size}, the input {own}: they must be of one size")


def _kind(pair: Pair) -> str:
    if "meta" not in pair.parts:
        return ""
    try:
        note = json.loads(_read(pair, "meta"))
    except ValueError as error:
        raise BadPair(f"the note {pair.parts['meta'].name} is not JSON: {error}") from error
    kind = note.get("kind") if isinstance(note, dict) else None
    return str(kind) if kind else ""
