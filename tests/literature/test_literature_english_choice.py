"""English literature: clauses that stay open, stock openings, rhymes that nothing prepared, the critic of stanzas,
voices kept to.
"""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from artwright.plugins.literature.english import objections as choosing
from artwright.plugins.literature.english.missing_verbs import open_clauses
from artwright.plugins.literature.english.voice_steering import Voice
from artwright.plugins.literature.models.verse_en.critic import BREAK, ODD, Critic, told_words

PARTS = {
    **dict.fromkeys("death sea moon man sky soul song king shadow night village hill".split(), "noun"),
    **dict.fromkeys("centuries kingdoms tides stars".split(), "nouns"),
    **dict.fromkeys("rose died fell sang".split(), "past"),
    **dict.fromkeys("falls sweeps".split(), "present"),
    **dict.fromkeys("lie sweep hear come".split(), "base"),
}


def read(text: str) -> tuple[bool, int, int, int]:
    lines = [line.split() for line in text.split(" / ")]
    found = open_clauses(lines, [[PARTS.get(w, "") for w in line] for line in lines])
    return bool(found.headless), found.waiting, found.loose, found.dangling


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("the death of all the centuries that lie / among the kingdoms that have lived and died .", (True, 0, 0, 0)),
        ("the man who fell upon the sea / was king of all the stars .", (False, 0, 0, 0)),
        ("when all the stars fell in the sea / the moon rose on the hill .", (False, 0, 0, 0)),
        ("when all the stars fell in the sea / and when the moon rose on the hill .", (True, 0, 0, 0)),
        ("the moon rose on the sea , / and when the stars fell on the hill .", (False, 1, 0, 0)),
        ("the village of the hill / who in the shadow of the night .", (True, 1, 0, 0)),
        ("the stars are lit upon the sea , / and from the shadow of the hill .", (False, 0, 1, 0)),
        ("from every star and from the sea / the moon rose on the hill .", (False, 0, 0, 0)),
        ("the tides that sweep the sea , / i hear the song .", (False, 0, 0, 1)),
        ("to come out in the night / and hear the song .", (True, 0, 0, 0)),
        ("who rose upon the sea ?", (False, 0, 0, 0)),
        ("o moon of all the night !", (False, 0, 0, 0)),
    ],
)
def test_clauses_left_open(text: str, expected: tuple[bool, int, int, int]) -> None:
    assert read(text) == expected


def engine_of(words: str) -> SimpleNamespace:
    listed = ("<none>", ",", ".", "!", "?", ";", ":", *words.split())
    index = {w: i for i, w in enumerate(listed)}
    seen = {("king", "who"), ("man", "who")}
    return SimpleNamespace(
        words=listed,
        index=index,
        tags=[PARTS.get(w, "") for w in listed],
        is_seen=lambda a, b: (listed[a], listed[b]) in seen,
        first_word=7,
    )


def test_only_sentences_that_end_now_are_judged() -> None:
    engine = engine_of("the moon of sea rose on hill")
    lines = [
        [engine.index[w] for w in line.split()]
        for line in ("the moon of the sea .", "the moon rose <none>", "on the hill .")
    ]
    assert choosing.unfinished(engine, lines[:1]) == 1.0
    assert choosing.unfinished(engine, lines[:2]) == 0.0
    assert choosing.unfinished(engine, lines) == 0.0


def test_who_needs_somebody() -> None:
    engine = engine_of("the king who village on hill rose")

    def lacks(line: str, before: str) -> bool:
        return choosing.lacks_person(
            engine, [engine.index[w] for w in line.split()], [engine.index[w] for w in before.split()]
        )

    assert lacks("who rose", "the village on the hill ,")
    assert not lacks("who rose", "the king on the hill ,")
    assert not lacks("the king rose", "the village on the hill ,")


def test_two_kinds_of_kindred_are_enough() -> None:
    assert choosing.too_many_kin("his father was the daughter of the king".split()) == 1
    assert choosing.too_many_kin("the mother and the child and the mother".split()) == 0


def test_stock_openings_cost_most_in_the_first_line() -> None:
    assert choosing.stock_opening(["there", "was"], first=True) == 1.0
    assert 0 < choosing.stock_opening(["it", "is"], first=False) < 0.5
    assert not choosing.stock_opening(["there", "came"], first=True)


def test_a_rhyme_word_is_prepared_by_what_was_said() -> None:
    sense = choosing.Sense.__new__(choosing.Sense)
    sense.rows = np.array([[1, 0], [0.9, 0.43], [0, 1], [0, 0]], np.float32)
    sense.known = sense.rows.any(axis=1)
    assert sense.unprepared([0, 1], []) == 0.0
    assert sense.unprepared([0, 2], []) == pytest.approx(choosing.PREPARED)
    assert sense.unprepared([0, 3], []) == 0.0
    assert sense.unprepared([2], [[0]]) > 0.0


def test_the_critic_reads_line_by_line_as_it_reads_at_once() -> None:
    rng = np.random.default_rng(0)
    words = ("<none>", ",", ".", "!", "the", "sea", "moon", "strange")
    arrays = {
        "vocabulary": np.frombuffer("\n".join(words[1:3] + words[4:7]).encode(), np.uint8),
        "groups": np.array([2, 3, 4, 5, 5], np.uint16),
        "embedding": rng.normal(size=(6, 4)),
        "vectors": rng.normal(size=(4, 64)),
        "w_input": rng.normal(size=(9, 4)),
        "w_state": rng.normal(size=(9, 3)),
        "b_input": rng.normal(size=9),
        "b_state": rng.normal(size=9),
        "w_out": rng.normal(size=3),
    }
    critic = Critic(arrays, words)
    one, other = [4, 5, 1, 4, 6, 2], [4, 6, 0]
    logits, states = critic.read(critic.start(2), [one, other])
    for line, logit, state in zip((one, other), logits, states, strict=True):
        alone, own = critic.read(critic.start(), [line])
        assert alone[0] == pytest.approx(logit, abs=1e-5)
        np.testing.assert_allclose(own[0], state, atol=1e-5)
    again, _ = critic.read(critic.start(), [[4, 5, 4, 6, 3]])
    assert again[0] == pytest.approx(logits[0], abs=1e-5)
    assert (BREAK, ODD) == (0, 1)
    assert told_words(["the", ",", "sea", "!"]) == ["the", "sea", "."]


def test_the_critic_that_ships_prefers_a_poet_to_a_heap_of_nouns(tmp_path: Path, context_at: Any) -> None:
    from artwright.plugins.literature.english.lending import lend_verse
    from artwright.plugins.literature.english.words import tokenize

    poet = (
        "Strange fits of passion have I known,",
        "And I will dare to tell,",
        "But in the lover's ear alone,",
        "What once to me befell.",
    )
    heap = (
        "The land of the king of the land of the sea,",
        "And the king of the sea of the land,",
        "And the land of the sea of the king of the land,",
        "Of the king of the sea of the land.",
    )
    with lend_verse(context_at(tmp_path)) as engine:
        critic = engine.once(Critic.of)
        heard = []
        for stanza in (poet, heap):
            state = critic.start()
            for line in stanza:
                logit, state = critic.read(state, [[engine.index[t] for t in tokenize(line)]])
            heard.append(float(logit[0]))
    assert heard[0] > heard[1]


def test_a_voice_gives_what_is_overdue_and_takes_what_came_too_often() -> None:
    letters = {w: i for i, w in enumerate((" the", " of", " she", "The", "Of", "of"))}
    spelled = list(letters)
    engine = SimpleNamespace(
        vocabulary=len(letters),
        encode=lambda text: [letters[text]] if text in letters else [0, 0],
        decode=lambda tokens: "".join(spelled[t] for t in tokens),
    )
    table = {
        "words": ["the", "of", "she"],
        "mean": [0.4, 0.3, 0.3],
        "spread": [0.1, 0.1, 0.1],
        "authors": {"ann": [0.0, 1.0, -1.0]},
    }
    voice = Voice(engine, "ann", table)
    fresh = voice.boost()
    assert fresh[letters[" of"]] == fresh[letters["Of"]] > fresh[letters[" the"]] > fresh[letters[" she"]]
    assert fresh[letters["of"]] == 1.0  # it may be the end of another word
    for _ in range(200):
        voice.note(np.array([[0.1, 0.7, 0.2, 0, 0, 0]]))
    late = voice.boost()
    assert late[letters[" of"]] < fresh[letters[" of"]]
    assert late[letters[" the"]] > fresh[letters[" the"]]
    assert voice.likeness("of of") > 0 > voice.likeness("she")
