"""What music promises of a request: weights, styles, words of the theme, options, scores, originality."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from artwright.core.devices import DeviceManager
from artwright.core.errors import InputError, OptionError, UnknownName, UsageError
from artwright.core.requests import AnalyzeRequest, Context
from artwright.core.studio import Studio
from artwright.core.style import Style
from artwright.core.theme import Theme
from artwright.plugins import music
from artwright.plugins.music.composing.wishes import read_wishes, words_of
from artwright.plugins.music.listening.recording import Recording
from artwright.plugins.music.medium import Music
from artwright.plugins.music.models.composer import corpus
from artwright.plugins.music.performing.instruments import find_instruments, find_program

MUSIC = Music()
QUICK = {"bars": 4, "best_of": 1}


@pytest.fixture
def studio(tmp_path: Path) -> Studio:
    return Studio(home=tmp_path / "home")


def make(studio: Studio, theme: str, *, style: str | None = None, seed: int = 5, **options):
    return studio.generate("music", theme, style=style, seed=seed, options={**QUICK, **options}, keep=False)


@pytest.mark.parametrize(
    ("text", "voices", "programs", "unused"),
    [
        ("jazz club, saxophone", 4, (64, 65, 66, 67), ("jazz", "club")),
        ("jazz club, saxophone", 1, (65,), ("jazz", "club")),
        ("epic battle, taiko and brass", 4, (56, 56, 60, 57), ("taiko",)),
        ("pop ballad with drums", 4, (), ("pop", "drums")),
        ("a sad waltz for string quartet", 4, (40, 40, 41, 42), ()),
        ("a song for violin, flute and cello", 3, (40, 73, 42), ()),
        ("a song for violin, flute and cello", 1, (40,), ("flute", "cello")),
        ("欢快的婚礼 二胡", 1, (110,), ()),
        ("Tenor Saxophone in the rain", 1, (66,), ()),
        ("a lighthouse and my Dentist", 4, (), ("Dentist",)),
        ("telephone and spreadsheet", 4, (), ("spreadsheet",)),
        ("rock music about rocks", 4, (), ("rock",)),
    ],
)
def test_instruments_of_a_theme_are_played_and_the_rest_is_told(text, voices, programs, unused):
    wishes = read_wishes(Theme.from_prompt(text), voices)
    assert wishes.programs == programs and wishes.unused == unused


def test_key_metre_and_tempo_of_a_theme():
    wishes = read_wishes(Theme.from_prompt("a slow waltz in B-flat minor"), 1)
    assert (wishes.key, wishes.metre, wishes.unused) == ("Bb minor", "3/4", ()) and wishes.pace < 1
    wishes = read_wishes(Theme.from_prompt("降E大调 古筝 快板"), 1)
    assert (wishes.key, wishes.programs, wishes.qpm, wishes.unused) == ("降E大调", (107,), 132.0, ())
    wishes = read_wishes(Theme.from_prompt("joyful, in a minor key"), 1)
    assert wishes.mode == "minor" and wishes.mood.valence > 0.3
    heeded = read_wishes(Theme.from_prompt("a jig in D major"), 1, heeded=("programs",))
    assert heeded.key == heeded.metre == ""
    from_work = Theme(text="jazz saxophone", source="sha256:00")
    assert read_wishes(from_work, 4).unused == () and words_of(from_work) == ()


def test_names_of_parts_and_of_instruments_in_sentences():
    assert [find_program(n) for n in ("Violino II", "Clarinet in Bb 1", "Flauto", "Corno", "Bass", "xyz")] == [
        40,
        71,
        73,
        60,
        52,
        None,
    ]
    assert [w for w, *_ in find_instruments("her voice, an alto flute and drums of war")] == ["flute", "drums"]


def test_a_theme_is_heard_in_the_work(studio):
    work = make(studio, "jazz club, saxophone, allegro in D major")
    assert [i.program for i in work.payload.instruments] == [64, 65, 66, 67] and work.unused == ("jazz", "club")
    assert work.provenance.unused == ("jazz", "club") and work.provenance.notes["key"] == "D major"
    assert round(work.payload.get_tempo_changes()[1][0]) == 132
    asked = make(studio, "saxophone", instruments="choir")
    assert asked.unused == ("saxophone",) and {i.program for i in asked.payload.instruments} == {53}
    plain = make(studio, "misty mountains at dawn", seed=1)
    assert plain.unused == () and plain.remarks == ()
    longer = studio.generate(
        "music",
        "like thunder",
        sources=[plain],
        seed=1,
        options={"task": "continue", "bars": 1, "best_of": 1},
        keep=False,
    )
    assert longer.unused == ("thunder",)


def test_works_have_a_score_and_candidates_go_by_it(studio):
    works = [make(studio, "calm", style="ryan", seed=s) for s in (1, 2, 3)]
    assert all(work.score is not None and work.score < 0 for work in works)
    assert works[0].provenance.score == works[0].score
    assert "score" in studio.registry.model("music", "composer", "generate")[1].read_card()
    assert (
        make(studio, "calm", style="ryan", best_of=6).score >= make(studio, "calm", style="ryan", best_of=1).score - 1
    )
    mended = studio.restore(works[0], region="bars 2-3", options={"best_of": 1}, seed=1, keep=False)
    moved = studio.transfer_style(works[0], "essen", options={"best_of": 1}, seed=1, keep=False)
    assert mended.score is not None and moved.score is not None


def test_the_nets_run_on_the_cpu_and_say_so(tmp_path):
    studio = Studio(home=tmp_path / "home")
    assert make(studio, "calm", style="ryan").provenance.device == "cpu"
    assert set(make(studio, "calm", style="ryan").provenance.weights) == {"all-2.safetensors"}


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"task": "harmonise", "bars": 4}, "'bars' .* does nothing where task is 'harmonise'"),
        ({"task": "vary", "key": "C major"}, "'key' .* does nothing where task is 'vary'"),
        ({"task": "continue", "instruments": "choir"}, "'instruments' .* does nothing where task is 'continue'"),
        ({"width": 64}, "'width' .* does nothing in generate; it counts for: train"),
        ({"styles": "bach"}, "'styles' .* does nothing in generate"),
    ],
)
def test_options_that_do_nothing_are_refused(studio, options, says):
    with pytest.raises(OptionError, match=says):
        studio.generate("music", "calm", options=options, seed=1)


def test_requests_that_come_to_nothing_are_refused(studio, tmp_path):
    tune = make(studio, "calm", style="ryan")
    MUSIC.save(tune, tmp_path / "a.mid")
    with pytest.raises(UsageError, match="no use for a mask"):
        studio.restore(tune, mask=tmp_path / "a.mid")
    with pytest.raises(InputError, match="--task continue, harmonise or vary"):
        studio.generate("music", "calm", sources=[tune], seed=1)
    with pytest.raises(InputError, match="'chinese' has one voice"):
        studio.generate("music", "calm", style="chinese", sources=[tune], options={"task": "harmonise"}, seed=1)
    with pytest.raises(InputError, match="a mix of styles counts where a new piece is composed"):
        studio.generate(
            "music", "calm", style="ryan:0.5+aird:0.5", sources=[tune], options={"task": "harmonise"}, seed=1
        )
    with pytest.raises(InputError, match="of counts, not of composer"):
        make(studio, "calm", weights="lines-1")
    with pytest.raises(UnknownName, match="train"):
        make(studio, "calm", weights="nothing")
    with pytest.raises(InputError, match="is not a name of weights"):
        make(studio, "calm", weights="../all-1")


def test_a_work_as_style_is_the_style_in_whose_eyes_it_is_likeliest(studio):
    tune = make(studio, "calm", style="ryan", bars=8)
    other = studio.generate(
        "music", "calm", style=Style.mix(references=[(tune, 1.0)]), seed=1, options=QUICK, keep=False
    )
    assert other.provenance.notes["style"] in ("ryan", "aird", "oneill", "essen", "chinese")
    assert len(other.payload.instruments) == 1


def test_more_looks_are_another_reading(studio):
    ones, threes = (make(studio, "calm", style="ryan", looks=looks) for looks in (1, 3))
    assert ones.provenance.notes["nats_per_note"] != threes.provenance.notes["nats_per_note"]


def moved(path: Path, semitones: int, tmp_path: Path):
    from artwright.plugins.music.notation.sheet_midi import read_sheet

    midi, _ = read_sheet(path, repeats=False)
    for player in midi.instruments:
        for note in player.notes:
            note.pitch += semitones
    return MUSIC.artwork(midi, title="found")


@pytest.mark.parametrize(
    ("name", "semitones"),
    [
        ("bach/bwv269.mxl", 3),
        ("bach/bwv347.mxl", -4),
        ("ryansMammoth/7thRegimentReel.abc", 2),
        ("palestrina/Agnus_00.krn", -2),
        ("mozart/k155/movement2.mxl", 0),
    ],
)
def test_a_known_work_is_named_in_any_key(studio, tmp_path, name, semitones):
    pytest.importorskip("music21")
    report = studio.originality(moved(corpus.find_music21() / name, semitones, tmp_path))
    assert report.copied and name.rsplit(".", 1)[0] in report.nearest[0].name and report.percentile < 5
    assert report.share > 0.9 and report.longest_copy.place.startswith("bar ")


def test_what_is_made_is_measured_and_a_scale_is_not(studio):
    work = make(studio, "misty mountains", bars=8)
    told = work.provenance.originality
    assert told["compared"] > 10_000 and not told["copied"] and told["unit"] == "notes" and told["nearest"][0]["name"]
    scale = make(studio, "calm", style="chinese", bars=1)
    assert MUSIC.fingerprint(scale) is None or MUSIC.fingerprint(scale).size >= 24


def test_a_recording_is_heard_on_the_device_that_is_lent(tmp_path):
    from artwright.plugins.music.models.analyst.options import AnalystOptions

    lent: list[object] = []

    class Devices(DeviceManager):
        def lease(self, key, loader, **more):
            lent.append((key, more["size"]))
            return super().lease(key, loader, **more)

    tone = np.sin(np.arange(22_050) * 440 * 2 * np.pi / 22_050).astype(np.float32)[None]
    work = Music().artwork(Recording(tone, 22_050), title="a")
    request = AnalyzeRequest(medium="music", model="analyst", options=AnalystOptions(), artwork=work)
    context = Context(devices=Devices(), library=None, feedback=None, home=tmp_path, seed=1)
    assert music.analyze(request, context).findings["kind"] == "recording"
    assert lent == [(("music", "listening"), 48 * 22_050)]


def test_regions_are_read_as_people_write_them():
    from artwright.plugins.music.composing.mending import parse_region
    from artwright.plugins.music.theory.score import Note, Score

    line = tuple(Note(24 * i, 24, 60) for i in range(40))
    score = Score(name="", style="bach", lines=(line, line))
    for text in ("bars 5-8", "5-8", "measures 5 to 8", "第5-8小节", "5到8小节", "mm. 5–8"):
        assert {(f.start, f.stop) for f in parse_region(text, score)} == {(384, 768)}, text
    assert [f.voice for f in parse_region("bar 2 voices 2", score)] == [1]
    for text in ("bars", "five", "bars 9-12", "bars 0-2", "bars 999999999"):
        with pytest.raises(InputError):
            parse_region(text, score)


def test_what_does_nothing_is_said_or_refused(studio, tmp_path):
    tune = make(studio, "calm", style="ryan", bars=8)
    moved_on = studio.transfer_style(tune, "bach", strength=0.5, options={"best_of": 1}, seed=1, keep=False)
    assert "did nothing" in moved_on.remarks[0]
    with pytest.raises(InputError, match="--plot"):
        studio.analyze(tune, options={"plot_bars": 4})
    (tmp_path / "own").mkdir()
    with pytest.raises(InputError, match="is read whole"):
        studio.train("music", tmp_path / "own", name="x", minutes=0.01, options={"styles": "bach"})
