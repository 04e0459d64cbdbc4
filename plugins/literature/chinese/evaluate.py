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
from ..models.prose_zh.engine import ProseEngine
from ..models.verse_zh.encoding import Prefix
from ..models.verse_zh.engine import VerseEngine
from .corpus import Poem, collections, read_poems, read_prose
from .lending import lend_prose, lend_verse

if TYPE_CHECKING:
    from ....core.progress import Progress
    from ....core.requests import Context, EvaluateRequest
    from ..models.poet.options import PoetOptions

__all__ = ["evaluate", "score_poems", "score_prose"]

_UNKNOWN_BITS = 15.0


def score_poems(engine: VerseEngine, poems: list[Poem], progress: Progress) -> list[tuple[float, int]]:
    """(bits, characters counted) of each poem."""
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


def evaluate(request: EvaluateRequest[PoetOptions], context: Context) -> dict[str, Any]:
    """Figures on the texts of the request: a .jsonl file of poems, or a folder of .txt files of prose ("prose-zh").

    Raises InputError if there is nothing to measure.
    """
    path = request.path
    if request.model == "prose-zh":
        with lend_prose(context, request.options.weights) as engine:
            return score_prose(engine, path, context.progress)
    if not collections(path):
        raise InputError(f"{str(path)!r} holds no .jsonl file of poems; the verse model is measured on those")
    poems = read_poems(path)
    with lend_verse(context, request.options.weights) as verse:
        scored = score_poems(verse, poems, context.progress)
    by_form: dict[str, list[tuple[float, int]]] = defaultdict(list)
    for poem, row in zip(poems, scored, strict=True):
        by_form[poem.form.split(":")[0]].append(row)
    return {
        **_summed(scored),
        "poems": len(poems),
        "by_form": {form: _summed(rows) for form, rows in sorted(by_form.items())},
    }


def score_prose(engine: ProseEngine, path: Path, progress: Progress) -> dict[str, Any]:
    """Bits a character of the texts under `path`, each in the voice that tells it best, which costs two bits a text."""
    pieces = read_prose(path)
    if not pieces:
        raise InputError(f"{str(path)!r} holds no Chinese prose of 20 characters or more")
    rows = []
    for number, (author, name, text) in enumerate(pieces):
        progress.update(number / len(pieces), name)
        bits = min(engine.score(text, v) for v in engine.voices) + 2
        rows.append((author, bits, len(text) + 1))
    figures = [(bits, size) for _, bits, size in rows]
    by_author = {
        author: _summed([(bits, size) for name, bits, size in rows if name == author])
        for author in sorted({name for name, _, _ in rows})
    }
    return {**_summed(figures), "texts": len(rows), "by_author": by_author}


def _summed(rows: list[tuple[float, int]]) -> dict[str, float]:
    characters = sum(n for _, n in rows)
    return {"characters": characters, "bits_per_char": round(sum(b for b, _ in rows) / characters, 4)}
