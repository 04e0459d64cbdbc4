"""Passwords as they are kept: scrypt (RFC 7914) with the parameters that OWASP names, and a salt for each."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import unicodedata

from ....core.errors import InputError

__all__ = ["LEAST", "check_password", "hash_password", "new_token", "token_hash"]

LEAST, _MOST = 10, 1000
_N, _R, _P = 2**15, 8, 3
_MEMORY = 64 << 20


def _scrypt(password: str, salt: bytes, n: int, r: int, p: int) -> bytes:
    text = unicodedata.normalize("NFKC", password).encode("utf-8", "replace")
    return hashlib.scrypt(text, salt=salt, n=n, r=r, p=p, maxmem=_MEMORY)


def hash_password(password: str) -> str:
    """What is kept of a password. Raises InputError for one that is too short or too long."""
    if not LEAST <= len(password) <= _MOST:
        raise InputError(f"a password has {LEAST} to {_MOST} characters; this one has {len(password)}")
    salt = secrets.token_bytes(16)
    return f"scrypt${_N}${_R}${_P}${salt.hex()}${_scrypt(password, salt, _N, _R, _P).hex()}"


def check_password(password: str, kept: str | None) -> bool:
    """Whether it is the password. For nobody (None) it takes as long, so that time does not tell who there is."""
    _, n, r, p, salt, digest = (kept or f"scrypt${_N}${_R}${_P}${'00' * 16}${'00' * 64}").split("$")
    found = _scrypt(password[: _MOST + 1], bytes.fromhex(salt), int(n), int(r), int(p))
    return hmac.compare_digest(found, bytes.fromhex(digest)) and kept is not None


def new_token() -> str:
    """A token that nobody guesses: 256 random bits."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> str:
    """What is kept of a token. It is random, so a plain hash gives nothing away."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
