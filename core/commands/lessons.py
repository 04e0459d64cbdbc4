"""`artwright lesson`: exercises given, answers marked."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from ..seeds import check_seed
from .parameters import json_option
from .printing import echo_json, note, show, show_rows
from .session import host_of

__all__ = ["lesson"]

_seed_option = click.option("--seed", type=click.IntRange(0), default=0, show_default=True, help="Which exercise.")
_level_option = click.option(
    "--level", type=click.IntRange(1, 3), default=1, show_default=True, help="3 is the hardest."
)


@click.group()
def lesson() -> None:
    """Exercises in the arts, marked by the studio's own checkers."""


@lesson.command("list")
@json_option
@click.pass_context
def list_(ctx: click.Context, as_json: bool) -> None:
    """The lessons that there are."""
    from ..lessons import find_lesson, lesson_names

    media = host_of(ctx).registry.media
    rows = [{"lesson": name, "summary": find_lesson(media, name).summary} for name in lesson_names(media)]
    show_rows(rows, lambda row: show(f"{row['lesson']:<24}{row['summary']}"), name="lessons", as_json=as_json)


@lesson.command()
@click.argument("name")
@_seed_option
@_level_option
@click.option("--count", type=click.IntRange(1, 200), default=1, show_default=True, help="How many, for a worksheet.")
@click.option("--key", "with_key", is_flag=True, help="Show the answers too.")
@json_option
@click.pass_context
def give(ctx: click.Context, name: str, seed: int, level: int, count: int, with_key: bool, as_json: bool) -> None:
    """Give an exercise, or a worksheet of several; the same seed gives the same one."""
    from ..lessons import find_lesson

    found = find_lesson(host_of(ctx).registry.media, name)
    check_seed(seed + count - 1)
    exercises = [found.exercise(seed + number, level) for number in range(count)]
    if as_json:
        rows = [
            {"seed": e.seed, "level": e.level, "task": e.task, "given": e.given, **({"key": e.key} if with_key else {})}
            for e in exercises
        ]
        echo_json({"exercises": rows})
        return
    for exercise in exercises:
        show(f"{exercise.seed}. {exercise.task}\n\n{exercise.given}\n")
        if with_key:
            show(f"{exercise.key}\n")


@lesson.command()
@click.argument("name")
@click.argument("answer", metavar="FILE|-|TEXT")
@_seed_option
@_level_option
@click.option("--tell", is_flag=True, help="Say where each fault is, its rule and an example, not the hint alone.")
@json_option
@click.pass_context
def mark(ctx: click.Context, name: str, answer: str, seed: int, level: int, tell: bool, as_json: bool) -> None:
    """Mark an answer: a file, standard input (-), or the text itself. Ends with 1 if something is wrong."""
    from ..lessons import find_lesson

    found = find_lesson(host_of(ctx).registry.media, name)
    exercise = found.exercise(check_seed(seed), level)
    flaws = found.mark(exercise, _read(answer))
    if as_json:
        rows: list[dict[str, Any]] = [vars(flaw) for flaw in flaws]
        echo_json({"right": not flaws, "count": len(flaws), "hint": exercise.hint, **({"flaws": rows} if tell else {})})
    elif not flaws:
        show("right")
    else:
        show(f"{len(flaws)} to mend")
        note(f"hint: {exercise.hint}")
        for flaw in flaws if tell else ():
            show(f"{flaw.place}: {flaw.rule}{f' Example: {flaw.example}' if flaw.example else ''}")
    if flaws:
        ctx.exit(1)


def _read(answer: str) -> str:
    """The text of an answer. Raises InputError for a file that is no text."""
    from ..errors import InputError

    if answer == "-":
        return sys.stdin.buffer.read(_LONGEST).decode("utf-8", "replace")
    path = Path(answer)
    if len(answer) > 200 or "\n" in answer or not path.is_file():
        return answer
    try:
        with path.open(encoding="utf-8") as file:
            return file.read(_LONGEST)
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"the answer {answer!r} cannot be read as text: {error}") from error


_LONGEST = 100_000
