"""First lines of limericks: a person, a place, and a metre that holds. Limerick writers share them; none is a copy of
one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .checker import scan
from .lexicon import Lexicon
from .prosody import METRES
from .words import tokenize

__all__ = ["CLOSING", "Opening", "limerick_opening"]

_PERSONS = (
    "baker lady painter tailor sailor parson farmer doctor lawyer fiddler weaver writer miller singer "
    "teacher captain hermit widow poet "
    "dancer preacher merchant shepherd soldier barber beggar porter squire student"
).split()
_SHORT = "man maid king queen monk cook clerk dame duke judge scribe nurse witch bard knight".split()
_PLACES = "spain france greece rome kent wales leeds york bath rye ryde crewe".split()
_SPOTS = (
    "coast hill glen vale town lane wood moor isle bay shore lake mill church park square road tower wall "
    "gate bridge plain creek dell"
).split()
_VERBS = "dreamed thought sang spoke wrote talked".split()
_WOMEN = frozenset("lady widow dancer singer maid queen dame nurse witch".split())
_MEN = frozenset("king prince father brother son husband monk friar boy lord uncle emperor giant wizard".split())
_ALIVE = frozenset(
    "king queen prince princess man woman girl boy child mother father sister brother son daughter lover "
    "friend wife lord giant witch wizard monk nun "
    "cat dog horse cow sheep goat mouse rat hen cock duck goose swan crow owl robin sparrow lark eagle "
    "hawk bee fly ant fish whale frog toad snake "
    "lion tiger bear wolf fox hare rabbit donkey monkey bird crab spider turtle pigeon raven dove bull "
    "calf lamb pig stag".split()
)
_WHO_FIRST = frozenset(("who", "whose"))
_VERB_FIRST = frozenset(
    "had was would could once made said saw went took kept grew fell found felt thought came sat stood ran".split()
)
#: What the last line of a limerick may begin with.
CLOSING = frozenset("and so till but which that then".split())
_ADJECTIVES = "merry lonely jolly hungry clever foolish gentle cheerful sleepy silent solemn pretty".split()


@dataclass(frozen=True)
class Opening:
    """A first line and the word that the last line should return to."""

    line: str
    person: str

    @property
    def is_clause(self) -> bool:
        """Whether it has its verb, so that the next line begins with `who`."""
        return self.line.startswith("There") or any(
            verb in self.line for verb in (" there was ", " belonged to ", " was kept by ")
        )

    @property
    def pronoun(self) -> str:
        """Of the person: he, she, or it for what is neither."""
        return "she" if self.person in _WOMEN else "he" if self.person in (*_PERSONS, *_SHORT, *_MEN) else "it"

    @property
    def following(self) -> frozenset[str]:
        """What may open the second line: a verb where the first one holds its `who`, else a
        relative or a conjunction.
        """
        return _WHO_FIRST if self.is_clause or " who " not in self.line else _VERB_FIRST

    @property
    def pronouns_left_out(self) -> frozenset[str]:
        """The pronouns that do not fit the person."""
        if self.person in _WOMEN:
            return frozenset(("he", "him", "his", "himself"))
        return frozenset(("she", "her", "hers", "herself")) if self.person in (*_PERSONS, *_SHORT) else frozenset()


def _candidates(theme: Sequence[str], rng: np.random.Generator, lexicon: Lexicon) -> list[Opening]:
    person, short = str(rng.choice(_PERSONS)), str(rng.choice(_SHORT))
    place, spot = str(rng.choice(_PLACES)), str(rng.choice(_SPOTS))
    verb, adjective = str(rng.choice(_VERBS)), str(rng.choice(_ADJECTIVES))
    raised = place[:1].upper() + place[1:]
    out: list[Opening] = []
    for word in theme:
        index = lexicon.index.get(word, -1)
        if index < 0:
            continue
        alive = word in _ALIVE or word in _PERSONS or word in _SHORT
        if lexicon.syllables[index] == 1:
            out += [
                Opening(f"A {person} {link} the {word},", person)
                for link in (f"who {verb} of", "in love with", "afraid of", "in search of")
            ]
            if alive:
                out += [
                    Opening(f"There lived an old {word} by the {spot},", word),
                    Opening(f"There once was a {word} of {raised},", word),
                ] * 2
        elif lexicon.syllables[index] == 2:
            if not alive:
                out += [
                    Opening(f"The {word} belonged to a {short},", short),
                    Opening(f"A {word} was kept by a {short},", short),
                ]
            if alive:
                out += [
                    Opening(f"A {word} there was in the {spot},", word),
                    Opening(f"There once was a {word} of {raised},", word),
                ] * 2
    plain = [
        Opening(f"There once was a {person} of {raised},", person),
        Opening(f"A {person} who lived by the {spot},", person),
        Opening(f"There lived an old {short} in the {spot},", short),
        Opening(f"A {adjective} {person} of {raised},", person),
        Opening(f"A {adjective} old {short} of the {spot},", short),
    ]
    return [*(out[i] for i in rng.permutation(len(out))), *(plain[i] for i in rng.permutation(len(plain)))]


def limerick_opening(theme: Sequence[str], rng: np.random.Generator, lexicon: Lexicon) -> Opening | None:
    """An opening that scans, of known words, whose last word has at least ten rhymes; the theme's words first. None if
    none fits.
    """
    pattern = METRES["limerick-long"]
    for opening in _candidates(theme, rng, lexicon):
        words = [t for t in tokenize(opening.line) if t != ","]
        read = scan(words, pattern)
        end = lexicon.index.get(words[-1], -1)
        known = all(w in lexicon.index for w in words)
        if (
            known
            and read.syllables == len(pattern)
            and not read.faults
            and lexicon.rhyme[end] >= 0
            and len(lexicon.members[int(lexicon.rhyme[end])]) >= 10
        ):
            return opening
    return None
