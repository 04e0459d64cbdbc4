"""A page of prose in the making: sentence by sentence, several candidates each, the best one goes on.

A candidate may be told its first characters (a person of the page, the thing it turns on), so that persons stay. It is
judged by likelihood, less a part of what its characters have anyway (by likelihood alone the emptiest sentence wins),
by the names and words it brings, and refused where it shares a longer run with the texts learned from than real
works do, or brings in somebody from a known work.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from ..lm.memory import TextMemory
from ..models.prose_zh.engine import ProseEngine

__all__ = ["ENDS", "Page", "plots"]

ENDS = "。！？…"
_ROWS, _CONTEXT = 12, 180
_CONTENT, _COPY = 0.55, 12
#: What may follow a name or a thing: words of one character, so that the name does not run into the next word.
_AFTER = "也便却就又说在从只不把将想看走听笑还"
_VAGUE = re.compile("他们|我们|你们|这样|这是|那样|什么|知道|不是|就是|一个|一样")
_EMPTY = re.compile("[他我你它]们?的[，。！？]|(^|[，。])[\u4e00-\u9fff]{1,2}[，。！？]|：[，的了是]|的[。！？]$")
_PLAIN = frozenset("，。、！？；：“”…\n")


@lru_cache(maxsize=1)
def plots() -> dict[str, Any]:
    """Casts, places, things and turns by voice, and names of known works that a new page leaves alone."""
    return dict(json.loads((Path(__file__).parent / "data" / "plots.json").read_text("utf-8")))


class Page:
    """ids: what stands on the page, with `hidden` characters of notes before it. persons: names to keep in view."""

    def __init__(
        self, engine: ProseEngine, voice: str, rng: np.random.Generator, *, notes: str = "", persons: Sequence[str] = ()
    ) -> None:
        self.engine, self.voice, self.rng, self.persons = engine, voice, rng, tuple(persons)
        self.ids: list[int] = []
        self.memory = TextMemory()
        self.say(f"{notes}\n" if notes else "")
        self.hidden = len(self.ids)
        self.most = int(engine.card.get("facts", {}).get("real_longest_run", {}).get("99", _COPY))
        self.writable = np.array([False, False, *("\u4e00" <= c <= "\u9fff" or c in _PLAIN for c in engine.chars)])

    @property
    def text(self) -> str:
        """What is printed."""
        return self.engine.text(self.ids[self.hidden :])

    def say(self, text: str) -> None:
        """Put a text on the page."""
        new = [self.engine.ids.get(c, 1) for c in text]
        for i, char in enumerate(new):
            before = [*self.ids[-3:], *new[max(0, i - 3) : i]][-3:]
            self.memory.add(before, char)
        self.ids += new

    def candidates(self, heads: Sequence[str], *, temperature: float, most: int) -> list[tuple[str, float]]:
        """(sentence, mean score) of one candidate for each head; those that found no end are left out."""
        engine, rows = self.engine, len(heads)
        forced = [[engine.ids.get(c, 1) for c in head] for head in heads]
        made: list[list[int]] = [[] for _ in range(rows)]
        total, live = np.zeros(rows), np.ones(rows, bool)
        allowed = self.writable.copy()
        allowed[[engine.ids[c] for c in "“”\n" if c in engine.ids]] = False
        after = np.zeros(engine.size, np.bool_)
        after[[engine.ids[c] for c in _AFTER if c in engine.ids]] = True
        net = engine.net
        if net is not None:
            cache, hidden = net.open(self.ids[-_CONTEXT:], self.voice, most + 1)
            cache, hidden = cache.repeat(rows), np.repeat(hidden, rows, axis=0)
        for at in range(most):
            chances = net.chances(hidden) if net is not None else [None] * rows
            uniform = self.rng.random(rows)
            for r in np.flatnonzero(live):
                if at < len(forced[r]):
                    made[r].append(forced[r][at])
                    continue
                p = engine.chances([*self.ids[-3:], *made[r]][-3:], self.voice, chances[r], self.memory) * allowed
                if made[r] and engine.chars[made[r][-1] - 2] in "，。、！？；：…":
                    p[[engine.ids[c] for c in "，、；：" if c in engine.ids]] = 0
                if made[r] and len(made[r]) == len(forced[r]):
                    p = np.where(after, p, 0)
                if len(made[r]) < 6:
                    p[[engine.ids[c] for c in ENDS if c in engine.ids]] *= 0.05
                drawn = p ** (1 / temperature)
                drawn[drawn < 0.04 * drawn.max()] = 0
                mass = np.cumsum(drawn)
                char = min(int(np.searchsorted(mass, uniform[r] * mass[-1], side="right")), engine.size - 1)
                total[r] += np.log(max(float(p[char]), 1e-9)) - _CONTENT * float(engine.log_unigram[char])
                made[r].append(char)
                live[r] = not (engine.chars[char - 2] in ENDS and engine.chars[char - 2] != "…")
            if not live.any():
                break
            if net is not None:
                hidden = net.step(cache, np.array([m[-1] for m in made]))
        return [
            (engine.text(m), float(t) / max(1, len(m) - len(f)))
            for m, t, f, going in zip(made, total, forced, live, strict=True)
            if not going
        ]

    def sentence(self, *, wishes: Sequence[str] = (), heads: Sequence[str] = (), temperature: float = 0.8) -> str:
        """The best of twelve sentences for what comes next, not yet said; "" if none will do. heads: beginnings that a
        part of them is given.
        """
        for attempt in range(3):
            told = [heads[i % len(heads)] if heads and i % 3 < 2 else "" for i in range(_ROWS)]
            found = self.candidates(told, temperature=0.8 * temperature * 0.9**attempt, most=46)
            judged = [(score + self._worth(text, wishes), text) for text, score in found if not self._refused(text)]
            if judged:
                return max(judged)[1]
        return ""

    def _worth(self, text: str, wishes: Sequence[str]) -> float:
        value = 0.5 * sum(w in text for w in wishes[:3]) + 0.15 * any(name in text for name in self.persons)
        value -= 0.03 * abs(len(text) - 20) * (len(text) > 30 or len(text) < 10)
        # A small model is likeliest where it says nothing: pronouns, this and that, clauses of two characters.
        value -= (
            0.25 * max(0, len(_VAGUE.findall(text)) - 1) + 0.5 * bool(_EMPTY.search(text)) + 0.3 * (text[-1] == "？")
        )
        printed = self.text
        return value - 0.3 * sum(text[i : i + 4] in printed for i in range(len(text) - 3))

    def _refused(self, text: str) -> bool:
        """True for a sentence that copies, says itself again, or holds somebody else's people, numbers or dates."""
        if any(name in text for name in plots()["taken"]) or re.search(
            r"[一二三四五六七八九十○〇]+[年月][一二三四五六七八九十]", text
        ):
            return True
        printed = self.text
        pairs = [text[i : i + 2] for i in range(len(text) - 1)]
        if len(text) < 4 or sum(p in printed for p in pairs) > 0.7 * len(pairs):
            return True
        return self.engine.runs.longest(self.text[-14:] + text) > self.most
