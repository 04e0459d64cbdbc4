"""Prose of real sentences: an author's own, one person in one tense, the length kept, told whose they are."""

from itertools import pairwise

import pytest
from artwright.core.errors import InputError
from artwright.core.requests import GenerateRequest
from artwright.core.style import Style
from artwright.plugins.literature.english.collage import Told, told_by
from artwright.plugins.literature.english.prose_bank import persons_of, stands_alone, tense_of
from artwright.plugins.literature.lm.bank import read_rows
from artwright.plugins.literature.lm.lending import weights_of
from artwright.plugins.literature.operations.generate import generate


@pytest.fixture(scope="module")
def known():
    return {row[4]: row for row in read_rows(weights_of("prose-en-bank"))}


def test_a_voice_is_the_authors_own_sentences(ask, context_at, tmp_path, known):
    request = ask(GenerateRequest, theme="an old house", form="prose", style=Style.parse("poe"), length=60, seed=1)
    work = generate(request, context_at(tmp_path, 1))
    body = " ".join(work.payload.lines)
    found = [text for text in known if text in body]
    assert 54 <= len(body.split()) <= 66
    assert {known[text][0] for text in found} == {"poe"}
    places = sorted((known[t][1], int(known[t][3])) for t in found)
    assert all(a[0] != b[0] or b[1] - a[1] >= 60 for a, b in pairwise(places))
    assert len({person for text in found for person in persons_of(text)}) <= 1
    assert {tense_of(text) for text in found} == {"past"}
    assert "100 % of the words are Edgar Allan Poe's" in work.remarks[0]


def test_an_opening_keeps_its_person_and_name(ask, context_at, tmp_path):
    opening = "Clara came to the mill at dusk. She was tired."
    request = ask(GenerateRequest, theme="the mill", form="prose", opening=opening, length=60, seed=2)
    work = generate(request, context_at(tmp_path, 2))
    body = " ".join(work.payload.lines)
    assert body.startswith(opening)
    assert persons_of(body) == {"she"}
    assert work.provenance.notes["told"] == {
        "person": "she",
        "tense": "past",
        "name": "Clara",
        "unsaid": "",
    }
    assert any("-m hf:" in remark for remark in work.remarks)


def test_several_people_are_refused_and_a_length_that_cannot_be(ask, context_at, tmp_path):
    with pytest.raises(InputError, match=r"several people.*-m hf:"):
        told_by("She looked at him, and he laughed.")
    request = ask(GenerateRequest, theme="rain", form="prose", style=Style.parse("poe"), length=3, seed=1)
    with pytest.raises(InputError, match="3 words were asked for"):
        generate(request, context_at(tmp_path))


def test_persons_tenses_and_sentences_that_need_others():
    assert told_by("I am here.") == Told("i", "present")
    assert told_by("Tom was late.", "Tom; he is a sailor").name == "Tom"
    assert told_by("Tom was late.").unsaid == "Tom"
    assert tense_of("He has gone.") == "present"
    assert tense_of("She walked.") == "past"
    assert stands_alone("The night was dark and foggy.")
    assert not stands_alone("This was the end of all his hopes.")
    assert not stands_alone("She looked at him sadly.")
    assert not stands_alone("Was the door open at last?")
