"""Scores as people have them: repeats and jumps, drums, tempi, words, voices of ABC, kern; written and read again."""

from __future__ import annotations

import zipfile

import pretty_midi
import pytest
from artwright.core.errors import FormatError
from artwright.plugins.music.medium import Music
from artwright.plugins.music.notation.payload import Lyric, make_midi
from artwright.plugins.music.notation.repeats import Signs, play_order

MUSIC = Music()


def load(tmp_path, name: str, text: str | bytes):
    (tmp_path / name).write_bytes(text.encode() if isinstance(text, str) else text)
    return MUSIC.load(tmp_path / name)


def sounding(work) -> list[list[tuple[float, float, int]]]:
    """(start, end, pitch) in quarters, of each instrument."""
    tick = work.payload.time_to_tick
    quarter = work.payload.resolution
    return [
        sorted((round(tick(n.start) / quarter, 3), round(tick(n.end) / quarter, 3), n.pitch) for n in i.notes)
        for i in work.payload.instruments
    ]


def pitches(work, part: int = 0) -> list[int]:
    return [p for *_, p in sounding(work)[part]]


def letters(work) -> str:
    return "".join("C D EF G A B"[p % 12] for p in pitches(work))


def signs(text: str) -> list[Signs]:
    """`|:` begins, `:` ends a repeat, digits are endings, S segno, O coda, T to coda, F fine, C da capo, D dal segno."""
    rows = []
    for word in text.split():
        rows.append(
            Signs(
                begin="|" in word,
                plays=2 if word.endswith(":") else 0,
                endings=frozenset(int(c) for c in word if c.isdigit()),
                segno="S" in word,
                coda="O" in word,
                to_coda="T" in word,
                fine="F" in word,
                jump="capo" if "C" in word else "segno" if "D" in word else "",
            )
        )
    return rows


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("a b c", "0 1 2"),
        ("| b: c", "0 1 0 1 2"),
        ("a | b: c", "0 1 2 1 2 3"),
        ("a b: c d:", "0 1 0 1 2 3 2 3"),
        ("| b 1: 2 e", "0 1 2 0 1 3 4"),
        ("| 1: 2: 3 e", "0 1 0 2 0 3 4"),
        ("| 12: 3 e", "0 1 0 1 0 2 3"),
        ("| 1 1: 2 2 e", "0 1 2 0 3 4 5"),
        ("| 1: 2 | 1: 2 e", "0 1 0 2 3 4 3 5 6"),
        ("a bF c dC", "0 1 2 3 0 1"),
        ("a bS cF dD", "0 1 2 3 1 2"),
        ("a bT c dC Oe f", "0 1 2 3 0 1 4 5"),
        ("a bS cT dD Oe", "0 1 2 3 1 2 4"),
        ("| bF: c dC", "0 1 0 1 2 3 0 1"),
        ("| 1: 2F c dC", "0 1 0 2 3 4 0 2"),
        ("a C", "0 1 0 1"),
    ],
)
def test_the_order_of_playing(text, order):
    assert " ".join(map(str, play_order(signs(text)))) == order


def measure(number: int, notes: str, *, left: str = "", right: str = "", more: str = "") -> str:
    body = "".join(
        f"<note><pitch><step>{n}</step><octave>4</octave></pitch><duration>1</duration></note>" for n in notes
    )
    lines = [f'<barline location="{at}">{text}</barline>' for at, text in (("left", left), ("right", right)) if text]
    attributes = (
        "<attributes><divisions>1</divisions><time><beats>4</beats><beat-type>4</beat-type></time></attributes>"
        if number == 1
        else ""
    )
    first = lines[0] if left else ""
    last = lines[-1] if right else ""
    return f'<measure number="{number}">{attributes}{first}{more}{body}{last}</measure>'


def partwise(*measures: str, name: str = "Flute", more: str = "") -> str:
    told = f'<part-list><score-part id="P1"><part-name>{name}</part-name>{more}</score-part></part-list>'
    return f'<score-partwise>{told}<part id="P1">{"".join(measures)}</part></score-partwise>'


BACK = '<repeat direction="backward"/>'


def ending(number: str, kind: str, more: str = "") -> str:
    return f'<ending number="{number}" type="{kind}"/>{more}'


MUSICXML = {
    "endings": (
        partwise(
            measure(1, "CDEF", left='<repeat direction="forward"/>'),
            measure(2, "GGGG", left=ending("1", "start"), right=ending("1", "stop", BACK)),
            measure(3, "AAAA", left=ending("2", "start"), right=ending("2", "discontinue")),
            measure(4, "CCCC"),
        ),
        "CDEFGGGGCDEFAAAACCCC",
    ),
    "three times": (
        partwise(measure(1, "CDEF", right='<repeat direction="backward" times="3"/>'), measure(2, "GGGG")),
        "CDEF" * 3 + "GGGG",
    ),
    "da capo al fine in sounds": (
        partwise(
            measure(1, "CDEF", more='<direction><sound fine="yes"/></direction>'),
            measure(2, "GGGG", more='<direction><sound dacapo="yes"/></direction>'),
        ),
        "CDEFGGGGCDEF",
    ),
    "dal segno al coda in signs and words": (
        partwise(
            measure(1, "CCCC"),
            measure(2, "DDDD", more="<direction><direction-type><segno/></direction-type></direction>"),
            measure(3, "EEEE", more="<direction><direction-type><words>To Coda</words></direction-type></direction>"),
            measure(
                4, "FFFF", more="<direction><direction-type><words>D.S. al Coda</words></direction-type></direction>"
            ),
            measure(5, "GGGG", more="<direction><direction-type><coda/></direction-type></direction>"),
        ),
        "CCCCDDDDEEEEFFFFDDDDEEEEGGGG",
    ),
}


@pytest.mark.parametrize("name", list(MUSICXML))
def test_musicxml_is_played_as_its_signs_say(tmp_path, name):
    text, played = MUSICXML[name]
    assert letters(load(tmp_path, "a.musicxml", text)) == played


def test_every_tempo_of_musicxml_is_read_and_follows_the_repeats(tmp_path):
    slow = "<direction><direction-type><metronome><beat-unit>half</beat-unit><per-minute>c. 30</per-minute></metronome>"
    work = load(
        tmp_path,
        "a.xml",
        partwise(
            measure(1, "CDEF", more='<direction><sound tempo="120"/></direction>'),
            measure(2, "GGGG", more=slow + "</direction-type></direction>", right=BACK),
            measure(3, "AAAA", more='<sound tempo="90.5"/>'),
        ),
    )
    times, tempi = work.payload.get_tempo_changes()
    assert [round(t, 2) for t in tempi] == [120, 60, 120, 60, 90.5]
    assert [round(t, 3) for t in times] == [0, 2, 6, 8, 12]


def test_drums_words_and_keys_of_musicxml(tmp_path):
    kit = (
        '<score-instrument id="a"/><score-instrument id="b"/><midi-instrument id="a"><midi-unpitched>37</midi-unpitched>'
        '</midi-instrument><midi-instrument id="b"><midi-unpitched>43</midi-unpitched></midi-instrument>'
    )
    notes = "".join(
        f"<note><unpitched><display-step>{s}</display-step><display-octave>{o}</display-octave></unpitched>"
        f"<duration>1</duration>{i}</note>"
        for s, o, i in (("F", 4, '<instrument id="a"/>'), ("G", 5, '<instrument id="b"/>'), ("C", 5, ""))
    )
    work = load(
        tmp_path,
        "a.musicxml",
        partwise(f"<measure><attributes><divisions>1</divisions></attributes>{notes}</measure>", more=kit),
    )
    assert work.payload.instruments[0].is_drum and pitches(work) == [36, 42, 38]
    key = "<attributes><divisions>1</divisions><key><fifths>-3</fifths><mode>minor</mode></key>"
    moved = "<transpose><chromatic>-2</chromatic></transpose></attributes>"
    sung = "".join(
        f"<note><pitch><step>{s}</step><octave>4</octave></pitch><duration>1</duration>"
        f'<lyric number="1"><text>{a}</text></lyric><lyric number="2"><text>{b}</text></lyric></note>'
        for s, a, b in (("D", "one", "two"), ("E", "sun", "moon"))
    )
    work = load(
        tmp_path,
        "b.musicxml",
        partwise(f"<measure>{key}{moved}{sung}<barline>{BACK}</barline></measure>", name="Clarinet in Bb"),
    )
    assert pitches(work) == [60, 62, 60, 62] and work.payload.instruments[0].program == 71
    assert [w.text for w in work.payload.lyrics] == ["one", "sun", "two", "moon"]
    assert all(w.part is work.payload.instruments[0] for w in work.payload.lyrics)
    assert [k.sharps for k in work.payload.key_signature_changes] == [-5]


def test_scores_by_time_zipped_and_empty(tmp_path):
    inner = (
        measure(1, "CDEF")
        .replace('<measure number="1">', '<measure><part id="P1">')
        .replace("</measure>", "</part></measure>")
    )
    timewise = f'<score-timewise><part-list><score-part id="P1"/></part-list>{inner}</score-timewise>'
    assert letters(load(tmp_path, "a.xml", timewise)) == "CDEF"
    with zipfile.ZipFile(tmp_path / "b.mxl", "w") as archive:
        archive.writestr(
            "META-INF/container.xml", '<container><rootfiles><rootfile full-path="in/x.xml"/></rootfiles></container>'
        )
        archive.writestr("a.xml", "<opus/>")
        archive.writestr("in/x.xml", partwise(measure(1, "GGGG")))
    assert letters(MUSIC.load(tmp_path / "b.mxl")) == "GGGG"
    for name, text in {
        "c.musicxml": "<score-partwise><part-list/></score-partwise>",
        "d.musicxml": partwise('<measure number="1"/>'),
        "e.xml": "<html/>",
        "f.abc": "X:1\nT:nothing\nK:C\nz4|\n",
        "g.krn": "**kern\n*M4/4\n1r\n*-\n",
        "h.mxl": "PK\x03\x04",
    }.items():
        with pytest.raises(FormatError) as error:
            load(tmp_path, name, text)
        assert "\n" not in str(error.value) and name in str(error.value)


ABC = {
    "invisible and whole-measure rests": (
        "M:3/4\nL:1/4\nK:C\nx3|Z2|X|CDE|",
        [(12, 13, 60), (13, 14, 62), (14, 15, 64)],
    ),
    "endings": ("M:2/4\nL:1/4\nK:C\n|:CD|1EE:|2FF||GG|", "CDEECDFFGG"),
    "endings in brackets, from the start": ("M:2/4\nL:1/4\nK:C\nCD|[1,3EE:|[2FF:|[4GG|]", "CDEECDFFCDEECDGG"),
    "double repeats": ("M:2/4\nL:1/4\nK:C\nCD::EE:|GG|", "CDCDEEEEGG"),
    "da capo": ('M:2/4\nL:1/4\nK:C\nCD|EE"^Fine"|FF!D.C.!|', "CDEEFFCDEE"),
    "parts in the order of the header": ("P:A2(BA)2\nM:2/4\nL:1/4\nK:C\nP:A\nCD|\nP:B\n|:EE:|", "CDCDEEEECDEEEECD"),
    "dal segno with letters": ("M:2/4\nL:1/4\nK:C\nCD|!segno!EE|FF !D.S.!|", "CDEEFFEEFF"),
    "inline key and unit": ("M:4/4\nL:1/4\nK:C\nF2F2|[K:D][L:1/8]FFFF [M:2/4]F4|", [65, 65, 66, 66, 66, 66, 66]),
    "tuplets, broken rhythm, ties, grace": (
        "M:4/4\nL:1/8\nK:G\n(3FGA {c}B>c d-|d4 z4|",
        [(0, 0.333, 66), (0.333, 0.667, 67), (0.667, 1, 69), (1, 1.75, 71), (1.75, 2, 72), (2, 4.5, 74)],
    ),
    "accidentals of a key": ("M:4/4\nL:1/4\nK:D exp ^f\nFc=cc|^GGg'z|", None),
    "an overlay": ("M:4/4\nL:1/4\nK:C\nc4 & E2G2|d4|", [(0, 4, 72), (0, 2, 64), (2, 4, 67), (4, 8, 74)]),
}


@pytest.mark.parametrize("name", list(ABC))
def test_abc_says(tmp_path, name):
    text, told = ABC[name]
    work = load(tmp_path, "a.abc", "X:1\nT:t\n" + text + "\n")
    if isinstance(told, str):
        assert letters(work) == told
    elif told and isinstance(told[0], int):
        assert pitches(work) == told
    elif told:
        assert sorted(r for part in sounding(work) for r in part) == sorted(told)
    else:
        assert pitches(work) == [66, 73, 72, 72, 68, 68, 91]


def test_voices_words_and_tempi_of_abc(tmp_path):
    text = (
        '%abc-2.1\nX:7\nT:Zwei\nM:4/4\nL:1/4\nQ:1/4=100\nV:1 name="Sopran"\nV:2 name="Bass" clef=bass octave=-1\nK:G\n'
        "V:1\n%%MIDI program 73\nGABc|[Q:1/2=40]d4|\nw:A- ve Ma~ri-a_|gra\n"
        "[V:2] G4|[V:2]D4|\nV:1\ng4|]\nw:Amen\nV:2\nG4|]\n"
    )
    work = load(tmp_path, "a.abc", text)
    assert [i.name for i in work.payload.instruments] == ["Sopran", "Bass"]
    assert work.payload.instruments[0].program == 73
    assert pitches(work, 0) == [67, 69, 71, 72, 74, 79] and pitches(work, 1) == [55, 50, 55]
    assert [round(t) for t in work.payload.get_tempo_changes()[1]] == [100, 80]
    assert [w.text for w in work.payload.lyrics] == ["A", "ve", "Ma ri", "a", "Amen"]
    tune = "X:1\nT:{}\nK:C\nCDEF|\n"
    for encoding, title in (("iso-8859-1", "Für Elise"), ("windows-1251", "Калинка"), ("utf-8", "茉莉花")):
        data = f"%abc-charset {encoding}\n".encode() + tune.format(title).encode(encoding)
        assert load(tmp_path, "b.abc", data).title == title
    assert load(tmp_path, "c.abc", tune.format("Катюша").encode("cp1251")).title == "Катюша"


KERN = """!!!OTL: Lied
**kern\t**text\t**kern
*I"Cello\t*\t*I"Flauto
*>[A,A,B]\t*\t*>[A,A,B]
*>norep[A,B]\t*\t*>norep[A,B]
*>A\t*>A\t*>A
*M2/4\t*\t*M2/4
*MM120\t*\t*MM120
*k[b-]\t*\t*k[b-]
*d:\t*\t*d:
=1\t=1\t=1
4D\tO\t4dd
4D\tweh\t4ee
*>B\t*>B\t*>B
=2\t=2\t=2
*\t*\t*MM60
2AA\tach\t2ff
==\t==\t==
*-\t*-\t*-
"""


def test_kern_is_read_with_its_expansion_words_and_names(tmp_path):
    work = load(tmp_path, "a.krn", KERN)
    assert work.title == "Lied" and [(i.name, i.program) for i in work.payload.instruments] == [
        ("Flauto", 73),
        ("Cello", 42),
    ]
    assert pitches(work) == [74, 76, 74, 76, 77] and pitches(work, 1) == [50, 50, 50, 50, 45]
    assert [w.text for w in work.payload.lyrics] == ["O", "weh", "O", "weh", "ach"]
    assert [round(t) for t in work.payload.get_tempo_changes()[1]] == [120, 60]
    assert [(k.sharps, k.key_number) for k in work.payload.key_signature_changes] == [(-1, 14)]
    plain = "**kern\n*M2/4\n=1-!|:\n4c\n4d\n=:|!\n4e\n4f\n==\n*-\n"
    assert letters(load(tmp_path, "b.krn", plain)) == "CDCDEF"


def rich() -> pretty_midi.PrettyMIDI:
    """A song with drums: words, two tempi, five flats, triplets, a chord, a drum with two keys at once."""
    midi = make_midi(480, [(0, 600_000), (1920, 500_000), (2400, 700_000)])
    at = midi.tick_to_time
    voice, piano, drums = (
        pretty_midi.Instrument(52, name="Voice"),
        pretty_midi.Instrument(0, name="Piano"),
        pretty_midi.Instrument(0, is_drum=True, name="Drums"),
    )
    spans = [(0, 480, 70), (480, 640, 72), (640, 800, 73), (800, 960, 75), (960, 2400, 77), (2400, 3840, 65)]
    voice.notes = [pretty_midi.Note(80, p, at(a), at(b)) for a, b, p in spans]
    piano.notes = [pretty_midi.Note(80, p, at(a), at(a + 1900)) for a in (0, 1920) for p in (46, 53, 58)]
    drums.notes = [pretty_midi.Note(80, p, at(a), at(a + 240)) for a in range(0, 3840, 480) for p in (36, 42)]
    midi.instruments = [voice, piano, drums]
    midi.lyrics = [
        Lyric(w, at(a), voice) for w, (a, *_) in zip(("Ma", "ri", "a", "du", "Licht-", "O weh"), spans, strict=True)
    ]
    midi.time_signature_changes = [pretty_midi.TimeSignature(4, 4, 0.0)]
    midi.key_signature_changes = [pretty_midi.KeySignature(1, 0.0)]
    return midi


@pytest.mark.parametrize("suffix", [".musicxml", ".abc"])
def test_what_is_written_comes_back_with_words_drums_and_tempi(tmp_path, suffix):
    work = MUSIC.artwork(rich(), title="Lied <1>")
    MUSIC.save(work, tmp_path / f"a{suffix}")
    back = MUSIC.load(tmp_path / f"a{suffix}")
    grid = [sorted((round(a * 24) / 24, round(b * 24) / 24, p) for a, b, p in part) for part in sounding(work)]
    assert [[(round(a, 2), round(b, 2), p) for a, b, p in part] for part in sounding(back)] == [
        [(round(a, 2), round(b, 2), p) for a, b, p in part] for part in grid
    ]
    assert [(i.name, i.program, i.is_drum) for i in back.payload.instruments] == [
        ("Voice", 52, False),
        ("Piano", 0, False),
        ("Drums", 0, True),
    ]
    assert [round(t, 3) for t in back.payload.get_tempo_changes()[1]] == [100, 120, 85.714]
    assert [(w.text, w.part.name) for w in back.payload.lyrics] == [(w.text, w.part.name) for w in work.payload.lyrics]
    assert [k.sharps for k in back.payload.key_signature_changes] == [-5]
    if suffix == ".musicxml":
        text = (tmp_path / "a.musicxml").read_text()
        assert text.count("<clef>") == 3 and "<sign>percussion</sign>" in text and "<sign>F</sign>" in text


def test_music21_reads_what_is_written(tmp_path):
    music21 = pytest.importorskip("music21")
    work = MUSIC.artwork(rich(), title="Lied")
    MUSIC.save(work, tmp_path / "a.musicxml")
    score = music21.converter.parse(tmp_path / "a.musicxml", forceSource=True)
    voice = [(n.offset, n.offset + n.quarterLength, n.pitch.midi) for n in score.parts[0].flatten().stripTies().notes]
    assert [tuple(round(float(x), 2) for x in row) for row in voice] == [
        tuple(round(float(x), 2) for x in row) for row in sounding(work)[0]
    ]
    sung = [w.text.removesuffix("-") for w in work.payload.lyrics]
    assert [n.lyric for n in score.parts[0].flatten().notes if n.lyric] == sung
    assert all(
        isinstance(n, music21.note.Unpitched | music21.percussion.PercussionChord)
        for n in score.parts[2].flatten().notes
    )


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.abc", "X:1\nT:R\x1b[31med \x07song\nK:C\nCDEF|\n"),
        ("a.krn", "!!!OTL: R\x1b[31med \x9bsong\n**kern\n4c\n4d\n*-\n"),
        ("a.musicxml", "<score-partwise><work><work-title>R&#x9b;[31med\n song</work-title></work>{}</score-partwise>"),
    ],
)
def test_titles_are_one_line_without_controls(tmp_path, name, text):
    body = partwise(measure(1, "CDEF")).removeprefix("<score-partwise>").removesuffix("</score-partwise>")
    assert load(tmp_path, name, text.replace("{}", body)).title == "R[31med song"
