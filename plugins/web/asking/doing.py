"""What was asked, done by a studio."""

from __future__ import annotations

import tempfile
from base64 import b64decode
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from ....core.errors import FormatError, InputError
from .options import check_options, lent_model
from .verbs import Analyze, Ask, Generate, Inspire, Making, Replay, Restore, TransferStyle

if TYPE_CHECKING:
    from PIL.Image import Image

    from ....core.artwork import Artwork
    from ....core.progress import Progress
    from ....core.requests import Analysis, Idea
    from ....core.studio import Studio
    from ....core.theme import Theme

__all__ = ["LARGEST_FILE", "bring", "check", "do", "replay_work"]

LARGEST_FILE = 16 << 20
"""Bytes of a file that is brought."""


def check(studio: Studio, medium: str, operation: str, ask: Ask) -> None:
    """Raise what `do` would, as far as it shows without a model: names, options, works. Nothing is made."""
    from ....core.options import parse_options

    studio.registry.medium(medium)
    if isinstance(ask, Replay):
        _work(studio, medium, ask.work)
        return
    given = cast("Making | Analyze", ask)
    _, spec = lent_model(studio, medium, given.model, operation)
    type_ = spec.options_type()
    options = check_options(type_, given.options)
    words = {name: value for name, value in options.items() if not isinstance(value, dict)}
    parse_options(type_, words, model=spec.name, operation=operation)
    if isinstance(ask, Generate | Inspire):
        _theme(studio, ask)
    if isinstance(ask, Generate | TransferStyle):
        _style(studio, medium, ask)
    if isinstance(ask, TransferStyle | Restore | Analyze):
        _work(studio, medium, ask.work)


def do(
    studio: Studio, medium: str, operation: str, ask: Ask, progress: Progress | None = None
) -> Artwork | Analysis | list[Idea]:
    """Do what is asked with a medium. Raises what the studio raises, UsageError for what is not lent."""
    studio.registry.medium(medium)
    if isinstance(ask, Replay):
        return replay_work(studio, ask.work)
    given = cast("Making | Analyze", ask)
    _, spec = lent_model(studio, medium, given.model, operation)
    common: dict[str, Any] = {
        "model": given.model,
        "options": check_options(spec.options_type(), given.options),
        "progress": progress,
    }
    if isinstance(ask, Analyze):
        work = _work(studio, medium, ask.work)
        return studio.analyze(work, explain=ask.explain, language=ask.language, **common)
    common["seed"] = cast("Making", ask).seed
    if isinstance(ask, Generate):
        return studio.generate(
            medium,
            _theme(studio, ask),
            style=_style(studio, medium, ask),
            sources=[studio.library.work(id_) for id_ in ask.sources],
            candidates=ask.candidates,
            novelty=ask.novelty,
            **common,
        )
    if isinstance(ask, TransferStyle):
        style = _style(studio, medium, ask)
        if style is None:
            raise InputError("the argument 'style' is missing: name a style, or a work with 'style_from'")
        return studio.transfer_style(_work(studio, medium, ask.work), style, strength=ask.strength, **common)
    if isinstance(ask, Restore):
        mask = None if ask.mask is None else _picture(ask.mask)
        return studio.restore(_work(studio, medium, ask.work), region=ask.region, mask=mask, **common)
    return studio.inspire(medium, _theme(studio, cast("Inspire", ask)), count=cast("Inspire", ask).count, **common)


def replay_work(studio: Studio, id_: str) -> Artwork:
    """A work of the library made again. Raises InputError for one that was brought, UsageError for one that names a model
    which is not lent: a manifest may come from anywhere.
    """
    from ....core.provenance import replay

    work = studio.library.work(id_)
    if work.provenance is None or work.provenance.operation == "load":
        raise InputError(
            f"the work {work.short_id} was brought, not made here; only works that artwright made can be made again"
        )
    made = work.provenance
    lent_model(studio, work.medium, f"{made.plugin}:{made.model}", made.operation)
    return replay(studio, work)


def bring(studio: Studio, name: str, data: bytes) -> Artwork:
    """Keep a file of somebody's own in the library, as a work of the medium that reads its suffix.

    Raises InputError for one of more than `LARGEST_FILE` bytes, UnknownName for a suffix that nobody reads, FormatError.
    """
    if len(data) > LARGEST_FILE:
        raise InputError(f"the file {name!r} is larger than {LARGEST_FILE >> 20} MiB; give a smaller one")
    suffix = Path(name).suffix.lower()
    medium = studio.registry.find_medium(suffix)
    with tempfile.TemporaryDirectory(prefix="artwright-") as folder:
        file = Path(folder) / f"work{suffix}"
        file.write_bytes(data)
        try:
            work = medium.load(file)
        except FormatError as error:
            raise FormatError(str(error).replace(file.name, Path(name).name)) from error
        studio.library.add_file(file, work)
    return work


def _work(studio: Studio, medium: str, id_: str) -> Artwork:
    work = studio.library.work(id_)
    if work.medium != medium:
        raise InputError(f"the work {work.short_id} is {work.medium}, not {medium}; name a work of {medium}")
    return work


def _theme(studio: Studio, ask: Generate | Inspire) -> Theme:
    if (ask.theme is None) == (ask.theme_from is None):
        raise InputError("give either 'theme', in words, or 'theme_from', the id of a work")
    return studio.theme(ask.theme if ask.theme is not None else studio.library.work(str(ask.theme_from)))


def _style(studio: Studio, medium: str, ask: Generate | TransferStyle) -> Any:
    """A style by name, or a work as a reference; None if there is none."""
    if ask.style and ask.style_from:
        raise InputError("give either 'style', a name, or 'style_from', the id of a work")
    if ask.style_from:
        return _work(studio, medium, ask.style_from)
    if not ask.style:
        return None
    from ....core.style import Style

    style = Style.parse(ask.style)
    return style.renamed({name: studio.style_name(medium, name) for name, _ in style.names})


def _picture(text: str) -> Image:
    from PIL import Image

    try:
        picture = Image.open(BytesIO(b64decode(text, validate=True)), formats=["PNG"])
        if picture.width * picture.height > 40_000_000:
            raise InputError(f"the mask has {picture.width} by {picture.height} pixels; 40 million are possible")
        picture.load()
    except (OSError, ValueError, SyntaxError) as error:
        raise InputError("the argument 'mask' is no PNG in base64") from error
    return picture
