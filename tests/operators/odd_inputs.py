"""More than sixty kinds of bad or odd picture files as bytes, each with what must become of it."""

from __future__ import annotations

import io
import struct
from dataclasses import dataclass

import cv2
import numpy as np
import simplejpeg
import tifffile
from PIL import Image, ImageCms

from operators.codecs.png_chunks import SIGNATURE, Header, chunk, write_image_data

EDITABLE, UNTOUCHED = "editable", "untouched"


@dataclass(frozen=True)
class OddInput:
    """name: what is odd. file: a file name. expected: editable, untouched, or the kind of `UnreadableImage`."""

    name: str
    file: str
    data: bytes
    expected: str


def odd_inputs(rgb: np.ndarray) -> list[OddInput]:
    """All kinds, made from one picture: rgb (H, W, 3) uint8, at least 64x64; draw text into it to have it cleaned."""
    return [*jpegs(rgb), *pngs(rgb), *tiffs(rgb), *others(rgb), *untouched(rgb), *odd_names(rgb), *unreadable(rgb)]


def save(picture: np.ndarray | Image.Image, form: str, **options: object) -> bytes:
    """Encode by Pillow."""
    buffer = io.BytesIO()
    image = picture if isinstance(picture, Image.Image) else Image.fromarray(picture)
    image.save(buffer, form, **options)
    return buffer.getvalue()


def exif(orientation: int) -> bytes:
    block = Image.Exif()
    block[0x0112] = orientation
    block[0x010E] = "a picture with a past"
    return block.tobytes()


def icc() -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def jpegs(rgb: np.ndarray) -> list[OddInput]:
    picture = Image.fromarray(rgb)
    kinds = {
        "baseline": save(rgb, "JPEG", quality=85),
        "progressive": save(rgb, "JPEG", quality=85, progressive=True),
        "grey": save(picture.convert("L"), "JPEG"),
        "cmyk": save(picture.convert("CMYK"), "JPEG"),
        "stored as rgb": save(rgb, "JPEG", keep_rgb=True, subsampling=0),
        "restart markers": save(rgb, "JPEG", restart_marker_blocks=3),
        "icc, exif and comment": save(rgb, "JPEG", icc_profile=icc(), exif=exif(1), comment=b"hello"),
        "bytes after the end": save(rgb, "JPEG") + b"trailing" * 20,
        "padding before the end": save(rgb, "JPEG")[:-2] + b"\0\0\0\xff\xd9",
        "odd size": save(rgb[:61, :59], "JPEG", subsampling=2),
    }
    kinds |= {f"subsampling {s}": simplejpeg.encode_jpeg(np.ascontiguousarray(rgb), 80, "RGB", s) for s in SAMPLINGS}
    kinds |= {f"exif orientation {i}": save(rgb, "JPEG", exif=exif(i)) for i in range(1, 9)}
    return _named("jpeg", "jpg", kinds, EDITABLE)


SAMPLINGS = ("444", "422", "440", "411")


def pngs(rgb: np.ndarray) -> list[OddInput]:
    picture, alpha = Image.fromarray(rgb), _alpha(rgb)
    wide = rgb.astype(np.uint16) * 257
    kinds = {
        "1-bit": save(picture.convert("1"), "PNG"),
        "2-bit grey": raw_png(rgb[..., :1] >> 6, 2, 0),
        "4-bit grey": raw_png(rgb[..., :1] >> 4, 4, 0),
        "grey": save(picture.convert("L"), "PNG"),
        "grey with alpha": save(np.dstack([rgb[..., 0], alpha]), "PNG"),
        "rgba": save(np.dstack([rgb, alpha]), "PNG"),
        "palette with transparency": save(picture.quantize(64), "PNG", transparency=b"\x00\x80" + b"\xff" * 62),
        "2-bit palette": save(picture.quantize(4), "PNG", bits=2),
        "16-bit grey": raw_png(wide[..., :1], 16, 0),
        "16-bit grey with alpha": raw_png(np.dstack([wide[..., 0], alpha.astype(np.uint16) * 257]), 16, 4),
        "16-bit rgb": raw_png(wide, 16, 2),
        "16-bit rgba": raw_png(np.dstack([wide, alpha.astype(np.uint16) * 257]), 16, 6),
        "interlaced": raw_png(rgb, 8, 2, interlaced=True),
        "transparent key colour": save(rgb, "PNG", transparency=tuple(int(v) for v in rgb[0, 0])),
        "icc and exif": save(rgb, "PNG", icc_profile=icc(), exif=exif(6), dpi=(300, 300)),
    }
    return _named("png", "png", kinds, EDITABLE)


def tiffs(rgb: np.ndarray) -> list[OddInput]:
    picture, wide = Image.fromarray(rgb), rgb.astype(np.uint16) * 257
    kinds = {
        "1-bit": save(picture.convert("1"), "TIFF"),
        "1-bit group 4": save(picture.convert("1"), "TIFF", compression="group4"),
        "cmyk": save(picture.convert("CMYK"), "TIFF", compression="tiff_lzw"),
        "lzw with predictor": save(rgb, "TIFF", compression="tiff_lzw", tiffinfo={317: 2}),
        "packbits": save(rgb, "TIFF", compression="packbits", icc_profile=icc(), dpi=(300, 300)),
        "16-bit rgb": raw_tiff(wide, photometric="rgb"),
        "16-bit grey": raw_tiff(wide[..., 0]),
        "tiled": raw_tiff(wide, photometric="rgb", tile=(32, 32), compression="zlib", predictor=True),
        "planes": raw_tiff(np.moveaxis(rgb, 2, 0), photometric="rgb", planarconfig="separate"),
        "big-endian": raw_tiff(wide, photometric="rgb", byteorder=">", compression="zlib", predictor=True),
        "bigtiff": raw_tiff(rgb, photometric="rgb", bigtiff=True, compression="zlib", rowsperstrip=8),
        "turned": save(rgb, "TIFF", tiffinfo={274: 8}),
    }
    return _named("tiff", "tif", kinds, EDITABLE)


def others(rgb: np.ndarray) -> list[OddInput]:
    picture, clear = Image.fromarray(rgb), np.dstack([rgb, _alpha(rgb)])
    bmps = {"bmp": save(rgb, "BMP"), "bmp palette": save(picture.quantize(16), "BMP"), "bmp 1-bit": save(
        picture.convert("1"), "BMP"), "bmp 32": cv2.imencode(".bmp", clear)[1].tobytes()}
    gifs = {"gif": save(picture.quantize(64), "GIF", comment=b"hello"), "gif transparent": save(
        picture.quantize(64), "GIF", transparency=3)}
    webps = {
        "webp lossy": save(rgb, "WEBP", quality=70, exif=exif(3), icc_profile=icc()),
        "webp lossless": save(clear, "WEBP", lossless=True, exact=True),
    }
    return [
        *_named("", "bmp", bmps, EDITABLE),
        *_named("", "gif", gifs, EDITABLE),
        *_named("", "webp", webps, EDITABLE),
    ]


def untouched(rgb: np.ndarray) -> list[OddInput]:
    """Readable, and not written back: what we cannot edit faithfully."""
    picture = Image.fromarray(rgb)
    frames: dict[str, object] = {"save_all": True, "append_images": [picture.rotate(90), picture.rotate(180)]}
    kinds = {
        "animated.gif": save(picture, "GIF", **frames),
        "animated.webp": save(picture, "WEBP", **frames),
        "animated.png": save(picture, "PNG", **frames),
        "pages.tif": save(picture, "TIFF", **frames),
        "two.mpo": save(picture, "MPO", **frames),
        "jpeg inside.tif": save(picture, "TIFF", compression="jpeg"),
        "float.tif": raw_tiff(rgb[..., 0].astype(np.float32)),
        "plain.ppm": save(picture, "PPM"),
        "wavelets.jp2": save(picture, "JPEG2000"),
    }
    return [OddInput(f"untouched {n}", n, d, UNTOUCHED) for n, d in kinds.items()]


def odd_names(rgb: np.ndarray) -> list[OddInput]:
    data = save(rgb, "JPEG")
    return [
        OddInput("1x1 jpeg", "one.jpg", save(rgb[:1, :1], "JPEG"), EDITABLE),
        OddInput("1x1 png", "one.png", save(rgb[:1, :1], "PNG"), EDITABLE),
        OddInput("1x4000", "tall.png", save(np.repeat(rgb[:1, :1], 4000, axis=0), "PNG"), EDITABLE),
        OddInput("4000x1 jpeg", "wide.jpg", save(np.repeat(rgb[:1, :1], 4000, axis=1), "JPEG"), EDITABLE),
        OddInput("unicode name", "grüße 你好 🙂.jpg", data, EDITABLE),
        OddInput("very long name", "n" * 200 + ".jpg", data, EDITABLE),
        OddInput("same stem, first extension", "twin.jpg", data, EDITABLE),
        OddInput("same stem, second extension", "twin.png", save(rgb, "PNG"), EDITABLE),
        OddInput("png named jpg", "really.png.jpg", save(rgb, "PNG"), EDITABLE),
        OddInput("upper-case extension", "SHOUT.JPG", data, EDITABLE),
    ]


def unreadable(rgb: np.ndarray) -> list[OddInput]:
    jpeg, png = save(rgb, "JPEG"), save(rgb, "PNG")
    progressive = save(rgb, "JPEG", progressive=True)
    wrong = bytearray(png)
    wrong[png.index(b"IDAT") + 10] ^= 0x55
    kinds = [
        ("no bytes", "empty.jpg", b"", "empty"),
        ("text named jpg", "letter.jpg", b"Dear reader, this is no picture.\n" * 9, "not_an_image"),
        ("html named png", "error.png", b"<!doctype html><title>404</title>", "not_an_image"),
        ("random bytes", "noise.jpg", np.random.default_rng(7).bytes(999), "not_an_image"),
        ("jpeg cut in its header", "cut0.jpg", jpeg[:40], "truncated"),
        ("jpeg cut at half", "cut1.jpg", jpeg[: len(jpeg) // 2], "truncated"),
        ("jpeg without its last bytes", "cut2.jpg", jpeg[:-2], "truncated"),
        ("jpeg cut, end marker added", "cut3.jpg", jpeg[: len(jpeg) // 2] + b"\xff\xd9", "truncated"),
        ("progressive jpeg cut, end marker added", "cut4.jpg", progressive[: len(progressive) // 2] + b"\xff\xd9",
         "truncated"),
        ("png cut at a tenth", "cut1.png", png[: len(png) // 10], "truncated"),
        ("png cut at half", "cut2.png", png[: len(png) // 2], "truncated"),
        ("png cut in its header", "cut3.png", png[:20], "truncated"),
        ("png with a wrong checksum", "crc.png", bytes(wrong), "corrupt"),
        ("png with too few rows", "rows.png", short_png(rgb), "truncated"),
        ("tiff cut", "cut.tif", save(rgb, "TIFF")[: rgb.size // 2], "truncated"),
        ("bmp cut", "cut.bmp", save(rgb, "BMP")[: rgb.size // 2], "truncated"),
        ("gif cut", "cut.gif", _half(save(rgb, "GIF")), "truncated"),
        ("webp cut", "cut.webp", _half(save(rgb, "WEBP")), "truncated"),
        ("png bomb 30000x30000", "bomb.png", bomb_png(30000), "too_large"),
        ("jpeg bomb 65000x65000", "bomb.jpg", bomb_jpeg(jpeg, 65000), "too_large"),
        ("gif bomb", "bomb.gif", b"GIF89a" + struct.pack("<HH", 65000, 65000) + b"\0\0\0;", "too_large"),
        ("heif", "phone.heic", b"\0\0\0\x18ftypheic" + b"\0" * 99, "unsupported"),
    ]
    return [OddInput(*k) for k in kinds]


def bomb_png(side: int) -> bytes:
    """A PNG whose header promises side x side pixels."""
    header = chunk(b"IHDR", Header(side, side, 8, 2, False).body())
    return SIGNATURE + header + chunk(b"IDAT", b"") + chunk(b"IEND", b"")


def bomb_jpeg(jpeg: bytes, side: int) -> bytes:
    place = jpeg.index(b"\xff\xc0") + 5
    return jpeg[:place] + struct.pack(">HH", side, side) + jpeg[place + 4 :]


def raw_png(raster: np.ndarray, depth: int, colour: int, *, interlaced: bool = False) -> bytes:
    """A PNG of stored samples (H, W, C), for what Pillow does not write."""
    header = Header(raster.shape[1], raster.shape[0], depth, colour, interlaced)
    body = chunk(b"IHDR", header.body()) + write_image_data(header, raster)
    return SIGNATURE + body + chunk(b"IEND", b"")


def short_png(rgb: np.ndarray) -> bytes:
    """A PNG with valid checksums that holds fewer rows than its header says."""
    height, width = rgb.shape[:2]
    rows = write_image_data(Header(width, height // 2, 8, 2, False), rgb[: height // 2])
    return SIGNATURE + chunk(b"IHDR", Header(width, height, 8, 2, False).body()) + rows + chunk(b"IEND", b"")


def raw_tiff(array: np.ndarray, **options: object) -> bytes:
    """A TIFF by tifffile, for what Pillow does not write."""
    buffer = io.BytesIO()
    tifffile.imwrite(buffer, array, **options)  # type: ignore[arg-type]
    return buffer.getvalue()


def _half(data: bytes) -> bytes:
    return data[: len(data) // 2]


def _alpha(rgb: np.ndarray) -> np.ndarray:
    return (np.arange(rgb.shape[0] * rgb.shape[1]).reshape(rgb.shape[:2]) * 7 % 256).astype(np.uint8)


def _named(prefix: str, extension: str, kinds: dict[str, bytes], expected: str) -> list[OddInput]:
    names = {f"{prefix} {n}".strip(): d for n, d in kinds.items()}
    return [OddInput(n, f"{n.replace(' ', '_').replace(',', '')}.{extension}", d, expected) for n, d in names.items()]
