"""`artwright devices`: what this computer can compute on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click

from ..devices import name_of
from ..pretrained.own_models import read_models
from .model_rows import sources_of
from .parameters import json_option
from .printing import show_rows
from .session import pass_studio

if TYPE_CHECKING:
    from ..studio import Studio

__all__ = ["devices"]


@click.command()
@json_option
@pass_studio
def devices(studio: Studio, as_json: bool) -> None:
    """Devices, their memory, the room for models, those that are loaded, and which of your own would fit."""
    manager, own = studio.devices, sources_of(read_models(studio.home))
    rows: list[dict[str, Any]] = []
    for name in ("cpu", *manager.accelerators()):
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
                "would_fit": [
                    {"model": known, "bytes": source.memory(name), "fits": source.memory(name) <= manager.budget(name)}
                    for known, source in own.items()
                ],
            }
        )
    show_rows(rows, _show_device, name="devices", as_json=as_json)


def _show_device(row: Mapping[str, Any]) -> None:
    mark = "*" if row["chosen"] else " "
    free, total, room = (row[k] / 1e9 for k in ("free_bytes", "total_bytes", "budget_bytes"))
    click.echo(f"{mark} {row['device']:<8}{free:.1f} GB free of {total:.1f} GB; room for models {room:.1f} GB")
    for held in row["loaded"]:
        used = f", used {held['leases']} times now" if held["leases"] else ""
        click.echo(f"    {held['model']}: {held['bytes'] / 1e6:.1f} MB{used}")
    for one in row["would_fit"]:
        fits = "would fit" if one["fits"] else "is too big"
        click.echo(f"    {one['model']} {fits}: {one['bytes'] / 1e6:,.1f} MB")
