"""`artwright models`: models that there are, and a person's own list of them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..errors import ArtwrightError, InputError, UnknownName, UsageError
from ..pretrained.facts import remarks_of
from ..pretrained.own_models import OwnModel, OwnModels, edit_models, read_models
from ..pretrained.sources import find_named, find_source
from ..registry import is_name
from .model_optimize import optimize_model
from .model_rows import builtin_row, list_rows, own_row, served_by, show_builtin, show_own
from .parameters import json_option
from .printing import echo_json, note, show
from .session import OFFLINE, pass_studio, studio_of

if TYPE_CHECKING:
    from ..pretrained.hub import Offer
    from ..registry import ModelSpec, Registry
    from ..studio import Studio

__all__ = ["models"]


@click.group(invoke_without_command=True)
@click.pass_context
def models(ctx: click.Context) -> None:
    """Models that there are, and your own: folders, GGUF files and models of a hub under short names.

    Nothing but `download` opens a connection. Without a command: `list`.
    """
    if ctx.invoked_subcommand is None:
        _list(studio_of(ctx), None, as_json=False)


models.add_command(optimize_model)


@models.command("list")
@click.argument("medium", required=False)
@json_option
@pass_studio
def list_models(studio: Studio, medium: str | None, as_json: bool) -> None:
    """Models that come with plugins, and your own with their size, licence, memory and what they do."""
    _list(studio, medium, as_json=as_json)


def _list(studio: Studio, medium: str | None, *, as_json: bool) -> None:
    if medium:
        studio.registry.medium(medium)
    own = read_models(studio.home)
    rows = list_rows(studio.registry, medium, own)
    yours = [
        own_row(studio.registry, studio.devices, own, name, one.source) for name, one in sorted(own.models.items())
    ]
    yours = [row for row in yours if not medium or medium in row["serves"]]
    if as_json:
        echo_json({"models": rows, "own": yours})
        return
    for row in rows:
        show_builtin(row)
    show("* the default for this operation")
    if yours:
        show("\nYour own:")
    for row in yours:
        show_own(row)


@models.command("show")
@click.argument("model")
@json_option
@pass_studio
def show_model(studio: Studio, model: str, as_json: bool) -> None:
    """All that is known of one model: card and options, or source, hashes, licence and memory."""
    own = read_models(studio.home)
    name = own.aliases.get(model, model)
    source = own.full_name(model)
    if ":" in source and served_by(studio.registry, source):
        row = own_row(studio.registry, studio.devices, own, name, source)
        found = None if "problem" in row else find_named(source)
        row["remarks"] = remarks_of(found) if found is not None else []
        if as_json:
            echo_json({"models": [], "own": [row]})
        else:
            show_own(row, whole=True)
        return
    rows = [builtin_row(owner, spec, own, whole=True) for owner, spec in _named(studio.registry, source)]
    if not rows:
        known = {spec.name for _, spec in studio.registry.models()} | {*own.models, *own.aliases}
        raise UnknownName("model", model, known)
    if as_json:
        echo_json({"models": rows, "own": []})
        return
    for row in rows:
        show_builtin(row)


@models.command()
@click.argument("name")
@click.argument("source")
@pass_studio
def add(studio: Studio, name: str, source: str) -> None:
    """Give a folder, a GGUF file, a fetched model or an endpoint's model a short NAME, usable as `-m NAME`.

    SOURCE is what stands behind -m (hf:./FOLDER, hf:ORG/NAME, openai:MODEL); hf: may be left out.
    """
    _check_new(studio.registry, read_models(studio.home), name)
    full = _full_source(studio.registry, source)
    found = find_named(full)
    if found is not None and not served_by(studio.registry, full, found):
        find_source(full.partition(":")[2])  # says what is missing, where it is the tokenizer
        raise InputError(
            f"no model of artwright can use {source!r}: it is of {found.architecture or 'an unknown kind'!r}"
        )
    with edit_models(studio.home) as own:
        _check_new(studio.registry, own, name)
        own.models[name] = OwnModel(source=full)
    show_own(own_row(studio.registry, studio.devices, own, name, full))
    for remark in remarks_of(found) if found is not None else ():
        note(f"note: {remark}")


@models.command()
@click.argument("source", metavar="ORG/NAME[@REVISION]")
@click.option("--name", help="What it is to be called here (default: NAME in lower case).")
@click.option("--file", "only", default="", metavar="PATTERN", help="Which weight files, as '*q4_k_m.gguf'.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@pass_studio
def download(studio: Studio, source: str, name: str | None, only: str, yes: bool) -> None:
    """Fetch a model from a hub into its cache, and put it on your list. Shows size and licence first, and asks.

    A call that was cut off is gone on with by the same command. HF_ENDPOINT names another hub, HF_TOKEN lets you in.
    """
    from ..pretrained.hub import fetch, look_up

    if os.environ.get("HF_HUB_OFFLINE", OFFLINE) not in (OFFLINE, "", "0"):
        raise InputError("HF_HUB_OFFLINE is set, so nothing is fetched; unset it for this command")
    source = source.removeprefix("hf:")
    name = name or source.partition("@")[0].rpartition("/")[2].lower()
    _check_new(studio.registry, read_models(studio.home), name, replaced=f"{source.partition('@')[0]}@")
    offer = look_up(source, only=only)
    show(_told_offer(offer))
    if not yes:
        click.confirm("Fetch it?", abort=True)
    folder = fetch(offer, tell=studio.progress.update)
    kind = "diffusers" if (folder / "model_index.json").is_file() else "hf"
    full = f"{kind}:{offer.repository}@{offer.revision}"
    with edit_models(studio.home) as own:
        own.models[name] = OwnModel(source=full, downloaded=True)
    show_own(own_row(studio.registry, studio.devices, own, name, full))


def _told_offer(offer: Offer) -> str:
    weights = ", ".join(sorted(offer.hashes)) or "no large files"
    return (
        f"{offer.repository} at {offer.revision[:12]}: {offer.bytes / 1e9:.3f} GB in {len(offer.sizes)} files ({weights}); "
        f"licence: {offer.licence}"
    )


@models.command()
@click.argument("names", metavar="NAME...", nargs=-1, required=True)
@click.option("--files", is_flag=True, help="Delete its files too, of a model that `download` fetched.")
@pass_studio
def remove(studio: Studio, names: tuple[str, ...], files: bool) -> None:
    """Take models off your list, with their other names, defaults and hashes. NAME may be a source (hf:./FOLDER)."""
    with edit_models(studio.home) as own:
        for name in names:
            _remove(own, name, files=files)
            note(f"removed {name}")


def _remove(own: OwnModels, name: str, *, files: bool) -> None:
    if own.aliases.pop(name, None) is not None:
        own.defaults = {place: meant for place, meant in own.defaults.items() if meant != name}
        return
    model = own.models.get(name)
    source = model.source if model else name
    place = _place_of(source)
    if model is None and place not in own.pins:
        raise UnknownName("model of your own", name, {*own.models, *own.aliases})
    if files:
        if model is None or not model.downloaded:
            raise InputError(
                f"the files of {name!r} were not fetched by `artwright models download`; delete them yourself"
            )
        _delete_files(own, name, source)
    gone = {name, *(alias for alias, meant in own.aliases.items() if meant == name)}
    own.models.pop(name, None)
    own.aliases = {alias: meant for alias, meant in own.aliases.items() if alias not in gone}
    own.defaults = {at: meant for at, meant in own.defaults.items() if meant not in gone}
    own.pins.pop(place, None)


def _place_of(source: str) -> str:
    """The place whose hashes are kept; of files that are gone, the path itself."""
    try:
        found = find_named(source if ":" in source else f"hf:{source}")
    except ArtwrightError:
        return str(Path(source.rpartition(":")[2]).resolve())
    return found.place if found else ""


def _delete_files(own: OwnModels, name: str, source: str) -> None:
    from ..pretrained.hub import delete

    repository, _, revision = source.partition(":")[2].partition("@")
    sharing = [other for other, one in own.models.items() if other != name and one.source == source]
    if sharing:
        raise InputError(f"the files of {name!r} are also those of {', '.join(sharing)}; remove these first")
    delete(repository, revision)


@models.command()
@click.argument("place", metavar="[MEDIUM[:KIND]]", required=False)
@click.argument("name", required=False)
@click.option("--clear", is_flag=True, help="Leave it to the plugins again.")
@pass_studio
def default(studio: Studio, place: str | None, name: str | None, clear: bool) -> None:
    """Make a model the one that `generate` takes where none is named: `default literature:en NAME`.

    Without NAME: what was chosen. KIND: of literature en or zh. A built-in model may be named, too. Pieces and replays
    name their models themselves and follow no default.
    """
    if place is None or (name is None and not clear):
        chosen = read_models(studio.home).defaults
        for at, meant in sorted(chosen.items()):
            if place in (None, at):
                show(f"{at}: {meant}")
        return
    if name is not None and clear:
        raise UsageError("give a NAME or --clear, not both")
    medium, colon, kind = place.partition(":")
    kinds = studio.registry.medium(medium).kinds()
    if colon and kind not in kinds:
        raise UnknownName("kind", kind, kinds, where=f" of {medium}")
    if name is not None:
        studio.model(medium, name, "generate")
    with edit_models(studio.home) as own:
        if name is None:
            own.defaults.pop(place, None)
        else:
            own.defaults[place] = name
    note(f"{place}: {name or 'the default of the plugins'}")


@models.command()
@click.argument("alias_name", metavar="ALIAS")
@click.argument("model")
@pass_studio
def alias(studio: Studio, alias_name: str, model: str) -> None:
    """Give a model, built-in or your own, another name: usable as `-m ALIAS`."""
    with edit_models(studio.home) as own:
        _check_new(studio.registry, own, alias_name)
        known = {spec.name for _, spec in studio.registry.models()} | {*own.models, *own.aliases}
        if model not in known:
            raise UnknownName("model", model, known, hint="a source is given a name by `artwright models add`")
        own.aliases[alias_name] = model
    note(f"{alias_name}: {own.full_name(alias_name)}")


def _named(registry: Registry, name: str) -> list[tuple[str, ModelSpec]]:
    return [(o, s) for o, s in registry.models() if name in (s.name, f"{o}:{s.name}", f"{s.medium}/{s.name}")]


def _check_new(registry: Registry, own: OwnModels, name: str, *, replaced: str = "") -> None:
    """Raise UsageError for a name that is none, or is taken. replaced: the source, up to its revision, that may be."""
    if not is_name(name):
        raise InputError(
            f"{name!r} is no name for a model; use 1 to 64 letters, digits, '-', '_' and '.', a letter or digit first"
        )
    if any(spec.name == name for _, spec in registry.models()):
        raise InputError(f"a model that comes with a plugin is called {name!r}; take another name")
    if name in own.aliases:
        raise InputError(f"{name!r} is another name of {own.aliases[name]!r}; remove it first, or take another")
    held: Any = own.models.get(name)
    if held is not None and not (replaced and held.downloaded and replaced in f"{held.source}@"):
        raise InputError(f"{name!r} is on your list already ({held.source}); remove it first, or take another name")


def _full_source(registry: Registry, source: str) -> str:
    """A source as it is kept: with its kind, and a place of this computer as a whole path. Raises UsageError."""
    kinds = sorted({spec.name for _, spec in registry.models() if spec.source})
    kind, colon, place = source.partition(":")
    if not colon or kind not in kinds:
        if colon and not Path(source).exists():
            raise UnknownName("kind of source", kind, kinds, hint="write KIND:SOURCE, as hf:./FOLDER")
        folder = Path(source).expanduser()
        kind, place = ("diffusers" if (folder / "model_index.json").is_file() else "hf"), source
    if not place:
        raise InputError(f"say which model: {kind}:SOURCE")
    path = Path(place).expanduser()
    return f"{kind}:{path.resolve()}" if kind in ("hf", "diffusers") and path.exists() else f"{kind}:{place}"
