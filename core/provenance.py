"""How a work came to be, checked: is it still what its manifest says, and can it be made again?

A file's manifest is what its medium embeds: the `Provenance` of the work, with the work's id, a hash of its content. A
file of a format without loss whose content hashes to that id is untouched. After a format with loss (JPEG, MP3) or an
edit it does not, and the verdict says so without guessing which of the two it was. A manifest proves nothing of
who wrote it.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from io import BytesIO
from typing import TYPE_CHECKING, Any

from .artwork import Artwork
from .errors import InputError, UnknownName, UsageError

if TYPE_CHECKING:
    from PIL.Image import Image

    from .studio import Studio
    from .style import Style

__all__ = ["pack_mask", "replay", "unpack_mask", "verify"]

_LONGEST_MASK = 500_000  # readers of PNG refuse texts of more than a megabyte


def verify(artwork: Artwork) -> dict[str, Any]:
    """The verdict on a loaded work, as plain JSON.

    verdict: "unchanged" (the content is what its manifest was written for), "changed" (it is not: edited, or saved
    with loss), "unnamed" (the manifest names no id) or "no manifest". explanation: a sentence. id: of the content
    as it is; recorded_id: of the manifest; then who made it, when, from what and how far it is from what was learned.
    """
    made = artwork.provenance
    if made is None:
        said = "the file carries no manifest of artwright: nothing is known of how it came to be"
        return {
            "verdict": "no manifest",
            "explanation": said,
            "id": artwork.id,
            "medium": artwork.medium,
            "title": artwork.title,
        }
    if not made.id:
        verdict, said = (
            "unnamed",
            "the manifest does not say which content it was written for, so changes cannot be seen",
        )
    elif made.id == artwork.id:
        verdict, said = "unchanged", "the content is exactly what the manifest was written for"
    else:
        verdict, said = (
            "changed",
            "the content is not what the manifest was written for: it was edited, or saved in a format with loss",
        )
    by = f"{made.plugin}:{made.model}" if made.plugin and made.model else made.model or made.plugin
    return {
        "verdict": verdict,
        "explanation": said,
        "id": artwork.id,
        "recorded_id": made.id,
        "medium": artwork.medium,
        "title": artwork.title,
        "operation": made.operation,
        "made_by": by,
        "plugin_version": made.plugin_version,
        "artwright_version": made.artwright_version,
        "created": made.created,
        "theme": (made.theme or {}).get("text", ""),
        "style": made.style or "",
        "seed": made.seed,
        "options": dict(made.options),
        "made_from": list(made.parents),
        "originality": dict(made.originality) if made.originality else {},
    }


def replay(studio: Studio, original: Artwork) -> Artwork:
    """Make a work again as its manifest says, from the library's works where it was made from others.

    The result has the original's id if the same version of the model runs on it. Raises InputError if the manifest
    does not hold enough, UnknownName if the model or a work it was made from is not here.
    """
    made = original.provenance
    if made is None or made.operation not in ("generate", "transfer_style", "restore") or not made.model:
        found = f"its manifest says {made.operation!r} by model {made.model!r}" if made else "it carries no manifest"
        raise InputError(
            f"this work cannot be made again: {found}; works of generate, transfer_style and restore can be, by "
            f"the model they name"
        )
    model = f"{made.plugin}:{made.model}" if made.plugin else made.model
    parents = [_parent(studio, id_) for id_ in made.parents]
    style, references = _style(made.style, parents)
    if made.operation == "generate":
        from .theme import Theme

        if not made.theme:
            raise InputError("this work cannot be made again: its manifest holds no theme")
        theme = Theme.from_dict(made.theme)
        sources = [p for p in parents if p.id != theme.source and p not in references]
        again = studio.generate(
            original.medium, theme, model=model, style=style, options=made.options, seed=made.seed, sources=sources
        )
    elif not parents:
        raise InputError(
            f"this work cannot be made again: its manifest does not name the work that {made.operation} was done on"
        )
    elif made.operation == "transfer_style":
        if style is None:
            raise InputError("this work cannot be made again: its manifest names no style")
        strength = float(made.notes.get("strength", 1.0))
        again = studio.transfer_style(
            parents[0], style, model=model, strength=strength, options=made.options, seed=made.seed
        )
    else:
        region, mask = made.notes.get("region"), unpack_mask(made.notes.get("mask"))
        again = studio.restore(
            parents[0],
            model=model,
            region=str(region) if region else None,
            mask=mask,
            options=made.options,
            seed=made.seed,
        )
    return again.with_(title=original.title) if again.id == original.id else again


def pack_mask(mask: Image | None) -> str | bool:
    """A mask as text for a manifest: its greys as a PNG in base64. False without one, True for one too rich to keep."""
    if mask is None:
        return False
    from PIL import Image as pil

    grey, file = mask.convert("L"), BytesIO()
    pure = sum(grey.histogram()[1:255]) == 0  # black and white alone need one bit a pixel
    (grey.convert("1", dither=pil.Dither.NONE) if pure else grey).save(file, "PNG", optimize=True)
    text = b64encode(file.getvalue()).decode("ascii")
    return text if len(text) <= _LONGEST_MASK else True


def unpack_mask(text: object) -> Image | None:
    """The inverse of `pack_mask`. Raises InputError where the manifest holds no mask though there was one, or a broken
    one.
    """
    if not text:
        return None
    if not isinstance(text, str):
        raise InputError("this work cannot be made again: it was mended under a mask, which its manifest does not hold")
    from PIL import Image as pil

    try:
        return pil.open(BytesIO(b64decode(text, validate=True)), formats=["PNG"]).convert("L")
    except (ValueError, OSError, pil.DecompressionBombError) as error:
        raise InputError(f"this work cannot be made again: the mask in its manifest is broken ({error})") from error


def _parent(studio: Studio, id_: str) -> Artwork:
    try:
        return studio.library.get(id_)
    except UnknownName as error:
        raise UsageError(
            f"this work was made from {id_.removeprefix('sha256:')[:12]}, which is not in the library; add it "
            f"(make it again) first"
        ) from error


def _style(text: str | None, parents: list[Artwork]) -> tuple[Style | None, list[Artwork]]:
    """The style of a manifest: its names, and the parents whose short ids stand in it."""
    if not text:
        return None, []
    from .style import Style

    parsed = Style.parse(text)
    by_id = {p.short_id: p for p in parents}
    names = [(name, weight) for name, weight in parsed.names if name not in by_id]
    references = [(by_id[name], weight) for name, weight in parsed.names if name in by_id]
    return Style.mix(names, references), [work for work, _ in references]
