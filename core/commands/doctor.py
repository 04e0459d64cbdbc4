"""`artwright doctor`: what is missing or wrong in this installation."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from functools import partial
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from packaging.requirements import InvalidRequirement, Requirement

from ..cards import card_files, check_weights, package_folder
from ..errors import ArtwrightError
from ..home import home_path
from .parameters import json_option
from .printing import echo_json
from .session import host_of, studio_of

if TYPE_CHECKING:
    from ..loader import PluginHost
    from ..studio import Studio

__all__ = ["doctor", "find_clashes"]


@click.command()
@click.option("--security", is_flag=True, help="Who else can read what, and what nobody vouches for, instead.")
@json_option
@click.pass_context
def doctor(ctx: click.Context, security: bool, as_json: bool) -> None:
    """Check this installation: Python, libraries, plugins, weights, stores. Exit code 1 if something is wrong."""
    from .security import check_security

    rows = list(check_security(studio_of(ctx))) if security else _checks(ctx)
    if as_json:
        echo_json({"checks": rows})
    else:
        for row in rows:
            click.echo(f"{'ok ' if row['ok'] else 'BAD'} {row['check']}: {row['found']}")
    if not all(row["ok"] for row in rows):
        ctx.exit(1)


def find_clashes(distribution: str) -> list[str]:
    """What a distribution requires and does not find: missing, or installed outside the
    declared range; one line each.
    """
    clashes = []
    for line in requires(distribution) or []:
        try:
            wanted = Requirement(line)
        except InvalidRequirement:
            clashes.append(f"{distribution} declares {line!r}, which is not a requirement")
            continue
        if wanted.marker is not None and not wanted.marker.evaluate({"extra": ""}):
            continue
        try:
            there = version(wanted.name)
        except PackageNotFoundError:
            clashes.append(f"{distribution} needs {wanted}, which is not installed")
            continue
        if not wanted.specifier.contains(there, prereleases=True):
            clashes.append(
                f"{distribution} needs {wanted.name}{wanted.specifier}, {there} is installed: ask its author, or put "
                f"it in an environment of its own"
            )
    return clashes


def _checks(ctx: click.Context) -> list[dict[str, Any]]:
    host = host_of(ctx)
    return [
        _row("python", sys.version.split()[0], ok=sys.version_info >= (3, 11)),
        *_check_libraries(),
        *_check_plugins(host),
        *_check_models(host),
        _row("home", str(home_path())),
        *_check_kept(studio_of(ctx)),
    ]


def _row(check: str, found: str, *, ok: bool = True) -> dict[str, Any]:
    return {"check": check, "ok": ok, "found": found}


def _check_libraries() -> Iterator[dict[str, Any]]:
    """The large libraries, and whether torch and torchaudio are a pair."""
    versions = {}
    for name in ("torch", "torchaudio", "pretty_midi", "SQLAlchemy", "av"):
        try:
            versions[name] = version(name)
        except PackageNotFoundError:
            versions[name] = ""
        yield _row(name, versions[name] or f"missing; pip install {name}", ok=bool(versions[name]))
    torch, torchaudio = (versions[n].split("+")[0].rsplit(".", 1)[0] for n in ("torch", "torchaudio"))
    yield _row("torch and torchaudio match", f"{torch} and {torchaudio}", ok=torch == torchaudio)


def _check_plugins(host: PluginHost) -> Iterator[dict[str, Any]]:
    """Which plugins load, and whether what their distributions require is there."""
    for record in host.records:
        state = record.error or f"loaded in {1000 * record.seconds:.0f} ms"
        yield _row(f"plugin {record.name}", state, ok=not record.error)
    for distribution in dict.fromkeys(["artwright", *(r.distribution for r in host.records if r.distribution)]):
        clashes = find_clashes(distribution)
        yield _row(f"requirements of {distribution}", "; ".join(clashes) or "met", ok=not clashes)


def _check_models(host: PluginHost) -> Iterator[dict[str, Any]]:
    """Whether the options and the cards of all models can be read."""
    for owner, spec in host.registry.models():
        check = f"model {spec.medium}/{spec.name}"
        try:
            spec.options_schema()
            spec.read_card()
            yield _row(check, f"plugin {owner}")
        except ArtwrightError as error:
            yield _row(check, str(error), ok=False)


def _check_kept(studio: Studio) -> Iterator[dict[str, Any]]:
    """Weights against their cards, the feedback database, and the works of the library."""
    packages = [package_folder(plugin) for _, plugin in studio.host.manager.list_name_plugin()]
    for top in [Path(__file__).parents[1], *packages, studio.home / "weights"]:
        for file in card_files(top) if top is not None else ():
            of_cards = partial(check_weights, file.parent)
            yield _look(f"weights {file.parent}", of_cards, lambda: "as their cards say")
    yield _look("feedback", studio.feedback.check, lambda: studio.feedback.path)

    def size() -> str:
        works, size = studio.library.size()
        return f"{works} works, {size / 1e6:.1f} MB"

    yield _look("library", studio.library.check, size)


def _look(check: str, find: Callable[[], list[str]], tell: Callable[[], str]) -> dict[str, Any]:
    """One row: what `find` finds wrong, else what `tell` tells."""
    try:
        wrong = find()
        state = tell()
    except ArtwrightError as error:
        wrong, state = [str(error)], ""
    more = f"; and {len(wrong) - 5} more" if len(wrong) > 5 else ""
    return _row(check, "; ".join(wrong[:5]) + more if wrong else state, ok=not wrong)
