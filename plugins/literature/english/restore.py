"""Gaps in English texts: ____ or □, one word each, filled so that sense, metre and rhyme hold.

All words of the verse vocabulary are weighed by the n-grams on both sides of the gap; the forty best are read in the
whole passage by network and n-grams; syllables and rhyme, where the text is verse, add to the score. Several gaps are filled
from left to right, a few readings kept at each.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from statistics import median
from typing import TYPE_CHECKING, Protocol

import numpy as np

from ....core.artwork import Text
from ....core.errors import InputError
from ..lm.language import TextAndNotes
from ..lm.lending import kind_of
from ..models.poet.options import refuse_idle
from ..models.prose_en.engine import ProseEngine
from .checker import line_rhymes, scan
from .forms import FORMS
from .lending import lend_prose, lend_verse
from .lexicon import Lexicon
from .prosody import METRES
from .words import MARKS, tokenize

if TYPE_CHECKING:
    from ....core.progress import Progress
    from ....core.requests import Context, RestoreRequest
    from ..models.poet.options import PoetOptions

__all__ = ["GAP", "Filler", "GapForm", "around", "fill_gaps", "find_gaps", "restore"]

GAP = re.compile(r"_{2,}|\u25a1+")
SHORTLIST, SHOWN, CONTEXT, MOST_GAPS = 40, 8, 420, 40


def restore(request: RestoreRequest[PoetOptions], context: Context) -> TextAndNotes:
    """The text with every gap filled; notes hold, gap by gap, the proposals with their probabilities, and as
    "score" the mean natural logarithm of those that were taken.

    The region "LINE:WORD" (both from 1) turns a word into a gap, several separated by commas. Raises InputError if there
    is no gap, if there are more than 40, or for a region that is not in the text.
    """
    refuse_idle(request.options, "a restored English text")
    text: Text = request.artwork.payload
    lines, gaps = find_gaps(text, request.region)
    own = request.options.weights
    of_verse = bool(own) and kind_of(context.home, own) != "prose-en"
    with (
        lend_verse(context, own if of_verse else "") as verse,
        lend_prose(context, "" if of_verse else own) as engine,
    ):
        words = [w for i, w in enumerate(verse.words) if verse.lexicon.usable[i]]
        return fill_gaps(text, lines, gaps, Filler(engine, verse.lexicon, words, text), context.progress)


def find_gaps(text: Text, region: str | None) -> tuple[list[list[str]], list[tuple[int, int]]]:
    """(lines by stanzas, (stanza, line) of each gap), the words that the region names made gaps. Raises InputError."""
    lines = [list(stanza) for stanza in text.stanzas]
    if region:
        _cut(lines, region)
    gaps = [(s, i) for s, stanza in enumerate(lines) for i, line in enumerate(stanza) for _ in GAP.findall(line)]
    if not gaps:
        raise InputError(
            "the text has no gap; write ____ for a missing word, or name one as LINE:WORD, as in --region 2:3"
        )
    if len(gaps) > MOST_GAPS:
        raise InputError(f"the text has {len(gaps)} gaps; at most {MOST_GAPS} are filled at once. Give a part of it")
    return lines, gaps


def fill_gaps(
    text: Text, lines: list[list[str]], gaps: Sequence[tuple[int, int]], filler: Ranks, progress: Progress
) -> TextAndNotes:
    """The text with each gap filled by the first word of its ranking, from left to right; notes as `restore` has them."""
    proposals = []
    chosen = 0.0
    for number, (s, i) in enumerate(gaps):
        ranked = filler.rank(lines, s, i)
        lines[s][i] = _put(lines[s][i], ranked[0][0])
        chosen += float(np.log(max(ranked[0][1], 1e-30)))
        proposals.append(
            {
                "line": sum(map(len, lines[:s])) + i + 1,
                "proposals": [{"word": w, "probability": round(p, 4)} for w, p in ranked[:SHOWN]],
            }
        )
        progress.update((number + 1) / len(gaps), f"gap {number + 1} of {len(gaps)}")
    made = Text(stanzas=tuple(map(tuple, lines)), language="en", form=text.form, title=text.title, author=text.author)
    return made, {"gaps": len(gaps), "proposals": proposals, "score": round(chosen / len(gaps), 4)}


def _cut(lines: list[list[str]], region: str) -> None:
    places = [(s, i) for s, stanza in enumerate(lines) for i in range(len(stanza))]
    for part in region.split(","):
        found = re.fullmatch(r"\s*(\d+)\s*:\s*(\d+)\s*", part)
        if not found or not 1 <= int(found[1]) <= len(places):
            raise InputError(
                f"the region {part.strip()!r} is not in the text; write LINE:WORD with a line from 1 to {len(places)}"
            )
        s, i = places[int(found[1]) - 1]
        spans = [m.span() for m in re.finditer(r"[^\W\d_]+(?:['\u2019][^\W\d_]+)*|_{2,}", lines[s][i])]
        if not 1 <= int(found[2]) <= len(spans):
            raise InputError(f"line {found[1]} has {len(spans)} words; word {found[2]} was asked for")
        low, high = spans[int(found[2]) - 1]
        lines[s][i] = lines[s][i][:low] + "____" + lines[s][i][high:]


def _put(line: str, word: str) -> str:
    """The first gap of a line filled; a capital where it opens the line or a sentence."""
    found = GAP.search(line)
    if found is None:
        return line
    before = line[: found.start()].rstrip()
    if not before or before[-1] in ".!?":
        word = word[:1].upper() + word[1:]
    return line[: found.start()] + ("I" if word == "i" else word) + line[found.end() :]


def around(lines: list[list[str]], stanza: int, row: int) -> tuple[list[str], int, str, str]:
    """(all lines, the number of this one, what stands before its first gap, what behind it up to the next)."""
    line = lines[stanza][row]
    found = next(GAP.finditer(line))
    flat = [x for s in lines for x in s]
    at = sum(map(len, lines[:stanza])) + row
    before = ("\n".join(flat[:at]) + "\n" if at else "") + line[: found.start()]
    after = line[found.end() :] + ("\n" + flat[at + 1] if at + 1 < len(flat) else "")
    return flat, at, before, GAP.split(after)[0][:160]


class Ranks(Protocol):
    """Whoever ranks words for a gap."""

    def rank(self, lines: list[list[str]], stanza: int, row: int) -> list[tuple[str, float]]:
        """Words for the first gap of a line with their probabilities, the best first."""


class GapForm:
    """What the form of a text asks of the words in its gaps."""

    def __init__(self, text: Text) -> None:
        self.is_verse = text.form != "prose" and median([len(line) for line in text.lines] or [0]) <= 90
        self.kind = "verse" if self.is_verse else "prose"
        form = FORMS.get(text.form)
        self.form = form if form is not None and len(form.metres) == len(text.lines) else None

    def form_score(self, flat: list[str], at: int, word: str) -> float:
        line = _put(flat[at], word)
        if GAP.search(line):
            return 0.0
        tokens = [t for t in tokenize(line) if t not in MARKS]
        want = self._syllables(flat, at)
        metre = METRES.get(self.form.metres[at], "") if self.form is not None else ""
        read = scan(tokens, metre, syllables=want)
        score = -2.0 * abs(read.syllables - want) - 1.0 * read.faults if want else 0.0
        if GAP.search(flat[at].rstrip(" ,.;:!?")[-6:] + " ") or flat[at].rstrip(" ,.;:!?\u2014").endswith(
            ("_", "\u25a1")
        ):
            score += self._rhyme_score(flat, at, line)
        return score

    def _syllables(self, flat: list[str], at: int) -> int:
        if self.form is not None:
            metre = self.form.metres[at]
            return len(METRES.get(metre, "")) or int(metre.removeprefix("free:"))
        whole = [scan([t for t in tokenize(x) if t not in MARKS]).syllables for x in flat if not GAP.search(x)]
        if not whole:
            return 0
        close = [n for i, n in enumerate(whole) if abs(i - at) % 2 == 0] or whole
        return round(median(close))

    def _rhyme_score(self, flat: list[str], at: int, line: str) -> float:
        if self.form is not None:
            others = [j for j, r in enumerate(self.form.rhymes) if j != at and r == self.form.rhymes[at] != "x"]
            return 4.0 * (all(line_rhymes(line, flat[j]) for j in others if not GAP.search(flat[j])) if others else 0)
        near = [j for j in range(max(0, at - 3), min(len(flat), at + 4)) if j != at and not GAP.search(flat[j])]
        lonely = [j for j in near if not any(k != j and line_rhymes(flat[j], flat[k]) for k in near)]
        # Rhymes two lines apart (ABAB, xAxA) are the commonest.
        return max((3.5 if abs(j - at) == 2 else 2.5 for j in lonely if line_rhymes(line, flat[j])), default=0.0)


class Filler(GapForm):
    """Ranks words for gaps of one text. words: that may be put in; shortlist: how many of them are read in the passage."""

    def __init__(
        self, engine: ProseEngine, lexicon: Lexicon, words: list[str], text: Text, *, shortlist: int = SHORTLIST
    ) -> None:
        super().__init__(text)
        self.engine, self.lexicon, self.words, self.size = engine, lexicon, words, shortlist

    def rank(self, lines: list[list[str]], stanza: int, row: int) -> list[tuple[str, float]]:
        """Words for the first gap of a line with their probabilities, the best first."""
        flat, at, before, after = around(lines, stanza, row)
        glued = not before or before[-1] in "\n "
        head = before.rstrip(" ")
        shortlist = self._shortlist(head, after, glued and bool(head) and head[-1] != "\n")
        scores = np.array([self._read(head, w, after) for w in shortlist])
        if self.is_verse:
            scores += [self.form_score(flat, at, w) for w in shortlist]
        order = np.argsort(-scores, kind="stable")
        p = np.exp(scores - scores.max())
        p /= p.sum()
        return [(shortlist[i], float(p[i])) for i in order]

    def _shortlist(self, head: str, after: str, spaced: bool) -> list[str]:
        grams = self.engine.ngrams[self.kind]
        history = self.engine.encode(head[-80:])[-4:]
        spelled = [
            (" " if spaced else "") + (w if spaced or self.kind == "prose" else w.capitalize()) for w in self.words
        ]
        coded = [c.ids for c in self.engine.tokenizer.encode_batch_fast(spelled, add_special_tokens=False)]
        following = self.engine.encode(after[:24])[:2]
        first = np.log(grams.distribution(history))
        rough = np.array([first[ids[0]] for ids in coded])
        likely = np.argsort(-rough, kind="stable")[:1500]
        scores = []
        for i in likely:
            context, total = list(history), float(rough[i])
            context.append(coded[i][0])
            for token in [*coded[i][1:], *following]:
                total += float(np.log(grams.probability(context[-4:], token)[0]))
                context.append(token)
            scores.append(total)
        best = likely[np.argsort(-np.array(scores), kind="stable")[: self.size]]
        return [self.words[i] for i in best]

    def _read(self, head: str, word: str, after: str) -> float:
        """Log p of word and what follows, after what goes before."""
        gap = "" if not head or head[-1] == "\n" else " "
        word = (
            word.capitalize()
            if not head or head[-1] in "\n" or head.rstrip()[-1:] in ".!?"
            else ("I" if word == "i" else word)
        )
        start = self.engine.encode(head[-CONTEXT:])
        whole = self.engine.encode(head[-CONTEXT:] + gap + word + after[:80])
        same = next(
            (k for k, (a, b) in enumerate(zip(start, whole, strict=False)) if a != b), min(len(start), len(whole))
        )
        return float(self.engine.log_p(whole, self.kind)[same:].sum())
