"""A lesson in metre: of four lines of iambic pentameter one was spoiled; which, and why.

The lines are of Shakespeare's sonnets (1609, spelling modern) and plain by two rules written apart (`english.checker.scan`,
`english.prosody.is_plain_iambic`); the spoiled one is plain by neither.
"""

from __future__ import annotations

import random
from functools import lru_cache

from ....core.errors import InputError
from ....core.lessons import Exercise, Flaw, Lesson, check_level
from ..english.checker import scan
from ..english.prosody import METRES, is_plain_iambic
from ..english.words import MARKS, tokenize

__all__ = ["Metre"]

_PATTERN = METRES["pentameter"]
_COUNT = 4
_LINES = (
    "Shall I compare thee to a summer's day?",
    "So long as men can breathe or eyes can see,",
    "So long lives this, and this gives life to thee.",
    "But thy eternal summer shall not fade,",
    "And every fair from fair sometime declines,",
    "When I do count the clock that tells the time,",
    "And see the brave day sunk in hideous night;",
    "When lofty trees I see barren of leaves,",
    "That thou among the wastes of time must go,",
    "And nothing 'gainst Time's scythe can make defence",
    "When in disgrace with fortune and men's eyes",
    "And look upon myself and curse my fate,",
    "Desiring this man's art, and that man's scope,",
    "With what I most enjoy contented least;",
    "Yet in these thoughts myself almost despising,",
    "Haply I think on thee, and then my state,",
    "For thy sweet love remembered such wealth brings",
    "That then I scorn to change my state with kings.",
    "When to the sessions of sweet silent thought",
    "I summon up remembrance of things past,",
    "I sigh the lack of many a thing I sought,",
    "And with old woes new wail my dear time's waste:",
    "And weep afresh love's long since cancelled woe,",
    "But if the while I think on thee, dear friend,",
    "All losses are restored and sorrows end.",
    "That time of year thou mayst in me behold",
    "Upon those boughs which shake against the cold,",
    "In me thou see'st the twilight of such day",
    "As after sunset fadeth in the west;",
    "Which by and by black night doth take away,",
    "Let me not to the marriage of true minds",
    "Admit impediments. Love is not love",
    "Which alters when it alteration finds,",
    "Or bends with the remover to remove:",
    "That looks on tempests and is never shaken;",
    "It is the star to every wandering bark,",
    "Love alters not with his brief hours and weeks,",
    "But bears it out even to the edge of doom.",
    "If this be error and upon me proved,",
    "I never writ, nor no man ever loved.",
    "My mistress' eyes are nothing like the sun;",
    "I love to hear her speak, yet well I know",
    "That music hath a far more pleasing sound;",
    "And yet, by heaven, I think my love as rare",
    "As any she belied with false compare.",
)


def _words(line: str) -> list[str]:
    return [token for token in tokenize(line) if token not in MARKS]


def _faults(line: str) -> str:
    """What is wrong with a line of pentameter, "" if nothing is."""
    found = scan(_words(line), _PATTERN)
    if found.syllables != len(_PATTERN):
        return f"it has {found.syllables} syllables, and pentameter has ten"
    if found.faults:
        return "a stressed syllable of a longer word falls on a weak place, or an unstressed one on a strong place"
    return ""


@lru_cache(maxsize=1)
def _plain() -> tuple[str, ...]:
    return tuple(line for line in _LINES if not _faults(line) and is_plain_iambic(_words(line)))


def _spoiled(line: str, rng: random.Random, level: int) -> str | None:
    """The line with a word too few or too many at level 1, two words exchanged above; None if it stays plain."""
    words = line.rstrip(",.;:?!").split()
    places = list(range(1, len(words) - 1))
    rng.shuffle(places)
    for place in places:
        if level == 1:
            changed = (
                [*words[:place], *words[place + 1 :]]
                if rng.random() < 0.5
                else [*words[:place], "very", *words[place:]]
            )
        else:
            other = place + 1 if level == 3 else rng.choice([p for p in places if p != place])
            changed = list(words)
            changed[place], changed[other] = changed[other], changed[place]
        text = " ".join(changed)
        if _faults(text) and not is_plain_iambic(_words(text)):
            return text
    return None


class Metre(Lesson):
    """Find the line that does not scan."""

    summary = "find the line that does not scan, of four in iambic pentameter"

    def exercise(self, seed: int, level: int = 1) -> Exercise:
        """A word too few or too many at level 1; words exchanged at level 2, neighbours at level 3."""
        rng = random.Random(f"metre {seed} {check_level(level)}")
        while True:
            lines = rng.sample(_plain(), _COUNT)
            place = rng.randrange(_COUNT)
            spoiled = _spoiled(lines[place], rng, level)
            if spoiled is not None:
                break
        shown = [spoiled if number == place else line.rstrip(",.;:?!") for number, line in enumerate(lines)]
        return Exercise(
            seed=seed,
            level=level,
            task="One of these lines of iambic pentameter was spoiled. Give its number.",
            given="\n".join(f"{number + 1}. {line}" for number, line in enumerate(shown)),
            key=str(place + 1),
            hint="say them aloud, a weak beat and a strong one in turn, and count ten syllables",
        )

    def mark(self, exercise: Exercise, answer: str) -> tuple[Flaw, ...]:
        """Whether the line that is named does not scan. Raises InputError for what is no number of a line."""
        text = answer.strip().rstrip(".")
        if text not in {str(number + 1) for number in range(_COUNT)}:
            raise InputError(f"{text[:20]!r} is no line here; give a number from 1 to {_COUNT}")
        lines = [line.partition(". ")[2] for line in exercise.given.splitlines()]
        if _faults(lines[int(text) - 1]):
            return ()
        wrong = next(number for number, line in enumerate(lines) if _faults(line))
        told = Flaw(place=f"line {text}", rule="this one scans: weak and strong in turn, five times.")
        return told, Flaw(place=f"line {wrong + 1}", rule=f"{_faults(lines[wrong])}.", example=lines[int(text) - 1])
