"""A picture as people are shown it: upright, eight bits, over grey where it is transparent."""

from __future__ import annotations

import numpy as np

from operators.ingest import decode
from operators.picture import UnreadableImage

MAX_PIXELS = 100_000_000  # larger ones are not shown: the driver must not need more memory than the job
GROUND = 128  # grey behind transparent pixels


def read_frame(image: bytes | None) -> tuple[np.ndarray | None, str]:
    """(H, W, 3) uint8 upright RGB over grey, or None and why. Never raises on bad bytes."""
    if image is None:
        return None, ""
    try:
        picture = decode(image, max_pixels=MAX_PIXELS)
    except UnreadableImage as error:
        return None, str(error)
    rgb = picture.rgb8()
    if picture.transparency is None:
        return rgb, ""
    share = picture.transparency[..., None].astype(np.float32) / np.iinfo(picture.transparency.dtype).max
    return np.rint(rgb * share + GROUND * (1 - share)).astype(np.uint8), ""
