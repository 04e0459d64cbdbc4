"""Instruments by name: General MIDI programs for what people write, in English, Chinese and the languages of scores."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

__all__ = ["DRUMS", "find_instruments", "find_program", "instruments", "plain_name", "program_names"]

DRUMS = -1
"""Stands for the drum channel among programs."""
CHOIR = 52


@dataclass(frozen=True)
class Instruments:
    """What people call instruments. names: of each General MIDI program (words joined by hyphens are one name);
    families: programs of ensembles by name, from the highest voice down; consorts: who plays several voices where one
    instrument alone is named; ambiguous: names that in a sentence seldom mean an instrument.
    """

    names: dict[int, tuple[str, ...]]
    families: dict[str, tuple[int, ...]]
    consorts: dict[int, tuple[int, ...]]
    ambiguous: frozenset[str]


@lru_cache(maxsize=1)
def instruments() -> Instruments:
    """The shipped table."""
    table = json.loads((Path(__file__).parent / "data" / "instruments.json").read_text("utf-8"))
    return Instruments(
        names={DRUMS if key == "drums" else int(key): tuple(names.split()) for key, names in table["names"].items()},
        families={name: tuple(programs) for name, programs in table["families"].items()},
        consorts={int(key): tuple(programs) for key, programs in table["consorts"].items()},
        ambiguous=frozenset(table["ambiguous"].split()),
    )


@lru_cache(maxsize=1)
def program_names() -> dict[str, int]:
    """Every name with its program, the words of General MIDI's own names included; lower case, single spaces."""
    import pretty_midi

    names = {plain_name(pretty_midi.program_to_instrument_name(p)): p for p in range(120)}
    for program, own in instruments().names.items():
        names.update({plain_name(name): program for name in own})
    return names


def plain_name(name: str) -> str:
    """A name in lower case, without marks, words set apart by one space."""
    return " ".join(re.sub(r"[()\-_.,]", " ", name.lower()).split())


def find_program(name: str) -> int | None:
    """The program of a part by its name ("Violin II", "Clarinet in Bb 1", "Flauto"); None if it names no instrument.

    Drums are None too: whether a part is drums its file must say.
    """
    names = program_names()
    plain = plain_name(name)
    words = plain.split()
    for size in range(len(words), 0, -1):
        for first in range(len(words) - size + 1):
            program = names.get(" ".join(words[first : first + size]))
            if program is not None and program != DRUMS:
                return program
    return CHOIR if words and words[0] in ("bass", "basso", "superius", "discant") and len(words) < 3 else None


def find_instruments(text: str) -> tuple[tuple[str, tuple[int, int], tuple[int, ...]], ...]:
    """Instruments that a text names, in order: (words as they stand there, their span, programs, DRUMS for drums).

    Longer names win over shorter ones ("tenor saxophone" over "tenor"); Chinese names may stand within a sentence.
    """
    table = instruments()
    known: dict[str, tuple[int, ...]] = {
        name: (program,) for name, program in program_names().items() if name not in table.ambiguous
    }
    known |= table.families
    matches: list[tuple[tuple[int, int], str, tuple[int, ...]]] = []
    taken = [False] * len(text)
    lower = text.lower()
    for name in sorted(known, key=lambda n: (-len(n), n)):
        pattern = re.escape(name).replace(r"\ ", r"[\s\-]+")
        if name.isascii():
            pattern = rf"(?<![a-z]){pattern}s?(?![a-z])"
        for match in re.finditer(pattern, lower):
            if not any(taken[match.start() : match.end()]):
                taken[match.start() : match.end()] = [True] * (match.end() - match.start())
                matches.append((match.span(), match[0], known[name]))
    return tuple((text[a:b], (a, b), programs) for (a, b), _, programs in sorted(matches))
