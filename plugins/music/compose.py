"""Composing: from a plan to finished scores, with as many candidates as are asked for and a critic to choose."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from .critic import Figures, chorale_cost, measure
from .cursor import Frame
from .encoding import key_shift
from .engine import Engine
from .facts import facts
from .plan import Plan, cadence_names, rules_for
from .scores import Note, Score
from .search import Candidate, decode

__all__ = ["Finished", "compose", "frame_for", "judge", "with_phrase_ends"]


@dataclass(frozen=True)
class Finished:
    """A finished piece: its score, what the critic says of it (lower is better), figures, and its plan."""

    score: Score
    cost: float
    nats_per_note: float
    figures: Figures
    plan: Plan
    minor: bool

    def notes(self) -> dict[str, Any]:
        """What a manifest remembers."""
        return {
            "plan": {
                "form": self.plan.form, "pickup_ticks": self.plan.pickup, "cadences": cadence_names(self.plan.goals, self.minor),
                "phrase_ends_quarters": [g.end / 24 for g in self.plan.goals],
            },
            "nats_per_note": round(self.nats_per_note, 4), "critic": round(self.cost, 4),
            "dissonant_beats": round(self.figures.dissonant, 3), "parallels": round(self.figures.fifths + self.figures.octaves, 3),
        }


def frame_for(plan: Plan, *, style: str, voices: int, signature: int, task: str = "free") -> Frame:
    """The frame of a plan in the key of a signature."""
    return Frame(
        style=style, voices=voices, metres=plan.metres, total=plan.total, shift=key_shift(signature), goals=plan.goals, final=plan.final, task=task,
    )


def judge(candidate: Candidate, plan: Plan, *, style: str) -> tuple[float, Figures, list[list[Note]]]:
    """(cost, figures, lines) of a candidate."""
    lines = candidate.cursor.lines()
    bar = plan.metres[0].bar
    figures = measure(lines, bar=bar, start=plan.pickup)
    if style == "bach" and len(lines) == 4:
        return chorale_cost(figures, candidate.nats_per_note, lines), figures, lines
    cost = candidate.nats_per_note + 0.5 * abs(figures.repeated - 0.12) + 0.05 * figures.big_leaps / max(1.0, figures.bars)
    usual = facts().get(style, {}).get("notes_per_quarter")
    if usual:
        density = sum(map(len, lines)) / len(lines) / (plan.total / 24)
        cost += abs(math.log(max(density, 0.01) / usual))
    if len(lines) > 1:
        cost += 0.7 * (figures.fifths + figures.octaves) + 2.0 * max(0.0, figures.sharp - 0.05)
    return cost + 0.05 * max(0, 8 - figures.ambitus), figures, lines


def compose(
    engine: Engine, plans: Sequence[Plan], rng: np.random.Generator, *, style: str, voices: int, signature: int, minor: bool, tempo_qpm: float,
    temperature: float = 0.9, top_p: float = 0.97, tell: Callable[[float], None] | None = None, name: str = "", blend: bool = False,
) -> list[Finished]:
    """One finished piece for each plan, best first. blend: the notes are written in the style "user" (a mix), under the rules of `style`."""
    frames: dict[int, Frame] = {}
    for plan in plans:
        frames.setdefault(id(plan), frame_for(plan, style="user" if blend else style, voices=voices, signature=signature))
    rules = rules_for(style, voices)
    rows = decode(
        engine, [frames[id(p)] for p in plans], rules, rng, temperature=temperature, top_p=top_p, echoes=[p.echoes for p in plans], tell=tell,
    )
    finished = []
    for row, plan in zip(rows, plans, strict=True):
        cost, figures, lines = judge(row, plan, style=style)
        score = Score(
            name=name, style=style, lines=tuple(tuple(line) for line in lines), metres=plan.metres, signature=signature, tempo_qpm=tempo_qpm,
        )
        finished.append(Finished(score, cost, row.nats_per_note, figures, plan, minor))
    return sorted(finished, key=lambda f: f.cost)


def with_phrase_ends(score: Score, plan: Plan) -> Score:
    """The score with its phrase ends marked."""
    ends = {g.end for g in plan.goals}
    lines = tuple(tuple(replace(n, phrase_end=n.end in ends) for n in line) for line in score.lines)
    return replace(score, lines=lines)


