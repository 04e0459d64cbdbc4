"""`artwright devices`: what this computer can compute on."""

from __future__ import annotations

from typing import Any

import click

from ..devices import name_of
from .parameters import json_option
from .printing import echo_json
from .session import studio_of

__all__ = ["devices"]


@click.command()
@json_option
@click.pass_context
def devices(ctx: click.Context, as_json: bool) -> None:
    """Devices, their memory, the room for models and those that are loaded."""
    import torch

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
