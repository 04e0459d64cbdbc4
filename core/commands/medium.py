"""The group that every medium has: `artwright MEDIUM generate | analyze | transfer-style | ...`.

A command exists if a model of the medium does the operation. Its flags are the common ones and, one each, the options of
the models that do it: `--bars` for a field `bars`. Its help shows those of the model in hand.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click

from .groups import LazyGroup, row_of, write_commands
from .session import host_of

if TYPE_CHECKING:
    from ..artwork import Medium

__all__ = ["MediumGroup"]

_HELP = {
    "generate": "Make new works from a theme, or from a work of any medium.",
    "analyze": "Read works: what they are made of, and how.",
    "transfer_style": "Make a work anew in another style, keeping its skeleton.",
    "restore": "Mend or fill in a part of a work.",
    "train": "Learn from a folder of works.",
    "evaluate": "Measure a model, or works against a reference.",
    "inspire": "Ideas for a theme: not works, but where to begin.",
}
_MODEL_VARIABLE = "ARTWRIGHT_MODEL"


class MediumGroup(LazyGroup):
    """The commands of one medium, each built when it is used."""

    def __init__(self, medium: Medium) -> None:
        super().__init__(
            name=medium.name,
            help=f"{medium.summary}\n\nReads {' '.join(medium.reads)}; writes {' '.join(medium.writes)}.",
            no_args_is_help=True,
        )
        self.medium = medium
        self._completed: str | None = os.environ.get(_MODEL_VARIABLE) or None
        self._model = self._completed
        self._built: dict[tuple[str, str | None], click.Command] = {}

    def _operations(self, ctx: click.Context) -> list[str]:
        done = {op for _, spec in host_of(ctx).registry.models(self.medium.name) for op in spec.operations}
        return [op for op in _HELP if op in done]

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [op.replace("_", "-") for op in self._operations(ctx)] + sorted(self.commands)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        self._model = _asked_model(args[1:]) or self._completed
        return super().resolve_command(ctx, args)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        operation = cmd_name.replace("-", "_")
        key = (cmd_name, self._model)
        if key not in self._built and operation in self._operations(ctx):
            self._built[key] = _build(ctx, self.medium, operation, self._model)
        return self._built.get(key) or super().get_command(ctx, cmd_name)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands, without reading the models' options."""
        rows = [(op.replace("_", "-"), _HELP[op]) for op in self._operations(ctx)]
        write_commands(formatter, rows + [row_of(*added) for added in sorted(self.commands.items())])


def _asked_model(args: list[str]) -> str | None:
    """The model that a command's arguments ask for; the last one counts, as it does for the command."""
    asked = None
    for at, word in enumerate(args):
        if word == "--":
            break
        if word in ("-m", "--model"):
            asked = args[at + 1] if at + 1 < len(args) else None
        elif word.startswith("--model="):
            asked = word.partition("=")[2]
        elif word.startswith("-m") and not word.startswith("--"):
            asked = word[2:].removeprefix("=")
    return asked


def _build(ctx: click.Context, medium: Medium, operation: str, model: str | None) -> click.Command:
    """The command of an operation for one medium, with the flags of the models that do it."""
    from . import making, studying
    from .flags import Verb, add_model_options

    declared: click.Command = getattr(studying if operation in studying.__all__ else making, operation)
    name = operation.replace("_", "-")
    verb = Verb(name, callback=declared.callback, params=list(declared.params), help=_HELP[operation], medium=medium)
    add_model_options(verb, ctx, medium.name, operation, model)
    return verb
