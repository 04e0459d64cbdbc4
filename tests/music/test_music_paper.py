"""Scores on paper: how notes are written, MusicXML against its schema and back again, and engraved pages."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pretty_midi
import pytest
from artwright.core.artwork import Provenance
from artwright.core.errors import InputError
from artwright.plugins.music.medium import Music
from artwright.plugins.music.notation.engraving import engrave_pages
from artwright.plugins.music.notation.musicxml_write import musicxml_bytes
from artwright.plugins.music.notation.page import make_page, spell
from artwright.plugins.music.notation.payload import KeySignature, Lyric, make_midi, seconds_to_ticks
from artwright.plugins.music.notation.rhythm import measured, triplets, values
from hypothesis import given, settings
from hypothesis import strategies as st

MUSIC = Music()
ENGRAVER = all(importlib.util.find_spec(p) for p in ("verovio", "resvg_py", "svg2pdf_py", "pypdf", "brotli"))
engraved = pytest.mark.skipif(
    not ENGRAVER, reason="engraving needs the extra 'scores': pip install 'artwright[scores]'"
)

QUARTER = 480
STEP = QUARTER // 24


def music(
    parts: list[tuple[str, int, list[tuple[int, int, int]]]],
    *,
    metre: tuple[int, int] = (4, 4),
    sharps: int = 0,
    minor: bool = False,
    tempo: int = 600_000,
) -> pretty_midi.PrettyMIDI:
    """Parts (name, program, notes as (start, end, pitch) in 24ths of a quarter); program -1 is a drum kit."""
    midi = make_midi(QUARTER, [(0, tempo)])
    for name, program, notes in parts:
        player = pretty_midi.Instrument(max(program, 0), is_drum=program < 0, name=name)
        at = midi.tick_to_time
        player.notes = [pretty_midi.Note(80, p, at(a * STEP), at(b * STEP)) for a, b, p in notes]
        midi.instruments.append(player)
    midi.time_signature_changes = [pretty_midi.TimeSignature(*metre, 0.0)]
    midi.key_signature_changes = [KeySignature(sharps, minor, 0.0)]
    return midi


def sounding(midi: pretty_midi.PrettyMIDI) -> list[list[tuple[int, int, int, int]]]:
    """(start, end, pitch, velocity) of each instrument, in 24ths of a quarter."""
    rows = []
    for player in midi.instruments:
        ticks = seconds_to_ticks(midi, [t for n in player.notes for t in (n.start, n.end)]).tolist()
        steps = [round(t * 24 / midi.resolution) for t in ticks]
        rows.append(
            sorted((a, b, n.pitch, n.velocity) for a, b, n in zip(steps[::2], steps[1::2], player.notes, strict=True))
        )
    return rows


def xml_of(midi: pretty_midi.PrettyMIDI, title: str = "Tune", **about) -> ET.Element:
    return ET.fromstring(musicxml_bytes(make_page(midi, title, **about)))


def back(midi: pretty_midi.PrettyMIDI, folder: Path) -> pretty_midi.PrettyMIDI:
    (folder / "a.musicxml").write_bytes(musicxml_bytes(make_page(midi, "Tune")))
    return MUSIC.load(folder / "a.musicxml").payload


def written(metre: tuple[int, int], spans: list[tuple[int, int]], *, rest: bool = False) -> str:
    """The values of some notes of one bar: letters w h q e s t, dots, a 3 after triplets, ~ between tied values."""
    length = 96 * metre[0] // metre[1]
    bar = measured(metre, 0, length, pickup=False)
    windows = triplets(bar, [edge for span in spans for edge in span])
    short = {"whole": "w", "half": "h", "quarter": "q", "eighth": "e", "16th": "s", "32nd": "t", "64th": "x"}
    out = []
    for a, b in spans:
        parts = values(bar, a, b, windows, rest=rest)
        assert [(v.start, v.end) for v in parts] == list(
            zip([a, *(v.end for v in parts)], [v.end for v in parts], strict=False)
        )
        assert parts[-1].end == b
        out.append("~".join(short[v.name] + "." * v.dots + "3" * (v.triplet is not None) for v in parts))
    return " ".join(out)


@pytest.mark.parametrize(
    ("metre", "spans", "text"),
    [
        ((4, 4), [(0, 96)], "w"),
        ((4, 4), [(0, 72), (72, 96)], "h. q"),
        ((4, 4), [(0, 24), (24, 72), (72, 96)], "q h q"),
        ((4, 4), [(0, 12), (12, 36), (36, 60), (60, 96)], "e q e~e q."),
        ((4, 4), [(0, 60), (60, 96)], "h~e q."),
        ((3, 4), [(0, 12), (12, 60), (60, 72)], "e q.~e e"),
        ((3, 4), [(0, 72)], "h."),
        ((6, 8), [(0, 48), (48, 72)], "q.~e q"),
        ((6, 8), [(0, 24), (24, 48), (48, 72)], "q e~e q"),
        ((9, 8), [(0, 72), (72, 108)], "h. q."),
        ((5, 4), [(0, 120)], "h.~h"),
        ((2, 2), [(0, 72), (72, 96)], "h. q"),
        ((4, 4), [(0, 8), (8, 16), (16, 24), (24, 96)], "e3 e3 e3 h."),
        ((4, 4), [(0, 16), (16, 32), (32, 48), (48, 96)], "q3 q3 q3 h"),
        ((4, 4), [(0, 12), (12, 16), (16, 20), (20, 24)], "e s3 s3 s3"),
        ((4, 4), [(0, 16), (16, 40), (40, 96)], "q3 q.3 e3~h"),
        ((2, 4), [(0, 7), (7, 48)], "s.3~x3 s.3~x3~e3~q"),
    ],
)
def test_values_show_the_beats(metre, spans, text):
    if text == "s.3~x3 s.3~x3~e3~q":  # off any grid that people write: every step is there, in a triplet of the beat
        assert written(metre, spans)
    else:
        assert written(metre, spans) == text


@pytest.mark.parametrize(
    ("metre", "span", "text"),
    [
        ((4, 4), (24, 96), "q~h"),
        ((4, 4), (12, 96), "e~q~h"),
        ((3, 4), (24, 72), "q~q"),
        ((6, 8), (12, 72), "e~e~q."),
        ((2, 4), (0, 36), "q~e"),
    ],
)
def test_rests_begin_on_multiples_of_themselves(metre, span, text):
    assert written(metre, [span], rest=True) == text


def test_beams_end_with_the_beats():
    def beams(metre, notes):
        root = xml_of(music([("Flute", 73, [(a, b, 72) for a, b in notes])], metre=metre))
        return [" ".join(b.text for b in n.findall("beam")) for n in root.iter("note") if n.find("pitch") is not None]

    eighths = [(12 * k, 12 * k + 12) for k in range(8)]
    assert beams((4, 4), eighths) == ["begin", "continue", "continue", "end"] * 2
    assert beams((6, 8), eighths[:6]) == ["begin", "continue", "end"] * 2
    assert beams((3, 4), eighths[:6]) == ["begin", "continue", "continue", "continue", "continue", "end"]
    assert beams((4, 4), [(0, 18), (18, 24), (24, 30), (30, 36), (36, 48)]) == [
        "begin",
        "end backward hook",
        "begin begin",
        "continue end",
        "end",
    ]
    assert beams((7, 8), eighths[:7]) == ["begin", "end", "begin", "end", "begin", "continue", "end"]


def test_pitches_are_spelled_by_key_and_signs_stand_once_in_a_bar():
    assert [spell(p, 0)[0] + "b #"[spell(p, 0)[1] + 1] for p in (61, 63, 66, 68, 70)] == ["C#", "Eb", "F#", "G#", "Bb"]
    assert spell(66, -3, minor=True)[:2] == ("F", 1) and spell(59, -3, minor=True)[:2] == ("B", 0)
    assert spell(73, -5)[:2] == ("D", -1) and spell(63, 0, minor=True)[:2] == ("D", 1)
    notes = [(24 * k, 24 * k + 24, p) for k, p in enumerate((66, 66, 65, 66, 66, 65, 65, 78))]
    root = xml_of(music([("Flute", 73, notes)], sharps=1))
    signs = [n.findtext("accidental") for n in root.iter("note")]
    assert signs == [None, None, "natural", "sharp", None, "natural", None, None]


@pytest.mark.parametrize(
    ("name", "program", "pitches", "clef"),
    [
        ("Violin II", 40, (58, 60, 57), "G2"),
        ("", 71, (52, 50, 55), "G2"),
        ("Flute", 73, (72, 84), "G2"),
        ("Cello", 42, (40, 55), "F4"),
        ("Viola", 41, (55, 70), "C3"),
        ("Viola", 41, (60, 72), "C3"),
        ("Viola", 41, (76, 86), "G2"),
        ("Cello", 42, (50, 66), "F4"),
        ("Tenor", 52, (50, 67), "G2-1"),
        ("Tenor", 19, (50, 67), "G2-1"),
        ("Alto", 19, (55, 70), "G2"),
        ("Bass", 19, (40, 60), "F4"),
        ("Guitar", 24, (45, 69), "G2-1"),
        ("Contrabass", 43, (28, 45), "F4-1"),
        ("Piccolo", 72, (86, 98), "G21"),
        ("Drums", -1, (36, 42), "percussion2"),
    ],
)
def test_clefs_by_range_and_instrument(name, program, pitches, clef):
    root = xml_of(music([(name, program, [(24 * k, 24 * k + 24, p) for k, p in enumerate(pitches)])]))
    sign = root.find(".//clef")
    assert sign.findtext("sign") + sign.findtext("line", "") + sign.findtext("clef-octave-change", "") == clef


def test_parts_are_named_and_bracketed():
    line = [(0, 96, 60)]
    quartet = [("Violin I", 40, line), ("Violin II", 40, line), ("Viola", 41, line), ("Cello", 42, line)]
    root = xml_of(music([*quartet, ("", 73, line), ("Piano", 0, [(0, 96, 72), (0, 96, 40)])]), composer="artwright")
    assert [e.tag + (e.get("type") or "") for e in root.find("part-list")] == [
        "part-groupstart",
        *["score-part"] * 4,
        "part-groupstop",
        "score-part",
        "score-part",
    ]
    assert [e.findtext("part-name") for e in root.iter("score-part")][-3:] == ["Cello", "Flute", "Piano"]
    assert [e.findtext("part-abbreviation") for e in root.iter("score-part")][:2] == ["Vln. I", "Vln. II"]
    assert root.findtext("identification/creator") == "artwright"
    piano = root.findall("part")[-1]
    assert piano.findtext(".//staves") == "2" and [c.findtext("sign") for c in piano.iter("clef")] == ["G", "F"]
    assert {n.findtext("pitch/step"): n.findtext("staff") for n in piano.iter("note")} == {"C": "1", "E": "2"}


def test_pickup_tempo_and_loudness_stand_on_the_page(tmp_path):
    notes = [(0, 24, 67), *[(24 + 24 * k, 48 + 24 * k, 72) for k in range(16)]]
    midi = music([("Flute", 73, notes)], metre=(1, 4), tempo=500_000)
    midi.time_signature_changes.append(pretty_midi.TimeSignature(4, 4, midi.tick_to_time(QUARTER)))
    for k, note in enumerate(midi.instruments[0].notes):
        note.velocity = 50 if k < 9 else 97
    root = xml_of(midi)
    first = root.find("part/measure")
    assert first.get("implicit") == "yes" and first.get("number") == "0"
    assert [m.get("number") for m in root.iter("measure")] == ["0", "1", "2", "3", "4"]
    assert [e.text for e in root.iter("per-minute")] == ["120"]
    assert [mark.tag for e in root.iter("dynamics") for mark in e] == ["p", "f"]
    assert sounding(back(midi, tmp_path)) == sounding(midi)


def test_words_are_divided_at_hyphens(tmp_path):
    midi = music([("Voice", 52, [(24 * k, 24 * k + 24, 60 + k) for k in range(4)])])
    at = midi.tick_to_time
    midi.lyrics = [Lyric(w, at(QUARTER * k), midi.instruments[0]) for k, w in enumerate(("E-", "ve-", "ning", "sun"))]
    root = xml_of(midi)
    assert [e.text for e in root.iter("syllabic")] == ["begin", "middle", "end", "single"]
    assert [w.text for w in back(midi, tmp_path).lyrics] == ["E-", "ve-", "ning", "sun"]


def test_strains_that_are_played_twice_are_written_once(tmp_path):
    strain = [60, 62, 64, 65, 67, 69, 71, 72, 72, 71, 69, 67]
    ends = ((65, 64, 62, 62), (64, 62, 60, 60))
    pitches = [*strain, *ends[0], *strain, *ends[1], *[p + 12 for p in strain[:4]]]
    midi = music([("Fiddle", 110, [(24 * k, 24 * k + 24, p) for k, p in enumerate(pitches)])])
    root = xml_of(midi)
    assert len(list(root.iter("measure"))) == 6
    assert [(e.get("number"), e.get("type")) for e in root.iter("ending")] == [
        ("1", "start"),
        ("1", "stop"),
        ("2", "start"),
        ("2", "discontinue"),
    ]
    assert sounding(back(midi, tmp_path)) == sounding(midi)


def test_a_strain_that_is_played_louder_is_written_out(tmp_path):
    pitches = [60, 62, 64, 65, 67, 69, 71, 72, 72, 71, 69, 67, 65, 64, 62, 60] * 2
    midi = music([("Fiddle", 110, [(24 * k, 24 * k + 24, p) for k, p in enumerate(pitches)])])
    for difference, bars in ((10, 4), (30, 8)):
        for note in midi.instruments[0].notes[16:]:
            note.velocity = 80 + difference
        assert len(list(xml_of(midi).iter("measure"))) == bars
        assert [row[:3] for row in sounding(back(midi, tmp_path))[0]] == [row[:3] for row in sounding(midi)[0]]


def test_a_mark_of_loudness_lasts_for_more_than_a_bar():
    midi = music([("Flute", 73, [(96 * k, 96 * k + 96, 72) for k in range(6)])])
    for note, velocity in zip(midi.instruments[0].notes, (50, 50, 110, 50, 97, 97), strict=True):
        note.velocity = velocity
    assert [mark.tag for e in xml_of(midi).iter("dynamics") for mark in e] == ["p", "f"]
    midi.instruments[0].notes[4].velocity = 50
    assert [mark.tag for e in xml_of(midi).iter("dynamics") for mark in e] == ["p"]


LENGTHS = st.sampled_from([3, 6, 8, 12, 16, 18, 24, 36, 48, 60, 72, 96, 144, 1, 5, 7])
NOTES = st.lists(
    st.tuples(st.sampled_from([0, 0, 0, 12, 24, 4]), LENGTHS, st.integers(36, 90)), min_size=1, max_size=24
)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    st.lists(NOTES, min_size=1, max_size=4),
    st.sampled_from([(4, 4), (3, 4), (6, 8), (2, 2), (5, 8), (7, 8), (12, 8), (3, 8), (5, 4), (3, 16)]),
    st.integers(-7, 7),
    st.booleans(),
    st.sampled_from([0, 19, 40, 52, 73, -1]),
)
def test_any_music_on_the_grid_comes_back_from_musicxml(tmp_path_factory, voices, metre, sharps, minor, program):
    """All of it within one instrument: voices that overlap, chords, rests, triplets; pitches apart by voice."""
    notes = []
    for number, voice in enumerate(voices):
        at = 0
        for gap, length, pitch in voice:
            notes.append((at + gap, at + gap + length, pitch - pitch % 4 + number))
            at += gap + length
    midi = music([("Player", program, notes), ("Other", 0, notes[:1])], metre=metre, sharps=sharps, minor=minor)
    again = back(midi, tmp_path_factory.mktemp("a"))
    assert sounding(again) == sounding(midi)
    assert [(i.name, i.program, i.is_drum) for i in again.instruments] == [
        (i.name, i.program, i.is_drum) for i in midi.instruments
    ]
    assert [k.sharps for k in again.key_signature_changes] == [sharps]


@pytest.fixture(scope="module")
def schema():
    xmlschema = pytest.importorskip("xmlschema", reason="validation needs the package xmlschema")
    found = importlib.util.find_spec("musicxml")
    if found is None or not found.submodule_search_locations:
        pytest.skip("validation needs the package musicxml, which carries the schema of MusicXML 4.0")
    folder = Path(found.submodule_search_locations[0]) / "generate_classes"
    return xmlschema.XMLSchema(
        str(folder / "musicxml_4_0.xsd"),
        locations={"http://www.w3.org/XML/1998/namespace": str(folder / "xml.xsd")},
        allow="local",
    )


def everything() -> pretty_midi.PrettyMIDI:
    """A pickup, words, drums, two hands, triplets, changes of metre, key, tempo and loudness, strains."""
    tune = [(0, 24, 67), *[(24 + 12 * k, 36 + 12 * k, 60 + k % 8) for k in range(64)], (800, 808, 70), (808, 816, 71)]
    hands = [(24 + 96 * k, 120 + 96 * k, p) for k in range(8) for p in (40, 47, 72)] + [(36, 300, 65)]
    kit = [(24 + 24 * k, 36 + 24 * k, p) for k in range(12) for p in (36, 42)]
    midi = music([("Voice", 52, tune), ("Piano", 0, hands), ("Drums", -1, kit)], metre=(1, 4), sharps=-3, minor=True)
    at = midi.tick_to_time
    midi.time_signature_changes += [
        pretty_midi.TimeSignature(4, 4, at(QUARTER)),
        pretty_midi.TimeSignature(6, 8, at(17 * QUARTER)),
    ]
    midi.key_signature_changes.append(KeySignature(2, False, at(17 * QUARTER)))
    midi.lyrics = [Lyric("La-", at(0), midi.instruments[0]), Lyric("la <&>", at(QUARTER), midi.instruments[0])]
    for k, note in enumerate(midi.instruments[1].notes):
        note.velocity = 60 + 40 * (k > 12)
    return midi


def test_what_is_written_is_valid_musicxml_4(schema, tmp_path):
    strains = music([("Fiddle", 110, [(24 * k, 24 * k + 24, 60 + k % 16) for k in range(40)])], metre=(2, 4))
    wild = music([("Organ", 19, [(7 * k, 7 * k + 40, 40 + k % 40) for k in range(60)])], metre=(5, 8), sharps=6)
    for number, midi in enumerate((everything(), strains, wild)):
        path = tmp_path / f"{number}.musicxml"
        path.write_bytes(musicxml_bytes(make_page(midi, "T <1>", composer="artwright", fermatas=[1.0, 4.0])))
        errors = [str(error.reason) for error in schema.iter_errors(str(path))]
        assert not errors
        root = ET.parse(path).getroot()
        bad = root.find(".//note/duration")
        root.find(".//note").remove(bad)  # the schema is really asked
        ET.ElementTree(root).write(tmp_path / "bad.musicxml")
        assert any(schema.iter_errors(str(tmp_path / "bad.musicxml")))


def from_verovio(musicxml: bytes) -> list[tuple[float, float, int]]:
    """(start, end, pitch) in quarters of what Verovio engraves, by its own map of time; what its ties join is one note."""
    import re

    import verovio

    verovio.enableLog(verovio.LOG_OFF)
    toolkit = verovio.toolkit()
    toolkit.setOptions({"expandNever": True, "xmlIdSeed": 1})
    assert toolkit.loadData(musicxml.decode())
    spans: dict[str, list[float]] = {}
    for event in toolkit.renderToTimemap({"includeMeasures": False, "includeRests": False}):
        for name in event.get("on", ()):
            spans[name] = [event["qstamp"], event["qstamp"]]
        for name in event.get("off", ()):
            spans[name][1] = event["qstamp"]
    ties = re.findall(r'<tie [^>]*startid="#([^"]+)" [^>]*endid="#([^"]+)"', toolkit.getMEI())
    after = dict(ties)
    held = {end for _, end in ties}
    rows = []
    for name, (start, end) in spans.items():
        if name not in held:
            last = name
            while last in after:
                last = after[last]
                end = spans[last][1]
            rows.append((start, end, int(toolkit.getMIDIValuesForElement(name)["pitch"])))
    return sorted(rows)


@engraved
@pytest.mark.parametrize("seed", range(6))
def test_what_is_engraved_is_the_music_note_for_note(seed):
    import random

    draw = random.Random(seed)
    metre = [(4, 4), (3, 4), (6, 8), (2, 2), (9, 8), (5, 4)][seed]
    parts = []
    for name, program, low in (("Violin", 40, 60), ("Piano", 0, 42), ("Cello", 42, 36)):
        at, notes = 0, []
        while at < 480:
            length = draw.choice([6, 12, 12, 24, 24, 36, 48, 60, 8 if at % 24 == 0 else 12])
            if length == 8:
                notes += [(at + 8 * k, at + 8 * k + 8, low + draw.randrange(20)) for k in range(3)]
                at += 24
                continue
            if draw.random() < 0.85:
                notes += [(at, at + length, low + draw.randrange(20))]
            at += length
        parts.append((name, program, notes))
    midi = music(parts, metre=metre, sharps=seed - 3)
    wanted = sorted((a / 24, b / 24, p) for part in sounding(midi) for a, b, p, _ in part)
    got = from_verovio(musicxml_bytes(make_page(midi, "Tune")))
    assert [(round(a, 2), round(b, 2), p) for a, b, p in got] == [(round(a, 2), round(b, 2), p) for a, b, p in wanted]


@engraved
def test_an_empty_bar_that_is_cut_short_lasts_no_longer_on_paper():
    midi = music([("Flute", 73, [(0, 72, 72), (120, 156, 74), (156, 192, 76)])], metre=(3, 4))
    midi.time_signature_changes.append(pretty_midi.TimeSignature(3, 8, midi.tick_to_time(5 * QUARTER)))
    assert from_verovio(musicxml_bytes(make_page(midi, "Tune"))) == [(0, 3, 72), (5, 6.5, 74), (6.5, 8, 76)]


@engraved
def test_pages_as_svg_png_and_pdf(tmp_path):
    from PIL import Image
    from pypdf import PdfReader

    long = music([("Flute", 73, [(12 * k, 12 * k + 12, 60 + k % 24) for k in range(1200)])])
    made = Provenance(operation="generate", medium="music")
    work = MUSIC.artwork(long, title="Spring & 春", provenance=made)
    for suffix in (".svg", ".png", ".pdf"):
        for name in ("a", "b"):
            MUSIC.save(work, tmp_path / f"{name}{suffix}")
        assert (tmp_path / f"a{suffix}").read_bytes() == (tmp_path / f"b{suffix}").read_bytes()
        assert (tmp_path / f"a{suffix}.artwright.json").exists()
    svg = ET.fromstring((tmp_path / "a.svg").read_bytes())
    words = " ".join("".join(e.itertext()) for e in svg.iter("{http://www.w3.org/2000/svg}text"))
    assert "Spring & 春" in words and "artwright" in words
    pages = PdfReader(tmp_path / "a.pdf").pages
    assert len(pages) > 1 and round(float(pages[0].mediabox.height)) == 842
    with Image.open(tmp_path / "a.png") as picture:
        assert picture.width == 1240 and picture.height > 1754
        ink = sum(count for grey, count in enumerate(picture.convert("L").histogram()) if grey < 128)
        title = picture.crop((300, 60, 940, 160)).convert("L").histogram()
    assert 0.005 < ink / (picture.width * picture.height) < 0.3
    assert sum(title[:128]) > 300, "the title stands in the middle, above the music"


@engraved
def test_a_picture_of_too_many_pages_is_told_to_be_a_pdf():
    endless = music([("Flute", 73, [(12 * k, 12 * k + 12, 60 + k % 24) for k in range(2400)])])
    with pytest.raises(InputError, match=r"'a\.png' would have \d+ pages, a picture holds 3; save it as \.pdf"):
        engrave_pages(musicxml_bytes(make_page(endless, "Endless")), most=3, name="a.png")


def test_without_its_extra_a_page_says_how_to_get_it(tmp_path):
    """Before anything is composed, in one line."""
    code = (
        "import sys, importlib.util as u\n"
        "real = u.find_spec\n"
        "u.find_spec = lambda name, *a: None if name == 'verovio' else real(name, *a)\n"
        "from artwright.cli import main\n"
        "main()\n"
    )
    for suffix in (".svg", ".pdf"):
        ran = subprocess.run(
            [sys.executable, "-c", code, "music", "generate", "sea", "--output", str(tmp_path / f"a{suffix}")],
            capture_output=True,
            text=True,
            check=False,
        )
        assert ran.returncode == 2 and "pip install 'artwright[scores]'" in ran.stderr
        assert len(ran.stderr.strip().splitlines()) == 1
    assert not list(tmp_path.iterdir())
