"""`artwright feedback`: what people say of works, and the taste that is learned from it."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from io import BufferedReader, TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import click

from ..artwork import shorten_id
from ..errors import FormatError, InputError, UsageError
from ..feedback.entries import MAX_COMMENT, MAX_TAG, check_text
from ..files import atomic, check_output
from .comparing import compare, page
from .parameters import force_option, json_option, medium_option, user_option
from .printing import echo_json, note
from .session import pass_studio
from .taste import taste

if TYPE_CHECKING:
    from ..artwork import Artwork
    from ..feedback.store import Feedback
    from ..studio import Studio

__all__ = ["feedback"]


@click.group()
def feedback() -> None:
    """Rate works, say which is better, see what was learned.

    WORK is an id, the first digits of one (`artwright works` lists them), or a file. All of it stays on this computer.
    """


for _command in (compare, page, taste):
    feedback.add_command(_command)


@feedback.command()
@click.argument("work")
@click.argument("stars", type=click.IntRange(1, 5))
@user_option
@json_option
@pass_studio
def rate(studio: Studio, work: str, stars: int, user: str | None, as_json: bool) -> None:
    """Give a work 1 to 5 stars; a later rating of yours replaces the earlier one."""
    rated = studio.library.get(work)
    _show(studio.feedback.rate(rated, stars, user=user, features=_features(studio, rated)), as_json)


@feedback.command()
@click.argument("work")
@click.argument("other")
@user_option
@json_option
@pass_studio
def prefer(studio: Studio, work: str, other: str, user: str | None, as_json: bool) -> None:
    """Say that WORK is better than OTHER, a work of the same medium."""
    better, worse = studio.library.get(work), studio.library.get(other)
    preference = studio.feedback.prefer(
        better, worse, user=user, features=_features(studio, better), other_features=_features(studio, worse)
    )
    _show(preference, as_json)


@feedback.command()
@click.argument("work")
@click.argument("tags", nargs=-1, required=True)
@user_option
@json_option
@pass_studio
def tag(studio: Studio, work: str, tags: tuple[str, ...], user: str | None, as_json: bool) -> None:
    """Put TAGS on a work."""
    tagged = studio.library.get(work)
    _show_all([studio.feedback.tag(tagged, one, user=user) for one in tags], as_json)


@feedback.command()
@click.argument("work")
@click.argument("text")
@click.option("--at", "where", metavar="WHERE", help="The part that is meant: 'line 3', 'bar 7', 'the left hand'.")
@user_option
@json_option
@pass_studio
def comment(studio: Studio, work: str, text: str, where: str | None, user: str | None, as_json: bool) -> None:
    """Write a comment on a work; TEXT `-` is read from stdin. With --at it begins with the part in brackets."""
    commented = studio.library.get(work)
    said = _stdin() if text == "-" else text
    if where is not None:
        part = check_text("part of a work", " ".join(where.replace("[", "").replace("]", "").split()), MAX_TAG)
        said = f"[{part}] {check_text('comment', said.strip(), MAX_COMMENT)}"
    _show(studio.feedback.comment(commented, said, user=user), as_json)


@feedback.command("list")
@click.option("--kind", type=click.Choice(["rating", "preference", "tag", "comment"]), help="One kind only.")
@medium_option
@click.option("--work", help="Of this work only.")
@click.option("--user", metavar="NAME", help="Of this person only.")
@click.option("--limit", type=click.IntRange(1), default=50, show_default=True, help="How many, newest first.")
@json_option
@pass_studio
def list_(
    studio: Studio, kind: Any, medium: str | None, work: str | None, user: str | None, limit: int, as_json: bool
) -> None:
    """What was said, newest first."""
    if medium:
        studio.registry.medium(medium)
    id_ = studio.library.get(work).id if work else None
    rows = studio.feedback.said(kind, user=user, medium=medium, work=id_, limit=limit)
    _show_all(rows, as_json)
    if not rows and not as_json:
        note("nothing was said yet; rate a work with: artwright feedback rate WORK STARS")


@feedback.command()
@click.option("--user", metavar="NAME", help="What this person said only.")
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False), help="The file to write (default: stdout).")
@force_option
@pass_studio
def export(studio: Studio, user: str | None, output: Path | None, force: bool) -> None:
    """Write what was said, and the works it was said of, as JSON lines."""
    store = studio.feedback
    lines = store.export(user=user)
    if output is None:
        for line in lines:
            click.echo(line)
        return
    store.check_place(output)
    check_output(output, force=force)
    with atomic(output) as temporary, open(temporary, "w", encoding="utf-8", newline="\n") as file:
        file.writelines(f"{line}\n" for line in lines)
    click.echo(output)


@feedback.command("import")
@click.argument("file")
@json_option
@pass_studio
def import_(studio: Studio, file: str, as_json: bool) -> None:
    """Add what an export holds; FILE `-` is stdin. What is there already stays once; if a line is wrong, nothing is
    added.
    """
    store = studio.feedback
    try:
        with nullcontext(sys.stdin.buffer) if file == "-" else open(file, "rb") as stream:
            counts = store.import_(_lines(stream))
    except OSError as error:
        raise InputError(f"cannot read {file!r}: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        name = "stdin" if file == "-" else repr(file)
        raise FormatError(f"{name} is not an export: it is not UTF-8; nothing was imported") from error
    if as_json:
        echo_json(counts)
    else:
        new = counts.pop("new")
        click.echo(f"read {', '.join(f'{n} {kind}' for kind, n in counts.items() if n) or 'nothing'}; {new} new")


@feedback.command()
@click.argument("file", type=click.Path(path_type=Path))
@force_option
@pass_studio
def backup(studio: Studio, file: Path, force: bool) -> None:
    """Write a copy of the database, whole, even while it is used."""
    click.echo(studio.feedback.backup(file, force=force))


@feedback.command()
@click.argument("user")
@click.option("--yes", is_flag=True, help="Do not ask.")
@json_option
@pass_studio
def forget(studio: Studio, user: str, yes: bool, as_json: bool) -> None:
    """Delete a person, all they said, and the models that were tuned to them, for good. Exports and backups made before
    are yours to delete.
    """
    if not yes:
        if not sys.stdin.isatty():
            raise UsageError(f"forgetting {user!r} cannot be undone; add --yes if you mean it")
        click.confirm(f"Delete all that {user!r} said? This cannot be undone", abort=True)
    count, gone = studio.forget(user)
    if as_json:
        echo_json({"user": user, "deleted": count, "models": [str(path) for path in gone]})
        return
    click.echo(f"forgot {user}: {count} things said were deleted")
    for path in gone:
        click.echo(f"deleted {path}")


@feedback.command()
@pass_studio
def path(studio: Studio) -> None:
    """Where the feedback is kept."""
    click.echo(studio.feedback.path)


def _features(studio: Studio, work: Artwork) -> dict[str, float]:
    return studio.registry.medium(work.medium).features(work)


def _lines(stream: BinaryIO) -> Iterator[str]:
    """The lines of an export in UTF-8 (or UTF-16, where it begins with that mark), as they are read."""
    from ..feedback.exchange import MAX_LINE

    start = stream.peek(2)[:2] if isinstance(stream, BufferedReader) else b""
    text = TextIOWrapper(stream, "utf-16" if start in (b"\xff\xfe", b"\xfe\xff") else "utf-8", newline="\n")
    try:
        yield from iter(lambda: text.readline(MAX_LINE + 1), "")
    finally:
        text.detach()


def _stdin() -> str:
    try:
        return sys.stdin.buffer.read().decode("utf-8")
    except UnicodeDecodeError as error:
        raise InputError(f"stdin is not UTF-8: byte {error.start} is 0x{error.object[error.start]:02x}") from error


def _show(entry: Feedback, as_json: bool) -> None:
    if as_json:
        echo_json(entry.to_dict())
    else:
        click.echo(_line(entry))


def _show_all(entries: Sequence[Feedback], as_json: bool) -> None:
    if as_json:
        echo_json({"feedback": [entry.to_dict() for entry in entries]})
        return
    for entry in entries:
        click.echo(_line(entry))


def _line(entry: Feedback) -> str:
    what = {
        "rating": "*" * (entry.stars or 0),
        "preference": f"better than {entry.other.removeprefix('sha256:')[:12]}",
        "tag": f"#{entry.text}",
        "comment": " ".join(entry.text.split()),
    }[entry.kind]
    name = shorten_id(entry.work)
    return (
        f"{entry.created[:16].replace('T', ' ')}  {entry.user}  {entry.medium} "
        f"{name}{f' {entry.title!r}' if entry.title else ''}: {what}"
    )
