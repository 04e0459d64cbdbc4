"""Flags made of the options that models declare: `--bars` for a field `bars`.

A flag's value goes to the model as text and is checked by its options; the shell is offered the choices. The flags of the
model in hand are shown in the help; those of a medium's other models are taken too, so that the model can say that it has
no such option and which it has.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

from ..home import home_path
from .printing import note
from .session import host_of

if TYPE_CHECKING:
    from ..artwork import Medium
    from ..registry import ModelSpec

__all__ = ["ModelOption", "Verb", "add_model_options", "given_options", "model_in_hand"]

_PREFIX = "option_"
_MAX_CHOICES = 12


class ModelOption(click.Option):
    """A flag that stands for an option of a model. field: the option's name."""

    def __init__(self, *args: Any, field: str, **settings: Any) -> None:
        super().__init__(*args, **settings)
        self.field = field


class Verb(click.Command):
    """A command of one medium. Its help has the options of the model in hand apart, and names the other models."""

    def __init__(self, *args: Any, medium: Medium, **settings: Any) -> None:
        super().__init__(*args, **settings)
        self.medium = medium
        self.model = ""
        self.others: tuple[str, ...] = ()

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Common options, then the model's."""
        sections: dict[str, list[tuple[str, str]]] = {"Options": [], f"Options of {self.model}": []}
        for parameter in self.get_params(ctx):
            record = parameter.get_help_record(ctx) if isinstance(parameter, click.Option) else None
            if record is not None:
                list(sections.values())[isinstance(parameter, ModelOption)].append(record)
        for title, rows in sections.items():
            if rows:
                with formatter.section(title):
                    formatter.write_dl(rows)
        if self.others:
            formatter.write_paragraph()
            formatter.write_text(f"Other models: {', '.join(self.others)}; -m MODEL --help shows the options of one.")


class _Choice(click.ParamType[str]):
    """Offers its choices to the shell; the model's options check the value."""

    def __init__(self, choices: Sequence[str], label: str) -> None:
        self.choices, self.name = choices, label

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[Any]:
        from click.shell_completion import CompletionItem

        return [CompletionItem(c) for c in self.choices if c.startswith(incomplete)]


def model_in_hand(ctx: click.Context, medium: str, operation: str, asked: str | None) -> ModelSpec | None:
    """The model that a command will use: the one that is asked for, else the default; None if there is no such one
    (which the command then says).
    """
    from ..errors import StoreError, UsageError
    from ..pretrained.own_models import read_models

    try:
        name = asked and read_models(home_path()).full_name(asked)
        return host_of(ctx).registry.model(medium, name, operation)[1]
    except (StoreError, UsageError):
        return None


def add_model_options(verb: Verb, ctx: click.Context, medium: str, operation: str, asked: str | None) -> None:
    """Give a command one flag for each option of the models that do its operation, those of the model in hand first.

    An option whose flag the command has already (`--seed`) gets one with the model's name before it; one that does
    nothing in the operation is not shown, and refused by the model if it is given. A model whose options are unsound is
    told and left out.
    """
    from ..errors import PluginError

    registry = host_of(ctx).registry
    able = [(owner, spec) for owner, spec in registry.models(medium) if operation in spec.operations]
    chosen = model_in_hand(ctx, medium, operation, asked) or model_in_hand(ctx, medium, operation, None)
    able.sort(key=lambda entry: entry[1] is not chosen)
    verb.model = chosen.name if chosen else ""
    verb.others = tuple(sorted({spec.name for _, spec in able if spec is not chosen}))
    common = {name for parameter in verb.params for name in (*parameter.opts, *parameter.secondary_opts)}
    common |= {"--help", "-h"}
    taken: set[str] = set()
    for owner, spec in able:
        try:
            schema = spec.options_schema()
        except PluginError as error:
            note(f"artwright: plugin {owner!r}: {error}")
            continue
        for name, field in schema.get("properties", {}).items():
            flag = "--" + name.replace("_", "-")
            if flag in common or f"--no-{flag[2:]}" in common:
                flag = f"--{spec.name}-{flag[2:]}"
            if flag not in taken:
                taken.add(flag)
                hidden = spec is not chosen or not spec.options_type().counts_in(name, operation)
                verb.params.append(_flag(flag, name, field, schema.get("$defs", {}), hidden=hidden))


def _flag(
    flag: str, name: str, field: Mapping[str, Any], definitions: Mapping[str, Any], *, hidden: bool
) -> ModelOption:
    kinds = [_resolved(kind, definitions) for kind in field.get("anyOf", [field])]
    choices = [str(c) for kind in kinds for c in _constants(kind) if c != ""]
    types = {kind.get("type") for kind in kinds} - {"null"}
    settings: dict[str, Any] = {"field": name, "default": None, "help": _described(field, kinds), "hidden": hidden}
    # the flag's own name is a part of the parameter's, so that two flags for one name of an option can stand together
    dest = f"{_PREFIX}{flag.strip('-').replace('-', '_')}".lower()
    if types == {"boolean"}:
        return ModelOption([f"{flag}/--no-{flag[2:]}", dest], **settings)
    several = "array" in types
    label = _label(types, choices) + (",..." if several else "")
    return ModelOption([flag, dest], type=_Choice(choices, label), multiple=several, metavar=label, **settings)


def _constants(kind: Mapping[str, Any]) -> Iterable[Any]:
    yield from kind.get("enum", ())
    if "const" in kind:
        yield kind["const"]


def _label(types: set[Any], choices: Sequence[str]) -> str:
    if 0 < len(choices) <= _MAX_CHOICES:
        return "|".join(choices)
    return "INTEGER" if "integer" in types else "NUMBER" if "number" in types else "TEXT"


def _resolved(kind: Mapping[str, Any], definitions: Mapping[str, Any]) -> Mapping[str, Any]:
    reference = str(kind.get("$ref", ""))
    definition: Mapping[str, Any] = definitions.get(reference.rpartition("/")[2], kind) if reference else kind
    return definition


def _described(field: Mapping[str, Any], kinds: Sequence[Mapping[str, Any]]) -> str:
    choices = [str(c) for kind in kinds for c in _constants(kind) if c != ""]
    extras = [_range(kinds)] if _range(kinds) else []
    if len(choices) > _MAX_CHOICES:
        extras.append(f"one of {', '.join(choices)}")
    default = field.get("default")
    if default not in (None, "", [], ()):
        shown = ",".join(map(str, default)) if isinstance(default, list | tuple) else default
        extras.append(f"default {shown}")
    return str(field.get("description", "")) + (f"  [{'; '.join(extras)}]" if extras else "")


def _range(kinds: Iterable[Mapping[str, Any]]) -> str:
    """The bounds of a number: "1 to 8", "above 0, at most 3", "at least 16"."""
    bounds = {name: _number(kind[name]) for kind in kinds for name in _BOUNDS if name in kind}
    if set(bounds) == {"minimum", "maximum"}:
        return f"{bounds['minimum']} to {bounds['maximum']}"
    return ", ".join(f"{word} {bounds[name]}" for name, word in _BOUNDS.items() if name in bounds)


def _number(value: float) -> str:
    return str(int(value)) if float(value).is_integer() else f"{value:g}"


_BOUNDS = {"minimum": "at least", "exclusiveMinimum": "above", "maximum": "at most", "exclusiveMaximum": "below"}


def given_options(ctx: click.Context, values: Mapping[str, Any], pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Options out of the flags that were given and the `-o NAME VALUE` pairs.

    values: the command's other parameters, by name. What is given several times is a list, and so is what an option of
    several values has, whose texts may themselves be lists with commas.
    """
    fields = {p.name: p.field for p in ctx.command.params if isinstance(p, ModelOption)}
    options: dict[str, Any] = {}
    for dest, value in values.items():
        if value is None or value == ():
            continue
        name = fields.get(dest, dest)
        options[name] = [p.strip() for v in value for p in v.split(",")] if isinstance(value, tuple) else value
    for name, value in pairs:
        name = name.replace("-", "_")
        if name in options:
            earlier = options[name] if isinstance(options[name], list) else [options[name]]
            options[name] = [*earlier, value]
        else:
            options[name] = value
    return options
