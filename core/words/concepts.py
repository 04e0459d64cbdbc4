"""The shared table of images: what they are called in English and Chinese, their mood and colour."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

__all__ = ["Concept", "Mood", "concepts", "images_of_words"]


@dataclass(frozen=True, kw_only=True)
class Mood:
    """valence: sad to glad; arousal: calm to excited; both in [-1, 1]."""

    valence: float = 0.0
    arousal: float = 0.0

    def __post_init__(self) -> None:
        for name in ("valence", "arousal"):
            object.__setattr__(self, name, max(-1.0, min(1.0, float(getattr(self, name)))))


@dataclass(frozen=True, kw_only=True)
class Concept:
    """A row of the shared table: key, its words in English and Chinese, mood, colour as `#rrggbb`."""

    key: str
    en: tuple[str, ...]
    zh: tuple[str, ...]
    mood: Mood
    colour: str


@lru_cache(maxsize=1)
def concepts() -> Mapping[str, Concept]:
    """The shared table by key."""
    rows = (Path(__file__).parent / "data" / "concepts.tsv").read_text("utf-8").splitlines()[1:]
    table = {}
    for row in rows:
        key, en, zh, valence, arousal, colour = row.split("\t")
        mood = Mood(valence=float(valence), arousal=float(arousal))
        table[key] = Concept(key=key, en=tuple(en.split()), zh=tuple(zh.split()), mood=mood, colour=colour)
    return table


@lru_cache(maxsize=1)
def images_of_words() -> tuple[Mapping[str, str], Mapping[str, str]]:
    """(images by English word, images by Chinese word)."""
    en: dict[str, str] = {}
    zh: dict[str, str] = {}
    for concept in concepts().values():
        for word in concept.en:
            en.setdefault(word, concept.key)
        for word in concept.zh:
            zh.setdefault(word, concept.key)
    return en, zh
