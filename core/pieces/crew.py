"""Who does the steps of a piece: an executor, by the one seam that the standard library has for it
(`concurrent.futures.Executor`). The bytes are the same whoever does them.
"""

from __future__ import annotations

from concurrent.futures import Future
from typing import TYPE_CHECKING, Protocol

from ..errors import Cancelled
from .doing import Job, Outcome, do

if TYPE_CHECKING:
    from ..progress import Progress
    from ..studio import Studio
    from .shelf import Shelf

__all__ = ["Crew", "Here", "Part"]


class Crew(Protocol):
    """Those who do jobs. room: how many jobs they take at once; is_apart: whether they are other processes, which see a
    work only through the library.
    """

    room: int
    is_apart: bool

    def submit(self, job: Job, *, start: float, share: float) -> Future[Outcome]:
        """Have a job done. start, share: which part of the whole it is, for its progress."""

    def close(self) -> None:
        """Let them go; what is at work is stopped."""


class Here:
    """This process, one job after another."""

    room = 1
    is_apart = False

    def __init__(self, studio: Studio, shelf: Shelf, progress: Progress) -> None:
        self._studio, self._shelf, self._progress = studio, shelf, progress

    def submit(self, job: Job, *, start: float, share: float) -> Future[Outcome]:
        """Do a job; its errors are in the future, but those that end a run pass."""
        future: Future[Outcome] = Future()
        part = Part(self._progress, start, share, job.name)
        part.update(0.0)
        try:
            future.set_result(do(self._studio, self._shelf, job, part))
        except Cancelled:
            raise
        except Exception as error:
            future.set_exception(error)
        return future

    def close(self) -> None:
        """Nothing is open."""


class Part:
    """Progress of one step as a part of the whole."""

    def __init__(self, whole: Progress, start: float, share: float, name: str) -> None:
        self.whole, self.start, self.share, self.name = whole, start, share, name

    def update(self, share: float, text: str = "") -> None:
        """Tell the whole how far this part is."""
        self.whole.update(self.start + self.share * share, f"{self.name}: {text}" if text else self.name)
