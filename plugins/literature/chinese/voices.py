"""Whose prose: nearest authors by cosine Delta over the commonest characters and marks.

Relative frequencies of the 220 commonest characters and marks, z-scored with their spread over samples of the training
works, compared by cosine with each author's mean (Smith and Aldridge 2011, after Burrows 2002). Profiles ship in
`data/voices.json`; `tools/build_chinese.py` makes them.
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

__all__ = ["AUTHORS", "build_profiles", "nearest_voices"]

AUTHORS = {"luxun": "鲁迅", "yudafu": "郁达夫", "xiaohong": "萧红"}
SAMPLE = 1500
Array = NDArray[np.float64]


def _frequencies(text: str, features: Sequence[str]) -> Array:
    count = Counter(text)
    return np.array([count[c] for c in features], np.float64) / max(1, len(text))


def samples_of(pieces: Sequence[str], size: int = SAMPLE) -> list[str]:
    """An author's pieces joined and cut into samples of `size` characters; the rest is dropped."""
    whole = "".join(pieces)
    return [whole[i : i + size] for i in range(0, len(whole) - size + 1, size)]


def build_profiles(works: Mapping[str, Sequence[str]], *, features: int = 220) -> dict[str, Any]:
    """Profiles of authors from their pieces: features, mean, spread, and one row of z-scores an author."""
    total: Counter[str] = Counter()
    for pieces in works.values():
        whole = "".join(pieces)
        for c, n in Counter(whole).items():
            if not c.isspace():
                total[c] += n / len(whole)  # type: ignore[assignment]
    chosen = [c for c, _ in total.most_common(features)]
    rows = {name: np.stack([_frequencies(s, chosen) for s in samples_of(pieces)]) for name, pieces in works.items()}
    mean = np.mean([r.mean(axis=0) for r in rows.values()], axis=0)
    spread = np.sqrt(np.mean([r.var(axis=0) for r in rows.values()], axis=0)) + 1e-6
    return {
        "features": "".join(chosen),
        "mean": [round(v, 7) for v in mean.tolist()],
        "spread": [round(v, 7) for v in spread.tolist()],
        "authors": {
            name: [round(v, 4) for v in ((r.mean(axis=0) - mean) / spread).tolist()] for name, r in rows.items()
        },
    }


@lru_cache(maxsize=1)
def _shipped() -> dict[str, Any]:
    return dict(json.loads((Path(__file__).parent / "data" / "voices.json").read_text("utf-8")))


def nearest_voices(text: str, profiles: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Authors by cosine, the nearest first, and in words how sure that is (samples below 1,500
    characters are unsure).
    """
    known = profiles or _shipped()
    mean, spread = np.array(known["mean"]), np.array(known["spread"])
    z = (_frequencies(text, known["features"]) - mean) / spread
    cosines = {
        name: float(np.dot(z, row) / (np.linalg.norm(z) * np.linalg.norm(row) + 1e-9))
        for name, row in known["authors"].items()
    }
    near = [{"author": name, "cosine": round(cosines[name], 3)} for name in sorted(cosines, key=lambda n: -cosines[n])]
    ordered = sorted(cosines.values(), reverse=True)
    gap = ordered[0] - ordered[1] if len(ordered) > 1 else 0.0
    sure = "unsure: too short" if len(text) < SAMPLE else "sure" if gap > 0.25 else "likely" if gap > 0.1 else "unsure"
    return {"nearest": near, "sure": sure}
