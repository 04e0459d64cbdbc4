"""What a step of a piece depends on, and its key, a hash of that: two steps of one key make one work.

Everything that a model reads counts: its options with the content of files that they name, the theme, the works it is
made from, the weights that are there (by their cards), learned styles, the versions of the plugins that run, wrappers
among them, and, where the best of several is chosen, the taste that chooses. No file's time counts, but of models too
large to be read for a key.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..cards import card_files, package_folder
from ..files import canonical_json, sha256_file
from ..home import learned_styles, weights_folder
from ..manifest import plain_json
from ..places import recorded_options
from ..pretrained.sources import find_named
from ..style import Style
from ..weights import weights_key
from .choosing import by_taste

if TYPE_CHECKING:
    from ..options import Options
    from ..studio import Studio
    from .schema import StepSpec

__all__ = ["Surroundings", "key_of"]

_SHORT = 16  # hexadecimal digits of the hashes inside parts: they tell what changed, the key tells whether
_PLAIN = {
    "strength": 1.0,
    "region": "",
    "candidates": 1,
    "choose": "",
    "until": "",
    "tries": None,
    "novelty": None,
    "explain": True,
}


def key_of(parts: Mapping[str, Any]) -> str:
    """The key of a step from its parts, 64 hexadecimal digits."""
    return hashlib.sha256(canonical_json(parts).encode()).hexdigest()


class Surroundings:
    """What is there besides a piece and its steps depend on. Most of it is read once, for a run: weights, versions, taste."""

    def __init__(self, studio: Studio) -> None:
        self._studio = studio
        self._models: dict[tuple[str, str, str | None], dict[str, Any]] = {}
        self._styles: dict[tuple[str, str], list[list[str]]] = {}
        self._tastes: dict[str, list[list[Any]]] = {}
        self._digests: dict[Any, str] = {}

    def parts(
        self,
        step: StepSpec,
        options: Options,
        *,
        medium: str,
        seed: int,
        parents: Mapping[str, list[list[str]]],
    ) -> dict[str, Any]:
        """What a step depends on, as plain JSON. options: as its model takes them; medium: of the model that works;
        parents: [step, work's id, its title] by the key that names them. What has its usual value is left out.

        Raises InputError for a file of an option that cannot be read.
        """
        parts: dict[str, Any] = {"medium": medium, **self._model(step.operation, medium, step.model), "seed": seed}
        parts["options"] = plain_json(recorded_options(options))
        if files := self._option_files(options.model_dump(mode="json")):
            parts["files"] = files
        for name, usual in _PLAIN.items():
            if (value := getattr(step, name)) != usual:
                parts[name] = value
        if step.operation == "analyze":
            del parts["seed"]
        if step.theme:
            parts["theme"] = step.theme
        if step.style:
            parts["style"] = step.style
            parts["learned"] = self._learned(medium, step.style)
        if step.candidates > 1 and by_taste(step):
            parts["taste"] = self._taste(medium)
        if parents:
            parts["parents"] = {name: list(works) for name, works in parents.items()}
        return parts

    def _model(self, operation: str, medium: str, name: str | None) -> dict[str, Any]:
        """What the model is: its name, the versions and wrappers that run, its weights."""
        place = (operation, medium, name)
        if place not in self._models:
            from ... import __version__

            studio = self._studio
            owner, model = studio.model(medium, name, operation)
            owners = (owner, studio.registry.owner_of_medium.get(medium, ""))
            self._models[place] = {
                "operation": operation,
                "model": f"{owner}:{model.name}",
                "versions": [__version__, *(f"{o} {studio.host.version(o)}" for o in dict.fromkeys(owners))],
                "wrappers": list(studio.host.wrappers(operation)),
                "weights": _short(self._weights(medium, owners)),
                "model_files": _short(_model_files(model.name)),
            }
        return self._models[place]

    def _weights(self, medium: str, owners: tuple[str, ...]) -> list[str]:
        """A hash of each card file that the plugins ship or that was trained for the medium."""
        folders: list[Path] = [weights_folder(self._studio.home, medium)]
        for owner in dict.fromkeys(owners):
            package = package_folder(self._studio.host.manager.get_plugin(owner))
            folders += [package] if package is not None else []
        return [sha256_file(file) for folder in folders for file in card_files(folder)]

    def _option_files(self, options: Mapping[str, Any]) -> dict[str, str]:
        """The content of each file that an option names, also where its model does not say that it is one."""
        return {
            name: digest[:_SHORT]
            for name, value in options.items()
            if isinstance(value, str) and (digest := self._digest(value))
        }

    def _digest(self, name: str) -> str:
        """A hash of a file, or of all files in a folder; "" if there is none of that name."""
        try:
            path = Path(name)
            if not name or not path.exists():
                return ""
            files = [path] if path.is_file() else sorted(p for p in path.rglob("*") if p.is_file())
            stamps = (name, *map(weights_key, files))
            if stamps not in self._digests:
                rows = [[str(file.relative_to(path)), sha256_file(file)] for file in files]
                self._digests[stamps] = hashlib.sha256(canonical_json(rows).encode()).hexdigest()
            return self._digests[stamps]
        except (OSError, ValueError):
            return ""

    def _learned(self, medium: str, style: str) -> list[list[str]]:
        """What was learned of each style that is named."""
        if (medium, style) not in self._styles:
            learned = learned_styles(self._studio.home, medium)
            files = [file for name, _ in Style.parse(style).names for file in learned.get(name, ())]
            self._styles[medium, style] = [[file.name, self._digest(str(file))[:_SHORT]] for file in files]
        return self._styles[medium, style]

    def _taste(self, medium: str) -> list[list[Any]]:
        """The last thing that the person said of works of the medium: the taste is learned from all up to it."""
        if medium not in self._tastes:
            from ..feedback.store import current_user

            user = current_user()
            last = self._studio.feedback.said("rating", user=user, medium=medium, limit=1)
            last += self._studio.feedback.said("preference", user=user, medium=medium, limit=1)
            self._tastes[medium] = [[one.kind, one.work, str(one.created)] for one in last]
        return self._tastes[medium]


def _model_files(name: str) -> list[tuple[str, int, int]]:
    """The files of a model of a person's own, by time and size: they may be too large to be read for a key."""
    source = find_named(name)
    return [weights_key(file) for file in source.pinned] if source is not None else []


def _short(rows: list[Any]) -> str:
    return hashlib.sha256(canonical_json(rows).encode()).hexdigest()[:_SHORT] if rows else ""
