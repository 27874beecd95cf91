"""What overlays say: sentences in several languages, slogans, dates, names, addresses."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


def _listed(words: str) -> tuple[str, ...]:
    return tuple(words.split())


_WORDS = {
    "en": """the a we you they is was have go come know think never always house river morning light window table
 friend letter music garden street winter summer mountain people water coffee train station little quiet happy early
 late before after again tomorrow yesterday because where what why really nothing something remember believe leave
 stay listen promise children world story first last city dark road between without together I it's don't can't""",
    "de": """der die das und wir ihr sie ist war haben gehen kommen wissen nie immer Haus Fluss Morgen Licht Fenster
 Straße Brücke Mädchen Freund Brief Musik Garten über unter für schön früh später vielleicht natürlich größer Kinder
 Welt Geschichte zusammen können müssen würde Übung Äpfel warum nichts""",
    "fr": """le la les nous vous elle est était avoir aller venir jamais toujours maison rivière matin lumière fenêtre
 rue hiver été montagne café gare tranquille demain hier parce où quoi vraiment rien quelque enfants monde déjà garçon
 forêt très bientôt cœur ça l'eau aujourd'hui""",
    "es": """el la los nosotros usted ella es era tener ir venir nunca siempre casa río mañana luz ventana calle
 invierno verano montaña café estación tranquilo ayer porque dónde qué nada niños mundo también corazón años ¿quién?
 ¡vamos! pequeño jardín""",
    "it": """il la gli noi voi lei è era avere andare venire mai sempre casa fiume mattina luce finestra strada inverno
 estate montagna caffè stazione domani ieri perché dove niente bambini mondo città più così giardino""",
    "pt": """o a os nós você ela é era ter ir vir nunca sempre casa rio manhã luz janela rua inverno verão montanha
 café estação amanhã ontem porque onde nada crianças mundo coração não também""",
    "pl": """my wy ona jest był mieć iść nigdy zawsze dom rzeka ranek światło okno ulica zima lato góra kawa dworzec
 cicho jutro wczoraj ponieważ gdzie nic dzieci świat miasto też więcej ogród żółty źródło""",
    "tr": """biz siz o var yok gitmek gelmek hiç her zaman ev nehir sabah ışık pencere sokak kış yaz dağ kahve
 istasyon sessiz yarın dün çünkü nerede çocuklar dünya şehir güzel küçük büyük gökyüzü""",
    "ru": """мы вы они есть был иметь идти никогда всегда дом река утро свет окно улица зима лето гора кофе вокзал
 тихо завтра вчера потому где ничего дети мир город первый тоже друг письмо музыка сад""",
    "el": """εμείς εσείς είναι ήταν έχω πάω ποτέ πάντα σπίτι ποτάμι πρωί φως παράθυρο δρόμος χειμώνας καλοκαίρι βουνό
 καφές σταθμός ήσυχα αύριο χθες γιατί πού τίποτα παιδιά κόσμος πόλη φίλος μουσική κήπος""",
    "th": """เรา เขา บ้าน แม่น้ำ เช้า แสง หน้าต่าง ถนน ฤดูหนาว ฤดูร้อน ภูเขา กาแฟ สถานี เงียบ พรุ่งนี้ เมื่อวาน ที่ไหน
 เด็ก โลก เมือง เพื่อน จดหมาย ดนตรี สวน ไม่เคย เสมอ""",
    "ar": """نحن هم كان بيت نهر صباح ضوء نافذة شارع شتاء صيف جبل قهوة محطة هادئ غدا أمس لماذا أين شيء أطفال عالم مدينة
 صديق رسالة موسيقى حديقة دائما أبدا""",
}
LANGUAGES = {code: tuple(words.split()) for code, words in _WORDS.items()}
_SLOGANS = tuple(
    " ".join(phrase.split())
    for phrase in """when you|finally|nobody:|me at 3 am|one does not simply|wait what|it's fine|not again|monday mood
 |send help|why not both|just one more|I can explain|this is fine now|before coffee|after coffee|expectation|reality
 |how it started|how it ends|trust me|big if true|challenge accepted|so much wow|what could go wrong|told you so
 |too late|so close|plot twist|mission failed|level up|who did this|deal with it|that feeling when|much better""".split(
        "|"
    )
)
_SYLLABLES = _listed(
    "ka lo mi ren tor vel sa nu pix zen dar el gra hu in jo lum ma nor ost pa qui ri sol ta ul vi wex yo"
)
_GIVEN = _listed("Anna Ben Clara David Elena Finn Greta Hugo Ines Jonas Lena Marco Nora Omar Paula Rosa Sam Tessa Yuki")
_TRADES = _listed("Photo Photography Studio Images Pictures Media Art Design Films Press Stock Visuals Archive Travel")
_MARKS = _listed("SAMPLE DRAFT PREVIEW COPY PROOF CONFIDENTIAL WATERMARK DEMO TRIAL PREMIUM EVALUATION UNLICENSED")
_STAMPS = _listed("""APPROVED PAID REJECTED RECEIVED ORIGINAL COPY URGENT FINAL VOID SOLD CERTIFIED TESTED PASSED ARCHIVE
 CANCELLED CLASSIFIED RESERVED LIMITED QUALITY VERIFIED EXPIRED""")
_MONTHS = _listed("JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC")
_DOMAINS = _listed("com net org de fr io co.uk photo art")


def one_of(rng: np.random.Generator, values: Sequence[str]) -> str:
    return values[int(rng.integers(len(values)))]


def sentence(rng: np.random.Generator, language: str, words: int) -> str:
    """`words` words of the language with some punctuation. Raises KeyError for a language not in LANGUAGES."""
    chosen = [one_of(rng, LANGUAGES[language]) for _ in range(words)]
    if language in ("th", "ar"):
        return "".join(chosen) if language == "th" else " ".join(chosen)
    if words > 4 and rng.random() < 0.4:
        chosen[int(rng.integers(1, words - 1))] += ","
    text = " ".join(chosen)
    text = text[0].upper() + text[1:] if rng.random() < 0.85 else text
    if rng.random() < 0.08:
        text = text.upper()
    if rng.random() < 0.1:
        text = f"- {text}"
    return text + one_of(rng, (".", ".", "!", "?", "...", "", ""))


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
