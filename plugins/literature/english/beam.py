"""A poem line by line: a few drafts at a time, many candidates for each one's next line, the best drafts kept.

The score of a line is its log p under the model, less `alpha` times the log frequency of its words (so that a line is
not good for being common), less what readers notice: pairs of words never seen together, words used before, a crowd of
pronouns, sentences that end without a finite verb, an opening word used before.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ....core.errors import InputError
from ..models.verse_en.critic import Critic
from ..models.verse_en.engine import Features, Past, VerseEngine
from .agreement_faults import faults, misses_subject, misses_verb
from .brief import Brief, Draft
from .corpus import GO, KEYWORDS, LINE, NONE, STANZA
from .forms import Plan
from .grammar import Grammar, sentence_cost
from .lexicon import FUNCTION
from .line_frames import places
from .line_sampling import Candidate, LineTask, Settings, draw_lines
from .objections import Sense, lacks_person, stock_opening, too_many_kin, unfinished
from .rescoring import ForwardReader
from .words import MARKS, tokenize

if TYPE_CHECKING:
    from ....core.progress import Progress

__all__ = ["Writer", "compose_drafts", "prefix_of"]

Array = NDArray[np.float32]
#: Words that go on with something said, and so do not begin a poem.
_GOING_ON = frozenset("and but or nor so then yet for".split())
STANZA_TRIES = 2
"""How often a stanza is drawn that leaves a clause open."""
STOPS, PAUSES = (".", "!", "?"), (",", ";", ":", "\u2014")


def prefix_of(engine: VerseEngine, plan: Plan, brief: Brief) -> list[int]:
    """The tokens that a poem begins with: form, syllables, persons, tongue, words to be led by."""
    index = engine.index
    names = [
        f"<form:{plan.form.token}>",
        f"<syllables:{int(np.median(plan.syllables))}>",
        f"<persons:{brief.persons}>",
        f"<archaic:{int(brief.archaic)}>",
    ]
    prefix = [index[n] for n in names if n in index]
    hints = [index[w] for w in dict.fromkeys((*brief.wanted, *brief.hints)) if w in index][:4]
    return [*prefix, *([KEYWORDS, *hints] if hints else []), GO]


def _mark_mask(plan: Plan, line: int) -> Array:
    """What may end a line: the form's stops and pauses are planned, the last line ends a sentence."""
    names = (NONE, *MARKS)
    number = line + 1
    if number in plan.form.stops:
        cost = dict.fromkeys(STOPS, 0.0)
        if number != plan.lines:
            cost |= {";": -1.0, ":": -1.5}
    elif number in plan.form.pauses:
        cost = dict.fromkeys((*PAUSES, *STOPS), 0.0) | {
            NONE: -np.inf if plan.form.name in ("haiku", "limerick") else -1.5
        }
    else:
        cost = {NONE: 0.0, ",": 0.0, ";": -0.5, ":": -1.0, "\u2014": -1.5, ".": -2.5, "!": -3.0, "?": -3.0}
        after = number % 2 == 0 and plan.lines > 8
        if after:
            cost |= {".": 0.0, ";": 0.0}
    return np.array([cost.get(n, -np.inf) for n in names], np.float32)


class Writer:
    """One composition: what stays the same over its lines."""

    def __init__(
        self, engine: VerseEngine, plan: Plan, brief: Brief, settings: Settings, forward: ForwardReader | None
    ) -> None:
        self.engine, self.plan, self.brief, self.settings, self.forward = engine, plan, brief, settings, forward
        self.lexicon, self.grammar, self.sense = engine.lexicon, engine.once(Grammar), engine.once(Sense)
        self.critic = engine.once(Critic.of) if self.settings.critic and not brief.frames else None
        index = engine.index
        self.wanted = tuple(index[w] for w in brief.wanted if w in index)
        self.going_on = [index[w] for w in _GOING_ON if w in index]
        self.banned = [index[w] for w in brief.banned if w in index]
        self.kept = {line: self._given(line, text) for line, text in brief.keep.items()}
        rare = [*self.wanted, *(t for tokens in self.kept.values() for t in tokens)]
        self.full = any(t >= engine.second for t in rare)
        self.near = np.zeros(len(engine.words), np.float32)
        for word, value in brief.near.items():
            if word in index and not self.lexicon.function[index[word]]:
                self.near[index[word]] = value
        self.told = {self.lexicon.stems[index[w]]: 1 for w in (*brief.wanted, *brief.hints[:2]) if w in index}
        self.stale = np.zeros(len(engine.words), np.float32)
        self.stale[[i for i, s in enumerate(self.lexicon.stems) if s in brief.stale]] = -1.0
        for other in self.grammar.of_stems(self.grammar.foreign(self.told)):
            self.near[other], self.stale[other] = 0.0, -2.0
        self.often = self.settings.overuse * engine.overuse * (1 - np.minimum(1.0, self.near))
        self.often[list(self.wanted)] = 0

    def _given(self, line: int, text: str) -> list[int]:
        """A kept line as tokens from its end. Raises InputError if it cannot be read or has the wrong length."""
        index = self.engine.index
        tokens = tokenize(text)
        words = [t for t in tokens if t not in MARKS]
        odd = [w for w in words if w not in index]
        if not words or odd:
            reason = f"the word {odd[0]!r} is not in the vocabulary" if odd else "it has no word"
            raise InputError(f"line {line + 1}, {text!r}, cannot be kept: {reason}; use common words")
        size = int(sum(self.lexicon.syllables[index[w]] for w in words))
        if size != self.plan.syllables[line]:
            raise InputError(
                f"line {line + 1}, {text!r}, has {size} syllables; the form asks for {self.plan.syllables[line]}. "
                f"Change the line or the form"
            )
        if tokens[-1] not in MARKS:
            tokens.append(NONE)
        return [index[t] for t in reversed(tokens)]

    def task(self, line: int, drafts: list[Draft]) -> LineTask:
        """What the next line of every draft must hold."""
        plan, lexicon = self.plan, self.lexicon
        pattern, total = plan.pattern(line), plan.syllables[line]
        partners = plan.partners(line)
        back = line - partners[-1] if partners else 0
        relation = back if back <= 4 else 0
        end = np.stack([self._apart(self._end(line, [d.last(p) for p in partners]), d, line) for d in drafts])
        partner = np.array([d.last(partners[-1]) if relation else 0 for d in drafts])
        before = np.array([d.last(line - 1) if line else 0 for d in drafts])
        pressure = np.stack([self._pressure(d, line) for d in drafts])
        initial = None
        letter = self.brief.acrostic[line : line + 1].lower()
        if letter.strip():
            initial = np.array([w.lstrip("'").startswith(letter) for w in self.engine.words]) & lexicon.usable
        elif line in self.brief.initials:
            asked = np.array([w in self.brief.initials[line] for w in self.engine.words]) & lexicon.usable
            initial = asked if asked.any() else None
        number = 1 + line % 15
        frame = (
            places(self.engine, self.brief.frames[line], self.wanted)
            if line in self.brief.frames and line not in self.kept
            else None
        )
        return LineTask(
            number,
            total,
            lexicon.mask(pattern, total),
            end,
            _mark_mask(plan, line),
            relation,
            partner,
            before,
            pressure,
            initial,
            self.kept.get(line),
            frame,
        )

    def _sounds_wrong(self, words: list[int]) -> bool:
        """Whether `a` stands before a vowel, `an` before a consonant, or a word of content right after itself (*light
        and light* too).
        """
        spelled = [self.engine.words[t] for t in words]
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

    def _end(self, line: int, partners: list[int]) -> Array:
        lexicon, form = self.lexicon, self.plan.form
        if form.rhymes[line] == "x":
            return np.where(
                lexicon.closing | (self._free(line) & ~lexicon.function & lexicon.usable),
                np.float32(0),
                -np.float32(np.inf),
            )
        if partners:
            return lexicon.rhyme_mask(partners=partners) - np.where(lexicon.raised, np.float32(1.0), np.float32(0))
        later = [self.kept[k][1] for k in self.kept if k > line and form.rhymes[k] == form.rhymes[line]]
        if later:
            return lexicon.rhyme_mask(partners=later)
        if self.brief.rhyme and form.rhymes[line] == next(r for r in form.rhymes if r != "x"):
            return self._rhyme_asked()
        need = form.rhymes.count(form.rhymes[line])
        return lexicon.rhyme_mask(rich=12 * (need - 1)) - np.where(lexicon.raised, np.float32(1.5), np.float32(0))

    def _apart(self, end: Array, draft: Draft, line: int) -> Array:
        """The ends without the rhymes of other letters in the last eight lines: two rhymes stay two, blank verse stays
        blank.
        """
        lexicon, letters = self.lexicon, self.plan.form.rhymes
        others = [i for i in range(max(0, line - 8), line) if letters[i] != letters[line] or letters[line] == "x"]
        used = {int(lexicon.rhyme[draft.last(i)]) for i in others} - {-1}
        out = end.copy()
        for key in used:
            out[lexicon.members[key]] = -np.inf
        return out if np.isfinite(out).any() else end

    def _free(self, line: int) -> NDArray[np.bool_]:
        return np.full(len(self.engine.words), not self.plan.pattern(line))

    def _rhyme_asked(self) -> Array:
        word = self.brief.rhyme.lower()
        at = self.engine.index.get(word, -1)
        group = (
            self.lexicon.members.get(int(self.lexicon.rhyme[at])) if at >= 0 and self.lexicon.rhyme[at] >= 0 else None
        )
        if group is None or len(group) < 3:
            raise InputError(
                f"nothing rhymes with {word!r} in the vocabulary; choose a word such as 'night', 'sea' or 'rain'"
            )
        out = np.full(len(self.engine.words), -np.inf, np.float32)
        out[group] = 0
        return out

    def _pressure(self, draft: Draft, line: int) -> Array:
        """What is added to the logits of a draft's next line."""
        out = self.stale - self.often + (1.0 if line in self.brief.frames else 0.5) * self.settings.pull * self.near
        used = self.grammar.of_stems(draft.stems)
        out[used] -= self.settings.used_draw
        for tokens in draft.lines:
            spent = [t for t in tokens if self.lexicon.function[t]]
            out[spent] -= 0.16
        out -= self.grammar.person_cost(draft.persons)
        if not line:
            out[self.going_on] -= 4.0
        if self.banned:
            out[self.banned] = -np.inf
        remaining = self.plan.lines - line
        returning = self.engine.index.get(self.brief.returning, -1)
        if returning >= 0:
            out[returning] += 5.0 if remaining == 1 else 0.0
        for i, word in enumerate(draft.wanted):
            urgent = remaining <= 2 * (len(draft.wanted) - i) + 1
            out[word] += 7.0 if urgent else 3.5
        return out

    def _orphan(self, draft: Draft, reading: list[int]) -> bool:
        """Whether a line begins with a verb that has no subject in what its sentence said so far, or a clause where one
        has no verb yet.
        """
        words, tags = self.engine.words, self.engine.tags
        line, earlier = [words[t] for t in reading], [words[t] for t in draft.sentence]
        earlier_tags = [tags[t] for t in draft.sentence]
        return misses_subject(line, [tags[t] for t in reading], earlier, earlier_tags) or misses_verb(
            line, earlier, earlier_tags
        )

    def score(self, candidate: Candidate, draft: Draft, line: int) -> Draft | None:
        """The draft with a candidate added, or None if the candidate is refused."""
        s, lexicon, engine = self.settings, self.lexicon, self.engine
        reading = candidate.tokens[:0:-1]
        words = [t for t in reading if t >= engine.first_word]
        if not words or (line not in self.kept and (engine.copies.holds(words[::-1]) or self._sounds_wrong(words))):
            return None
        value = float(sum(candidate.log_p)) - s.alpha * float(sum(engine.unigram[t] for t in words))
        history = draft.history
        if self.forward is not None:
            text = [engine.words[t] for t in [*reading, candidate.tokens[0]] if t != engine.index[NONE]]
            read, history = self.forward.read(draft.history, text)
            value += s.forward * (read - s.alpha * float(sum(engine.unigram[t] for t in words)))
        classes = draft.classes
        if engine.classes is not None:
            spoken = [t for t in [*reading, candidate.tokens[0]] if t != engine.index[NONE]]
            syntax, worst, classes = engine.classes.read(draft.classes, spoken)
            value += (
                s.syntax * (syntax - 0.5 * float(sum(engine.classes.usual[engine.classes.class_of[t]] for t in spoken)))
                + s.worst * worst
            )
        value -= s.agreement * faults([engine.words[t] for t in reading], [engine.tags[t] for t in reading])
        value -= s.agreement * (
            self._orphan(draft, reading) + lacks_person(engine, words, draft.lines[-1] if draft.lines else ())
        )
        unclosed = (
            unfinished(engine, [*draft.lines, [*reading, candidate.tokens[0]]])
            if self.grammar.clauses & {*reading, candidate.tokens[0]}
            else 0.0
        )
        value -= s.clauses * unclosed
        pairs = [
            (a, b) for a, b in zip(reading, [*reading[1:], candidate.tokens[0]], strict=True) if a >= engine.first_word
        ]
        if draft.lines and draft.lines[-1][-1] == engine.index[NONE]:
            pairs.append((draft.lines[-1][-2], words[0]))
        value -= s.unseen * sum(not engine.is_seen(a, b) for a, b in pairs)
        value -= s.inner_mark * sum(t < engine.first_word for t in reading)
        content_stems = [lexicon.stems[t] for t in words if not lexicon.function[t]]
        if line not in self.kept and len(set(content_stems)) < len(content_stems):
            return None
        echoes = self.grammar.echoes([t for t in words if not lexicon.function[t]])
        if echoes and line in self.brief.frames and line not in self.kept:
            return None
        value -= 8.0 * echoes
        value -= self.grammar.clash({**draft.stems, **self.told}, [lexicon.stems[t] for t in words])
        stems = dict(draft.stems)
        pull = s.field if line in self.brief.frames else 0.5 * s.field
        value -= float(sum(self.often[t] for t in words))
        for t in words:
            if not lexicon.function[t]:
                stem = lexicon.stems[t]
                value -= s.repeated * min(3, stems.get(stem, 0)) if engine.words[t] != self.brief.returning else 0.0
                stems[stem] = stems.get(stem, 0) + 1
                value += 1.5 * float(self.stale[t]) + pull * float(self.near[t]) * (stems[stem] == 1)
        value -= s.pronouns * max(0, sum(bool(lexicon.personal[t]) for t in words) - 2)
        opening = [engine.words[t] for t in words[:2]]
        keys = (opening[0], " ".join(opening))
        content = sum(not lexicon.function[t] for t in words)
        value -= s.sparse * max(0, max(2, round(0.3 * self.plan.syllables[line])) + self.brief.dense - content)
        value -= self.brief.third_cost * self.grammar.third(words)
        value -= 0.5 * (words[0] in self.grammar.subordinating) + 5.0 * (not line and opening[0] in _GOING_ON)
        if not self.brief.frames:
            known = [engine.words[t] for said in draft.lines for t in said]
            value -= s.agreement * (too_many_kin([*known, *(engine.words[t] for t in words)]) - too_many_kin(known))
            value -= s.stock * stock_opening(opening, first=not line) + s.unprepared * self.sense.unprepared(
                words, draft.lines
            )
        if keys[0] == "and":  # a line of the model begins so twice as often as a poet's
            value -= s.going_on * (
                1 + sum(engine.words[said[0]] == "and" for said in draft.lines[_stanza(self.plan, line) :])
            )
        value -= s.opening * (draft.openings.get(keys[0], 0) + 2 * draft.openings.get(keys[1], 0) * (len(opening) > 1))
        persons = draft.persons | self.grammar.persons(words)
        value -= 2.0 * max(0, len(persons) - max(2, len(draft.persons)))
        sentence = (*draft.sentence, *reading, candidate.tokens[0])
        cost, rest = sentence_cost(self.grammar, sentence)
        value -= cost
        wanted = tuple(w for w in draft.wanted if w not in words)
        value += 4.0 * (len(draft.wanted) - len(wanted))
        tokens = [*reading, candidate.tokens[0]]
        if any(tokens[:-1] == earlier[:-1] for earlier in draft.lines):
            return None
        openings = dict(draft.openings)
        for key in dict.fromkeys(keys):
            openings[key] = openings.get(key, 0) + 1
        return replace(
            draft,
            lines=[*draft.lines, tokens],
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

    def choose(self, drawn: list[Candidate], drafts: list[Draft], line: int) -> list[tuple[Draft, Candidate]]:
        """Drafts with the candidates that are not refused, best first."""
        scored: dict[tuple[int, ...], tuple[Draft, Candidate]] = {}
        for candidate in drawn:
            if not candidate.broken:
                new = self.score(candidate, drafts[candidate.beam], line)
                if new is not None:
                    scored.setdefault((candidate.beam, *candidate.tokens), (new, candidate))
        if self.critic is not None and scored:
            self._hear(list(scored.values()), drafts, line)
        best = sorted(scored.values(), key=lambda pair: (-pair[0].score, pair[1].row))
        if line + 1 == self.plan.lines:
            fewest = min((len(new.wanted) for new, _ in best), default=0)
            best = [pair for pair in best if len(pair[0].wanted) == fewest]
        return (
            self.reread(best[: self.settings.deep], drafts) if self.forward is not None and self.settings.deep else best
        )

    def _hear(self, pairs: list[tuple[Draft, Candidate]], drafts: list[Draft], line: int) -> None:
        """Let the critic judge the stanza with each new line; where a stanza begins it knows nothing."""
        assert self.critic is not None
        opens = not line or _before(self.plan, line) == STANZA
        minds = [None if opens else drafts[c.beam].mind for _, c in pairs]
        states = np.concatenate([self.critic.start() if mind is None else mind[None] for mind in minds])
        logits, states = self.critic.read(states, [new.lines[-1] for new, _ in pairs])
        for (new, c), logit, state in zip(pairs, logits, states, strict=True):
            new.score += self.settings.critic * float(logit - (0.0 if opens else drafts[c.beam].heard))
            new.heard, new.mind = float(logit), state

    def reread(self, best: list[tuple[Draft, Candidate]], drafts: list[Draft]) -> list[tuple[Draft, Candidate]]:
        """The best candidates in the order that the network's opinion gives them."""
        if self.forward is None or not best:
            return best
        none = self.engine.index[NONE]
        lines = [[self.engine.words[t] for t in new.lines[-1] if t != none] for new, _ in best]
        gains = self.forward.deepen([drafts[c.beam].history for _, c in best], lines)
        for (new, _), gain in zip(best, gains, strict=True):
            new.score += self.settings.forward * float(gain)
        return sorted(best, key=lambda pair: (-pair[0].score, pair[1].row))


def _stanza(plan: Plan, line: int) -> int:
    """The first line of the stanza of a line."""
    return next((k for k in range(line, 0, -1) if _before(plan, k) == STANZA), 0)


def _before(plan: Plan, line: int) -> int:
    """The break before a line: LINE inside a stanza, STANZA between two."""
    at = 0
    for size in plan.form.stanzas:
        at += size
        if at == line:
            return STANZA
    return LINE


def compose_drafts(
    engine: VerseEngine,
    plan: Plan,
    brief: Brief,
    rng: np.random.Generator,
    *,
    beam: int = 4,
    candidates: int = 64,
    settings: Settings | None = None,
    forward: ForwardReader | None = None,
    progress: Progress | None = None,
) -> list[Draft]:
    """Finished drafts, best first; fewer than `beam`, or none, where the masks left nothing. forward: a second opinion
    on lines.
    """
    writer = Writer(engine, plan, brief, settings or Settings(), forward)
    room = 14 + sum(plan.syllables) * 2 + 4 * plan.lines
    past: Past = engine.start(prefix_of(engine, plan, brief), room)
    drafts = [Draft(wanted=writer.wanted)]
    line = 0
    for size in plan.form.stanzas:
        best: tuple[list[Draft], Past] | None = None
        for _ in range(1 if brief.frames else STANZA_TRIES):
            written = _write_lines(
                writer, drafts, past, range(line, line + size), rng, beam=beam, candidates=candidates, progress=progress
            )
            if written[0] and (best is None or _closed(written[0]) > _closed(best[0])):
                best = written
            if best is not None and best[0][0].unclosed <= drafts[0].unclosed:
                break
        if best is None:
            return []
        drafts, past = best
        line += size
    return drafts


def _closed(drafts: list[Draft]) -> tuple[float, float]:
    """What tells a better stanza: fewer clauses left open, then the score."""
    return -drafts[0].unclosed, drafts[0].score


def _write_lines(
    writer: Writer,
    drafts: list[Draft],
    past: Past,
    lines: range,
    rng: np.random.Generator,
    *,
    beam: int,
    candidates: int,
    progress: Progress | None,
) -> tuple[list[Draft], Past]:
    """Drafts with some lines more, best first, and what the model remembers of them; no drafts where the masks left
    nothing.
    """
    engine, plan = writer.engine, writer.plan
    for line in lines:
        task = writer.task(line, drafts)
        count = len(drafts)
        step = np.full(count, GO if not line else _before(plan, line))
        features = Features(
            np.full(count, min(19, task.total)),
            np.full(count, task.number),
            np.full(count, task.relation),
            task.partner,
            task.before,
        )
        past, hidden = engine.advance(past, step, features)
        each = 1 if task.keep is not None else max(2, candidates // count)
        drawn, own = draw_lines(engine, past, hidden, task, each, rng, writer.settings, full=writer.full)
        best = writer.choose(drawn, drafts, line)[:beam]
        if not best:
            return [], past
        drafts = [d for d, _ in best]
        past = engine.join(past, own, np.array([c.row for _, c in best]), np.array([len(c.tokens) for _, c in best]))
        if progress is not None:
            progress.update((line + 1) / plan.lines, f"line {line + 1} of {plan.lines}")
    return drafts, past
