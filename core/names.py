"""Names as people write them: `Van Gogh`, `van_gogh` and `VANGOGH` are one name, `梵高` may be another of the same."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping

__all__ = ["fold_name", "match_name"]


def fold_name(text: str) -> str:
    """A name without case, accents, spaces and punctuation, in which two spellings of it are equal; "" if nothing is
    left.

    >>> fold_name("Paul Cézanne") == fold_name("paul-cezanne")
    True
    """
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    return "".join(c for c in plain if c.isalnum())


def match_name(text: str, names: Iterable[str], aliases: Mapping[str, str] | None = None) -> str | None:
    """The one of `names` that `text` means: exactly, by its folded form, or by an alias (alias -> name); None if it
    means none, or several.
    """
    names = tuple(names)
    if text in names:
        return text
    wanted = fold_name(text)
    if not wanted:
        return None
    fitting = {name for name in names if fold_name(name) == wanted}
    fitting = fitting or {name for alias, name in (aliases or {}).items() if fold_name(alias) == wanted}
    return fitting.pop() if len(fitting) == 1 else None
