"""Variations and continuations: figures that keep the tune, modes that turn, works for players with roles gone on with."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from artwright.core.errors import InputError
from artwright.plugins.music.composing.character import PLAIN, Means
from artwright.plugins.music.composing.ensembles.continuing import figure_of
from artwright.plugins.music.composing.figuration import Manner, Tonality, choose_manner, in_mode, varied
from artwright.plugins.music.models.composer.roles.scores import Chord
from artwright.plugins.music.theory.score import Metre, Note

C = Tonality(0, False)
TUNE = [Note(24 * i, 24, p) for i, p in enumerate((64, 64, 65, 67, 67, 65, 64, 62))]


def chords(tick: int) -> frozenset[int]:
    return frozenset({0, 4, 7})


def write(figure: str, unit: int, tune=TUNE, home=C, **more) -> list[Note]:
    manner = Manner(figure, unit, **more)
    return varied(tune, home, manner, chords, last=10_000, strong=lambda tick: tick % 24 == 0)


@pytest.mark.parametrize(("figure", "unit"), [("passage", 6), ("arpeggio", 12), ("turn", 12), ("triplets", 8)])
def test_a_figure_begins_with_the_note_it_stands_for_and_fills_its_time(figure, unit):
    line = write(figure, unit)
    assert len(line) > 1.5 * len(TUNE) and line[-1].end == TUNE[-1].end
    assert all(a.end == b.onset for a, b in itertools.pairwise(line))
    begun = {n.onset: n.pitch for n in line}
    assert all(begun[n.onset] == n.pitch for n in TUNE)
    assert len({n.pitch for n in line}) > len({n.pitch for n in TUNE})


def test_a_passage_goes_by_step_into_the_next_note():
    line = write("passage", 6)
    steps = [abs(C.degree(b.pitch) - C.degree(a.pitch)) for a, b in itertools.pairwise(line)]
    assert max(steps) <= 2 and np.mean([s == 1 for s in steps]) > 0.8


def test_dotted_pairs_keep_the_length_and_the_last_bar_stays():
    manner = Manner("dotted", 6)
    line = varied(TUNE, C, manner, chords, last=96, strong=lambda tick: tick % 48 == 0)
    assert sum(n.length for n in line) == sum(n.length for n in TUNE)
    assert [n for n in line if n.onset >= 96] == TUNE[4:]
    assert {n.length for n in line[:4]} == {36, 12}


def test_the_mode_is_turned_but_not_the_leading_tone():
    scale = [60, 62, 64, 65, 67, 69, 71, 72]
    turned = [in_mode(a, b, C, True) for a, b in zip(scale, [*scale[1:], None], strict=True)]
    assert turned == [60, 62, 63, 65, 67, 68, 71, 72]
    minor = Tonality(9, True)
    assert [in_mode(p, None, minor, False) for p in (57, 60, 65, 67)] == [57, 61, 66, 68]
    assert in_mode(64, None, C, False) == 64


def test_the_raised_seventh_turns_round_the_tonic():
    home = Tonality(9, True)
    line = write("turn", 6, [Note(0, 24, 69), Note(24, 24, 69)], home)
    assert 67 not in {n.pitch for n in line} and 68 in {n.pitch for n in line}


def test_themes_choose_the_manner():
    rng = np.random.default_rng(0)
    storm = Means(mode="minor", rhythm="running", density=0.6, pace=1.4, characters=("storm",))
    manner = choose_manner(storm, False, TUNE, rng)
    assert (manner.figure, manner.minor, manner.unit) == ("passage", True, 6) and manner.pace == pytest.approx(1.4)
    assert choose_manner(PLAIN, False, TUNE, rng).minor is None
    still = Means(mode="minor", rhythm="flowing", density=-0.8)
    assert choose_manner(still, False, TUNE, rng).figure == "plain"


def test_the_figure_of_a_left_hand_is_what_most_bars_have():
    waltz = [
        c
        for bar in range(4)
        for c in (
            Chord(72 * bar, 24, (41,)),
            Chord(72 * bar + 24, 24, (53, 57, 60)),
            Chord(72 * bar + 48, 24, (53, 57, 60)),
        )
    ]
    figure = figure_of(waltz, (Metre(0, 3, 4),), 288)
    assert [(s.place, s.ticks, s.kind) for s in figure] == [(0, 24, "bass"), (24, 24, "chord"), (48, 24, "chord")]
    assert figure_of(waltz, (Metre(0, 3, 4), Metre(144, 4, 4)), 288) == ()
    assert figure_of([], (Metre(0, 3, 4),), 288) == ()


def test_a_waltz_is_gone_on_with_and_varied(studio, waltz):
    again = studio.generate(
        "music", "calm", sources=[waltz], options={"task": "continue", "bars": 4, "best_of": 1}, seed=1
    )
    given, whole = (_ticks(w) for w in (waltz, again))
    assert given <= whole and again.provenance.notes["ensemble"] == "piano"
    end = max(tick + length for tick, length, _ in whole)
    assert end == max(tick + length for tick, length, _ in given) + 4 * 72
    last = [pitch for tick, length, pitch in whole if tick + length == end]
    assert min(last) % 12 == 5
    assert (
        again.id
        == studio.generate(
            "music", "calm", sources=[waltz], options={"task": "continue", "bars": 4, "best_of": 1}, seed=1
        ).id
    )
    varied_work = studio.generate("music", "storm", sources=[waltz], options={"task": "vary", "best_of": 1}, seed=1)
    assert (
        varied_work.provenance.notes["key"] == "F minor"
        and varied_work.payload.get_end_time() < waltz.payload.get_end_time()
    )
    with pytest.raises(InputError, match="a variation keeps the style"):
        studio.generate("music", "storm", style="ryan", sources=[waltz], options={"task": "vary"}, seed=1)


def _ticks(work) -> set[tuple[int, int, int]]:
    midi = work.payload
    scale = 24 / midi.resolution
    return {
        (
            round(midi.time_to_tick(n.start) * scale),
            round((midi.time_to_tick(n.end) - midi.time_to_tick(n.start)) * scale),
            n.pitch,
        )
        for i in midi.instruments
        for n in i.notes
    }


@pytest.fixture(scope="module")
def studio(tmp_path_factory):
    from artwright.core.studio import Studio

    return Studio(home=tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="module")
def waltz():
    """Four bars in F, bass and chords under a tune."""
    from artwright.plugins.music.medium import Music
    from artwright.plugins.music.notation.score_midi import to_midi
    from artwright.plugins.music.theory.score import Score

    tune = [Note(24 * i, 24, p) for i, p in enumerate((72, 77, 76, 74, 70, 74, 72, 76, 79))] + [Note(216, 72, 77)]
    bass = [Note(72 * bar, 24, p) for bar, p in enumerate((41, 46, 48))] + [Note(216, 72, 41)]
    chord = [(53, 57, 60), (53, 58, 62), (52, 55, 58)]
    upper = [tuple(Note(72 * bar + at, 24, chord[bar][k]) for bar in range(3) for at in (24, 48)) for k in range(3)]
    lines = (tuple(tune), tuple(bass), *upper)
    names = ("Right hand", "Left hand", "Left hand", "Left hand", "Left hand")
    score = Score("", "waltz", lines, (Metre(0, 3, 4),), -1, 150.0, names)
    return Music().artwork(to_midi(score, program=[0, 0]), title="waltz")
