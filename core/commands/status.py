"""`artwright devices` and `artwright doctor`: what this computer offers and what is missing."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .common import echo_json, host_of, studio_of

if TYPE_CHECKING:
    from ..studio import Studio

__all__ = ["devices", "doctor", "find_clashes"]


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout, nothing else.")
@click.pass_context
def devices(ctx: click.Context, as_json: bool) -> None:
    """Devices, their memory, the room for models and those that are loaded."""
    import torch

    from ..devices import name_of

    manager = studio_of(ctx).devices
    names = ["cpu", *(f"cuda:{i}" for i in range(torch.cuda.device_count()))]
    if torch.backends.mps.is_available():
        names.append("mps")
    rows: list[dict[str, Any]] = []
    for name in names:
        free, total = manager.memory(name)
        rows.append(
            {
                "device": name,
                "chosen": name == manager.device,
                "free_bytes": free,
                "total_bytes": total,
                "budget_bytes": manager.budget(name),
                "loaded": [
                    {"model": name_of(r.key), "bytes": r.bytes, "leases": r.pins, "weights": dict(r.weights)}
                    for r in manager.residents()
                    if r.device == name
                ],
            }
        )
    if as_json:
        echo_json({"devices": rows})
        return
    for row in rows:
        mark = "*" if row["chosen"] else " "
        free, total, room = (row[k] / 1e9 for k in ("free_bytes", "total_bytes", "budget_bytes"))
        click.echo(f"{mark} {row['device']:<8}{free:.1f} GB free of {total:.1f} GB; room for models {room:.1f} GB")
        for held in row["loaded"]:
            used = f", used {held['leases']} times now" if held["leases"] else ""
            click.echo(f"    {held['model']}: {held['bytes'] / 1e6:.1f} MB{used}")


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout, nothing else.")
@click.pass_context
def doctor(ctx: click.Context, as_json: bool) -> None:
    """Check this installation: Python, libraries, plugins, weights, stores. Exit code 1 if something is wrong."""
    rows = _checks(ctx)
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
    from importlib.metadata import PackageNotFoundError, requires, version

    from packaging.requirements import InvalidRequirement, Requirement

    found = []
    for line in requires(distribution) or []:
        try:
            wanted = Requirement(line)
        except InvalidRequirement:
            found.append(f"{distribution} declares {line!r}, which is not a requirement")
            continue
        if wanted.marker is not None and not wanted.marker.evaluate({"extra": ""}):
            continue
        try:
            there = version(wanted.name)
        except PackageNotFoundError:
            found.append(f"{distribution} needs {wanted}, which is not installed")
            continue
        if not wanted.specifier.contains(there, prereleases=True):
            found.append(
                f"{distribution} needs {wanted.name}{wanted.specifier}, {there} is installed: ask its author, or put "
                f"it in an environment of its own"
            )
    return found


def _checks(ctx: click.Context) -> list[dict[str, Any]]:
    from importlib.metadata import PackageNotFoundError, version

    from ..errors import ArtwrightError
    from ..home import home_path

    rows: list[dict[str, Any]] = [
        {"check": "python", "ok": sys.version_info >= (3, 11), "found": sys.version.split()[0]}
    ]
    found = {}
    for name in ("torch", "torchaudio", "pretty_midi", "SQLAlchemy", "av"):
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = ""
        rows.append({"check": name, "ok": bool(found[name]), "found": found[name] or f"missing; pip install {name}"})
    pair = [found[n].split("+")[0].rsplit(".", 1)[0] for n in ("torch", "torchaudio")]
    rows.append({"check": "torch and torchaudio match", "ok": pair[0] == pair[1], "found": " and ".join(pair)})
    host = host_of(ctx)
    for record in host.records:
        rows.append(
            {
                "check": f"plugin {record.name}",
                "ok": not record.error,
                "found": record.error or f"loaded in {1000 * record.seconds:.0f} ms",
            }
        )
    for distribution in dict.fromkeys(["artwright", *(r.distribution for r in host.records if r.distribution)]):
        clashes = find_clashes(distribution)
        rows.append(
            {"check": f"requirements of {distribution}", "ok": not clashes, "found": "; ".join(clashes) or "met"}
        )
    for owner, spec in host.registry.models():
        try:
            spec.options_schema()
            spec.read_card()
            rows.append({"check": f"model {spec.medium}/{spec.name}", "ok": True, "found": f"plugin {owner}"})
        except ArtwrightError as error:
            rows.append({"check": f"model {spec.medium}/{spec.name}", "ok": False, "found": str(error)})
    rows.append({"check": "home", "ok": True, "found": str(home_path())})
    return rows + _check_kept(studio_of(ctx))


def _check_kept(studio: Studio) -> list[dict[str, Any]]:
    """Weights against their cards, the feedback database, and the works of the library."""
    from ..cards import card_files, check_weights, package_folder

    rows = []
    packages = [package_folder(plugin) for _, plugin in studio.host.manager.list_name_plugin()]
    for top in [Path(__file__).parents[1], *packages, studio.home / "weights"]:
        for file in card_files(top) if top is not None else ():
            rows.append(
                _row(f"weights {file.parent}", partial(check_weights, file.parent), lambda: "as their cards say")
            )
    rows.append(_row("feedback", studio.feedback.check, lambda: studio.feedback.path))

    def size() -> str:
        works, size = studio.library.size()
        return f"{works} works, {size / 1e6:.1f} MB"

    rows.append(_row("library", studio.library.check, size))
    return rows


def _row(check: str, find: Callable[[], list[str]], tell: Callable[[], str]) -> dict[str, Any]:
    """One row: what `find` finds wrong, else what `tell` tells."""
    from ..errors import ArtwrightError

    try:
        wrong = find()
        found = tell()
    except ArtwrightError as error:
        wrong, found = [str(error)], ""
    more = f"; and {len(wrong) - 5} more" if len(wrong) > 5 else ""
    return {"check": check, "ok": not wrong, "found": "; ".join(wrong[:5]) + more if wrong else found}
