"""Options and arguments that several commands have, as decorators."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from ..marks.labels import PROFILES
from .session import session_of

__all__ = [
    "force_option",
    "json_option",
    "marks_options",
    "medium_option",
    "model_option",
    "output_option",
    "pairs_option",
    "seed_option",
    "theme_argument",
    "theme_option",
    "user_option",
    "work_argument",
]

force_option = click.option("--force", is_flag=True, help="Replace an output that exists.")
json_option = click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout, nothing else.")
medium_option = click.option("--medium", help="Works of this medium only.")
model_option = click.option(
    "-m",
    "--model",
    metavar="MODEL",
    envvar="ARTWRIGHT_MODEL",
    show_envvar=True,
    help="The model; see `artwright models`.",
)
output_option = click.option(
    "--output", metavar="FILE", help="Where to write: a file, a folder, or `-` for standard output."
)
pairs_option = click.option(
    "-o",
    "--option",
    "pairs",
    type=(str, str),
    multiple=True,
    metavar="NAME VALUE",
    help="An option of the model, by name.",
)
seed_option = click.option(
    "--seed",
    type=int,
    envvar="ARTWRIGHT_SEED",
    show_envvar=True,
    help="Random seed: same seed, same work. Random if not given.",
)
theme_argument = click.argument("theme", required=False)
theme_option = click.option("--theme-from", metavar="FILE", help="Take the theme from a work of any medium.")
user_option = click.option(
    "--user",
    envvar="ARTWRIGHT_USER",
    show_envvar=True,
    metavar="NAME",
    help="Who says it (default: the name of the login).",
)
work_argument = click.argument("file", type=click.Path(path_type=Path, allow_dash=True))

_Command = TypeVar("_Command", bound=Callable[..., Any])


def marks_options(command: _Command) -> _Command:
    """A decorator for commands that write works: which marks these get in this run, whatever the home says."""

    def keep(ctx: click.Context, parameter: click.Parameter, value: Any) -> None:
        if value is not None and parameter.name:
            session_of(ctx).marks[parameter.name] = value

    def option(*names: str, help: str, **more: Any) -> Callable[[_Command], _Command]:
        return click.option(*names, default=None, expose_value=False, callback=keep, help=help, **more)

    for declare in reversed(
        [
            option("--sign/--no-sign", help="Sign what is written; see `artwright keys`."),
            option("--key", metavar="NAME", help="The key to sign with, if there are several."),
            option("--mark", type=click.Choice(PROFILES), help="Labels that a law asks for; see `artwright marks`."),
            option("--c2pa/--no-c2pa", "credentials", help="Write Content Credentials (extra c2pa)."),
            option("--author", metavar="NAME", help="Who is named as author in the file."),
            option("--licence", metavar="LICENCE", help="What may be done with it, such as CC-BY-4.0."),
        ]
    ):
        command = declare(command)
    return command
