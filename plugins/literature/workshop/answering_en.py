"""`answer` in English: the second line of a couplet, in the metre of the first and rhyming with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ....core.errors import InputError
from ....core.theme import Theme
from ..english.beam import compose_drafts
from ..english.checker import check, last_word, scan
from ..english.forms import Form, plan
from ..english.lending import lend_prose, lend_verse
from ..english.line_sampling import Settings
from ..english.phonetics import rhyme_keys
from ..english.prosody import METRES
from ..english.rescoring import ForwardReader
from ..english.words import MARKS, tokenize
from ..english.writer import brief_for
from ..models.poet.options import PoetOptions

if TYPE_CHECKING:
    from ....core.requests import Context

__all__ = ["Rhymed", "answer_line"]

#: How often a couplet is begun, and candidates for its second line.
_ROUNDS, _CANDIDATES = 4, 48
_NAMES = ("pentameter", "tetrameter", "trimeter")


@dataclass(frozen=True)
class Rhymed:
    """A second line. metre: of both; rhyme: the two words; score: what the judges give the couplet, for a word of the first."""

    line: str
    metre: str
    rhyme: tuple[str, str]
    score: float

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON."""
        return {**vars(self), "rhyme": list(self.rhyme)}


def answer_line(line: str, context: Context, *, most: int = 3) -> tuple[Rhymed, ...]:
    """Lines that rhyme with an iambic one of six, eight or ten syllables and go on from it, the best first.

    Raises InputError for another metre, or a last word without known rhymes.
    """
    words = [t for t in tokenize(line) if t not in MARKS]
    metre = next((m for m in _NAMES if words and scan(words, METRES[m]).syllables == len(METRES[m])), "")
    if not metre:
        counted = scan(words).syllables if words else 0
        raise InputError(f"a line of {counted} syllables was given; lines of 6, 8 or 10 are answered")
    if not rhyme_keys(last_word(line)):
        raise InputError(
            f"nobody knows what rhymes with {last_word(line)!r}; end the line with a word of the dictionary"
        )
    shaped = plan(Form("couplets", (metre,) * 2, "AA", (2,), "aabb", (2,), (1,)), context.rng)
    given = line if line.rstrip()[-1:] in MARKS else f"{line},"
    found: dict[str, Rhymed] = {}
    with lend_verse(context) as engine, lend_prose(context) as reader:
        forward, options = ForwardReader(reader, engine.cased), PoetOptions(keep=f"1:{given}")
        for number in range(_ROUNDS):
            context.progress.update(number / _ROUNDS, f"{len(found)} answers")
            brief = brief_for(engine, Theme.from_prompt(line), shaped, options, context.rng)
            drafts = compose_drafts(
                engine, shaped, brief, context.rng, candidates=_CANDIDATES, settings=Settings(), forward=forward
            )
            for draft in drafts:
                lines = engine.printed(draft.lines)
                if not check(lines, shaped.form, given=frozenset((0,))):
                    score = round(draft.score / max(1, len(words)), 4)
                    found.setdefault(lines[1], Rhymed(lines[1], metre, (words[-1], last_word(lines[1])), score))
    if not found:
        raise InputError(f"no line that rhymes with {last_word(line)!r} was found; try another seed or another line")
    return tuple(sorted(found.values(), key=lambda a: -a.score)[:most])
