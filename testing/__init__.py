"""The kit for plugin authors: a fresh studio for each test, and contracts to inherit.

    import artwright_stipple
    from artwright.testing import ModelContract

    class TestStipple(ModelContract):
        plugin = artwright_stipple
        medium = "painting"
        model = "stipple"
        options = {"width": 64}

A contract class brings its tests with it. The fixture `plugin_host` comes with the pytest plugin that artwright
installs; it is light, and nothing of it runs unless a test asks.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .contracts import CommandContract, MediumContract, ModelContract, WrapperContract
    from .host import CancelAt, FakeMemory, fresh_studio, no_sockets
    from .probe import Probe

__all__ = [
    "CancelAt",
    "CommandContract",
    "FakeMemory",
    "MediumContract",
    "ModelContract",
    "Probe",
    "WrapperContract",
    "fresh_studio",
    "no_sockets",
]

_WHERE = {
    "CancelAt": "host",
    "CommandContract": "contracts",
    "FakeMemory": "host",
    "MediumContract": "contracts",
    "ModelContract": "contracts",
    "Probe": "probe",
    "WrapperContract": "contracts",
    "fresh_studio": "host",
    "no_sockets": "host",
}


def __getattr__(name: str) -> Any:
    """Names are loaded when first used: every pytest of an environment loads this package, and needs none of it."""
    if name in _WHERE:
        return getattr(import_module(f".{_WHERE[name]}", __name__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
