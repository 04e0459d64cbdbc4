"""Why a step runs, or why it does not: one reason, with what was before and what is now."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .journal import Entry

__all__ = ["what_changed", "why_known", "why_run"]

_MOST = 60  # characters of a value that is shown


def why_run(before: Entry | None, parts: Mapping[str, Any]) -> str:
    """Why a step that is not known runs. before: its row in the journal, None if there is none."""
    if before is None:
        return "new"
    if before.parts and (changed := what_changed(before.parts, parts)):
        return changed
    if before.state == "running":
        return "it was stopped while it ran"
    if before.state == "failed":
        return f"it failed before: {before.error}"
    return "its work is no longer in the library"


def why_known(before: Entry | None, key: str) -> str:
    """Why a step need not run."""
    if before is not None and before.is_known and before.key == key:
        return "known: nothing that it depends on has changed"
    return "known: the same was made before"


def what_changed(old: Mapping[str, Any], new: Mapping[str, Any]) -> str:
    """The first thing of a step's parts that is not as it was; "" if all is."""
    for name in dict.fromkeys([*new, *old]):
        before, after = old.get(name), new.get(name)
        if _plain(before) == _plain(after):
            continue
        if name == "options":
            return _of_mapping("option", before or {}, after or {})
        if name == "files":
            other = next(
                n for n in {**(before or {}), **(after or {})} if (before or {}).get(n) != (after or {}).get(n)
            )
            return f"the file of option {other!r} has changed"
        if name == "parents":
            return _of_parents(before or {}, after or {})
        if name in _SAID:
            return _SAID[name].format(before=before, after=after)
        return f"{name} from {_shown(before)} to {_shown(after)}"
    return ""


_SAID = {
    "weights": "the weights have changed: card {before} is now {after}",
    "model_files": "the files of the model have changed",
    "learned": "what was learned of the style has changed",
    "taste": "the taste that chooses has changed",
}


def _of_mapping(kind: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> str:
    name = next(name for name in {**new, **old} if old.get(name) != new.get(name))
    return f"{kind} {name!r} from {_shown(old.get(name))} to {_shown(new.get(name))}"


def _of_parents(old: Mapping[str, Any], new: Mapping[str, Any]) -> str:
    for key in {**new, **old}:
        before, after = old.get(key, []), new.get(key, [])
        if [p[0] for p in before] != [p[0] for p in after]:
            return f"{key} from {_shown([p[0] for p in before])} to {_shown([p[0] for p in after])}"
        for one, other in zip(before, after, strict=True):
            if one != other:
                return f"its parent {other[0]!r} has changed"
    return "its parents have changed"


def _plain(value: Any) -> Any:
    """A value as JSON gives it back."""
    return [_plain(part) for part in value] if isinstance(value, list | tuple) else value


def _shown(value: Any) -> str:
    if value is None or value == "":
        return "nothing"
    if isinstance(value, list):
        text = ", ".join(map(str, value))
    else:
        text = repr(value) if isinstance(value, str) else str(value)
    return text if len(text) <= _MOST else text[: _MOST - 3] + "..."
