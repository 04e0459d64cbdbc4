"""Parameters that several commands of a medium have."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import click

__all__ = ["FORCE", "JSON", "MODEL", "OUTPUT", "PAIRS", "SEED", "THEME", "THEME_FROM", "WORK", "Built"]

Built = tuple[list[click.Parameter], Callable[..., None]]
"""A command's parameters, and what it does with a context and their values."""

MODEL = click.Option(
    ["-m", "--model", "model"],
    metavar="MODEL",
    envvar="ARTWRIGHT_MODEL",
    show_envvar=True,
    help="The model; see `artwright models`.",
)
PAIRS = click.Option(
    ["-o", "--option", "pairs"],
    type=(str, str),
    multiple=True,
    metavar="NAME VALUE",
    help="An option of the model, by name.",
)
SEED = click.Option(
    ["--seed", "seed"],
    type=int,
    envvar="ARTWRIGHT_SEED",
    show_envvar=True,
    help="Random seed: same seed, same work. Random if not given.",
)
OUTPUT = click.Option(
    ["--output", "output"],
    metavar="FILE",
    help="Where to write: a file, a folder, or `-` for standard output.",
)
JSON = click.Option(["--json", "as_json"], is_flag=True, help="One JSON object on stdout, nothing else.")
FORCE = click.Option(["--force", "force"], is_flag=True, help="Replace an output that exists.")
WORK = click.Argument(["file"], metavar="FILE", type=click.Path(path_type=Path, allow_dash=True))
THEME = click.Argument(["theme"], required=False)
THEME_FROM = click.Option(
    ["--theme-from", "theme_from"], metavar="FILE", help="Take the theme from a work of any medium."
)
