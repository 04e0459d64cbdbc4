"""Cards of keys: what somebody hands over so that the works they sign can be checked. A stranger's card is untrusted."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from ..errors import FormatError
from ..files import canonical_json
from ..manifest_form import read_json

__all__ = ["Card", "holds", "read_card", "replacing", "sign_card"]

_KEY, _SIGNATURE = re.compile(r"[0-9a-f]{64}"), re.compile(r"[0-9a-f]{128}")
_LONGEST = {"name": 64, "reason": 200}


@dataclass(frozen=True, kw_only=True)
class Card:
    """What a key says of itself; the fields as `keys.Key` has them."""

    key: str
    name: str = ""
    created: str = ""
    expires: str = ""
    revoked: str = ""
    reason: str = ""
    replaces: str = ""
    proof: str = ""


def holds(key: str, message: bytes, signature: str) -> bool:
    """Whether a signature is the key's on the message; all in hexadecimal digits, none of them trusted."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(key)).verify(bytes.fromhex(signature), message)
    except (InvalidSignature, ValueError):
        return False
    return True


def replacing(key: str) -> bytes:
    """What an old key signs to vouch for the key that replaces it."""
    return f"artwright key replaced by {key}".encode()


def sign_card(card: Card, sign: Callable[[bytes], str] | None) -> dict[str, Any]:
    """A card as plain JSON, signed by its own key if `sign` is given."""
    row = {"artwright_key": 1, **{name: value for name, value in asdict(card).items() if value}}
    return row | {"signature": sign(_signed(row))} if sign else row


def read_card(data: bytes | str) -> Card:
    """The card in some text: its JSON, or 64 hexadecimal digits alone, which are a key without a card.

    Raises FormatError, in one line, for what is none, or was changed after it was signed.
    """
    text = data.decode("utf-8", "replace") if isinstance(data, bytes) else data
    if _KEY.fullmatch(text.strip().lower()):
        return Card(key=text.strip().lower())
    try:
        row = read_json(data)
    except FormatError as error:
        raise FormatError(
            f"it is no key: {error}; a card made by `artwright keys export`, or 64 hexadecimal digits, is"
        ) from error
    card = _checked(row)
    signature = row.get("signature")
    if card.replaces and not holds(card.replaces, replacing(card.key), card.proof):
        raise FormatError("it is no key: the card says that it replaces another key, which has not vouched for it")
    if card.revoked and signature is None:  # the private half may be lost: whoever hands it over answers for it
        return card
    if (
        not isinstance(signature, str)
        or not _SIGNATURE.fullmatch(signature)
        or not holds(card.key, _signed(row), signature)
    ):
        raise FormatError("it is no key: the card was changed after it was signed")
    return card


def _signed(row: Mapping[str, Any]) -> bytes:
    return canonical_json({name: value for name, value in row.items() if name != "signature"}).encode()


def _checked(row: Mapping[str, Any]) -> Card:
    values = {name: row.get(name, "") for name in Card.__dataclass_fields__}
    for name, value in values.items():
        if not isinstance(value, str) or len(value) > _LONGEST.get(name, 128) or not value.isprintable():
            raise FormatError(f"it is no key: its {name!r} is no line of text")
    for name in ("created", "expires", "revoked"):
        try:
            date.fromisoformat(values[name] or "2000-01-01")
        except ValueError as error:
            raise FormatError(f"it is no key: its {name!r} is no day") from error
    if not _KEY.fullmatch(values["key"]) or not re.fullmatch(r"([0-9a-f]{64})?", values["replaces"]):
        raise FormatError("it is no key: it holds no public key")
    if not re.fullmatch(r"([0-9a-f]{128})?", values["proof"]):
        raise FormatError("it is no key: its 'proof' is no signature")
    return Card(**values)
