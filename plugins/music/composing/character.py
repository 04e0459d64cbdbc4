"""From the mood of a theme to musical means: mode, pace, metre, register, density, rhythm, articulation, loudness,
harmony.

The table (`data/characters.json`) follows what listeners said in Hevner's experiments (1936, 1937) and the reviews of
Gabrielsson and Lindstroem (2010) and of Juslin and Laukka (2003); each row says what it rests on.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from .rules import Rules

if TYPE_CHECKING:
    from ....core.theme import Mood, Theme

__all__ = ["PLAIN", "Means", "characters", "choose_means", "under"]


@dataclass(frozen=True)
class Means:
    """What a theme asks of the music.

    characters: names of the table, the first rules; mode: "major", "minor" or "" (left open); pace: what the style's
    tempo is multiplied by; metres: wanted, best first; register, density, leaps, harmony: leanings from -1 (low, long
    notes, steps, consonant) to 1; rhythm: "even", "dotted", "running", "rocking", "flowing", "broken" or ""; articulation:
    share of a note's length that sounds; level: MIDI velocity in the middle; contrast: velocities from the softest to the
    loudest phrase; shape: "arch", "fading", "swell", "terraced", "waves" or "steady".
    """

    characters: tuple[str, ...] = ()
    mode: str = ""
    pace: float = 1.0
    metres: tuple[str, ...] = ()
    register: float = 0.0
    density: float = 0.0
    rhythm: str = ""
    articulation: float = 1.0
    level: float = 76.0
    contrast: float = 12.0
    shape: str = "arch"
    harmony: float = 0.0
    leaps: float = 0.0

    def notes(self) -> dict[str, Any]:
        """What a manifest remembers."""
        numbers = ("pace", "register", "density", "articulation", "level", "contrast", "harmony", "leaps")
        return {
            "names": list(self.characters),
            **{name: round(float(getattr(self, name)), 3) for name in numbers},
            **{name: getattr(self, name) for name in ("mode", "rhythm", "shape")},
        }


PLAIN = Means()
"""The style's own ways, where a theme has no mood."""


@dataclass(frozen=True)
class Character:
    """A row of the table: its means; words, images and mood (valence, arousal) of themes that ask for it; its name in
    Chinese.
    """

    means: Means
    words: tuple[str, ...]
    images: frozenset[str]
    mood: tuple[float, float]
    chinese: str


@lru_cache(maxsize=1)
def characters() -> Mapping[str, Character]:
    """The shipped table, by name."""
    table = json.loads((Path(__file__).parent / "data" / "characters.json").read_text("utf-8"))["characters"]
    found = {}
    for name, row in table.items():
        fields = {key: row[key] for key in Means.__dataclass_fields__ if key in row}
        means = Means(**fields | {"characters": (name,), "metres": tuple(row["metres"].split())})
        valence, arousal = row["mood"]
        words = (*row["words"].split(), *row["zh"].split())
        found[name] = Character(
            means, words, frozenset(row["images"].split()), (valence, arousal), row["zh"].split()[0]
        )
    return found


_FAINT = 0.35
"""Valence and arousal together, below which a mood asks for nothing."""


def choose_means(theme: Theme, mood: Mood, heeded: Sequence[str] | None = None) -> tuple[Means, tuple[str, ...]]:
    """(means for a theme, words of its text that named a character).

    Words of the table come first, then images, then the nearest mood; the first character rules what can't be mixed. mood:
    of the theme, as far as music heeds it; heeded: images that count, None for all.
    """
    text = "" if theme.source else theme.text
    named = sorted((at, name, word) for name in characters() if (found := _find(name, text)) for at, word in (found,))
    names = list(dict.fromkeys(name for _, name, _ in named))
    images = theme.images if heeded is None else [image for image in theme.images if image in heeded]
    if not names:
        names = list(dict.fromkeys(n for image in images for n, c in characters().items() if image in c.images))[:2]
    if not names and abs(mood.valence) + abs(mood.arousal) >= _FAINT:
        names = [min(characters(), key=lambda n: _far(mood, characters()[n].mood))]
    if not names:
        return PLAIN, ()
    return _tinted(_mixed([characters()[name].means for name in names]), mood), tuple(word for _, _, word in named)


def _find(name: str, text: str) -> tuple[int, str] | None:
    """(place, word as it stands in the text) of the first word of a character."""
    best: tuple[int, str] | None = None
    for word in characters()[name].words:
        pattern = rf"(?<![a-z]){re.escape(word)}(?![a-z])" if word.isascii() else re.escape(word)
        match = re.search(pattern, text.lower())
        if match and (best is None or (match.start(), -len(word)) < (best[0], -len(best[1]))):
            best = match.start(), text[match.start() : match.end()]
    return best


def _far(mood: Mood, place: tuple[float, float]) -> float:
    return (mood.valence - place[0]) ** 2 + (mood.arousal - place[1]) ** 2


_NUMBERS = ("pace", "register", "density", "articulation", "level", "contrast", "harmony", "leaps")


def _mixed(rows: Sequence[Means]) -> Means:
    """The first row with numbers drawn towards those of the others."""
    weights = np.array([1.0, *(0.4 for _ in rows[1:])])
    numbers: dict[str, Any] = {
        n: float(np.average([getattr(row, n) for row in rows], weights=weights)) for n in _NUMBERS
    }
    return replace(rows[0], characters=tuple(row.characters[0] for row in rows), **numbers)


def _tinted(means: Means, mood: Mood) -> Means:
    """A little more or less by the whole theme's mood."""
    own = characters()[means.characters[0]].mood
    more = float(np.clip(mood.arousal - own[1], -1, 1))
    return replace(
        means,
        pace=means.pace * (1 + 0.12 * more),
        density=means.density + 0.2 * more,
        level=means.level + 8 * more,
        register=means.register + 0.15 * float(np.clip(mood.valence - own[0], -1, 1)),
    )


_HIGH, _BRISK, _RHYTHM, _LEAP = 0.7, 0.55, 0.9, 0.5
"""Leanings, in nats, of a whole register, density, rhythm and liking for leaps."""


def under(rules: Rules, means: Means) -> Rules:
    """The rules of a style with the leanings of a character."""
    if means == PLAIN:
        return rules
    return replace(
        rules,
        register=rules.register + _HIGH * means.register,
        brisk=rules.brisk + _BRISK * means.density,
        rhythm=means.rhythm,
        pulse=_RHYTHM if means.rhythm else 0.0,
        step=rules.step - _LEAP * means.leaps,
        dissonance=rules.dissonance - 0.4 * means.harmony,
        foreign=rules.foreign * (1 - 0.4 * means.harmony),
        tonal=rules.tonal * (1 - 0.25 * max(0.0, means.harmony)),
    )
