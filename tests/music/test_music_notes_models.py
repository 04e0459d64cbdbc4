"""Language models of notes: a tiny one of the Anticipatory Music Transformer's vocabulary, every verb and option, what is refused."""

from __future__ import annotations

import json
import shutil
from itertools import pairwise

import numpy as np
import pytest
from artwright import Studio
from artwright.core.errors import ArtwrightError, InputError, WeightsError
from artwright.plugins.music.medium import Music
from artwright.plugins.music.models.hf.arrivals import TOKENS, Event, Frame, Heat, write_events
from artwright.plugins.music.notation.score_midi import from_midi
from tiny_models import save_notes_model


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return save_notes_model(tmp_path_factory.mktemp("arrivals"))


@pytest.fixture(scope="module")
def studio(tmp_path_factory):
    return Studio(home=tmp_path_factory.mktemp("home"), device="cpu")


@pytest.fixture(scope="module")
def given(studio):
    """Four bars for strings in three four."""
    options = {"bars": 4, "metre": "3/4", "instruments": "violin,cello", "voices": 2, "best_of": 1, "pickup": "no"}
    return studio.generate("music", "a waltz", options=options, seed=1)


def _notes(work):
    midi = work.payload
    scale = 24 / midi.resolution
    return {
        (i.program, n.pitch, round(midi.time_to_tick(n.start) * scale), round(midi.time_to_tick(n.end) * scale))
        for i in midi.instruments
        for n in i.notes
    }


def test_vocabulary_is_the_published_one():
    assert TOKENS == 55_028
    assert Event(0, 1, 0, 60).tokens() == [0, 10_001, 11_060]
    assert Event(150, 25, 40, 67).tokens(100) == [50, 10_025, 11_000 + 128 * 40 + 67]
    assert Event(0, 0, 0, 0).tokens(given=True) == [27_513, 37_513, 38_513]


@pytest.mark.parametrize(
    ("metre", "tempo", "bars"), [("4/4", 100, 4), ("3/4", 71.3, 5), ("6/8", 133, 3), ("5/8", 60, 4)]
)
def test_bars_add_up_whatever_the_model(studio, folder, metre, tempo, bars):
    options = {"bars": bars, "metre": metre, "tempo_qpm": tempo, "instruments": "violin,cello", "key": "D major"}
    work = studio.generate("music", "the sea", model=f"hf:{folder}", options=options, seed=2)
    top, bottom = map(int, metre.split("/"))
    notes = _notes(work)
    assert notes
    for program, pitch, on, off in notes:
        assert on % 24 in (0, 6, 8, 12, 16, 18)
        assert 0 <= on < off <= bars * 96 * top // bottom
        assert {40: (55, 93), 42: (36, 76)}[program][0] <= pitch <= {40: (55, 93), 42: (36, 76)}[program][1]
        assert (pitch - 2) % 12 in (0, 2, 4, 5, 7, 9, 11)
    assert from_midi(work.payload).metres[0].numerator == top


def test_the_same_seed_gives_the_same_music_and_manifest(call, folder, tmp_path):
    shutil.copytree(folder, tmp_path / "amt")
    asked = ("music", "generate", "a slow march", "-m", "hf:./amt", "--bars", 2, "--seed", 7)
    for name in ("a.mid", "b.mid"):
        done = call(*asked, "--output", name)
        assert done.code == 0, done.err
    assert (tmp_path / "a.mid").read_bytes() == (tmp_path / "b.mid").read_bytes()
    made = Music().load(tmp_path / "a.mid").provenance
    assert made.model == "hf:./amt"
    assert set(made.weights) == {"model.safetensors"}
    again = call("replay", "a.mid", "--output", "c.mid")
    assert again.code == 0, again.err
    assert Music().load(tmp_path / "c.mid").id == Music().load(tmp_path / "a.mid").id


def test_continuing_keeps_what_was_given(studio, folder, given):
    options = {"task": "continue", "bars": 3}
    work = studio.generate("music", "a waltz", model=f"hf:{folder}", options=options, sources=[given], seed=3)
    before, after = _notes(given), _notes(work)
    assert before <= after
    new = after - before
    assert new
    assert {program for program, *_ in new} <= {40, 42}
    assert all(4 * 72 <= on < off <= 7 * 72 for _, _, on, off in new)


@pytest.mark.parametrize("region", ["bars 2-3", "bars 2-3 voices 1"])
def test_restoring_changes_the_region_alone(studio, folder, given, region):
    mended = studio.restore(given, model=f"hf:{folder}", region=region, seed=3)
    voices = {40} if "voices" in region else {40, 42}

    def outside(notes):
        return {n for n in notes if not (n[0] in voices and 72 <= n[2] < 216)}

    assert outside(_notes(given)) == outside(_notes(mended))
    assert _notes(mended) != _notes(given)
    for program in (40, 42):  # each voice still sounds one note at a time
        line = sorted((on, off) for p, _, on, off in _notes(mended) if p == program and 72 <= on < 216)
        assert all(a[1] <= b[0] for a, b in pairwise(line))


def test_a_window_that_is_full_goes_on(studio, folder):
    work = studio.generate("music", "the sea", model=f"hf:{folder}", options={"bars": 40, "tempo_qpm": 120}, seed=1)
    assert len(_notes(work)) > 100  # three times 85 triples are what a model of 256 places reads at once


def test_a_key_that_was_asked_for_is_told_where_another_is_heard(studio, folder):
    works = [
        studio.generate("music", "the sea", model=f"hf:{folder}", options={"bars": 2, "key": "E minor"}, seed=seed)
        for seed in range(3)
    ]
    for work in works:
        notes = work.provenance.notes
        assert notes["key"] == "E minor"
        assert bool(work.remarks and "was asked for" in " ".join(work.remarks)) == (notes["key_heard"] != "E minor")


def test_what_a_model_is_sure_of_it_writes():
    """A network that says what it is told: the next triple of a scale, whatever the mask leaves out."""

    class Sure:
        width, vocabulary = 1024, TOKENS
        plan = [token for i in range(8) for token in Event(25 * i, 25, 0, 60 + i).tokens()] + [9_999]

        def read(self, tokens):
            self.at = len(tokens) - 1
            return self

        def step(self, tokens):
            self.at += len(tokens)
            return self

        @property
        def log_p(self):
            row = np.full((1, TOKENS), -20.0, np.float32)
            row[0, self.plan[self.at]] = 0
            return row

    grid = np.arange(0, 201, 25)
    frame = Frame(grid[:-1], grid[1:], 200, {0: range(21, 109)}, 100)
    events, chance = write_events(Sure(), frame, np.random.default_rng(0), Heat(1.0, 0.5))
    assert events == [Event(25 * i, 25, 0, 60 + i) for i in range(8)]
    assert chance > -0.1


# Each verb and option: what it is asked with, and the words of the one line where it does nothing ("" where it works).
TABLE = [
    ("generate", {"temperature": 0.7, "top_p": 0.9, "best_of": 2}, ""),
    ("generate", {"instruments": "quartet"}, ""),
    ("generate", {"instruments": "drums"}, "no drums"),
    ("generate", {"metre": "7/5"}, "not a metre"),
    ("generate", {"key": "H major"}, "not a key"),
    ("generate", {"task": "continue"}, "needs a work to build on"),
    ("generate", {"task": "continue", "metre": "3/4"}, "does nothing where task"),
    ("generate", {"task": "vary"}, "one of: compose, continue"),
    ("generate", {"voices": 2}, "has no option 'voices'"),
    ("restore", {"temperature": 0.7, "top_p": 0.9, "best_of": 2}, ""),
    ("restore", {"bars": 2}, "counts for: generate"),
    ("restore", {"key": "C major"}, "counts for: generate"),
    ("transfer_style", {}, "does not transfer-style"),
    ("inspire", {}, "does not inspire"),
    ("train", {}, "does not train"),
    ("evaluate", {}, "does not evaluate"),
]


@pytest.mark.parametrize(("verb", "options", "told"), TABLE)
def test_every_option_works_or_says_why_not(studio, folder, given, tmp_path, verb, options, told):
    asked = {"model": f"hf:{folder}", "options": options if verb != "generate" else {"bars": 1, **options}}
    calls = {
        "generate": lambda: studio.generate("music", "a hill", seed=1, **asked),
        "restore": lambda: studio.restore(given, region="bars 2", seed=1, **asked),
        "transfer_style": lambda: studio.transfer_style(given, "bach", seed=1, **asked),
        "inspire": lambda: studio.inspire("music", "a hill", **asked),
        "train": lambda: studio.train("music", tmp_path, name="mine", **asked),
        "evaluate": lambda: studio.evaluate("music", tmp_path, **asked),
    }
    if not told:
        assert calls[verb]().provenance.operation == verb
        return
    with pytest.raises(ArtwrightError, match=told) as refused:
        calls[verb]()
    assert "\n" not in str(refused.value)


def test_candidates_are_chosen_by_the_score(studio, folder):
    asked = {"model": f"hf:{folder}", "seed": 1, "options": {"bars": 1}}
    best = studio.generate("music", "a hill", candidates=3, **asked)
    assert best.score >= studio.generate("music", "a hill", **asked).score


def test_a_style_is_nobodys(studio, folder):
    with pytest.raises(InputError, match="leave the style out"):
        studio.generate("music", "a hill", model=f"hf:{folder}", style="bach")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"vocab_size": 50_257}, "vocabulary of 50257"),
        ({"auto_map": {"AutoModel": "mine.Mine"}}, "code of its own"),
        ({"model_type": "nobody-knows"}, "cannot be loaded"),
    ],
)
def test_other_models_are_refused_in_one_line(studio, folder, tmp_path, change, told):
    shutil.copytree(folder, tmp_path / "amt")
    path = tmp_path / "amt" / "config.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | change))
    with pytest.raises(WeightsError, match=told) as refused:
        studio.generate("music", "a hill", model=f"hf:{tmp_path}/amt")
    assert "\n" not in str(refused.value)


def test_pickles_are_never_opened(studio, folder, tmp_path):
    shutil.copytree(folder, tmp_path / "amt")
    (tmp_path / "amt" / "model.safetensors").rename(tmp_path / "amt" / "pytorch_model.bin")
    with pytest.raises(WeightsError, match="may run code"):
        studio.generate("music", "a hill", model=f"hf:{tmp_path}/amt")
