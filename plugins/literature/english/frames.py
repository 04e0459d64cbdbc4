"""Frames: lines with open places, for the small forms whose sentences must close in five syllables.

A frame is words and places, as in `who <past> {his} old <noun> in the <noun>`: <past> stands for any word whose group
is of that part of speech, [lost|found] for one of these, {his} for the pronoun of the person. The model fills the places from the line's end, under metre
and rhyme, so a limerick has its story and a haiku its two parts; what stands in them is the model's.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .engine import VerseEngine

__all__ = ["haiku_frames", "limerick_frames", "places", "things"]

_PRONOUNS = {"he": ("he", "him", "his"), "she": ("she", "her", "her"), "it": ("it", "it", "its")}


@lru_cache(maxsize=1)
def _table() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((Path(__file__).parent / "data" / "frames.json").read_text("utf-8"))
    return found


def _one(rng: np.random.Generator, rows: list[Any]) -> Any:
    return rows[int(rng.integers(len(rows)))]


def haiku_frames(rng: np.random.Generator) -> dict[int, str]:
    """A frame for each of three lines."""
    table = _table()["haiku"]
    second, third = _one(rng, table["rest"])
    return {0: _one(rng, table["first"]), 1: second, 2: third}


def limerick_frames(rng: np.random.Generator, *, clause: bool, pronoun: str) -> dict[int, str]:
    """Frames for lines two to five. clause: whether the first line is a whole clause, so that the second begins with `who`."""
    table = _table()["limerick"]
    third, fourth = _one(rng, table["middle"])
    he, him, his = _PRONOUNS[pronoun]
    lines = {1: _one(rng, table["who" if clause else "verb"]), 2: third, 3: fourth, 4: _one(rng, table["close"])}
    return {k: v.format(he=he, him=him, his=his) for k, v in lines.items()}


@lru_cache(maxsize=1)
def things() -> frozenset[str]:
    """Things that can be held, seen or sat on: what limericks are made of."""
    return frozenset(_table()["things"].split())


def places(engine: VerseEngine, frame: str, wanted: Sequence[int] = ()) -> tuple[NDArray[np.bool_], ...] | None:
    """For each place of a frame, from its end, the tokens that may stand there; None if a word is not in the vocabulary.

    wanted: tokens that any noun's place takes, whatever their group says.
    """
    tags = np.array(engine.tags)
    out = []
    for item in reversed(re.findall(r"<\w+>|\[[\w|]+\]|[\w']+|[,;]", frame)):
        if item[0] == "<":
            allowed = (tags == item[1:-1]) & engine.lexicon.usable
            if item == "<thing>":
                allowed = np.array([w in things() for w in engine.words]) & engine.lexicon.usable
            if item in ("<noun>", "<nouns>", "<thing>"):
                odd = [t for t in wanted if item == "<thing>" or tags[t] not in ("noun", "nouns")]
                allowed[[t for t in odd if engine.words[t].endswith("s") == (item == "<nouns>")]] = True
        else:
            allowed = np.zeros(len(engine.words), bool)
            allowed[[engine.index[w] for w in item.strip("[]").split("|") if w in engine.index]] = True
        if not allowed.any():
            return None
        out.append(allowed)
    return tuple(out)
