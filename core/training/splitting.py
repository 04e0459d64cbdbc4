"""What is held out of a corpus."""

from __future__ import annotations

import hashlib

from ..errors import InputError

__all__ = ["split_held_out"]


def split_held_out(names: list[str], share: float = 0.05, *, salt: str = "artwright") -> tuple[list[int], list[int]]:
    """Indices to train on and to hold out, by a hash of each name: a work stays on its side whatever is added.

    Raises InputError with fewer than two names.
    """
    if len(names) < 2:
        raise InputError(f"{len(names)} work(s) to learn from; at least 2 are needed, one of them to be held out")
    rank = [int.from_bytes(hashlib.sha256(f"{salt}:{n}".encode()).digest()[:8], "big") / 2**64 for n in names]
    held = [i for i, r in enumerate(rank) if r < share]
    if not held:
        held = [min(range(len(names)), key=rank.__getitem__)]
    kept = set(held)
    return [i for i in range(len(names)) if i not in kept], held
