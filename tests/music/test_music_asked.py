"""What is asked is what is heard: key and mode, the end, the mood of a theme, what players and hands can do."""

from __future__ import annotations

import pytest
from artwright.benchmarks import music_asked
from artwright.core.studio import Studio
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
