"""ICC profile and EXIF block of a decoded picture, for writing it in another format."""

from __future__ import annotations

from operators.codecs import jpeg
from operators.codecs.by_pillow import open_image
from operators.picture import Picture


def metadata_blocks(picture: Picture) -> tuple[bytes, bytes]:
    """(icc, exif); empty where there is none. The ICC profile of an ink (CMYK) picture does not fit RGB: empty."""
    if picture.format == "JPEG":
        frame = picture.native["frame"]
        icc, exif = jpeg.icc_profile(frame), jpeg.exif_block(frame)
    else:
        with open_image(picture.native["data"], picture.format) as image:
            icc, exif = image.info.get("icc_profile") or b"", image.info.get("exif") or b""
    return (b"" if picture.mode == "CMYK" else icc), exif
