"""MusicXML on paper: engraved by Verovio, as SVG, as PNG (by resvg) or as PDF (by svg2pdf). Needs the extra `scores`.

The music font, and Liberation Serif for words, come out of Verovio's own package, so that no font of the system is looked
for and the same music gives the same bytes. Chinese is written with the Kai of the house.
"""

from __future__ import annotations

import io
import re
import tempfile
from base64 import b64decode
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ....core.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["SUFFIXES", "check_engraver", "engrave", "engrave_pages"]

SUFFIXES = (".svg", ".png", ".pdf")
"""Suffixes of engraved scores."""

MAX_PICTURE_PAGES = 24
"""Pages that stand under one another in an SVG or PNG, at most; a PDF holds any number."""

PNG_WIDTH = 1240
"""Pixels of a page of A4: 150 dpi."""

_A4 = (595.276, 841.89)
"""Points."""

_OPTIONS: dict[str, Any] = {
    "pageWidth": 2100,
    "pageHeight": 2970,
    "pageMarginLeft": 100,
    "pageMarginRight": 100,
    "pageMarginTop": 100,
    "pageMarginBottom": 100,
    "scale": 40,
    "svgViewBox": True,
    "breaks": "auto",
    "header": "auto",
    "footer": "none",
    "condense": "none",
    "xmlIdSeed": 1,
}
_WORDS = "Times, serif"
"""The family that Verovio names; Liberation Serif has its widths."""


def check_engraver(name: str) -> None:
    """Raise InputError, one line with the remedy, if what engraves the file `name` is not installed."""
    from importlib.util import find_spec

    if not all(find_spec(package) for package in ("verovio", "resvg_py", "svg2pdf_py", "pypdf", "brotli")):
        raise InputError(
            f"{name!r} is engraved with the extra 'scores': pip install 'artwright[scores]', or save the music as "
            f".musicxml"
        )


def engrave(musicxml: bytes, suffix: str, name: str) -> bytes:
    """The bytes of an engraved file. suffix: .svg or .png (pages under one another) or .pdf; name: of the file, for
    errors.

    Raises InputError where the extra is missing, or a picture would have more than 24 pages.
    """
    check_engraver(name)
    if suffix == ".pdf":
        return _pdf(engrave_pages(musicxml))
    pages = engrave_pages(musicxml, trim=True, embed_font=suffix == ".svg", most=MAX_PICTURE_PAGES, name=name)
    return _stacked(pages).encode() if suffix == ".svg" else _png(pages)


def engrave_pages(
    musicxml: bytes, *, trim: bool = False, embed_font: bool = False, most: int = 0, name: str = ""
) -> list[str]:
    """Pages of A4 as SVG. trim: cut at the last system; embed_font: so that any browser shows signs within words; most:
    pages that are allowed, 0 for any number.
    """
    import verovio

    verovio.enableLog(verovio.LOG_OFF)
    toolkit = verovio.toolkit()
    font = "embedded" if embed_font else "none"
    toolkit.setOptions({**_OPTIONS, "adjustPageHeight": trim, "smuflTextFont": font, "justifyVertically": not trim})
    if not toolkit.loadData(musicxml.decode()):
        raise InputError(f"{name or 'the score'!r} cannot be engraved; save the music as .musicxml")
    count = toolkit.getPageCount()
    if most and count > most:
        raise InputError(f"{name!r} would have {count} pages, a picture holds {most}; save it as .pdf")
    return [_placed(str(toolkit.renderToSVG(page + 1))) for page in range(count)]


def _placed(svg: str) -> str:
    """Words over the music placed by their text element, which every renderer obeys, and the title large."""
    title = True

    def moved(match: re.Match[str]) -> str:
        nonlocal title
        out = f'<text {match[3]} font-size="0px">{match[1]}<tspan {match[2]}>'
        rest = match[4]
        if title:
            rest, title = rest.replace('font-size="405px"', 'font-size="650px"', 1), False
        return out + rest

    return re.sub(
        r'<text font-size="0px">(\s*)<tspan ([^>]*?class="rend") (x="[^>]*?")>(.*?</text>)', moved, svg, flags=re.DOTALL
    )


def _size(svg: str) -> tuple[int, int]:
    match = re.match(r'<svg[^>]*viewBox="0 0 (\d+) (\d+)"', svg)
    return (int(match[1]), int(match[2])) if match else (840, 1188)


def _stacked(pages: Sequence[str]) -> str:
    """Pages under one another in one SVG."""
    sizes = [_size(page) for page in pages]
    width, height = max(w for w, _ in sizes), sum(h for _, h in sizes)
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}">',
        f'<rect width="{width}" height="{height}" fill="#fff"/>',
    ]
    at = 0
    for page, (w, h) in zip(pages, sizes, strict=True):
        out.append(page.strip().replace("<svg ", f'<svg y="{at}" width="{w}" height="{h}" ', 1))
        at += h
    return "\n".join([*out, "</svg>", ""])


def _png(pages: Sequence[str]) -> bytes:
    import resvg_py
    from PIL import Image

    fonts = [str(path) for path in _fonts()]
    images = []
    for page in pages:
        data = resvg_py.svg_to_bytes(
            svg_string=page.replace(_WORDS, "Liberation Serif"),
            width=PNG_WIDTH,
            background="white",
            skip_system_fonts=True,
            font_files=fonts,
            serif_family="Liberation Serif",
        )
        with Image.open(io.BytesIO(bytes(data))) as picture:
            images.append(picture.convert("L"))
    sheet = Image.new("L", (PNG_WIDTH, sum(i.height for i in images)), 255)
    at = 0
    for image in images:
        sheet.paste(image, (0, at))
        at += image.height
    out = io.BytesIO()
    sheet.save(out, "PNG")
    return out.getvalue()


def _pdf(pages: Sequence[str]) -> bytes:
    import svg2pdf_py
    from pypdf import PdfReader, PdfWriter

    fonts = svg2pdf_py.FontDatabase()
    for path in _fonts():
        fonts.load_font_file(str(path))
    plain = [page.replace(_WORDS, "Liberation Serif") for page in pages]
    writer = PdfWriter()
    for data in svg2pdf_py.svg_pages_to_pdfs(plain, fonts):
        page = PdfReader(io.BytesIO(bytes(data))).pages[0]
        _sort(page["/Resources"])
        writer.add_page(page).scale_to(*_A4)
    writer.compress_identical_objects()
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _sort(resources: Any) -> None:
    """Put what a page names into the order of the names: svg2pdf leaves it to chance."""
    from pypdf.generic import DictionaryObject

    for named in resources.values():
        if isinstance(named, DictionaryObject):
            for name in sorted(named):
                raw = named.raw_get(name)
                del named[name]
                named[name] = raw


@lru_cache(maxsize=1)
def _folder() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="artwright-fonts-")


@lru_cache(maxsize=1)
def _fonts() -> tuple[Path, ...]:
    """Files of the fonts: those of Verovio's style sheets unpacked, and the Kai of the house."""
    import verovio
    from fontTools.ttLib import woff2

    from ....core.fonts import font_path

    data = Path(verovio.__file__).parent / "data"
    out = []
    for sheet in ("Leipzig.css", "Liberation.css"):
        packed = re.findall(r"base64,\s*([A-Za-z0-9+/=\s]+)\)", (data / sheet).read_text("ascii"))
        for number, text in enumerate(packed):
            path = Path(_folder().name) / f"{Path(sheet).stem}-{number}.ttf"
            with open(path, "wb") as file:
                woff2.decompress(io.BytesIO(b64decode(text)), file)
            out.append(path)
    return (*out, font_path("kai"))
