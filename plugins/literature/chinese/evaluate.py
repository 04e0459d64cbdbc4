"""Bits a character of Chinese texts under the models that ship.

Counted is each poem's text, its lines joined without a separator, and one end mark; form and title are told and not
counted. Every character is paid for: marks by the shape token or a header, characters outside the vocabulary by the
unknown token and then as one of 2^15 others.
"""

from __future__ import annotations

import math
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ....core.errors import InputError
from ....core.progress import Progress, Silent
from ..models.verse_zh.encoding import Prefix
from ..models.verse_zh.engine import VerseEngine
from .corpus import Poem, collections, read_poems
from .lending import lend_prose, lend_verse

if TYPE_CHECKING:
    from ....core.devices import DeviceManager

__all__ = ["evaluate", "score_poems"]

_UNKNOWN_BITS = 15.0


def score_poems(engine: VerseEngine, poems: list[Poem], progress: Progress | None = None) -> list[tuple[float, int]]:
    """(bits, characters counted) of each poem."""
    progress = progress or Silent()
    code = engine.code
    found: list[tuple[float, int]] = []
    for start in range(0, len(poems), 128):
        progress.update(start / len(poems), f"{start} of {len(poems)} poems")
        some = poems[start : start + 128]
        examples = [code.encode(Prefix(form=p.form, title=p.title), code.split(p.clauses)) for p in some]
        for poem, example, scores in zip(some, examples, engine.token_scores(examples), strict=True):
            unknown = int((example.tokens[example.body :] == code.unknown).sum())
            found.append(
                (float(-scores.astype(np.float64).sum()) / math.log(2) + _UNKNOWN_BITS * unknown, len(poem.text) + 1)
            )
    return found


def evaluate(
    path: Path,
    home: Path,
    progress: Progress | None = None,
    *,
    devices: DeviceManager | None = None,
    weights: str = "",
    model: str = "verse-zh",
) -> dict[str, Any]:
    """Figures on the texts under `path`: a .jsonl file of poems, or a folder of .txt files of prose (model "prose-zh").

    Raises InputError if there is nothing to measure.
    """
    if model == "prose-zh":
        from ..models.prose_zh.engine import evaluate_prose

        with lend_prose(devices, home, weights) as engine:
            return evaluate_prose(engine, path, progress)
    if not collections(path):
        raise InputError(f"{str(path)!r} holds no .jsonl file of poems; the verse model is measured on those")
    poems = read_poems(path)
    with lend_verse(devices, home, weights) as verse:
        scored = score_poems(verse, poems, progress)
    by_form: dict[str, list[tuple[float, int]]] = defaultdict(list)
    for poem, row in zip(poems, scored, strict=True):
        by_form[poem.form.split(":")[0]].append(row)
    characters = sum(n for _, n in scored)
    return {
        "characters": characters,
        "poems": len(poems),
        "bits_per_char": round(sum(b for b, _ in scored) / characters, 4),
        "by_form": {form: _summed(rows) for form, rows in sorted(by_form.items())},
    }


def _summed(rows: list[tuple[float, int]]) -> dict[str, float]:
    characters = sum(n for _, n in rows)
    return {"characters": characters, "bits_per_char": round(sum(b for b, _ in rows) / characters, 4)}
