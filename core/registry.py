"""Media, models and styles by name, and which plugin owns each."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .artwork import Medium, find_reader
from .errors import PluginError, UnknownName, UsageError, tell_error
from .names import fold_name, match_name
from .style import StyleSpec

if TYPE_CHECKING:
    from .options import Options
    from .pretrained.sources import Source

__all__ = ["OPERATIONS", "ModelSpec", "Registry", "is_name", "recorded_name"]

_NAME = re.compile(r"[^\W_][\w.-]{0,63}")
_SUFFIX = re.compile(r"(\.[a-z0-9_]{1,20}){1,3}")
OPERATIONS = ("generate", "analyze", "transfer_style", "restore", "train", "evaluate", "inspire")


def recorded_name(name: str) -> str:
    """A model's name as a manifest holds it: of a source that is a file or folder, the last part of its path alone."""
    kind, colon, source = name.partition(":")
    is_place = source.startswith((".", "/", "~")) or source.endswith(".gguf") or Path(source).is_absolute()
    return f"{kind}:./{Path(source).name}" if colon and is_place else name


def is_name(text: str) -> bool:
    """Whether a medium, a model, a style or a plugin may be called so."""
    return _NAME.fullmatch(text) is not None


DECLARED = frozenset({"feedback", "novelty"})
"""Fields of requests that came later than plugins: a model has a use for one only if it says so."""


@dataclass(frozen=True, kw_only=True)
class ModelSpec:
    """What a plugin declares of a model.

    name, medium; operations: names out of `OPERATIONS`; default_for: those it does where no model is named;
    options: the options class, or `"package.module:Class"`, imported when first needed; card: size, data, licence,
    paper, or a function that reads them; summary: one line; refuses: fields of requests that it cannot use ("mask",
    "region", "reference", "sources", "style", "explain", "plot"): who gives one is told so instead of being ignored;
    reads: fields of requests that a model must know to be asked for them ("novelty", "feedback");
    source: what stands behind a colon where the model is one of many, as in `hf:./FOLDER`: "" for a model that is named
    by its name alone. The request then holds the whole name; remote: whether it asks another computer, which `replay`,
    whose manifest is a stranger's, never does; learner: `"package.module:Class"` of a `compression.bodies.BodyLearner`, by
    which its weights can be made smaller, in the folder of the weights that ship; fits: `"package.module:function"` that says
    of a `pretrained.Source` whether the model can use it, where it takes a source.
    """

    name: str
    medium: str
    operations: frozenset[str]
    summary: str
    options: type[Options] | str = "artwright.core.options:Options"
    default_for: frozenset[str] = frozenset()
    card: Mapping[str, Any] | Callable[[], Mapping[str, Any]] = field(default_factory=dict)
    refuses: frozenset[str] = frozenset()
    reads: frozenset[str] = frozenset()
    source: str = ""
    remote: bool = False
    learner: str = ""
    fits: str = ""

    def takes(self, name: str) -> bool:
        """Whether a field of a request has a use for it."""
        return name not in self.refuses and (name not in DECLARED or name in self.reads)

    def options_type(self) -> type[Options]:
        """The options class. Raises PluginError if the import path does not lead to one."""
        from .options import Options

        options: Any = self._imported("options", self.options) if isinstance(self.options, str) else self.options
        if not (isinstance(options, type) and issubclass(options, Options)):
            raise PluginError(
                f"the options {self.options!r} of model {self.name!r} are not a subclass of artwright.Options"
            )
        return options

    def options_schema(self) -> dict[str, Any]:
        """The JSON schema of the options. Raises PluginError if there is no options class, or
        it has no sound schema.
        """
        type_ = self.options_type()
        try:
            return type_.model_json_schema()
        except Exception as error:
            raise PluginError(
                f"the options of model {self.name!r} have no sound schema: {tell_error(error)}"
            ) from error

    def read_card(self) -> Mapping[str, Any]:
        """The card, read if it is a function."""
        return self.card() if callable(self.card) else self.card

    def learner_type(self) -> Any:
        """The learner class. Raises PluginError if the import path does not lead to one."""
        return self._imported("learner", self.learner)

    def fits_source(self, source: Source) -> bool:
        """Whether it can use what lies at a source; nothing is loaded."""
        return bool(self._imported("test of sources", self.fits)(source)) if self.fits else True

    def _imported(self, what: str, path: str) -> Any:
        module, _, name = path.partition(":")
        try:
            return getattr(import_module(module), name)
        except Exception as error:
            raise PluginError(
                f"the {what} {path!r} of model {self.name!r} cannot be imported: {tell_error(error)}"
            ) from error


class Registry:
    """What is installed. Plugins add to it while they load; afterwards it is only read.

    (medium, model) has one owner. Two plugins may bring a model of one name to one medium: then the plain name is
    refused and `plugin:model` is the name of each. A medium or a style has one owner; a second one is refused.
    """

    def __init__(self) -> None:
        self.media: dict[str, Medium] = {}
        self.styles: dict[tuple[str, str], StyleSpec] = {}
        self.owner_of_medium: dict[str, str] = {}
        self.owner_of_style: dict[tuple[str, str], str] = {}
        self._models: dict[str, dict[str, list[tuple[str, ModelSpec]]]] = {}
        self._plugin = ""

    def loading(self, plugin: str) -> None:
        """Say whose registrations follow (called by the loader)."""
        self._plugin = plugin

    def add_medium(self, medium: Medium) -> None:
        """Add a medium. Raises PluginError if another plugin owns its name or it lacks name, reads or writes."""
        for name in ("name", "summary", "reads", "writes"):
            if not getattr(medium, name, None):
                raise PluginError(f"the medium {type(medium).__name__!r} of plugin {self._plugin!r} has no {name!r}")
        self._check_name("medium", medium.name)
        if medium.name != medium.name.lower():
            raise PluginError(f"plugin {self._plugin!r} adds the medium {medium.name!r}; write it in lower case")
        for key in ("reads", "writes"):
            suffixes = getattr(medium, key)
            if not isinstance(suffixes, tuple) or not all(
                isinstance(s, str) and _SUFFIX.fullmatch(s) for s in suffixes
            ):
                raise PluginError(
                    f"the medium {medium.name!r} of plugin {self._plugin!r} {key} {suffixes!r}; it is a tuple of "
                    f"suffixes in lower case with their dot, as in ('.png', '.tar.gz')"
                )
        owner = self.owner_of_medium.get(medium.name)
        if owner is not None:
            raise PluginError(
                f"plugin {self._plugin!r} adds the medium {medium.name!r}, which plugin {owner!r} owns; rename one of "
                f"them"
            )
        self.media[medium.name] = medium
        self.owner_of_medium[medium.name] = self._plugin

    def add_model(self, spec: ModelSpec) -> None:
        """Add a model. Raises PluginError for an unknown operation, or if this plugin has added the name already."""
        odd = sorted(set(spec.operations | spec.default_for) - set(OPERATIONS))
        if odd or not spec.operations:
            raise PluginError(
                f"model {spec.name!r} of plugin {self._plugin!r} declares the operations {odd or 'none'}; there are: "
                f"{', '.join(OPERATIONS)}"
            )
        if not spec.default_for <= spec.operations:
            raise PluginError(
                f"model {spec.name!r} of plugin {self._plugin!r} is a default for operations it does not declare"
            )
        self._check_name("model", spec.name)
        named = self._models.setdefault(spec.medium, {}).setdefault(spec.name, [])
        if any(owner == self._plugin for owner, _ in named):
            raise PluginError(f"plugin {self._plugin!r} adds the model {spec.name!r} of {spec.medium!r} twice")
        named.append((self._plugin, spec))

    def add_style(self, style: StyleSpec) -> None:
        """Add a style. Raises PluginError if the medium has one of that name, or an alias of it is one of another's."""
        self._check_name("style", style.name)
        for alias in style.aliases:
            if not isinstance(alias, str) or not alias.strip() or not alias.isprintable() or set(alias) & set(":+/"):
                raise PluginError(
                    f"plugin {self._plugin!r} adds the style {style.name!r} with the alias {alias!r}; use words without "
                    f"':', '+' and '/'"
                )
        key = (style.medium, style.name)
        if key in self.styles:
            owner = self.owner_of_style[key]
            raise PluginError(
                f"plugin {self._plugin!r} adds the style {style.name!r} of {style.medium!r}, which plugin {owner!r} "
                f"owns; rename one of them"
            )
        taken = {fold_name(alias): other for alias, other in self.aliases(style.medium).items()}
        clash = next((alias for alias in style.aliases if fold_name(alias) in taken), None)
        if clash is not None:
            other = taken[fold_name(clash)]
            raise PluginError(
                f"plugin {self._plugin!r} gives the style {style.name!r} of {style.medium!r} the alias {clash!r}, which "
                f"means {other!r}; leave it out"
            )
        self.styles[key] = style
        self.owner_of_style[key] = self._plugin

    def _check_name(self, kind: str, name: object) -> None:
        """Raise PluginError for a name that nobody could type, or that means something else in a command or a path."""
        if not isinstance(name, str) or not is_name(name):
            raise PluginError(
                f"plugin {self._plugin!r} adds the {kind} {name!r}, which is no name; use 1 to 64 letters, digits, '-', "
                f"'_' and '.', a letter or digit first"
            )

    def forget(self, plugin: str) -> None:
        """Drop all that a plugin registered (it failed to load)."""
        for name in [m for m, owner in self.owner_of_medium.items() if owner == plugin]:
            del self.media[name], self.owner_of_medium[name]
        for key in [k for k, owner in self.owner_of_style.items() if owner == plugin]:
            del self.styles[key], self.owner_of_style[key]
        for models in self._models.values():
            for name in list(models):
                models[name] = [(owner, spec) for owner, spec in models[name] if owner != plugin]
                if not models[name]:
                    del models[name]

    def medium(self, name: str) -> Medium:
        """A medium by name. Raises UnknownName."""
        if name not in self.media:
            raise UnknownName("medium", name, self.media)
        return self.media[name]

    def models(self, medium: str | None = None) -> Iterable[tuple[str, ModelSpec]]:
        """(owner, spec) of all models, or those of one medium."""
        for name, models in self._models.items():
            if medium is None or name == medium:
                for entries in models.values():
                    yield from entries

    def model(self, medium: str, name: str | None, operation: str) -> tuple[str, ModelSpec]:
        """(owner, spec) of the model that does `operation`; without a name, the medium's default for it.

        Raises UnknownName for a medium or model there is not, UsageError if the model does not do the operation,
        the name is ambiguous or no model does it.
        """
        self.medium(medium)
        models = self._models.get(medium, {})
        if name is None:
            return self._default(medium, operation)
        matches = self._named(models, name)
        if not matches:
            raise UnknownName("model", name, models, where=f" for medium {medium!r}")
        if len(matches) > 1:
            full = " or ".join(repr(f"{owner}:{spec.name}") for owner, spec in matches)
            raise UsageError(f"two plugins have a model {name!r} for medium {medium!r}; say which: {full}")
        owner, spec = matches[0]
        if operation not in spec.operations:
            able = sorted(s.name for _, s in self.models(medium) if operation in s.operations)
            does = ", ".join(map(_words, sorted(spec.operations)))
            raise UsageError(
                f"model {name!r} of medium {medium!r} does not {_words(operation)}; it does: {does}; models that do: "
                f"{', '.join(able) or 'none'}"
            )
        return owner, spec

    def _named(self, models: Mapping[str, list[tuple[str, ModelSpec]]], name: str) -> list[tuple[str, ModelSpec]]:
        """(owner, spec) of all models that a name may mean: `model`, `plugin:model`, `model:source`.

        Raises UsageError for a model that wants a source and is given none.
        """
        first, _, rest = name.partition(":")
        for owner, (kind, _, source) in (("", name.partition(":")), (first, rest.partition(":"))):
            many = [(o, s) for o, s in models.get(kind, []) if s.source and owner in ("", o)]
            if many and source:
                return [(o, replace(s, name=f"{kind}:{source}")) for o, s in many]
            if many:
                raise UsageError(f"say which model: {kind}:SOURCE, where SOURCE is {many[0][1].source}")
        plugin, _, plain = name.rpartition(":")
        return [(o, s) for o, s in models.get(plain, []) if not plugin or o == plugin]

    def check_request(self, spec: ModelSpec, operation: str, **given: object) -> None:
        """Raise UsageError if a field of a request was given that the model cannot use, naming the models that can."""
        asked = {name for name, value in given.items() if value is not None and value is not False and value != ()}
        for name in sorted(name for name in asked if not spec.takes(name)):
            able = [s.name for _, s in self.models(spec.medium) if operation in s.operations and s.takes(name)]
            raise UsageError(
                f"model {spec.name!r} of medium {spec.medium!r} has no use for a {name} in {_words(operation)}; models "
                f"that have: {', '.join(sorted(able)) or 'none'}"
            )

    def _default(self, medium: str, operation: str) -> tuple[str, ModelSpec]:
        able = [(o, s) for o, s in self.models(medium) if operation in s.operations]
        if not able:
            does = sorted({op for _, s in self.models(medium) for op in s.operations})
            raise UsageError(
                f"no model of medium {medium!r} does {_words(operation)!r}; its models do: "
                f"{', '.join(map(_words, does)) or 'nothing'}"
            )
        of_medium = self.owner_of_medium.get(medium)
        return min(able, key=lambda e: (operation not in e[1].default_for, e[0] != of_medium))

    def aliases(self, medium: str) -> dict[str, str]:
        """Other names of a medium's styles: alias -> name."""
        return {alias: s.name for (m, _), s in self.styles.items() if m == medium for alias in s.aliases}

    def style(self, medium: str, name: str, besides: Iterable[str] = ()) -> StyleSpec:
        """A style by its name or an alias; case, accents, spaces and hyphens do not count. besides: learned ones, which the message
        names too. Raises UnknownName.
        """
        names = [s for m, s in self.styles if m == medium]
        own_name = match_name(name, names, self.aliases(medium))
        if own_name is None:
            raise UnknownName("style", name, [*names, *besides], where=f" for medium {medium!r}")
        return self.styles[medium, own_name]

    def find_medium(self, suffix: str) -> Medium:
        """The medium that reads files of a suffix (".png"). Raises UnknownName."""
        medium = find_reader(suffix, self.media.values())
        if medium is not None:
            return medium
        raise UnknownName("file type", suffix, (s for m in self.media.values() for s in m.reads))


def _words(operation: str) -> str:
    return operation.replace("_", "-")
