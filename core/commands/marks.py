"""`artwright marks`: what marks works get when they are written, from now on."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any

import click

from ..home import home_path
from ..marks.labels import PROFILES
from .parameters import json_option
from .printing import echo_json, note, show_facts

__all__ = ["marks"]


@click.group(invoke_without_command=True)
@json_option
@click.pass_context
def marks(ctx: click.Context, as_json: bool) -> None:
    """What marks your works get when they are written; `set` changes it, and the same flags of a command do so for a run."""
    if ctx.invoked_subcommand is None:
        _show(as_json)


@marks.command("set")
@click.option("--sign/--no-sign", default=None, help="Sign what is written.")
@click.option("--key", metavar="NAME", help="The key to sign with.")
@click.option("--mark", type=click.Choice(PROFILES), help="Labels that a law asks for: eu, cn, both, or none.")
@click.option("--c2pa/--no-c2pa", "credentials", default=None, help="Write Content Credentials (extra c2pa).")
@click.option("--author", metavar="NAME", help="Who is named as author in files; '' for nobody.")
@click.option(
    "--licence", metavar="LICENCE", help="What may be done with works, such as CC-BY-4.0; '' for nothing said."
)
@click.option("--dated/--no-dated", default=None, help="Put the time into signatures; two files of a work then differ.")
@json_option
def set_marks(as_json: bool, **wanted: Any) -> None:
    """Change what marks works get from now on."""
    from ..marks.keys import KeyRing
    from ..marks.wishes import read_wishes, write_wishes

    home = home_path()
    if wanted["key"]:
        wanted["key"] = KeyRing(home).find(wanted["key"]).name
    told = {name: value for name, value in wanted.items() if value is not None}
    if told:
        write_wishes(home, replace(read_wishes(home), **told))
    else:
        note("nothing was changed; `artwright marks set --help` lists what can be")
    _show(as_json)


def _show(as_json: bool) -> None:
    from ..marks.wishes import read_wishes

    row = asdict(read_wishes(home_path()))
    if as_json:
        echo_json(row)
    else:
        words = {True: "yes", False: "no", "": "none"}
        show_facts({name: words.get(value, value) for name, value in row.items()})
