"""Frames: lines with open places, for the small forms whose sentences must close in five syllables.

A frame is words and places, as in `who <past> {his} old <noun> in the <place>`: <past> stands for any word whose group
is of that
part of speech, <place> for the words of the list of that name, [lost|found] for one of these, {his} for the pronoun of
the person. The
model fills the places from the line's end, under metre and rhyme, so a limerick has its story and a haiku its two
parts; what stands
in them is the model's.
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

from ..models.verse_en.engine import VerseEngine

__all__ = ["haiku_frames", "limerick_frames", "places", "things"]

_PRONOUNS = {"he": ("he", "him", "his"), "she": ("she", "her", "her"), "it": ("it", "it", "its")}


@lru_cache(maxsize=1)
def _table() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((Path(__file__).parent / "data" / "frames.json").read_text("utf-8"))
    return found


def _one(rng: np.random.Generator, rows: list[Any]) -> Any:
    return rows[int(rng.integers(len(rows)))]


def haiku_frames(rng: np.random.Generator, wanted: Sequence[str] = ()) -> dict[int, str]:
    """A frame for each of three lines, drawn until one has a place for the first of the wanted words."""
    table, lists = _table()["haiku"], _lists()
    fitting = {name for name, words in lists.items() if wanted and wanted[0] in words} or {"noun", "nouns"}
    frames: dict[int, str] = {}
    for _ in range(20):
        second, third = _one(rng, table["rest"])
        frames = {0: _one(rng, table["first"]), 1: second, 2: third}
        if not wanted or fitting & set(re.findall(r"<(\w+)>", " ".join(frames.values()))):
            break
    return frames


def limerick_frames(rng: np.random.Generator, *, clause: bool, pronoun: str) -> dict[int, str]:
    """Frames for lines two to five. clause: whether the first line is a whole clause, so that the second begins with
    `who`.
    """
    table = _table()["limerick"]
    third, fourth = _one(rng, table["middle"])
    he, him, his = _PRONOUNS[pronoun]
    lines = {1: _one(rng, table["who" if clause else "verb"]), 2: third, 3: fourth, 4: _one(rng, table["close"])}
    return {k: v.format(he=he, him=him, his=his) for k, v in lines.items()}


@lru_cache(maxsize=1)
def _lists() -> dict[str, frozenset[str]]:
    return {name: frozenset(words.split()) for name, words in _table()["classes"].items()}


def things() -> frozenset[str]:
    """Things that can be held, seen or sat on: what limericks are made of."""
    return _lists()["thing"]


def places(engine: VerseEngine, frame: str, wanted: Sequence[int] = ()) -> tuple[NDArray[np.bool_], ...] | None:
    """For each place of a frame, from its end, the tokens that may stand there; None if a word is not in the
    vocabulary.

    wanted: tokens that stand in a noun's place, whatever their group says, unless a list has them.
    """
    tags, lists = np.array(engine.tags), _lists()
    listed = {w for name in lists if name != "thing" for w in lists[name]}
    out = []
    for item in reversed(re.findall(r"<\w+>|\[[\w|]+\]|[\w']+|[,;]", frame)):
        name = item[1:-1]
        if item[0] == "<":
            allowed = (
                np.array([w in lists[name] for w in engine.words]) if name in lists else tags == name
            ) & engine.lexicon.usable
            if name in ("noun", "nouns", "thing"):
                odd = [
                    t
                    for t in wanted
                    if name == "thing" or (tags[t] not in ("noun", "nouns") and engine.words[t] not in listed)
                ]
                allowed[[t for t in odd if engine.words[t].endswith("s") == (name == "nouns")]] = True
        else:
            allowed = np.zeros(len(engine.words), bool)
            allowed[[engine.index[w] for w in item.strip("[]").split("|") if w in engine.index]] = True
        if not allowed.any():
            return None
        out.append(allowed)
    return tuple(out)
