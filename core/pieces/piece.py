"""Pieces: scripts that make several works from one another, with a page to show them.

    piece = Piece.load("examples/pieces/demo.yaml")
    result = piece.run(studio, Path("my-demo"), values={"theme": "autumn moon"}, seed=7)

A piece is checked whole before any model is loaded: keys, steps, cycles, media, models, options, styles, names of
files. Its folder appears whole or not at all; what its steps came to is in the journal (`journal.Journal`) from the moment
they end, so that a run that was stopped or killed goes on where it was. Each step's seed follows from the piece's seed and
the step's name, so that a new step changes no other; a step whose inputs are what they were before is taken from the
library (`fresh=True` makes it anew).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import OutputError
from ..files import temporary_folder
from ..seeds import check_seed
from .checking import Faults, parse_piece
from .crew import choose_crew
from .deciding import Decider
from .engine import Engine, Event
from .foreseeing import Foreseen, foresee
from .journal import Entry, Journal
from .keys import Surroundings
from .own import check_folder, hashes
from .places import alone, place_folder, run_id
from .plan import Plan
from .reading import Places, read_yaml
from .results import PieceResult, Results, StepResult
from .schema import PieceSpec
from .shelf import Shelf

if TYPE_CHECKING:
    from ..progress import Progress
    from ..studio import Studio

__all__ = ["Piece", "PieceResult", "StepResult", "demo_path"]


def demo_path() -> Path:
    """The piece that `artwright demo` runs."""
    return Path(__file__).resolve().parents[2] / "examples" / "pieces" / "demo.yaml"


@dataclass(frozen=True, kw_only=True)
class Piece:
    """A piece that was read and whose form was checked. name: of its file; spec: what it says; file: where it was read
    from, beside which it may read, or None for one that its author runs; places: where its keys stand.
    """

    name: str
    spec: PieceSpec
    file: Path | None = None
    places: Places = field(default_factory=lambda: Places("piece"))

    @classmethod
    def load(cls, path: Path | str, *, studio: Studio | None = None, values: Mapping[str, Any] | None = None) -> Piece:
        """Read a YAML file. Raises InputError or Problems, a line for each problem, where it is not a piece; with a studio
        (and the values of a run) those of what is installed are among them.
        """
        path = Path(path)
        row, places = read_yaml(path)
        faults, file = Faults(places), path.absolute()
        spec = parse_piece(row, faults, file.parent)
        if len(faults) and studio is not None:
            Plan.of(path.stem, spec, studio, faults, seed=0, values=dict(values or {}), folder=file.parent)
        faults.end()
        return cls(name=path.stem, spec=spec, file=file, places=places)

    @classmethod
    def from_dict(cls, row: Mapping[str, Any], *, name: str = "piece") -> Piece:
        """A piece from a dict of the same form as the YAML. Raises as `load`."""
        faults = Faults(Places(name))
        spec = parse_piece(dict(row), faults)
        faults.end()
        return cls(name=name, spec=spec, places=faults.places)

    def to_dict(self) -> dict[str, Any]:
        """The piece as a dict that `from_dict` takes; what has its usual value is left out, what was included is in it."""
        return self.spec.to_dict()

    def to_yaml(self) -> str:
        """The piece as the text of a file that `load` takes."""
        import yaml

        return yaml.safe_dump(self.to_dict(), allow_unicode=True, sort_keys=False, width=120)

    @property
    def folder(self) -> Path | None:
        """The folder below which it may read."""
        return self.file.parent if self.file else None

    def plan(self, studio: Studio, *, values: Mapping[str, Any] | None = None, seed: int = 0) -> Plan:
        """Check it against what is installed, and fill it in. Raises InputError, UnknownName, OptionError; loads no model."""
        values = dict(values or {})
        check_seed(seed)
        faults = Faults(self.places)
        return Plan.of(self.name, self.spec, studio, faults, seed=seed, values=values, folder=self.folder)

    def foresee(
        self,
        studio: Studio,
        out: Path | str,
        *,
        values: Mapping[str, Any] | None = None,
        seed: int = 0,
        fresh: bool = False,
    ) -> list[Foreseen]:
        """What `run` would do, and why, without doing it. Raises as `run` does for what is asked."""
        plan = self.plan(studio, values=values, seed=seed)
        with Journal(studio.home, make=False) as journal:
            run = run_id(Path(out))
            decider = Decider(
                plan,
                Surroundings(studio),
                journal=journal,
                shelf=Shelf(studio),
                run=run,
                first=_rounds(journal, run) + 1,
                folder=Path(),
                fresh=fresh,
            )
            return list(foresee(plan, decider))

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
        tell: Callable[[Event], None] | None = None,
        executor: str = "here",
        jobs: int | None = None,
    ) -> PieceResult:
        """Make all works and write them to the folder `out`, with `manifest.json` and the page.

        values: for the piece's `{names}`; force: write into a folder that is not this piece's own (files of these names
        are replaced, others are left); fresh: take nothing from the library; tell: called for each step that is known, is
        begun, done or has failed; executor: "here" (this process, one step after another), "processes", "dask" or
        "dask=ADDRESS"; jobs: how many workers. The works are the same whichever it is. Raises InputError, UnknownName,
        OptionError before any model is loaded; OutputError if the folder holds what is not the piece's own, or cannot
        be written.
        """
        began = time.perf_counter()
        out = Path(out)
        plan = self.plan(studio, values=values, seed=seed)
        with Journal(studio.home, make=False) as journal:
            check_folder(out, _own(journal, self, plan, out), force=force)
        try:
            with alone(studio.home, out), temporary_folder(out.parent) as temporary, Journal(studio.home) as journal:
                own = _own(journal, self, plan, out)
                check_folder(out, own, force=force)  # another run may just have ended there
                folder = temporary / "whole"
                folder.mkdir()
                shelf, run = Shelf(studio), run_id(out)
                progress = progress or studio.progress
                note = _begin(journal, run, self, plan, out, force, own)
                decider = Decider(
                    plan,
                    Surroundings(studio),
                    journal=journal,
                    shelf=shelf,
                    run=run,
                    first=note.round,
                    folder=folder,
                    fresh=fresh,
                )
                crew = choose_crew(studio, shelf, progress, executor=executor, jobs=jobs, width=plan.width)
                with closing(crew):
                    last = Engine(
                        plan, decider, journal=journal, crew=crew, shelf=shelf, tell=tell or (lambda event: None)
                    ).drive()
                progress.update(1.0, "done")
                journal.forget(run, before=last)  # steps that are no longer in the piece
                results = Results(plan, journal, run, shelf, studio, first=note.round)
                page = results.write_page(folder)
                seconds = round(time.perf_counter() - began, 3)
                results.write_manifest(folder, page=page, seconds=seconds)
                works = results.works()
                names = place_folder(folder, out, own, force=force)
                parts = {**note.parts, "own": hashes(out, names)}
                journal.put([replace(note, state="done", round=last, seconds=seconds, parts=parts)])
        except OSError as error:
            raise OutputError(
                f"cannot write {str(out)!r}: {error.strerror or error}; choose another folder with --out"
            ) from error
        return PieceResult(
            works=works,
            files=tuple(out / name for name in names),
            page=out / page if page else None,
            manifest=out / "manifest.json",
            seconds=seconds,
        )


def _rounds(journal: Journal, run: str) -> int:
    before = journal.get(run, "")
    return before.round if before else 0


def _own(journal: Journal, piece: Piece, plan: Plan, out: Path) -> dict[str, str]:
    """The files that the last run of this piece, with this seed and these values, placed in the folder; their hashes."""
    before = journal.get(run_id(out), "")
    mine = {"piece": piece.name, "seed": plan.seed, "values": dict(plan.values)}
    if before is None or any(before.parts.get(name) != value for name, value in mine.items()):
        return {}
    return dict(before.parts.get("own", {}))


def _begin(
    journal: Journal, run: str, piece: Piece, plan: Plan, out: Path, force: bool, own: Mapping[str, str]
) -> Entry:
    """Note that a run begins: all that is needed to go on with it."""
    parts = {
        "piece": piece.name,
        "file": str(piece.file or ""),
        "out": str(out.absolute()),
        "seed": plan.seed,
        "values": dict(plan.values),
        "force": force,
        "own": dict(own),
    }
    note = Entry(run=run, step="", round=_rounds(journal, run) + 1, parts=parts)
    journal.put([note])
    return note
