"""Seals: a file and its manifest, signed.

A sealed manifest names a key, the SHA-256 of the file that carries it, and the key's signature on the manifest, in which
stand the work's id, its parents, and the hashes of the models that made it. Whoever writes a file puts the manifest in
with its seal blank (noughts, at full length); the hash is that of the file as it then is, and the blanks are filled in
place. To check a file, the blanks are put back. So any format that keeps the text of a manifest as it stands can be sealed,
a plugin's too, and of any file a single changed byte is found. Where a manifest lies beside its file, the hash is
that of the whole file; where a format packs it, a sealed one is laid beside.
"""

from __future__ import annotations

import json
import mmap
import re
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from ..artwork import Artwork, Provenance, Seal
from ..errors import FormatError
from ..files import now, sha256_file, write_text
from ..manifest import MAX_BYTES, canonical_manifest, manifest_text, sidecar, signed_text
from ..manifest_form import read_json
from .cards import holds
from .checksums import Patch, mended
from .containers.parts import credentials_in
from .keys import Signer

__all__ = ["SEAL", "close_seal", "file_holds", "seal_beside", "signature_holds", "with_blank_seal"]

SEAL = b"artwright seal 1\n"
"""What every signed manifest begins with, so that no signature of one thing can stand for another."""

_START = re.compile(rb'\{\s*"artwright":\s*1\b')
_FIELD = rb'"%s":\s*"(%s)"'


def with_blank_seal(work: Artwork, key: str, *, dated: bool = False) -> Artwork:
    """A work whose manifest will be written with a blank seal of `key`. dated: with the time, so that two files of one
    work differ.
    """
    made = work.provenance or Provenance(operation="load", medium=work.medium, id=work.id)
    time = now().isoformat(timespec="seconds") if dated else ""
    return work.with_(provenance=replace(made, id=made.id or work.id, seal=Seal(key=key, time=time)))


def close_seal(path: Path, work: Artwork, signer: Signer, *, beside: bool = False) -> None:
    """Fill the seal of the file at `path`, which was written of a work `with_blank_seal`. beside: leave the file as it is, and
    lay a sealed manifest beside it.
    """
    there = sidecar(path)
    if there.is_file() and '"signature"' in (text := there.read_text("utf-8")):
        _close_beside(path, read_json(text), signer)
        return
    with open(path, "r+b") as file, mmap.mmap(file.fileno(), 0) as data:
        places = _places(data, Seal(key=signer.key))
        row = _row_around(data, places[1]) if places else None
        if places and row is not None and not beside:
            row["seal"]["file"] = _hash(data, ())
            signature = signer.sign(SEAL + signed_text(row).encode())
            fillings = [(places[0], row["seal"]["file"].encode()), (places[1], signature.encode())]
            with memoryview(data) as view:
                patches = mended(view, fillings)
            for at, new in patches:
                data[at : at + len(new)] = new
            return
    _close_beside(path, row or read_json(manifest_text(work)), signer)


def _close_beside(path: Path, row: dict[str, Any], signer: Signer) -> None:
    there = sidecar(path)
    if there.is_file() and isinstance(label := read_json(there.read_bytes()).get("label"), dict):
        row = row | {"label": label}
    row["seal"]["file"] = sha256_file(path)
    row["seal"]["signature"] = signer.sign(SEAL + signed_text(row).encode())
    write_text(sidecar(path), canonical_manifest(row))


def seal_beside(path: Path, signer: Signer) -> Path:
    """Lay a sealed manifest beside a file that artwright did not write; returns where. It says nothing of how it was made."""
    row: dict[str, Any] = {"artwright": 1, "title": path.stem, "seal": {"key": signer.key}}
    _close_beside(path, row, signer)
    return sidecar(path)


def signature_holds(seal: Seal) -> bool:
    """Whether the key of a seal signed its manifest as it is."""
    return bool(seal.manifest) and holds(seal.key, SEAL + seal.manifest.encode(), seal.signature)


def file_holds(path: Path, seal: Seal) -> bool:
    """Whether the file at `path` is, to the byte, what its seal was made for. Raises FormatError if it cannot be read."""
    try:
        if seal.beside:
            return sha256_file(path) == seal.file
        with ExitStack() as stack:
            file = stack.enter_context(open(path, "rb"))
            data = stack.enter_context(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
            view = stack.enter_context(memoryview(data))
            places = _places(data, seal)
            if places is None:
                return False
            filled = [(at, bytes(view[at : at + size])) for at, size in zip(places, (64, 128), strict=True)]
            blanks = [(at, b"0" * len(text)) for at, text in filled]
            if any(bytes(view[at : at + len(new)]) != new for at, new in mended(view, filled)):
                return False  # a checksum does not fit: the file is not as it was written
            return _hash(view, mended(view, blanks), credentials_in(view)) == seal.file
    except (OSError, ValueError) as error:
        raise FormatError(f"{str(path)!r} cannot be read: {error}") from error


def _places(data: mmap.mmap, seal: Seal) -> tuple[int, int] | None:
    """Where hash and signature of a seal stand in a file; None unless each stands there once."""
    found = []
    for name, value in ((b"file", seal.file), (b"signature", seal.signature)):
        matches = [m.start(1) for m in re.finditer(_FIELD % (name, value.encode()), data)]
        if len(matches) != 1:
            return None
        found += matches
    return found[0], found[1]


def _row_around(data: mmap.mmap, place: int) -> dict[str, Any] | None:
    """The manifest that a place lies in, None where it does not stand there as it is."""
    begin = max(0, place - MAX_BYTES)
    text = data[begin : place + MAX_BYTES]
    for start in reversed([m.start() for m in _START.finditer(text[: place - begin])]):
        try:
            row, _ = json.JSONDecoder().raw_decode(text[start:].decode("utf-8", "replace"))
        except ValueError:
            continue
        sealed = (
            isinstance(row, dict)
            and isinstance(row.get("seal"), dict)
            and set(row["seal"].get("signature", "")) == {"0"}
        )
        return row if sealed else None
    return None


def _hash(data: mmap.mmap | memoryview, patches: Iterable[Patch], cuts: Sequence[tuple[int, int]] = ()) -> str:
    """SHA-256 of a file with some of its bytes replaced and some parts cut out, block by block.

    cuts: Content Credentials, which are put in last and checked by themselves; the size in the head of a RIFF file is
    then that without them.
    """
    digest, at = sha256(), 0
    with memoryview(data) as view:
        changes = [(place, place + len(new), new) for place, new in patches]
        changes += [(begin, end, b"") for begin, end in cuts]
        if cuts and bytes(view[:4]) == b"RIFF":
            size = len(view) - sum(end - begin for begin, end in cuts) - 8
            changes.append((4, 8, size.to_bytes(4, "little")))
        for begin, end, new in sorted(changes):
            digest.update(view[at:begin])
            digest.update(new)
            at = end
        digest.update(view[at:])
    return digest.hexdigest()
