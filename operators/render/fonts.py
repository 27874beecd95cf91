"""Font files grouped by role, chosen so that no glyph is missing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from fontTools.ttLib import TTFont, TTLibError
from PIL import ImageFont, features

ROLES = ("sans", "serif", "script", "mono", "display")

_CUTS = re.compile(
    r"\b(thin|extra\s?light|light|regular|book|medium|semi\s?bold|demi\s?bold|bold|extra\s?bold|black|heavy|italic|"
    r"oblique|condensed|display)\b",
    re.I,
)
_HEAVY = re.compile(r"bold|black|heavy", re.I)
_SLANTED = re.compile(r"italic|oblique", re.I)
_SCRIPTS = re.compile(
    "script|hand|brush|swash|pacifico|lobster|satisfy|cookie|courgette|condiment|norican|playball|"
    "engagement|molle|leckerli|miniver|amatic|charm|srisakdi|thasadith|mali|itim|caveat|kalam|dancing|"
    "cursive|writing"
)
_DISPLAYS = re.compile(
    "rocker|mania|unifraktur|rubikmono|raisin|trade|seymour|wendy|chela|germania|croissant|acme|chonburi|"
    "viga|cantora|wellfleet|impact|anton|bangers|bungee|pattaya|display"
)
_SERIFS = re.compile("serif|maitree|taviraj|times|georgia|garamond|stix|roman|slab|wellfleet|fahkwang")


@dataclass(frozen=True)
class Face:
    """One font file, or the first face of a collection. family: without weight or slant. style: the file's own word
    for them. role: one of ROLES."""

    path: Path
    family: str
    style: str
    role: str

    @property
    def heavy(self) -> bool:
        return bool(_HEAVY.search(self.style))

    @property
    def slanted(self) -> bool:
        return bool(_SLANTED.search(self.style))

    @property
    def kin(self) -> str:
        """The first word of the family: its relatives (DejaVu Sans, DejaVu Serif) look alike and stay together."""
        return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", self.family).split()[0].casefold()

    def covers(self, text: str) -> bool:
        """True when every character that prints has a glyph and the text engine can shape the script."""
        if any("\u0590" <= c <= "\u0eff" for c in text) and not _shapes_complex_scripts():
            return False
        return _codepoints(self.path).issuperset(ord(c) for c in text if not c.isspace())

    def at(self, size: float, engine: ImageFont.Layout = ImageFont.Layout.BASIC) -> ImageFont.FreeTypeFont:
        """The font at `size` px per em (rounded to a quarter)."""
        return _load(self.path, max(round(size * 4) / 4, 1.0), engine)


@lru_cache(maxsize=1)
def _shapes_complex_scripts() -> bool:
    return bool(features.check("raqm") and features.check("fribidi"))


@lru_cache(maxsize=1024)
def _codepoints(path: Path) -> frozenset[int]:
    with TTFont(path, lazy=True, fontNumber=0) as font:
        return frozenset(font.getBestCmap() or ())


@lru_cache(maxsize=96)
def _load(path: Path, size: float, engine: ImageFont.Layout) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(path, size, layout_engine=engine)


@lru_cache(maxsize=1024)
def describe(path: Path) -> Face:
    """The face in a font file. Raises ValueError when it is broken."""
    try:
        return _read_names(path)
    except (TTLibError, KeyError, OSError) as error:
        raise ValueError(f"{path} is not a usable font ({error}): remove or replace it") from error


def _read_names(path: Path) -> Face:
    with TTFont(path, lazy=True, fontNumber=0) as font:
        names = font["name"]
        family = names.getBestFamilyName() or path.stem
        style = names.getBestSubFamilyName() or "Regular"
        fixed = bool(font["post"].isFixedPitch) if "post" in font else False
        panose = font["OS/2"].panose if "OS/2" in font else None
    plain = " ".join(_CUTS.sub(" ", family).split()) or family
    return Face(path, plain, f"{family} {style}"[len(plain) :].strip() or style, _role(family, fixed, panose))


def _role(family: str, fixed: bool, panose: object) -> str:
    key = family.casefold().replace(" ", "")
    kind, serif = getattr(panose, "bFamilyType", 0), getattr(panose, "bSerifStyle", 0)
    if _DISPLAYS.search(key):
        return "display"
    if _SCRIPTS.search(key) or kind == 3:
        return "script"
    if fixed or "mono" in key:
        return "mono"
    if _SERIFS.search(key) or (kind == 2 and 2 <= serif <= 10):
        return "serif"
    return "sans"


@dataclass(frozen=True)
class FontBook:
    """The faces a renderer may use."""

    faces: tuple[Face, ...]

    @classmethod
    def from_folder(cls, folder: str | Path, *, families: Sequence[str] | None = None) -> FontBook:
        """All *.ttf and *.otf below the folder, or those of the named families only (family or folder name).
        Raises FileNotFoundError when none is there, ValueError for a broken one, LookupError for a missing family."""
        root = Path(folder)
        paths = sorted(p for p in root.rglob("*") if p.suffix.lower() in (".ttf", ".otf"))
        book = cls._of(paths)
        if not book.faces:
            raise FileNotFoundError(f"no *.ttf or *.otf font below {root}")
        return book if families is None else book.only(families)

    @classmethod
    def bundled(cls) -> FontBook:
        """DejaVu and STIX as matplotlib bundles them. Raises ModuleNotFoundError without matplotlib."""
        spec = find_spec("matplotlib")
        if spec is None or not spec.submodule_search_locations:
            raise ModuleNotFoundError("the bundled fonts come with matplotlib: install it or use FontBook.from_folder")
        folder = Path(spec.submodule_search_locations[0]) / "mpl-data" / "fonts" / "ttf"
        wanted = [*folder.glob("DejaVu*.ttf"), *folder.glob("STIXGeneral*.ttf")]
        return cls._of(sorted(p for p in wanted if not p.stem.endswith("Display")))

    @classmethod
    def _of(cls, paths: Iterable[Path]) -> FontBook:
        return cls(tuple(describe(path) for path in paths))

    @property
    def families(self) -> tuple[str, ...]:
        return tuple(sorted({face.family for face in self.faces}))

    def only(self, families: Sequence[str]) -> FontBook:
        """The faces of the named families. Raises LookupError for a name that matches none."""
        wanted = {_plain(name): name for name in families}
        keys = {face: {_plain(face.family), _plain(face.path.parent.name)} for face in self.faces}
        missing = [name for key, name in wanted.items() if not any(key in own for own in keys.values())]
        if missing:
            raise LookupError(f"no font of the families {missing}; there are {list(self.families)}")
        return FontBook(tuple(face for face in self.faces if keys[face] & wanted.keys()))

    def split(self, held_out_share: float, seed: int) -> tuple[FontBook, FontBook]:
        """(training, held-out) books that share no family and no kin, `held_out_share` of each role's families
        in the second. Raises ValueError when there are not at least two kins."""
        by_role: dict[str, list[str]] = {}
        for kin in sorted({face.kin for face in self.faces}):
            role = next(face.role for face in self.faces if face.kin == kin)
            by_role.setdefault(role, []).append(kin)
        held: set[str] = set()
        rng = np.random.default_rng(seed)
        for kins in (by_role[role] for role in ROLES if role in by_role):
            count = min(max(round(held_out_share * len(kins)), 1), len(kins) - 1) if held_out_share > 0 else 0
            held.update(str(kin) for kin in rng.permutation(kins)[:count])
        everyone = sorted({face.kin for face in self.faces})
        if not held and held_out_share > 0:
            if len(everyone) < 2:
                raise ValueError(f"cannot hold out a family of {list(self.families)}: they are one kin")
            held = {str(rng.choice(everyone))}
        return (
            FontBook(tuple(face for face in self.faces if face.kin not in held)),
            FontBook(tuple(face for face in self.faces if face.kin in held)),
        )

    def with_role(self, *roles: str) -> tuple[Face, ...]:
        return tuple(face for face in self.faces if face.role in roles)

    def pick(self, rng: np.random.Generator, *roles: str, covering: str = "", heavy: bool | None = None) -> Face:
        """A face of one of the roles that has all glyphs of `covering`, families being equally likely; of any role
        when none of these has them, of any weight when `heavy` cannot be met; slanted cuts are rarer.
        Raises LookupError when no face can."""
        able = [face for face in self.faces if face.covers(covering)]
        if not able:
            raise LookupError(f"no font has the glyphs of {covering!r}; families: {list(self.families)}")
        able = [face for face in able if not roles or face.role in roles] or able
        able = [face for face in able if heavy is None or face.heavy == heavy] or able
        families = sorted({face.family for face in able})
        family = families[int(rng.integers(len(families)))]
        cuts = [face for face in able if face.family == family]
        if rng.random() < 0.8:
            cuts = [face for face in cuts if not face.slanted] or cuts
        return cuts[int(rng.integers(len(cuts)))]


def _plain(name: str) -> str:
    return re.sub(r"[\s_-]", "", name).casefold()
