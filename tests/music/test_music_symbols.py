"""Chord symbols on the page, lead sheets, and syllables of several notes."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest
from artwright.core.artwork import Provenance
from artwright.core.studio import Studio
from artwright.plugins.music.arranging.symbols import read_symbols, symbol_of
from artwright.plugins.music.medium import Music
from artwright.plugins.music.notation.musicxml_elements import harmony
from artwright.plugins.music.setting.melody import melisma

TUNE = "X:1\nM:3/4\nL:1/4\nK:D\nFAd|c2A|BGE|D3|]\n"
POEM = "The moon is on the water,\nThe wind is in the tree,\nAnd far across the valley\nMy love is calling me.\n"


@pytest.fixture(scope="module")
def studio(tmp_path_factory):
    return Studio(home=tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="module")
def tune(studio, tmp_path_factory):
    file = tmp_path_factory.mktemp("tune") / "tune.abc"
    file.write_text(TUNE)
    return studio.load(file, "music")


def symbols_in(path) -> list[tuple[int, str]]:
    found = []
    for measure in ET.parse(path).getroot().find("part").iter("measure"):
        for chord in measure.iter("harmony"):
            alter = {"1": "#", "-1": "b"}.get(chord.findtext("root/root-alter"), "")
            name = chord.findtext("root/root-step") + alter + chord.find("kind").get("text")
            bass = chord.findtext("bass/bass-step")
            found.append((int(measure.get("number")), name + (f"/{bass}" if bass else "")))
    return found


def test_given_chords_stand_over_the_melody(studio, tune, tmp_path):
    options = {"chords": "D A7/E Emin DM7", "texture": "block"}
    work = studio.generate("music", "calm", model="arranger", sources=[tune], options=options, seed=1, keep=False)
    studio.save(work, tmp_path / "a.musicxml")
    assert symbols_in(tmp_path / "a.musicxml") == [(1, "D"), (2, "A7/E"), (3, "Em"), (4, "Dmaj7")]


def test_a_lead_sheet_is_the_melody_and_its_symbols(studio, tune, tmp_path):
    work = studio.generate(
        "music", "calm", model="arranger", sources=[tune], options={"ensemble": "lead"}, seed=1, keep=False
    )
    assert [len(i.notes) for i in work.payload.instruments] == [9]
    studio.save(work, tmp_path / "b.musicxml")
    symbols = symbols_in(tmp_path / "b.musicxml")
    assert symbols[0] == (1, "D") and symbols[-1][1] == "D"


def test_roots_are_spelled_in_their_key():
    chord = read_symbols("Ebm7", 96, 96)[0]
    assert symbol_of(chord, 6 + 12) == "Ebm7" or symbol_of(chord, 6 + 12) == "D#m7"
    assert symbol_of(read_symbols("Bb", 96, 96)[0], 5) == "Bb"
    assert symbol_of(read_symbols("A#", 96, 96)[0], 11) == "A#"


def test_what_is_no_symbol_is_left_out_of_the_page():
    measure = ET.Element("measure")
    for name in ("H7", "Cfoo", "", "C/"):
        harmony(measure, name, 0)
    assert len(measure) == 0
    harmony(measure, "Cadd9", 24)
    assert measure.findtext("harmony/degree/degree-value") == "9" and measure.findtext("harmony/offset") == "24"


def test_forged_symbols_of_a_manifest_do_no_harm(tune, tmp_path):
    rows = [[0, "C"], ["x", "G"], [1, 2], "no", [float("inf"), "G"], [2.0, "nonsense"], [1e9, "D"]]
    notes = Provenance(operation="generate", medium="music", notes={"symbols": rows})
    work = Music().artwork(tune.payload, title="t", provenance=notes)
    Music().save(work, tmp_path / "d.musicxml")
    assert symbols_in(tmp_path / "d.musicxml") == [(1, "C")]


def test_a_melisma_fills_its_syllable_and_leads_on():
    scale = frozenset({0, 2, 4, 5, 7, 9, 11})
    assert melisma(60, 67, 2, scale) == [(0, 12, 60), (12, 12, 62)]
    three = melisma(64, 64, 4, scale)
    assert [p for *_, p in three] == [64, 62, 64] and sum(n for _, n, _ in three) == 48
    assert melisma(60, 67, 2, frozenset({0})) == []


def test_melismas_are_slurred_and_only_their_first_note_has_the_word(studio, tmp_path):
    poem = tmp_path / "poem.txt"
    poem.write_text(POEM)
    words = studio.load(poem, "literature")

    def song(share: float):
        options = {"melismas": share}
        return studio.generate("music", words, model="arranger", sources=[words], options=options, seed=4, keep=False)

    plain, adorned = song(0.0), song(1.0)
    slurs = adorned.provenance.notes["slurs"]
    assert plain.provenance.notes["slurs"] == [] and len(slurs) > 2
    assert len(adorned.payload.lyrics) == len(plain.payload.lyrics)
    more = len(adorned.payload.instruments[0].notes) - len(plain.payload.instruments[0].notes)
    assert more >= len(slurs)
    studio.save(adorned, tmp_path / "c.musicxml")
    text = (tmp_path / "c.musicxml").read_text("utf-8")
    assert text.count('<slur type="start"') == text.count('<slur type="stop"') == len(slurs)
