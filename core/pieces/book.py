"""A picture book of a piece, as EPUB 3.3: a page for each picture, text and score, in their order.

Pictures are shown whole, with what their medium says of them for those who cannot see them; texts stand as text. Sounds and
films are not in it: few readers play them.
"""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..artwork import Artwork, Text
from ..errors import ArtwrightError, InputError
from ..theme import find_language
from .made import Made, put

if TYPE_CHECKING:
    from ..studio import Studio

__all__ = ["book"]

_TYPES = {
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".webp": "image/webp",
    ".svg": "image/svg+xml",
}
_CONTAINER = """<?xml version="1.0" encoding="UTF-8"?>
<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container">
<rootfiles><rootfile full-path="book.opf" media-type="application/oebps-package+xml"/></rootfiles>
</container>
"""
_STYLE = """body { margin: 5%; font-family: serif; line-height: 1.5; text-align: center; }
img { max-width: 100%; max-height: 80vh; }
h1, h2 { font-weight: normal; }
.poem { display: inline-block; text-align: left; }
.poem p { margin: 0 0 1em 0; }
"""


@dataclass(frozen=True, kw_only=True)
class _Page:
    name: str
    title: str
    body: str
    language: str
    picture: tuple[str, str, bytes] | None = None  # name, type, data


def book(made: Made, studio: Studio) -> bytes:
    """The book as bytes. Raises InputError if the piece has nothing that can be read or seen."""
    pages = [page for page in (_page(studio, *one) for one in made.works(studio)) if page is not None]
    if not pages:
        raise InputError("the piece has no picture, text or score for a book")
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        put(archive, "mimetype", b"application/epub+zip", stored=True)
        put(archive, "META-INF/container.xml", _CONTAINER.encode())
        put(archive, "book.opf", _package(made, pages).encode())
        put(archive, "nav.xhtml", _contents(made, pages).encode())
        put(archive, "style.css", _STYLE.encode())
        for page in pages:
            put(archive, f"{page.name}.xhtml", _xhtml(page.title, page.body, page.language).encode())
            if page.picture is not None:
                put(archive, page.picture[0], page.picture[2], stored=True)
    return data.getvalue()


def _page(studio: Studio, row: Mapping[str, Any], file: Path, work: Artwork) -> _Page | None:
    """The page of a work, None if it has none."""
    name = "p" + hashlib.sha256(str(row["step"]).encode()).hexdigest()[:12]
    title = str(row["title"] or row["step"])
    if isinstance(work.payload, Text):
        language = work.payload.language if work.payload.language in ("en", "zh") else "en"
        return _Page(name=name, title=title, body=_poem(work.payload), language=language)
    medium = studio.registry.medium(work.medium)
    try:
        described = medium.describe(work)
        kind = _TYPES.get(file.suffix.lower())
        data = file.read_bytes() if kind else _preview(medium, work)
    except ArtwrightError:
        return None
    if kind is None and file.suffix.lower() in (".mp4", ".webm"):
        return None
    kind, suffix = (kind, file.suffix.lower()) if kind else ("image/png", ".png")
    body = f'<figure><img src="{name}{suffix}" alt="{escape(described or title, quote=True)}"/></figure>'
    return _Page(
        name=name, title=title, body=body, language=find_language(title), picture=(f"{name}{suffix}", kind, data)
    )


def _poem(text: Text) -> str:
    stanzas = "".join(f"<p>{'<br/>'.join(escape(line) for line in stanza)}</p>" for stanza in text.stanzas)
    return f'<div class="poem">{stanzas}</div>'


def _preview(medium: Any, work: Artwork) -> bytes:
    data = io.BytesIO()
    medium.preview(work, width=1200).convert("RGB").save(data, "PNG")
    return data.getvalue()


def _xhtml(title: str, body: str, language: str) -> str:
    language = "zh" if language == "zh" else "en"
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE html>\n'
        f'<html xmlns="http://www.w3.org/1999/xhtml" lang="{language}" xml:lang="{language}">\n'
        f'<head><title>{escape(title)}</title><link rel="stylesheet" href="style.css"/></head>\n'
        f"<body><section><h1>{escape(title)}</h1>\n{body}</section></body>\n</html>\n"
    )


def _contents(made: Made, pages: list[_Page]) -> str:
    items = "".join(f'<li><a href="{page.name}.xhtml">{escape(page.title)}</a></li>' for page in pages)
    text = _xhtml(made.title, f'<nav epub:type="toc" id="toc"><ol>{items}</ol></nav>', find_language(made.title))
    return text.replace("<html ", '<html xmlns:epub="http://www.idpf.org/2007/ops" ', 1)


def _package(made: Made, pages: list[_Page]) -> str:
    """The book's list of parts, and what it tells of itself (accessibility among it)."""
    mark = hashlib.sha256(repr(sorted(step["work"] for step in made.steps)).encode()).hexdigest()
    uuid = f"{mark[:8]}-{mark[8:12]}-4{mark[13:16]}-8{mark[17:20]}-{mark[20:32]}"
    language = "zh" if find_language(made.title) == "zh" else "en"
    changed = str(made.manifest["created"])[:19] + "Z"
    cover = next((page for page in pages if page.picture), None)
    items, spine = [], []
    for page in pages:
        items.append(f'<item id="{page.name}" href="{page.name}.xhtml" media-type="application/xhtml+xml"/>')
        spine.append(f'<itemref idref="{page.name}"/>')
        if page.picture is not None:
            is_cover = ' properties="cover-image"' if page is cover else ""
            items.append(
                f'<item id="{page.name}-picture" href="{page.picture[0]}" media-type="{page.picture[1]}"{is_cover}/>'
            )
    modes = "".join(f'<meta property="schema:accessMode">{mode}</meta>' for mode in ("textual", "visual"))
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="id" xml:lang="{language}">\n'
        '<metadata xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f'<dc:identifier id="id">urn:uuid:{uuid}</dc:identifier><dc:title>{escape(made.title)}</dc:title>'
        f'<dc:language>{language}</dc:language><meta property="dcterms:modified">{changed}</meta>'
        f'{modes}<meta property="schema:accessibilityFeature">alternativeText</meta>'
        '<meta property="schema:accessibilityFeature">tableOfContents</meta>'
        '<meta property="schema:accessibilityHazard">none</meta>'
        '<meta property="schema:accessModeSufficient">textual</meta>'
        "</metadata>\n<manifest>"
        '<item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>'
        '<item id="style" href="style.css" media-type="text/css"/>'
        f"{''.join(items)}</manifest>\n<spine>{''.join(spine)}</spine>\n</package>\n"
    )
