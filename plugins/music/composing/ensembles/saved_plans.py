"""Plans in files that people edit: metre, key, and sections of phrases, each with its key and its close."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from .....core.decoding import read_text
from .....core.errors import InputError
from .....core.files import write_text
from ...theory.keys import Key, key_shift, parse_key
from .form import LocalKey, Sketch

__all__ = ["SavedPlan", "load_plan", "save_plan"]

_MOST_BYTES, _MOST_BARS = 1 << 20, 256
_INTRO, _OUTRO = "intro", "outro"


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class SavedPhrase(_Strict):
    """bars of a phrase; key: in which it closes; close: full (dominant, tonic) or half (on the dominant)."""

    bars: int = Field(ge=1, le=32)
    key: str = Field(max_length=40)
    close: Literal["full", "half"]


class SavedSection(_Strict):
    """name: sections of one name are the same music, V is a variation of A, intro and outro are without the voice."""

    name: str = Field(min_length=1, max_length=20)
    phrases: Annotated[list[SavedPhrase], Field(min_length=1, max_length=64)]


class SavedPlan(_Strict):
    """What a file holds. style: with roles; metre, key: as in options; tempo_qpm: 0 where the theme decides."""

    style: str = Field(max_length=40)
    metre: str = Field(max_length=8)
    key: str = Field(max_length=40)
    tempo_qpm: float = Field(default=0.0, ge=0, le=400)
    sections: Annotated[list[SavedSection], Field(min_length=1, max_length=64)]

    @property
    def home(self) -> Key:
        """The key. Raises InputError for one that is neither major nor minor."""
        key = parse_key(self.key)
        if key.mode not in ("major", "minor"):
            raise InputError(f"the plan is in {self.key!r}; pieces for players are in major or minor")
        return key

    def sketch(self) -> Sketch:
        """The form. Raises InputError for keys that are none, and for what leaves no bar to the music."""
        home = self.home
        sketch = Sketch(LocalKey(9 if home.minor else 0, home.minor))
        last = len(self.sections) - 1
        for i, section in enumerate(self.sections):
            first = sketch.bars
            for phrase in section.phrases:
                key = parse_key(phrase.key)
                local = LocalKey((key.tonic + key_shift(home.signature)) % 12, key.minor)
                sketch.phrase(phrase.bars, local, full=phrase.close == "full")
            if section.name in (_INTRO, _OUTRO):
                if i != (0 if section.name == _INTRO else last):
                    raise InputError(
                        f"section {i + 1} of the plan is called {section.name!r}: only the first is an intro, the last an outro"
                    )
                continue
            sketch.sections.append((section.name, first, sketch.bars - first))
        if not sketch.sections or sketch.bars > _MOST_BARS:
            raise InputError(
                f"the plan has {sketch.bars} bars; give 1 to {_MOST_BARS}, one section at least beside intro and outro"
            )
        end = self.sections[-1].phrases[-1]
        if end.close != "full" or parse_key(end.key).number != home.number:
            raise InputError(
                f"the last phrase of the plan closes {end.close} in {end.key}; a piece ends with a full close in its key, {self.key}"
            )
        return sketch


def load_plan(path: Path) -> SavedPlan:
    """A plan from a file. Raises InputError, one line, for what is none."""
    try:
        return SavedPlan.model_validate_json(read_text(path, max_bytes=_MOST_BYTES))
    except ValidationError as error:
        first = error.errors()[0]
        place = " > ".join(str(part + 1) if isinstance(part, int) else str(part) for part in first["loc"])
        raise InputError(
            f"the plan {str(path)!r} is wrong at {place or 'its beginning'}: {first['msg'].lower()}; save one with --save-plan "
            f"and edit that"
        ) from error


def save_plan(path: Path, sketch: Sketch, *, style: str, metre: tuple[int, int], key: Key, tempo_qpm: float) -> None:
    """Write a plan: `load_plan` gives the same form."""
    rows = [*sketch.sections]
    if rows[0][1]:
        rows.insert(0, (_INTRO, 0, rows[0][1]))
    done = rows[-1][1] + rows[-1][2]
    if done < sketch.bars:
        rows.append((_OUTRO, done, sketch.bars - done))
    sections = [
        SavedSection(
            name=name,
            phrases=[
                SavedPhrase(bars=bars, key=_name(local, key), close="full" if full else "half")
                for at, bars, local, full in sketch.phrases
                if first <= at < first + length
            ],
        )
        for name, first, length in rows
    ]
    sections[-1].phrases[-1].close = "full"
    plan = SavedPlan(style=style, metre=f"{metre[0]}/{metre[1]}", key=key.name, tempo_qpm=tempo_qpm, sections=sections)
    write_text(path, json.dumps(plan.model_dump(), ensure_ascii=False, indent=1) + "\n")


def _name(local: LocalKey, home: Key) -> str:
    from ...theory.key_finding import KEY_NAMES

    return KEY_NAMES[(local.tonic - key_shift(home.signature)) % 12 + 12 * local.minor]
