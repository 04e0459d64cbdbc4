"""The form of a manifest: what each field may hold, and the limits within which a stranger's JSON is read at all."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from .errors import FormatError

__all__ = [
    "MAX_BYTES",
    "MAX_DEPTH",
    "check_values",
    "manifest_values",
    "provenance_values",
    "read_json",
    "theme_values",
]

MAX_BYTES = 1 << 20
"""Longest manifest in bytes of UTF-8; readers of PNG refuse texts that are longer."""
MAX_DEPTH = 32
MAX_VALUES = 50_000

Word = Annotated[str, Field(max_length=200)]
Line = Annotated[str, Field(max_length=4_000)]
Id = Annotated[str, Field(pattern=r"^sha256:[0-9a-f]{64}$")]
MaybeId = Annotated[str, Field(pattern=r"^(sha256:[0-9a-f]{64})?$")]
Finite = Annotated[float, Field(allow_inf_nan=False)]
Unit = Annotated[float, Field(ge=-1, le=1, allow_inf_nan=False)]


class _Form(BaseModel):
    """Fields of a newer version are ignored; nothing is turned from one type into another."""

    model_config = ConfigDict(extra="ignore", frozen=True, strict=True)


class _Mood(_Form):
    valence: Unit = 0.0
    arousal: Unit = 0.0


class _Theme(_Form):
    text: Line = ""
    words: list[Line] = Field(default_factory=list, max_length=2_000)
    language: Literal["en", "zh"] = "en"
    images: list[Word] = Field(default_factory=list, max_length=500)
    mood: _Mood = Field(default_factory=_Mood)
    palette: list[Annotated[str, Field(pattern=r"^#[0-9a-fA-F]{6}$")]] = Field(default_factory=list, max_length=64)
    source: MaybeId = ""
    readings: list[Annotated[list[Line], Field(min_length=2, max_length=2)]] = Field(
        default_factory=list, max_length=2_000
    )


class _Provenance(_Form):
    operation: Word
    medium: Word
    model: Word = ""
    plugin: Word = ""
    plugin_version: Word = ""
    artwright_version: Word = ""
    theme: _Theme | None = None
    style: Line | None = None
    options: dict[Word, Any] = Field(default_factory=dict, max_length=200)
    seed: Annotated[int, Field(ge=0, lt=1 << 63)] | None = None
    device: Word = "cpu"
    seconds: Annotated[float, Field(ge=0, allow_inf_nan=False)] = 0.0
    parents: list[Id] = Field(default_factory=list, max_length=1_000)
    sources: list[Id] = Field(default_factory=list, max_length=1_000)
    created: Annotated[str, Field(max_length=40)] = ""
    originality: dict[Word, Any] | None = None
    score: Finite | None = None
    unused: list[Line] = Field(default_factory=list, max_length=2_000)
    remarks: list[Line] = Field(default_factory=list, max_length=200)
    weights: dict[Word, Word] = Field(default_factory=dict, max_length=200)
    wrappers: list[Word] = Field(default_factory=list, max_length=200)
    notes: dict[Word, Any] = Field(default_factory=dict, max_length=500)
    id: MaybeId = ""
    file_id: MaybeId = ""

    @field_validator("created")
    @classmethod
    def _is_a_time(cls, value: str) -> str:
        if value:
            told = datetime.fromisoformat(value)
            if told.tzinfo is None or not 1970 <= told.year <= 9998:
                raise ValueError("a time of the years 1970 to 9998 with its offset from UTC is needed")
        return value


class _Seal(_Form):
    key: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    file: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    signature: Annotated[str, Field(pattern=r"^[0-9a-f]{128}$")]
    time: Annotated[str, Field(pattern=r"^([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\+00:00)?$")] = ""


class _Manifest(_Form):
    medium: Word = ""
    id: MaybeId = ""
    title: Line = ""
    details: dict[Word, Line] = Field(default_factory=dict, max_length=50)
    provenance: dict[str, Any] | None = None
    seal: _Seal | None = None


F = TypeVar("F", bound=_Form)


def manifest_values(row: Mapping[str, Any]) -> dict[str, Any]:
    """A manifest of plain JSON: medium, id, title, details and seal, all there and checked; its provenance as it is. Raises
    FormatError in one line.
    """
    form = _checked(_Manifest, row)
    return {**dict(form), "seal": form.seal.model_dump() if form.seal else None}


def provenance_values(row: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a provenance of plain JSON, all there and checked; those of a newer version are left out. Raises
    FormatError in one line.
    """
    check_values(row)
    form = _checked(_Provenance, row)
    values = {name: tuple(value) if isinstance(value, list) else value for name, value in form}
    return {**values, "theme": form.theme.model_dump() if form.theme else None}


def theme_values(row: Mapping[str, Any]) -> dict[str, Any]:
    """A theme of plain JSON, all of its fields there and checked. Raises FormatError in one line."""
    return _checked(_Theme, row).model_dump()


def _checked(type_: type[F], row: Mapping[str, Any]) -> F:
    try:
        return type_.model_validate(dict(row))
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ascii(".".join(str(part) for part in first["loc"])[:80])
        raise FormatError(f"it is no manifest of artwright: {place}: {first['msg'][:200]}") from error


def read_json(data: bytes | str) -> dict[str, Any]:
    """An object of JSON within the limits: without a byte order mark, keys given once, text that is text."""
    from pydantic_core import from_json

    raw = data if isinstance(data, bytes) else data.encode("utf-8", "surrogatepass")
    if len(raw) > MAX_BYTES:
        raise FormatError(f"it has more than {MAX_BYTES >> 10} KiB, the most that a manifest may have")
    raw = raw.removeprefix(b"\xef\xbb\xbf").strip(b" \t\r\n\0")
    if sum(map(raw.count, (b",", b"[", b"{"))) > 4 * MAX_VALUES:
        raise FormatError("it holds more values than a manifest may have")
    try:
        from_json(raw, allow_inf_nan=False)  # its parser has a limit of depth and takes whole characters only
        row = json.loads(raw.decode("utf-8"), object_pairs_hook=_once)
    except (ValueError, RecursionError) as error:
        raise FormatError(f"it is no JSON: {ascii(str(error))[1:-1][:120]}") from error
    if not isinstance(row, dict):
        raise FormatError("it is no JSON object")
    return row


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    row = dict(pairs)
    if len(row) != len(pairs):
        raise ValueError("a key is given twice")
    return row


def check_values(value: object) -> None:
    """Raise FormatError if a value nests too deep, holds too many values, or one that JSON has not."""
    left = MAX_VALUES
    level = [value]
    for _ in range(MAX_DEPTH):
        left -= len(level)
        if left < 0:
            raise FormatError(f"it holds more than {MAX_VALUES:,} values")
        below: list[object] = []
        for item in level:
            if isinstance(item, Mapping):
                below.extend(item.values())
                if not all(isinstance(key, str) for key in item):
                    raise FormatError("it has a key that is no text")
            elif isinstance(item, list | tuple):
                below.extend(item)
            elif isinstance(item, float) and not math.isfinite(item):
                raise FormatError(f"it holds the number {item}")
            elif isinstance(item, int) and not -(1 << 63) <= item < 1 << 64:
                raise FormatError("it holds a number beyond 64 bits")
            elif item is not None and not isinstance(item, str | int | float):
                raise FormatError(f"it holds a {type(item).__name__}, which JSON has not")
        if not below:
            return
        level = below
    raise FormatError(f"it nests deeper than {MAX_DEPTH} levels")
