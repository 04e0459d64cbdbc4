"""Files that are written whole or not at all, and JSON that is always the same bytes.

A file is filled under a temporary name beside its place, brought to the disk, and only then renamed; the folder is
brought to the disk after it. So after a crash, a signal or a loss of power there is the old file or the new one. What
a killed run left is swept by the next one that writes into the folder.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import secrets
import shutil
import stat
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

from .errors import OutputError

__all__ = [
    "atomic",
    "canonical_json",
    "check_output",
    "is_alive",
    "is_file",
    "make_folder",
    "now",
    "place_files",
    "sha256_file",
    "sha256_tag",
    "sweep",
    "sync_folder",
    "sync_tree",
    "temporary_folder",
    "write_bytes",
    "write_text",
]

_PREFIX = ".artwright-"
_STALE_S = 86_400  # a temporary thing of another computer is swept when it is a day old
_swept: set[str] = set()


@contextmanager
def atomic(path: Path) -> Iterator[Path]:
    """Yield a temporary path beside `path`; rename it over `path` if the block succeeds.

    A link is followed, and a file that is there keeps its mode. The temporary name keeps the suffix, since encoders
    choose their format by it. Raises OutputError (one line, with the system's reason) if the place cannot be written;
    then nothing is left behind.
    """
    path = Path(path)
    temporary = None
    try:
        target = _target(path)
        make_folder(target.parent)
        sweep(target.parent)
        temporary = _new_name(target.parent, path.suffix[:20])
        os.close(os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        yield temporary
        _put(temporary, target, os.replace)
        temporary = None
        sync_folder(target.parent)
    except OSError as error:
        raise _cannot_write(path, error) from error
    finally:
        if temporary is not None:
            with suppress(OSError):
                temporary.unlink(missing_ok=True)


def place_files(pairs: Sequence[tuple[Path, Path]], *, force: bool, gone: Sequence[Path] = ()) -> None:
    """Move finished files to their places, all of them or none: [(made, place), ...]; `gone` are removed with it.

    A file is replaced only if `force`, whatever appeared there meanwhile; links are followed and modes kept as `atomic`
    does. If one cannot be placed, what was placed before it is taken back. Raises OutputError.
    """
    places = [_target(path) if force else path for _, path in pairs]
    with ExitStack() as stack:
        back: list[tuple[Path, Path | None]] = []
        try:
            kept = _keep_copies([*places, *gone], stack) if force else {}
            for (new, _), place in zip(pairs, places, strict=True):
                _put(new, place, os.replace if force else _move_new)
                back.append((place, kept.get(place)))
            for path in gone:
                path.unlink(missing_ok=True)
                back.append((path, kept.get(path)))
            for folder in {place.parent for place in places}:
                sync_folder(folder)
        except BaseException as error:
            for place, copy in reversed(back):
                with suppress(OSError):
                    if copy is not None:
                        os.replace(copy, place)
                    else:
                        place.unlink(missing_ok=True)
            if not isinstance(error, OSError):
                raise
            path = pairs[min(len(back), len(pairs) - 1)][1]
            raise (_exists(path) if isinstance(error, FileExistsError) else _cannot_write(path, error)) from error


def _keep_copies(paths: Sequence[Path], stack: ExitStack) -> dict[Path, Path]:
    """Second names of those files that are there, for a while."""
    kept: dict[Path, Path] = {}
    folders: dict[Path, Path] = {}
    for number, path in enumerate(paths):
        if path.is_file():
            if path.parent not in folders:
                folders[path.parent] = stack.enter_context(temporary_folder(path.parent))
            copy = folders[path.parent] / str(number)
            try:
                os.link(path, copy)
            except OSError:
                shutil.copy2(path, copy)
            kept[path] = copy
    return kept


@contextmanager
def temporary_folder(parent: Path) -> Iterator[Path]:
    """A new folder in `parent` for the block; what is left in it goes with it, even after an error or a signal."""
    make_folder(parent)
    sweep(parent)
    folder = _new_name(parent, "")
    folder.mkdir(mode=0o700)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def write_bytes(path: Path, data: bytes) -> None:
    """Write `data` to `path`, whole or not at all."""
    with atomic(path) as temporary:
        temporary.write_bytes(data)


def write_text(path: Path, text: str) -> None:
    """Write `text` as UTF-8 with `\\n` line ends, whole or not at all."""
    write_bytes(path, text.encode("utf-8"))


def check_output(path: Path, *, force: bool, folder: bool = False, option: str = "output") -> None:
    """Raise OutputError if `path` cannot be an output: it exists and may not be replaced, is a folder where a file is
    wanted (with `folder`: the other way round, or not empty), a device, or its name is too long. `option`: its name.
    """
    flag = "--" + option.replace("_", "-")
    name = path.name.encode("utf-8", "surrogateescape")
    if len(name) > 255:
        raise OutputError(f"the name of the file for {flag} has {len(name)} bytes; at most 255 are possible")
    try:
        if b"\0" in name:
            raise ValueError("a name cannot hold the character 0")
        is_folder, is_there = path.is_dir(), os.path.lexists(path)
        special = path.exists() and not is_folder and not path.is_file()
        empty = not (is_folder and folder and any(path.iterdir()))
    except (OSError, ValueError) as error:
        raise _cannot_write(path, error, flag) from error
    if folder:
        if is_there and not is_folder:
            raise OutputError(f"{str(path)!r} is a file; name a folder with {flag}")
        if not empty and not force:
            raise OutputError(
                f"the folder {str(path)!r} is not empty and is kept; use --force to replace files in it, or another {flag}"
            )
    elif is_folder:
        raise OutputError(f"{str(path)!r} is a folder; name a file in it with {flag}")
    elif special:
        raise OutputError(f"{str(path)!r} is a device or a pipe, not a file; name a file with {flag}")
    elif is_there and not force:
        raise _exists(path, flag)


def is_file(name: str) -> bool:
    """Whether some text names a file; what cannot be the name of one does not."""
    try:
        return Path(name).is_file()
    except (OSError, ValueError):
        return False


def _exists(path: Path, flag: str = "--output") -> OutputError:
    return OutputError(f"{str(path)!r} exists and is kept; use --force to replace it, or another {flag}")


def _cannot_write(path: Path, error: OSError | ValueError, flag: str = "--output") -> OutputError:
    reason = getattr(error, "strerror", None) or str(error)
    return OutputError(f"cannot write {str(path)!r}: {reason}; choose another place with {flag}")


def _target(path: Path) -> Path:
    """Where a path leads, links followed. Raises OSError if something is there that is no file."""
    target = Path(os.path.realpath(path)) if path.is_symlink() else path
    if target.exists() and not target.is_file() and not target.is_dir():
        raise OSError(errno.EINVAL, "it is a device or a pipe, not a file")
    return target


def _put(new: Path, target: Path, move: Callable[[Path, Path], None]) -> None:
    """Give a file its mode, bring it to the disk and move it to its place."""
    try:
        kept = os.stat(target)
    except FileNotFoundError:
        os.chmod(new, 0o666 & ~_umask())
    else:
        if hasattr(os, "chown"):
            with suppress(PermissionError):
                os.chown(new, kept.st_uid, kept.st_gid)
        os.chmod(new, stat.S_IMODE(kept.st_mode))
    _sync(new)
    move(new, target)


def _move_new(new: Path, target: Path) -> None:
    """Rename, but never over a file that is there."""
    try:
        os.link(new, target)
    except FileExistsError:
        raise
    except OSError:  # a file system without links
        if os.path.lexists(target):
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(target)) from None
        os.rename(new, target)
    else:
        os.unlink(new)


# ---------------------------------------------------------------------- on the disk


def make_folder(folder: Path) -> None:
    """Make a folder and those above it, and bring their names to the disk."""
    missing = []
    at = folder
    while not at.exists() and at != at.parent:
        missing.append(at)
        at = at.parent
    if missing or not folder.is_dir():
        folder.mkdir(parents=True, exist_ok=True)
    for folder in reversed(missing):
        sync_folder(folder.parent)


def _sync(path: Path) -> None:
    # Windows brings only a file to the disk that is open for writing; a file without write permission is opened to read.
    flags = os.O_RDWR if os.name == "nt" else os.O_RDONLY
    handle = os.open(path, flags)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sync_folder(folder: Path) -> None:
    """Bring the names in a folder to the disk, where the system can."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOTSUP):  # some network file systems know no such thing
            raise
    finally:
        os.close(handle)


def sync_tree(folder: Path) -> None:
    """Bring a folder and all files in it to the disk."""
    for root, _, names in os.walk(folder):
        for name in names:
            _sync(Path(root) / name)
        sync_folder(Path(root))


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


# ---------------------------------------------------------------------- temporary names


def _new_name(folder: Path, suffix: str) -> Path:
    """A name that tells the computer and the process it belongs to: `.artwright-COMPUTER-PROCESS-RANDOM.suffix`."""
    return folder / f"{_PREFIX}{_computer()}-{os.getpid()}-{secrets.token_hex(4)}{suffix}"


@lru_cache(maxsize=1)
def _computer() -> str:
    """Eight digits that are the same for processes which can see one another: host, start of the system, space of
    process numbers.
    """
    parts = [os.uname().nodename if hasattr(os, "uname") else os.environ.get("COMPUTERNAME", "")]
    with suppress(OSError):
        parts.append(Path("/proc/sys/kernel/random/boot_id").read_text("ascii"))
    with suppress(OSError):
        parts.append(os.readlink("/proc/self/ns/pid"))
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogateescape")).hexdigest()[:8]


def sweep(folder: Path) -> None:
    """Remove what killed runs left in a folder; once for each folder and run. What cannot be removed stays."""
    key = str(folder)
    if key in _swept:
        return
    _swept.add(key)
    try:
        with os.scandir(folder) as entries:
            left = [Path(entry.path) for entry in entries if entry.name.startswith(_PREFIX) and _is_left(entry)]
    except OSError:
        return
    for path in left:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            with suppress(OSError):
                path.unlink()


def _is_left(entry: os.DirEntry[str]) -> bool:
    computer, _, rest = entry.name.removeprefix(_PREFIX).partition("-")
    process = rest.partition("-")[0]
    if computer == _computer() and process.isdigit():
        return int(process) != os.getpid() and not is_alive(int(process))
    try:
        return time.time() - entry.stat(follow_symlinks=False).st_mtime > _STALE_S
    except OSError:
        return False


def is_alive(process: int) -> bool:
    """Whether a process of this computer runs, as far as can be seen."""
    if os.name == "nt":
        return True  # there, asking ends the process
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        return True
    return True


# ---------------------------------------------------------------------- content


def now() -> datetime:
    """The time in UTC, or the one that `SOURCE_DATE_EPOCH` names (https://reproducible-builds.org)."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    if epoch.isdigit() and len(epoch) < 12:
        return datetime.fromtimestamp(int(epoch), UTC)
    return datetime.now(UTC)


def canonical_json(value: object) -> str:
    """JSON with sorted keys, no spaces and no escapes beyond JSON's own: equal values, equal text."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def sha256_tag(data: bytes) -> str:
    """The id of some content: `"sha256:"` and 64 hexadecimal digits."""
    return "sha256:" + hashlib.sha256(data).hexdigest()


def sha256_file(path: Path) -> str:
    """SHA-256 of a file as 64 hexadecimal digits, read in blocks."""
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while chunk := file.read(1 << 20):
            digest.update(chunk)
    return digest.hexdigest()
