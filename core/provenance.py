"""How a work came to be, checked: is it still what its manifest says, and can it be made again?

A file's manifest is what its medium embeds: the `Provenance` of the work, with the work's id, a hash of its content, and
in a format with loss (JPEG, MP3) the hash of what the file holds instead. A file whose content hashes to one of them is
untouched. After an edit or another saving it does not, and the verdict says so without guessing which of the two it
was. A manifest proves nothing of who wrote it, unless it is sealed (`core.marks.seals`).
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping
from functools import cached_property
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .artwork import Artwork, Provenance, shorten_id
from .errors import FormatError, InputError, UnknownName, UsageError
from .files import sha256_file
from .marks.verdict import judge_seal
from .places import replayed_options

if TYPE_CHECKING:
    from PIL.Image import Image

    from .artwork import Medium
    from .manifest import Manifest
    from .marks.keys import KeyRing
    from .studio import Studio
    from .style import Style

__all__ = ["pack_mask", "replay", "unpack_mask", "verify", "verify_beside"]

_LONGEST_MASK = 500_000  # readers of PNG refuse texts of more than a megabyte


def verify(
    artwork: Artwork, medium: Medium | None = None, *, path: Path | None = None, ring: KeyRing | None = None
) -> dict[str, Any]:
    """The verdict on a loaded work, as plain JSON.

    verdict: "unchanged" (the file holds what its manifest was written for), "changed" (it does not: edited, or saved
    anew with loss; of a signed file any byte), "forged" (it is not what its key signed), "unnamed" (the manifest names no id)
    or "no manifest". explanation: a sentence. proof: what this
    proves of who made it. id: of the content as it is; recorded_id: of the manifest; then who made it, when, from what
    and how far it is from what was learned. medium: the work's, which knows an untouched file of a format with loss; path: the
    file, to check its seal, by the keys of `ring`; more of a seal in `marks.verdict.judge_seal`.
    """
    verdict_row: dict[str, Any] = {"verdict": "", "explanation": "", "id": artwork.id}
    about = {"medium": artwork.medium, "title": artwork.title}
    provenance = artwork.provenance
    if provenance is None or (provenance.operation == "load" and provenance.seal is None):
        explanation = "the file carries no manifest of artwright: nothing is known of how it came to be"
        if artwork.remarks:
            explanation = f"nothing is known of how the file came to be: {artwork.remarks[0]}"
        return {**verdict_row, "verdict": "no manifest", "explanation": explanation, **about}
    if not provenance.id:
        verdict, explanation = (
            "unnamed",
            "the manifest does not say which content it was written for, so no change can be seen",
        )
    elif provenance.id == artwork.id:
        verdict, explanation = "unchanged", "the content is exactly what the manifest was written for"
    elif provenance.file_id and medium is not None and provenance.file_id == medium.file_id(artwork.payload):
        verdict, explanation = "unchanged", "the file is as it was written; its format keeps the work with loss"
    else:
        verdict = "changed"
        explanation = "the content is not what the manifest was written for: it was edited, or saved anew with loss"
    same = None if verdict == "unnamed" else verdict == "unchanged"
    return {
        **verdict_row,
        "verdict": verdict,
        "explanation": explanation,
        **judge_seal(provenance.seal, path, ring, same_content=same),
        "recorded_id": provenance.id,
        **about,
        **_told(provenance),
    }


def verify_beside(path: Path, manifest: Manifest, ring: KeyRing) -> dict[str, Any]:
    """The verdict on a file that no medium reads, by the manifest beside it: only a seal can tell whether it is unchanged."""
    provenance = manifest.provenance or Provenance(operation="load", medium=manifest.medium)
    return {
        "verdict": "unnamed",
        "explanation": "files of this kind are not read, so no change can be seen in one that is not signed",
        **judge_seal(provenance.seal, path, ring, same_content=None),
        "recorded_id": manifest.id,
        "medium": manifest.medium,
        "title": manifest.title,
        **_told(provenance),
    }


def _told(provenance: Provenance) -> dict[str, Any]:
    """What a manifest says of its work, for people."""
    by = (
        f"{provenance.plugin}:{provenance.model}"
        if provenance.plugin and provenance.model
        else provenance.model or provenance.plugin
    )
    return {
        "operation": provenance.operation,
        "made_by": by,
        "plugin_version": provenance.plugin_version,
        "artwright_version": provenance.artwright_version,
        "created": provenance.created,
        "theme": (provenance.theme or {}).get("text", ""),
        "style": provenance.style or "",
        "seed": provenance.seed,
        "options": dict(provenance.options),
        "made_from": list(provenance.parents),
        "originality": dict(provenance.originality) if provenance.originality else {},
    }


def replay(studio: Studio, original: Artwork, *, files: Iterable[Path] = ()) -> Artwork:
    """Make a work again as its manifest says, from the library's works where it was made from others.

    files: works and files it was made from, where the library has them not (any more). Nothing else is read, whatever the
    manifest says, and nothing is written: the result is not kept, and it has the original's id if the same version of the
    model runs on it. Raises InputError if the manifest does not hold enough, UnknownName if the model or a work it was
    made from is not here.
    """
    provenance = original.provenance
    if (
        provenance is None
        or provenance.operation not in ("generate", "transfer_style", "restore")
        or not provenance.model
    ):
        reason = (
            f"its manifest says {provenance.operation!r} by model {provenance.model!r}"
            if provenance
            else "it carries no manifest"
        )
        raise InputError(
            f"this work cannot be made again: {reason}; works of generate, transfer_style and restore can be, by "
            f"the model they name"
        )
    model = f"{provenance.plugin}:{provenance.model}" if provenance.plugin else provenance.model
    _check_whole(provenance)
    given, named = _Given(studio, files), _named_ids(provenance)
    _, spec = studio.model(original.medium, model, provenance.operation)
    if spec.remote:
        raise InputError(
            f"this work cannot be made again: {provenance.model!r} is asked over a network, which is never done for a manifest; "
            f"a new one is made by `artwright {original.medium} generate -m {provenance.model}`"
        )
    asked: dict[str, Any] = {
        "model": model,
        "options": given.options(replayed_options(spec.options_type(), provenance.options)),
        "seed": provenance.seed,
        "keep": False,
    }
    if provenance.operation == "generate":
        from .theme import Theme

        theme = Theme.from_dict(provenance.theme or {})
        sources = provenance.sources or tuple(i for i in provenance.parents if i != theme.source and i not in named)
        works = {id_: given.work(id_) for id_ in (*sources, *named)}
        again = studio.generate(
            original.medium,
            theme,
            style=_style(provenance.style, works),
            sources=[works[id_] for id_ in sources],
            novelty=_number(provenance.notes.get("novelty")),
            **asked,
        )
    else:
        works = {id_: given.work(id_) for id_ in (provenance.parents[0], *named)}
        work = works[provenance.parents[0]]
        if provenance.operation == "transfer_style":
            style, strength = _style(provenance.style, works), _number(provenance.notes.get("strength"))
            assert style is not None
            again = studio.transfer_style(work, style, strength=1.0 if strength is None else strength, **asked)
        else:
            region, mask = provenance.notes.get("region"), unpack_mask(provenance.notes.get("mask"))
            again = studio.restore(work, region=str(region) if region else None, mask=mask, **asked)
    return again.with_(title=original.title) if again.id == original.id else again


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) else None


def _check_whole(provenance: Provenance) -> None:
    """Raise InputError if a manifest lacks what its operation needs."""
    lacking = ""
    if provenance.operation == "generate":
        lacking = "" if provenance.theme else "holds no theme"
    elif not provenance.parents:
        lacking = f"does not name the work that {provenance.operation} was done on"
    elif provenance.operation == "transfer_style" and not provenance.style:
        lacking = "names no style"
    if lacking:
        raise InputError(f"this work cannot be made again: its manifest {lacking}")


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


class _Given:
    """What a work may be made from: the files that were named, and works of the library by their full ids."""

    def __init__(self, studio: Studio, files: Iterable[Path]) -> None:
        self.studio, self.files = studio, tuple(files)

    @cached_property
    def works(self) -> dict[str, Artwork]:
        """Works in the files, by id."""
        works = {}
        for path in self.files:
            try:
                work = self.studio.load(path)
            except (FormatError, UnknownName):  # a plan, say: it is no work, but may be an input
                continue
            works[work.id] = work
        return works

    @cached_property
    def contents(self) -> dict[str, bytes]:
        """Contents of the files, by SHA-256."""
        return {sha256_file(path): path.read_bytes() for path in self.files if path.is_file()}

    def work(self, id_: str) -> Artwork:
        if id_ in self.works:
            return self.works[id_]
        try:
            return self.studio.library.work(id_)
        except UnknownName as error:
            raise UsageError(
                f"this work was made from {id_.removeprefix('sha256:')[:12]}, which is not in the library; give it with "
                f"--from FILE, or add it with `artwright works add FILE`"
            ) from error

    def options(self, recorded: Mapping[str, Any]) -> dict[str, Any]:
        """Options with the contents of inputs that the manifest holds the hash of, where they were given."""
        options = dict(recorded)
        for name, value in recorded.items():
            if isinstance(value, Mapping) and (data := self.contents.get(str(value.get("sha256")))) is not None:
                options[name] = {"name": value.get("name"), "base64": b64encode(data).decode("ascii")}
        return options


def _named_ids(provenance: Provenance) -> list[str]:
    """Ids of the parents that the style names."""
    from .style import Style

    names = {name for name, _ in Style.parse(provenance.style).names} if provenance.style else set()
    return [id_ for id_ in provenance.parents if shorten_id(id_) in names]


def _style(text: str | None, works: Mapping[str, Artwork]) -> Style | None:
    """The style of a manifest: its names, and the works whose short ids stand in it."""
    if not text:
        return None
    from .style import Style

    parsed = Style.parse(text)
    by_name = {work.short_id: work for work in works.values()}
    names = [(name, weight) for name, weight in parsed.names if name not in by_name]
    references = [(by_name[name], weight) for name, weight in parsed.names if name in by_name]
    return Style.mix(names, references)
