"""Pictures that all carry one mark, from the photographs that scikit-image and scikit-learn ship."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from operators.marks.collect import Collection
from operators.marks.consensus import Consensus
from operators.marks.find import find_candidates
from operators.marks.learn import learn
from operators.marks.mark import Mark
from operators.picture import Picture
from operators.render import composite
from pipelines.demo.photographs import VIEWS, photograph


@dataclass(frozen=True)
class Marked:
    """photo: as it was. rgb: with the mark, through JPEG q88. alpha: float32 (h, w)."""

    photo: np.ndarray
    rgb: np.ndarray
    alpha: np.ndarray

    @property
    def picture(self) -> Picture:
        return Picture(self.rgb, "JPEG", "RGB")


@lru_cache(maxsize=1)
def photos() -> tuple[np.ndarray, ...]:
    """24 photographs of three sizes, uint8 (h, w, 3)."""
    sizes = ((416, 300), (360, 300), (320, 380))
    return tuple(np.ascontiguousarray(cv2.resize(photograph(view), sizes[i % 3], interpolation=cv2.INTER_AREA))
                 for i, view in enumerate(VIEWS[:24]))


@lru_cache(maxsize=8)
def sheet(text: str = "north pier", size: int = 24, edge: int = 0) -> np.ndarray:
    """float32 (h, w, 4): white text, with `edge` px of dark outline, straight RGB and coverage."""
    font = ImageFont.load_default(size)
    box = [int(v) for v in font.getbbox(text, stroke_width=edge)]
    inner, outer = (Image.new("L", (box[2] - box[0] + 4, box[3] - box[1] + 4)) for _ in range(2))
    at = (2 - box[0], 2 - box[1])
    ImageDraw.Draw(inner).text(at, text, font=font, fill=255)
    ImageDraw.Draw(outer).text(at, text, font=font, fill=255, stroke_width=edge)
    core, cover = (np.asarray(page, np.float32)[..., None] / 255 for page in (inner, outer))
    cover = np.maximum(cover, core)
    return np.concatenate([np.repeat(core / np.maximum(cover, 1e-3), 3, 2), cover], 2)


def mark(photo: np.ndarray, opacity: float = 0.5, margin: int = 9, edge: int = 0, repeat: tuple[int, int] | None = None
         ) -> Marked:
    """The sheet at the bottom right, `margin` px from both sides; or repeated from the top left every `repeat` px."""
    own = sheet(edge=edge)
    height, width = photo.shape[:2]
    frame = np.zeros((height, width, 4), np.float32)
    if repeat is None:
        frame[height - margin - own.shape[0] : height - margin, width - margin - own.shape[1] : width - margin] = own
    else:
        tile = np.zeros((repeat[1], repeat[0], 4), np.float32)
        tile[10 : 10 + own.shape[0], 8 : 8 + own.shape[1]] = own
        frame = np.tile(tile, (height // repeat[1] + 1, width // repeat[0] + 1, 1))[:height, :width]
    alpha = np.ascontiguousarray(frame[..., 3] * opacity)
    return Marked(photo, jpeg(composite(photo, alpha, np.ascontiguousarray(frame[..., :3]))), alpha)


def jpeg(rgb: np.ndarray, quality: int = 88) -> np.ndarray:
    """Compressed and decompressed."""
    data = cv2.imencode(".jpg", rgb[:, :, ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    bgr = cv2.imdecode(data, cv2.IMREAD_COLOR)
    assert bgr is not None
    return np.ascontiguousarray(bgr[:, :, ::-1])


def learnt(pictures: list[np.ndarray]) -> list[Mark]:
    """The two passes over pictures in memory."""
    consensus = Consensus()
    for rgb in pictures:
        consensus.add(rgb)
    collection = Collection(find_candidates(consensus))
    for i, rgb in enumerate(pictures):
        collection.add(rgb, str(i))
    return learn(consensus, collection)


@lru_cache(maxsize=4)
def known(edge: int = 0) -> tuple[Mark, ...]:
    """The mark of all 24 pictures."""
    return tuple(learnt([mark(photo, edge=edge).rgb for photo in photos()]))
