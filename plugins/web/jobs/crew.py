"""The crew: starts the workers, replaces those that die, and ends those that hang."""

from __future__ import annotations

import multiprocessing
import os
import secrets
import threading
import time
from multiprocessing.context import SpawnProcess
from pathlib import Path

from .queue import Queue
from .worker import is_alive, run

__all__ = ["Crew"]

_PAUSE_S = 0.5
_STOP_S = 10.0  # a job that is to stop and does not tell how far it is


class Crew:
    """Workers of a home. count: how many; device: as `DeviceManager`; minutes: the longest that a job may take.

    `start` and `close`; in between a thread looks after them. Jobs whose workers died with an earlier server are queued
    again at the start.
    """

    def __init__(self, home: Path, *, count: int = 1, device: str | None = None, minutes: float = 30.0) -> None:
        self._home, self._count, self._device, self._longest_s = home, count, device, minutes * 60
        self._queue = Queue(home)
        self._workers: dict[str, SpawnProcess] = {}
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look_after, name="artwright-crew", daemon=True)
        self._stopping: dict[str, float] = {}

    def start(self) -> None:
        """Start the workers."""
        self._thread.start()

    def close(self) -> None:
        """End them; what they were doing is queued again."""
        self._over.set()
        self._thread.join()
        for process in self._workers.values():
            process.kill()
            process.join()
        self._queue.give_back(lambda worker: is_alive(self._home, worker))

    def _look_after(self) -> None:
        while not self._over.is_set():
            for name in [name for name, process in self._workers.items() if not process.is_alive()]:
                self._workers.pop(name).join()
            self._queue.give_back(lambda worker: is_alive(self._home, worker))
            self._end_those_that_hang()
            while len(self._workers) < self._count:
                self._add()
            self._over.wait(_PAUSE_S)

    def _add(self) -> None:
        name = secrets.token_hex(4)
        process = multiprocessing.get_context("spawn").Process(
            target=run, args=(self._home, name, os.getpid(), self._device), name=f"artwright-worker-{name}", daemon=True
        )
        process.start()
        self._workers[name] = process

    def _end_those_that_hang(self) -> None:
        now = time.time()
        running = self._queue.running()
        self._stopping = {job.id: self._stopping.get(job.id, now) for job in running if job.stopped}
        for job in running:
            process = self._workers.get(job.worker)
            if process is None:
                continue
            if now - job.begun > self._longest_s:
                told = f"it took longer than {self._longest_s / 60:g} minutes; ask for less"
                if self._queue.end(job, "failed", error=told):
                    process.kill()
            elif job.stopped and now - self._stopping[job.id] > _STOP_S and self._queue.end(job, "cancelled"):
                process.kill()  # where it had just ended by itself, the worker is at another
