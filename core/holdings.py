"""The works that a studio has: in files, in its library, kept with what they were made from; themes and styles of them."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import replace
from functools import cached_property
from pathlib import Path

from .artwork import Artwork, Medium
from .errors import ArtwrightError, InputError, OutputError
from .files import check_output, place_files, temporary_folder
from .home import learned_styles
from .library import Library
from .loader import PluginHost
from .manifest import sidecar
from .marks.marking import Marker
from .style import Style
from .theme import Theme

__all__ = ["Holdings", "check_suffix", "save_work"]

_log = logging.getLogger("artwright")


class Holdings:
    """Works by file or id, read by the media of a host and kept in a home."""

    def __init__(self, home: Path, host: PluginHost) -> None:
        self._home, self._host = home, host
        self._files: dict[str, tuple[Path, tuple[int, int] | None]] = {}  # by id, of works that were loaded

    @cached_property
    def library(self) -> Library:
        """The works on disk."""
        return Library(self._home, self._host.registry.media)

    def load(self, path: Path | str, medium: str | None = None) -> Artwork:
        """The work in a file; its medium follows from the suffix unless it is named. Raises FormatError, InputError."""
        path = Path(path)
        if not path.exists():
            raise InputError(f"there is no file {str(path)!r}")
        if path.is_dir():
            raise InputError(f"{str(path)!r} is a folder; name a file")
        registry = self._host.registry
        reader = registry.medium(medium) if medium else registry.find_medium(path.suffix)
        stamp = _stamp(path)
        work = reader.load(path)
        self._files[work.id] = (path.absolute(), stamp)
        return work

    def work(self, work: Artwork | Path | str) -> Artwork:
        """A work as it is, in a file, or of the library by its id."""
        if isinstance(work, Artwork):
            return work
        if isinstance(work, Path) or Path(work).exists():
            return self.load(work)
        return self.library.get(work)

    def theme(self, source: str | Theme | Artwork | Path) -> Theme:
        """A theme from words, from a work or a file of any medium, or as it is."""
        if isinstance(source, Theme):
            return source
        if isinstance(source, str):
            return Theme.from_prompt(source)
        work = self.work(source)
        return replace(self._host.registry.medium(work.medium).theme(work), source=work.id)

    def style(self, medium: str, style: str | Style | Artwork | Path) -> Style:
        """A style by the names that its medium or what was learned has for it; of a work or a file, as a reference."""
        if isinstance(style, Path):
            style = self.load(style, medium)
        if isinstance(style, Artwork):
            style = Style.mix(references=[(style, 1.0)])
        if isinstance(style, str):
            style = Style.parse(style)
        return style.renamed({name: self.style_name(medium, name) for name, _ in style.names})

    def style_name(self, medium: str, name: str) -> str:
        """The name of a style that is asked for by any of its names: one of a medium's own, or one that was learned on
        this computer. Raises UnknownName.
        """
        learned = learned_styles(self._home, medium)
        return name if name in learned else self._host.registry.style(medium, name, besides=learned).name

    def keep(self, work: Artwork, originals: Iterable[Artwork], inputs: Iterable[bytes]) -> None:
        """Keep a finished work, the works it was made from and the long files it was made with. A library that cannot take
        them costs a line, never the work.
        """
        try:
            self.library.add(work, self._host.registry.medium(work.medium))
            for data in inputs:
                self.library.keep_input(data)
            for original in originals:
                self._keep_original(original)
        except ArtwrightError as error:
            _log.warning("%s", error)

    def _keep_original(self, work: Artwork) -> None:
        """Keep a work that others are made from: its file where it was loaded from one, so that nothing of it is lost."""
        path, stamp = self._files.get(work.id, (None, None))
        if path is not None and _stamp(path) == stamp:
            self.library.add_file(path, work)
        else:
            self.library.add(work, self._host.registry.medium(work.medium))


def save_work(work: Artwork, medium: Medium, path: Path, *, marker: Marker, force: bool = False) -> None:
    """Write a work with its manifest inside or beside it, and its marks; all whole or not at all. Raises as `Studio.save`."""
    check_suffix(medium, path)
    work = marker.before(work, medium)
    beside = sidecar(path)
    for target in (path, beside):
        check_output(target, force=force)
    try:
        with temporary_folder(path.parent) as folder:
            medium.save(work, folder / path.name)
            marker.after(folder / path.name, work)
            new = sidecar(folder / path.name)
            pairs = [(folder / path.name, path)]
            if new.exists():
                place_files([(new, beside), *pairs], force=force)
            else:  # one that lies there belongs to the file that is replaced
                place_files(pairs, force=force, gone=[beside] if beside.exists() else [])
    except OSError as error:
        raise OutputError(
            f"cannot write {str(path)!r}: {error.strerror or error}; choose another place with --output"
        ) from error


def check_suffix(medium: Medium, path: Path) -> None:
    """Raise InputError unless the medium writes files of this suffix, here."""
    if path.suffix.lower() not in medium.writes:
        raise InputError(
            f"{medium.name} cannot be written as {path.suffix or path.name!r}; use one of: {', '.join(medium.writes)}"
        )
    medium.check_place(path)


def _stamp(path: Path) -> tuple[int, int] | None:
    """Tells whether a file was changed meanwhile; None if it is gone."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size
