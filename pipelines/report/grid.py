"""A contact sheet of before and after, one picture for the tracking server."""

from __future__ import annotations

import io
from collections.abc import Sequence

import numpy as np
from PIL import Image, ImageDraw, ImageFont

PAIRS, COLUMNS = 12, 2
WIDTH, HEIGHT, LABEL, GAP = 300, 225, 26, 12  # of one picture; of its label; between them
PAPER, INK, FAINT = (244, 244, 242), (28, 29, 31), (120, 122, 126)


def contact_sheet(pairs: Sequence[tuple[str, bytes, bytes]]) -> bytes:
    """pairs: label, before and after as encoded pictures; the first `PAIRS` are drawn. Returns a PNG."""
    pairs = list(pairs)[:PAIRS]
    rows = max(1, -(-len(pairs) // COLUMNS))
    cell = 2 * WIDTH + GAP // 2
    sheet = Image.new("RGB", (GAP + COLUMNS * (cell + 2 * GAP) - GAP, GAP + rows * (HEIGHT + LABEL + GAP)), PAPER)
    draw, font = ImageDraw.Draw(sheet), ImageFont.load_default(13)
    if not pairs:
        draw.text((GAP, GAP), "no picture was changed", FAINT, font)
    for i, (label, before, after) in enumerate(pairs):
        x = GAP + (i % COLUMNS) * (cell + 2 * GAP)
        y = GAP + (i // COLUMNS) * (HEIGHT + LABEL + GAP)
        _paste(sheet, before, x, y)
        _paste(sheet, after, x + WIDTH + GAP // 2, y)
        draw.text((x, y + HEIGHT + 5), _short(label, font, cell), INK, font)
    buffer = io.BytesIO()
    sheet.save(buffer, "PNG", optimize=True)
    return buffer.getvalue()


def _paste(sheet: Image.Image, image: bytes, x: int, y: int) -> None:
    with Image.open(io.BytesIO(image)) as opened:
        picture = opened.convert("RGB")
    picture.thumbnail((WIDTH, HEIGHT), Image.Resampling.LANCZOS)
    plate = Image.fromarray(np.full((HEIGHT, WIDTH, 3), 226, np.uint8))
    plate.paste(picture, ((WIDTH - picture.width) // 2, (HEIGHT - picture.height) // 2))
    sheet.paste(plate, (x, y))


def _short(text: str, font: ImageFont.FreeTypeFont | ImageFont.ImageFont, width: int) -> str:
    """The end of a key says more than its start: cut at the front. Glyphs the font lacks become dots."""
    plain = "".join(c if " " <= c <= "~" else "\u00b7" for c in text)
    while len(plain) > 4 and font.getlength(plain) > width:
        plain = "..." + plain[4:]
    return plain
