"""Secrets at rest: bytes under a passphrase, by scrypt (RFC 7914) and AES-256-GCM (NIST SP 800-38D)."""

from __future__ import annotations

import os
import secrets
import sys
from collections.abc import Mapping
from typing import Any

from ..errors import InputError

__all__ = [
    "PASSPHRASE",
    "WrongPassphrase",
    "ask_passphrase",
    "check_keyring",
    "keep_passphrase",
    "lock_secret",
    "unlock_secret",
]

PASSPHRASE = "ARTWRIGHT_PASSPHRASE"
"""The variable that holds a passphrase for programs that nobody sits at."""

_SERVICE = "artwright"
_COST = 1 << 15  # 32 MiB and about a tenth of a second: what a person does not notice, and a guesser does
_MOST_COST = 1 << 20


class WrongPassphrase(InputError):
    """A passphrase that does not open a secret, or a secret that was changed."""


def lock_secret(data: bytes, passphrase: str) -> dict[str, Any]:
    """Some bytes under a passphrase, as plain JSON."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    salt, nonce = secrets.token_bytes(16), secrets.token_bytes(12)
    locked = AESGCM(_derive(passphrase, salt, _COST)).encrypt(nonce, data, None)
    return {"cost": _COST, "salt": salt.hex(), "nonce": nonce.hex(), "locked": locked.hex()}


def unlock_secret(row: Mapping[str, Any], passphrase: str) -> bytes:
    """The inverse of `lock_secret`. Raises WrongPassphrase."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    try:
        salt, nonce, locked = (bytes.fromhex(str(row[name])) for name in ("salt", "nonce", "locked"))
        cost = int(row["cost"])
        if not 2 <= cost <= _MOST_COST or cost & (cost - 1):
            raise ValueError(f"a cost of {cost}")
        return AESGCM(_derive(passphrase, salt, cost)).decrypt(nonce, locked, None)
    except (InvalidTag, KeyError, ValueError, TypeError) as error:
        raise WrongPassphrase("the passphrase is not the right one; it cannot be found again if it is lost") from error


def _derive(passphrase: str, salt: bytes, cost: int) -> bytes:
    from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

    return Scrypt(salt=salt, length=32, n=cost, r=8, p=1).derive(passphrase.encode())


def ask_passphrase(name: str, *, new: bool = False) -> str:
    """The passphrase of the secret `name`: of the variable `ARTWRIGHT_PASSPHRASE`, of the system's keyring, or asked for on the terminal.

    new: it is set now, and typed twice. Raises InputError where nobody can be asked.
    """
    told = os.environ.get(PASSPHRASE, "")
    if not told and not new:
        told = _from_keyring(name)
    if not told:
        if not sys.stdin.isatty():
            raise InputError(
                f"the key {name!r} has a passphrase; give it in the variable {PASSPHRASE}, or at a terminal"
            )
        import click

        told = click.prompt(f"passphrase of {name!r}", hide_input=True, confirmation_prompt=new, err=True)
    return told


def _from_keyring(name: str) -> str:
    try:
        import keyring
        from keyring.errors import KeyringError
    except ImportError:
        return ""
    try:
        return keyring.get_password(_SERVICE, name) or ""
    except KeyringError:
        return ""


def check_keyring() -> None:
    """Raise InputError if there is no keyring (package keyring)."""
    try:
        import keyring  # noqa: F401
    except ImportError as error:
        raise InputError("the system's keyring is used by the package keyring: pip install keyring") from error


def keep_passphrase(name: str, passphrase: str) -> None:
    """Put the passphrase of the secret `name` into the keyring. Raises InputError where it does not take it."""
    check_keyring()
    import keyring
    from keyring.errors import KeyringError

    try:
        keyring.set_password(_SERVICE, name, passphrase)
    except KeyringError as error:
        raise InputError(f"the system's keyring does not take the passphrase: {error}") from error
