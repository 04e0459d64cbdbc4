"""What a piece has made, handed on in one file: a picture book, a sheet of all works, a table of how they were made, an
archive. All are made from the piece's folder and its manifest alone; equal folders give equal files.
"""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import ArtwrightError, InputError
from ..files import check_output, write_bytes
from .book import book
from .made import Made, put, read_folder

if TYPE_CHECKING:
    from PIL.Image import Image

    from ..artwork import Artwork
    from ..studio import Studio

__all__ = ["export"]

_COLUMNS = 4
_CELL, _GAP = 360, 24
SUFFIXES = (".csv", ".epub", ".jpg", ".png", ".zip")


def export(studio: Studio, folder: Path, target: Path, *, force: bool = False) -> None:
    """Write what a piece made as one file, by its suffix: .csv, .epub, .zip, or a sheet of all works as .png or .jpg.

    Raises InputError for another suffix or folder, OutputError if the file is there or cannot be written.
    """
    suffix = target.suffix.lower()
    if suffix not in SUFFIXES:
        raise InputError(f"{target.name!r} cannot be made of a piece; there are: {', '.join(SUFFIXES)}")
    check_output(target, force=force)
    made = read_folder(folder)
    if suffix == ".csv":
        data = _table(made).encode("utf-8")
    elif suffix == ".zip":
        data = _archive(made)
    elif suffix == ".epub":
        data = book(made, studio)
    else:
        data = _sheet(made, studio, "PNG" if suffix == ".png" else "JPEG")
    write_bytes(target, data)


# ---------------------------------------------------------------------- a table


def _table(made: Made) -> str:
    """A row for each step, a column for each thing that any of them was made with."""
    head = ["step", "operation", "medium", "title", "work", "files", "seconds", "model", "theme", "style", "seed"]
    rows = [_table_row(step) for step in made.steps]
    head += sorted({name for row in rows for name in row} - set(head))
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, head, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def _table_row(step: Mapping[str, Any]) -> dict[str, Any]:
    provenance = step.get("provenance") or {}
    row = {key: step.get(key, "") for key in ("step", "operation", "medium", "title", "work", "seconds")}
    row |= {"files": " ".join(step["files"]), "model": provenance.get("model", "")}
    row |= {"theme": (provenance.get("theme") or {}).get("text", ""), "style": provenance.get("style") or ""}
    row["seed"] = provenance.get("seed", "")
    for kind in ("options", "originality"):
        for name, value in (provenance.get(kind) or {}).items():
            row[f"{kind}.{name}"] = json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else value
    return {name: _harmless(value) for name, value in row.items()}


def _harmless(value: Any) -> Any:
    """A text that no spreadsheet takes for a formula."""
    return f"'{value}" if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r") else value


# ---------------------------------------------------------------------- an archive


def _archive(made: Made) -> bytes:
    names = ["manifest.json", *(n for step in made.steps for n in step["files"])]
    names += [made.manifest["page"]] if made.manifest.get("page") else []
    beside = [f"{name}.artwright.json" for name in names if (made.folder / f"{name}.artwright.json").is_file()]
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in dict.fromkeys([*names, *beside]):
            put(archive, f"{made.manifest['piece']}/{name}", (made.folder / name).read_bytes())
    return data.getvalue()


# ---------------------------------------------------------------------- a sheet


def _sheet(made: Made, studio: Studio, kind: str) -> bytes:
    """All works as small pictures, each with the name of its step. Raises InputError if there is none."""
    from PIL import Image, ImageDraw

    from ..fonts import drawable, pil_font

    cells = [(str(row["title"] or row["step"]), _small(studio, work)) for row, _, work in made.works(studio)]
    shown = [(text, picture) for text, picture in cells if picture is not None]
    if not shown:
        raise InputError("the piece has no work that can be shown")
    columns = min(_COLUMNS, len(shown))
    rows = [shown[first : first + columns] for first in range(0, len(shown), columns)]
    heights = [max(picture.height for _, picture in row) + 3 * _GAP for row in rows]
    sheet = Image.new("RGB", (columns * (_CELL + _GAP) + _GAP, sum(heights) + _GAP), "white")
    draw, font, top = ImageDraw.Draw(sheet), pil_font(20), _GAP
    for row, height in zip(rows, heights, strict=True):
        for number, (text, picture) in enumerate(row):
            left = _GAP + number * (_CELL + _GAP) + (_CELL - picture.width) // 2
            sheet.paste(picture, (left, top + height - 3 * _GAP - picture.height))
            middle = _GAP + number * (_CELL + _GAP) + _CELL // 2
            draw.text(
                (middle, top + height - 2.6 * _GAP), _short(draw, drawable(text), font), "#333", font, anchor="ma"
            )
        top += height
    data = io.BytesIO()
    sheet.save(data, kind, quality=92)
    return data.getvalue()


def _small(studio: Studio, work: Artwork) -> Image | None:
    try:
        picture = studio.registry.medium(work.medium).preview(work, width=_CELL).convert("RGB")
    except ArtwrightError:
        return None
    picture.thumbnail((_CELL, _CELL))
    return picture


def _short(draw: Any, text: str, font: Any) -> str:
    """A text that fits a cell."""
    while len(text) > 1 and draw.textlength(text, font=font) > _CELL:
        text = text[:-2] + "…"
    return text
