"""What a line that was drawn is worth behind a draft.

Its log p under the model, less `alpha` times the log frequency of its words (so that a line is not good for being
common), less what readers notice: pairs of words never seen together, words used before, a crowd of pronouns, sentences
that end without a finite verb, an opening word used before.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise

from .agreement_faults import faults, misses_subject, misses_verb
from .brief import Draft
from .composition import GOING_ON, Composition
from .corpus import NONE
from .grammar import sentence_cost
from .lexicon import FUNCTION
from .line_sampling import Candidate
from .objections import lacks_person, stock_opening, too_many_kin, unfinished

__all__ = ["score_line"]


@dataclass(frozen=True)
class _Line:
    """A candidate behind a draft. number: of the line; reading: tokens in reading order without the mark at the end;
    words: those that are words; spoken: all that is read aloud or seen.
    """

    number: int
    reading: list[int]
    mark: int
    words: list[int]
    spoken: list[int]

    @property
    def tokens(self) -> list[int]:
        """In reading order, the mark last."""
        return [*self.reading, self.mark]


def score_line(poem: Composition, candidate: Candidate, draft: Draft, number: int) -> Draft | None:
    """The draft with a candidate added as line `number` (from 0), or None if the candidate is refused."""
    line = _as_line(poem, candidate, number)
    if not line.words or _is_refused(poem, line, draft):
        return None
    value, history, classes = _likelihood(poem, candidate, line, draft)
    unclosed = _unclosed(poem, line, draft)
    value = _less_grammar(poem, value, line, draft, unclosed)
    value, stems = _less_repeats(poem, value, line, draft)
    value, openings = _less_manner(poem, value, line, draft)
    persons = draft.persons | poem.grammar.persons(line.words)
    value -= 2.0 * max(0, len(persons) - max(2, len(draft.persons)))
    cost, rest = sentence_cost(poem.grammar, (*draft.sentence, *line.tokens))
    value -= cost
    wanted = tuple(w for w in draft.wanted if w not in line.words)
    value += 4.0 * (len(draft.wanted) - len(wanted))
    return replace(
        draft,
        lines=[*draft.lines, line.tokens],
        score=draft.score + value,
        log_p=draft.log_p + float(sum(candidate.log_p)),
        stems=stems,
        openings=openings,
        persons=persons,
        wanted=wanted,
        sentence=rest,
        history=history,
        classes=classes,
        unclosed=draft.unclosed + unclosed,
    )


def _as_line(poem: Composition, candidate: Candidate, number: int) -> _Line:
    reading, mark = candidate.tokens[:0:-1], candidate.tokens[0]
    none = poem.engine.index[NONE]
    return _Line(
        number,
        reading,
        mark,
        [t for t in reading if t >= poem.engine.first_word],
        [t for t in [*reading, mark] if t != none],
    )


def _is_refused(poem: Composition, line: _Line, draft: Draft) -> bool:
    """Whether a line stands in the poem already, or was not given and copies, jars or says a word of content twice."""
    if any(line.reading == earlier[:-1] for earlier in draft.lines):
        return True
    if line.number in poem.kept:
        return False
    lexicon = poem.lexicon
    if poem.engine.copies.holds(line.words[::-1]) or _sounds_wrong(poem, line.words):
        return True
    content = [t for t in line.words if not lexicon.function[t]]
    stems = [lexicon.stems[t] for t in content]
    return len(set(stems)) < len(stems) or (line.number in poem.brief.frames and bool(poem.grammar.echoes(content)))


def _sounds_wrong(poem: Composition, words: list[int]) -> bool:
    """Whether `a` stands before a vowel, `an` before a consonant, or a word of content right after itself (*light
    and light* too).
    """
    spelled = [poem.engine.words[t] for t in words]
    for one, other in pairwise(spelled):
        if (
            (one == "a" and other[0] in "aei")
            or (one == "an" and other[0] not in "aeiouh")
            or (one == other and other not in FUNCTION)
        ):
            return True
    return any(
        one == other and link in ("and", "or") and one not in FUNCTION
        for one, link, other in zip(spelled, spelled[1:], spelled[2:], strict=False)
    )


def _likelihood(
    poem: Composition, candidate: Candidate, line: _Line, draft: Draft
) -> tuple[float, tuple[int, ...], tuple[int, ...]]:
    """(how likely the line is for its words under the model, the reader from left to right and the groups of words; what
    the latter two must remember).
    """
    s, engine = poem.settings, poem.engine
    common = s.alpha * float(sum(engine.unigram[t] for t in line.words))
    value = float(sum(candidate.log_p)) - common
    history, classes = draft.history, draft.classes
    if poem.forward is not None:
        read, history = poem.forward.read(draft.history, [engine.words[t] for t in line.spoken])
        value += s.forward * (read - common)
    if engine.classes is not None:
        syntax, worst, classes = engine.classes.read(draft.classes, line.spoken)
        usual = 0.5 * float(sum(engine.classes.usual[engine.classes.class_of[t]] for t in line.spoken))
        value += s.syntax * (syntax - usual) + s.worst * worst
    return value, history, classes


def _unclosed(poem: Composition, line: _Line, draft: Draft) -> float:
    """Clauses that the sentences ending in a line leave open."""
    ends_clause = poem.grammar.clauses & set(line.tokens)
    return unfinished(poem.engine, [*draft.lines, line.tokens]) if ends_clause else 0.0


def _less_grammar(poem: Composition, value: float, line: _Line, draft: Draft, unclosed: float) -> float:
    """The value less faults of agreement, clauses left open, unseen pairs and marks inside the line."""
    s, engine = poem.settings, poem.engine
    spelled, tags = [engine.words[t] for t in line.reading], [engine.tags[t] for t in line.reading]
    value -= s.agreement * faults(spelled, tags)
    value -= s.agreement * (
        _lacks_subject_or_verb(poem, spelled, tags, draft)
        + lacks_person(engine, line.words, draft.lines[-1] if draft.lines else ())
    )
    value -= s.clauses * unclosed
    pairs = [(a, b) for a, b in zip(line.reading, line.tokens[1:], strict=True) if a >= engine.first_word]
    if draft.lines and draft.lines[-1][-1] == engine.index[NONE]:
        pairs.append((draft.lines[-1][-2], line.words[0]))
    value -= s.unseen * sum(not engine.is_seen(a, b) for a, b in pairs)
    value -= s.inner_mark * sum(t < engine.first_word for t in line.reading)
    return value


def _lacks_subject_or_verb(poem: Composition, spelled: list[str], tags: list[str], draft: Draft) -> bool:
    """Whether a line begins with a verb that has no subject in what its sentence said so far, or a clause where one has
    no verb yet.
    """
    earlier = [poem.engine.words[t] for t in draft.sentence]
    earlier_tags = [poem.engine.tags[t] for t in draft.sentence]
    return misses_subject(spelled, tags, earlier, earlier_tags) or misses_verb(spelled, earlier, earlier_tags)


def _less_repeats(poem: Composition, value: float, line: _Line, draft: Draft) -> tuple[float, dict[str, int]]:
    """(the value less words used before and said too often, more for those near the theme; stems used so far)."""
    s, lexicon = poem.settings, poem.lexicon
    content = [t for t in line.words if not lexicon.function[t]]
    value -= 8.0 * poem.grammar.echoes(content)
    value -= poem.grammar.clash({**draft.stems, **poem.told}, [lexicon.stems[t] for t in line.words])
    stems = dict(draft.stems)
    pull = s.field if line.number in poem.brief.frames else 0.5 * s.field
    value -= float(sum(poem.often[t] for t in line.words))
    for t in content:
        stem = lexicon.stems[t]
        value -= s.repeated * min(3, stems.get(stem, 0)) if poem.engine.words[t] != poem.brief.returning else 0.0
        stems[stem] = stems.get(stem, 0) + 1
        value += 1.5 * float(poem.stale[t]) + pull * float(poem.near[t]) * (stems[stem] == 1)
    return value, stems


def _less_manner(poem: Composition, value: float, line: _Line, draft: Draft) -> tuple[float, dict[str, int]]:
    """(the value less pronouns in a crowd, sparse lines, stale openings and rhymes that nothing prepared; how often lines
    began with what).
    """
    s, engine, grammar, words = poem.settings, poem.engine, poem.grammar, line.words
    value -= s.pronouns * max(0, sum(bool(poem.lexicon.personal[t]) for t in words) - 2)
    opening = [engine.words[t] for t in words[:2]]
    keys = (opening[0], " ".join(opening))
    content = sum(not poem.lexicon.function[t] for t in words)
    least = max(2, round(0.3 * poem.plan.syllables[line.number])) + poem.brief.dense
    value -= s.sparse * max(0, least - content)
    value -= poem.brief.third_cost * grammar.third(words)
    value -= 0.5 * (words[0] in grammar.subordinating) + 5.0 * (not line.number and opening[0] in GOING_ON)
    if not poem.brief.frames:
        known = [engine.words[t] for earlier in draft.lines for t in earlier]
        value -= s.agreement * (too_many_kin([*known, *(engine.words[t] for t in words)]) - too_many_kin(known))
        value -= s.stock * stock_opening(opening, first=not line.number) + s.unprepared * poem.sense.unprepared(
            words, draft.lines
        )
    if keys[0] == "and":  # a line of the model begins so twice as often as a poet's
        of_stanza = draft.lines[poem.stanza_start(line.number) :]
        value -= s.going_on * (1 + sum(engine.words[earlier[0]] == "and" for earlier in of_stanza))
    value -= s.opening * (draft.openings.get(keys[0], 0) + 2 * draft.openings.get(keys[1], 0) * (len(opening) > 1))
    openings = dict(draft.openings)
    for key in dict.fromkeys(keys):
        openings[key] = openings.get(key, 0) + 1
    return value, openings
