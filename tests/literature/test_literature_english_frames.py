"""English literature: syntax by classes, agreement, frames, and pages that are planned."""

from __future__ import annotations

import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from artwright.core.requests import GenerateRequest
from artwright.core.theme import Theme
from artwright.plugins.literature.english.agreement_faults import faults, misses_subject, misses_verb
from artwright.plugins.literature.english.grammar import Grammar
from artwright.plugins.literature.english.line_frames import haiku_frames, limerick_frames
from artwright.plugins.literature.english.story import plan_story, tell
from artwright.plugins.literature.english.word_classes import ClassReader, part_of_speech
from artwright.plugins.literature.english.writer import cast_of
from artwright.plugins.literature.lm.ngrams import build_ngrams

PARTS = {
    "stars": "nouns",
    "sea": "noun",
    "falls": "present",
    "died": "past",
    "go": "base",
    "golden": "adjective",
    "old": "adjective",
    "shadow": "noun",
    "shines": "present",
    "found": "past",
    "moon": "noun",
    "rose": "past",
}


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        ("there is the stars", 1),
        ("there is the old sea", 0),
        ("the stars falls", 1),
        ("the shadow of the stars falls", 0),
        ("i found me", 1),
        ("to died", 1),
        ("a stars", 1),
        ("an golden moon", 1),
        ("i falls", 1),
        ("the moon rose and falls", 1),
        ("the moon that rose falls", 0),
        ("they go", 0),
    ],
)
def test_agreement(line: str, wrong: int) -> None:
    words = line.split()
    assert faults(words, [PARTS.get(w, "") for w in words]) == wrong


@pytest.mark.parametrize(
    ("earlier", "line", "missing"),
    [
        ("when in the shadow of the sea", "was golden on the moon", True),
        ("the moon upon the shadow of the sea ,", "are golden on the moon", True),
        ("the stars upon the shadow of the sea", "are golden on the moon", False),
        ("they who loved the golden sea", "found the moon", False),
        ("the moon is golden on the sea", "is in the shadow", True),
        ("the moon that falls upon the sea", "is in the shadow", False),
        ("the stars of the golden moon", "falls on the sea", True),
        ("the shadow of the stars", "falls on the sea", False),
        ("", "was golden on the moon", True),
        ("", "the moon was golden", False),
        ("upon the sea", "and rose upon the moon", False),
    ],
)
def test_a_line_that_opens_with_a_verb_needs_a_subject(earlier: str, line: str, missing: bool) -> None:
    words, before = line.split(), earlier.split()
    tags, tags_before = ([PARTS.get(w, "") for w in some] for some in (words, before))
    assert misses_subject(words, tags, before, tags_before) == missing


def test_a_clause_that_is_opened_needs_its_verb() -> None:
    tags = [PARTS.get(w, "") for w in "it was when the moon".split()]
    assert misses_verb("when the stars rose".split(), "it was when the moon".split(), tags)
    assert not misses_verb("the stars rose".split(), "it was when the moon".split(), tags)
    assert not misses_verb("when the stars rose".split(), "when the moon rose".split(), ["", "", "noun", "past"])


@pytest.mark.parametrize(
    ("prompt", "asked", "never"),
    [
        ("a mother", {"she"}, {"he", "they", "we"}),
        ("the old soldier", {"he"}, {"she", "they", "we"}),
        ("the sea", set(), {"he", "she", "thou"}),
    ],
)
def test_a_poem_names_one_he_or_she_at_most(prompt: str, asked: set[str], never: set[str]) -> None:
    casts = [cast_of(Theme.from_prompt(prompt), np.random.default_rng(n), archaic=False) for n in range(20)]
    assert all(asked <= cast and not never & cast for cast in casts)
    assert len(set(casts)) > 1


def test_seasons_and_hours_of_others_are_foreign() -> None:
    engine = SimpleNamespace(
        words=("<pad>", "summer", "autumn", "noon", "moon"),
        finite=np.zeros(5, np.uint8),
        first_word=1,
        index={w: i for i, w in enumerate(("<pad>", "summer", "autumn", "noon", "moon", ".", "!", "?", ";", ":"))},
        lexicon=SimpleNamespace(stems=["", "summ", "autumn", "noon", "moon"], function=np.zeros(5, bool)),
    )
    grammar = Grammar(engine)
    assert {"summ", "noon"} <= grammar.foreign(["autumn", "moon"])
    assert not grammar.foreign(["sea"])
    assert grammar.clash(["autumn"], ["summ"]) > 0
    assert grammar.clash([], ["summ", "autumn"]) > 0
    assert grammar.clash(["autumn"], ["autumn", "moon"]) == 0


def test_classes_read_what_is_usual_as_likelier() -> None:
    words = ("<pad>", *(f"<{i}>" for i in range(60)))
    rng = np.random.default_rng(0)
    stream = np.array([x for _ in range(400) for x in (0, 2, 3 + rng.integers(2), 5)], np.uint16)
    arrays = {"class_of": np.arange(6, dtype=np.uint16), **build_ngrams(stream, 6, least=(1, 1, 1)).arrays("classes")}
    reader = ClassReader(arrays)
    usual, worst, history = reader.read((0,), [2, 3, 5])
    assert usual > reader.read((0,), [5, 3, 2])[0]
    assert worst <= 0
    assert len(history) <= 2
    assert set(part_of_speech(np.zeros(len(words), np.int64), words)) == {""}


def test_frames_name_the_person_as_asked() -> None:
    lines = limerick_frames(np.random.default_rng(1), clause=True, pronoun="she")
    assert sorted(lines) == [1, 2, 3, 4]
    assert lines[1].startswith(("who ", "whose "))
    assert not re.search(r"\b(he|him|his)\b|\{", " ".join(lines.values()))
    assert sorted(haiku_frames(np.random.default_rng(1))) == [0, 1, 2]
    for seed in range(30):
        assert "<creature>" in " ".join(haiku_frames(np.random.default_rng(seed), ["crow"]).values())


def test_a_planned_page_keeps_its_cast_facts_and_length() -> None:
    for seed in range(12):
        notes = "Clara is a maker of masks; Tom; the mill is empty"
        story = plan_story(["mountain", "letter"], "a letter from London", notes, np.random.default_rng(seed))
        told = tell(story, 320, np.random.default_rng(seed))
        text = "\n\n".join(told)
        assert "Clara" in text
        assert "maker of masks" in text
        assert "Tom" in text
        assert "The mill was empty." in text
        assert "letter from London" in text
        assert "{" not in text
        assert all(part.count('"') % 2 == 0 for part in told)
        assert 220 <= len(text.split()) <= 430
        sentences = re.findall(r"[^.!?]+[.!?]", text)
        assert len([s for s in sentences if len(s.split()) > 5]) == len({s for s in sentences if len(s.split()) > 5})
    longer = tell(plan_story(["sea"], "the sea", "", np.random.default_rng(3)), 1200, np.random.default_rng(3))
    assert 900 <= sum(len(p.split()) for p in longer) <= 1500


def test_pages_differ_by_seed_and_hold_words_asked_for(tmp_path: Path, ask: Any, context_at: Any) -> None:
    from artwright.plugins.literature.english.writer import write

    texts = set()
    for seed in range(3):
        asked = ask(GenerateRequest, theme="the old lighthouse", keywords="oranges", form="prose")
        text, notes = write(asked, context_at(tmp_path, seed), form="prose-en")
        again, _ = write(asked, context_at(tmp_path, seed), form="prose-en")
        assert text == again
        assert notes["way"] == "planned"
        assert "oranges" in str(text)
        assert "old lighthouse" in str(text)
        texts.add(str(text))
    assert len(texts) == 3


def test_voices_tell_works_that_the_profiles_have_not_seen() -> None:
    from artwright.plugins.literature.english.voices import build_profiles, profile_cosine, rank_voices, usage

    rng = np.random.default_rng(0)
    usual = {"ann": (0.5, 0.3, 0.1, 0.1), "bob": (0.3, 0.5, 0.1, 0.1), "cleo": (0.4, 0.4, 0.15, 0.05)}
    words = ("the", "and", "of", "sea")
    works = {
        name: [[*rng.choice(words, p=p, size=4000), *[f"hero{n}"] * 400] for n in range(2)] for name, p in usual.items()
    }
    table = build_profiles(works, words=4, sample=1000)
    assert set(table["words"]) == set(words)
    ready = {**table, "authors": {k: np.array(v) for k, v in table["authors"].items()}}
    for name, p in usual.items():
        assert next(iter(profile_cosine(list(rng.choice(words, p=p, size=3000)), ready))) == name
    assert set(rank_voices(["The sea was calm, and the moon rose over it."] * 5)) >= {"austen", "poe", "woolf"}
    listed, own, others = usage("lovecraft")
    excess = dict(zip(listed, np.log(own / others), strict=True))
    assert excess["of"] > 0 > excess["she"]
    assert (own > 0).all()
