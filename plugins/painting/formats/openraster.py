"""OpenRaster (.ora): a zip of PNGs and a stack of layers, as Krita, GIMP and MyPaint exchange it.

Source: the OpenRaster specification, 0.0.6 (openraster.org). The manifest is an entry of our own, `artwright.json`,
which other programs leave alone.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from pathlib import Path
from xml.etree import ElementTree

from PIL import Image

from ....core.files import atomic
from ....core.manifest import MAX_BYTES
from .sheets import Layer

__all__ = ["MIMETYPE", "read_merged", "write_openraster"]

MIMETYPE = b"image/openraster"
_MERGED, _THUMBNAIL, _MANIFEST = "mergedimage.png", "Thumbnails/thumbnail.png", "artwright.json"
_THUMBNAIL_SIDE = 256
_LONGEST = 512 * 2**20
"""Bytes that a merged picture may have: more than a PNG of the largest picture that is read."""


def write_openraster(path: Path, picture: Image.Image, layers: Sequence[Layer], manifest: str) -> None:
    """Write layers, lowest first, and the picture that they make; the same bytes for the same picture."""
    small = picture.copy()
    small.thumbnail((_THUMBNAIL_SIDE, _THUMBNAIL_SIDE), Image.Resampling.LANCZOS)
    with atomic(path) as temporary, zipfile.ZipFile(temporary, "w") as out:
        _add(out, "mimetype", MIMETYPE)
        _add(out, "stack.xml", _stack(picture.size, layers), zipfile.ZIP_DEFLATED)
        for number, layer in enumerate(layers):
            _add(out, _source(number), _png(layer.picture))
        _add(out, _MERGED, _png(picture))
        _add(out, _THUMBNAIL, _png(small))
        _add(out, _MANIFEST, manifest.encode(), zipfile.ZIP_DEFLATED)


def _add(out: zipfile.ZipFile, name: str, data: bytes, how: int = zipfile.ZIP_STORED) -> None:
    entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
    entry.create_system, entry.external_attr, entry.compress_type = 3, 0o644 << 16, how
    out.writestr(entry, data)


def _png(picture: Image.Image) -> bytes:
    data = io.BytesIO()
    picture.save(data, "PNG", compress_level=6)
    return data.getvalue()


def _source(number: int) -> str:
    return f"data/layer{number}.png"


def _stack(size: tuple[int, int], layers: Sequence[Layer]) -> bytes:
    """The stack as XML; the topmost layer comes first."""
    width, height = (str(side) for side in size)
    image = ElementTree.Element("image", version="0.0.3", w=width, h=height, xres="72", yres="72")
    stack = ElementTree.SubElement(image, "stack")
    for number, layer in reversed(list(enumerate(layers))):
        ElementTree.SubElement(
            stack,
            "layer",
            {
                "name": layer.name,
                "src": _source(number),
                "x": str(layer.left),
                "y": str(layer.top),
                "opacity": "1.0",
                "visibility": "visible",
                "composite-op": "svg:src-over",
            },
        )
    ElementTree.indent(image)
    return ElementTree.tostring(image, encoding="UTF-8", xml_declaration=True) + b"\n"


def read_merged(path: Path) -> tuple[io.BytesIO, str]:
    """(merged picture as a PNG, manifest or "") of a file. Raises ValueError if it is no OpenRaster, OSError if it cannot
    be read.
    """
    try:
        with zipfile.ZipFile(path) as file:
            if _entry(file, "mimetype", 64).strip() != MIMETYPE:
                raise ValueError("its mimetype is not image/openraster")
            merged = _entry(file, _MERGED, _LONGEST)
            names = file.namelist()
            manifest = _entry(file, _MANIFEST, MAX_BYTES) if names.count(_MANIFEST) == 1 else b""
            return io.BytesIO(merged), manifest.decode("utf-8", "replace")
    except KeyError as error:
        raise ValueError(f"it lacks {str(error.args[0])[:60]}") from error
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, RuntimeError) as error:
        raise ValueError(f"it is no whole zip: {error}") from error


def _entry(file: zipfile.ZipFile, name: str, longest: int) -> bytes:
    """An entry of at most `longest` bytes, whatever its header says."""
    with file.open(name) as entry:
        data = entry.read(longest + 1)
    if len(data) > longest:
        raise ValueError(f"{name} is longer than {longest:,} bytes")
    return data
