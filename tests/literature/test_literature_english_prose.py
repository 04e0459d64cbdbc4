"""English prose and what is built on it: n-grams, the memory of a page, bits per character, gaps, transfer, ideas."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from artwright.core.artwork import Text
from artwright.core.errors import FormatError, InputError
from artwright.core.requests import EvaluateRequest, GenerateRequest, RestoreRequest, TransferRequest
from artwright.core.style import Style
from artwright.plugins.literature.lm.memory import BackoffMemory
from artwright.plugins.literature.lm.ngrams import Ngrams, build_ngrams
from artwright.plugins.literature.medium import Literature
from artwright.plugins.literature.models.prose_en.engine import ProseEngine

NAMES = "Anna Tom Clara John Mary Peter".split()
VERBS = "saw heard found took left kept lost sought held met".split()
THINGS = "river house garden letter road lamp window mountain ship child".split()


def sentences(count: int, seed: int) -> str:
    rng = np.random.default_rng(seed)
    made = [
        f"{rng.choice(NAMES)} {rng.choice(VERBS)} the {rng.choice(THINGS)} and {rng.choice(VERBS)} the old "
        f"{rng.choice(THINGS)}."
        for _ in range(count)
    ]
    return "\n\n".join(" ".join(made[i : i + 4]) for i in range(0, count, 4))


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory, training: Any) -> Path:
    """A home with a prose model and a verse model of our own, both real and tiny."""
    from artwright.plugins.literature.models.prose_en.training import train_prose
    from artwright.plugins.literature.models.verse_en.training import train_verse

    home = tmp_path_factory.mktemp("home")
    corpus = home / "corpus"
    for author, seed in (("ann", 1), ("bob", 2)):
        (corpus / author).mkdir(parents=True)
        for work in range(3):
            (corpus / author / f"{work}.txt").write_text(sentences(160, 10 * seed + work), "utf-8")
    rows = [{"title": str(n), "lines": sentences(8, n).replace("\n\n", " ").split(". ")} for n in range(40)]
    (corpus / "poems.jsonl").write_text("\n".join(map(json.dumps, rows)), "utf-8")
    train_prose(training("prose-en", corpus, home, name="tiny-prose", steps=30))
    train_verse(training("verse-en", corpus / "poems.jsonl", home, name="tiny-verse", steps=2))
    return home


@pytest.fixture
def engine(models: Path) -> ProseEngine:
    return ProseEngine.load(models / "weights" / "literature" / "tiny-prose.safetensors")


def test_ngrams_sum_to_one_and_beat_chance(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    stream = np.cumsum(rng.choice([1, 2, 3], p=[0.7, 0.2, 0.1], size=6000)).astype(np.uint16) % 50
    grams = build_ngrams(stream[:5000].astype(np.uint16), 50, least=(1, 1, 2))
    for context in ([], [3], [3, 4], [49, 0], [17, 40]):
        p = grams.distribution(context)
        assert abs(p.sum() - 1) < 1e-9
        assert (p > 0).all()
        assert abs(p[7] - grams.probability(context, 7)[0]) < 1e-12
    held = stream[5000:].tolist()
    bits = -np.mean([np.log2(grams.probability(held[max(0, i - 2) : i], held[i])[0]) for i in range(2, len(held))])
    assert bits < 1.6 < np.log2(50)
    arrays = {k: np.asarray(v) for k, v in grams.arrays("x").items()}
    again = Ngrams.from_arrays(arrays, "x", 50)
    assert np.array_equal(again.distribution([3, 4]), grams.distribution([3, 4]))


def test_memory_sums_to_one_and_learns() -> None:
    memory, base = BackoffMemory(strengths=(50.0, 5.0, 2.0, 1.0)), np.full(10, 0.1)
    text = [1, 2, 3, 1, 2, 3, 1, 2, 3, 1, 2]
    for i, token in enumerate(text):
        memory.add(text[max(0, i - 3) : i], token)
    p = memory.distribution(text, base.copy())
    assert abs(p.sum() - 1) < 1e-9
    assert p.argmax() == 3
    assert abs(memory.probability(text, 3, 0.1) - p[3]) < 1e-12


def test_the_mixture_is_better_than_its_network(models: Path, ask: Any, context_at: Any) -> None:
    from artwright.plugins.literature.english.evaluate import evaluate

    def measure(path: Path, weights: str = "") -> dict[str, Any]:
        return evaluate(ask(EvaluateRequest, model="prose-en", path=path, weights=weights), context_at(models))

    folder = models / "held"
    folder.mkdir()
    (folder / "new.txt").write_text(sentences(40, 99), "utf-8")
    found = measure(folder, weights="tiny-prose")
    assert found["kind"] == "prose"
    assert found["characters"] == len(sentences(40, 99)) + 1
    assert 0 < found["bits_per_char"] < 1.3
    assert found["bits_per_char"] < found["network_bits_per_char"]
    poems = models / "held.jsonl"
    poems.write_text(json.dumps({"lines": ["Anna saw the river", "and left the old house."]}), "utf-8")
    assert measure(poems, weights="tiny-prose")["characters"] == len("Anna saw the river\nand left the old house.") + 1
    with pytest.raises(InputError, match="nothing at"):
        measure(models / "none")
    broken = models / "broken"
    broken.mkdir()
    (broken / "bad.txt").write_bytes(b"abc \xff\xfe")
    with pytest.raises(FormatError, match=r"bad\.txt.*byte 4 is 0xff"):
        measure(broken, weights="tiny-prose")


def test_windows_that_overlap_agree_with_one_pass(engine: ProseEngine) -> None:
    tokens = engine.encode(sentences(30, 5))[:200]
    whole = engine.network_log_p(tokens, "prose")
    cache, hidden = engine.open("prose", "", tokens[:20], 4)
    from artwright.core.transformer.sampling import log_softmax

    assert abs(float(log_softmax(hidden @ engine.head)[0, tokens[20]]) - whole[20]) < 1e-3
    assert cache.length == 22


def test_prose_goes_on_from_an_opening_and_keeps_its_seed(models: Path, ask: Any, context_at: Any) -> None:
    from artwright.plugins.literature.english.writer import write

    def page(voice: str = "", **options: Any) -> tuple[Text, dict[str, Any]]:
        return write(
            ask(GenerateRequest, theme="river", **options), context_at(models, 1), form="prose-en", voice=voice
        )

    chosen = {
        "length": 40,
        "opening": "Clara saw the river and",
        "memory": "Clara lives by the river",
        "weights": "tiny-prose",
    }
    text, notes = page("ann", **chosen)
    again, _ = page("ann", **chosen)
    assert text == again
    assert str(text).startswith("Clara saw the river and")
    assert notes["words"] >= 30
    with pytest.raises(InputError, match="voice"):
        page("nobody", **chosen)
    with pytest.raises(InputError, match="for verse"):
        page(acrostic="AB")


def test_gaps_are_cut_and_filled(models: Path, engine: ProseEngine, ask: Any, context_at: Any) -> None:
    from artwright.plugins.literature.english.restore import Filler, _cut, restore
    from artwright.plugins.literature.models.verse_en.engine import VerseEngine

    verse = VerseEngine.load(models / "weights" / "literature" / "tiny-verse.safetensors")
    words = [w for i, w in enumerate(verse.words) if verse.lexicon.usable[i]]
    text = Text(stanzas=(("Anna saw the ____ and left the old house.",),), language="en", form="prose")
    ranked = Filler(engine, verse.lexicon, words, text).rank([list(s) for s in text.stanzas], 0, 0)
    assert abs(sum(p for _, p in ranked) - 1) < 1e-6
    assert {w for w, _ in ranked[:10]} & set(THINGS)
    lines = [["Anna saw the river"]]
    _cut(lines, "1:4")
    assert lines == [["Anna saw the ____"]]
    whole = Literature().artwork(Text(stanzas=(("no gap",),), language="en"))
    for region, message in ((None, "no gap"), ("1:9", "has 2 words"), ("x", "LINE:WORD")):
        with pytest.raises(InputError, match=message):
            restore(ask(RestoreRequest, artwork=whole, region=region), context_at(models))


def test_transfer_keeps_content_words(models: Path, ask: Any, context_at: Any) -> None:
    from artwright.plugins.literature.english.content import content_words
    from artwright.plugins.literature.english.transfer import transfer

    text = Text(stanzas=(("Anna saw the river. Tom kept the lamp.",),), language="en", form="prose")
    assert content_words(text) == ["anna", "saw", "river", "tom", "kept", "lamp"]

    def anew(strength: float) -> tuple[Text, dict[str, Any]]:
        style = Style.parse("bob")
        work = Literature().artwork(text)
        asked = ask(TransferRequest, artwork=work, style=style, strength=strength, weights="tiny-prose")
        return transfer(asked, context_at(models, 3), style="bob")

    made, notes = anew(1.0)
    assert made.form == "prose"
    assert 0 <= notes["kept_share"] <= 1
    same, _ = anew(0.0)
    assert "Tom kept the lamp." in str(same)


def test_plots_and_titles_need_no_model() -> None:
    from artwright.plugins.literature.english.inspire import _plot, _title

    rng = np.random.default_rng(0)
    assert (
        "sea" in _title(rng, ["sea", "storm", "night"]).text.lower()
        or "storm" in _title(rng, ["sea", "storm", "night"]).text.lower()
    )
    plot = _plot(rng, ["sea", "storm", "night"])
    assert plot.text.startswith("I. ")
    assert {"hero", "want", "obstacle", "reversal", "end"} == set(plot.data)
