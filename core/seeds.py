"""Seeds: one seed, one work."""

from __future__ import annotations

import hashlib
import secrets

from .errors import InputError

__all__ = ["MAX_SEED", "check_seed", "derive_seed"]

MAX_SEED = 2**63 - 1


def check_seed(seed: int | None) -> int:
    """The seed that was asked for, or a random one of 31 bits. Raises InputError for one out of range."""
    if seed is None:
        return secrets.randbits(31)
    if not 0 <= seed <= MAX_SEED:
        raise InputError(f"the seed is {seed}; it goes from 0 to {MAX_SEED}")
    return seed


def derive_seed(seed: int, number: int) -> int:
    """The seed of candidate `number`: the first keeps the asked one."""
    if number == 0:
        return seed
    return int.from_bytes(hashlib.sha256(f"{seed}:{number}".encode()).digest()[:7], "big")
