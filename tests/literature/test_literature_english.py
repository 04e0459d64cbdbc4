"""English literature: sound, metre, the verse model and its masks, the checker, reading, gaps, ideas."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from artwright.core.artwork import Text
from artwright.core.errors import InputError, StoreError, WeightsError
from artwright.core.theme import Theme
from artwright.plugins.literature.english import checker, forms, phonetics, reader, words
from artwright.plugins.literature.english import prosody as metre
from artwright.plugins.literature.english.explain import explain

SONNET = """Shall I compare thee to a summer's day?
Thou art more lovely and more temperate:
Rough winds do shake the darling buds of May,
And summer's lease hath all too short a date;
Sometime too hot the eye of heaven shines,
And often is his gold complexion dimm'd;
And every fair from fair sometime declines,
By chance or nature's changing course untrimm'd;
But thy eternal summer shall not fade,
Nor lose possession of that fair thou ow'st;
Nor shall death brag thou wander'st in his shade,
When in eternal lines to time thou grow'st:
So long as men can breathe or eyes can see,
So long lives this, and this gives life to thee.""".split("\n")
RAVEN = """Once upon a midnight dreary, while I pondered, weak and weary,
Over many a quaint and curious volume of forgotten lore,
While I nodded, nearly napping, suddenly there came a tapping,
As of some one gently rapping, rapping at my chamber door.""".split("\n")
BAKER = (
    "A baker who lived by the sea,",
    "Made bread that was better than tea;",
    "He cut it in two,",
    "And gave it to you,",
    "And that was the end of his glee.",
)
FOLD = """The Assyrian came down like the wolf on the fold,
And his cohorts were gleaming in purple and gold;
And the sheen of their spears was like stars on the sea,
When the blue wave rolls nightly on deep Galilee.""".split("\n")


def options(**changes: object) -> SimpleNamespace:
    plain: dict[str, object] = {
        "acrostic": "",
        "keywords": "",
        "keep": "",
        "rhyme": "",
        "best_of": 12,
        "temperature": 0.8,
        "length": 0,
        "opening": "",
        "memory": "",
        "weights": "",
    }
    return SimpleNamespace(**(plain | changes))


@pytest.mark.parametrize(
    ("word", "stress"),
    [
        ("liberty", "102"),
        ("wandered", "10"),
        ("o'er", "1"),
        ("loneliness", "100"),
        ("lovest", "10"),
        ("moonbeam", "10"),
        ("murm'ring", "10"),
        ("untrimm'd", "01"),
    ],
)
def test_sound_by_dictionary_and_rule(word: str, stress: str) -> None:
    found = phonetics.sounds(word)
    assert found
    assert len(found[0].stress) == len(stress)


def test_unknown_words_have_syllables_but_no_sound() -> None:
    assert phonetics.sounds("brrzgtx") == ()
    assert phonetics.count_syllables("brrzgtx") == 1
    assert phonetics.count_syllables("hmm") >= 1


def test_rhymes() -> None:
    assert phonetics.rhymes("sea", "tree")
    assert phonetics.rhymes("fading", "shading")
    assert not phonetics.rhymes("sea", "sea")
    assert not phonetics.rhymes("moon", "sun")


@pytest.mark.parametrize(
    "line",
    [
        "The sea, the sea; and o'er it all",
        "'Tis not the night\u2014it is the day!",
        "I'll go to France, and then come home.",
    ],
)
def test_lines_survive_reading_and_printing(line: str) -> None:
    cased = {"i": "I", "i'll": "I'll", "france": "France"}
    assert words.detokenize(words.tokenize(line), lambda w: cased.get(w, w)) == line


def test_stray_spaces_at_apostrophes_are_taken_out() -> None:
    assert words.tokenize("Time' s fool thou liv' dst, 't is true") == [
        "time's",
        "fool",
        "thou",
        "liv'dst",
        ",",
        "'tis",
        "true",
    ]


def test_words_on_their_places() -> None:
    assert metre.fits("01", "wS")
    assert not metre.fits("10", "wS")
    assert metre.fits("100", "SwS")
    assert metre.is_plain_iambic("the moon above the silent river falls".split())
    assert not metre.is_plain_iambic("silent river falls above the moon and sea".split())
    assert not metre.is_plain_iambic("the moon above the xqzvw".split())


def test_reader_knows_a_sonnet() -> None:
    found = reader.read(Text(stanzas=(tuple(SONNET),), language="en"))
    assert found["form"] == "shakespearean"
    assert found["metre"] == "iambic pentameter"
    assert found["metre_share"] >= 0.7
    assert found["rhyme_scheme"][4:] == "BCBCDEDEFF"
    assert json.loads(json.dumps(found)) == found


def test_reader_tells_rhythms_apart() -> None:
    assert reader.read(Text(stanzas=(tuple(RAVEN),), language="en"))["metre"].startswith("trochaic")
    assert reader.read(Text(stanzas=(tuple(FOLD),), language="en"))["metre"] == "anapaestic tetrameter"


def test_reader_knows_a_limerick_and_teaches() -> None:
    text = Text(stanzas=(BAKER,), language="en")
    found = reader.read(text)
    assert found["form"] == "limerick"
    assert not found["form_faults"]
    assert "limerick" in explain(text, found, "en")
    assert "五行打油诗" in explain(text, found, "zh")


def test_mood_tells_glad_from_sad() -> None:
    glad = ("The happy children laugh and sing with joy,", "And golden sunshine fills the lovely spring.")
    sad = ("The lonely grave is dark with grief and tears,", "And sorrow mourns the dead in bitter pain.")
    high, low = (reader.read(Text(stanzas=(lines,), language="en"))["mood"]["valence"] for lines in (glad, sad))
    assert high > 0.2 > -0.2 > low


@pytest.mark.parametrize(
    "lines", [("Brrzg!",), ("\U0001f600 \U0001f600",), ("a" * 5000,), ("\u0007 bell", "中文 mixed with English")]
)
def test_reader_takes_odd_text(lines: tuple[str, ...]) -> None:
    found = reader.read(Text(stanzas=(lines,), language="en"))
    assert found["lines"] == len(lines)
    assert explain(Text(stanzas=(lines,), language="en"), found, "en")


def test_checker_finds_each_kind_of_fault() -> None:
    assert not checker.check(BAKER, "limerick")
    kinds = {
        f.kind for f in checker.check((BAKER[0], "Made bread.", BAKER[2], "And gave it to me,", BAKER[0]), "limerick")
    }
    assert {"syllables", "rhyme", "repeat"} <= kinds
    stressed = "I remember the open window now"
    assert any(f.kind == "stress" for f in checker.check((stressed,) * 4, "quatrain"))
    assert checker.check(BAKER[:3], "limerick")[0].kind == "lines"


def test_forms_say_what_they_can() -> None:
    with pytest.raises(InputError, match="not a form"):
        forms.find_form("villanelle")
    rng = np.random.default_rng(0)
    assert forms.plan(forms.find_form("sonnet"), rng).lines == 14
    assert forms.plan(forms.find_form("ballad"), rng, lines=8).form.rhymes.count("x") == 4
    with pytest.raises(InputError, match="multiple of 4"):
        forms.plan(forms.find_form("ballad"), rng, lines=9)


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory, training: Any) -> Path:
    """Weights of a real, tiny verse model, trained for a few steps on a few poems."""
    from artwright.plugins.literature.models.verse_en.training import train_verse

    folder = tmp_path_factory.mktemp("tiny")
    asked = training("verse-en", _corpus(folder), folder, name="tiny", steps=3)
    train_verse(asked)
    return Path(asked.target)


def _corpus(folder: Path) -> Path:
    nouns = (
        "sea tree bee night light sight day way gray moon tune spoon rain plain grain stone bone throne bird "
        "word love dove hill will still rose"
    ).split()
    others = (
        "golden silver silent little happy weary open hidden broken lonely summer winter morning evening river "
        "water mother father never over"
    ).split()
    verbs = "saw heard found made took left kept lost sought held".split()
    rng = np.random.default_rng(3)
    rows = []
    for n in range(60):
        lines = [
            f"{rng.choice(['I', 'We', 'She', 'He', 'They'])} {rng.choice(verbs)} the {rng.choice(others)} "
            f"{rng.choice(nouns)},"
            f" and the {rng.choice(others)} {rng.choice(nouns)} {rng.choice('. ; , !'.split())}"
            for _ in range(8)
        ]
        rows.append(
            json.dumps(
                {
                    "title": f"poem {n}",
                    "author": "test",
                    "form": "quatrains",
                    "lines": lines,
                    "stanzas": [lines[:4], lines[4:]],
                }
            )
        )
    path = folder / "poems.jsonl"
    path.write_text("\n".join(rows), "utf-8")
    return path


def test_numpy_engine_computes_what_torch_does(tiny: Path) -> None:
    import torch
    from artwright.plugins.literature.models.verse_en.engine import Features, VerseEngine
    from artwright.plugins.literature.models.verse_en.network import VerseConfig, VerseNetwork

    engine = VerseEngine.load(tiny)
    config, n = engine.card["config"], len(engine.words)
    none = np.zeros(n, np.int64)
    net = VerseNetwork(
        VerseConfig(vocabulary=n, cuts=tuple(config["cuts"]), width=32, layers=1, heads=1, hidden=config["hidden"]),
        none,
        none,
    ).eval()
    with torch.no_grad():
        net.rhyme_table.weight.zero_()
        net.stress_table.weight.zero_()
        net.table.weight.copy_(torch.from_numpy(engine.table))
    from artwright.core.weights import load_weights

    arrays, _ = load_weights(tiny)
    state = {k: torch.from_numpy(np.asarray(v)) for k, v in arrays.items()}
    with torch.no_grad():
        net.body.load_state_dict({k.removeprefix("body."): v for k, v in state.items() if k.startswith("body.")})
        for name in ("groups", "left", "line", "relation", "partner", "before"):
            getattr(net, name).weight.copy_(state[name])
    rng = np.random.default_rng(5)
    length = 9
    highest = {"tokens": n, "left": 19, "line": 15, "relation": 5, "partner": n, "before": n}
    fed = {k: rng.integers(1, high, size=(2, length)) for k, high in highest.items()}
    with torch.no_grad():
        wanted = net.hidden({k: torch.from_numpy(v) for k, v in fed.items()}, net.words()).numpy()
    past = engine.start([1], 20)
    first = Features(*(np.array([fed[k][0, 0]]) for k in ("left", "line", "relation", "partner", "before")))
    past, hidden = engine.advance(past, np.array([fed["tokens"][0, 0]]), first)
    got = [hidden[0]]
    lines = engine.lines(past, 3, length)
    for t in range(1, length):
        f = Features(*(np.repeat(fed[k][0, t], 3) for k in ("left", "line", "relation", "partner", "before")))
        got.append(engine.step(past, lines, np.repeat(fed["tokens"][0, t], 3), f)[1])
    assert np.abs(np.stack(got) - wanted[0]).max() < 1e-3
    log_p = engine.log_probabilities(np.stack(got))
    assert np.allclose(np.exp(log_p).sum(axis=1) + np.exp(log_p[:, :0]).sum(axis=1), 1, atol=1e-4)


@pytest.mark.parametrize("form", ["quatrain", "haiku", "limerick", "couplets"])
def test_even_an_untaught_model_keeps_the_form(tiny: Path, form: str) -> None:
    from artwright.plugins.literature.english.writer import write_poem
    from artwright.plugins.literature.models.verse_en.engine import VerseEngine

    engine = VerseEngine.load(tiny)
    text, notes = write_poem(engine, Theme.from_prompt("the sea"), form, options(), np.random.default_rng(2))
    again, _ = write_poem(engine, Theme.from_prompt("the sea"), form, options(), np.random.default_rng(2))
    assert text == again
    assert notes["form_kept"]
    if form != "quatrain":
        assert not [f for f in checker.check(text.lines, text.form) if f.kind != "stress" or form != "limerick"]


def test_acrostic_keywords_and_kept_lines(tiny: Path) -> None:
    from artwright.plugins.literature.english.writer import write_poem
    from artwright.plugins.literature.models.verse_en.engine import VerseEngine

    engine = VerseEngine.load(tiny)
    text, _ = write_poem(
        engine, Theme.from_prompt("the sea"), "couplets", options(keywords="moon"), np.random.default_rng(4)
    )
    assert "moon" in str(text).lower()
    text, _ = write_poem(
        engine, Theme.from_prompt("the sea"), "haiku", options(acrostic="THE"), np.random.default_rng(4)
    )
    assert [line[0] for line in text.lines] == ["T", "H", "E"]
    with pytest.raises(InputError, match="syllables"):
        write_poem(
            engine,
            Theme.from_prompt("the sea"),
            "haiku",
            options(keep="1:the sea the sea the sea the sea"),
            np.random.default_rng(4),
        )
    with pytest.raises(InputError, match="keyword"):
        write_poem(engine, Theme.from_prompt("the sea"), "haiku", options(keywords="xqzvw"), np.random.default_rng(4))
    with pytest.raises(InputError, match="acrostic"):
        write_poem(engine, Theme.from_prompt("the sea"), "haiku", options(acrostic="ABCDEFG"), np.random.default_rng(4))
    with pytest.raises(InputError, match="rhymes with"):
        write_poem(engine, Theme.from_prompt("the sea"), "quatrain", options(rhyme="orange"), np.random.default_rng(4))


def test_training_refuses_and_resumes(tmp_path: Path, training: Any) -> None:
    from artwright.plugins.literature.models.verse_en.training import train_verse

    few = tmp_path / "few.jsonl"
    few.write_text(json.dumps({"lines": ["one line only"]}), "utf-8")
    with pytest.raises(InputError, match="at least 20"):
        train_verse(training("verse-en", few, tmp_path))
    corpus = _corpus(tmp_path)
    train_verse(training("verse-en", corpus, tmp_path, steps=1))
    with pytest.raises(StoreError, match="resume"):
        train_verse(training("verse-en", corpus, tmp_path, steps=2))
    again = training("verse-en", corpus, tmp_path, steps=2, resume=True)
    card = train_verse(again)
    assert card["steps"] == 2
    damaged = bytearray(again.target.read_bytes())
    damaged[-1] ^= 1
    again.target.write_bytes(damaged)
    from artwright.plugins.literature.models.verse_en.engine import VerseEngine

    with pytest.raises(WeightsError, match="damaged"):
        VerseEngine.load(again.target)
