"""What a command reads: files, works of the library, and standard input, which is written `-`."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..decoding import decode_text
from ..errors import ArtwrightError, FormatError, InputError, UsageError
from ..messages import printable
from .printing import echo_json

if TYPE_CHECKING:
    from ..artwork import Artwork, Medium
    from ..registry import Registry
    from ..studio import Studio

__all__ = ["find_suffix", "is_there", "open_file", "open_work", "read_theme", "use_files"]

STDIN = "-"
_STDIN_NAME = "standard input"
MAX_STDIN_BYTES = 512 * 2**20
# Where a file says by its bytes what it is: (offset, bytes, suffixes that such files have).
_SIGNATURES: tuple[tuple[int, bytes, tuple[str, ...]], ...] = (
    (0, b"\x89PNG\r\n\x1a\n", (".png",)),
    (0, b"\xff\xd8\xff", (".jpg", ".jpeg")),
    (0, b"GIF8", (".gif",)),
    (0, b"BM", (".bmp",)),
    (0, b"II*\0", (".tif", ".tiff")),
    (0, b"MM\0*", (".tif", ".tiff")),
    (8, b"WEBP", (".webp",)),
    (8, b"WAVE", (".wav",)),
    (4, b"ftypavif", (".avif",)),
    (4, b"ftyphei", (".heic", ".heif")),
    (4, b"ftypmif1", (".heic", ".heif")),
    (4, b"ftypM4A", (".m4a",)),
    (4, b"ftypM4V", (".m4v", ".mp4")),
    (4, b"ftypqt", (".mov",)),
    (4, b"ftyp", (".mp4", ".m4a", ".mov")),
    (0, b"\x1a\x45\xdf\xa3", (".mkv", ".webm")),
    (0, b"MThd", (".mid", ".midi")),
    (8, b"RMID", (".mid",)),
    (0, b"fLaC", (".flac",)),
    (0, b"OggS", (".ogg", ".opus")),
    (0, b"ID3", (".mp3",)),
    (0, b"\xff\xfb", (".mp3",)),
    (0, b"8BPS", (".psd",)),
    (30, b"mimetypeimage/openraster", (".ora",)),
    (0, b"PK\x03\x04", (".mxl",)),
)
_BEGINNINGS: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = (
    (("<?xml", "<score-", "<!doctype score"), (".musicxml", ".xml")),
    (("x:", "%abc"), (".abc",)),
    (("**kern", "!!!"), (".krn",)),
)


def read_theme(studio: Studio, theme: str | None, theme_from: str | None) -> str | Artwork:
    """The theme as words (`-`: those on standard input), or the work it is taken from. Raises InputError unless exactly
    one is given.
    """
    if (theme is None) == (theme_from is None):
        raise InputError("give a theme in words, or --theme-from FILE, one of the two")
    if theme_from is not None:
        return open_work(studio, theme_from)
    assert theme is not None
    return decode_text(_read_stdin(), name=_STDIN_NAME) if theme == STDIN else theme


def open_work(studio: Studio, place: str | Path, medium: Medium | None = None) -> Artwork:
    """The work in a file, on standard input (`-`), or of that id in the library.

    medium: the one it must be of; None lets the suffix, or the bytes of standard input, tell. Raises InputError if there
    is none or it is of another medium, FormatError if it cannot be read.
    """
    name = medium.name if medium is not None else None
    with open_file(studio, place, medium) as path:
        if path is not None:
            return studio.load(path, name)
    try:
        work = studio.library.get(str(place))
    except UsageError as error:
        raise InputError(f"there is no file {str(place)!r}, and no work of that id in the library") from error
    if name is not None and work.medium != name:
        raise InputError(f"{str(place)!r} is a work of {work.medium}; use `artwright {work.medium}`")
    return work


@contextmanager
def open_file(studio: Studio, place: str | Path, medium: Medium | None = None) -> Iterator[Path | None]:
    """The file of a place, standard input (`-`) among them, for the block; None where there is no such file.

    medium: the one that standard input is to be of, if it is known. What the block raises of standard input calls it so.
    """
    if str(place) != STDIN:
        yield Path(place) if is_there(Path(place)) else None
        return
    with _stdin_file(studio.registry, medium) as path:
        try:
            yield path
        except ArtwrightError as error:
            kind = InputError if isinstance(error, UsageError) else FormatError
            raise kind(str(error).replace(repr(str(path)), _STDIN_NAME).replace(str(path), _STDIN_NAME)) from error


def is_there(path: Path) -> bool:
    """Whether a file or folder exists; a name that no system takes is none."""
    try:
        return path.exists()
    except (OSError, ValueError):
        return False


def use_files(
    files: Sequence[str], use: Callable[[str], dict[str, Any]], *, as_json: bool, name: str, whole: bool = True
) -> None:
    """Use each of several files, and print what `use` gives for them with `--json`: {name: rows}, or the first row alone
    unless `whole`.

    A file that cannot be used costs a line, or a row with "error" in JSON, and the others are used all the same, but the
    command ends with 1; the error of a single file is raised.
    """
    rows: list[dict[str, Any]] = []
    failed = False
    for file in files:
        try:
            rows.append({"file": file, **use(file)})
        except ArtwrightError as error:
            if len(files) == 1:
                raise
            failed = True
            rows.append({"file": file, "error": str(error)})
            if not as_json:
                where = "" if repr(file) in str(error) else f"{file!r}: "
                click.echo(f"artwright: {where}{printable(str(error), lines=False)}", err=True)
    if as_json:
        echo_json({name: rows} if whole else rows[0])
    if failed:
        click.get_current_context().exit(1)


def find_suffix(data: bytes) -> tuple[str, ...]:
    """Suffixes of files that begin as `data` does: by signature, else by the first words of a text; `.txt` for any other
    text, none for other bytes.
    """
    for offset, signature, suffixes in _SIGNATURES:
        if data[offset : offset + len(signature)] == signature:
            return suffixes
    try:
        text = decode_text(data, name=_STDIN_NAME)
    except FormatError:
        text = "" if b"\0" in data[:4096] else data[:4096].decode("latin-1")
    head = text.lstrip().lower()
    for beginnings, suffixes in _BEGINNINGS:
        if head.startswith(beginnings):
            return suffixes
    return (".txt",) if text and "\0" not in text[:4096] else ()


def _read_stdin() -> bytes:
    data = sys.stdin.buffer.read(MAX_STDIN_BYTES + 1)
    if len(data) > MAX_STDIN_BYTES:
        raise InputError(f"standard input is longer than {MAX_STDIN_BYTES >> 20} MiB; give a file")
    return data


@contextmanager
def _stdin_file(registry: Registry, medium: Medium | None) -> Iterator[Path]:
    """Standard input in a file for a moment, under a suffix that the medium reads."""
    data = _read_stdin()
    if not data:
        raise InputError(f"{_STDIN_NAME} is empty; a work was expected there")
    suffixes = find_suffix(data)
    read = medium.reads if medium is not None else tuple(s for m in registry.media.values() for s in m.reads)
    suffix = next((s for s in suffixes if s in read), None)
    if suffix is None:
        what = f"holds what is usually a {suffixes[0]} file" if suffixes else "is of no kind that is known"
        raise FormatError(f"{_STDIN_NAME} {what}; {medium.name if medium else 'artwright'} reads: {', '.join(read)}")
    with tempfile.TemporaryDirectory(prefix="artwright-stdin-") as folder:
        path = Path(folder) / f"stdin{suffix}"
        path.write_bytes(data)
        yield path
