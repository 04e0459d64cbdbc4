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


@literature.command()
@click.argument("word")
@click.option("--theme", default="", help="Words: those nearest to them in meaning come first.")
@click.option("--syllables", default=0, type=click.IntRange(0, 8), help="English: only words of so many.")
@click.option("--stress", default="", metavar="01", help="English: only words stressed so; 1 strong, 0 weak.")
@click.option("--count", default=24, show_default=True, type=click.IntRange(1, 500), help="Words of each kind.")
@_json
def rhymes(word: str, theme: str, syllables: int, stress: str, count: int, as_json: bool) -> None:
    """List what rhymes with a word, full and near, the commonest first.

    A Chinese word is taken by its last character: the characters of its Pingshui groups, and words that end in them.
    """
    from ...core.commands.printing import echo_json, show
    from .workshop.rhymes import find_rhymes
    from .workshop.showing import rhyme_lines

    found = find_rhymes(word, theme=theme, syllables=syllables, stress=stress, most=count)
    if as_json:
        echo_json(found.to_dict())
        return
    for line in rhyme_lines(found):
        show(line)


@literature.command()
@click.argument("line")
@_language
@click.option("--count", default=5, show_default=True, type=click.IntRange(1, 50), help="Works that are named.")
@_json
def whose(line: str, language: str, count: int, as_json: bool) -> None:
    """Say in which known works a line stands already, whole, nearly or in part.

    Compared are the indexes that ship: some 90,000 works of both languages, by characters or words without marks.
    """
    from ...core.commands.printing import echo_json, show
    from ...core.words.language import detect_language
    from .workshop.showing import source_lines
    from .workshop.whose import find_sources

    found = find_sources(line, detect_language(line) if language == "auto" else language, most=count)
    if as_json:
        echo_json(found.to_dict())
        return
    for row in source_lines(found):
        show(row)


@literature.command()
@click.argument("file")
@click.option("--line", required=True, type=click.IntRange(min=1), help="The line to mend, as `check` counts them.")
@click.option(
    "--place", default=0, type=click.IntRange(min=0), help="A character or word to replace, whatever is wrong."
)
@click.option("--form", default="", help="What the poem means to be; found if not given.")
@_language
@_json
@click.pass_context
def mend(ctx: click.Context, file: str, line: int, place: int, form: str, language: str, as_json: bool) -> None:
    """Replace what is wrong in a line by what keeps the form and fits the poem best.

    FILE is a text, a work of the library, or `-`. Several proposals are listed; the first stands in the line.
    """
    from ...core.commands.printing import echo_json, show
    from ...core.commands.session import studio_of
    from .workshop.mending import mend as mend_line
    from .workshop.showing import mended_lines

    studio = studio_of(ctx)
    found = mend_line(_open_text(studio, file, language), line, studio.context(), place=place, form=form)
    if as_json:
        echo_json(found.to_dict())
        return
    for row in mended_lines(found):
        show(row)


@literature.command()
@click.argument("line")
@click.option("--count", default=3, show_default=True, type=click.IntRange(1, 20), help="Answers that are shown.")
@click.option("--seed", type=int, default=None, help="Random seed: same seed, same answers. Random if not given.")
@_json
@click.pass_context
def answer(ctx: click.Context, line: str, count: int, seed: int | None, as_json: bool) -> None:
    """Answer the first half of a couplet: a Chinese one (对联) of 3 to 11 characters by opposed tones and words of a kind, an
    English line by one in its metre that rhymes.
    """
    import secrets

    from ...core.commands.printing import echo_json, show
    from ...core.commands.session import studio_of
    from ...core.theme import find_language
    from .workshop.answering import answer_couplet
    from .workshop.answering_en import answer_line
    from .workshop.showing import answer_lines

    seed = secrets.randbelow(2**31) if seed is None else seed
    chosen = answer_couplet if find_language(line) == "zh" else answer_line
    found = chosen(line, studio_of(ctx).context(seed=seed), most=count)
    if as_json:
        echo_json({"line": line, "seed": seed, "answers": [one.to_dict() for one in found]})
        return
    for row in answer_lines(found):
        show(row)
