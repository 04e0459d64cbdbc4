"""Composing: from a plan to finished scores, with as many candidates as are asked for and a critic to choose."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..models.composer.cursor import Frame
from ..models.composer.engine import Engine
from ..notation.score_midi import voice_names
from ..theory.chord_classes import degree_names
from ..theory.keys import key_shift
from ..theory.part_writing import Figures
from ..theory.score import TICKS, Note, Score
from .character import PLAIN, Means, under
from .copying import check_copies, longest_copies
from .critic import is_chorale, judge, judge_phrase, judge_stretch
from .imitation import IMITATIVE, with_entries
from .plan import QUARTETS, Plan, rules_for
from .search import NO_SURVIVAL, Survival, decode
from .seating import KEYBOARDS, STRINGS, seated

__all__ = ["Finished", "compose", "first_original", "frame_for"]


@dataclass(frozen=True)
class Finished:
    """A finished piece: its score, what the critic says of it (lower is better), figures, its plan, and entries of a
    subject (voice, tick, first pitch).
    """

    score: Score
    cost: float
    nats_per_note: float
    figures: Figures
    plan: Plan
    minor: bool
    entries: tuple[tuple[int, int, int], ...] = ()

    def notes(self) -> dict[str, Any]:
        """What a manifest remembers."""
        entries = [{"voice": v + 1, "quarter": at / TICKS} for v, at, _ in self.entries]
        return {
            "plan": {
                "form": self.plan.form,
                "pickup_ticks": self.plan.pickup,
                "cadences": degree_names([g.chord for g in self.plan.goals], self.minor),
                "phrase_ends_quarters": [g.end / TICKS for g in self.plan.goals],
                **({"entries": entries} if entries else {}),
            },
            "nats_per_note": round(self.nats_per_note, 4),
            "critic": round(self.cost, 4),
            "dissonant_beats": round(self.figures.dissonant, 3),
            "parallels": round(self.figures.fifths + self.figures.octaves, 3),
        }


def frame_for(plan: Plan, *, style: str, voices: int, signature: int, task: str = "free") -> Frame:
    """The frame of a plan in the key of a signature."""
    return Frame(
        style=style,
        voices=voices,
        metres=plan.metres,
        total=plan.total,
        shift=key_shift(signature),
        goals=plan.goals,
        final=plan.final,
        task=task,
        told=plan.told,
    )


QUARTET = (40, 40, 41, 42)
"""General MIDI programs of two violins, viola and cello."""
_STOPPED, _HANDS = (0, 1, 1, 2, 2, 3), (0, 0, 0, 1, 1, 1)
"""Of six lines, who of four string players and of two hands plays each."""


def players_for(style: str, voices: int, programs: Sequence[int]) -> list[int]:
    """For each line that is written for so many voices, who plays it. Quartets were learned with the double stops of
    their players in lines of their own; two hands share what a keyboard plays.

    programs: of the voices; () for the usual ones.
    """
    keyboard = bool(programs) and all(program in KEYBOARDS for program in programs)
    bowed = not programs or all(program in STRINGS or program in (48, 49) for program in programs)
    if style in QUARTETS and voices == 4 and (keyboard or bowed):
        return list(_HANDS if keyboard else _STOPPED)
    if keyboard and voices > 2:
        return [int(line >= (voices + 1) // 2) for line in range(voices)]
    return list(range(voices))


def compose(
    engine: Engine,
    plans: Sequence[Plan],
    rng: np.random.Generator,
    *,
    style: str,
    voices: int,
    signature: int,
    minor: bool,
    tempo_qpm: float,
    temperature: float = 0.9,
    top_p: float = 0.97,
    tell: Callable[[float], None] | None = None,
    name: str = "",
    blend: bool = False,
    means: Means = PLAIN,
    program: Sequence[int] = (),
) -> list[Finished]:
    """One finished piece of so many voices for each plan, best first; where all plans are one chorale's, the best rows
    go on from each phrase end.

    blend: the notes are written in the style "user" (a mix), under the rules of `style`; means: what the theme asks of
    them; program: General MIDI programs of the voices, whose ranges and hands then bind; () for a quartet's own, or for
    nobody in particular.
    """
    program = program or (QUARTET if style in QUARTETS and voices == 4 else ())
    players = players_for(style, voices, program)
    slots = len(players)
    rules = under(rules_for(style, slots), means)
    if program:
        few = max(players) + 1
        rules = seated(rules, [program[p if few == len(program) else 0] for p in players], players)
    written = "user" if blend else style
    frames = {id(plan): frame_for(plan, style=written, voices=slots, signature=signature) for plan in plans}
    entries: dict[int, list[tuple[int, int, int]]] = {}
    if style in IMITATIVE and not blend:
        for key, frame in frames.items():
            frames[key], entries[key] = with_entries(engine, frame, rules, rng, temperature=temperature, top_p=top_p)
    rows = decode(
        engine,
        [frames[id(p)] for p in plans],
        rules,
        rng,
        temperature=temperature,
        top_p=top_p,
        echoes=[p.echoes for p in plans],
        tell=tell,
        survival=_survival(plans[0], style, voices) if len(frames) == 1 else NO_SURVIVAL,
    )
    pieces = []
    for row, plan in zip(rows, plans, strict=True):
        verdict = judge(row, style)
        lines, names = _played(verdict.lines, players, style)
        score = Score(name, style, lines, plan.metres, signature, tempo_qpm, names)
        imitations = tuple(entries.get(id(plan), ()))
        pieces.append(Finished(score, verdict.cost, row.nats_per_note, verdict.figures, plan, minor, imitations))
    return sorted(pieces, key=lambda piece: piece.cost)


def _survival(plan: Plan, style: str, voices: int) -> Survival:
    """Where the best rows of a plan go on: from each phrase end of a chorale or a tune, else after every other stretch
    of 8 quarters.
    """
    if is_chorale(style, voices):
        return Survival(tuple(g.end for g in plan.goals[:-1]), judge_phrase)
    if voices < 2:
        stops = tuple(g.end for g in plan.goals[:-1])
        return Survival(stops, lambda row, start, stop: judge_stretch(row, style, start, stop))
    stretch = max(plan.metres[0].bar, 8 * TICKS)
    stops = tuple(range(2 * stretch, plan.total - stretch, 2 * stretch))
    return Survival(stops, lambda row, start, stop: judge_stretch(row, style, start, stop))


def _played(
    lines: Sequence[Sequence[Note]], players: Sequence[int], style: str
) -> tuple[tuple[tuple[Note, ...], ...], tuple[str, ...]]:
    """(lines, names of their players or ()): where there are more lines than players, silent ones are left out."""
    count = max(players) + 1
    if count == len(lines):
        return tuple(map(tuple, lines)), ()
    names = ("Right hand", "Left hand") if count == 2 else voice_names(count, quartet=style in QUARTETS)
    heard = [(tuple(line), names[p]) for line, p in zip(lines, players, strict=True) if line]
    return tuple(line for line, _ in heard), tuple(name for _, name in heard)


ROUNDS = 8
"""How often candidates are written anew before the one that copies least is taken."""


def first_original(
    found: Sequence[Finished], write: Callable[[], Sequence[Finished]], style: str
) -> tuple[Finished, list[int]]:
    """(piece, its longest copied run by voice): the first that copies no longer run of notes than real works share with
    one another.

    found: candidates, best first; write: makes others where none of them is within the limits. After `ROUNDS` the one
    that copies least.
    """
    reports: list[tuple[int, Finished, list[int]]] = []
    for turn in range(ROUNDS):
        for candidate in write() if turn else found:
            copies = longest_copies(candidate.score)
            if check_copies(copies, style):
                return candidate, copies
            reports.append((max(copies, default=0), candidate, copies))
    _, best, copies = min(reports, key=lambda r: r[0])
    return best, copies
