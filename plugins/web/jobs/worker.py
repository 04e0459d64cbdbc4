"""A worker: a process that takes jobs one by one. It holds a lock while it lives, by which others know that it does."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ....core.errors import ArtwrightError, Cancelled, tell_error
from ....core.files import make_folder
from ....core.home import locks_folder
from ....core.locks import lock, unlock
from ..asking.answers import facts
from ..asking.doing import do
from ..asking.shown import prepare
from ..asking.studios import Studios
from ..asking.verbs import JOBS, read_ask
from .queue import Job, Queue

if TYPE_CHECKING:
    from ....core.studio import Studio

__all__ = ["do_job", "is_alive", "lock_of", "run"]

_PAUSE_S = 0.2
_TELL_S = 0.25


class _Told:
    """Progress of a job, written to the queue a few times a second."""

    def __init__(self, queue: Queue, job: Job) -> None:
        self._queue, self._job, self._last = queue, job, 0.0

    def update(self, share: float, text: str = "") -> None:
        """Raises Cancelled once the job shall stop."""
        now = time.monotonic()
        if now - self._last < _TELL_S:
            return
        self._last = now
        if not self._queue.tell(self._job, share, text):
            raise Cancelled("the job was cancelled")


def lock_of(home: Path, worker: str) -> Path:
    """The file that a worker locks while it lives."""
    return locks_folder(home) / f"worker-{worker}.lock"


def is_alive(home: Path, worker: str) -> bool:
    """Whether a worker lives."""
    file = lock_of(home, worker)
    if not file.exists():
        return False
    handle = lock(file)
    if handle is None:
        return True
    unlock(handle)
    file.unlink(missing_ok=True)
    return False


def do_job(studio: Studio, queue: Queue, job: Job) -> None:
    """Do a job and write down what it came to; whatever happens in it ends it alone."""
    try:
        ask = read_ask(JOBS[job.operation], dict(job.ask))
        result = do(studio, job.medium, job.operation, ask, _Told(queue, job))
        queue.end(job, "done", result=_row(studio, result))
    except Cancelled:
        queue.end(job, "cancelled")
    except ArtwrightError as error:
        queue.end(job, "failed", error=str(error))
    except MemoryError:
        queue.end(job, "failed", error="the memory is not enough for this; ask for less, or a smaller size")
    except Exception as error:
        queue.end(job, "failed", error=tell_error(error))


def _row(studio: Studio, result: Any) -> dict[str, Any]:
    if isinstance(result, list):
        return {"ideas": [{"kind": i.kind, "text": i.text} for i in result]}
    if hasattr(result, "findings"):
        return {"findings": dict(result.findings), "explanation": result.explanation}
    prepare(studio, result)
    row = facts(studio, result)
    return {"work": result.id, "remarks": row["remarks"], "unused": row.get("unused", [])}


def run(home: Path, worker: str, parent: int, device: str | None) -> None:
    """Work the queue of a home off until the process that started this one is gone."""
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    from ....core.studio import Studio

    make_folder(locks_folder(home))
    handle = lock(lock_of(home, worker))
    studios, queue = Studios(Studio(home, device=device)), Queue(home)
    while os.getppid() == parent and handle is not None:
        job = queue.take(worker)
        if job is None:
            time.sleep(_PAUSE_S)
        else:
            do_job(studios.of(job.person), queue, job)
