"""Photoshop's format (.psd), by psd-tools, which comes with the extra `layers`. The manifest lies beside the file."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

from PIL import Image

from ....core.errors import OptionError
from ....core.files import atomic
from ....core.manifest import write_sidecar
from .sheets import Layer

__all__ = ["check_photoshop", "write_photoshop"]


def check_photoshop() -> None:
    """Raise OptionError if the package that writes .psd is not there."""
    if find_spec("psd_tools") is None:
        raise OptionError(
            "layers are written as .psd with the extra 'layers': pip install 'artwright[layers]', or name a file .ora"
        )


def write_photoshop(path: Path, picture: Image.Image, layers: Sequence[Layer], manifest: str) -> None:
    """Write layers, lowest first, and the picture that they make, whole or not at all."""
    from psd_tools import PSDImage

    file = PSDImage.frompil(picture.convert("RGBA"))  # with alpha, or what is absent in layers would become masks
    for layer in layers:
        file.create_pixel_layer(layer.picture, name=layer.name, top=layer.top, left=layer.left)
    with atomic(path) as temporary:
        file.save(temporary)
    write_sidecar(path, manifest)
