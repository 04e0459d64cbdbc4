"""The layers of a picture: what each stage of its making has laid over the stage before.

Each pixel of a layer is whole or absent, so that laying one over the other gives the picture to the last bit in any
program: half transparent pixels are rounded by each in its own way.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from ....core.errors import OptionError
from .openraster import write_openraster
from .photoshop import check_photoshop, write_photoshop
from .sheets import Layer

__all__ = ["Stage", "check_layers", "layers_of", "write_layers"]

_WRITERS: dict[str, Callable[[Path, Image.Image, Sequence[Layer], str], None]] = {
    ".ora": write_openraster,
    ".psd": write_photoshop,
}
"""What writes a picture with its layers and its manifest, by suffix."""


@dataclass(frozen=True)
class Stage:
    """A picture (RGB) as it stands after a step of its making, and what the step is called. covers: the step leaves nothing
    bare.
    """

    name: str
    picture: Image.Image
    covers: bool = False


def check_layers(path: str) -> None:
    """Raise OptionError, one line, for a file that layers are not written to, or not without a package."""
    suffix = Path(path).suffix.lower()
    if suffix not in _WRITERS:
        raise OptionError(f"option 'layers' is {path!r}: layers are written as .ora (OpenRaster) or .psd; choose one")
    if suffix == ".psd":
        check_photoshop()


def layers_of(stages: Sequence[Stage]) -> list[Layer]:
    """One layer for each stage, lowest first: whole for the first and for those that cover, each other where it differs from
    the one before.
    """
    layers: list[Layer] = []
    under: np.ndarray | None = None
    for stage in stages:
        rgb = np.asarray(stage.picture.convert("RGB"))
        alpha = np.full(rgb.shape[:2], 255, np.uint8)
        if under is not None and not stage.covers:
            alpha[(rgb == under).all(-1)] = 0
        layers.append(_trim(stage.name, rgb, alpha))
        under = rgb
    return layers


def _trim(name: str, rgb: np.ndarray, alpha: np.ndarray) -> Layer:
    """A layer no larger than what is on it; one transparent pixel where nothing is."""
    rows, columns = np.flatnonzero(alpha.any(1)), np.flatnonzero(alpha.any(0))
    top, bottom = (int(rows[0]), int(rows[-1]) + 1) if len(rows) else (0, 1)
    left, right = (int(columns[0]), int(columns[-1]) + 1) if len(columns) else (0, 1)
    part = alpha[top:bottom, left:right]
    pixels = np.dstack([rgb[top:bottom, left:right], part])
    pixels[part == 0] = 0
    return Layer(name, Image.fromarray(pixels), left, top)


def write_layers(path: Path, stages: Sequence[Stage], manifest: str) -> None:
    """Write the stages as layers, whole or not at all, as the suffix says; the last stage is the picture.

    manifest: of the work, as text (`core.manifest.manifest_text`).
    """
    _WRITERS[path.suffix.lower()](path, stages[-1].picture, layers_of(stages), manifest)
