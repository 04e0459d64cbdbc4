"""One step of a piece, done: what is asked goes in as plain values, what came of it comes out as plain values, so that
any process of any computer that shares the library can do it.
"""

from __future__ import annotations

import json
import signal
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..artwork import Artwork
from ..errors import FormatError, PluginError, StoreError, UnknownName
from ..manifest import plain_json
from ..requests import Analysis
from ..theme import Theme, join_themes
from .choosing import by_taste, choose_work
from .page import language_of
from .schema import StepSpec
from .shelf import Shelf

if TYPE_CHECKING:
    from ..progress import Progress
    from ..studio import Studio

__all__ = ["Job", "Outcome", "Parent", "do", "write_analysis"]


@dataclass(frozen=True)
class Parent:
    """A work that a step is made from: the step that made it, its id and the title it has there."""

    step: str
    id: str
    title: str


@dataclass(frozen=True, kw_only=True)
class Job:
    """A step to be done.

    step: filled in; medium: of the model that works; options: with their places; parents: by the key that names them;
    folder: where its files go; known: the id of its work where that was made before.
    """

    name: str
    step: StepSpec
    medium: str
    seed: int
    options: Mapping[str, Any]
    parents: Mapping[str, tuple[Parent, ...]]
    folder: str
    known: str = ""


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What a step came to. reused: its work was known and there; lost: ids of parents that are not in the library as
    they were: nothing was done; kept: whether the library has the work.
    """

    work: str = ""
    title: str = ""
    result: Mapping[str, Any] = field(default_factory=dict)
    seconds: float = 0.0
    reused: bool = False
    kept: bool = True
    lost: tuple[str, ...] = ()


class _Lost(Exception):
    def __init__(self, parent: Parent) -> None:
        super().__init__(parent.id)
        self.parent = parent


def do(studio: Studio, shelf: Shelf, job: Job, progress: Progress | None = None) -> Outcome:
    """Make or read what a step asks for, and write its files. Raises what the operation raises."""
    began = time.perf_counter()
    try:
        with limited(job.step.timeout):
            outcome = (_read if job.step.operation == "analyze" else _make)(studio, shelf, job, progress)
    except _Lost as lost:
        return Outcome(lost=(lost.parent.id,))
    return replace(outcome, seconds=round(time.perf_counter() - began, 3))


@contextmanager
def limited(seconds: float | None) -> Iterator[None]:
    """Stop the block after so many seconds, with a PluginError; where the system or a thread knows no alarm it goes on."""
    if seconds is None or not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(*_: object) -> None:
        raise PluginError(f"it took longer than {seconds:g} s; give it more with 'timeout', or ask for less")

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _read(studio: Studio, shelf: Shelf, job: Job, progress: Progress | None) -> Outcome:
    work = _parent(shelf, job, "work")
    analysis = studio.analyze(
        work,
        model=job.step.model,
        options=job.options,
        explain=job.step.explain,
        language=language_of(work),
        plot=any(file.endswith(".png") for file in job.step.outputs),
        progress=progress,
    )
    for file in job.step.outputs:
        write_analysis(analysis, Path(job.folder) / file)
    result = {"medium": analysis.medium, "findings": plain_json(analysis.findings), "explanation": analysis.explanation}
    return Outcome(work=work.id, title=work.title, result=result)


def _make(studio: Studio, shelf: Shelf, job: Job, progress: Progress | None) -> Outcome:
    known, remark = _known(shelf, job), ""
    if known is None:
        made, remark = choose_work(
            studio, job.step, job.seed, lambda seed: _operate(studio, shelf, job, seed, progress)
        )
    work = known if known is not None else shelf.put(made)
    shown = work.with_(title=job.step.title) if job.step.title else work
    for file in job.step.outputs:
        studio.save(shown, Path(job.folder) / file, force=True)  # the folder is the run's own
    result = {"own_title": work.title} if job.step.title else {}
    return Outcome(
        work=work.id,
        title=shown.title,
        result={**result, "remark": remark} if remark else result,
        reused=known is not None,
        kept=shelf.is_kept(work.id),
    )


def _known(shelf: Shelf, job: Job) -> Artwork | None:
    try:
        return shelf.get(job.known) if job.known else None
    except (UnknownName, StoreError, FormatError):
        return None


def _operate(studio: Studio, shelf: Shelf, job: Job, seed: int, progress: Progress | None) -> Artwork:
    step = job.step
    style: str | Artwork | None = _parent(shelf, job, "style_from") if step.style_from else step.style or None
    if step.operation == "generate":
        owner, model = studio.model(job.medium, step.model, "generate")  # a piece follows nobody's defaults
        return studio.generate(
            job.medium,
            _theme(studio, shelf, job),
            model=f"{owner}:{model.name}",
            style=style,
            options=job.options,
            seed=seed,
            sources=_parents(shelf, job, "from"),
            candidates=step.candidates if by_taste(step) else 1,
            novelty=step.novelty,
            progress=progress,
        )
    base = _parent(shelf, job, "work")
    if step.operation == "transfer_style":
        assert style is not None
        return studio.transfer_style(
            base,
            style,
            model=step.model,
            strength=step.strength,
            options=job.options,
            seed=seed,
            progress=progress,
        )
    return studio.restore(
        base, model=step.model, region=step.region or None, options=job.options, seed=seed, progress=progress
    )


def _theme(studio: Studio, shelf: Shelf, job: Job) -> Theme:
    given = [studio.theme(job.step.theme)] if job.step.theme else []
    return join_themes([*given, *(studio.theme(work) for work in _parents(shelf, job, "theme_from"))])


def _parent(shelf: Shelf, job: Job, key: str) -> Artwork:
    (work,) = _parents(shelf, job, key)
    return work


def _parents(shelf: Shelf, job: Job, key: str) -> tuple[Artwork, ...]:
    works = []
    for parent in job.parents.get(key, ()):
        try:
            works.append(shelf.get(parent.id).with_(title=parent.title))
        except (UnknownName, StoreError, FormatError) as error:
            raise _Lost(parent) from error
    return tuple(works)


def write_analysis(analysis: Analysis, path: Path) -> None:
    """Write what was read, in the form of the suffix: .json, .txt (the explanation) or .png (the plot)."""
    if path.suffix == ".json":
        row = {"medium": analysis.medium, "findings": dict(analysis.findings), "explanation": analysis.explanation}
        path.write_text(json.dumps(row, ensure_ascii=False, indent=1) + "\n", "utf-8")
    elif path.suffix == ".txt":
        path.write_text(analysis.explanation + "\n", "utf-8")
    elif analysis.plot is not None:
        analysis.plot.save(path)
