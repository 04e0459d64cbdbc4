"""What a plan with roles asks of each phrase: chords that lead to its close, a pulse for who accompanies, parts in their order."""

from __future__ import annotations

import itertools
import json

import numpy as np
import pytest
from artwright.core.errors import InputError, UnknownName
from artwright.core.studio import Studio
from artwright.plugins.music.composing.character import PLAIN
from artwright.plugins.music.composing.ensembles.form import plan_roles, sketch_form
from artwright.plugins.music.composing.ensembles.leanings import length_bias, pitch_bias
from artwright.plugins.music.composing.ensembles.masks import TICKS, Rules
from artwright.plugins.music.composing.ensembles.reach import players_of
from artwright.plugins.music.composing.ensembles.saved_plans import load_plan, save_plan
from artwright.plugins.music.composing.ensembles.taste import phrase_cost
from artwright.plugins.music.models.composer.roles.cursor import Cursor
from artwright.plugins.music.models.composer.vocabulary import LENGTH_ID, LOW
from artwright.plugins.music.theory.keys import parse_key


def plan(seed: int = 1, **more):
    asked = {"style": "quartet", "ensemble": "quartet", "bars": 16, "metre": (4, 4), "signature": 0, "minor": False}
    return plan_roles(np.random.default_rng(seed), **asked | more)


@pytest.mark.parametrize("minor", [False, True])
@pytest.mark.parametrize("ensemble", ["quartet", "piano", "choir"])
def test_chords_fill_each_phrase_up_to_its_close_and_lead_there(minor, ensemble):
    for seed in range(6):
        made = plan(seed, ensemble=ensemble, style=ensemble, minor=minor)
        for close in made.closes:
            mine = [c for c in made.chords if close.begin <= c.start < close.end]
            assert mine[0].start == close.begin and mine[-1].stop == close.start
            assert all(a.stop == b.start for a, b in itertools.pairwise(mine))
            if close.full and len(mine) > 1:
                assert mine[-1].root == close.key.dominant[0]
        assert made.chords[0].root == made.closes[0].key.tonic
        assert made.chord_at(made.closes[0].start) is None and made.chord_at(0) is made.chords[0]


def test_each_kind_of_section_has_a_pulse_of_its_own():
    made = plan(form="aaba")
    assert made.form == "AABA"
    first, _, middle, last = (ticks for _, _, ticks in made.pulses)
    assert first == last != middle and {first, middle} <= {12, 24, 48}
    assert plan(ensemble="piano", style="waltz", metre=(3, 4)).pulses == ()


def test_bows_are_not_crossed_and_basses_like_the_root_of_the_chord():
    made = plan()
    rules = Rules(players_of("quartet"), PLAIN)
    cursor = Cursor(made.frame)
    bass = cursor.copy()
    bass.slot = made.frame.slots[-1]
    bias = pitch_bias(bass, made, rules)
    root = 48 - LOW + 1
    assert bias[root] == bias[40:60].max()
    cursor.push(67 - LOW + 1, LENGTH_ID[24])
    after = pitch_bias(cursor, made, rules)
    assert after[72 - LOW + 1] < after[60 - LOW + 1] - 1
    pulse = made.pulse_at(0)
    liked = length_bias(cursor, made, rules, 60)
    assert liked[: len(TICKS) - 1].argmax() == LENGTH_ID[pulse]


def test_quartets_in_one_rhythm_cost_more():
    made = plan(bars=4)

    def cost(lengths: list[int]) -> float:
        cursor = Cursor(made.frame)
        while not cursor.done and cursor.now < 384:
            tone = (72, 67, 64, 48)[made.frame.slots.index(cursor.slot)] + (cursor.now // 24) % 3
            cursor.push(tone - LOW + 1, LENGTH_ID[lengths[made.frame.slots.index(cursor.slot)]])
        return phrase_cost(cursor, 0, 384, None, made.closes[-1].key)

    assert cost([24, 24, 24, 24]) > cost([24, 12, 12, 48])


@pytest.mark.parametrize("ensemble", ["song", "piano", "quartet"])
@pytest.mark.parametrize("key", ["Bb major", "f# minor"])
@pytest.mark.parametrize("form", ["aaba", "rondo", "minuet", "variations"])
def test_a_saved_plan_gives_the_form_again(tmp_path, ensemble, key, form):
    home = parse_key(key)
    sketch = sketch_form(np.random.default_rng(0), ensemble=ensemble, bars=40, minor=home.minor, form=form)
    save_plan(tmp_path / "p.json", sketch, style="waltz", metre=(3, 4), key=home, tempo_qpm=120.0)
    saved = load_plan(tmp_path / "p.json")
    again = saved.sketch()
    assert (again.sections, again.bars) == (sketch.sections, sketch.bars)
    assert again.phrases[:-1] == sketch.phrases[:-1] and again.phrases[-1][:3] == sketch.phrases[-1][:3]
    assert (saved.home.number, saved.metre, saved.tempo_qpm) == (home.number, "3/4", 120.0)


PHRASE = {"bars": 2, "key": "C major", "close": "full"}
PLAN = {"style": "waltz", "metre": "3/4", "key": "C major", "sections": [{"name": "A", "phrases": [PHRASE]}]}


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"key": "H"}, "is not a key"),
        ({"key": "D dorian"}, "major or minor"),
        ({"sections": []}, "sections"),
        ({"sections": [{"name": "A", "phrases": [PHRASE | {"bars": 0}]}]}, "sections > 1 > phrases > 1 > bars"),
        ({"sections": [{"name": "A", "phrases": [PHRASE | {"close": "half"}]}]}, "ends with a full close in its key"),
        ({"sections": [{"name": "A", "phrases": [PHRASE | {"key": "G major"}]}]}, "ends with a full close in its key"),
        ({"sections": [{"name": "outro", "phrases": [PHRASE]}]}, "one section at least"),
        (
            {"sections": [{"name": "A", "phrases": [PHRASE]}, {"name": "intro", "phrases": [PHRASE]}]},
            "only the first is an intro",
        ),
        ({"sections": [{"name": "A", "phrases": [PHRASE | {"bars": 32}] * 9}]}, "288 bars"),
        ({"forms": 1}, "forms"),
    ],
)
def test_wrong_plans_get_one_line(tmp_path, change, says):
    (tmp_path / "p.json").write_text(json.dumps(PLAN | change))
    with pytest.raises(InputError, match=says) as told:
        load_plan(tmp_path / "p.json").sketch()
    assert "\n" not in str(told.value)


def test_a_plan_is_written_again(tmp_path):
    studio = Studio(home=tmp_path / "home")
    away = {"name": "B", "phrases": [PHRASE | {"key": "G major"}]}
    rows = PLAN | {"sections": [*PLAN["sections"], away, *PLAN["sections"]], "tempo_qpm": 100.0}
    (tmp_path / "p.json").write_text(json.dumps(rows))
    options = {"plan": str(tmp_path / "p.json"), "best_of": 1, "save_plan": str(tmp_path / "again.json")}
    work = studio.generate("music", "calm", options=options, seed=1, keep=False)
    notes = work.provenance.notes
    assert notes["plan"]["keys"] == ["C major", "G major", "C major"] and notes["plan"]["form"] == "ABA"
    assert (notes["bars"], notes["metre"], notes["tempo_qpm"], notes["ensemble"]) == (6, "3/4", 100.0, "piano")
    assert json.loads((tmp_path / "again.json").read_text())["sections"] == rows["sections"]
    with pytest.raises(InputError, match="the plan says the bars"):
        studio.generate("music", "calm", options=options | {"bars": 4, "save_plan": ""}, seed=1)
    with pytest.raises(InputError, match="--plan counts in the styles for piano"):
        studio.generate("music", "calm", style="ryan", options={"plan": options["plan"]}, seed=1)
    with pytest.raises(InputError, match="--save-plan counts in the styles"):
        studio.generate("music", "calm", style="ryan", options={"save_plan": str(tmp_path / "no.json")}, seed=1)
    (tmp_path / "p.json").write_text(json.dumps(PLAN | {"style": "monet"}))
    with pytest.raises(UnknownName, match="monet"):
        studio.generate("music", "calm", options={"plan": options["plan"]}, seed=1)
