"""Words of several languages, and sentences of them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

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
