"""Pieces: scripts that make several works from one another, with a page to show them.

    piece = Piece.load("examples/pieces/demo.yaml")
    result = piece.run(studio, Path("my-demo"), values={"theme": "autumn moon"}, seed=7)

A piece is checked whole before any model is loaded: keys, steps, cycles, media, models, options, styles, names of
files. Its folder appears
whole or not at all. Each step's seed follows from the piece's seed and the step's name, so that a new step changes no
other; a
step whose inputs are what they were before is taken from the library (`fresh=True` makes it anew).
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..artwork import Artwork
from ..errors import FormatError, InputError, OutputError, StoreError, UnknownName
from ..files import now, temporary_folder
from ..home import piece_note
from ..manifest import plain_json
from ..options import Options, parse_options
from ..seeds import check_seed
from ..theme import Theme, join_themes
from .keys import step_key
from .page import language_of, render_page
from .places import alone, check_folder, check_places, place_folder, place_options
from .schema import PieceSpec, StepSpec, check_steps, fill, order_of, parse_piece, read_yaml

if TYPE_CHECKING:
    from ..progress import Progress
    from ..requests import Analysis
    from ..studio import Studio

__all__ = ["Piece", "PieceResult", "StepResult", "demo_path"]


def demo_path() -> Path:
    """The piece that `artwright demo` runs."""
    return Path(__file__).resolve().parents[2] / "examples" / "pieces" / "demo.yaml"


@dataclass(frozen=True, kw_only=True)
class StepResult:
    """What a step came to: its work (of an analysis: the work that was read), files by name, and what was read."""

    name: str
    step: StepSpec
    work: Artwork
    files: tuple[str, ...]
    seconds: float
    reused: bool = False
    analysis: Analysis | None = None


@dataclass(frozen=True, kw_only=True)
class PieceResult:
    """works by step; files written, the page and the manifest among them; page: its path, or
    None; seconds: wall time.
    """

    works: Mapping[str, Artwork]
    files: tuple[Path, ...]
    page: Path | None
    manifest: Path
    seconds: float


@dataclass(frozen=True, kw_only=True)
class Piece:
    """A piece that was read and whose form was checked. name: of its file; spec: what it says; folder: where its file
    lies, below which it may read, or None for one that its author runs.
    """

    name: str
    spec: PieceSpec
    folder: Path | None = None

    @classmethod
    def load(cls, path: Path | str) -> Piece:
        """Read a YAML file. Raises InputError, one line, where it is not a piece."""
        path = Path(path)
        return cls(name=path.stem, spec=parse_piece(read_yaml(path), name=path.name), folder=path.absolute().parent)

    @classmethod
    def from_dict(cls, row: Mapping[str, Any], *, name: str = "piece") -> Piece:
        """A piece from a dict of the same form as the YAML."""
        return cls(name=name, spec=parse_piece(dict(row), name=name))

    def run(
        self,
        studio: Studio,
        out: Path | str,
        *,
        values: Mapping[str, Any] | None = None,
        seed: int = 0,
        force: bool = False,
        fresh: bool = False,
        progress: Progress | None = None,
    ) -> PieceResult:
        """Make all works and write them to the folder `out`, with `manifest.json` and the page.

        values: for the piece's `{names}`; force: write into a folder that is not empty (files of these names are
        replaced,
        others are left); fresh: take nothing from the library. Raises InputError, UnknownName, OptionError before
        any model is loaded; OutputError if the folder is not empty or cannot be written.
        """
        began = time.perf_counter()
        out = Path(out)
        check_seed(seed)
        check_folder(out, force=force)
        spec = fill(self.spec, values or {}, name=self.name)
        types = check_steps(spec, studio, name=self.name)
        check_places(spec, types, name=self.name, folder=self.folder, values=values or {})
        run = _Run(self, spec, studio, seed, fresh, progress or studio.progress, types, dict(values or {}))
        return run.into(out, began, force=force)


class _Run:
    """One run of a piece."""

    def __init__(
        self,
        piece: Piece,
        spec: PieceSpec,
        studio: Studio,
        seed: int,
        fresh: bool,
        progress: Progress,
        types: Mapping[str, type[Options]],
        values: Mapping[str, Any],
    ) -> None:
        self.piece, self.spec, self.studio, self.seed, self.fresh, self.progress = (
            piece,
            spec,
            studio,
            seed,
            fresh,
            progress,
        )
        self.types, self.values = types, values
        self.results: dict[str, StepResult] = {}

    def into(self, out: Path, began: float, *, force: bool) -> PieceResult:
        """Run in a folder beside `out`, then put it there."""
        try:
            with alone(self.studio.home, out), temporary_folder(out.parent) as temporary:
                check_folder(out, force=force)  # another run may just have ended there
                folder = temporary / "whole"
                folder.mkdir()
                self._steps(folder)
                page = self._page(folder)
                seconds = round(time.perf_counter() - began, 3)
                manifest = plain_json(self._manifest(page, seconds))
                (folder / "manifest.json").write_text(
                    json.dumps(manifest, ensure_ascii=False, indent=1) + "\n", "utf-8"
                )
                names = place_folder(folder, out, force=force)
        except OSError as error:
            raise OutputError(
                f"cannot write {str(out)!r}: {error.strerror or error}; choose another folder with --out"
            ) from error
        return PieceResult(
            works={name: result.work for name, result in self.results.items()},
            files=tuple(out / name for name in names),
            page=out / page if page else None,
            manifest=out / "manifest.json",
            seconds=seconds,
        )

    def _steps(self, folder: Path) -> None:
        names = order_of(self.spec, name=self.piece.name)
        for number, name in enumerate(names):
            part = _Part(self.progress, number / len(names), 1 / len(names), name)
            part.update(0.0)
            self.results[name] = self._step(name, folder, part)
        self.results = {name: self.results[name] for name in self.spec.steps}
        self.progress.update(1.0, "done")

    def _step(self, name: str, folder: Path, progress: Progress) -> StepResult:
        step = self.spec.steps[name]
        began = time.perf_counter()
        analysis, reused = None, False
        if step.operation == "analyze":
            work = self.results[step.work].work
            analysis = self.studio.analyze(
                work,
                model=step.model,
                options=self._options(name, folder),
                explain=step.explain,
                language=language_of(work),
                plot=any(file.endswith(".png") for file in step.outputs),
                progress=progress,
            )
            for file in step.outputs:
                _write_analysis(analysis, folder / file)
        else:
            work, reused = self._work(name, step, folder, progress)
            if step.title:
                work = work.with_(title=step.title)
            for file in step.outputs:
                self.studio.save(work, folder / file)
        return StepResult(
            name=name,
            step=step,
            work=work,
            files=step.outputs,
            seconds=round(time.perf_counter() - began, 3),
            reused=reused,
            analysis=analysis,
        )

    def _options(self, name: str, folder: Path) -> dict[str, Any]:
        """A step's options with its places, outputs in the folder that is made."""
        step, where = self.spec.steps[name], f"{self.piece.name}, step {name!r}"
        return place_options(
            self.types[name], step.options, where=where, target=folder, folder=self.piece.folder, values=self.values
        )

    def _work(self, name: str, step: StepSpec, folder: Path, progress: Progress) -> tuple[Artwork, bool]:
        """(the work of a step, whether it was in the library)."""
        sources = tuple(self.results[other].work for other in step.sources)
        theme = self._theme(step) if step.operation == "generate" else None
        style: str | Artwork | None = self.results[step.style_from].work if step.style_from else step.style or None
        seed = step.seed if step.seed is not None else step_seed(self.seed, name)
        base = self.results[step.work].work if step.work else None
        options = self._options(name, folder)
        parsed = parse_options(self.types[name], options, model=step.model or "", operation=step.operation)
        key = step_key(self.studio, step, parsed, theme=theme, style=style, seed=seed, sources=sources, base=base)
        note = piece_note(self.studio.home, key)
        writes = any(options.get(option) for option in parsed.outputs())  # files that the library has not
        kept = None if self.fresh or writes else self._recall(note)
        if kept is not None:
            return kept, True
        if step.operation == "generate":
            assert theme is not None
            owner, model = self.studio.model(step.medium, step.model, "generate")  # a piece follows nobody's defaults
            work = self.studio.generate(
                step.medium,
                theme,
                model=f"{owner}:{model.name}",
                style=style,
                options=options,
                seed=seed,
                sources=sources,
                candidates=step.candidates,
                novelty=step.novelty,
                progress=progress,
            )
        elif step.operation == "transfer_style":
            assert base is not None and style is not None
            work = self.studio.transfer_style(
                base, style, model=step.model, strength=step.strength, options=options, seed=seed, progress=progress
            )
        else:
            assert base is not None
            work = self.studio.restore(
                base, model=step.model, region=step.region or None, options=options, seed=seed, progress=progress
            )
        _remember(note, work)
        return work, False

    def _theme(self, step: StepSpec) -> Theme:
        given = [self.studio.theme(step.theme)] if step.theme else []
        return join_themes([*given, *(self.studio.theme(self.results[other].work) for other in step.theme_sources)])

    def _recall(self, note: Path) -> Artwork | None:
        """A work made before, if the library still has it as it was."""
        try:
            return self.studio.library.get(note.read_text("ascii").strip())
        except (OSError, UnicodeDecodeError, UnknownName, StoreError, FormatError, InputError):
            return None

    def _page(self, folder: Path) -> str:
        if not self.spec.page:
            return ""
        title = self.spec.title or self.piece.name
        text = render_page(
            list(self.results.values()),
            self.studio.registry.media,
            title=title,
            about=str(self.spec.about),
            seed=self.seed,
            folder=folder,
        )
        (folder / self.spec.page).write_text(text, "utf-8")
        return self.spec.page

    def _manifest(self, page: str, seconds: float) -> dict[str, Any]:
        from ... import __version__

        return {
            "piece": self.piece.name,
            "title": self.spec.title,
            "artwright_version": __version__,
            "seed": self.seed,
            "values": {name: _without_folder(value) for name, value in {**self.spec.values, **self.values}.items()},
            "created": now().isoformat(timespec="seconds"),
            "seconds": seconds,
            "page": page,
            "steps": [_row(result) for result in self.results.values()],
        }


class _Part:
    """Progress of one step as a part of the whole."""

    def __init__(self, whole: Progress, start: float, share: float, name: str) -> None:
        self.whole, self.start, self.share, self.name = whole, start, share, name

    def update(self, share: float, text: str = "") -> None:
        """Tell the whole how far this part is."""
        self.whole.update(self.start + self.share * share, f"{self.name}: {text}" if text else self.name)


def step_seed(seed: int, name: str) -> int:
    """A step's seed, from the piece's seed and the step's name."""
    return int.from_bytes(hashlib.sha256(f"{seed}/{name}".encode()).digest()[:4], "big")


def _remember(note: Path, work: Artwork) -> None:
    """Note which work a step made. A home that cannot be written costs only the reuse."""
    from ..files import write_text

    try:
        write_text(note, work.id + "\n")
    except OutputError:
        pass


def _row(result: StepResult) -> dict[str, Any]:
    work = result.work
    return {
        "step": result.name,
        "operation": result.step.operation,
        "medium": work.medium,
        "work": work.id,
        "title": work.title,
        "seconds": result.seconds,
        "reused": result.reused,
        "files": list(result.files),
        "provenance": work.provenance.to_dict() if work.provenance else None,
        "analysis": dict(result.analysis.findings) if result.analysis else None,
    }


def _write_analysis(analysis: Analysis, path: Path) -> None:
    if path.suffix == ".json":
        text = json.dumps(
            {"medium": analysis.medium, "findings": dict(analysis.findings), "explanation": analysis.explanation},
            ensure_ascii=False,
            indent=1,
        )
        path.write_text(text + "\n", "utf-8")
    elif path.suffix == ".txt":
        path.write_text(analysis.explanation + "\n", "utf-8")
    elif analysis.plot is not None:
        analysis.plot.save(path)


def _without_folder(value: Any) -> Any:
    """A value of a piece as its record tells it: of a file its name alone, since records are published."""
    return Path(value).name if isinstance(value, str) and Path(value).is_absolute() else value
