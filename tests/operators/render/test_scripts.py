"""Scripts and the machine's fonts."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from operators.render import FontBook, system, system_fonts
from operators.render.ink import line_width
from operators.render.scripts import WORDS, able_faces, choose_voice, fill_line, say

BUNDLED = FontBook.bundled()


def test_voices_have_their_letters() -> None:
    """Would catch tofu: a language in a face that lacks its letters."""
    rng = np.random.default_rng(0)
    voices = [choose_voice(rng, BUNDLED, "sans") for _ in range(60)]
    assert all(voice.face.covers(say(rng, voice.language, 5)) for voice in voices)
    assert len({voice.language for voice in voices}) > 5
    assert choose_voice(rng, BUNDLED, "sans", other_than="en").language != "en"
    assert not able_faces(BUNDLED, "zh")
    with pytest.raises(LookupError):
        choose_voice(rng, FontBook(()))


def test_lines_fill_the_room() -> None:
    """Would catch lines that run over their column, and one-word lines in a wide one."""
    rng = np.random.default_rng(1)
    for _ in range(20):
        voice = choose_voice(rng, BUNDLED, "serif")
        width = line_width(fill_line(rng, voice, 12, 300), voice.face, 12)
        assert 120 < width <= 300


def test_words_are_words() -> None:
    """Would catch an empty list and blanks within words of a language."""
    assert all(len(words) > 15 and all(words) for words in WORDS.values())


def test_no_fonts_no_book(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Would catch a machine without font folders ending the run, and a broken file doing so."""
    (tmp_path / "broken.ttf").write_bytes(b"no font")
    monkeypatch.setattr(system, "_FOLDERS", (str(tmp_path), str(tmp_path / "missing")))
    monkeypatch.delenv("WINDIR", raising=False)
    assert system_fonts().faces == ()
    face = BUNDLED.faces[0]
    (tmp_path / face.path.name).write_bytes(face.path.read_bytes())
    system._usable.cache_clear()
    assert [found.family for found in system_fonts().faces] == [face.family]
    assert system_fonts(without=BUNDLED).faces == ()
