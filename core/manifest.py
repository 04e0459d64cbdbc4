"""Manifests: what a file says of its own making, written in one form and read as what a stranger may have written.

A manifest is JSON: the medium, the work's id and title, a few details of the medium's own, and the provenance. It lies in
the file where the format has room, else in a sidecar, `FILE.artwright.json`. Everything read here may be forged: its
size, depth and number of values are limited before anything is made of them, each field is of its type and range, ids
are full ids and never paths. What cannot be read is no manifest; the work itself is whole without one.

A manifest may be sealed: its key "seal" names the key that signed it and the hash of the file around it
(`core.marks.seals`). It is written blank, at full length and as it stands, and filled when the file is there.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from .artwork import Artwork, Provenance, Seal
from .errors import FormatError
from .files import write_text
from .manifest_form import MAX_BYTES, MAX_DEPTH, check_values, manifest_values, read_json

__all__ = [
    "MAX_BYTES",
    "Manifest",
    "canonical_manifest",
    "find_manifest",
    "has_blank_seal",
    "manifest_text",
    "parse_manifest",
    "parse_provenance",
    "plain_json",
    "provenance_row",
    "read_beside",
    "sidecar",
    "signed_text",
    "write_sidecar",
]

_NAME_BYTES = 255
_SUFFIX = ".artwright.json"
_FLAT = ("form", "language", "author")  # details that were keys of their own in the first files


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

    @property
    def is_bare_seal(self) -> bool:
        """Whether it signs a file and says nothing of a work: what lies beside a file that artwright did not write."""
        made = self.provenance
        return made is not None and made.seal is not None and not self.id and made.operation == "load"


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
        manifest = parse_manifest(inside) if inside else read_beside(path)
        seal = manifest.provenance.seal if manifest.provenance else None
        if inside and seal is not None and seal.is_blank:  # it could not be filled where it lies
            manifest = read_beside(path)
    except FormatError as error:
        return Manifest(), (f"its manifest was left out: {error}",)
    if manifest.is_bare_seal:
        return Manifest(), ()
    if manifest.medium not in ("", medium):
        return Manifest(), (f"its manifest was left out: it is of a work of {manifest.medium!r}",)
    return manifest, ()


def read_beside(path: Path) -> Manifest:
    """The manifest in the sidecar of a file, an empty one if there is none. Raises FormatError in one line."""
    beside = sidecar(path)
    try:
        if not beside.is_file():
            return Manifest()
        with open(beside, "rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise FormatError(f"{beside.name!r} cannot be read: {error.strerror or error}") from error
    manifest = parse_manifest(data)
    made = manifest.provenance
    if made is None or made.seal is None:
        return manifest
    canonical = data == canonical_manifest(read_json(data)).encode()
    seal = replace(made.seal, beside=True, manifest=made.seal.manifest if canonical else "")
    return replace(manifest, provenance=replace(made, seal=seal))


def parse_manifest(data: bytes | str) -> Manifest:
    """A manifest of untrusted text. Raises FormatError in one line if it is none, or beyond the limits."""
    row = read_json(data)
    if isinstance(row.get("artwright"), dict):  # the first films
        row = {"provenance": row["artwright"]}
    flat = {key: row[key] for key in _FLAT if isinstance(row.get(key), str)}
    values = manifest_values({**row, "details": flat | row["details"] if _is_row(row, "details") else flat})
    provenance, seal = values.pop("provenance"), values.pop("seal")
    made = parse_provenance(provenance) if provenance is not None else None
    if seal is not None:
        made = made or Provenance(operation="load", medium=values["medium"], id=values["id"])
        made = replace(made, seal=Seal(**seal, manifest=signed_text(row)))
    return Manifest(**values, provenance=made)


def signed_text(row: Mapping[str, Any]) -> str:
    """What the signature of a sealed manifest is of: all of it but the signature, in one form of JSON."""
    seal = {key: value for key, value in row["seal"].items() if key != "signature"}
    return _dump({**row, "seal": seal}, ascii_only=True)


def parse_provenance(row: Mapping[str, Any]) -> Provenance:
    """A provenance of plain JSON: `Provenance.from_dict`."""
    return Provenance.from_dict(row)


def _is_row(row: Mapping[str, Any], key: str) -> bool:
    return isinstance(row.get(key), dict)


# ---------------------------------------------------------------------- writing


def manifest_text(
    artwork: Artwork, *, details: Mapping[str, str] | None = None, file_id: str = "", ascii_only: bool = False
) -> str:
    """The manifest of a work as one line of JSON, the same for the same work and request.

    details: texts of the medium's own; file_id: `Medium.file_id` of what the file will hold, left out where it is the
    work's own id; ascii_only: escape all other characters. When and how fast the work was made is not told: the library
    knows it. Notes that would make it longer than `MAX_BYTES` are left out.
    """
    row: dict[str, Any] = {"artwright": 1, "medium": artwork.medium, "id": artwork.id, "title": artwork.title}
    if details:
        row["details"] = dict(details)
    provenance = artwork.provenance
    if provenance is not None and (seal := provenance.seal) is not None and seal.is_blank:
        row["seal"] = {"key": seal.key, "file": seal.file, "signature": seal.signature}
        if seal.time:
            row["seal"]["time"] = seal.time
    if provenance is not None:
        full_row = provenance_row(replace(provenance, file_id="" if file_id == artwork.id else file_id))
        unequal = ("created", "seconds")
        row["provenance"] = {k: v for k, v in full_row.items() if k not in unequal and v not in ("", None, [], {})}
    text = _dump(row, ascii_only)
    if len(text.encode()) > MAX_BYTES and provenance is not None:
        row["provenance"]["notes"] = {"left_out": f"notes of {len(text):,} characters"}
        text = _dump(row, ascii_only)
    return text


def canonical_manifest(row: Mapping[str, Any]) -> str:
    """A manifest as a sealed sidecar holds it, to the byte."""
    return _dump(row, ascii_only=False) + "\n"


def has_blank_seal(manifest: str) -> bool:
    """Whether a manifest waits for its seal: a format must then keep it as it stands, not packed."""
    return f'"signature":"{"0" * 128}"' in manifest


def provenance_row(provenance: Provenance) -> dict[str, Any]:
    """A provenance as plain JSON that `Provenance.from_dict` takes; notes beyond its limits are left out."""
    row: dict[str, Any] = plain_json(provenance.to_dict())
    try:
        check_values(row)
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
