"""A piece written in Python.

    piece = PieceBuilder("Four winds", values={"theme": "autumn moon"}, page="index.html")
    poem = piece.step("poem", medium="literature", theme="{theme}", output="poem.txt")
    piece.step("view", medium="painting", theme_from=poem, output="view.png")
    piece.build().run(Studio(), "winds")

What a step returns is its name, to be given to the steps that need it. `Piece.to_yaml` writes the same as a file, and
`Piece.load` reads it again.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..errors import InputError
from .piece import Piece

__all__ = ["PieceBuilder"]


class PieceBuilder:
    """Collects the steps of a piece. title, about, values, page: as in its file (`PieceSpec`)."""

    def __init__(
        self,
        title: str = "",
        *,
        about: str | Mapping[str, str] = "",
        values: Mapping[str, Any] | None = None,
        page: str = "",
    ) -> None:
        self._row: dict[str, Any] = {"title": title, "about": about, "values": dict(values or {}), "page": page}
        self._steps: dict[str, dict[str, Any]] = {}

    def step(self, name: str, **keys: Any) -> str:
        """Add a step; returns its name. keys: as in a file (`StepSpec`); `from` is written `from_`. Raises InputError for a
        name that is taken.
        """
        if name in self._steps:
            raise InputError(f"there is a step {name!r} already; give this one another name")
        self._steps[name] = {key.rstrip("_"): value for key, value in keys.items()}
        return name

    def build(self, *, name: str = "piece") -> Piece:
        """The piece. Raises InputError or Problems, a line for each thing that is wrong."""
        return Piece.from_dict({**self._row, "steps": self._steps}, name=name)
