"""The lesson in tones: the key is right, each wrong mark is found with its place, either reading of a character is right."""

import random

import pytest
from artwright.core.errors import InputError
from artwright.plugins.literature.chinese.prosody import prosody
from artwright.plugins.literature.teaching.tones import Tones

FLIP = str.maketrans("平仄", "仄平")


def test_500_exercises_are_marked_as_they_should():
    lesson, table = Tones(), prosody()
    planted = found = 0
    for seed in range(500):
        level = seed % 3 + 1
        exercise = lesson.exercise(seed, level)
        assert lesson.mark(exercise, exercise.key) == ()
        lines, marks = exercise.given.splitlines()[:-1], exercise.key.splitlines()
        assert [len(line) for line in lines] == [len(row) for row in marks]
        number = random.Random(seed).randrange(len(lines))
        place = random.Random(seed + 1).randrange(len(lines[number]))
        row = marks[number]
        marks[number] = row[:place] + row[place].translate(FLIP) + row[place + 1 :]
        flaws = lesson.mark(exercise, "\n".join(marks))
        if len(table.tones(lines[number][place])) == 1:  # an error: the book has one reading
            planted += 1
            found += [flaw.place for flaw in flaws] == [
                f"line {number + 1}, character {place + 1}: {lines[number][place]}"
            ]
        else:  # no error: either reading is right
            assert flaws == ()
    assert planted > 300 and found >= 0.99 * planted


def test_tones_are_those_that_every_primer_gives():
    lesson = Tones()
    keys = {}
    for seed in range(300):
        exercise = lesson.exercise(seed, 1)
        keys[exercise.given.splitlines()[0]] = exercise.key
    known = {
        "白日依山尽": "仄仄平平仄",
        "黄河入海流": "平平仄仄平",
        "国破山河在": "仄仄平平仄",
        "城春草木深": "平平仄仄平",
    }
    assert {line: keys.get(line) for line in known} == known


def test_what_is_no_answer_is_told():
    lesson = Tones()
    with pytest.raises(InputError, match="the lines have 5 characters, and the answer 3 marks"):
        lesson.mark(lesson.exercise(0), "平平仄")


@pytest.mark.parametrize("count", [60, pytest.param(500, marks=pytest.mark.slow)])
def test_spoiled_lines_are_found_and_no_other_is_blamed(count):
    from artwright.plugins.literature.english.prosody import is_plain_iambic
    from artwright.plugins.literature.teaching import metre

    lesson = metre.Metre()
    assert len(metre._plain()) >= 20
    for seed in range(count):
        exercise = lesson.exercise(seed, seed % 3 + 1)
        lines = [line.partition(". ")[2] for line in exercise.given.splitlines()]
        for number, line in enumerate(lines):
            flaws = lesson.mark(exercise, str(number + 1))
            assert (flaws == ()) == (str(number + 1) == exercise.key) == (not is_plain_iambic(metre._words(line)))
    with pytest.raises(InputError, match="give a number from 1 to 4"):
        lesson.mark(lesson.exercise(0), "5")
