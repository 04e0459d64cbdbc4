"""How likely works for players with roles are, header included."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from ......core.errors import FormatError
from ....notation.sheet import Sheet
from ..blending import blend, parameters
from ..continuations import piece_counts
from .corpora import sheet_of
from .dataset import windows
from .encoding import encode
from .engine import RoleEngine
from .reading import guess_ensemble, midi_sheet, read_roles
from .scores import RoleScore
from .vocabulary import STYLES

__all__ = ["role_nats", "role_score", "with_roles"]

_OF_ENSEMBLE = {
    "piano": STYLES[1:13],
    "song": STYLES[13:25],
    "quartet": STYLES[25:29],
}
_HEADER = math.log(len(STYLES)) + math.log(20) + math.log(12) + math.log(2) + math.log(4096) + math.log(16)
"""Nats of style, metre, key, mode, number of bars and pickup, all as if equally likely."""
_HEAD = 24 * 64


def role_score(path: Path, name: str) -> RoleScore | None:
    """The work in a file as its players have it, or None if they are none that the nets know."""
    sheet = _sheet(path)
    ensemble = guess_ensemble(sheet)
    if ensemble not in ("piano", "song", "quartet"):
        return None
    try:
        return read_roles(sheet, name=name, style=ensemble, ensemble=ensemble)
    except FormatError:
        return None


def with_roles(engine: RoleEngine, scores: Sequence[RoleScore], result: Mapping[str, Any]) -> dict[str, Any]:
    """The figures of other works (`evaluation.evaluate_scores`) with those of works with roles added."""
    nats = result["nats"] + sum(role_nats(engine, score) for score in scores)
    notes = result["notes"] + sum(score.notes for score in scores)
    sixteenths = sum(score.length / 6 for score in scores)
    grid = sum(score.length / 6 * len(score.slots) for score in scores)
    before = {
        key: result["nats"] / result[f"nats_per_{key}"] if result["nats"] else 0.0
        for key in ("sixteenth", "grid_token")
    }
    header = result["header_nats_per_note"] * result["notes"] + _HEADER * len(scores)
    return {
        **result,
        "files": result["files"] + len(scores),
        "notes": notes,
        "nats": round(nats, 3),
        "nats_per_note": round(nats / max(1, notes), 5),
        "nats_per_sixteenth": round(nats / max(1.0, before["sixteenth"] + sixteenths), 5),
        "nats_per_grid_token": round(nats / max(1.0, before["grid_token"] + grid), 5),
        "header_nats_per_note": round(header / max(1, notes), 5),
        "styles": {**result["styles"], **Counter(score.ensemble for score in scores)},
    }


def _sheet(path: Path) -> Sheet:
    if path.suffix.lower() in (".mid", ".midi", ".kar", ".rmi"):
        from ....medium import Music

        return midi_sheet(Music().load(path).payload)
    return sheet_of(path)


def role_nats(engine: RoleEngine, score: RoleScore) -> float:
    """Nats of header and notes under the style that makes the beginning likeliest; metres after the first cost their
    place and a choice of twenty.
    """
    head = replace(
        score,
        slots={u: part for u, chords in score.slots.items() if (part := tuple(c for c in chords if c.onset < _HEAD))},
    )
    styles = _OF_ENSEMBLE[score.ensemble]
    style = min(styles, key=lambda name: _notes(engine, replace(head, style=name)))
    changes = len(score.metres) - 1 + len(score.keys) - 1
    more = changes * (math.log(max(2, score.length // 6)) + math.log(20))
    return _HEADER + more + _notes(engine, replace(score, style=style), counted=True)


def _notes(engine: RoleEngine, score: RoleScore, *, counted: bool = False) -> float:
    """Nats of the notes: the net alone, or with what was counted in the piece so far."""
    work = encode(score)
    reading = engine.read(windows(work))
    if not counted:
        return -float(reading.logs.sum())
    weights = parameters("quartets")
    if weights is None:
        return -float(reading.logs.sum())
    said = piece_counts(work)
    return -float(blend(reading.logs, reading.undecided, said, weights[-said.shape[1] :]).sum())
