"""What is asked is what is heard: key and mode, the end, the mood of a theme, what players and hands can do."""

from __future__ import annotations

import pytest
from artwright.benchmarks import music_asked
from artwright.core.studio import Studio
from artwright.core.theme import Theme
from artwright.plugins.music.composing.character import PLAIN, characters
from artwright.plugins.music.composing.wishes import read_wishes
from artwright.plugins.music.theory.keys import parse_key

QUICK = {"bars": 8, "best_of": 3}


@pytest.fixture(scope="module")
def studio(tmp_path_factory) -> Studio:
    return Studio(home=tmp_path_factory.mktemp("home"))


def make(studio: Studio, theme: str, *, style: str = "ryan", seed: int = 5, **options):
    return studio.generate("music", theme, style=style, seed=seed, options={**QUICK, **options}, keep=False)


@pytest.mark.parametrize("style", ["ryan", "essen", "chinese", "palestrina", "mozart"])
def test_the_key_asked_is_heard_and_the_last_note_is_its_tonic_on_a_beat(studio, style):
    pytest.importorskip("music21")
    right = 0
    for number, name in enumerate(("E minor", "D major", "C minor", "Bb major")):
        work, key = make(studio, "a piece", style=style, seed=40 + number, key=name), parse_key(name)
        right += music_asked.heard_key(work.payload) == (key.tonic, key.minor)
        on_beat, last = music_asked.last_note(work.payload)
        assert on_beat and last == key.tonic
    assert right >= 3


@pytest.mark.parametrize(
    ("style", "metre", "pickup"), [("ryan", "6/8", "yes"), ("aird", "2/4", "yes"), ("oneill", "3/4", "no")]
)
def test_tunes_end_on_a_strong_beat(studio, style, metre, pickup):
    for bars in (8, 10, 12):
        work = make(studio, "a piece", style=style, metre=metre, pickup=pickup, bars=bars, best_of=1)
        assert music_asked.last_note(work.payload)[0]


def test_minor_tunes_close_over_their_leading_tone_or_supertonic(studio):
    for seed, name in enumerate(("E minor", "A minor", "G minor", "D minor")):
        work, tonic = make(studio, "a piece", style="essen", seed=seed, key=name), parse_key(name).tonic
        before = work.payload.instruments[0].notes[-2].pitch
        assert (before - tonic) % 12 in (2, 5, 7, 11)


def test_the_table_of_characters_names_its_sources_and_no_word_twice():
    words = [word for row in characters().values() for word in row.words]
    assert len(words) == len(set(words)) and {row.means.mode for row in characters().values()} == {"major", "minor", ""}


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("a funeral in the rain", "mourning"),
        ("葬礼", "mourning"),
        ("terrifying battle", "fear"),
        ("战争", "battle"),
        ("摇篮曲", "lullaby"),
        ("the parade of heroes", "triumph"),
        ("欢快的婚礼", "festival"),
        ("thunder", "storm"),
        ("quiet evening", "calm"),
        ("a grave", "mourning"),
        ("hunting", "play"),
        ("a spreadsheet", ""),
    ],
)
def test_a_theme_has_a_character(text, name):
    wishes = read_wishes(Theme.from_prompt(text), 1)
    assert (wishes.means.characters or ("",))[0] == name
    assert name or wishes.means == PLAIN
    assert "parade" not in wishes.unused


def heard(work):
    notes = work.payload.instruments[0].notes
    return {
        "notes": [(n.pitch, round(n.start, 3)) for n in notes],
        "qpm": work.payload.get_tempo_changes()[1][0],
        "velocity": sum(n.velocity for n in notes) / len(notes),
        "height": sum(n.pitch for n in notes) / len(notes),
        "length": sum(n.end - n.start for n in notes) / len(notes),
    }


@pytest.mark.parametrize("style", ["ryan", "essen"])
def test_funeral_and_battle_are_heard_apart(studio, style):
    funeral, battle, calm, storm = (
        heard(make(studio, theme, style=style, seed=2)) for theme in ("葬礼", "battle", "calm", "暴风雨")
    )
    assert funeral["notes"] != battle["notes"] and battle["qpm"] > 1.8 * funeral["qpm"]
    assert battle["velocity"] > funeral["velocity"] + 40 and storm["velocity"] > calm["velocity"] + 25
    assert calm["length"] > 2 * storm["length"]


def test_options_and_plain_words_beat_the_character(studio):
    work = make(studio, "funeral", key="D major", tempo_qpm=150, metre="6/8")
    assert work.provenance.notes["key"] == "D major" and work.provenance.notes["metre"] == "6/8"
    assert round(work.payload.get_tempo_changes()[1][0]) == 150
    assert make(studio, "a funeral in F major, allegro").provenance.notes["key"] == "F major"


def test_phrases_have_a_shape_and_what_was_meant_is_told(studio):
    work = make(studio, "a lullaby at dusk", bars=16)
    velocities = [n.velocity for n in work.payload.instruments[0].notes]
    third = len(velocities) // 3
    assert len(set(velocities)) > 4 and sum(velocities[:third]) / third > sum(velocities[-third:]) / third
    assert work.provenance.notes["character"]["rhythm"] == "rocking" and work.provenance.notes["sound"]
    english, chinese = (
        studio.analyze(work, explain=True, language=language, options={"likeness": False}).explanation
        for language in ("en", "zh")
    )
    assert "set as lullaby: major, a rocking rhythm, slower" in english and "摇篮曲" in chinese


@pytest.mark.parametrize(
    ("style", "instruments", "theme"),
    [
        ("mozart", "", "a piece"),
        ("beethoven", "", "funeral"),
        ("haydn", "", "storm"),
        ("haydn", "winds", "a piece"),
        ("mozart", "piano", "battle"),
        ("bach", "piano", "a piece"),
        ("palestrina", "harpsichord", "sorrow"),
        ("monteverdi", "quartet", "a piece"),
        ("ryan", "flute", "funeral"),
        ("bach", "violin, viola, cello", "mourning"),
    ],
)
def test_nothing_is_written_that_hands_and_strings_cannot_do(studio, style, instruments, theme):
    for seed in (1, 2):
        work = make(studio, theme, style=style, instruments=instruments, seed=seed, best_of=1)
        assert not music_asked.unplayable(work.payload)
        low = {73: 60, 71: 50, 70: 34}
        for part in work.payload.instruments:
            assert min(n.pitch for n in part.notes) >= low.get(part.program, 0)


def test_a_line_far_from_its_instrument_moves_into_its_range():
    from artwright.plugins.music.composing.plan import rules_for
    from artwright.plugins.music.composing.seating import Seat, seated

    rules = seated(rules_for("bach", 4), (73, 40, 58, 42), range(4))
    assert all(high - low >= 12 for low, high in rules.ranges) and rules.ranges[0][0] == 60
    assert rules.ranges[2][1] <= 58 and rules.ranges[1][0] >= 55 and rules.seats[3] == Seat(3, (36, 43, 50, 57))


TUNES = {
    "ode": ("M:4/4\nL:1/4\nK:C\n", "E E F G|G F E D|C C D E|E>D D2|E E F G|G F E D|C C D E|D>C C2|", [16, 32], 0),
    "dorian": ("M:4/4\nL:1/4\nK:Ddor\n", "D E F G|A G F E|F E D C|D4|A A c A|G F E2|F E D C|D4|", [16, 32], 2),
    "mixolydian": ("M:3/4\nL:1/4\nK:Amix\n", "A2 B|c2 d|e2 d|c3|A2 G|A2 B|G2 G|A3|", [12, 24], 9),
    "minor": ("M:3/4\nL:1/4\nK:Em\n", "B|e2 d|B2 G|A2 ^D|E2 B|e2 d|B2 G|A ^F ^D|E2|", [12, 24], 4),
}


@pytest.mark.parametrize("name", TUNES)
def test_harmony_goes_by_the_metre_and_the_mode_of_the_tune(studio, tmp_path, name):
    from artwright.plugins.music.composing.given import score_of
    from artwright.plugins.music.composing.tune_cadences import phrase_ends
    from artwright.plugins.music.medium import Music

    head, tune, ends, tonic = TUNES[name]
    (tmp_path / "tune.abc").write_text(f"X:1\nT:Tune\n{head}{tune}\n", "utf-8")
    tune_work = Music().load(tmp_path / "tune.abc")
    score, _ = score_of(tune_work)
    assert [end / 24 for _, end in phrase_ends(score.lines[0], score.metres)] == ends
    for seed in (1, 2):
        options = {"task": "harmonise", "best_of": 2}
        work = studio.generate("music", "calm", sources=[tune_work], seed=seed, options=options, keep=False)
        soprano, bass = work.payload.instruments[0], work.payload.instruments[-1]
        assert [n.pitch for n in soprano.notes] == [n.pitch for n in tune_work.payload.instruments[0].notes]
        assert bass.notes[-1].pitch % 12 == tonic
        if name in ("ode", "minor"):
            assert bass.notes[-2].pitch % 12 == (tonic + 7) % 12


@pytest.mark.parametrize(("style", "seed"), [("ryan", 3), ("essen", 4), ("bach", 5)])
def test_a_continuation_has_phrases_takes_the_opening_up_and_closes(studio, style, seed):
    given = make(studio, "calm", style=style, seed=seed, bars=4, key="G major", metre="4/4", pickup="no")
    options = {"task": "continue", "bars": 8, "best_of": 2}
    work = studio.generate("music", "calm", style=style, sources=[given], seed=seed, options=options, keep=False)
    tune, bass = work.payload.instruments[0].notes, work.payload.instruments[-1].notes
    ticks = [(round(work.payload.time_to_tick(n.start)), n.pitch) for n in tune]
    bar, resolution = 4 * work.payload.resolution, work.payload.resolution
    opening = [(at, pitch) for at, pitch in ticks if at < 2 * bar - resolution]
    again = [(at - 8 * bar, pitch) for at, pitch in ticks if 8 * bar <= at < 10 * bar - resolution]
    assert opening == again and work.provenance.notes["phrases"] == (4 if style == "bach" else 2)
    assert bass[-1].pitch % 12 == 7 and (style != "bach" or bass[-2].pitch % 12 == 2)
    assert music_asked.last_note(work.payload)[0]


def test_variations_obey_the_theme(studio):
    given = make(studio, "calm", style="ryan", seed=6)
    options = {"task": "vary", "best_of": 1}
    storm, calm, funeral = (
        studio.generate("music", theme, sources=[given], seed=6, options=options, keep=False)
        for theme in ("storm", "calm", "葬礼")
    )
    assert len({storm.id, calm.id, funeral.id}) == 3
    assert storm.provenance.notes["character"]["names"] == ["storm"]
