"""Two lessons in four-part writing: harmonise a soprano, mend planted fifths and octaves."""

from __future__ import annotations

import random

from ....core.lessons import Exercise, Flaw, Lesson, check_level
from ..theory.counterpoint import voice_names
from .parts import (
    TONICS,
    VOICES,
    Voicing,
    chord_tones,
    faults_of,
    find_parts,
    has_consecutives,
    name_of,
    read_parts,
    voicings,
    write_parts,
)

__all__ = ["Fifths", "Harmonise"]

_NEXT = {
    "I": ("IV", "V", "vi", "ii"),
    "ii": ("V",),
    "iii": ("vi", "IV"),
    "IV": ("V", "I", "ii"),
    "V": ("I", "vi"),
    "vi": ("ii", "IV", "V"),
}
"""Which chord may follow which, by the common table of root motion."""

_RULES = {
    "parallel fifths": "two voices that move alike from one fifth to another sound like one voice.",
    "parallel octaves": "two voices that move alike from one octave to another are one voice.",
    "crossing": "a voice stays below the one above it.",
    "spacing": "the upper voices lie within an octave of one another.",
}
_EXAMPLE = "from F major to G major the bass rises F to G, so the other voices fall: A C F to G B D."


class _FourParts(Lesson):
    """What both lessons share: chords, an answer of four lines, its marking."""

    fixed: str
    """The voices that are given and stay."""

    def _draw(self, seed: int, level: int) -> tuple[random.Random, str, list[str], list[Voicing]]:
        """(generator, key, chords, one right answer) of a seed."""
        rng = random.Random(f"four parts {seed} {level}")
        while True:
            tonic = rng.choice(sorted(TONICS)[: 3 * level])
            chords = ["I"]
            while len(chords) < 2 + 2 * level:
                able = [c for c in _NEXT[chords[-1]] if level > 1 or c in ("I", "IV", "V")]
                chords.append(rng.choice(able))
            chords += ["I"] if chords[-1] == "V" else ["V", "I"]
            parts = find_parts(tonic, chords, rng)
            if parts is not None:
                return rng, tonic, chords, parts

    def _head(self, tonic: str, chords: list[str]) -> str:
        return f"{tonic} major\n   {' '.join(f'{chord:<4}' for chord in chords).rstrip()}"

    def mark(self, exercise: Exercise, answer: str) -> tuple[Flaw, ...]:
        """Given voices kept, each chord complete over its root, no consecutive fifths and octaves, no crossing."""
        head = exercise.given.splitlines()
        tonic, chords = head[0].split()[0], head[1].split()
        right, parts = read_parts(exercise.key, len(chords)), read_parts(answer, len(chords))
        flaws = []
        for number, (chord, numeral) in enumerate(zip(parts, chords, strict=True)):
            flaws += self._chord(number, chord, right[number], numeral, tonic)
        names = voice_names(4)
        for fault in faults_of(tonic, parts):
            who = " and ".join(names[voice] for voice in fault.voices)
            place = f"chord {round(fault.position) + 1}, {who}: {fault.kind}"
            flaws.append(Flaw(place=place, rule=_RULES[fault.kind], example=_EXAMPLE))
        return tuple(flaws)

    def _chord(self, number: int, chord: Voicing, right: Voicing, numeral: str, tonic: str) -> list[Flaw]:
        place, flaws = f"chord {number + 1} ({numeral})", []
        for voice, name in enumerate(VOICES):
            if name in self.fixed and chord[voice] != right[voice]:
                flaws.append(
                    Flaw(place=f"{place}, {name}", rule=f"this voice is given: {name_of(right[voice], tonic)}.")
                )
        root, third, fifth = tones = chord_tones(tonic, numeral)
        classes = [pitch % 12 for pitch in chord]
        told = ", ".join(name_of(60 + tone, tonic).rstrip("0123456789") for tone in tones)
        if set(classes) != {root, third, fifth}:
            flaws.append(Flaw(place=place, rule=f"the chord has all of its notes and no other: {told}."))
        elif classes[3] != root:
            flaws.append(Flaw(place=f"{place}, B", rule="the bass has the root: the chords here are in root position."))
        return flaws


class Harmonise(_FourParts):
    """Given a soprano and the chords, write the three lower voices."""

    summary = "harmonise a soprano: alto, tenor and bass over given chords"
    fixed = "S"

    def exercise(self, seed: int, level: int = 1) -> Exercise:
        """A soprano of four to eight notes with its chords."""
        _, tonic, chords, parts = self._draw(seed, check_level(level))
        return Exercise(
            seed=seed,
            level=level,
            task="Write alto, tenor and bass under this soprano, in root position, as four lines S, A, T, B.",
            given=f"{self._head(tonic, chords)}\n{write_parts(parts, tonic, 'S')}",
            key=write_parts(parts, tonic),
            start=f"{write_parts(parts, tonic, 'S')}\nA: \nT: \nB: ",
            hint="begin with the bass, which has the root of each chord; let the other voices move against it, by step",
        )


class Fifths(_FourParts):
    """Given four parts with planted fifths or octaves, mend the inner voices."""

    summary = "mend planted fifths and octaves: outer voices stay, inner ones change"
    fixed = "SB"

    def exercise(self, seed: int, level: int = 1) -> Exercise:
        """Four parts with one fault at level 1, up to three at level 3."""
        for more in range(1000):
            rng, tonic, chords, parts = self._draw(seed + more * 2**32, check_level(level))
            planted = self._plant(rng, tonic, chords, parts, level)
            if planted is not None:
                break
        else:
            raise AssertionError("a thousand rows of chords had no place for a fault")
        return Exercise(
            seed=seed,
            level=level,
            task="Two voices move in parallel fifths or octaves here. Mend alto and tenor; soprano and bass stay.",
            given=f"{self._head(tonic, chords)}\n{write_parts(planted, tonic)}",
            key=write_parts(parts, tonic),
            start=write_parts(planted, tonic),
            hint="look at chords whose basses are a step apart: there all voices like to move alike",
        )

    def _plant(
        self, rng: random.Random, tonic: str, chords: list[str], parts: list[Voicing], level: int
    ) -> list[Voicing] | None:
        """The parts with inner voices changed at 1 to `level` places so that there are consecutives; None if there is no place."""
        planted = list(parts)
        places = list(range(1, len(parts)))
        rng.shuffle(places)
        count = 0
        for place in places:
            one = planted[place]
            able = [
                other
                for other in voicings(tonic, chords[place])
                if (other[0], other[3]) == (one[0], one[3]) and has_consecutives(planted[place - 1], other)
            ]
            if able and count < level:
                planted[place] = rng.choice(able)
                count += 1
        return planted if count else None
