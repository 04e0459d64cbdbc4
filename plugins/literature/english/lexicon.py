"""The verse model's words as arrays: syllables, masks by metre, rhyme classes, grammar.

Built once from the vocabulary and kept with the model; rows of masks are additive (0 or -inf), one for each
(metre, syllables left).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from .corpus import PERSONAL, SPECIALS
from .phonetics import Sound, sounds
from .prosody import fits
from .words import APHERETIC

__all__ = ["FUNCTION", "Lexicon", "stem"]

Array = NDArray[np.float32]
NEVER = np.float32(-np.inf)

FUNCTION = frozenset(
    PERSONAL
    | set(
        "a an the and or nor but if as at by for from in into of off on onto out over past per so than that "
        "then through till to too unto until up upon "
        "when where which while who whom whose why with within without yet is am are was were be been being "
        "has have had having do does did doth hath hast "
        "dost didst will would shall should can could may might must wilt shalt canst art wert these those "
        "this what whether how her its their our your my "
        "thy his no not none such some any each every both all more most much many few other another o oh ah "
        "lo it itself himself herself themselves myself "
        "thyself there here though although because since ere after before between beneath among amid about "
        "above across against along around under "
        "behind beyond beside like 'tis 'twas 'mid 'neath e'en e'er ne'er o'er very just even only still ever "
        "never also almost whilst toward towards "
        "i'll i'm i've i'd he's she's it's don't can't won't that's let's thro i's".split()
    )
)
#: Words that may not close a line: they lean on the next one.
_LEANING = frozenset(
    "a an the and or nor but if as at by for from in into of off on onto out over per so than that then "
    "through till to too unto until upon with within "
    "without when where which while who whom whose why what how is am are was were be been being has have "
    "had do does did doth hath hast dost didst will "
    "would shall should can could may might must wilt shalt canst art wert my thy his her its our your "
    "their this these those no not such some any each "
    "every i he she we they thou it o oh ah lo like 'tis 'twas 'mid 'neath e'en e'er ne'er o'er very just "
    "even though because since ere after between "
    "beneath among amid about across against along under behind beyond beside toward towards i'll i'm i've "
    "i'd he's she's it's don't can't won't that's "
    "let's thro ye your whose al' went get got make made let put come seem seems both none".split()
)
_ODD = frozenset(
    "de la le les des du et un une il en se si der die das und ein ich ist nicht van von el los las que "
    "est sur dans st mr mrs dr al ha ho ex re pro non di da "
    "del i's ii iii iv vi".split()
)


def stem(word: str) -> str:
    """A rough stem, to find a word again in its other forms."""
    word = word.removesuffix("'s").replace("'", "e")
    for end in ("iest", "ness", "less", "ing", "ies", "est", "eth", "ed", "er", "es", "en", "ly", "y", "s", "e"):
        if word.endswith(end) and len(word) - len(end) >= 3:
            return word[: -len(end)]
    return word


@dataclass
class Lexicon:
    """Arrays over the vocabulary; see `build`."""

    words: tuple[str, ...]
    index: dict[str, int]
    sounds: list[tuple[Sound, ...]]
    syllables: NDArray[np.int64]
    usable: NDArray[np.bool_]
    function: NDArray[np.bool_]
    personal: NDArray[np.bool_]
    stems: list[str]
    closing: NDArray[np.bool_]
    rhyme: NDArray[np.int64]
    onset: NDArray[np.int64]
    raised: NDArray[np.bool_]
    members: dict[int, NDArray[np.int64]]
    masks: dict[str, Array] = field(default_factory=dict)

    @classmethod
    def build(cls, words: Sequence[str], cased: dict[str, str], *, size: int = 0) -> Lexicon:
        """From the vocabulary; only the first `size` tokens (0: all) are written, and no names."""
        n, limit = len(words), size or len(words)
        first = len(SPECIALS)
        found = [sounds(w) if i >= first else () for i, w in enumerate(words)]
        syllables = np.array([s[0].syllables if s else 0 for s in found], np.int64)
        names = {w for w in cased if not w.startswith("i") or w == "italy"}
        plain = [w not in names and w not in _ODD and (len(w) > 1 or w in "aio") for w in words]
        usable = np.array([bool(s) and i < limit and p for i, (s, p) in enumerate(zip(found, plain, strict=True))])
        function = np.array([w in FUNCTION for w in words])
        leaning = _LEANING | APHERETIC
        closing = np.array(
            [u and w not in leaning and s[0].strong_end() for w, s, u in zip(words, found, usable, strict=True)]
        )
        rhyme, onset, raised = np.full(n, -1), np.full(n, -1), np.zeros(n, bool)
        keys: dict[tuple[str, ...], int] = {}
        onsets: dict[tuple[str, ...], int] = {}
        for i in np.flatnonzero(closing):
            sound = found[i][0]
            rhyme[i] = keys.setdefault(sound.tail(1), len(keys))
            onset[i] = onsets.setdefault(sound.onset(1), len(onsets))
            raised[i] = sound.stress[-1] != "1"
        members = {k: np.flatnonzero(rhyme == k) for k in keys.values()}
        return cls(
            tuple(words),
            {w: i for i, w in enumerate(words)},
            found,
            syllables,
            usable,
            function,
            np.array([w in PERSONAL for w in words]),
            [stem(w) if i >= first else w for i, w in enumerate(words)],
            closing,
            rhyme,
            onset,
            raised,
            members,
        )

    def mask(self, pattern: str, total: int) -> Array:
        """(total + 1, vocabulary): row r holds 0 for the words that may be written with r
        syllables of the line left.
        """
        key = pattern or f"free:{total}"
        if key not in self.masks:
            table = np.full((total + 1, len(self.words)), NEVER, np.float32)
            alike: dict[str, list[int]] = {}
            for i in np.flatnonzero(self.usable):
                alike.setdefault(self.sounds[i][0].stress, []).append(int(i))
            for stress, members in alike.items():
                size = len(stress)
                for left in range(size, total + 1):
                    if not pattern or fits(stress, pattern[left - size : left]):
                        table[left, members] = 0
            self.masks[key] = table
        return self.masks[key]

    def rhyme_mask(self, *, partners: Sequence[int] = (), rich: int = 8) -> Array:
        """(vocabulary,): what may end a line that rhymes with the words `partners`; without them, words whose class has
        `rich` members.
        """
        out = np.full(len(self.words), NEVER, np.float32)
        if not partners:
            rich = min(rich, max((len(group) for group in self.members.values()), default=0))
            for group in self.members.values():
                if len(group) >= rich:
                    out[group] = 0
            return out
        group = self.members.get(int(self.rhyme[partners[0]]), np.zeros(0, np.int64))
        used = {int(self.onset[p]) for p in partners}
        allowed = [i for i in group if int(self.onset[i]) not in used]
        out[allowed] = 0
        return out
