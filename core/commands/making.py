"""The commands of a medium that make something: generate, transfer-style, restore, inspire."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..errors import UnknownName
from .common import echo_json, show, studio_of
from .flags import given_options
from .inputs import is_there, open_work, read_theme
from .outputs import plan_outputs, write_work
from .parameters import FORCE, JSON, MODEL, OUTPUT, PAIRS, SEED, THEME, THEME_FROM, WORK, Built

if TYPE_CHECKING:
    from ..artwork import Medium
    from ..studio import Studio
    from ..style import Style

__all__ = ["OPERATIONS"]


def _generate(medium: Medium) -> Built:
    parameters: list[click.Parameter] = [
        THEME,
        THEME_FROM,
        click.Option(
            ["--style", "style"],
            metavar="STYLE|FILE",
            help="A name, a mix (a:0.7+b:0.3), or a work; see `artwright styles`.",
        ),
        click.Option(["--from", "sources"], multiple=True, metavar="FILE", help="A work to build on (repeatable)."),
        MODEL,
        PAIRS,
        SEED,
        click.Option(
            ["--count", "count"],
            type=click.IntRange(1, 1000),
            default=1,
            show_default=True,
            help="How many works, with seeds one after another.",
        ),
        click.Option(
            ["--candidates", "candidates"],
            type=click.IntRange(1, 64),
            default=1,
            show_default=True,
            help="Make this many, keep the best.",
        ),
        click.Option(
            ["--output", "output"],
            metavar="FILE",
            help="Where to write: a file, a name with {seed}, {number} or %03d in it, a folder, or `-` for standard "
            "output.",
        ),
        FORCE,
        JSON,
    ]

    def run(
        ctx: click.Context,
        /,
        theme: str | None,
        theme_from: str | None,
        style: str | None,
        sources: tuple[str, ...],
        model: str | None,
        pairs: tuple[tuple[str, str], ...],
        seed: int | None,
        count: int,
        candidates: int,
        output: str | None,
        force: bool,
        as_json: bool,
        **values: Any,
    ) -> None:
        from ..seeds import check_seed

        studio = studio_of(ctx)
        first = secrets.randbits(31) if seed is None else check_seed(seed)
        check_seed(first + count - 1)
        targets = plan_outputs(studio, medium, output, count=count, seed=first, force=force, as_json=as_json)
        given = [open_work(studio, source) for source in sources]
        about = given[0] if given and theme is None and theme_from is None else read_theme(studio, theme, theme_from)
        rows = []
        for number, target in enumerate(targets):
            work = studio.generate(
                medium.name,
                about,
                model=model,
                style=_style_source(studio, medium, style),
                options=given_options(ctx, values, pairs),
                seed=first + number,
                sources=given,
                candidates=candidates,
                force=force,
            )
            rows.append(write_work(studio, medium, work, target, force=force, as_json=as_json))
        if as_json:
            echo_json(rows[0] if count == 1 else {"works": rows})

    return parameters, run


def _transfer(medium: Medium) -> Built:
    parameters: list[click.Parameter] = [
        WORK,
        click.Option(
            ["--style", "styles"],
            required=True,
            multiple=True,
            metavar="STYLE|FILE",
            help="A name, a mix, or a work (repeatable).",
        ),
        click.Option(
            ["--strength", "strength"],
            type=float,
            default=1.0,
            show_default=True,
            help="0 leaves the work as it is, 1 goes all the way.",
        ),
        MODEL,
        PAIRS,
        SEED,
        OUTPUT,
        FORCE,
        JSON,
    ]

    def run(
        ctx: click.Context,
        /,
        file: Path,
        styles: tuple[str, ...],
        strength: float,
        model: str | None,
        pairs: tuple[tuple[str, str], ...],
        seed: int | None,
        output: str | None,
        force: bool,
        as_json: bool,
        **values: Any,
    ) -> None:
        studio = studio_of(ctx)
        target = plan_outputs(studio, medium, output, count=1, seed=seed, force=force, as_json=as_json)[0]
        made = studio.transfer_style(
            open_work(studio, file, medium),
            _mixed(studio, medium, styles),
            strength=strength,
            model=model,
            options=given_options(ctx, values, pairs),
            seed=seed,
            force=force,
        )
        row = write_work(studio, medium, made, target, force=force, as_json=as_json)
        if as_json:
            echo_json(row)

    return parameters, run


def _restore(medium: Medium) -> Built:
    parameters: list[click.Parameter] = [
        WORK,
        click.Option(
            ["--region", "region"],
            metavar="REGION",
            help="The part, in the words of the medium; what is found damaged if not given.",
        ),
        click.Option(["--mask", "mask"], metavar="FILE", help="A picture, white where to mend."),
        MODEL,
        PAIRS,
        SEED,
        OUTPUT,
        FORCE,
        JSON,
    ]

    def run(
        ctx: click.Context,
        /,
        file: Path,
        region: str | None,
        mask: str | None,
        model: str | None,
        pairs: tuple[tuple[str, str], ...],
        seed: int | None,
        output: str | None,
        force: bool,
        as_json: bool,
        **values: Any,
    ) -> None:
        studio = studio_of(ctx)
        target = plan_outputs(studio, medium, output, count=1, seed=seed, force=force, as_json=as_json)[0]
        made = studio.restore(
            open_work(studio, file, medium),
            region=region,
            mask=Path(mask) if mask is not None else None,
            model=model,
            options=given_options(ctx, values, pairs),
            seed=seed,
            force=force,
        )
        row = write_work(studio, medium, made, target, force=force, as_json=as_json)
        if as_json:
            echo_json(row)

    return parameters, run


def _inspire(medium: Medium) -> Built:
    parameters: list[click.Parameter] = [
        THEME,
        THEME_FROM,
        click.Option(
            ["--count", "count"], type=click.IntRange(1, 100), default=5, show_default=True, help="How many ideas."
        ),
        MODEL,
        PAIRS,
        SEED,
        JSON,
    ]

    def run(
        ctx: click.Context,
        /,
        theme: str | None,
        theme_from: str | None,
        count: int,
        model: str | None,
        pairs: tuple[tuple[str, str], ...],
        seed: int | None,
        as_json: bool,
        **values: Any,
    ) -> None:
        studio = studio_of(ctx)
        ideas = studio.inspire(
            medium.name,
            read_theme(studio, theme, theme_from),
            model=model,
            count=count,
            options=given_options(ctx, values, pairs),
            seed=seed,
        )
        if as_json:
            echo_json({"ideas": [{"kind": i.kind, "text": i.text, "data": dict(i.data)} for i in ideas]})
            return
        for idea in ideas:
            show(f"{idea.kind}: {idea.text}")

    return parameters, run


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
    from ..style import Style

    sources = [_style_source(studio, medium, style) or style for style in styles]
    if len(sources) == 1:
        return sources[0]
    names = [part for source in sources if isinstance(source, str) for part in Style.parse(source).names]
    references = [(studio.load(source, medium.name), 1.0) for source in sources if isinstance(source, Path)]
    return Style.mix(names, references)


OPERATIONS = {"generate": _generate, "transfer_style": _transfer, "restore": _restore, "inspire": _inspire}
