"""What is said to people: results on stdout as text or JSON, remarks and progress on stderr."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import click

from ..messages import printable
from .session import session_of

__all__ = ["echo_json", "note", "show", "show_facts", "show_findings", "show_rows", "write_stdout"]

_LONGEST_FACT = 1_000  # characters on the terminal


def show(text: str) -> None:
    """A line of a result on stdout. Nothing in it moves the cursor; what the terminal's encoding lacks comes as UTF-8."""
    shown = printable(text)
    try:
        click.echo(shown)
    except UnicodeEncodeError:
        write_stdout(shown.encode("utf-8", "backslashreplace") + b"\n")
        note(f"note: {sys.stdout.encoding} cannot write all of this; it is shown as UTF-8")


def echo_json(value: Any) -> None:
    """One JSON object on stdout, and nothing else; characters that stdout's encoding lacks are escaped."""
    value = _finite(value)
    text = json.dumps(value, ensure_ascii=False, indent=2, allow_nan=False)
    try:
        click.echo(text)
    except UnicodeEncodeError:
        click.echo(json.dumps(value, indent=2))


def show_rows(
    rows: Sequence[dict[str, Any]], tell: Callable[[dict[str, Any]], None], *, name: str, as_json: bool
) -> None:
    """Rows of a result: {name: rows} as JSON, else what `tell` prints for each."""
    if as_json:
        echo_json({name: rows})
        return
    for row in rows:
        tell(row)


def show_findings(findings: Mapping[str, Any], indent: int = 0) -> None:
    """Findings as an indented list, short values on one line."""
    pad = "  " * indent
    for key, value in findings.items():
        if isinstance(value, Mapping) and value:
            show(f"{pad}{key}:")
            show_findings(value, indent + 1)
        elif isinstance(value, list) and value and isinstance(value[0], Mapping):
            show(f"{pad}{key}:")
            for row in value[:12]:
                show(f"{pad}  - " + ", ".join(f"{k} {_short(v)}" for k, v in row.items()))
            if len(value) > 12:
                show(f"{pad}  ... {len(value) - 12} more (--json has all)")
        else:
            show(f"{pad}{key}: {_short(value)}")


def _short(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.4g}"
    if isinstance(value, list | tuple):
        shown = ", ".join(_short(v) for v in value[:16])
        return shown + (" ..." if len(value) > 16 else "")
    return str(value)


def _finite(value: Any) -> Any:
    """The value with null for what JSON has no number for."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {key: _finite(part) for key, part in value.items()}
    return [_finite(part) for part in value] if isinstance(value, list | tuple) else value


def write_stdout(data: bytes) -> None:
    """Bytes on stdout, after what was written there as text."""
    sys.stdout.flush()
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()


def note(text: str) -> None:
    """A remark on stderr, unless the run is to be quiet."""
    ctx = click.get_current_context(silent=True)
    if ctx is not None and session_of(ctx).quiet:
        return
    click.echo(printable(text), err=True)


def show_facts(row: dict[str, Any]) -> None:
    """Facts of a stranger's file, a line each: nothing in them reaches the terminal but as text."""
    for key, value in row.items():
        if value not in (None, "", [], {}):
            text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
            more = f" ... ({len(text):,} characters; --json has all)" if len(text) > _LONGEST_FACT else ""
            show(f"{key}: {printable(text[:_LONGEST_FACT], lines=False)}{more}")
