"""Manifests: what a file says of its own making, written in one form and read as what a stranger may have written.

A manifest is JSON: the medium, the work's id and title, a few details of the medium's own, and the provenance. It lies in
the file where the format has room, else in a sidecar, `FILE.artwright.json`. Everything read here may be forged: its
size, depth and number of values are limited before anything is made of them, each field is of its type and range, ids
are full ids and never paths. What cannot be read is no manifest; the work itself is whole without one.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from .artwork import Artwork, Provenance
from .errors import FormatError
from .files import write_text

__all__ = [
    "MAX_BYTES",
    "Manifest",
    "find_manifest",
    "manifest_text",
    "parse_manifest",
    "parse_provenance",
    "plain_json",
    "provenance_row",
    "sidecar",
    "theme_row",
    "write_sidecar",
]

MAX_BYTES = 1 << 20
"""Longest manifest in bytes of UTF-8; readers of PNG refuse texts that are longer."""
MAX_DEPTH = 32
MAX_VALUES = 50_000
_NAME_BYTES = 255
_SUFFIX = ".artwright.json"
_FLAT = ("form", "language", "author")  # details that were keys of their own in the first files

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


class _Manifest(_Form):
    medium: Word = ""
    id: MaybeId = ""
    title: Line = ""
    details: dict[Word, Line] = Field(default_factory=dict, max_length=50)
    provenance: dict[str, Any] | None = None


F = TypeVar("F", bound=_Form)


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """What a file says of itself. medium, id, title: of the work, "" where it does not say; details: texts of the
    medium's own, by name; provenance: how it came to be, or None.
    """

    medium: str = ""
    id: str = ""
    title: str = ""
    details: Mapping[str, str] = field(default_factory=dict)
    provenance: Provenance | None = None


# ---------------------------------------------------------------------- reading


def find_manifest(inside: bytes | str, path: Path, *, medium: str, count: int = 1) -> tuple[Manifest, tuple[str, ...]]:
    """(manifest, remarks): the one inside a file, or else beside it; empty where there is none of a work of `medium`.

    inside: what the format carries, b"" or "" if nothing; count: how many the file carries, of which none counts where
    there are several. A manifest that cannot be read is left out, and a remark says why.
    """
    if count > 1:
        return Manifest(), (
            f"its manifest was left out: it carries {count} of them, and nothing says which one counts",
        )
    try:
        found = parse_manifest(inside) if inside else _beside(path)
    except FormatError as error:
        return Manifest(), (f"its manifest was left out: {error}",)
    if found.medium not in ("", medium):
        return Manifest(), (f"its manifest was left out: it is of a work of {found.medium!r}",)
    return found, ()


def _beside(path: Path) -> Manifest:
    beside = sidecar(path)
    try:
        if not beside.is_file():
            return Manifest()
        with open(beside, "rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise FormatError(f"{beside.name!r} cannot be read: {error.strerror or error}") from error
    return parse_manifest(data)


def parse_manifest(data: bytes | str) -> Manifest:
    """A manifest of untrusted text. Raises FormatError in one line if it is none, or beyond the limits."""
    row = _read_json(data)
    if isinstance(row.get("artwright"), dict):  # the first films
        row = {"provenance": row["artwright"]}
    flat = {key: row[key] for key in _FLAT if isinstance(row.get(key), str)}
    form = _checked(_Manifest, {**row, "details": flat | row["details"] if _is_row(row, "details") else flat})
    provenance = parse_provenance(form.provenance) if form.provenance is not None else None
    return Manifest(medium=form.medium, id=form.id, title=form.title, details=form.details, provenance=provenance)


def _is_row(row: Mapping[str, Any], key: str) -> bool:
    return isinstance(row.get(key), dict)


def parse_provenance(row: Mapping[str, Any]) -> Provenance:
    """A provenance of plain JSON, each field checked; those of a newer version are ignored. Raises FormatError in one
    line.
    """
    _check_values(row)
    form = _checked(_Provenance, row)
    values: dict[str, Any] = {f.name: getattr(form, f.name) for f in fields(Provenance)}
    values = {k: tuple(v) if isinstance(v, list) else v for k, v in values.items()}
    return Provenance(**{**values, "theme": form.theme.model_dump() if form.theme else None})


def theme_row(row: Mapping[str, Any]) -> dict[str, Any]:
    """A theme of plain JSON, all of its fields there and checked. Raises FormatError in one line."""
    return _checked(_Theme, row).model_dump()


def _checked(type_: type[F], row: Mapping[str, Any]) -> F:
    try:
        return type_.model_validate(dict(row))
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ascii(".".join(str(part) for part in first["loc"])[:80])
        raise FormatError(f"it is no manifest of artwright: {place}: {first['msg'][:200]}") from error


def _read_json(data: bytes | str) -> dict[str, Any]:
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


def _check_values(value: object) -> None:
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


# ---------------------------------------------------------------------- writing


def manifest_text(
    artwork: Artwork, *, details: Mapping[str, str] | None = None, file_id: str = "", ascii_only: bool = False
) -> str:
    """The manifest of a work as one line of JSON, the same for the same work and request.

    details: texts of the medium's own; file_id: `Medium.file_id` of what the file will hold, where its format has loss;
    ascii_only: escape all other characters. When and how fast the work was made is not told: the library knows it. Notes
    that would make it longer than `MAX_BYTES` are left out.
    """
    row: dict[str, Any] = {"artwright": 1, "medium": artwork.medium, "id": artwork.id, "title": artwork.title}
    if details:
        row["details"] = dict(details)
    made = artwork.provenance
    if made is not None:
        told = provenance_row(replace(made, file_id=file_id))
        unequal = ("created", "seconds")
        row["provenance"] = {k: v for k, v in told.items() if k not in unequal and v not in ("", None, [], {})}
    text = _dump(row, ascii_only)
    if len(text.encode()) > MAX_BYTES and made is not None:
        row["provenance"]["notes"] = {"left_out": f"notes of {len(text):,} characters"}
        text = _dump(row, ascii_only)
    return text


def provenance_row(made: Provenance) -> dict[str, Any]:
    """A provenance as plain JSON that `parse_provenance` takes; notes beyond its limits are left out."""
    row: dict[str, Any] = plain_json(made.to_dict())
    try:
        _check_values(row)
    except FormatError as error:
        row["notes"] = {"left_out": str(error)}
    return row


def _dump(row: Mapping[str, Any], ascii_only: bool) -> str:
    return json.dumps(plain_json(row), sort_keys=True, separators=(",", ":"), ensure_ascii=ascii_only, allow_nan=False)


def plain_json(value: Any, depth: int = MAX_DEPTH - 2) -> Any:
    """A value as JSON that can be read again: numbers of numpy as numbers, what is not finite as null, whole characters
    only; what JSON has no form for as text, and null where it nests deeper than `depth`.
    """
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, int):
        return value if -(1 << 63) <= value < 1 << 64 else str(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if depth <= 0:
        return None
    if isinstance(value, Mapping):
        return {str(key).encode("utf-8", "replace").decode(): plain_json(v, depth - 1) for key, v in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        items = sorted(value, key=str) if isinstance(value, set | frozenset) else value
        return [plain_json(item, depth - 1) for item in items]
    listed = getattr(value, "tolist", None)  # arrays and numbers of numpy
    return plain_json(listed(), depth - 1) if callable(listed) else plain_json(str(value))


# ---------------------------------------------------------------------- beside a file


def sidecar(path: Path) -> Path:
    """Where the manifest of a file lies that has no room for it: `FILE.artwright.json` beside it.

    A name too long for that is cut, and told apart by a hash.
    """
    name = path.name + _SUFFIX
    if len(name.encode("utf-8", "surrogateescape")) > _NAME_BYTES:
        digest = hashlib.sha256(path.name.encode("utf-8", "surrogateescape")).hexdigest()[:12]
        cut = path.name.encode("utf-8", "surrogateescape")[: _NAME_BYTES - len(_SUFFIX) - 13]
        name = f"{cut.decode('utf-8', 'ignore')}.{digest}{_SUFFIX}"
    return path.with_name(name)


def write_sidecar(path: Path, text: str) -> None:
    """Write the manifest of the file at `path` beside it."""
    write_text(sidecar(path), text + "\n")
