"""Hard overlays that are text: single lines of any size, angle and bend, upright ones, paragraphs, subtitles."""

from __future__ import annotations

import unicodedata

import numpy as np

from operators.render.bends import bent
from operators.render.blocks import ALIGNMENTS, block, choose_backing, lined_up
from operators.render.fonts import FontBook
from operators.render.ink import Ink, line_width, set_line
from operators.render.languages import one_of
from operators.render.looks import Look, choose_look, dress
from operators.render.pose import place_block
from operators.render.scripts import Voice, choose_voice, fill_line, say
from operators.render.sheet import Placement, Sheet, paint_sheet
from operators.render.typeset import fit
from operators.render.words import credit, moment, slogan

_TINY = (9.0, 15.0)  # px per em: capitals 6 to 10 px high
_ROLES = ("sans", "serif", "display", "script", "mono")


def any_size(photo: np.ndarray, rng: np.random.Generator) -> float:
    """px per em: tiny in three of ten, up to half the picture in one of seven, anything between in the rest."""
    short, toss = min(photo.shape[:2]), rng.random()
    if toss < 0.3:
        return float(rng.uniform(*_TINY))
    low, high = (0.22, 0.5) if toss > 0.86 else (0.025, 0.22)
    return max(_TINY[0], float(np.exp(rng.uniform(np.log(low), np.log(high)))) * short)


def detail_for(em: float, rng: np.random.Generator) -> float:
    """Sheet px per picture px: fine sheets for small letters only, for they cost time."""
    return 1.0 if em > 60 else float(rng.choice([1.0, 1.5, 2.0]))


def any_spot(photo: np.ndarray, rng: np.random.Generator) -> tuple[float, float]:
    """A position, px: half of them at a border, the rest anywhere."""
    height, width = photo.shape[:2]
    x, y = rng.random(2)
    if rng.random() < 0.5:
        x, y = rng.choice([0.0, 0.5, 1.0]), rng.choice([0.0, 0.5, 1.0], p=[0.3, 0.2, 0.5])
    return float(x) * width, float(y) * height


def any_angle(rng: np.random.Generator) -> float:
    """Degrees: upright mostly, leaning a little, on its side, or anything."""
    toss = rng.random()
    if toss < 0.5:
        return 0.0
    return float(
        rng.normal(0, 8) if toss < 0.7 else rng.choice([-90, 90, 45, -45]) if toss < 0.8 else rng.uniform(-180, 180)
    )


def phrase(rng: np.random.Generator, voice: Voice) -> str:
    """A few words: of the language mostly, or a slogan, a credit or a date if the face can write it."""
    toss = rng.random()
    if toss < 0.55:
        return say(rng, voice.language, int(rng.integers(1, 7)))
    text = slogan(rng) if toss < 0.7 else credit(rng) if toss < 0.85 else moment(rng)
    return text if voice.face.covers(text) else say(rng, voice.language, int(rng.integers(1, 7)))


def draw_line(photo: np.ndarray, rng: np.random.Generator, fonts: FontBook) -> list[Placement]:
    """One line, anywhere, at any size and angle, at times bent, on a box, spaced out or translucent."""
    voice, look = choose_voice(rng, fonts, *_role(rng)), choose_look(rng)
    text, em = fit(phrase(rng, voice), voice.face, any_size(photo, rng), float(rng.uniform(0.5, 0.95)) * photo.shape[1])
    detail = detail_for(em, rng)
    size = em * detail
    tracking = float(rng.uniform(0.05, 0.5)) * size if rng.random() < 0.15 else 0.0
    ink = set_line(text, voice.face, size, 0.0, tracking)
    backing = choose_backing(rng, look) if rng.random() < 0.22 else None
    opacity = float(rng.uniform(0.15, 0.7)) if rng.random() < 0.3 else 1.0
    sheet = block([ink], [text], size, look, size, backing=backing, opacity=opacity)
    if rng.random() < 0.25:
        sheet = bent(sheet, size, rng)
    squeeze = float(rng.uniform(0.6, 1.3)) if rng.random() < 0.15 else 1.0
    lean = float(rng.uniform(-0.3, 0.4)) if rng.random() < 0.12 else 0.0
    spot = any_spot(photo, rng)
    return [place_block(photo, sheet, spot, detail, rng, any_angle(rng), 0.12, squeeze, lean)]


def _role(rng: np.random.Generator) -> tuple[str, ...]:
    return (one_of(rng, _ROLES),) if rng.random() < 0.7 else ("sans", "serif")


def draw_paragraph(photo: np.ndarray, rng: np.random.Generator, fonts: FontBook) -> list[Placement]:
    """Five to twelve full lines of small type, aligned left mostly, on a box or bare."""
    height, width = photo.shape[:2]
    voice, look = choose_voice(rng, fonts, "sans", "serif"), choose_look(rng)
    count = int(rng.integers(5, 13))
    leading = float(rng.uniform(1.15, 1.6))
    em = min(float(rng.uniform(9, 9 + 0.045 * min(height, width))), 0.92 * height / (count * leading))
    detail = detail_for(em, rng)
    size = max(em, 5.0) * detail
    room = float(rng.uniform(0.35, 0.9)) * width * detail
    texts = [fill_line(rng, voice, size, room) for _ in range(count)]
    inks = [set_line(text, voice.face, size) for text in texts]
    backing = choose_backing(rng, look) if rng.random() < 0.45 else None
    sheet = block(inks, texts, size, look, leading * size, str(rng.choice(ALIGNMENTS, p=[0.6, 0.3, 0.1])), backing)
    angle = any_angle(rng) if rng.random() < 0.15 else 0.0
    return [place_block(photo, sheet, any_spot(photo, rng), detail, rng, angle, 0.05)]


def draw_subtitles(photo: np.ndarray, rng: np.random.Generator, fonts: FontBook) -> list[Placement]:
    """Two languages under each other, each one or two lines, the second often smaller and in another colour."""
    height, width = photo.shape[:2]
    first = choose_voice(rng, fonts, "sans")
    second = choose_voice(rng, fonts, "sans", "serif", other_than=first.language)
    em = max(9.0, float(rng.uniform(0.03, 0.085)) * min(height, width))
    row = float(rng.choice([0.88, 0.12], p=[0.85, 0.15])) * height
    placements = []
    step = 0.0
    for voice, scale in ((first, 1.0), (second, float(rng.uniform(0.65, 1.0)))):
        sheet = _subtitle(voice, em * scale, 0.9 * width, rng)
        placements.append(place_block(photo, sheet, (width / 2, row + step), 1.0, rng))
        step = float(sheet.extent[1]) * (1.1 if row < height / 2 else -1.1)
    return placements


def _subtitle(voice: Voice, em: float, room: float, rng: np.random.Generator) -> Sheet:
    look = choose_look(rng)
    texts = [fill_line(rng, voice, em, room * float(rng.uniform(0.4, 1))) for _ in range(int(rng.integers(1, 3)))]
    inks = [set_line(text, voice.face, em * min(1.0, room / line_width(text, voice.face, em))) for text in texts]
    backing = choose_backing(rng, look) if rng.random() < 0.3 else None
    return block(inks, texts, em, look, em * float(rng.uniform(1.15, 1.4)), backing=backing)


def draw_upright(photo: np.ndarray, rng: np.random.Generator, fonts: FontBook) -> list[Placement]:
    """One to three columns of letters set below each other, as signs and East Asian captions are."""
    height, width = photo.shape[:2]
    voice, look = choose_voice(rng, fonts, "sans", "serif", "display"), choose_look(rng)
    em = min(any_size(photo, rng), 0.2 * height)
    advance = float(rng.uniform(1.0, 1.35))
    most = max(int(0.9 * height / (em * advance)), 2)
    texts = [_few_letters(say(rng, voice.language, 6), most, rng) for _ in range(int(rng.integers(1, 4)))]
    columns = [_column(text, voice, em, advance, look, number) for number, text in enumerate(texts)]
    layers = [
        layer._replace(ink=layer.ink.moved(-round(number * 1.4 * em), 0))
        for number, column in enumerate(columns)
        for layer in column
    ]
    sheet = paint_sheet(layers, texts)
    x = float(rng.choice([0.05, 0.95])) if rng.random() < 0.6 else float(rng.random())
    return [place_block(photo, sheet, (x * width, float(rng.uniform(0.2, 0.8)) * height), 1.0, rng, tilt=0.05)]


def _few_letters(text: str, most: int, rng: np.random.Generator) -> str:
    count = int(rng.integers(2, max(most, 3) + 1))
    return "".join(_letters(text.replace(" ", ""))[: min(count, 14)])


def _letters(text: str) -> list[str]:
    """The letters, each with the marks above and below it."""
    letters: list[str] = []
    for sign in text:
        if letters and unicodedata.category(sign).startswith("M"):
            letters[-1] += sign
        else:
            letters.append(sign)
    return letters


def _column(text: str, voice: Voice, em: float, advance: float, look: Look, line: int) -> list:
    letters = [set_line(letter, voice.face, em) for letter in _letters(text)]
    placed = lined_up(letters, em * advance, "centre")
    left, top = min(i.x for i in placed), min(i.y for i in placed)
    right, low = (max(getattr(i, a) + i.coverage.shape[n] for i in placed) for a, n in (("x", 1), ("y", 0)))
    page = np.zeros((low - top, right - left), np.float32)
    for ink in placed:
        window = page[ink.y - top :, ink.x - left :][: ink.coverage.shape[0], : ink.coverage.shape[1]]
        np.maximum(window, ink.coverage, out=window)
    return dress(Ink(page, left, top), em, look, line)
