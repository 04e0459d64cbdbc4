"""Run the contracts on an installed plugin: `python -m artwright.testing.run NAME`; `artwright plugins check NAME` does
so.

Each medium it owns and each model of it that generates becomes a contract class, with the model's default options.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

from ..core.loader import PluginHost
from .contracts import MediumContract, ModelContract

__all__ = ["find_contracts", "main"]


def find_contracts(name: str) -> dict[str, type]:
    """Test classes by name for what the plugin `name` brings; empty if it is not loaded or brings neither medium nor
    model.
    """
    host = PluginHost()
    plugin = host.manager.get_plugin(name)
    found: dict[str, type] = {}
    for medium, owner in host.registry.owner_of_medium.items():
        if owner == name:
            found[f"TestMedium_{medium}"] = type(
                f"TestMedium_{medium}", (MediumContract,), {"plugin": plugin, "medium": medium}
            )
    for owner, spec in host.registry.models():
        if owner == name and "generate" in spec.operations:
            title = f"TestModel_{spec.medium}_{spec.name}".replace("-", "_")
            found[title] = type(title, (ModelContract,), {"plugin": plugin, "medium": spec.medium, "model": spec.name})
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
