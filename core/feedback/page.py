"""One page on which works are compared: a file that needs no network, and that gives a file which `import` takes."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from string import Template
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from ..errors import ArtwrightError, InputError
from .entries import MAX_USER, check_text
from .exchange import heading, work_line
from .pairing import choose_pairs

if TYPE_CHECKING:
    from ..artwork import Artwork, Medium
    from .taste import Taste

__all__ = ["MOST_WORKS", "render_page"]

MOST_WORKS = 60
_WIDTH = 720
_SOUNDS = {".ogg": "audio/ogg", ".mp3": "audio/mpeg", ".wav": "audio/wav"}  # the smallest first


def render_page(
    works: Sequence[Artwork], medium: Medium, *, user: str, pairs: int, taste: Taste | None = None, seed: int = 0
) -> str:
    """The page as HTML. works: two or more of one medium, at most 60; pairs: how many are shown at most; taste: of the
    person, by which the pairs that teach most are chosen.

    Raises InputError for too few or too many works, or of several media.
    """
    distinct = list({work.id: work for work in works}.values())
    if not 2 <= len(distinct) <= MOST_WORKS:
        raise InputError(f"a page compares 2 to {MOST_WORKS} works; {len(distinct)} were given")
    stray = next((work for work in distinct if work.medium != medium.name), None)
    if stray is not None:
        raise InputError(f"{stray.short_id} is a work of {stray.medium}, not of {medium.name}; a page has one medium")
    user = check_text("user's name", user.strip(), MAX_USER)
    features = [medium.features(work) for work in distinct]
    now = datetime.now(UTC)
    data = {
        "user": user,
        "heading": heading(now),
        "works": [
            {"id": work.id, "title": work.title, "html": _shown(work, medium), "line": work_line(work, row, now)}
            for work, row in zip(distinct, features, strict=True)
        ],
        "pairs": choose_pairs(features, pairs, taste=taste, seed=seed),
    }
    text = json.dumps(data, ensure_ascii=False).replace("<", "\\u003c")
    template = Template((Path(__file__).parent / "page.html").read_text("utf-8"))
    return template.substitute(data=text, medium=medium.name)


def _shown(work: Artwork, medium: Medium) -> str:
    """A work as its medium shows it on a page, with its picture and its sound inside."""
    files: dict[str, str] = {}
    with TemporaryDirectory() as folder:
        for suffix, kind in _SOUNDS.items():
            if suffix in medium.writes and not files:
                files.update(_sound(work, medium, Path(folder) / f"work{suffix}", kind))
    picture = io.BytesIO()
    medium.preview(work, width=_WIDTH).convert("RGB").save(picture, "JPEG", quality=86)
    files[".png"] = _inside(picture.getvalue(), "image/jpeg")
    return medium.html(work, files)


def _sound(work: Artwork, medium: Medium, path: Path, kind: str) -> Mapping[str, str]:
    """The file of a work that can be heard; none where it cannot be written here."""
    try:
        medium.save(work, path)
    except ArtwrightError:
        return {}
    return {path.suffix: _inside(path.read_bytes(), kind)}


def _inside(data: bytes, kind: str) -> str:
    return f"data:{kind};base64,{base64.b64encode(data).decode()}"
