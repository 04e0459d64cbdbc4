"""In which order the measures of a page are played: repeats, endings, da capo, dal segno, coda and fine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["Signs", "play_order"]

MAX_MEASURES = 20_000


@dataclass(frozen=True)
class Signs:
    """What stands at a measure.

    begin: a repeat begins here; plays: how often the section is played that ends here, 0 where no repeat ends;
    endings: numbers of the pass on which the measure is played, empty for all; segno, coda: marks at its beginning;
    to_coda, fine: at its end, obeyed after a jump; jump: "capo" or "segno" at its end, or "".
    """

    begin: bool = False
    plays: int = 0
    endings: frozenset[int] = frozenset()
    segno: bool = False
    coda: bool = False
    to_coda: bool = False
    fine: bool = False
    jump: str = ""


def play_order(signs: Sequence[Signs]) -> list[int]:
    """Indices of the measures in the order of playing; that of the page where it would not end.

    A repeat without a beginning goes back to the end of the one before. After a jump repeats are not taken again, and of
    endings the last is played.
    """
    page = list(range(len(signs)))
    order: list[int] = []
    i = section = 0
    turn = 1
    jumped = False
    while i < len(signs):
        now = signs[i]
        if len(order) > min(MAX_MEASURES, 64 * len(signs)):
            return page
        if now.begin and section != i:
            section, turn = i, 1
        last = _last_ending(signs, i)
        if now.endings and (last if jumped else turn) not in now.endings:
            i += 1
            if i == len(signs) or not signs[i].endings:
                section, turn = i, 1
            continue
        order.append(i)
        if jumped and now.fine:
            break
        if jumped and now.to_coda:
            coda = next((k for k in range(i + 1, len(signs)) if signs[k].coda), None)
            if coda is not None:
                i = coda
                continue
        if now.plays and not jumped:
            if turn < max(now.plays, last):
                turn += 1
                i = section
                continue
            section, turn = i + 1, 1
        elif now.endings and (i + 1 == len(signs) or not signs[i + 1].endings):
            section, turn = i + 1, 1
        if now.jump and not jumped:
            jumped = True
            i = next((k for k, s in enumerate(signs) if s.segno), 0) if now.jump == "segno" else 0
            section = i
            continue
        i += 1
    return order


def _last_ending(signs: Sequence[Signs], at: int) -> int:
    """The highest number among the endings that stand beside one another at `at`, 0 where there are none."""
    if not signs[at].endings:
        return 0
    first = last = at
    while first and signs[first - 1].endings:
        first -= 1
    while last + 1 < len(signs) and signs[last + 1].endings:
        last += 1
    return max(max(s.endings) for s in signs[first : last + 1])
