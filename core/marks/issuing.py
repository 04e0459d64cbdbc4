"""Content Credentials (C2PA 2) written into files by c2pa-python, signed with an own key.

They say what was done (created; or opened and edited), by which kind of source, and what the work was made from: the files of
its parents are ingredients, with the credentials that these carry themselves. The library puts random numbers into a
claim, so that two files of one work differ where they carry credentials.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from ..artwork import Artwork, Provenance
from ..errors import InputError, OutputError
from ..files import atomic
from .keys import Signer
from .labels import SOURCE_TYPES, source_type_of
from .reading.credentials import OFFLINE

__all__ = ["CARRIERS", "check_issuer", "issue"]

CARRIERS = {
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".webp": "image/webp",
    ".svg": "image/svg+xml",
    ".wav": "audio/wav",
    ".flac": "audio/flac",
    ".mp3": "audio/mpeg",
    ".mp4": "video/mp4",
    ".pdf": "application/pdf",
}
"""Suffixes of files that can carry credentials, and the types that the library knows them by."""

_SETTINGS = {**OFFLINE, "builder": {"thumbnail": {"enabled": False}}}
_MOST_INGREDIENTS = 20
_MOST_BYTES = 256 << 20


def check_issuer() -> None:
    """Raise InputError if the library is not there."""
    if find_spec("c2pa") is None:
        raise InputError("Content Credentials are written with the extra 'c2pa': pip install 'artwright[c2pa]'")


def issue(
    path: Path, work: Artwork, signer: Signer, chain: str, *, find: Callable[[str], Path | None] = lambda id_: None
) -> None:
    """Put credentials into the file at `path`. chain: the certificates of the signer's key, PEM; find: the file of a parent
    by its id. Raises OutputError in one line.
    """
    import c2pa

    made = work.provenance
    assert made is not None
    parents = _ingredients(made, find)
    manifest = {
        "claim_generator_info": [{"name": "artwright", "version": made.artwright_version or "0"}],
        "title": work.title or path.name,
        "assertions": [{"label": "c2pa.actions.v2", "data": {"actions": _actions(work, made, parents)}}],
    }
    try:
        with atomic(path) as target, c2pa.Context(c2pa.Settings.from_dict(_SETTINGS)) as context:
            key = c2pa.Signer.from_callback(
                lambda data: bytes.fromhex(signer.sign(data)), c2pa.C2paSigningAlg.ED25519, chain
            )
            with key, c2pa.Builder(manifest, context=context) as builder:
                for row, file in parents:
                    with open(file, "rb") as source:
                        builder.add_ingredient(json.dumps(row), CARRIERS[file.suffix.lower()], source)
                builder.sign_file(path, target, key)
    except (c2pa.C2paError, OSError) as error:
        reason = " ".join(str(error).split())[:200]
        raise OutputError(
            f"no Content Credentials could be put into {path.name!r}: {reason}; write it with --no-c2pa"
        ) from error


def _ingredients(made: Provenance, find: Callable[[str], Path | None]) -> list[tuple[dict[str, Any], Path]]:
    """What the work was made from, as far as its files are here and of a kind that the library takes."""
    rows = []
    for number, id_ in enumerate(made.parents[:_MOST_INGREDIENTS]):
        file = find(id_)
        if file is None or file.suffix.lower() not in CARRIERS or file.stat().st_size > _MOST_BYTES:
            continue
        is_parent = made.operation != "generate" and number == 0
        row = {
            "title": f"{id_.removeprefix('sha256:')[:12]}{file.suffix}",
            "relationship": "parentOf" if is_parent else "inputTo",
            "label": f"ingredient-{number}",
        }
        rows.append((row, file))
    return rows


def _actions(work: Artwork, made: Provenance, parents: list[tuple[dict[str, Any], Path]]) -> list[dict[str, Any]]:
    """What was done, in the words of C2PA: the first action is that the work was created, or another one opened."""
    agent = {"name": ":".join(part for part in (made.plugin, made.model) if part) or "artwright"}
    kind = {"digitalSourceType": SOURCE_TYPES + source_type_of(work), "softwareAgent": agent}
    opened = [row["label"] for row, _ in parents if row["relationship"] == "parentOf"]
    used = [row["label"] for row, _ in parents if row["relationship"] == "inputTo"]
    parameters = {"parameters": {"ingredientIds": used}} if used else {}
    if opened:
        return [
            {"action": "c2pa.opened", "parameters": {"ingredientIds": opened}},
            {"action": "c2pa.edited", "description": made.operation.replace("_", " "), **kind, **parameters},
        ]
    return [{"action": "c2pa.created", **kind, **parameters}]
