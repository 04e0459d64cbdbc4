"""Content Credentials (C2PA), checked by c2pa-python, the library of the coalition; it comes with the extra `c2pa`."""

from __future__ import annotations

import json
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from ..labels import SOURCE_TYPES
from .claim import Claim

__all__ = ["OFFLINE", "read_credentials"]

OFFLINE = {"verify": {"remote_manifest_fetch": False, "ocsp_fetch": False}}
"""Settings of the library under which it opens no connection."""

_MOST_BYTES = 1 << 30
_STATES = {"Trusted": True, "Valid": True, "Invalid": False}


def read_credentials(path: Path) -> list[Claim]:
    """What the store of C2PA in a file claims, and whether it holds."""
    if find_spec("c2pa") is None:
        return [
            Claim(
                kind="c2pa",
                says="Content Credentials are there",
                why="they are checked with: pip install 'artwright[c2pa]'",
            )
        ]
    row, error = _read(path)
    if row is None:
        return [Claim(kind="c2pa", says="Content Credentials that cannot be read", holds=False, why=error)]
    state = str(row.get("validation_state", "Invalid"))
    active = row.get("manifests", {}).get(row.get("active_manifest"), {})
    signature = active.get("signature_info") or {}
    generator = (active.get("claim_generator_info") or [{}])[0].get("name", "") or active.get("claim_generator", "")
    signer = signature.get("common_name") or signature.get("issuer") or "nobody named"
    actions = [
        a
        for x in active.get("assertions", [])
        if x.get("label", "").startswith("c2pa.actions")
        for a in x["data"].get("actions", [])
    ]
    kinds = [str(a["digitalSourceType"]).removeprefix(SOURCE_TYPES) for a in actions if a.get("digitalSourceType")]
    faults = [s.get("code", "") for s in row.get("validation_status", [])]
    details: dict[str, Any] = {
        "state": state,
        "generator": generator,
        "signed_by": signer,
        "signed": signature.get("time", ""),
        "actions": [str(a.get("action", "")) for a in actions][:20],
        "source_type": kinds[0] if kinds else "",
        "ingredients": [str(i.get("title", "")) for i in active.get("ingredients", [])][:50],
        "faults": faults[:20],
    }
    says = f"made or changed with {generator or 'a program that is not named'}, signed by {signer}"
    claims = [Claim(kind="c2pa", says=says, holds=_STATES.get(state, False), why=_why(state, faults), details=details)]
    if "google" in f"{signer} {signature.get('issuer', '')} {generator}".lower():
        claims.append(
            Claim(
                kind="synthid", says="it may carry SynthID, which cannot be read here", why="a guess: Google signed it"
            )
        )
    return claims


def _why(state: str, faults: list[str]) -> str:
    if state == "Trusted":
        return "signed by somebody on the list of the coalition, and unchanged since"
    if state == "Valid":
        return "unchanged since it was signed; nobody vouches for who signed it"
    return f"it does not fit the file: {', '.join(faults[:4]) or 'no reason given'}"


def _read(path: Path) -> tuple[dict[str, Any] | None, str]:
    import c2pa

    try:
        if path.stat().st_size > _MOST_BYTES:
            return None, "the file is too large to be checked"
        with (
            c2pa.Context(c2pa.Settings.from_dict(OFFLINE)) as context,
            c2pa.Reader(str(path), context=context) as reader,
        ):
            return json.loads(reader.json()), ""
    except (c2pa.C2paError, OSError, ValueError) as error:
        return None, " ".join(str(error).split())[:200]
