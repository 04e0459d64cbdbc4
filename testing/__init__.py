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
