"""Hands that paint: families of pipelines (`stroke`, `dots`, `veil`, `woodblock`, `ink`, `gold`, `facet`) and the named
ones.

`paint(scene, style, size=..., rng=..., progress=...)` is the door; `style` is `StyleParameters`, a named one
(`find_style`)
or one learned from pictures.
"""

from __future__ import annotations

from .named import HANDS, find_style
from .paint import Frames, paint
from .parameters import Outline, StyleParameters

__all__ = ["HANDS", "Frames", "Outline", "StyleParameters", "find_style", "paint"]
