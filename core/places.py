"""Options that are places: files that a model reads, and files that it writes besides the work.

Before a call the outputs are checked as any output is, and the inputs are read. What is recorded of an input is its
content (or, where that is too long for a manifest, its hash, and the content goes into the library); of an output,
nothing. So a manifest never holds a path, and a work is made again from what its manifest holds: the content is laid
into a folder of its own, and the model reads it there. A path that stands in a manifest is refused.
"""

from __future__ import annotations

import hashlib
import tempfile
from base64 import b64decode, b64encode
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from .errors import InputError, OptionError
from .files import check_output
from .options import Options, parse_options

__all__ = ["LONGEST_CONTENT", "Given", "Keeper", "lend_options", "recorded_options", "replayed_options"]

LONGEST_CONTENT = 65_536
"""Bytes of an input that go into a manifest as they are."""

LARGEST_INPUT = 512 << 20


class Keeper(Protocol):
    """Where inputs too long for a manifest are kept (`Library`)."""

    def keep_input(self, data: bytes) -> None: ...

    def find_input(self, digest: str) -> bytes | None: ...


@dataclass(frozen=True, kw_only=True)
class Given:
    """Options for one call: options as the model sees them; recorded as a manifest holds them; long: contents of
    inputs that it holds the hash of.
    """

    options: Options
    recorded: Mapping[str, Any]
    long: tuple[bytes, ...] = ()


@contextmanager
def lend_options(
    type_: type[Options],
    values: Mapping[str, Any],
    *,
    model: str,
    keeper: Keeper,
    operation: str | None = None,
    force: bool = False,
) -> Iterator[Given]:
    """Options for the block, for an operation. A recorded content (`replayed_options`) lies in a file while the block runs.

    Raises OptionError as `parse_options`, InputError for an input that is not there or no file, OutputError for an output
    that exists, unless `force`.
    """
    laid = {name.replace("-", "_"): value for name, value in values.items()}
    held = [name for name in type_.inputs() if isinstance(laid.get(name), Mapping)]
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="artwright-")) if held else ""
        for name in held:
            laid[name] = _lay(laid[name], Path(folder) / name, name, keeper)
        options = parse_options(type_, laid, model=model, operation=operation)
        _check_outputs(options, force=force)
        recorded, long = _record(options)
        yield Given(options=options, recorded=recorded, long=long)


def recorded_options(options: Options) -> dict[str, Any]:
    """Options as a manifest holds them: without outputs, and with the content of each input. Raises InputError."""
    return _record(options)[0]


def replayed_options(type_: type[Options], recorded: Mapping[str, Any]) -> dict[str, Any]:
    """The options of a manifest that may be obeyed: no output, and no input but by its content.

    Raises InputError where an input is a path.
    """
    words = type_.words()
    kept = {name: value for name, value in recorded.items() if name not in type_.unrecorded()}
    for name in type_.inputs():
        value = kept.get(name)
        if value and not isinstance(value, Mapping) and value not in words.get(name, ()):
            raise InputError(
                f"this work cannot be made again: its manifest names a file for the option {name!r} and does not hold it"
            )
    return kept


def _check_outputs(options: Options, *, force: bool) -> None:
    folders = type(options).folders()
    targets: dict[Path, str] = {}
    for name in type(options).outputs():
        if not (value := getattr(options, name)):
            continue
        path = Path(value)
        check_output(path, force=force, folder=name in folders, option=name)
        if (other := targets.setdefault(path.absolute(), name)) != name:
            raise OptionError(f"the options {other!r} and {name!r} both write {str(path)!r}; name two files")


def _record(options: Options) -> tuple[dict[str, Any], tuple[bytes, ...]]:
    type_ = type(options)
    words, left_out = type_.words(), set(type_.unrecorded())
    recorded = {name: value for name, value in options.model_dump(mode="json").items() if name not in left_out}
    long = []
    for name in type_.inputs():
        value = getattr(options, name)
        if not value or value in words.get(name, ()):
            continue
        path = Path(value)
        data = _read(path, name)
        digest = hashlib.sha256(data).hexdigest()
        row: dict[str, Any] = {"name": _file_name(path.name), "sha256": digest}
        if len(data) > LONGEST_CONTENT:
            long.append(data)
        else:
            try:
                row["text"] = data.decode("utf-8")
            except UnicodeDecodeError:
                row["base64"] = b64encode(data).decode("ascii")
        recorded[name] = row
    return recorded, tuple(long)


def _read(path: Path, name: str) -> bytes:
    dashed = name.replace("_", "-")
    try:
        if not path.is_file():
            raise InputError(f"there is no file {str(path)!r} for --{dashed}; name a file that is there")
        if path.stat().st_size > LARGEST_INPUT:
            raise InputError(f"the file {str(path)!r} for --{dashed} is larger than {LARGEST_INPUT >> 20} MiB")
        return path.read_bytes()
    except OSError as error:
        raise InputError(f"the file {str(path)!r} for --{dashed} cannot be read: {error.strerror or error}") from error


def _lay(row: Mapping[str, Any], folder: Path, option: str, keeper: Keeper) -> str:
    """Lay the recorded content of an input into a new folder; returns the file."""
    digest = row.get("sha256")
    if isinstance(row.get("text"), str):
        data = row["text"].encode("utf-8", "replace")
    elif isinstance(row.get("base64"), str):
        try:
            data = b64decode(row["base64"], validate=True)
        except ValueError as error:
            raise InputError(f"the content of the option {option!r} in the manifest is broken: {error}") from error
    elif isinstance(digest, str) and len(digest) == 64 and set(digest) <= set("0123456789abcdef"):
        found = keeper.find_input(digest)
        if found is None:
            name = _file_name(str(row.get("name") or ""))
            raise InputError(
                f"this work was made with the file {name!r} ({digest[:12]}) for the option {option!r}, which is not in the "
                f"library; give it with --from FILE"
            )
        data = found
    else:
        raise InputError(f"the option {option!r} in the manifest holds no content")
    folder.mkdir()
    file = folder / _file_name(str(row.get("name") or ""))
    file.write_bytes(data)
    return str(file)


def _file_name(name: str) -> str:
    """A name that is safe in any folder, with the suffix, by which readers choose the format."""
    name = "".join(c for c in name.replace("\\", "/").rpartition("/")[2] if c.isprintable() and c not in ':*?"<>|')
    stem, dot, suffix = name.rpartition(".")
    stem, suffix = (stem, suffix) if dot else (suffix, "")
    return f"{stem.strip('. ')[:60] or 'input'}{dot}{suffix[:12]}"
