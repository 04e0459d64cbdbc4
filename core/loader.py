"""Finds plugins and contains their failures.

Every plugin is an entry point of the group `artwright.plugins`; the built-in ones are found in the same way. Each
is imported, checked and registered by itself: a broken one costs a record and a line on stderr, never the program.
`ARTWRIGHT_PLUGINS=a,b` limits the plugins by name (empty: none); `ARTWRIGHT_STRICT_PLUGINS=1` raises instead of
containing. Plugins that are not ours are imported under a guard (`guard.py`): a hang or a crash costs them their place,
not the program its start. `artwright plugins disable NAME` leaves one out for good.
"""

from __future__ import annotations

import inspect
import logging
import os
import re
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import lru_cache, wraps
from importlib.metadata import Distribution, EntryPoint, distributions, entry_points
from typing import TYPE_CHECKING, Any

import pluggy

from .. import api_version as API_VERSION
from .calls import ContainedManager
from .contain import Contained
from .errors import ArtwrightError, PluginError, tell_error
from .guard import Guard
from .home import home_path
from .hookspecs import EventHooks, OperationHooks, RegistrationHooks
from .registry import Registry, is_name

if TYPE_CHECKING:
    from .artwork import Medium

__all__ = ["API_VERSION", "GROUP", "LoadRecord", "PluginHost", "builtin_points", "check_plugin"]

GROUP = "artwright.plugins"
_log = logging.getLogger("artwright")
SLOW_IMPORT_S = 0.3
"""An import that takes longer is called a problem: fifty such plugins would cost fifteen seconds at every start."""
_METHODS = (
    "content",
    "load",
    "save",
    "preview",
    "theme",
    "features",
    "fingerprint",
    "indexes",
    "describe",
    "html",
    "check",
)
_REGISTRATION = ("register_media", "register_models", "register_styles")


@dataclass(frozen=True, kw_only=True)
class LoadRecord:
    """What became of one plugin: its name, distribution and version, the seconds it took, and the error, if any.

    busy_s: how long the processor worked for it, whatever else the computer did meanwhile.
    """

    name: str
    distribution: str
    version: str
    seconds: float
    busy_s: float = 0.0
    error: str = ""
    hooks: tuple[str, ...] = ()


class PluginHost:
    """Loaded plugins, what they registered, and calls to them.

    points: the entry points to load, in order; None finds the installed ones.
    """

    def __init__(self, points: Iterable[EntryPoint] | None = None) -> None:
        self.manager: pluggy.PluginManager = ContainedManager("artwright")
        for specs in (RegistrationHooks, OperationHooks, EventHooks):
            self.manager.add_hookspecs(specs)
        self.registry = Registry()
        self.records: list[LoadRecord] = []
        self._callers: dict[tuple[str, str], Any] = {}
        self.guard = Guard(home_path())
        for point in installed_points() if points is None else points:
            self._load(point)
        self._check_media()

    def _load(self, point: EntryPoint) -> None:
        began, busy = time.perf_counter(), time.process_time()
        error = ""
        metadata = point.dist.metadata if point.dist else None  # parsed anew at each access
        distribution = str(metadata["Name"] or "") if metadata else ""
        version = str(metadata["Version"] or "") if metadata else ""
        try:
            if distribution == "artwright":
                self.add(point.load(), point.name, ours=True)
            else:
                self._load_guarded(point, version)
        except KeyboardInterrupt:
            raise
        except BaseException as problem:
            if os.environ.get("ARTWRIGHT_STRICT_PLUGINS") == "1":
                raise
            error = str(problem) if isinstance(problem, ArtwrightError) else tell_error(problem)
        plugin = self.manager.get_plugin(point.name)
        self.records.append(
            LoadRecord(
                name=point.name,
                distribution=distribution,
                version=version,
                seconds=time.perf_counter() - began,
                busy_s=time.process_time() - busy,
                error=" ".join(error.split()),
                hooks=tuple(sorted(c.name for c in self.manager.get_hookcallers(plugin) or ())) if plugin else (),
            )
        )

    def _load_guarded(self, point: EntryPoint, version: str) -> None:
        """Load a plugin that is not ours. Raises PluginError if it is disabled, crashed before, hangs, or breaks its
        contract.
        """
        if point.name in self.guard.disabled:
            raise PluginError(f"disabled; `artwright plugins enable {point.name}` takes it in again")
        if self.guard.has_crashed(point.name, version):
            raise PluginError(
                f"the program crashed while version {version or '(none)'} of it was imported, twice; install another "
                f"version, or mend it and `artwright plugins enable {point.name}`"
            )
        with self.guard.importing(point.name, version):
            plugin = point.load()
            needed = getattr(plugin, "artwright_api", API_VERSION)
            if not isinstance(needed, int) or needed > API_VERSION:
                raise PluginError(
                    f"it needs version {needed!r} of artwright's plugin interface; this artwright has {API_VERSION}: "
                    f"upgrade artwright"
                )
            self.add(plugin, point.name)

    def _check_media(self) -> None:
        """Put on record which plugin brings a model for a medium that nobody has."""
        for owner, spec in list(self.registry.models()):
            if spec.medium not in self.registry.media:
                there = ", ".join(sorted(self.registry.media))
                text = f"its model {spec.name!r} is for the medium {spec.medium!r}, which no plugin brings; there are: {there}"
                self.records = [replace(r, error=r.error or text) if r.name == owner else r for r in self.records]

    def add(self, plugin: object, name: str, *, ours: bool = False) -> None:
        """Register one plugin object (a module, or an instance) and let it register what it brings.

        ours: whether it is built in; the media of others run contained.
        Raises PluginError if its name is taken, a hook is unknown or has another signature; then nothing of it stays.
        """
        if not is_name(name):
            raise PluginError(f"{name!r} is no name of a plugin; use letters, digits, '-', '_' and '.'")
        if self.manager.has_plugin(name):
            raise PluginError(f"two plugins are called {name!r}; remove or rename one of them")
        _check_signatures(self.manager, plugin, name)
        self.manager.register(plugin, name)
        self._callers.clear()
        try:
            self.registry.loading(name)
            for hook in _REGISTRATION:
                self._subset(hook, name)(registry=self.registry)
            self._check_models(plugin, name)
            if not ours:
                for medium, owner in self.registry.owner_of_medium.items():
                    if owner == name:
                        _contain_medium(self.registry.media[medium], name)
        except BaseException:
            self.registry.forget(name)
            self.manager.unregister(name=name)
            self._callers.clear()
            raise

    def _check_models(self, plugin: object, name: str) -> None:
        """Raise PluginError if a model declares an operation that its plugin does not implement."""
        for owner, spec in self.registry.models():
            for operation in spec.operations if owner == name else ():
                options = self.manager.parse_hookimpl_opts(plugin, operation)
                if options is None or options["wrapper"]:
                    hook = f"{operation}(request, context)"
                    raise PluginError(
                        f"model {spec.name!r} of plugin {name!r} declares {operation!r}, but the plugin has no hook {hook}"
                    )

    def version(self, plugin: str) -> str:
        """The version of the distribution that a plugin came with, "" if it came without one."""
        return next((r.version for r in self.records if r.name == plugin), "")

    def names(self) -> tuple[str, ...]:
        """Loaded plugins in order of loading."""
        return tuple(name for name, _ in self.manager.list_name_plugin())

    def wrappers(self, operation: str) -> tuple[str, ...]:
        """The plugins whose wrappers run around an operation, with their versions ("frame 1.2"), in order of loading."""
        implementations = getattr(self.manager.hook, operation).get_hookimpls()
        return tuple(f"{i.plugin_name} {self.version(i.plugin_name)}".strip() for i in implementations if i.wrapper)

    def caller(self, hook: str, owner: str) -> Any:
        """A call of `hook` that reaches the plugin `owner` alone, inside the wrappers of all plugins."""
        key = (hook, owner)
        caller = self._callers.get(key)
        if caller is None:
            caller = self._callers[key] = self._subset(hook, owner)
        return caller

    def _subset(self, hook: str, owner: str) -> Any:
        caller = getattr(self.manager.hook, hook)
        kept = self.manager.get_plugin(owner)
        others = [i.plugin for i in caller.get_hookimpls() if not (i.wrapper or i.hookwrapper) and i.plugin is not kept]
        return self.manager.subset_hook_caller(hook, others)


def check_plugin(host: PluginHost, name: str) -> dict[str, Any]:
    """What a loaded plugin brings, as plain JSON: seconds, hooks, media, models with options,
    styles, and `problems`.
    """
    record = next(r for r in host.records if r.name == name)
    problems = [record.error] if record.error else []
    models = []
    for owner, spec in host.registry.models():
        if owner != name:
            continue
        models.append(f"{spec.medium}/{spec.name}: {', '.join(sorted(spec.operations))}")
        try:
            fields = spec.options_schema().get("properties", {})
            problems += [
                f"option {key!r} of model {spec.name!r} has no description"
                for key, f in fields.items()
                if not f.get("description")
            ]
        except ArtwrightError as error:
            problems.append(str(error))
    if record.busy_s > SLOW_IMPORT_S:
        problems.append(
            f"importing it takes {1000 * record.busy_s:.0f} ms at every start; import what is heavy where it is used"
        )
    return {
        "plugin": name,
        "distribution": f"{record.distribution} {record.version}",
        "milliseconds": round(1000 * record.seconds, 1),
        "hooks": list(record.hooks),
        "media": [m for m, owner in host.registry.owner_of_medium.items() if owner == name],
        "models": models,
        "styles": [f"{m}/{s}" for (m, s), owner in host.registry.owner_of_style.items() if owner == name],
        "problems": problems,
    }


def _contain_medium(medium: Medium, plugin: str) -> None:
    """Run the methods of a medium like hooks: what they print or change stays in them, what fails names the plugin."""

    def contain(name: str, method: Callable[..., Any]) -> Callable[..., Any]:
        own = None if hasattr(type(medium), name) and name not in vars(medium) else method

        @wraps(method)
        def call(*arguments: Any, **named: Any) -> Any:
            try:
                with Contained(plugin, f"{name} of the medium {medium.name!r}"):
                    return (own or getattr(type(medium), name).__get__(medium))(*arguments, **named)
            except (ArtwrightError, OSError, MemoryError, KeyboardInterrupt):
                raise
            except BaseException as error:
                raise PluginError(
                    f"plugin {plugin!r} failed in {name} of the medium {medium.name!r}: {tell_error(error)}; --debug "
                    f"shows where"
                ) from error

        call.is_contained = True  # type: ignore[attr-defined]
        return call

    for name in _METHODS:
        method = getattr(medium, name, None)
        if callable(method) and not hasattr(method, "is_contained"):
            try:
                setattr(medium, name, contain(name, method))
            except AttributeError:  # an object that takes no attributes
                return


def builtin_points() -> list[EntryPoint]:
    """The entry points that artwright's own distribution declares."""
    return [point for point in installed_points() if _is_ours(point)]


def _is_ours(point: EntryPoint) -> bool:
    return point.value.startswith("artwright.plugins.") and point.dist is not None and point.dist.name == "artwright"


def _entry_points() -> list[EntryPoint]:
    """Entry points of our group; a distribution whose own records cannot be read is passed over."""
    try:
        return list(entry_points(group=GROUP))
    except Exception as error:
        _log.warning("the records of an installed distribution are broken: %s", tell_error(error))
    points: list[EntryPoint] = []
    seen: set[str] = set()
    for distribution in distributions():
        try:
            name = re.sub(r"[-_.]+", "-", str(distribution.metadata["Name"])).lower()
            if name in seen:  # the first one on the path is the one that is imported
                continue
            seen.add(name)
            points += [point for point in distribution.entry_points if point.group == GROUP]
        except Exception as error:
            _log.warning("%s has broken entry points: %s", _name_of(distribution), tell_error(error))
    return points


def _name_of(distribution: Distribution) -> str:
    try:
        return f"the distribution {distribution.metadata['Name']!r}"
    except Exception:
        return "a distribution"


def installed_points() -> list[EntryPoint]:
    points = sorted(_entry_points(), key=lambda p: (not _is_ours(p), p.name))
    chosen = os.environ.get("ARTWRIGHT_PLUGINS")
    if chosen is None:
        return points
    wanted = {name.strip() for name in chosen.split(",") if name.strip()}
    return [point for point in points if point.name in wanted]


@lru_cache(maxsize=1)
def _known_hooks() -> dict[str, tuple[str, ...]]:
    """Every hook and the names of its arguments."""
    specs = [
        item
        for s in (RegistrationHooks, OperationHooks, EventHooks)
        for item in vars(s).items()
        if not item[0].startswith("_")
    ]
    return {hook: tuple(inspect.signature(function).parameters)[1:] for hook, function in specs}


def _check_signatures(manager: pluggy.PluginManager, plugin: object, name: str) -> None:
    """Refuse what pluggy would let pass or tell badly: unknown hooks, other arguments, defaults, keyword-only ones."""
    known = _known_hooks()
    marked = [a for a in dir(plugin) if hasattr(getattr(plugin, a, None), "artwright_impl")]
    for attribute in marked:
        if manager.parse_hookimpl_opts(plugin, attribute) is None:
            continue
        if attribute not in known:
            raise PluginError(
                f"plugin {name!r} implements the hook {attribute!r}, which artwright does not have; there are: "
                f"{', '.join(sorted(known))}"
            )
        parameters = [p for p in inspect.signature(getattr(plugin, attribute)).parameters.values() if p.name != "self"]
        options = manager.parse_hookimpl_opts(plugin, attribute)
        if options is not None and (
            options["hookwrapper"] or options["specname"] or options["tryfirst"] or options["trylast"]
        ):
            used = "hookwrapper, specname, tryfirst or trylast"
            raise PluginError(
                f"hook {attribute!r} of plugin {name!r} uses {used}; artwright knows @hookimpl and "
                f"@hookimpl(wrapper=True)"
            )
        plain = all(p.default is p.empty and p.kind is p.POSITIONAL_OR_KEYWORD for p in parameters)
        names = tuple(p.name for p in parameters)
        if not plain or names != known[attribute]:
            taken, right = ", ".join(map(str, parameters)), ", ".join(known[attribute])
            raise PluginError(
                f"hook {attribute!r} of plugin {name!r} takes ({taken}); write it as {attribute}({right})"
            )
