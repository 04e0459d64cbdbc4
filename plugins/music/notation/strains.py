"""Strains that are played twice, written once: repeat signs and endings for what stands written out."""

from __future__ import annotations

from dataclasses import dataclass

from .page import GRID, Page

__all__ = ["WrittenBar", "written_bars"]

_LONGEST, _SHORTEST = 32, 4
_ENDING = 2
"""Bars of a first ending, at most."""

_LOUDER = 16
"""How much the velocity of a note may differ the second time, and not be missed."""


@dataclass
class WrittenBar:
    """A bar of the page that is written. bar: its index in the order of playing; begins, ends: a repeat; ending: 1 or 2,
    which opens and closes here.
    """

    bar: int
    begins: bool = False
    ends: bool = False
    ending: int = 0
    opens: bool = False
    closes: bool = False


def written_bars(page: Page) -> list[WrittenBar]:
    """The bars of the page in their order, those left out that a repeat says. Played by its signs, the page is the
    same; bars under a change of key, metre or tempo are not folded, nor notes tied over the sign.
    """
    said = [_said(page, i) for i in range(len(page.bars))]
    out: list[WrittenBar] = []
    first = 1 if page.pickup else 0
    out += [WrittenBar(i) for i in range(first)]
    i = first
    while i < len(said):
        strain = _strain(page, said, i)
        if strain is None:
            out.append(WrittenBar(i))
            i += 1
            continue
        length, own = strain
        rows = [WrittenBar(k) for k in range(i, i + length)]
        rows[0].begins = bool(out)
        rows[-1].ends = True
        if own:
            second = [WrittenBar(k, ending=2) for k in range(i + 2 * length - own, i + 2 * length)]
            for row in rows[-own:]:
                row.ending = 1
            for ending in (rows[-own:], second):
                ending[0].opens, ending[-1].closes = True, True
            rows += second
        out += rows
        i += 2 * length
    return out


def _said(page: Page, bar: int) -> object:
    """All that is written in a bar, its place and its velocities left out."""
    first, last = page.bars[bar]
    notes = tuple(
        tuple((p.start - first, p.end - first, p.pitches, p.tied, p.word) for p in line.bars[bar])
        for line in page.lines
    )
    fermatas = tuple(sorted(at - first for at in page.fermatas if first <= at < last))
    return last - first, page.metre(bar), notes, fermatas


def _strain(page: Page, said: list[object], at: int) -> tuple[int, int] | None:
    """(bars, bars of the endings) of a strain that begins here and is played again at once."""
    shortest = _SHORTEST if len(page.lines) == 1 else 2 * _SHORTEST
    for length in range(min(_LONGEST, (len(said) - at) // 2), shortest - 1, -1):
        for own in range(_ENDING + 1):
            same = length - own
            if same >= shortest - 1 and said[at : at + same] == said[at + length : at + length + same]:
                if _is_plain(page, at, length) and _is_as_loud(page, at, length, same):
                    return length, own
                break
    return None


def _is_as_loud(page: Page, at: int, length: int, same: int) -> bool:
    """Whether the bars that are played again are about as loud as the first time."""
    pairs = (
        (a.velocities, b.velocities)
        for line in page.lines
        for k in range(at, at + same)
        for a, b in zip(line.bars[k], line.bars[k + length], strict=True)
    )
    return all(abs(u - v) <= _LOUDER for first, again in pairs for u, v in zip(first, again, strict=True))


def _is_plain(page: Page, at: int, length: int) -> bool:
    """Whether nothing changes or is held over where the signs would stand, and the beginning is no run of one bar."""
    start, end = page.bars[at][0], page.bars[at + 2 * length - 1][1]
    changes = [step for step, *_ in page.keys] + [step for step, _ in page.tempi]
    if any(start < step < end for step in changes):
        return False
    metres = {page.metre(k) for k in range(at, at + 2 * length)}
    borders = {at, at + length, at + 2 * length}
    held = any(line.bars[k] and line.bars[k][0].tied[0] for line in page.lines for k in borders if k < len(page.bars))
    sounds = any(line.bars[k] for line in page.lines for k in range(at, at + length))
    return len(metres) == 1 and not held and sounds and (end - start) >= 4 * GRID
