"""Which language a text is in, and text of others made fit to be printed."""

from __future__ import annotations

import pytest
from artwright.core.messages import printable
from artwright.core.studio import Studio
from artwright.core.theme import Theme
from artwright.core.words.language import LANGUAGES, detect_language, language_remark

TEXTS = {
    "de": ["Der Mond ist aufgegangen", "Wer reitet so spät durch Nacht und Wind", "Sehnsucht nach dem Meer"],
    "fr": ["Sous le pont Mirabeau coule la Seine", "les feuilles mortes", "l'automne à Paris"],
    "es": ["el mar en otoño", "amor y muerte", "Volverán las oscuras golondrinas"],
    "it": ["Nel mezzo del cammin di nostra vita", "il mare di notte"],
    "pt": ["O poeta é um fingidor", "noite de verão"],
    "pl": ["Litwo! Ojczyzno moja! ty jesteś jak zdrowie"],
    "ru": ["Я помню чудное мгновенье", "Осень"],
    "uk": ["Реве та стогне Дніпр широкий, сердитий вітер завива"],
    "el": ["Άνθρωπος και θάλασσα"],
    "ar": ["القمر فوق البحر"],
    "fa": ["گل سرخ و بلبل"],
    "he": ["ירח מעל הים"],
    "hi": ["चाँद और नदी"],
    "ko": ["가을 달", "나 보기가 역겨워 가실 때에는"],
    "ja": ["古池や蛙飛び込む水の音", "サクラ", "ｻｸﾗ", "秋の夜は長い。", "桜満開", "駅前広場"],
    "zh": ["秋月", "古道西风瘦马，夕阳西下", "明月幾時有", "𠮷日", "國破山河在", "黃河遠上白雲間"],
    "en": ["autumn moon", "Sehnsucht", "Da Vinci's dream", "die hard", "naïve café", "the war in Die Zeit", "1914"],
}


@pytest.mark.parametrize(("code", "text"), [(code, text) for code, texts in TEXTS.items() for text in texts])
def test_the_language_is_told(code: str, text: str) -> None:
    assert detect_language(text) == code


def test_only_what_is_not_understood_brings_a_remark() -> None:
    assert language_remark("the sea at night") == "" == language_remark("海上明月")
    assert language_remark("Der Mond ist aufgegangen") == (
        "the theme seems to be in German; only English and Chinese are understood"
    )
    assert LANGUAGES["ar"] in language_remark("القمر فوق البحر", "the text")


def test_a_theme_of_ones_own_brings_the_remark_and_a_title_does_not() -> None:
    assert "Japanese" in Theme.from_prompt("秋の夜は長い").remarks[0]
    assert not Theme.from_prompt("rain on a city at night").remarks and not Theme.from_prompt("月下古寺").remarks
    assert not Theme(text="Le déjeuner sur l'herbe est servi", source="sha256:0").remarks


@pytest.mark.parametrize(
    ("text", "language"),
    [("der Mond über dem Meer", "German"), ("القمر فوق البحر", "Arabic"), ("зимний вечер", "Russian")],
)
def test_the_studio_tells_it_with_any_work(text: str, language: str) -> None:
    work = Studio().generate("painting", text, seed=1, options={"width": 96, "best_of": 1})
    assert any(language in remark for remark in work.remarks)
    assert work.provenance is not None and work.provenance.remarks == work.remarks


def test_nothing_printed_moves_the_cursor() -> None:
    assert printable("静夜思\n\tnaïve") == "静夜思\n\tnaïve"
    assert printable("\x1b]0;owned\x07", lines=False) == "\\x1b]0;owned\\x07"
    assert printable("a\u202egnp.exe\x9b2J") == "a\\u202egnp.exe\\x9b2J"
    assert printable("one\r\ntwo\u2028three", lines=False) == "one  two three"
    assert "\ud800" not in printable("half \ud800 pair")
