"""Run the contracts on an installed plugin: `python -m artwright.testing.run NAME`; `artwright plugins check NAME` does
so.

Each medium, each model, its wrappers and its commands become contract classes, with the models' default options.
"""

from __future__ import annotations

import os
import re
import sys
import tempfile
from pathlib import Path
from typing import Any

from ..core.commands.added import added_commands
from ..core.loader import PluginHost
from ..core.registry import OPERATIONS
from .contracts import CommandContract, MediumContract, ModelContract, WrapperContract

__all__ = ["find_contracts", "main"]


def find_contracts(name: str) -> dict[str, type]:
    """Test classes by name for what the plugin `name` brings; empty if it is not loaded or brings nothing to try."""
    host = PluginHost()
    plugin = host.manager.get_plugin(name)
    found: dict[str, type] = {}

    def add(kind: type, title: str, **attributes: Any) -> None:
        title = re.sub(r"\W", "_", f"Test{title}")
        found[title] = type(title, (kind,), {"plugin": plugin, **attributes})

    for medium, owner in host.registry.owner_of_medium.items():
        if owner == name:
            add(MediumContract, f"Medium_{medium}", medium=medium)
    for owner, spec in host.registry.models():
        if owner == name:
            add(ModelContract, f"Model_{spec.medium}_{spec.name}", medium=spec.medium, model=spec.name)
    if any(
        i.wrapper and i.plugin is plugin for op in OPERATIONS for i in getattr(host.manager.hook, op).get_hookimpls()
    ):
        add(WrapperContract, "Wrapper")
    hooks = next((record.hooks for record in host.records if record.name == name), ())
    if "register_commands" in hooks:
        commands = added_commands(host, set(host.registry.media), only=name)
        add(CommandContract, "Commands", commands=tuple(commands))
    return found


def main(name: str) -> int:
    """Run the contracts under pytest; its exit code (5: there was nothing to run)."""
    import pytest

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "test_contract.py"
        file.write_text(
            f"from artwright.testing.run import find_contracts\n\nglobals().update(find_contracts({name!r}))\n", "utf-8"
        )
        settings = ["-q", "--import-mode=importlib", "-p", "no:cacheprovider", "--rootdir", folder, "-c", os.devnull]
        return int(pytest.main([str(file), *settings]))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
