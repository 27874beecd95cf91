"""The bound on pixels, checked on the header before anything is decoded."""

from __future__ import annotations

from operators.picture import UnreadableImage


def check_size(width: int, height: int, max_pixels: int) -> None:
    """Raises `UnreadableImage`: too_large above the bound, corrupt without any pixel."""
    if width < 1 or height < 1:
        raise UnreadableImage("corrupt", f"the header says {width}x{height} pixels")
    if width * height > max_pixels:
        raise UnreadableImage(
            "too_large",
            f"{width}x{height} is {width * height:,} pixels, more than the bound of {max_pixels:,}: "
            "raise ingest.max_pixels in the recipe if this is meant",
        )
