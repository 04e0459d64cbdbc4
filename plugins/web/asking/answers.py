"""What is told and shown of a work: facts as plain JSON, a picture, its file in another format."""

from __future__ import annotations

import tempfile
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ....core.artwork import Text
from ....core.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from PIL.Image import Image as Picture

    from ....core.artwork import Artwork
    from ....core.registry import ModelSpec
    from ....core.studio import Studio

__all__ = ["entry_facts", "facts", "model_row", "picture", "png", "written"]


def facts(studio: Studio, work: Artwork) -> dict[str, Any]:
    """A work in words and figures: ids, text, how it was made, how far it is from what was learned."""
    made = work.provenance
    row: dict[str, Any] = {
        "id": work.id,
        "short_id": work.short_id,
        "medium": work.medium,
        "title": work.title,
        "text": studio.registry.medium(work.medium).describe(work),
        "remarks": list(work.remarks or (made.remarks if made else ())),
    }
    if made is not None:
        row |= {
            "operation": made.operation,
            "model": made.model,
            "plugin": made.plugin,
            "seed": made.seed,
            "theme": str((made.theme or {}).get("text") or ""),
            "style": made.style,
            "options": dict(made.options),
            "parents": list(made.parents),
            "score": made.score,
            "unused": list(made.unused),
            "originality": _originality(made.originality),
        }
    return row


def entry_facts(row: Mapping[str, Any]) -> dict[str, Any]:
    """A line of the library (`Library.entries`) without places of this computer."""
    made = row.get("provenance") if isinstance(row.get("provenance"), dict) else {}
    theme = (made or {}).get("theme")
    return {
        "id": row["id"],
        "medium": row["medium"],
        "title": row["title"],
        "added": row["added"],
        "operation": (made or {}).get("operation") or "",
        "model": (made or {}).get("model") or "",
        "style": (made or {}).get("style"),
        "seed": (made or {}).get("seed"),
        "theme": str(theme.get("text") or "") if isinstance(theme, dict) else "",
    }


def model_row(name: str, owner: str, spec: ModelSpec) -> dict[str, Any]:
    """A model in a list."""
    return {
        "model": name,
        "plugin": owner,
        "medium": spec.medium,
        "summary": spec.summary,
        "operations": sorted(spec.operations),
        "default_for": sorted(spec.default_for),
    }


def _originality(report: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """The report with the sentence that tells it."""
    from ....core.errors import FormatError
    from ....core.originality import Originality

    if report is None:
        return None
    try:
        return {**report, "said": Originality.from_dict(report).tell()}
    except FormatError:
        return None


def picture(studio: Studio, work: Artwork, *, width: int) -> Picture | None:
    """The work as a picture of at most `width` pixels across: what its medium writes as PNG (an engraved score), else
    its preview; None for a text, which is read.
    """
    from PIL import Image

    if isinstance(work.payload, Text):
        return None
    try:
        image: Image.Image = Image.open(BytesIO(written(studio, work, ".png")))
        image.load()
    except InputError:
        image = studio.registry.medium(work.medium).preview(work, width=width)
    if image.mode not in ("RGB", "RGBA", "L"):
        image = image.convert("RGB")
    image.thumbnail((width, 4 * width))
    return image


def png(image: Picture) -> bytes:
    """A picture as a file, without what it says of itself."""
    out = BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def written(studio: Studio, work: Artwork, suffix: str) -> bytes:
    """The work as a file of a suffix that its medium writes. Raises InputError where it writes none, or not here."""
    from ....core.holdings import check_suffix

    medium = studio.registry.medium(work.medium)
    with tempfile.TemporaryDirectory(prefix="artwright-") as folder:
        file = Path(folder) / f"work{suffix}"
        check_suffix(medium, file)
        medium.save(work, file)
        return file.read_bytes()
