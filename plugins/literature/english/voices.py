"""Whose voice: nearest authors by cosine Delta over function words and marks.

Relative frequencies of the commonest words and marks (2,500 in prose) are z-scored with the spread over samples of the
training
works, and compared by cosine (Smith and Aldridge 2011, after Burrows 2002). Profiles are of 26 prose authors and of
the poets with the most lines; they ship as numbers in `data/voices.json` and are made by `build_profiles`.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .words import tokenize

__all__ = ["authors", "build_profiles", "nearest_voices", "profile_cosine", "rank_voices", "usage"]

Array = NDArray[np.float64]
SAMPLE, CLIP = 5_000, 3.0


def _frequencies(tokens: Sequence[str], words: Sequence[str]) -> Array:
    count = Counter(tokens)
    return np.array([count[w] for w in words], np.float64) / max(1, len(tokens))


def samples_of(tokens: Sequence[str], size: int) -> list[Sequence[str]]:
    """Pieces of `size` tokens; the rest is left out unless it is all there is."""
    pieces = [tokens[i : i + size] for i in range(0, len(tokens) - size + 1, size)]
    return pieces or [tokens]


def build_profiles(
    works: Mapping[str, Sequence[Sequence[str]]], *, words: int = 200, sample: int = SAMPLE, common: float = 0.6
) -> dict[str, Any]:
    """Profiles of authors from their works, each a sequence of tokens: words, mean, spread, one z-scored row an author.

    A work counts as much as another of its author's, whatever its length, and an author as much as another. words: how
    many, by
    mean frequency, of those that `common` of the authors use: the names of one book's persons tell the book, not the
    voice.
    """
    total: Counter[str] = Counter()
    known: Counter[str] = Counter()
    for pieces in works.values():
        share: Counter[str] = Counter()
        for piece in pieces:
            share.update(piece)
        n = sum(share.values())
        known.update(share.keys())
        for w, c in share.items():
            total[w] += c / n  # type: ignore[assignment]
    least = common * len(works)
    chosen = [w for w, _ in total.most_common(words * 6) if known[w] >= least][:words]
    rows = {
        name: [np.stack([_frequencies(s, chosen) for s in samples_of(piece, sample)]) for piece in pieces]
        for name, pieces in works.items()
    }
    means = np.stack([np.mean([r.mean(axis=0) for r in of_author], axis=0) for of_author in rows.values()])
    mean = means.mean(axis=0)
    spread = np.concatenate([r for of_author in rows.values() for r in of_author]).std(axis=0) + 1e-9
    return {
        "words": chosen,
        "mean": [float(f"{x:.3g}") for x in mean],
        "spread": [float(f"{x:.3g}") for x in spread],
        "authors": {
            name: [
                round(float(x), 2)
                for x in np.mean([np.clip((r - mean) / spread, -CLIP, CLIP).mean(axis=0) for r in of_author], axis=0)
            ]
            for name, of_author in rows.items()
        },
    }


@lru_cache(maxsize=1)
def _profiles() -> dict[str, dict[str, Any]]:
    found = json.loads((Path(__file__).parent / "data" / "voices.json").read_text("utf-8"))
    return {
        kind: {**table, "authors": {k: np.array(v) for k, v in table["authors"].items()}}
        for kind, table in found.items()
    }


def authors(kind: str = "prose") -> tuple[str, ...]:
    """Names with a profile; kind: "prose" or "verse"."""
    return tuple(_profiles()[kind]["authors"])


def profile_cosine(tokens: Sequence[str], table: Mapping[str, Any]) -> dict[str, float]:
    """Cosine of a text's z-scores with each author's, highest first."""
    z = (_frequencies(tokens, table["words"]) - np.array(table["mean"])) / np.array(table["spread"])
    z = np.clip(z, -CLIP, CLIP)
    cosine = {
        name: float(z @ row / (np.linalg.norm(z) * np.linalg.norm(row) + 1e-9))
        for name, row in table["authors"].items()
    }
    return dict(sorted(cosine.items(), key=lambda pair: -pair[1]))


def usage(author: str, table: Mapping[str, Any] | None = None) -> tuple[list[str], Array, Array]:
    """(words and marks, how often an author writes each, how often authors do), as shares of all words and marks.

    table: of profiles; those of prose if None.
    """
    table = table or _profiles()["prose"]
    mean, spread = np.array(table["mean"]), np.array(table["spread"])
    own = np.maximum(mean + np.array(table["authors"][author]) * spread, 0.15 * mean)
    return list(table["words"]), own, mean


def rank_voices(lines: Sequence[str], kind: str = "prose") -> dict[str, float]:
    """Cosine with every author's profile, the nearest first. kind: "prose" or "verse"."""
    return profile_cosine([t for line in lines for t in tokenize(line)], _profiles()[kind])


def nearest_voices(lines: Sequence[str], kind: str | None = None) -> dict[str, Any]:
    """The three nearest authors with their cosines, and how sure: "low" below 300 words or where two are close."""
    tokens = [t for line in lines for t in tokenize(line)]
    words = sum(t.isalpha() for t in tokens)
    kind = kind or ("prose" if lines and sum(map(len, lines)) / len(lines) > 90 else "verse")
    if words < 20:
        return {"kind": kind, "nearest": [], "sure": "low"}
    cosine = profile_cosine(tokens, _profiles()[kind])
    top = list(cosine.items())[:3]
    gap = top[0][1] - top[1][1]
    sure = "low" if words < 300 or gap < 0.04 else "high" if words >= 1500 and gap > 0.12 else "fair"
    return {"kind": kind, "nearest": [{"author": name, "cosine": round(value, 3)} for name, value in top], "sure": sure}
