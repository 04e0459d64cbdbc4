"""Flags made of the options that models declare: `--bars` for a field `bars`.

A flag's value goes to the model as text and is checked by its options; the shell is offered the choices.
"""

from __future__ import annotations

from typing import Any

import click

from .common import host_of, note

__all__ = ["given_options", "option_flags"]

_RESERVED = frozenset(
    "model option seed count candidates output style theme theme_from sources json force help name minutes "
    "resume strength region mask explain plot "
    "reference generated medium file folder path".split()
)


class _Choice(click.ParamType[str]):
    """Offers its choices to the shell; the model's options check the value."""

    def __init__(self, choices: list[str], label: str) -> None:
        self.choices, self.name = choices, label

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[Any]:
        from click.shell_completion import CompletionItem

        return [CompletionItem(c) for c in self.choices if c.startswith(incomplete)]


def option_flags(ctx: click.Context, medium: str, operation: str) -> list[click.Option]:
    """One flag for each option of the models that do `operation`; a model whose options are unsound is told and left
    out.
    """
    from ..errors import PluginError

    flags: dict[str, click.Option] = {}

    for owner, spec in host_of(ctx).registry.models(medium):
        if operation not in spec.operations:
            continue
        try:
            schema = spec.options_schema()
        except PluginError as error:
            note(f"artwright: plugin {owner!r}: {error}")
            continue
        for name, field in schema.get("properties", {}).items():
            if name not in flags and name not in _RESERVED:
                flags[name] = _flag(name, field, schema.get("$defs", {}))
    return list(flags.values())


def _flag(name: str, field: dict[str, Any], definitions: dict[str, Any]) -> click.Option:
    kinds = [_resolved(kind, definitions) for kind in field.get("anyOf", [field])]
    choices = [
        str(c)
        for kind in kinds
        for c in kind.get("enum", []) or ([kind["const"]] if "const" in kind else [])
        if c != ""
    ]
    types = {kind.get("type") for kind in kinds}
    text = _described(field, kinds)
    dashed = "--" + name.replace("_", "-")
    if types == {"boolean"}:
        return click.Option([f"{dashed}/--no-{dashed[2:]}", name], default=None, help=text)
    label = (
        "|".join(choices)
        if 0 < len(choices) <= 12
        else "integer"
        if "integer" in types
        else "number"
        if "number" in types
        else "text"
    )
    return click.Option(
        [dashed, name], type=_Choice(choices, label), default=None, multiple="array" in types, help=text
    )


def _resolved(kind: dict[str, Any], definitions: dict[str, Any]) -> dict[str, Any]:
    reference = kind.get("$ref", "")
    return definitions.get(reference.rpartition("/")[2], kind) if reference else kind


def _described(field: dict[str, Any], kinds: list[dict[str, Any]]) -> str:
    text = field.get("description", "")
    low = next((k[b] for k in kinds for b in ("minimum", "exclusiveMinimum") if b in k), None)
    high = next((k[b] for k in kinds for b in ("maximum", "exclusiveMaximum") if b in k), None)
    extras = []
    if low is not None or high is not None:
        extras.append(f"{'' if low is None else low} to {'' if high is None else high}".strip())
    if field.get("default") not in (None, "", [], ()):
        extras.append(f"default {field['default']}")
    return text + (f"  [{'; '.join(extras)}]" if extras else "")


def given_options(values: dict[str, Any], pairs: tuple[tuple[str, str], ...]) -> dict[str, Any]:
    """Options out of the flags that were given and the `-o NAME VALUE` pairs; lists stay lists."""
    found: dict[str, Any] = {
        k: list(v) if isinstance(v, tuple) else v for k, v in values.items() if v is not None and v != ()
    }
    for name, value in pairs:
        found[name.replace("-", "_")] = value
    return found
