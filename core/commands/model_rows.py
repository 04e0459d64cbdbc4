"""What is told of models: those that come with plugins, and those of a person's own list."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import click

from ..errors import ArtwrightError
from ..pretrained.facts import licence_of
from ..pretrained.own_models import OwnModels
from ..pretrained.sources import Source, find_named
from .printing import show

if TYPE_CHECKING:
    from ..devices import DeviceManager
    from ..registry import ModelSpec, Registry

__all__ = [
    "builtin_row",
    "list_rows",
    "own_row",
    "served_by",
    "show_builtin",
    "show_own",
    "sources_of",
]


def builtin_row(owner: str, spec: ModelSpec, own: OwnModels, *, whole: bool) -> dict[str, Any]:
    """A model of a plugin. whole: with its card and the schema of its options."""
    card = dict(spec.read_card())
    cards = [one for one in (card, *card.values()) if isinstance(one, Mapping) and "sha256" in one]
    licences = sorted({str(one["licence"]) for one in cards if "licence" in one})
    return {
        "model": spec.name,
        "medium": spec.medium,
        "plugin": owner,
        "operations": sorted(spec.operations),
        "default_for": sorted(spec.default_for),
        "chosen_for": _places_of(own, spec.name),
        "summary": spec.summary,
        "bytes": sum(int(one.get("bytes", 0)) for one in cards),
        "licence": "; ".join(licences),
        **({"source": spec.source} if spec.source else {}),
        **({"card": card, "options": spec.options_schema()} if whole else {}),
    }


def served_by(registry: Registry, source: str, found: Source | None = None) -> dict[str, list[str]]:
    """The operations that models of a source ("hf:./qwen") do, by medium. found: its files, where they were looked at:
    then only of those models that can use it.
    """
    kind = source.partition(":")[0]
    specs = [spec for _, spec in registry.models() if spec.name == kind and spec.source]
    specs = [spec for spec in specs if found is None or spec.fits_source(found)]
    return {spec.medium: sorted(spec.operations) for spec in specs}


def sources_of(own: OwnModels) -> dict[str, Source]:
    """The models of the list whose files are there, by name."""
    found = {}
    for name, model in sorted(own.models.items()):
        try:
            source = find_named(model.source)
        except ArtwrightError:
            continue
        if source is not None:
            found[name] = source
    return found


def own_row(registry: Registry, devices: DeviceManager, own: OwnModels, name: str, source: str) -> dict[str, Any]:
    """A model of a person's own; what cannot be found of it is its "problem"."""
    aliases = sorted(alias for alias, meant in own.aliases.items() if meant == name)
    row: dict[str, Any] = {
        "model": name,
        "source": source,
        "serves": served_by(registry, source),
        "aliases": aliases,
        "chosen_for": sorted({place for one in (name, *aliases) for place in _places_of(own, one)}),
    }
    try:
        found = find_named(source)
    except ArtwrightError as error:
        return {**row, "problem": str(error)}
    if found is None:
        return row
    row |= {
        "serves": served_by(registry, source, found),
        "downloaded": name in own.models and own.models[name].downloaded,
        "architecture": found.architecture,
        "revision": found.revision,
        "bytes": found.stored,
        "parameters": found.parameters,
        "licence": licence_of(found),
        "sha256": own.pins.get(found.place, {}),
        "memory": dict(_memory(devices, found)),
    }
    if not any(place["fits"] for place in row["memory"].values()):
        row["problem"] = f"it is too big for every device: {_told_memory(row['memory'])}"
    return row


def _memory(devices: DeviceManager, source: Source) -> Iterator[tuple[str, dict[str, Any]]]:
    for device in (*devices.accelerators(), "cpu"):
        needed, room = source.memory(device), devices.budget(device)
        yield (
            device,
            {"type": source.number_type(device), "bytes": needed, "budget_bytes": room, "fits": needed <= room},
        )


def _places_of(own: OwnModels, name: str) -> list[str]:
    return sorted(place for place, meant in own.defaults.items() if meant == name)


def list_rows(registry: Registry, medium: str | None, own: OwnModels) -> list[dict[str, Any]]:
    """The models of plugins, for one medium or all."""
    return [builtin_row(owner, spec, own, whole=False) for owner, spec in registry.models(medium)]


def show_builtin(row: Mapping[str, Any]) -> None:
    """A model of a plugin, on the terminal."""
    does = ", ".join(op.replace("_", "-") + ("*" if op in row["default_for"] else "") for op in row["operations"])
    chosen = f"   your default for {', '.join(row['chosen_for'])}" if row["chosen_for"] else ""
    show(f"{row['medium']:<12}{row['model']:<14}{row['summary']}")
    size = f"   {row['bytes'] / 1e6:.1f} MB" if row["bytes"] else ""
    show(f"{'':<26}{does}   (plugin {row['plugin']}){size}{chosen}")
    if "card" in row:
        for name, field in row["options"].get("properties", {}).items():
            show(f"{'':<26}-o {name}: {field.get('description', '')} [default {field.get('default')}]")
        click.echo(json.dumps(row["card"], indent=2, ensure_ascii=False))


def show_own(row: Mapping[str, Any], *, whole: bool = False) -> None:
    """A model of a person's own, on the terminal: two lines, or all."""
    facts = [row["source"]]
    if "bytes" in row:
        facts += [f"{row['bytes'] / 1e9:.2f} GB", f"licence {row['licence']}", _told_memory(row["memory"])]
    show(f"{row['model']:<26}{', '.join(facts)}")
    serves = "; ".join(
        f"{medium}: {', '.join(op.replace('_', '-') for op in does)}" for medium, does in row["serves"].items()
    )
    chosen = f"   your default for {', '.join(row['chosen_for'])}" if row["chosen_for"] else ""
    also = f"   also {', '.join(row['aliases'])}" if row["aliases"] else ""
    show(f"{'':<26}{serves or 'no model takes it'}{also}{chosen}")
    if "problem" in row:
        show(f"{'':<26}PROBLEM: {row['problem']}")
    if whole and "bytes" in row:
        show(
            f"{'':<26}{row['architecture'] or 'unknown architecture'}, {row['parameters'] / 1e6:,.1f} million parameters"
        )
        if row["revision"]:
            show(f"{'':<26}revision {row['revision']}")
        for file, digest in row["sha256"].items():
            show(f"{'':<26}{file}: SHA-256 {digest}")
        if not row["sha256"]:
            show(f"{'':<26}not used yet: its hashes are kept at the first use")
        for remark in row.get("remarks", ()):
            show(f"{'':<26}{remark}")


def _told_memory(memory: Mapping[str, Mapping[str, Any]]) -> str:
    return "; ".join(
        f"takes {place['bytes'] / 1e9:.2f} GB as {place['type']} on {device}, which has room for "
        f"{place['budget_bytes'] / 1e9:.2f} GB" + ("" if place["fits"] else ": too big")
        for device, place in memory.items()
    )
