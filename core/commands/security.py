"""What `artwright doctor --security` looks at: who else may read the home, and what nobody vouches for."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import ArtwrightError

if TYPE_CHECKING:
    from ..studio import Studio

__all__ = ["check_security"]

_OTHERS = 0o077


def check_security(studio: Studio) -> Iterator[dict[str, Any]]:
    """Rows of a check: what it is, whether it is in order, what was found and what to do."""
    yield from _check_readers(studio.home)
    yield from _check_keys(studio)
    yield from _check_models(studio)
    yield _check_plugins(studio)
    yield _check_register(studio)


def _row(check: str, found: str, *, ok: bool = True) -> dict[str, Any]:
    return {"check": check, "ok": ok, "found": found}


def _check_readers(home: Path) -> Iterator[dict[str, Any]]:
    """Whether others on this computer can read the home, or its private keys."""
    if not home.exists():
        yield _row("home", "nothing is kept yet")
        return
    if os.name == "nt":
        yield _row("home", "its permissions are Windows' own and are not looked at")
        return
    mode = home.stat().st_mode & 0o777
    private = not mode & _OTHERS
    remedy = "" if private else f"; others on this computer can look into it: chmod 700 {str(home)!r}"
    yield _row("home", f"{str(home)!r} has the mode {mode:03o}{remedy}", ok=private)
    keys = home / "keys"
    open_ = [p.name for p in keys.glob("*.json") if p.name != "ring.json" and p.stat().st_mode & _OTHERS]
    if keys.is_dir():
        told = (
            f"others can read {', '.join(open_)}: chmod 600 them, revoke them, make new ones"
            if open_
            else "yours alone"
        )
        yield _row("private keys", told, ok=not open_)


def _check_keys(studio: Studio) -> Iterator[dict[str, Any]]:
    ring = studio.marker.ring
    try:
        own = [key for key in ring.entries() if key.signs]
        plain = [key.name for key in own if not ring.has_passphrase(key)]
    except ArtwrightError as error:
        yield _row("keys", str(error), ok=False)
        return
    if own:
        told = f"{len(own)} that sign, each under a passphrase"
        if plain:
            told = f"without a passphrase: {', '.join(plain)}; who can read the file can sign as you (`keys rotate NAME --passphrase`)"
        yield _row("keys", told)
    signs = (
        "works are signed when they are written"
        if studio.marks.sign
        else "works are not signed; `artwright marks set --sign` does"
    )
    yield _row("signing", signs)


def _check_models(studio: Studio) -> Iterator[dict[str, Any]]:
    from ..pretrained.own_models import read_models

    try:
        own = read_models(studio.home)
    except ArtwrightError as error:
        yield _row("models", str(error), ok=False)
        return
    loose = sorted(name for name, model in own.models.items() if not own.pins.get(model.source.partition(":")[2]))
    told = (
        f"not used yet, so no hash of them is known: {', '.join(loose)}"
        if loose
        else "each file is compared with the one first used"
    )
    if own.models:
        yield _row("models of your own", told)


def _check_plugins(studio: Studio) -> dict[str, Any]:
    others = sorted({r.distribution for r in studio.host.records if r.distribution and r.distribution != "artwright"})
    told = (
        f"run with your rights: {', '.join(others)}; `--no-plugins` runs without"
        if others
        else "none but the built-in ones"
    )
    return _row("plugins", told)


def _check_register(studio: Studio) -> dict[str, Any]:
    from ..errors import InputError
    from ..home import register_folder
    from ..marks.labels import MAKING
    from ..marks.register import Register

    made = {r["id"] for r in studio.library.entries() if (r.get("provenance") or {}).get("operation") in MAKING}
    try:
        listed = {row["id"] for row in Register(register_folder(studio.home), studio.registry.media).read()["works"]}
    except InputError:
        listed = set()
    except ArtwrightError as error:
        return _row("register", str(error), ok=False)
    missing = len(made - listed)
    return _row(
        "register",
        f"{missing} of {len(made)} works are not in it; `artwright works register`"
        if missing
        else "all works are in it",
    )
