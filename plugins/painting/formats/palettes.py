"""The palette of a picture as files that painting programs take: .gpl (GIMP, Krita, Inkscape) and .ase (Adobe's swatches)."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image, ImageColor

from ....core.errors import OptionError
from ....core.files import write_bytes
from ..atelier.colour import srgb_to_oklab
from ..reading.colours import Swatch, find_palette

__all__ = ["check_palette", "write_palette"]

_COLOURS = 12


def check_palette(path: str) -> None:
    """Raise OptionError for a file that a palette is not written to."""
    if path and Path(path).suffix.lower() not in (".gpl", ".ase"):
        raise OptionError(
            f"option 'palette' is {path!r}: a palette is written as .gpl (GIMP, Krita) or .ase; choose one"
        )


def write_palette(path: Path, picture: Image.Image, title: str) -> None:
    """Write the main colours of a picture, at most twelve, the widest first, with their names."""
    lab = srgb_to_oklab(np.asarray(picture.convert("RGB"), np.float32) / np.float32(255))
    swatches = find_palette(lab, _COLOURS)
    write_bytes(path, _gpl(swatches, title) if path.suffix.lower() == ".gpl" else _ase(swatches))


def _gpl(swatches: Sequence[Swatch], title: str) -> bytes:
    rows = ["GIMP Palette", f"Name: {' '.join(title.split()) or 'palette'}", f"Columns: {len(swatches)}", "#"]
    for swatch in swatches:
        r, g, b = ImageColor.getrgb(swatch.hex)[:3]
        rows.append(f"{r:3d} {g:3d} {b:3d}\t{swatch.name}")
    return ("\n".join(rows) + "\n").encode()


def _ase(swatches: Sequence[Swatch]) -> bytes:
    blocks = []
    for swatch in swatches:
        name = swatch.name + "\0"
        rgb = [value / 255 for value in ImageColor.getrgb(swatch.hex)[:3]]
        body = struct.pack(">H", len(name)) + name.encode("utf-16-be") + struct.pack(">4s3fH", b"RGB ", *rgb, 2)
        blocks.append(struct.pack(">HI", 1, len(body)) + body)
    return struct.pack(">4sHHI", b"ASEF", 1, 0, len(blocks)) + b"".join(blocks)
