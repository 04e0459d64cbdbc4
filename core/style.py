"""How a work is made: a learned name, reference works, or a weighted mix of them."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from .artwork import Artwork
from .errors import InputError

__all__ = ["Style", "StyleSpec"]


@dataclass(frozen=True, kw_only=True)
class StyleSpec:
    """A style that a medium knows by name.

    name ("hokusai"); medium; summary: one line; source: where its knowledge comes from; data: what the medium's models
    need to know of a style that a plugin adds, as the medium documents it (painting: a `base` style and changes);
    aliases: other names of it ("katsushika-hokusai", "北斋"). Case, accents, spaces and hyphens count in neither.
    """

    name: str
    medium: str
    summary: str = ""
    source: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Style:
    """A mix of named styles and reference works; weights are positive and sum to 1.

    names: ((name, weight), ...); references: ((work, weight), ...).
    """

    names: tuple[tuple[str, float], ...] = ()
    references: tuple[tuple[Artwork, float], ...] = ()

    @classmethod
    def parse(cls, text: str) -> Style:
        """`"hokusai"` or `"monet:0.6+hokusai:0.4"`; parts without a weight share what is left equally.

        Raises InputError if a weight is not a positive number or the text is empty.
        """
        parts: list[tuple[str, float | None]] = []
        for part in unicodedata.normalize("NFKC", text).split("+"):
            match = re.fullmatch(r"\s*([^\s:+][^:+]*?)\s*(?::\s*([0-9]*\.?[0-9]+)\s*)?", part)
            if not match:
                raise InputError(
                    f"{text!r} is not a style; write NAME or NAME:WEIGHT+NAME:WEIGHT, as in monet:0.6+hokusai:0.4"
                )
            parts.append((match[1], float(match[2]) if match[2] else None))
        given = sum(w for _, w in parts if w is not None)
        free = sum(w is None for _, w in parts)
        rest = (max(0.0, 1 - given) / free if given else 1 / free) if free else 0.0
        return cls.mix([(name, rest if w is None else w) for name, w in parts])

    @classmethod
    def mix(cls, names: Iterable[tuple[str, float]] = (), references: Iterable[tuple[Artwork, float]] = ()) -> Style:
        """A style with its weights made to sum to 1. Raises InputError if there is none or one is not positive."""
        names, references = tuple(names), tuple(references)
        weights = [w for _, w in names] + [w for _, w in references]
        if not weights or not all(0 < w < math.inf for w in weights):
            raise InputError("a style needs at least one part, and each weight must be above 0")
        total = sum(weights)
        return cls(
            names=tuple((n, w / total) for n, w in names), references=tuple((r, w / total) for r, w in references)
        )

    def renamed(self, names: Mapping[str, str]) -> Style:
        """The same mix with other names of its styles; two that come to one name are one part."""
        weights: dict[str, float] = {}
        for name, weight in self.names:
            weights[names[name]] = weights.get(names[name], 0.0) + weight
        return Style(names=tuple(weights.items()), references=self.references)

    def __str__(self) -> str:
        parts = [*self.names, *((r.short_id, w) for r, w in self.references)]
        return parts[0][0] if len(parts) == 1 else "+".join(f"{n}:{w:.12g}" for n, w in parts)
