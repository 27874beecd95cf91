"""Pictures that are only looked at: whatever Pillow can decode and we do not write back."""

from __future__ import annotations

import io
import warnings

import numpy as np
from PIL import Image

from operators.codecs.limits import check_size
from operators.picture import Picture, UnreadableImage

Image.MAX_IMAGE_PIXELS = None  # every decoder checks its header against ingest.max_pixels, with a message that names it
warnings.filterwarnings("ignore", module=r"PIL\.")  # what matters about a broken file becomes an error


def decode_for_viewing(data: bytes, form: str, reason: str, *, max_pixels: int | None = None) -> Picture:
    """An uneditable `Picture`: first frame as 8-bit RGB. form: Pillow's format name. Raises `UnreadableImage`."""
    image = open_image(data, form)
    with image:
        if max_pixels is not None:
            check_size(image.width, image.height, max_pixels)
        rgb = load(image).convert("RGB")
        return Picture(np.asarray(rgb), image.format or form, image.mode, 1, None, False, reason, {"data": data})


def open_image(data: bytes, form: str) -> Image.Image:
    """Pillow's lazily opened image. Raises `UnreadableImage`."""
    try:
        return Image.open(io.BytesIO(data), formats=[form])
    except Exception as error:  # Pillow's plugins raise struct.error, KeyError, ... on broken headers
        raise UnreadableImage("corrupt", f"broken {form} header: {error}") from error


def load(image: Image.Image) -> Image.Image:
    """Decode all pixels. Raises `UnreadableImage`."""
    try:
        image.load()
    except MemoryError:
        raise
    except Exception as error:
        kind = "truncated" if "truncated" in str(error) or isinstance(error, EOFError) else "corrupt"
        raise UnreadableImage(kind, f"broken {image.format} data: {error}") from error
    return image
