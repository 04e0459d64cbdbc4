"""Lessons in four parts: the key is right, planted faults are found, another right answer is not marked wrong."""

import random

import pytest
from artwright.core.errors import InputError
from artwright.plugins.music.teaching.lessons import Fifths, Harmonise
from artwright.plugins.music.teaching.parts import (
    faults_of,
    has_consecutives,
    name_of,
    read_parts,
    voicings,
    write_parts,
)


@pytest.mark.parametrize("lesson", [Harmonise(), Fifths()], ids=["harmonise", "fifths"])
def test_the_key_is_right_and_the_same_again(lesson):
    for level in (1, 2, 3):
        for seed in range(3):
            exercise = lesson.exercise(seed, level)
            assert lesson.mark(exercise, exercise.key) == () and lesson.exercise(seed, level) == exercise
            assert len(exercise.given.splitlines()[1].split()) >= 2 + 2 * level


def planted_found(seeds):
    lesson, found = Fifths(), 0
    for seed in seeds:
        exercise = lesson.exercise(seed, seed % 3 + 1)
        flaws = lesson.mark(exercise, "\n".join(exercise.given.splitlines()[2:]))
        found += any("parallel" in flaw.place for flaw in flaws)
    return found


def test_planted_faults_are_found():
    assert planted_found(range(6)) == 6


@pytest.mark.slow  # 500 exercises of each kind
def test_500_exercises_of_each_kind_are_marked_as_they_should():
    for lesson in (Harmonise(), Fifths()):
        for seed in range(500):
            exercise = lesson.exercise(seed, seed % 3 + 1)
            assert lesson.mark(exercise, exercise.key) == (), seed
    assert planted_found(range(500)) >= 495


def test_the_checker_and_an_independent_one_agree():
    """Pairs of chords drawn from all voicings: a fault for the one is a fault for the other."""
    rng, told = random.Random(1), {True: 0, False: 0}
    for _ in range(120):
        one, other = (rng.choice(voicings("C", chord)) for chord in rng.choice((("IV", "V"), ("V", "vi"), ("I", "ii"))))
        is_right = not has_consecutives(one, other)
        told[is_right] += 1
        assert (faults_of("C", [one, other]) == []) == is_right, (one, other)
    assert min(told.values()) > 10


def test_another_right_answer_is_right():
    lesson, others = Harmonise(), 0
    for seed in range(4):
        exercise = lesson.exercise(seed)
        tonic, chords = exercise.given.splitlines()[0].split()[0], exercise.given.splitlines()[1].split()
        key = read_parts(exercise.key, len(chords))
        for first in voicings(tonic, chords[0]):
            if first[0] == key[0][0] and first != key[0] and not has_consecutives(first, key[1]):
                others += 1
                assert lesson.mark(exercise, write_parts([first, *key[1:]], tonic)) == ()
    assert others > 3


def test_what_is_wrong_is_named():
    lesson = Harmonise()
    exercise = lesson.exercise(1, 1)
    rows = exercise.key.splitlines()
    count = len(rows[0].split()) - 1
    for line, wrong, said in (
        (0, "S: " + " ".join(["C6"] * count), "this voice is given"),
        (1, "A: " + " ".join(["C#4"] * count), "all of its notes and no other"),
    ):
        answer = "\n".join(wrong if number == line else row for number, row in enumerate(rows))
        assert any(said in flaw.rule for flaw in lesson.mark(exercise, answer))


@pytest.mark.parametrize("answer", ["", "S: C4", "S: H4 C4 C4 C4", "S C4", "A: " + "C4 " * 50])
def test_what_cannot_be_read_is_told(answer):
    lesson = Harmonise()
    with pytest.raises(InputError, match=r"line|note"):
        lesson.mark(lesson.exercise(0), answer)


def test_notes_are_spelled_as_their_key_has_them():
    assert [name_of(pitch, "Eb") for pitch in (63, 65, 67, 68, 70, 72, 74)] == [
        "Eb4",
        "F4",
        "G4",
        "Ab4",
        "Bb4",
        "C5",
        "D5",
    ]
    assert [name_of(pitch, "A") for pitch in (69, 71, 73)] == ["A4", "B4", "C#5"] and name_of(59, "C") == "B3"
    for tonic in ("C", "Eb", "D"):
        for voicing in voicings(tonic, "V")[:5]:
            assert read_parts(write_parts([voicing], tonic), 1) == [voicing]


def test_consecutives_are_what_textbooks_say():
    c, d = (72, 67, 64, 48), (74, 69, 65, 50)
    assert has_consecutives(c, d) and not has_consecutives(c, c)
    assert not has_consecutives((72, 67, 64, 48), (71, 67, 62, 55))
