"""What overlays say besides sentences: slogans, credits, dates, names, addresses."""

from __future__ import annotations

import numpy as np

from operators.render.languages import LANGUAGES, one_of


def _listed(words: str, by: str | None = None) -> tuple[str, ...]:
    return tuple(" ".join(word.split()) for word in words.split(by))


_SLOGANS = _listed(
    """when you|finally|nobody:|me at 3 am|one does not simply|wait what|it's fine|not again|monday mood
 |send help|why not both|just one more|I can explain|this is fine now|before coffee|after coffee|expectation|reality
 |how it started|how it ends|trust me|big if true|challenge accepted|so much wow|what could go wrong|told you so
 |too late|so close|plot twist|mission failed|level up|who did this|deal with it|that feeling when|much better""",
    "|",
)
_SYLLABLES = _listed("ka lo ren tor vel sa nu pix zen dar el gra hu in jo lum ma nor ost pa qui ri sol ta ul vi wex")
_GIVEN = _listed("Anna Ben Clara David Elena Finn Greta Hugo Ines Jonas Lena Marco Nora Omar Paula Rosa Sam Tessa Yuki")
_TRADES = _listed("Photo Photography Studio Images Pictures Media Art Design Films Press Stock Visuals Archive Travel")
_MARKS = _listed("SAMPLE DRAFT PREVIEW COPY PROOF CONFIDENTIAL WATERMARK DEMO TRIAL PREMIUM EVALUATION UNLICENSED")
_STAMPS = _listed("""APPROVED PAID REJECTED RECEIVED ORIGINAL COPY URGENT FINAL VOID SOLD CERTIFIED TESTED PASSED
 ARCHIVE CANCELLED CLASSIFIED RESERVED LIMITED QUALITY VERIFIED EXPIRED""")
_MONTHS = _listed("JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC")
_DOMAINS = _listed("com net org de fr io co.uk photo art")


def slogan(rng: np.random.Generator) -> str:
    """A short English phrase such as pictures with captions carry."""
    if rng.random() < 0.5:
        return one_of(rng, _SLOGANS)
    return " ".join(one_of(rng, LANGUAGES["en"]) for _ in range(int(rng.integers(2, 6))))


def coinage(rng: np.random.Generator, syllables: int = 0) -> str:
    """An invented name."""
    count = syllables or int(rng.integers(2, 4))
    return "".join(one_of(rng, _SYLLABLES) for _ in range(count)).capitalize()


def domain(rng: np.random.Generator) -> str:
    """An invented web address."""
    name = coinage(rng).lower() + (one_of(rng, _TRADES).lower() if rng.random() < 0.5 else "")
    return f"{'www.' if rng.random() < 0.5 else ''}{name}.{one_of(rng, _DOMAINS)}"


def credit(rng: np.random.Generator) -> str:
    """What a watermark says: an author, an address, a brand or a notice."""
    year = int(rng.integers(1998, 2027))
    person = f"{one_of(rng, _GIVEN)} {coinage(rng)}"
    choice = int(rng.integers(8))
    return (
        f"© {person}",
        f"© {year} {person}",
        domain(rng),
        f"@{coinage(rng).lower()}{'' if rng.random() < 0.5 else int(rng.integers(100))}",
        f"{coinage(rng)} {one_of(rng, _TRADES)}",
        one_of(rng, _MARKS),
        coinage(rng).upper() if rng.random() < 0.5 else coinage(rng).lower(),
        f"Photo by {person}",
    )[choice]


def notice(rng: np.random.Generator) -> str:
    """What a tiled watermark repeats."""
    return one_of(rng, _MARKS) if rng.random() < 0.4 else credit(rng)


def stamp_word(rng: np.random.Generator) -> str:
    return one_of(rng, _STAMPS)


def moment(rng: np.random.Generator) -> str:
    """A date, a time or both, in one of the ways cameras burn them in."""
    year, month, day = int(rng.integers(1990, 2027)), int(rng.integers(1, 13)), int(rng.integers(1, 29))
    hour, minute, second = int(rng.integers(24)), int(rng.integers(60)), int(rng.integers(60))
    dates = (
        f"{year}/{month:02d}/{day:02d}",
        f"{year}-{month:02d}-{day:02d}",
        f"{day:02d}.{month:02d}.{year}",
        f"{month:02d}/{day:02d}/{year}",
        f"'{year % 100:02d} {month:2d} {day:2d}",
        f"{day} {month} '{year % 100:02d}",
        f"{_MONTHS[month - 1]} {day:2d} {year}",
        f"{day:02d}-{_MONTHS[month - 1]}-{year}",
    )
    times = (
        f"{hour:02d}:{minute:02d}",
        f"{hour:02d}:{minute:02d}:{second:02d}",
        f"{(hour - 1) % 12 + 1}:{minute:02d} {'AM' if hour < 12 else 'PM'}",
    )
    form, date, time = rng.random(), one_of(rng, dates), one_of(rng, times)
    if form < 0.45:
        return date
    return f"{date} {time}" if form < 0.85 else time
