"""Artwright: a plugin framework for making art with models.

    from artwright import Studio
    studio = Studio()
    work = studio.generate("painting", "misty mountains at dawn", style="hokusai", seed=7)
    studio.save(work, "dawn.png")

Names are loaded when first used, so that `import artwright` stays light.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .core.artwork import Artwork, Medium, Provenance, Text
    from .core.devices import DeviceManager
    from .core.errors import ArtwrightError
    from .core.hookspecs import hookimpl
    from .core.options import Options
    from .core.pieces.builder import PieceBuilder
    from .core.pieces.piece import Piece
    from .core.registry import ModelSpec
    from .core.requests import (
        Analysis,
        AnalyzeRequest,
        Context,
        EvaluateRequest,
        GenerateRequest,
        Idea,
        InspireRequest,
        RestoreRequest,
        TrainReport,
        TrainRequest,
        TransferRequest,
    )
    from .core.studio import Studio
    from .core.style import Style, StyleSpec
    from .core.theme import Mood, Theme

_HOMES = {
    "artwork": ["Artwork", "Medium", "Provenance", "Text"],
    "devices": ["DeviceManager"],
    "errors": ["ArtwrightError"],
    "hookspecs": ["hookimpl"],
    "options": ["Options"],
    "pieces.builder": ["PieceBuilder"],
    "pieces.piece": ["Piece"],
    "registry": ["ModelSpec"],
    "requests": [
        "Analysis",
        "AnalyzeRequest",
        "Context",
        "EvaluateRequest",
        "GenerateRequest",
        "Idea",
        "InspireRequest",
        "RestoreRequest",
        "TrainReport",
        "TrainRequest",
        "TransferRequest",
    ],
    "studio": ["Studio"],
    "style": ["Style", "StyleSpec"],
    "theme": ["Mood", "Theme"],
}
_WHERE = {name: module for module, names in _HOMES.items() for name in names}

__version__ = "0.1.0"
api_version = 1
"""The version of the plugin interface: hooks, requests, registry. A plugin names the one it needs as `artwright_api`."""

__all__ = [
    "Analysis",
    "AnalyzeRequest",
    "Artwork",
    "ArtwrightError",
    "Context",
    "DeviceManager",
    "EvaluateRequest",
    "GenerateRequest",
    "Idea",
    "InspireRequest",
    "Medium",
    "ModelSpec",
    "Mood",
    "Options",
    "Piece",
    "PieceBuilder",
    "Provenance",
    "RestoreRequest",
    "Studio",
    "Style",
    "StyleSpec",
    "Text",
    "Theme",
    "TrainReport",
    "TrainRequest",
    "TransferRequest",
    "__version__",
    "api_version",
    "hookimpl",
]


def __getattr__(name: str) -> Any:
    if name in _WHERE:
        return getattr(import_module(f".core.{_WHERE[name]}", __name__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
