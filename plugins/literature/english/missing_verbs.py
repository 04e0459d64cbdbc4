"""Whether each clause of a sentence gets its verb, read over the line breaks.

Words that open a clause (*who*, *when*, *that*) are kept on a stack; a finite verb goes to the innermost clause that
waits for one. What is
still open at the full stop is a fault: *The death of all the centuries that lie / Among the kingdoms that have lived
and died.* The parts
of speech are rough (`classes.part_of_speech`), so faults cost and do not forbid.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .words import MARKS

__all__ = ["Reading", "open_clauses"]

_HELPING = frozenset(
    (
        "is am are was were has had have do does did doth hath will would shall should can could may might "
        "must 'tis 'twas i'm i'll i've i'd he's she's it's don't can't won't let let's didn't cannot canst "
        "dost hast wilt shalt art wert there's "
    ).split()
)
_VERBS = _HELPING | frozenset("that's seem seems seemed got made put went take took came".split())
_AUXILIARIES = _HELPING | frozenset(
    (
        "be been being to not never ever still yet so all but only always now then scarce half almost just "
        "ne'er e'er having "
    ).split()
)
_DEMAND = frozenset(
    "who which whom whose when while where if because though although whence whither whether what how why "
    "ere where'er whene'er whate'er whoe'er wherever "
    "whenever".split()
)
_MAY = frozenset("as than till until since".split())
_JOIN = frozenset("and or nor but yet".split())
_DETERMINERS = frozenset(
    "the a an my thy his her its our your their no some every each this these those any such another one "
    "all both many".split()
)
_PREPOSITIONS = frozenset(
    "in on of from with by at into upon beneath above below under over through across among amid between "
    "behind beyond beside along around "
    "against near o'er within without toward towards to".split()
)
_SUBJECTS = frozenset("i he she it they we thou you ye".split())
_PLURAL = frozenset("i we they thou you ye who that which and these those all let".split())
#: Words whose groups hold verbs, and that are none.
_NO_VERBS = frozenset("far near like".split())
#: After *and* they promise a main clause of their own, unless one of their kind stands before.
_BEFORE_MAIN = frozenset("when if while though where although whenever".split())
_TIMES = frozenset("day night morning hour time year years days nights evening while way moment hours times".split())
_CALLS = frozenset("o oh ah alas lo hail farewell".split())


@dataclass
class Reading:
    """What was found: demanding clauses without a verb, whether the main clause lacks one, lines of *and* + preposition
    that nothing
    answers, subjects left for another one (*The tides that sweep the plain, / I hear the strain*)."""

    waiting: int = 0
    headless: bool = False
    loose: int = 0
    dangling: int = 0


@dataclass
class _Clause:
    demands: bool = True
    verb: bool = False


def _is_finite(words: Sequence[str], tags: Sequence[str], i: int) -> bool:
    word, tag = words[i], tags[i]
    before = words[i - 1] if i else ""
    if word in _VERBS:
        return before not in _AUXILIARIES or before in (
            "all",
            "but",
            "so",
            "yet",
            "still",
            "then",
            "now",
            "never",
            "ever",
            "not",
        )
    if tag == "done" and (before in _SUBJECTS or before in ("who", "there")):
        return True
    if tag not in ("past", "present", "base") or word in _NO_VERBS or before in _DETERMINERS or before in ("to", "'s"):
        return False
    after = words[i + 1] if i + 1 < len(words) else ""
    if tag == "past":
        earlier = words[i - 2] if i > 1 else ""
        helped = before in _AUXILIARIES or (
            earlier in _AUXILIARIES and (tags[i - 1] == "adverb" or before in _AUXILIARIES)
        )
        return not (helped or after == "by" or before in _PREPOSITIONS)
    if tag == "present":
        return before not in _PREPOSITIONS
    if before in _PREPOSITIONS or before in _AUXILIARIES or (i and tags[i - 1] == "adjective"):
        return False
    nearest = next(
        (k for k in range(i - 1, max(-1, i - 5), -1) if tags[k] in ("noun", "nouns") or words[k] in _PLURAL), -1
    )
    return nearest < 0 or tags[nearest] == "nouns" or words[nearest] in _PLURAL


class _Sentence:
    """The state of a reading. joined: an *and* behind a dependent clause waits for its verb; infinite: *to* was the
    last that asked for a verb;
    loose: clauses opened since an *and* + preposition, -1 where none is open; named, paused: a noun waits for the main
    verb, a mark or
    line end has come since."""

    def __init__(self, *, asks: bool) -> None:
        self.found, self.stack, self.asks = Reading(), [_Clause()], asks
        self.joined = self.infinite = self.named = self.paused = False
        self.loose = -1
        self.prepositions: set[str] = set()
        self.openers: set[str] = set()

    def read(self, line: Sequence[str], tags: Sequence[str], *, first: bool) -> None:
        words = [w for w in line if w not in MARKS]
        if len(words) > 2 and words[0] in _JOIN and words[1] in _PREPOSITIONS and words[1] not in self.prepositions:
            self.loose = 0
        self.paused = self.named
        for i, word in enumerate(line):
            top = self.stack[-1]
            if (
                tags[i] in ("noun", "nouns")
                and len(self.stack) == 1
                and not top.verb
                and not _is_governed(line, tags, i)
            ):
                self.named, self.paused = True, False
            self.paused = self.paused or (self.named and word in MARKS)
            if word in _PREPOSITIONS:
                self.prepositions.add(word)
            begins = first and not i
            if word == "to":
                self.infinite = True
            elif word in _JOIN:
                self.joined = self.joined or (len(self.stack) > 1 and top.verb)
            elif (word in _DEMAND and not (begins and (self.asks or word in ("how", "what")))) or (
                word == "that" and _opens(line, tags, i)
            ):
                self._open(word, line[i - 1] if i else "")
            elif word in _MAY:
                self.stack.append(_Clause(demands=False))
            elif word in (";", ":"):
                self.found.loose += self.loose >= 0
                self.joined, self.loose = False, -1
            elif (
                word not in MARKS
                and not (begins and tags[i] == "present")
                and _is_finite(line, tags, i)
                and not self._is_infinitive(line, tags, i)
            ):
                self._verb(line, i)

    def close(self, *, opening: str, size: int) -> Reading:
        """What is left open where the sentence ends."""
        self.found.loose += self.loose >= 0
        self.found.headless = size > 3 and not self.asks and not self.stack[0].verb and opening not in _CALLS
        self.found.waiting = sum(c.demands and not c.verb for c in self.stack[1:])
        return self.found

    def _is_infinitive(self, line: Sequence[str], tags: Sequence[str], i: int) -> bool:
        return self.infinite and tags[i] == "base" and (i == 0 or line[i - 1] in _JOIN)

    def _open(self, word: str, before: str) -> None:
        if before in _JOIN and word in _BEFORE_MAIN and self.stack[0].verb and word not in self.openers:
            self.stack.append(_Clause())
        self.openers.add(word)
        self.stack.append(_Clause())
        self.joined = False
        self.loose += self.loose >= 0

    def _verb(self, line: Sequence[str], i: int) -> None:
        """Give a finite verb to the innermost clause that waits for one."""
        subject = next((k for k in (i - 1, i - 2) if k >= 0 and line[k] in _SUBJECTS), -1)
        if not self.stack[0].verb and self.paused and subject >= 0:
            relative = any(w in _DEMAND or w == "that" for w in line[max(0, subject - 2) : subject])
            self.found.dangling += all(c.verb for c in self.stack[1:]) and not relative
            self.named = False
        self.loose -= self.loose >= 0
        self.infinite = False
        if not self.stack[-1].verb:
            self.stack[-1].verb = True
            return
        joined = self.joined and i > 0
        self.joined = False
        if joined or (i and line[i - 1] in _JOIN):
            return
        while len(self.stack) > 1 and self.stack[-1].verb:
            self.stack.pop()
        self.stack[-1].verb = True


def open_clauses(lines: Sequence[Sequence[str]], tags: Sequence[Sequence[str]]) -> Reading:
    """Read one sentence. lines: its words and marks, line by line; tags: parts of speech beside them."""
    sentence = _Sentence(asks=any("?" in line for line in lines))
    for number, (line, line_tags) in enumerate(zip(lines, tags, strict=True)):
        sentence.read(line, line_tags, first=not number)
    words = [w for line in lines for w in line]
    return sentence.close(opening=words[0] if words else "", size=sum(w not in MARKS for w in words))


def _is_governed(words: Sequence[str], tags: Sequence[str], i: int) -> bool:
    """Whether a preposition stands before a noun and what belongs to it; so does what tells a time or a manner (*all
    day*).
    """
    at = i - 1
    while at >= 0 and (tags[at] in ("adjective", "done", "doing", "noun") or words[at] in _DETERMINERS):
        at -= 1
    return (at >= 0 and words[at] in _PREPOSITIONS) or words[i] in _TIMES


def _opens(words: Sequence[str], tags: Sequence[str], i: int) -> bool:
    """Whether *that* opens a clause and does not point: *that day*."""
    before = words[i - 1] if i else ""
    following = tags[i + 1] if i + 1 < len(words) else ""
    after = words[i + 1] if i + 1 < len(words) else ""
    points = following in ("noun", "nouns", "adjective") and (
        before in _PREPOSITIONS or before in _JOIN or tags[i - 1] in ("past", "base", "present")
    )
    return not points and after not in ("of", ",", ".", ";")
