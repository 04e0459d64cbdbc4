"""Finds plugins and contains their failures.

Every plugin is an entry point of the group `artwright.plugins`; the built-in ones are found in the same way. Each
is imported, checked and registered by itself: a broken one costs a record and a line on stderr, never the program.
`ARTWRIGHT_PLUGINS=a,b` limits the plugins by name (empty: none); `ARTWRIGHT_STRICT_PLUGINS=1` raises instead of
containing.
"""

from __future__ import annotations

import inspect
import os
import time
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from typing import Any

import pluggy

from .errors import ArtwrightError, PluginError
from .hookspecs import EventHooks, OperationHooks, RegistrationHooks
from .registry import Registry

__all__ = ["GROUP", "LoadRecord", "PluginHost", "builtin_points"]

GROUP = "artwright.plugins"
_REGISTRATION = ("register_media", "register_models", "register_styles")


@dataclass(frozen=True, kw_only=True)
class LoadRecord:
    """What became of one plugin: its name, distribution and version, the seconds it took, and the error, if any."""

    name: str
    distribution: str
    version: str
    seconds: float
    error: str = ""
    hooks: tuple[str, ...] = ()


class PluginHost:
    """Loaded plugins, what they registered, and calls to them.

    points: the entry points to load, in order; None finds the installed ones.
    """

    def __init__(self, points: Iterable[EntryPoint] | None = None) -> None:
        self.manager = pluggy.PluginManager("artwright")
        for specs in (RegistrationHooks, OperationHooks, EventHooks):
            self.manager.add_hookspecs(specs)
        self.registry = Registry()
        self.records: list[LoadRecord] = []
        self._callers: dict[tuple[str, str], Any] = {}
        chosen = _installed() if points is None else list(points)
        for point in chosen:
            self._load(point)

    def _load(self, point: EntryPoint) -> None:
        began = time.perf_counter()
        error = ""
        try:
            self.add(point.load(), point.name)
        except (Exception, SystemExit) as problem:
            if os.environ.get("ARTWRIGHT_STRICT_PLUGINS") == "1":
                raise
            error = str(problem) if isinstance(problem, ArtwrightError) else f"{type(problem).__name__}: {problem}"
        dist = point.dist
        plugin = self.manager.get_plugin(point.name)
        self.records.append(
            LoadRecord(
                name=point.name, distribution=dist.name if dist else "", version=dist.version if dist else "",
                seconds=time.perf_counter() - began, error=" ".join(error.split()),
                hooks=tuple(sorted(c.name for c in self.manager.get_hookcallers(plugin) or ())) if plugin else (),
            )
        )

    def add(self, plugin: object, name: str) -> None:
        """Register one plugin object (a module, or an instance) and let it register what it brings.

        Raises PluginError if its name is taken, a hook is unknown or has another signature; then nothing of it stays.
        """
        if self.manager.has_plugin(name):
            raise PluginError(f"two plugins are called {name!r}; remove or rename one of them")
        _check_signatures(self.manager, plugin, name)
        self.manager.register(plugin, name)
        self._callers.clear()
        try:
            self.registry.loading(name)
            for hook in _REGISTRATION:
                self._subset(hook, name)(registry=self.registry)
        except BaseException:
            self.registry.forget(name)
            self.manager.unregister(name=name)
            self._callers.clear()
            raise

    def version(self, plugin: str) -> str:
        """The version of the distribution that a plugin came with, "" if it came without one."""
        return next((r.version for r in self.records if r.name == plugin), "")

    def names(self) -> tuple[str, ...]:
        """Loaded plugins in order of loading."""
        return tuple(name for name, _ in self.manager.list_name_plugin())

    def caller(self, hook: str, owner: str) -> Any:
        """A call of `hook` that reaches the plugin `owner` alone, inside the wrappers of all plugins."""
        key = (hook, owner)
        found = self._callers.get(key)
        if found is None:
            found = self._callers[key] = self._subset(hook, owner)
        return found

    def _subset(self, hook: str, owner: str) -> Any:
        caller = getattr(self.manager.hook, hook)
        kept = self.manager.get_plugin(owner)
        others = [i.plugin for i in caller.get_hookimpls() if not (i.wrapper or i.hookwrapper) and i.plugin is not kept]
        return self.manager.subset_hook_caller(hook, others)


def builtin_points() -> list[EntryPoint]:
    """The entry points that artwright's own distribution declares."""
    return [point for point in _installed() if point.dist is not None and point.dist.name == "artwright"]


def _installed() -> list[EntryPoint]:
    found = sorted(entry_points(group=GROUP), key=lambda p: (p.dist is None or p.dist.name != "artwright", p.name))
    told = os.environ.get("ARTWRIGHT_PLUGINS")
    if told is None:
        return found
    wanted = {name.strip() for name in told.split(",") if name.strip()}
    return [point for point in found if point.name in wanted]


def _check_signatures(manager: pluggy.PluginManager, plugin: object, name: str) -> None:
    """Refuse what pluggy would let pass or tell badly: unknown hooks, other arguments, defaults, keyword-only ones."""
    specs = [item for s in (RegistrationHooks, OperationHooks, EventHooks) for item in vars(s).items() if not item[0].startswith("_")]
    known = {hook: tuple(inspect.signature(function).parameters)[1:] for hook, function in specs}
    for attribute in dir(plugin):
        if manager.parse_hookimpl_opts(plugin, attribute) is None:
            continue
        if attribute not in known:
            raise PluginError(f"plugin {name!r} implements the hook {attribute!r}, which artwright does not have; there are: {', '.join(sorted(known))}")
        parameters = [p for p in inspect.signature(getattr(plugin, attribute)).parameters.values() if p.name != "self"]
        plain = all(p.default is p.empty and p.kind is p.POSITIONAL_OR_KEYWORD for p in parameters)
        names = tuple(p.name for p in parameters)
        if not plain or names != known[attribute]:
            taken, right = ", ".join(map(str, parameters)), ", ".join(known[attribute])
            raise PluginError(f"hook {attribute!r} of plugin {name!r} takes ({taken}); write it as {attribute}({right})")
