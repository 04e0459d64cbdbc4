"""Works as pages show them: pictures, scores and sounds that browsers open, made once and kept beside the library.

shown/ab/ab12.../work.svg      can be removed at any time
"""

from __future__ import annotations

from html import escape
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from ....core.errors import InputError
from ....core.files import make_folder, write_bytes
from ....core.home import shown_folder
from .answers import picture, written

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ....core.artwork import Artwork, Medium
    from ....core.studio import Studio

__all__ = ["THUMBNAIL", "fragment", "open_suffixes", "prepare", "shown_file"]

THUMBNAIL = ".small.webp"
_ACROSS, _QUALITY = 360, 75
_PICTURES, _SOUNDS, _FILMS = (".svg", ".png"), (".mp3", ".ogg", ".flac", ".wav"), (".mp4", ".webm")


def open_suffixes(medium: Medium) -> tuple[str, ...]:
    """Suffixes that a medium writes here, in its order."""
    able = []
    for suffix in medium.writes:
        try:
            medium.check_place(Path(f"work{suffix}"))
        except InputError:
            continue
        able.append(suffix)
    return tuple(able)


def fragment(medium: Medium, work: Artwork, files: Mapping[str, str]) -> str:
    """The HTML that shows a work. files: suffix -> address; of the sounds, and of the films, the first is shown."""
    shown = {suffix: address for suffix, address in files.items() if suffix not in (*_SOUNDS, *_FILMS)}
    for kinds in (_SOUNDS, _FILMS):
        first = next((suffix for suffix in kinds if suffix in files), None)
        shown |= {first: files[first]} if first else {}
    html = medium.html(work, shown)
    if any(f"<{tag}" in html for tag in ("img", "svg", "video", "audio", "article", "blockquote")) or "<p" not in html:
        return html
    return f'<figure><img src="{escape(files[THUMBNAIL])}" alt="">{html}</figure>' if THUMBNAIL in files else html


def shown_file(studio: Studio, work_id: str, suffix: str) -> Path:
    """A work as a file of a suffix that its medium writes, or as a small picture; made if it is not there.

    Raises UnknownName where there is no such work, InputError where it is not written so.
    """
    row = studio.library.find(work_id)
    digits = row["id"].removeprefix("sha256:")
    file = shown_folder(studio.home) / digits[:2] / digits / f"work{suffix}"
    if file.is_file():
        return file
    if suffix == Path(row["file"]).suffix:
        return Path(row["file"])
    work = studio.library.work(row["id"])
    if suffix == THUMBNAIL:
        image = picture(studio, work, width=_ACROSS) or studio.registry.medium(work.medium).preview(work, width=_ACROSS)
        out = BytesIO()
        image.convert("RGB").save(out, "WEBP", quality=_QUALITY)
        data = out.getvalue()
    else:
        data = written(studio, work, suffix)
    make_folder(file.parent)
    write_bytes(file, data)
    return file


def prepare(studio: Studio, work: Artwork) -> None:
    """Make what the page of a work shows first, so that nobody waits for it there."""
    able = open_suffixes(studio.registry.medium(work.medium))
    first = [next((s for s in kinds if s in able), None) for kinds in (_PICTURES, _SOUNDS)]
    for suffix in (THUMBNAIL, *filter(None, first)):
        shown_file(studio, work.id, suffix)
