"""What a studio has and lends: a home with its library and feedback, plugins, devices, progress."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from functools import cached_property
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

from .devices import DeviceManager
from .dispatch import Dispatcher
from .feedback.store import FeedbackStore
from .holdings import Holdings
from .home import home_path
from .library import Library
from .loader import PluginHost
from .marks.marking import Marker
from .marks.wishes import Wishes, read_wishes
from .places import Given, lend_options
from .pretrained.own_models import read_models
from .progress import Progress, Silent
from .registry import ModelSpec, Registry
from .requests import Context

__all__ = ["Resources"]


class Resources:
    """What the operations of a studio work with.

    home: where works, ratings and trained weights are kept (default: `home_path()`); device: as in `DeviceManager`;
    progress: told of long work; download: whether models may use the network; devices, points, host: a device manager,
    entry points and a host of plugins of one's own (tests); marks: what is wanted on files that are written (default: what the
    home says).
    """

    def __init__(
        self,
        home: Path | None = None,
        *,
        device: str | None = None,
        progress: Progress | None = None,
        download: bool = False,
        devices: DeviceManager | None = None,
        points: Iterable[EntryPoint] | None = None,
        host: PluginHost | None = None,
        marks: Wishes | None = None,
    ) -> None:
        self.home = Path(home) if home is not None else home_path()
        self.devices = devices or DeviceManager(device or os.environ.get("ARTWRIGHT_DEVICE") or None)
        self.progress: Progress = progress or Silent()
        self.download = download
        self.host = host or PluginHost(points)
        self.marks = marks if marks is not None else read_wishes(self.home)
        self._holdings = Holdings(self.home, self.host)
        self._dispatcher = Dispatcher(self.host, self.devices, self.context)

    @property
    def registry(self) -> Registry:
        """Media, models and styles that are installed."""
        return self.host.registry

    def model(self, medium: str, name: str | None, operation: str) -> tuple[str, ModelSpec]:
        """(owner, spec) of a model by any of its names, those of the person's own list among them; without one, the
        medium's default. Raises as `Registry.model` does.
        """
        return self.registry.model(medium, name and read_models(self.home).full_name(name), operation)

    @property
    def library(self) -> Library:
        """The works on disk."""
        return self._holdings.library

    @cached_property
    def marker(self) -> Marker:
        """What gives files their marks."""

        def find(id_: str) -> Path | None:
            row = self.library.known(id_)
            return Path(row["file"]) if row else None

        return Marker(self.home, self.marks, find)

    @cached_property
    def feedback(self) -> FeedbackStore:
        """What people said of works."""
        store = FeedbackStore(self.home)
        store.listen(lambda entry: self._dispatcher.tell("on_feedback", feedback=entry))
        return store

    def context(self, seed: int = 0, devices: DeviceManager | None = None, progress: Progress | None = None) -> Context:
        """What is lent to a plugin for one call. devices: a view of the studio's that records what is used."""
        return Context(
            devices=devices or self.devices,
            library=self.library,
            feedback=self.feedback,
            home=self.home,
            seed=seed,
            progress=progress or self.progress,
            download=self.download,
            media=self.registry.media,
            styles=self.registry.styles,
        )

    def _lend(
        self, spec: ModelSpec, operation: str, options: Mapping[str, Any] | None, *, force: bool
    ) -> AbstractContextManager[Given]:
        return lend_options(
            spec.options_type(),
            options or {},
            model=spec.name,
            operation=operation,
            keeper=self.library,
            force=force,
        )
