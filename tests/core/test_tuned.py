"""Models that learn from what people say: what is heard, how it is learned, what keeps it near, how it is deleted."""

import json
import os
import signal
import subprocess
import sys
import time

import numpy as np
import pytest
import torch
from artwright import Artwork
from artwright.core.errors import InputError, StoreError, UsageError
from artwright.core.feedback.heard import hear
from artwright.core.feedback.store import FeedbackStore
from artwright.core.feedback.taste import TasteUnknown
from artwright.core.home import runs_folder, styles_folder, weights_folder
from artwright.core.training import TrainingPlan, train
from artwright.core.training.preferences import LIMIT, learn_preferences
from artwright.core.tuned import _between, diversity, forget_tuned
from artwright.core.weights import read_cards, save_weights


def work(number):
    return Artwork(medium="dots", payload=None, id=f"sha256:{number:064x}", title=f"work {number}")


class Dots:
    """A medium, as far as hearing needs it."""

    name = "dots"

    def features(self, work):
        return {"number": float(int(work.id.removeprefix("sha256:"), 16))}


class Shelf:
    """A library of works 0 to 99 but for those that are gone."""

    def __init__(self, gone=()):
        self.gone = gone

    def get(self, id_):
        number = int(id_.removeprefix("sha256:"), 16)
        if number in self.gone:
            raise InputError("gone")
        return work(number)


@pytest.fixture
def store(tmp_path):
    kept = FeedbackStore(tmp_path / "home")
    yield kept
    kept.close()


def test_what_was_said_is_heard_with_its_contradictions_and_what_is_gone(store):
    for number in range(24):
        store.prefer(work(2 * number), work(2 * number + 1), user="ann")
    store.prefer(work(1), work(0), user="ann")
    store.rate(work(60), 5, user="ann")
    store.rate(work(61), 2, user="ann")
    store.prefer(work(70), work(71), user="ben")
    heard = hear(store, Shelf(gone={46}), Dots(), "ann")
    assert heard.told == {
        "compared": 24, "implied_by_stars": 1, "contradictory": 2, "works": 49, "works_gone": 1
    }  # fmt: skip
    named = [(heard.works[a].title, heard.works[b].title) for a, b in heard.pairs]
    assert ("work 60", "work 61") in named and ("work 0", "work 1") in named and ("work 1", "work 0") in named
    assert heard.to_dict()["user"] == "ann"


def test_too_little_is_told_in_one_line_with_what_is_needed(store):
    store.rate(work(1), 5, user="ann")
    with pytest.raises(TasteUnknown, match=r"'ann' compared dots too little.*0 comparisons.*at least 20 are needed"):
        hear(store, Shelf(), Dots(), "ann")
    for number in range(20):
        store.prefer(work(2 * number), work(2 * number + 1), user="ann")
    with pytest.raises(TasteUnknown, match="40 works that were judged are not in the library"):
        hear(store, Shelf(gone=range(100)), Dots(), "ann")


class Urn(torch.nn.Module):
    """Draws symbols, each by itself."""

    def __init__(self, logits):
        super().__init__()
        self.logits = torch.nn.Parameter(torch.tensor(logits))

    def nats(self, works):
        logs = torch.log_softmax(self.logits, 0)
        return torch.stack([-logs[torch.as_tensor(one)].sum() for one in works])


def draws(count, rng, size=12):
    return [rng.integers(0, 4, size=size) for _ in range(count)]


def counts(works):
    return [{str(symbol): float((work == symbol).sum()) for symbol in (1, 3)} for work in works]


def learn(net, works, pairs, folder, **kwargs):
    return learn_preferences(
        net, works, pairs, nats=net.nats, names=[f"w{i}" for i in range(len(works))],
        sizes=[len(w) for w in works], features=counts(works), folder=folder, rate=0.05, **kwargs,
    )  # fmt: skip


def test_what_is_preferred_becomes_likelier_and_held_out_works_stay_likely(tmp_path):
    rng = np.random.default_rng(0)
    works, net = draws(240, rng), Urn([0.0] * 4)
    count = [int((one == 3).sum()) for one in works]
    pairs = [(a, b) if count[a] > count[b] else (b, a) for a, b in zip(range(0, 240, 2), range(1, 240, 2))]  # noqa: B905
    learned = learn(net, works, pairs, tmp_path / "run")
    shares = torch.softmax(net.logits, 0)
    assert shares[3] > 0.3 > 0.28 > shares[:3].max()
    assert learned.foretold > 0.8 and learned.less_likely <= LIMIT and learned.pairs + learned.held_out == 120
    assert set(learned.to_dict()) == {
        "comparisons", "held_out_comparisons", "held_out_foretold", "held_out_foretold_by_taste", "held_out_less_likely"
    }  # fmt: skip


def test_nothing_is_learned_from_noise(tmp_path):
    rng = np.random.default_rng(1)
    works, net = draws(200, rng), Urn([0.0] * 4)
    pairs = [(int(a), int(b)) for a, b in rng.permutation(200).reshape(-1, 2)]
    learn(net, works, pairs, tmp_path / "run")
    assert (torch.softmax(net.logits, 0) - 0.25).abs().max() < 0.06
    with pytest.raises(InputError, match="none of the works that were compared can be read"):
        learn(net, works, [], tmp_path / "other")


CODE = """
import sys, os, numpy as np, torch
from pathlib import Path
from artwright.core.training import TrainingPlan, train

torch.manual_seed(0)
net = torch.nn.Sequential(torch.nn.Linear(6, 8), torch.nn.Tanh(), torch.nn.Linear(8, 1))
def loss(module, rng):
    x = torch.from_numpy(rng.normal(size=(16, 6)).astype(np.float32))
    return ((module(x)[:, 0] - x[:, 0] * x[:, 1]) ** 2).mean()
def evaluate(module):
    return float(loss(module, np.random.default_rng(9)).detach())
plan = TrainingPlan(steps=1500, lr=1e-2, evaluate_steps=100, checkpoint_every=0.0)
train(net, loss=loss, evaluate=evaluate, plan=plan, folder=Path(sys.argv[1]), resume=True)
"""


@pytest.mark.slow
def test_a_run_that_is_killed_at_random_moments_ends_with_the_weights_of_an_unbroken_one(tmp_path):
    def start(folder):
        return subprocess.Popen([sys.executable, "-c", CODE, str(folder)], env={**os.environ})

    assert start(tmp_path / "whole").wait(120) == 0
    rng, kills = np.random.default_rng(3), 0
    for _ in range(10):
        run = start(tmp_path / "broken")
        began = time.monotonic()
        while not (tmp_path / "broken" / "checkpoint.safetensors").exists() and time.monotonic() - began < 60:
            time.sleep(0.02)
        time.sleep(float(rng.uniform(2.0, 3.5)))
        if run.poll() is None:
            run.send_signal(signal.SIGKILL)
            kills += 1
        run.wait()
    assert start(tmp_path / "broken").wait(120) == 0 and kills >= 1
    for name in ("checkpoint.safetensors", "best.safetensors"):
        from safetensors.torch import load_file

        one, other = (load_file(str(tmp_path / run / name)) for run in ("whole", "broken"))
        assert one.keys() == other.keys() and all(torch.equal(one[k], other[k]) for k in one)


def test_a_checkpoint_holds_its_own_state_and_a_damaged_one_is_told(tmp_path):
    def go(steps, **kwargs):
        torch.manual_seed(0)
        net = torch.nn.Linear(3, 1)

        def loss(module, rng):
            return module(torch.from_numpy(rng.normal(size=(4, 3)).astype(np.float32))).square().mean()

        train(
            net, loss=loss, evaluate=lambda m: 1.0, plan=TrainingPlan(steps=steps, decay_share=0), folder=tmp_path / "r",
            **kwargs,
        )  # fmt: skip
        return net.weight

    go(3, resume=False)
    state = tmp_path / "r" / "state.json"
    state.write_text(json.dumps({**json.loads(state.read_text()), "step": 0}))  # as if killed between the two files
    go(5, resume=True)
    assert (
        json.loads(state.read_text())["step"] == 5 and len((tmp_path / "r" / "log.jsonl").read_text().split("\n")) == 3
    )
    (tmp_path / "r" / "checkpoint.safetensors").write_bytes(b"nothing")
    with pytest.raises(StoreError, match=r"checkpoint.*cannot be read.*begin anew with --force"):
        go(6, resume=True)


def test_variety_is_measured_in_spreads_of_the_judged_works():
    before = [{"a": 0.0, "b": 10.0, "c": 1.0}, {"a": 2.0, "b": 30.0, "c": 1.0}, {"a": 4.0, "b": 10.0, "c": 1.0}]
    half = [{name: value / 2 for name, value in row.items()} for row in before]
    assert diversity(half, by=before) == pytest.approx(diversity(before, by=before) / 2)
    assert diversity(before[:1] * 3, by=before) == 0.0


def test_weights_lie_between_and_what_is_counted_stays():
    base = {"w": np.zeros((2, 2), np.float32), "n": np.array([1, 2]), "odd": np.zeros(2, np.float32)}
    tuned = {"w": np.ones((2, 2), np.float32), "n": np.array([3, 4]), "odd": np.ones(3, np.float32)}
    found = _between(base, tuned, 0.25)
    assert found["w"].tolist() == [[0.25, 0.25], [0.25, 0.25]] and found["n"].tolist() == [3, 4]
    assert found["odd"].tolist() == [1, 1, 1]


def test_who_is_forgotten_leaves_no_model(tmp_path):
    folder, styles = weights_folder(tmp_path, "music"), styles_folder(tmp_path, "music")
    styles.mkdir(parents=True)
    for name, card in (("ann", {"heard": {"user": "ann"}}), ("ann-lexicon", {"heard": {"user": "ann"}}), ("bach", {})):
        save_weights(folder / f"{name}.safetensors", {"w": np.ones(3, np.float32)}, card)
        (styles / f"{name}.json").write_text(json.dumps({"weights": name}))
        runs_folder(tmp_path, "music", name).mkdir(parents=True)
    painted = styles_folder(tmp_path, "painting")
    painted.mkdir(parents=True)
    (painted / "liked.json").write_text(json.dumps({"heard": {"user": "ann"}}))
    (painted / "broken.json").write_text("{")
    gone = forget_tuned(tmp_path, "ann", ("music", "painting"))
    assert len(gone) == 5 and not any(path.exists() for path in gone)
    assert list(read_cards(folder)) == ["bach.safetensors"] and (styles / "bach.json").exists()
    assert not runs_folder(tmp_path, "music", "ann").exists() and runs_folder(tmp_path, "music", "bach").exists()
    assert (painted / "broken.json").exists() and forget_tuned(tmp_path, "ann", ("music", "painting")) == []


def pieces(count):
    """Melodies of narrow and of wide steps by turns, of one length."""
    import pretty_midi
    from artwright.plugins.music.medium import Music

    rng, found = np.random.default_rng(0), []
    for number in range(count):
        midi = pretty_midi.PrettyMIDI(initial_tempo=120)
        part, at = pretty_midi.Instrument(0), 67
        for beat in range(16):
            step = rng.choice([5, 7, -5, -7] if number % 2 else [1, 2, -1, -2])
            at = int(np.clip(at + step, 55, 84))
            part.notes.append(pretty_midi.Note(80, at, beat / 2, beat / 2 + 0.5))
        midi.instruments.append(part)
        found.append(Music().artwork(midi, title=f"{number}"))
    return found


def test_the_composer_learns_wide_melodies_and_writes_in_the_style_of_the_person(tmp_path):
    from artwright import Studio

    studio = Studio(tmp_path / "home", device="cpu")
    music, works = studio.registry.medium("music"), pieces(48)
    for one in works:
        studio.library.add(one, music)
    for narrow, wide in zip(works[::2], works[1::2], strict=True):
        studio.feedback.prefer(wide, narrow, user="ann")
    report = studio.train("music", None, name="ann", from_feedback="ann", minutes=1)
    assert report.card["heard"]["compared"] == 24 and report.card["evaluation"]["diversity"] is None
    made = studio.generate("music", "morning", style="ann", options={"bars": 4, "best_of": 1}, seed=1, keep=False)
    assert list(made.provenance.weights) == ["ann.safetensors"]
    with pytest.raises(InputError, match="can't be mixed"):
        studio.generate("music", "morning", style="ann:0.5+bach:0.5", seed=1, keep=False)
    count, gone = studio.forget("ann")
    assert count == 24 and {path.name for path in gone} == {"ann.safetensors", "ann.json"}
    studio.feedback.close()


def test_verse_is_read_by_the_models_that_are_tuned_as_it_is_stored():
    from artwright.core.artwork import Text
    from artwright.plugins.literature.lm.lending import weights_of
    from artwright.plugins.literature.models.verse_zh.tuning import TunableVerse

    model = TunableVerse(weights_of("verse-zh"))
    model.network.eval()
    lines = ("床前明月光，", "疑是地上霜。", "举头望明月，", "低头思故乡。")
    mixed = ("明前床月光，", "疑上地是霜。", "举望头明月，", "低思头故乡。")
    poems = [Text(stanzas=(one,), language="zh", form="wujue") for one in (lines, mixed)]
    read = model.read([*poems, Text(stanzas=(("so it goes",),), language="en")])
    assert read[2] is None and model.size(read[0]) == model.size(read[1])
    with torch.no_grad():
        real, shuffled = model.nats(read[:2]).tolist()
    assert real + 20 < shuffled
    stored = model.arrays()
    assert stored.keys() == model._stored.keys() and all(
        np.allclose(stored[k], model._stored[k], atol=1e-6) for k in stored
    )


def test_the_command_says_what_to_learn_from():
    from artwright.cli import cli
    from click.testing import CliRunner

    for arguments, said in (
        (("music", "train"), "a FOLDER of works, or --from-feedback USER"),
        (("music", "train", ".", "--from-feedback", "ann"), "a FOLDER of works, or --from-feedback USER"),
        (("music", "train", "."), "--name NAME"),
        (("music", "train", "--from-feedback", "nobody"), "'nobody' compared music too little"),
        (("literature", "train", "--from-feedback", "nobody", "-m", "prose-en"), "has no use for a feedback"),
    ):
        with pytest.raises(UsageError, match=said):
            CliRunner().invoke(cli, arguments, catch_exceptions=False)
