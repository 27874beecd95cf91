"""More scripts than `languages` has, and lines of any of them that a book of fonts can write."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from operators.render.fonts import Face, FontBook
from operators.render.ink import line_width
from operators.render.languages import LANGUAGES, one_of

_MORE = {
    "uk": """ми ви вони є був мати йти ніколи завжди дім річка ранок світло вікно вулиця зима літо гора кава вокзал
 тихо завтра вчора чому де нічого діти світ місто перший також друг лист музика сад її""",
    "he": """בית נהר בוקר אור חלון רחוב חורף קיץ הר קפה תחנה שקט מחר אתמול למה איפה ילדים עולם עיר חבר מכתב מוזיקה
 גן תמיד אנחנו היום יפה""",
    "hi": """घर नदी सुबह रोशनी खिड़की सड़क सर्दी गर्मी पहाड़ कॉफ़ी स्टेशन शांत कल आज क्यों कहाँ बच्चे दुनिया शहर
 दोस्त चिट्ठी संगीत बगीचा हमेशा सुंदर नया पानी""",
    "zh": """今天 天气 很好 我们 一起 看山 河流 早晨 阳光 窗户 街道 冬天 夏天 咖啡 车站 安静 明天 昨天 为什么 哪里
 孩子 世界 城市 朋友 音乐 花园 永远 新 故事 开始""",
    "ja": """今日は 天気が いい 山へ 川 朝 光 窓 通り 冬 夏の コーヒー 駅で 静か 明日 昨日 なぜ どこ 子供
 世界 町の 友達と 手紙 音楽 庭 いつも ありがとう おはよう""",
    "ko": """오늘 날씨가 좋아요 우리 함께 산 강 아침 빛 창문 거리 겨울 여름 커피 역에서 조용한 내일 어제 왜 어디
 아이들 세계 도시 친구 편지 음악 정원 항상""",
}
WORDS = {**LANGUAGES, **{code: tuple(words.split()) for code, words in _MORE.items()}}
_SCRIPTS = (
    (("en",), 0.32),
    (("de", "fr", "es", "it", "pt", "pl", "tr"), 0.2),
    (("ru", "uk"), 0.1),
    (("el",), 0.04),
    (("zh", "ja"), 0.13),
    (("ko",), 0.05),
    (("ar",), 0.05),
    (("he",), 0.03),
    (("hi",), 0.04),
    (("th",), 0.04),
)
_WITHOUT_BLANKS = ("th", "zh", "ja")
_CASELESS = ("th", "ar", "zh", "ja", "ko", "he", "hi")


class Voice(NamedTuple):
    """A face and a language whose letters it has."""

    face: Face
    language: str


@lru_cache(maxsize=32)
def able_faces(fonts: FontBook, language: str) -> tuple[Face, ...]:
    """The faces that have all letters of the language's words. Raises KeyError for a language not in WORDS."""
    letters = "".join(sorted(set("".join(WORDS[language]))))
    return tuple(face for face in fonts.faces if face.covers(letters))


def choose_voice(rng: np.random.Generator, fonts: FontBook, *roles: str, other_than: str = "") -> Voice:
    """A script by its odds, among those the book can write, then a face of one of the roles where there is one; never
    the language `other_than`. Raises LookupError when the book can write none."""
    scripts = [
        ([code for code in codes if code != other_than and able_faces(fonts, code)], odds) for codes, odds in _SCRIPTS
    ]
    able = [(codes, odds) for codes, odds in scripts if codes]
    if not able:
        raise LookupError(f"no font writes any of {sorted(WORDS)}; families: {list(fonts.families)}")
    odds = np.array([share for _, share in able])
    language = one_of(rng, able[int(rng.choice(len(able), p=odds / odds.sum()))][0])
    return Voice(FontBook(able_faces(fonts, language)).pick(rng, *roles), language)


def say(rng: np.random.Generator, language: str, words: int) -> str:
    """`words` words of the language, in one of the cases it has. Raises KeyError for a language not in WORDS."""
    text = _joined([one_of(rng, WORDS[language]) for _ in range(words)], language)
    if language in _CASELESS:
        return text
    case = rng.random()
    return text.upper() if case < 0.3 else text[0].upper() + text[1:] if case < 0.8 else text


def fill_line(rng: np.random.Generator, voice: Voice, em: float, room: float) -> str:
    """As many words as `room` px hold at `em` px per em, one at least and 40 at most."""
    chosen = [one_of(rng, WORDS[voice.language])]
    for _ in range(39):
        longer = [*chosen, one_of(rng, WORDS[voice.language])]
        if line_width(_joined(longer, voice.language), voice.face, em) > room:
            break
        chosen = longer
    return _joined(chosen, voice.language)


def _joined(words: Sequence[str], language: str) -> str:
    return ("" if language in _WITHOUT_BLANKS else " ").join(words)
