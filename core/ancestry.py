"""What a work was made from, and what that was made from, as far as the library knows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .artwork import Provenance
from .library import Library

__all__ = ["ancestry"]

_DEEPEST = 12
_MOST = 1_000


def ancestry(made: Provenance, library: Library) -> list[dict[str, Any]]:
    """The works that one was made from, as plain JSON: id, role ("theme", "source" or "style"; "work" of what was restyled or
    mended), kept (whether the library has it), medium, title, made_by, and parents, the same of each.

    A work that stands higher up, or one beyond twelve levels or a thousand works, is named without its parents.
    """
    left = [_MOST]

    def of(provenance: Mapping[str, Any], above: tuple[str, ...]) -> list[dict[str, Any]]:
        rows = []
        for id_ in provenance.get("parents") or ():
            left[0] -= 1
            if left[0] < 0:
                break
            kept = library.known(str(id_))
            theirs = (kept or {}).get("provenance") or {}
            deeper = kept is not None and id_ not in above and len(above) < _DEEPEST
            rows.append(
                {
                    "id": id_,
                    "role": _role(str(id_), provenance),
                    "kept": kept is not None,
                    "medium": (kept or {}).get("medium", ""),
                    "title": (kept or {}).get("title", ""),
                    "made_by": theirs.get("model", ""),
                    "parents": of(theirs, (*above, str(id_))) if deeper else [],
                }
            )
        return rows

    return of(made.to_dict(), (made.id,))


def _role(id_: str, provenance: Mapping[str, Any]) -> str:
    theme = provenance.get("theme")
    if isinstance(theme, Mapping) and theme.get("source") == id_:
        return "theme"
    if provenance.get("operation") != "generate":
        return "work" if id_ == (provenance.get("parents") or [""])[0] else "style"
    return "source" if id_ in (provenance.get("sources") or ()) else "style"
