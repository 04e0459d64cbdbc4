"""What a run of a piece leaves: its works by step, its manifest and its page, from the rows of the journal."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..artwork import Artwork
from ..files import now
from ..manifest import plain_json
from ..requests import Analysis
from .journal import Entry
from .page import render_page
from .schema import StepSpec

if TYPE_CHECKING:
    from ..studio import Studio
    from .journal import Journal
    from .plan import Plan
    from .shelf import Shelf

__all__ = ["PieceResult", "Results", "StepResult"]

SHOWN = 200
"""Works that a page shows; more would open slowly."""


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
    """works by step, each read from the library when it is asked for; files written, the page and the manifest among
    them; page: its path, or None; seconds: wall time.
    """

    works: Mapping[str, Artwork]
    files: tuple[Path, ...]
    page: Path | None
    manifest: Path
    seconds: float


class Works(Mapping[str, Artwork]):
    """The works of a run by the names of their tasks. A work that was cleaned away raises UnknownName."""

    def __init__(self, ids: Mapping[str, tuple[str, str]], shelf: Shelf) -> None:
        self._ids, self._shelf = ids, shelf

    def __getitem__(self, name: str) -> Artwork:
        id_, title = self._ids[name]
        return self._shelf.get(id_).with_(title=title)

    def __iter__(self) -> Iterator[str]:
        return iter(self._ids)

    def __len__(self) -> int:
        return len(self._ids)


class Results:
    """The rows of a run that has ended, read again one at a time. first: the round it began with: what was made before is
    reused.
    """

    def __init__(self, plan: Plan, journal: Journal, run: str, shelf: Shelf, studio: Studio, *, first: int) -> None:
        self.plan, self.journal, self.run, self.shelf, self.studio, self.first = (
            plan,
            journal,
            run,
            shelf,
            studio,
            first,
        )

    def _rows(self) -> Iterator[tuple[StepSpec, Entry]]:
        entries = self.journal.entries(self.run)
        tasks = (task for label in self.plan.spec.steps for task in self.plan.tasks(label))
        for task, entry in zip(tasks, entries, strict=True):
            yield task.step, entry

    def works(self) -> Works:
        """All works, by the names of their tasks."""
        return Works({entry.step: (entry.work, entry.title) for entry in self.journal.entries(self.run)}, self.shelf)

    def write_page(self, folder: Path) -> str:
        """Write the page into the folder; returns its name, "" if the piece has none."""
        spec = self.plan.spec
        if not spec.page:
            return ""
        shown: list[StepResult] = []
        for step, entry in self._rows():
            if step.outputs and len(shown) < SHOWN:
                shown.append(self._result(step, entry))
        title = spec.title or self.plan.name
        text = render_page(
            shown,
            self.studio.registry.media,
            title=title,
            about=str(spec.about),
            seed=self.plan.seed,
            folder=folder,
        )
        (folder / spec.page).write_text(text, "utf-8")
        return spec.page

    def _result(self, step: StepSpec, entry: Entry) -> StepResult:
        return StepResult(
            name=entry.step,
            step=step,
            work=self.shelf.get(entry.work).with_(title=entry.title),
            files=step.outputs,
            seconds=entry.seconds,
            reused=entry.made < self.first,
            analysis=_analysis(entry) if step.operation == "analyze" else None,
        )

    def write_manifest(self, folder: Path, *, page: str, seconds: float) -> None:
        """Write `manifest.json`, a step at a time."""
        from ... import __version__

        values = {**self.plan.spec.values, **self.plan.values}
        head = {
            "piece": self.plan.name,
            "title": self.plan.spec.title,
            "artwright_version": __version__,
            "seed": self.plan.seed,
            "values": {name: _without_folder(value) for name, value in values.items()},
            "created": now().isoformat(timespec="seconds"),
            "seconds": seconds,
            "page": page,
        }
        with open(folder / "manifest.json", "w", encoding="utf-8", newline="\n") as file:
            file.write(json.dumps(plain_json(head), ensure_ascii=False, indent=1)[:-2])
            file.write(',\n "steps": [')
            for number, (step, entry) in enumerate(self._rows()):
                text = json.dumps(plain_json(self._row(step, entry)), ensure_ascii=False, indent=1)
                file.write((",\n" if number else "\n") + "\n".join(f"  {line}" for line in text.splitlines()))
            file.write("\n ]\n}\n")

    def _row(self, step: StepSpec, entry: Entry) -> dict[str, Any]:
        return {
            "step": entry.step,
            "operation": step.operation,
            "medium": entry.result.get("medium") or entry.parts["medium"],
            "work": entry.work,
            "title": entry.title,
            "seconds": entry.seconds,
            "reused": entry.made < self.first,
            "files": list(step.outputs),
            "remark": entry.result.get("remark", ""),
            "provenance": self.shelf.provenance(entry.work),
            "analysis": entry.result.get("findings") if step.operation == "analyze" else None,
        }


def _analysis(entry: Entry) -> Analysis:
    return Analysis(**{name: entry.result[name] for name in ("medium", "findings", "explanation")})


def _without_folder(value: Any) -> Any:
    """A value of a piece as its record tells it: of a file its name alone, since records are published."""
    return Path(value).name if isinstance(value, str) and Path(value).is_absolute() else value
