"""A poem line by line: a few drafts at a time, many candidates for each one's next line, the best drafts kept."""

from __future__ import annotations

import numpy as np

from ....core.progress import Progress, Silent
from ..models.verse_en.critic import Critic
from ..models.verse_en.engine import Features, Past, VerseEngine
from .brief import Brief, Draft
from .composition import Composition
from .corpus import GO, NONE
from .forms import Plan
from .line_sampling import Candidate, Settings, draw_lines
from .line_scores import score_line
from .line_tasks import line_task
from .rescoring import ForwardReader

__all__ = ["compose_drafts"]

SILENT = Silent()
STANZA_TRIES = 2
"""How often a stanza is drawn that leaves a clause open."""


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
    progress: Progress = SILENT,
) -> list[Draft]:
    """Finished drafts, best first; fewer than `beam`, or none, where the masks left nothing. forward: a second opinion
    on lines.
    """
    poem = Composition(engine, plan, brief, settings or Settings(), forward)
    room = 14 + sum(plan.syllables) * 2 + 4 * plan.lines
    past: Past = engine.start(poem.prefix(), room)
    drafts = [Draft(wanted=poem.wanted)]
    line = 0
    for size in plan.form.stanzas:
        best: tuple[list[Draft], Past] | None = None
        for _ in range(1 if brief.frames else STANZA_TRIES):
            written = _write_lines(
                poem, drafts, past, range(line, line + size), rng, beam=beam, candidates=candidates, progress=progress
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
    poem: Composition,
    drafts: list[Draft],
    past: Past,
    lines: range,
    rng: np.random.Generator,
    *,
    beam: int,
    candidates: int,
    progress: Progress,
) -> tuple[list[Draft], Past]:
    """Drafts with some lines more, best first, and what the model remembers of them; no drafts where the masks left
    nothing.
    """
    engine, plan = poem.engine, poem.plan
    for line in lines:
        task = line_task(poem, line, drafts)
        count = len(drafts)
        step = np.full(count, GO if not line else poem.break_before(line))
        features = Features(
            np.full(count, min(19, task.total)),
            np.full(count, task.number),
            np.full(count, task.relation),
            task.partner,
            task.before,
        )
        past, hidden = engine.advance(past, step, features)
        each = 1 if task.keep is not None else max(2, candidates // count)
        drawn, own = draw_lines(engine, past, hidden, task, each, rng, poem.settings, full=poem.full)
        best = _choose(poem, drawn, drafts, line)[:beam]
        if not best:
            return [], past
        drafts = [d for d, _ in best]
        past = engine.join(past, own, np.array([c.row for _, c in best]), np.array([len(c.tokens) for _, c in best]))
        progress.update((line + 1) / plan.lines, f"line {line + 1} of {plan.lines}")
    return drafts, past


def _choose(poem: Composition, drawn: list[Candidate], drafts: list[Draft], line: int) -> list[tuple[Draft, Candidate]]:
    """Drafts with the candidates that are not refused, best first."""
    scored: dict[tuple[int, ...], tuple[Draft, Candidate]] = {}
    for candidate in drawn:
        if not candidate.broken:
            new = score_line(poem, candidate, drafts[candidate.beam], line)
            if new is not None:
                scored.setdefault((candidate.beam, *candidate.tokens), (new, candidate))
    if poem.critic is not None and scored:
        _hear(poem, poem.critic, list(scored.values()), drafts, line)
    best = sorted(scored.values(), key=lambda pair: (-pair[0].score, pair[1].row))
    if line + 1 == poem.plan.lines:
        fewest = min((len(new.wanted) for new, _ in best), default=0)
        best = [pair for pair in best if len(pair[0].wanted) == fewest]
    return (
        _reread(poem, best[: poem.settings.deep], drafts) if poem.forward is not None and poem.settings.deep else best
    )


def _hear(
    poem: Composition, critic: Critic, pairs: list[tuple[Draft, Candidate]], drafts: list[Draft], line: int
) -> None:
    """Let the critic judge the stanza with each new line; where a stanza begins it knows nothing."""
    opens = poem.opens_stanza(line)
    minds = [None if opens else drafts[c.beam].mind for _, c in pairs]
    states = np.concatenate([critic.start() if mind is None else mind[None] for mind in minds])
    logits, states = critic.read(states, [new.lines[-1] for new, _ in pairs])
    for (new, c), logit, state in zip(pairs, logits, states, strict=True):
        new.score += poem.settings.critic * float(logit - (0.0 if opens else drafts[c.beam].heard))
        new.heard, new.mind = float(logit), state


def _reread(
    poem: Composition, best: list[tuple[Draft, Candidate]], drafts: list[Draft]
) -> list[tuple[Draft, Candidate]]:
    """The best candidates in the order that the network's opinion gives them."""
    if poem.forward is None or not best:
        return best
    none = poem.engine.index[NONE]
    lines = [[poem.engine.words[t] for t in new.lines[-1] if t != none] for new, _ in best]
    gains = poem.forward.deepen([drafts[c.beam].history for _, c in best], lines)
    for (new, _), gain in zip(best, gains, strict=True):
        new.score += poem.settings.forward * float(gain)
    return sorted(best, key=lambda pair: (-pair[0].score, pair[1].row))
