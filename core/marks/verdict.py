"""The verdict on a seal: who signed a file, whether that still counts, and whether it is as it was signed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ..artwork import Seal
from .keys import Key, KeyRing
from .seals import file_holds, signature_holds

__all__ = ["FAILING", "judge_seal"]

FAILING = ("forged", "revoked key")
"""States of a signature on which nothing is to be built."""

_UNSIGNED = "unsigned: whoever has the file can write such a manifest, so nothing here is proved"
_FORGED = (
    "forged: the manifest is not what its key signed, or the signature is another's; nothing in it is to be believed"
)
_CONTENT = "the content is not what was signed: it was edited, or the manifest was taken from another file"
_AROUND = "the work itself is as it was signed, but the file around it was changed (its title, tags or container)"
_SAME = "the file is, to the byte, what was signed"


def judge_seal(
    seal: Seal | None, path: Path | None, ring: KeyRing | None, *, same_content: bool | None
) -> dict[str, Any]:
    """What a seal adds to the verdict on a work, as plain JSON; without a path the file is not looked at.

    same_content: whether the content is what the manifest was written for, None where that cannot be told. Gives proof, a
    sentence; signature: "none", "forged", or the state of the key ("own", "trusted", "unknown key", "revoked key", "expired
    key"); and with a seal signed_by, key, signed (the time, as the signer says), verdict and explanation.
    """
    if seal is None or seal.is_blank:
        return {"proof": _UNSIGNED, "signature": "none"}
    if not signature_holds(seal):
        return {"proof": _FORGED, "signature": "forged", "key": seal.key, "verdict": "forged", "explanation": _FORGED}
    known = ring.known(seal.key) if ring is not None else None
    state = known.state if known is not None else "unknown"
    row: dict[str, Any] = {
        "proof": _who(known, seal),
        "signature": state if state in ("own", "trusted") else f"{state} key",
        "signed_by": known.name if known is not None else "",
        "key": seal.key,
        "signed": seal.time,
    }
    if path is None or file_holds(path, seal):
        return row | ({"verdict": "unchanged", "explanation": _SAME} if path is not None else {})
    return row | {"verdict": "changed", "explanation": _AROUND if same_content else _CONTENT}


def _who(key: Key | None, seal: Seal) -> str:
    """Who signed, in a sentence."""
    told = f"; by its own word signed at {seal.time}" if seal.time else ""
    short = seal.key[:16]
    if key is None:
        return (
            f"signed by a key that is not known here ({short}){told}; if you know whose it is, "
            f"`artwright keys trust {seal.key} --name NAME` says so"
        )
    who = f"signed by {key.name!r} ({short})"
    match key.state:
        case "revoked":
            why = f": {key.reason}" if key.reason else ""
            return (
                f"{who}, a key that is revoked since {key.revoked}{why}; nothing proves that it was signed before{told}"
            )
        case "expired":
            return f"{who}, a key that has expired on {key.expires}; nothing proves that it was signed before{told}"
        case "own":
            return f"{who}, your own key{told}"
        case "trusted":
            return f"{who}, a key that you trust{told}"
    return f"{who}, a key that you do not trust{told}"
