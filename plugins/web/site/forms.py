"""Forms from declarations: a field of a page for each argument and each option, and what was filled in read back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

__all__ = ["PREFIX", "Entry", "entries", "read_form"]

PREFIX = "option."
"""What the names of a model's options begin with in a form."""

_LONG = ("theme",)


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A field of a form. name: in the form; label: its words; kind: "text", "area", "number" or "choice"; value: as text, ""
    for the default; default: told where nothing is filled in; least, most, step: of a number; choices: (value, word).
    """

    name: str
    label: str
    kind: str
    value: str = ""
    default: str = ""
    help: str = ""
    least: float | None = None
    most: float | None = None
    step: str = "any"
    choices: tuple[tuple[str, str], ...] = ()
    required: bool = False

    @property
    def id(self) -> str:
        """What its label refers to."""
        return f"f-{self.name}"


def entries(
    schema: Mapping[str, Any], values: Mapping[str, str], *, prefix: str = "", without: Iterable[str] = ()
) -> list[Entry]:
    """The fields of a JSON schema (`Ask.model_json_schema`, `lent_schema`) that a form can hold, in their order."""
    named, left_out = schema.get("$defs", {}), set(without)
    found = []
    for name, row in schema.get("properties", {}).items():
        if name not in left_out:
            required = name in schema.get("required", ())
            entry = _entry(prefix + name, name, _resolved(row, named), values, required=required)
            if entry is not None:
                found.append(entry)
    return found


def _resolved(row: Mapping[str, Any], named: Mapping[str, Any]) -> dict[str, Any]:
    """A property with its reference followed and the null of an optional one left out."""
    row = dict(row)
    for one in [row] if "$ref" in row else row.get("allOf", ()):
        row |= named.get(str(one.get("$ref", "")).rpartition("/")[2], {})
    kinds = [one for one in row.get("anyOf", ()) if one.get("type") != "null"]
    return {**row, **kinds[0], "description": row.get("description", "")} if len(kinds) == 1 else row


def _entry(full: str, name: str, row: Mapping[str, Any], values: Mapping[str, str], *, required: bool) -> Entry | None:
    default = row.get("default")
    common: dict[str, Any] = {
        "name": full,
        "label": name.replace("_", " "),
        "value": values.get(full, ""),
        "default": "" if default is None or isinstance(default, list | dict) else str(default),
        "help": str(row.get("description", "")),
        "required": required,
    }
    kind = row.get("type")
    if "enum" in row or "const" in row:
        choices = [str(choice) for choice in row.get("enum", [row.get("const")])]
        return Entry(kind="choice", choices=tuple((c, c) for c in choices if c), **common)
    if kind == "boolean":
        return Entry(
            kind="choice",
            choices=(("true", "yes"), ("false", "no")),
            **{**common, "default": "yes" if default else "no"},
        )
    if kind in ("integer", "number"):
        least, most = row.get("minimum", row.get("exclusiveMinimum")), row.get("maximum", row.get("exclusiveMaximum"))
        step = "1" if kind == "integer" else "any"
        huge = isinstance(most, int) and most > 2**53
        return Entry(kind="number", least=least, most=None if huge else most, step=step, **common)
    if kind in ("string", "array"):
        return Entry(kind="area" if name in _LONG else "text", **common)
    return None


def read_form(schema: Mapping[str, Any], form: Mapping[str, Any]) -> dict[str, Any]:
    """What was filled in, as an ask: empty fields left out, lists split at commas and spaces, options apart."""
    asked: dict[str, Any] = {}
    options: dict[str, str] = {}
    properties = schema.get("properties", {})
    for name, value in form.items():
        text = str(value).strip()
        if not text:
            continue
        if name.startswith(PREFIX):
            options[name.removeprefix(PREFIX)] = text
        elif name in properties:
            asked[name] = text.replace(",", " ").split() if properties[name].get("type") == "array" else text
    return {**asked, "options": options} if options else asked
