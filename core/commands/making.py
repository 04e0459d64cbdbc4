"""The commands of a medium that make something: generate, transfer-style, restore, inspire."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..errors import UnknownName
from ..seeds import check_seed
from ..style import Style
from .inputs import is_there, open_work, read_theme
from .outputs import plan_outputs, write_work
from .parameters import marks_options, output_option, theme_argument, theme_option, work_argument
from .printing import note, show
from .verbs import Call, verb

if TYPE_CHECKING:
    from ..artwork import Artwork, Medium
    from ..studio import Studio

__all__ = ["generate", "inspire", "restore", "transfer_style"]


@click.command()
@theme_argument
@theme_option
@click.option("--style", metavar="STYLE|FILE", help="A name, a mix (a:0.7+b:0.3), or a work; see `artwright styles`.")
@click.option("--from", "sources", multiple=True, metavar="FILE", help="A work to build on (repeatable).")
@click.option(
    "--count",
    type=click.IntRange(1, 1000),
    default=1,
    show_default=True,
    help="How many works, with seeds one after another.",
)
@click.option(
    "--candidates",
    type=click.IntRange(1, 64),
    default=1,
    show_default=True,
    help="Make this many, keep the best.",
)
@click.option(
    "--novelty", type=float, metavar="0..1", help="From imitation, 0, to innovation, 1; copies are made again."
)
@click.option("--strict-originality", is_flag=True, help="Refuse a work that is a copy of a known one.")
@click.option(
    "--output",
    metavar="FILE",
    help="Where to write: a file, a name with {seed}, {number} or %03d in it, a folder, or `-` for standard output.",
)
@marks_options
@verb()
def generate(
    call: Call,
    theme: str | None,
    theme_from: str | None,
    style: str | None,
    sources: tuple[str, ...],
    count: int,
    candidates: int,
    novelty: float | None,
    strict_originality: bool,
    output: str | None,
) -> dict[str, Any]:
    studio, medium = call.studio, call.medium
    first = secrets.randbits(31) if call.seed is None else check_seed(call.seed)
    check_seed(first + count - 1)
    targets = plan_outputs(studio, medium, output, count=count, seed=first, force=call.force, as_json=call.as_json)
    works = [open_work(studio, source) for source in sources]
    about = works[0] if works and theme is None and theme_from is None else read_theme(studio, theme, theme_from)
    style_source = _style_source(studio, medium, style)
    if call.asked["model"] is None:
        _tell_own(studio, medium)
    rows = []
    for number, target in enumerate(targets):
        asked = {**call.asked, "seed": first + number}
        work = studio.generate(
            medium.name,
            about,
            style=style_source,
            sources=works,
            candidates=candidates,
            novelty=novelty,
            strict_originality=strict_originality,
            **asked,
        )
        rows.append(write_work(studio, medium, work, target, force=call.force, as_json=call.as_json))
    return rows[0] if count == 1 else {"works": rows}


@click.command()
@work_argument
@click.option(
    "--style",
    "styles",
    required=True,
    multiple=True,
    metavar="STYLE|FILE",
    help="A name, a mix, or a work (repeatable).",
)
@click.option(
    "--strength",
    type=float,
    default=1.0,
    show_default=True,
    help="0 leaves the work as it is, 1 goes all the way.",
)
@output_option
@marks_options
@verb()
def transfer_style(
    call: Call, file: Path, styles: tuple[str, ...], strength: float, output: str | None
) -> dict[str, Any]:
    def restyle(work: Artwork) -> Artwork:
        style = _mixed(call.studio, call.medium, styles)
        return call.studio.transfer_style(work, style, strength=strength, **call.asked)

    return _remake(call, file, output, restyle)


@click.command()
@work_argument
@click.option(
    "--region", metavar="REGION", help="The part, in the words of the medium; what is found damaged if not given."
)
@click.option("--mask", metavar="FILE", help="A picture, white where to mend.")
@output_option
@marks_options
@verb()
def restore(call: Call, file: Path, region: str | None, mask: str | None, output: str | None) -> dict[str, Any]:
    def mend(work: Artwork) -> Artwork:
        return call.studio.restore(work, region=region, mask=Path(mask) if mask is not None else None, **call.asked)

    return _remake(call, file, output, mend)


@click.command()
@theme_argument
@theme_option
@click.option("--count", type=click.IntRange(1, 100), default=5, show_default=True, help="How many ideas.")
@verb(force=False)
def inspire(call: Call, theme: str | None, theme_from: str | None, count: int) -> dict[str, Any]:
    about = read_theme(call.studio, theme, theme_from)
    ideas = call.studio.inspire(call.medium.name, about, count=count, **call.asked)
    if not call.as_json:
        for idea in ideas:
            show(f"{idea.kind}: {idea.text}")
    return {"ideas": [{"kind": i.kind, "text": i.text, "data": dict(i.data)} for i in ideas]}


def _tell_own(studio: Studio, medium: Medium) -> None:
    """Say that the person's list has models that could write this, where none was ever chosen for the medium."""
    from ..pretrained.own_models import read_models
    from .model_rows import served_by

    kinds = medium.kinds()
    if not kinds:  # what a model of the list writes is known of words alone
        return
    own = read_models(studio.home)
    if any(place.partition(":")[0] == medium.name for place in own.defaults):
        return
    able = [n for n, m in own.models.items() if "generate" in served_by(studio.registry, m.source).get(medium.name, ())]
    if able:
        place = f"{medium.name}:{'|'.join(kinds)}"
        note(
            f"note: your list has {', '.join(sorted(able)[:3])}, taken with -m; `artwright models default {place} NAME` makes "
            f"one the model that writes, or NAME a built-in one to hear no more of it"
        )


def _remake(call: Call, file: Path, output: str | None, remake: Callable[[Artwork], Artwork]) -> dict[str, Any]:
    """What is made of the work in a file, written; its place is checked before."""
    studio, medium = call.studio, call.medium
    target = plan_outputs(studio, medium, output, count=1, seed=call.seed, force=call.force, as_json=call.as_json)[0]
    work = remake(open_work(studio, file, medium))
    return write_work(studio, medium, work, target, force=call.force, as_json=call.as_json)


def _style_source(studio: Studio, medium: Medium, style: str | None) -> str | Path | None:
    """A style as it is asked for: a name goes before a file that happens to be called so."""
    if style is None or not is_there(Path(style)) or not Path(style).is_file():
        return style
    try:
        return studio.style_name(medium.name, style)
    except UnknownName:
        return Path(style)


def _mixed(studio: Studio, medium: Medium, styles: tuple[str, ...]) -> Style | str | Path:
    """One style out of names, mixes and files, in equal parts."""
    sources = [_style_source(studio, medium, style) or style for style in styles]
    if len(sources) == 1:
        return sources[0]
    names = [part for source in sources if isinstance(source, str) for part in Style.parse(source).names]
    references = [(studio.load(source, medium.name), 1.0) for source in sources if isinstance(source, Path)]
    return Style.mix(names, references)
