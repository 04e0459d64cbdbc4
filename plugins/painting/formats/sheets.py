"""One layer of a picture."""

from __future__ import annotations

from dataclasses import dataclass

from PIL import Image

__all__ = ["Layer"]


@dataclass(frozen=True)
class Layer:
    """name; picture: RGBA, each pixel whole or absent; left, top: where its corner lies, in pixels of the whole."""

    name: str
    picture: Image.Image
    left: int = 0
    top: int = 0
