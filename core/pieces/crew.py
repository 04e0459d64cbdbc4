"""Who does the steps of a piece: an executor, by the one seam that the standard library has for it
(`concurrent.futures.Executor`). The works are the same whoever does them.

Other processes are given a job as plain values and make a studio of their own, once, from a recipe; works go between them
through the library alone. What is at work when a run is stopped is ended, and leaves whole works or none.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Executor, Future
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, Protocol

from ..errors import ArtwrightError, Cancelled, InputError, PluginError, tell_error
from .doing import Job, Outcome, do

if TYPE_CHECKING:
    from ..marks.wishes import Wishes
    from ..progress import Progress
    from ..studio import Studio
    from .shelf import Shelf

__all__ = ["Crew", "Here", "Part", "StudioRecipe", "Workers", "choose_crew", "dask", "processes"]

_AHEAD = 2  # jobs that are handed over for each worker, so that none waits for the next


class Crew(Protocol):
    """Those who do jobs. room: how many jobs they take at once; is_apart: whether they are other processes, which see a
    work only through the library.
    """

    room: int
    is_apart: bool

    def submit(self, job: Job, *, start: float, share: float) -> Future[Outcome]:
        """Have a job done. start, share: which part of the whole it is, for its progress."""

    def renew(self) -> None:
        """Get others, after one of them died."""

    def close(self) -> None:
        """Let them go; what is at work is ended."""


class Here:
    """This process, one job after another."""

    room = 1
    is_apart = False

    def __init__(self, studio: Studio, shelf: Shelf, progress: Progress) -> None:
        self._studio, self._shelf, self.progress = studio, shelf, progress

    def submit(self, job: Job, *, start: float, share: float) -> Future[Outcome]:
        """Do a job; its errors are in the future, but those that end a run pass."""
        future: Future[Outcome] = Future()
        part = Part(self.progress, start, share, job.name)
        part.update(0.0)
        try:
            future.set_result(do(self._studio, self._shelf, job, part))
        except Cancelled:
            raise
        except Exception as error:
            future.set_exception(error)
        return future

    def renew(self) -> None:
        """There is only this one."""

    def close(self) -> None:
        """Nothing is open."""


class Part:
    """Progress of one step as a part of the whole."""

    def __init__(self, whole: Progress, start: float, share: float, name: str) -> None:
        self.whole, self.start, self.share, self.name = whole, start, share, name

    def update(self, share: float, text: str = "") -> None:
        """Tell the whole how far this part is."""
        self.whole.update(self.start + self.share * share, f"{self.name}: {text}" if text else self.name)


# ---------------------------------------------------------------------- other processes


@dataclass(frozen=True, kw_only=True)
class StudioRecipe:
    """What a studio is made from, as plain values. installed: names of plugins that are installed; added: (name, module) of
    those that were added by hand.
    """

    home: str
    device: str | None
    download: bool
    marks: Wishes
    installed: tuple[str, ...]
    added: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, studio: Studio) -> StudioRecipe:
        """The recipe of a studio. Raises InputError if it has a plugin that is no module: no other process can have it."""
        installed = {record.name for record in studio.host.records}
        added = []
        for name, plugin in studio.host.manager.list_name_plugin():
            if name in installed:
                continue
            if not isinstance(plugin, ModuleType):
                raise InputError(
                    f"the plugin {name!r} is an object of this process; a piece with it runs here: --executor here"
                )
            added.append((name, plugin.__name__))
        return cls(
            home=str(studio.home.absolute()),
            device=studio.devices.asked,
            download=studio.download,
            marks=studio.marks,
            installed=tuple(sorted(installed)),
            added=tuple(added),
        )

    def make(self) -> Studio:
        """A studio like the one that the recipe is of."""
        from ..loader import PluginHost, installed_points
        from ..studio import Studio

        host = PluginHost(point for point in installed_points() if point.name in self.installed)
        for name, module in self.added:
            host.add(import_module(module), name)
        return Studio(Path(self.home), device=self.device, download=self.download, host=host, marks=self.marks)


_TURN = threading.Lock()  # workers that are threads of one process do one job at a time


@lru_cache(maxsize=1)
def _studio(recipe: StudioRecipe) -> tuple[Studio, Shelf]:
    from .shelf import Shelf

    studio = recipe.make()
    return studio, Shelf(studio)


def work(recipe: StudioRecipe, job: Job) -> Outcome:
    """Do a job in a process of a crew; its studio, and the models it loads, stay for the next."""
    with _TURN:
        try:
            studio, shelf = _studio(recipe)
            return do(studio, shelf, job)
        except (ArtwrightError, OSError):
            raise
        except Exception as error:  # its type may not be known to who waits for it
            raise PluginError(tell_error(error)) from None


class Workers:
    """An executor's workers. make: makes one, end: ends one and what is at work; workers: how many there are; here: does what
    is known already and only to be written, as long as there is no worker: a run with nothing new needs none.
    """

    is_apart = True

    def __init__(
        self,
        recipe: StudioRecipe,
        make: Callable[[], Executor],
        end: Callable[[Any], None],
        *,
        workers: int,
        here: Here,
    ) -> None:
        self.room = workers * _AHEAD
        self._recipe, self._make, self._end, self._here = recipe, make, end, here
        self._executor: Executor | None = None

    def submit(self, job: Job, *, start: float, share: float) -> Future[Outcome]:
        """Have a job done by the next worker that is free."""
        if self._executor is None:
            if job.known:
                return self._here.submit(job, start=start, share=share)
            self._executor = self._make()
        self._here.progress.update(start, job.name)
        try:
            return self._executor.submit(work, self._recipe, job)
        except BrokenExecutor as error:  # a worker died since; it is told as for the jobs that it had
            future: Future[Outcome] = Future()
            future.set_exception(error)
            return future

    def renew(self) -> None:
        """Other workers in place of those of whom one died."""
        self.close()

    def close(self) -> None:
        """End the workers, and what they do."""
        executor, self._executor = self._executor, None
        if executor is not None:
            self._end(executor)


def processes(
    recipe: StudioRecipe, workers: int, here: Here, *, is_shared: Callable[[], bool] = lambda: False
) -> Workers:
    """Processes of this computer. They end with the one that they work for, however that ends. is_shared: asked before the
    first job whether they would share an accelerator: then there is one, since each would load its models there.
    """
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor

    method = "forkserver" if "forkserver" in multiprocessing.get_all_start_methods() else "spawn"

    def make() -> Executor:
        context = multiprocessing.get_context(method)
        return ProcessPoolExecutor(1 if is_shared() else workers, mp_context=context, initializer=_begin_worker)

    return Workers(recipe, make, _end_processes, workers=workers, here=here)


def _begin_worker() -> None:
    """Ctrl-C is for who waits; when that one is gone, however it went, its workers go too."""
    import multiprocessing
    import signal
    from multiprocessing.connection import wait

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()

    def watch() -> None:
        if parent is not None:
            wait([parent.sentinel])
            os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def _end_processes(executor: Any) -> None:
    running = list((executor._processes or {}).values())  # there is no public way before Python 3.14
    executor.shutdown(wait=False, cancel_futures=True)
    for process in running:
        process.terminate()
    for process in running:
        process.join(5)


def dask(recipe: StudioRecipe, address: str, workers: int, here: Here) -> Workers:
    """Workers of Dask: those of a scheduler at an address, or a cluster of this computer where none is given. All must see
    the home's folder, in which works are handed on, under the same path.

    Raises InputError if Dask is not installed or no scheduler answers.
    """
    try:
        distributed: Any = import_module("distributed")
    except ImportError as error:
        raise InputError("Dask is not installed; install it with: pip install 'artwright[cluster]'") from error

    def make() -> Executor:
        try:
            cluster: Any = address or distributed.LocalCluster(
                n_workers=workers, threads_per_worker=1, dashboard_address=None, silence_logs=50
            )
            client = distributed.Client(cluster, timeout=20)
        except (OSError, ValueError, TimeoutError) as error:
            raise InputError(f"no Dask scheduler answers at {address!r}: {tell_error(error)}") from error
        executor: Executor = client.get_executor(pure=False)
        executor.artwright_cluster = (client, None if address else cluster)  # type: ignore[attr-defined]
        return executor

    def end(executor: Any) -> None:
        client, cluster = executor.artwright_cluster
        executor.shutdown(wait=False)
        client.close()
        if cluster is not None:
            cluster.close()

    return Workers(recipe, make, end, workers=workers, here=here)


def choose_crew(
    studio: Studio, shelf: Shelf, progress: Progress, *, executor: str = "here", jobs: int | None = None, width: int = 1
) -> Crew:
    """The crew of a run. executor: "here", "processes", "dask" or "dask=ADDRESS"; jobs: how many workers, as many as there
    are cores by default, and one where a device is shared; width: how many tasks can be done at once.

    Raises InputError for another name.
    """
    kind, _, address = executor.partition("=")
    if kind not in ("here", "processes", "dask") or (address and kind != "dask"):
        raise InputError(f"there is no executor {executor!r}; there are: here, processes, dask, dask=ADDRESS")
    if jobs is not None and not 1 <= jobs <= 256:
        raise InputError(f"{jobs} jobs were asked for; 1 to 256 are possible")
    workers = min(jobs or os.cpu_count() or 1, max(1, width))
    here = Here(studio, shelf, progress)
    if kind == "dask":
        return dask(StudioRecipe.of(studio), address, workers, here)
    if kind == "processes" and workers > 1:
        is_shared = (lambda: bool(studio.devices.accelerators)) if jobs is None else (lambda: False)
        return processes(StudioRecipe.of(studio), workers, here, is_shared=is_shared)
    return here
