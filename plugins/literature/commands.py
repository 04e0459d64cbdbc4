"""Commands of literature beside those that every medium has: the poet's workshop."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from ...core.artwork import Text
    from ...core.studio import Studio

__all__ = ["literature"]

_json = click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout, nothing else.")
_language = click.option(
    "--language", type=click.Choice(["auto", "en", "zh"]), default="auto", show_default=True, help="Of the text."
)


@click.group()
def literature() -> None:
    """Joins the medium's own group."""


def _open_text(studio: Studio, place: str, language: str) -> Text:
    """The poem in a file, on standard input or in the library, in the language that was told."""
    from dataclasses import replace

    from ...core.artwork import Text
    from ...core.commands.inputs import open_work

    work = open_work(studio, place, studio.registry.medium("literature"))
    text = work.payload
    assert isinstance(text, Text)
    return text if language == "auto" else replace(text, language=language)


@literature.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("--form", default="", help="What the poem means to be: qijue, 浣溪沙, sonnet ...; found if not given.")
@_language
@_json
@click.pass_context
def check(ctx: click.Context, files: tuple[str, ...], form: str, language: str, as_json: bool) -> None:
    """Name the faults of a poem, each with its place, its rule and a remedy.

    FILE is a text, a work of the library, or `-` for standard input. Ends with 1 if a poem has a fault.
    """
    from ...core.commands.inputs import use_files
    from ...core.commands.printing import show
    from ...core.commands.session import studio_of
    from .workshop.check import check as check_text
    from .workshop.showing import lines_of

    studio = studio_of(ctx)
    kept: list[bool] = []

    def use(file: str) -> dict[str, Any]:
        text = _open_text(studio, file, language)
        verdict = check_text(text, form)
        kept.append(verdict.kept)
        if not as_json:
            if len(files) > 1 or text.title:
                show(text.title or file)
            for line in lines_of(verdict):
                show(line)
        return {"title": text.title, **verdict.to_dict()}

    use_files(files, use, as_json=as_json, name="poems")
    if not all(kept):
        ctx.exit(1)
