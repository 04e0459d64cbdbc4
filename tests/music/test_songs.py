"""Words set to music and melodies accompanied: what is promised of syllables, beats, tones, chords and hands."""

from __future__ import annotations

import re
import subprocess
import sys
from itertools import pairwise
from typing import get_args

import numpy as np
import pytest
from artwright.core.artwork import Text
from artwright.core.errors import InputError
from artwright.core.studio import Studio
from artwright.plugins.music.arranging import names
from artwright.plugins.music.arranging.ensembles import ENSEMBLES
from artwright.plugins.music.arranging.symbols import read_symbols
from artwright.plugins.music.arranging.textures import TEXTURES
from artwright.plugins.music.notation.score_midi import from_midi
from artwright.plugins.music.setting.melody import contradicts
from artwright.plugins.music.setting.rhythm import METRES, choose_rhythm
from artwright.plugins.music.setting.song import VOICES
from artwright.plugins.music.setting.syllables import syllables_of
from artwright.plugins.music.theory.keys import parse_key

ENGLISH = (
    ("I wandered lonely as a cloud", "That floats on high o'er vales and hills,"),
    ("When all at once I saw a crowd,", "A host, of golden daffodils;"),
    ("The curfew tolls the knell of parting day,", "The lowing herd wind slowly o'er the lea,"),
    ("Tiger, tiger, burning bright", "In the forests of the night,"),
    ("'Twas the night before Christmas, when all through the house", "Not a creature was stirring, not even a mouse;"),
    ("Because I could not stop for Death,", "He kindly stopped for me;"),
)
CHINESE = (
    ("床前明月光，", "疑是地上霜。", "举头望明月，", "低头思故乡。"),
    ("朝辞白帝彩云间，", "千里江陵一日还。", "两岸猿声啼不住，", "轻舟已过万重山。"),
    ("春眠不觉晓，", "处处闻啼鸟。", "夜来风雨声，", "花落知多少。"),
)


@pytest.fixture(scope="module")
def studio(tmp_path_factory) -> Studio:
    return Studio(home=tmp_path_factory.mktemp("home"))


def poem(studio: Studio, *stanzas: tuple[str, ...], language: str = "en", title: str = "A song"):
    return studio.registry.medium("literature").artwork(
        Text(stanzas=stanzas, language=language, title=title), title=title
    )


def sing(studio: Studio, words, *, seed: int = 5, **options):
    return studio.generate("music", words, model="arranger", options=options, seed=seed, sources=[words], keep=False)


def test_every_name_that_is_offered_is_known():
    offered = (names.VoiceName, names.TextureName, names.EnsembleName, names.SongMetre)
    assert [set(get_args(one)) for one in offered] == [set(known) for known in (VOICES, TEXTURES, ENSEMBLES, METRES)]


@pytest.mark.parametrize(
    ("line", "parts"),
    [
        ("The curfew tolls the knell", "The cur- few tolls the knell"),
        ("little people, created", "lit- tle peo- ple, cre- a- ted"),
        ("o'er the lovely heaven", "o'er the love- ly hea- ven"),
        ("wandered", "wan- dered"),
        ("beautiful!", "beau- ti- ful!"),
    ],
)
def test_words_are_parted_as_singers_write_them(line, parts):
    assert [s.text for s in syllables_of(line, "en")] == parts.split()


def test_a_word_has_as_many_syllables_as_the_dictionary_says():
    import pronouncing

    words = "mountain river everything sorrowful children nightingale yesterday ocean quiet fire idea poetry".split()
    for word in words:
        counts = {pronouncing.syllable_count(p) for p in pronouncing.phones_for_word(word)}
        found = syllables_of(word, "en")
        assert len(found) in (counts if word != "fire" else {1}), (word, [s.text for s in found])
        assert "".join(s.text.rstrip("-") for s in found) == word


def test_mandarin_tones_are_read_with_their_sandhi():
    assert [s.tone for s in syllables_of("床前明月光", "zh")] == [2, 2, 2, 4, 1]
    assert [s.tone for s in syllables_of("不是", "zh")] == [2, 4]


@pytest.mark.parametrize("couplet", ENGLISH)
def test_strong_syllables_stand_on_beats_and_lines_end_there(couplet):
    lines = [syllables_of(line, "en") for line in couplet]
    metre, placed = choose_rhythm(lines, np.random.default_rng(3))
    strengths = METRES[metre]
    for line, place in zip(lines, placed, strict=True):
        assert list(place.starts) == sorted(set(place.starts))
        strong = [strengths[s % len(strengths)] > 0 for s, y in zip(place.starts, line, strict=True) if y.weight == 2]
        assert all(strong)
        assert strengths[place.starts[-1] % len(strengths)] >= 1


def test_each_syllable_has_its_note_and_its_place_under_it(studio):
    work = sing(studio, poem(studio, ENGLISH[0], ENGLISH[1]))
    voice = next(i for i in work.payload.instruments if i.name == "Voice")
    count = sum(len(syllables_of(line, "en")) for couplet in ENGLISH[:2] for line in couplet)
    assert len(voice.notes) == len(work.payload.lyrics) == count
    assert [round(w.time, 3) for w in work.payload.lyrics] == [round(n.start, 3) for n in voice.notes]
    assert all(a.end <= b.start + 1e-6 for a, b in pairwise(voice.notes))


@pytest.mark.parametrize("voice", VOICES)
def test_a_singer_stays_in_a_comfortable_compass(studio, voice):
    work = sing(studio, poem(studio, ENGLISH[5]), voice=voice)
    low, high = VOICES[voice]
    pitches = [n.pitch for n in work.payload.instruments[0].notes]
    assert low <= min(pitches) and max(pitches) <= high


@pytest.mark.parametrize("key", ["D major", "e minor", "Bb major", "g minor"])
def test_a_song_ends_on_the_tonic_it_was_asked_for(studio, key):
    work = sing(studio, poem(studio, ENGLISH[0], ENGLISH[1]), key=key, seed=8)
    asked = parse_key(key)
    assert work.payload.instruments[0].notes[-1].pitch % 12 == asked.tonic
    last = max(n.end for n in work.payload.instruments[1].notes)
    final = {n.pitch % 12 for n in work.payload.instruments[1].notes if n.end > last - 1e-3}
    assert final == {(asked.tonic + t) % 12 for t in ((0, 3, 7) if asked.minor else (0, 4, 7))}


def test_chinese_melodies_do_not_go_against_the_tones(studio):
    kept = []
    for seed, stanza in enumerate(CHINESE):
        work = sing(studio, poem(studio, stanza, language="zh"), seed=seed)
        kept.append(work.provenance.notes["tones_kept"])
        notes = work.payload.instruments[0].notes
        assert len(notes) == sum(len(syllables_of(line, "zh")) for line in stanza)
    assert np.mean(kept) >= 0.9
    assert contradicts(1, 4, 5) and not contradicts(1, 4, -5) and not contradicts(2, 2, -3)


def test_the_second_stanza_takes_up_the_melody_of_the_first(studio):
    stanza = (
        "The wind is cold upon the hill,",
        "The river runs to meet the sea,",
        "The night is long, the house is still,",
    )
    work = sing(studio, poem(studio, stanza, stanza), seed=4)
    notes = work.payload.instruments[0].notes
    half = len(notes) // 2
    same = [a.pitch == b.pitch for a, b in zip(notes[:half], notes[half:], strict=True)]
    assert np.mean(same) > 0.5


def test_the_same_seed_is_the_same_song(studio):
    words = poem(studio, ENGLISH[3])
    assert sing(studio, words, seed=9).id == sing(studio, words, seed=9).id
    assert sing(studio, words, seed=9).id != sing(studio, words, seed=10).id


@pytest.mark.parametrize("texture", ["block", "repeated", "oom-pah", "alberti", "broken", "arpeggio", "strum"])
def test_no_hand_must_reach_beyond_a_tenth(studio, texture):
    tune = studio.generate("music", "a tune", style="ryan", seed=3, options={"bars": 8, "best_of": 2}, keep=False)
    work = sing(studio, tune, texture=texture)
    score = from_midi(work.payload, limit=64)
    piano = next(i for i in work.payload.instruments if i.name == "Piano")
    starts = sorted({n.start for n in piano.notes})
    for start in starts:
        upper = sorted(n.pitch for n in piano.notes if n.start == start and n.pitch >= 53)
        assert not upper or upper[-1] - upper[0] <= 16
    assert score.notes > len(tune.payload.instruments[0].notes)


def test_a_melody_is_kept_and_its_chords_agree_with_it(studio):
    for seed in range(3):
        tune = studio.generate(
            "music", "a tune", style="ryan", seed=seed, options={"bars": 8, "best_of": 2}, keep=False
        )
        work = sing(studio, tune, seed=seed)
        kept = [(round(n.start, 3), n.pitch) for n in work.payload.instruments[0].notes]
        assert kept == [(round(n.start, 3), n.pitch) for n in tune.payload.instruments[0].notes]
        assert work.provenance.notes["chord_tones_on_beats"] >= 0.75


def test_chords_that_are_given_are_played(studio):
    tune = studio.generate("music", "a tune", style="ryan", seed=3, options={"bars": 8, "best_of": 2}, keep=False)
    work = sing(studio, tune, chords="Am F | C G7", ensemble="band")
    assert work.provenance.notes["chords"][:4] == ["Am", "F", "C", "G7"]
    assert any(i.is_drum for i in work.payload.instruments)
    bass = next(i for i in work.payload.instruments if i.name == "Bass")
    assert bass.notes[0].pitch % 12 == 9


@pytest.mark.parametrize("text", ["H", "Am F Cxyz", "", "c g"])
def test_what_is_no_chord_is_told(text):
    with pytest.raises(InputError, match="chord"):
        read_symbols(text, 96, 96)


@pytest.mark.parametrize(
    ("stanza", "said"),
    [
        (("...",), "no word"),
        ((" ".join(["extraordinary"] * 12),), "too long"),
        (tuple(f"A line of verse, and this is number {i}" for i in range(201)), "at most"),
    ],
)
def test_what_cannot_be_sung_gets_one_line(studio, stanza, said):
    with pytest.raises(InputError, match=said):
        sing(studio, poem(studio, stanza))


def test_the_command_line_sets_a_poem_and_musicxml_holds_its_words(tmp_path):
    (tmp_path / "poem.txt").write_text("\n".join((*ENGLISH[0], *ENGLISH[1])), "utf-8")
    out = tmp_path / "song.musicxml"
    command = [sys.executable, "-m", "artwright", "music", "set", str(tmp_path / "poem.txt"), "--seed", "3"]
    done = subprocess.run([*command, "--output", str(out)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    words = re.findall(r"<text>([^<]*)</text>", out.read_text("utf-8"))
    assert words[:4] == ["I", "wan", "dered", "lone"]
    missing = subprocess.run([*command[:-3], str(tmp_path / "none.txt")], capture_output=True, text=True, check=False)
    assert missing.returncode == 2 and "none.txt" in missing.stderr
