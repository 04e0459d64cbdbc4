"""What a step of a piece depends on, as a hash: two steps of one key make one work.

Everything that a model reads counts: its options with the content of files that they name, the theme, the works it is
made from, the weights that are there (by their cards), learned styles, the versions of the plugins that run, wrappers
among them, and, where the best of several is chosen, the taste that chooses.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..artwork import Artwork
from ..cards import card_files, package_folder
from ..files import canonical_json, sha256_file
from ..home import learned_styles, weights_folder
from ..manifest import plain_json
from ..places import recorded_options
from ..pretrained.sources import find_named
from ..style import Style
from ..weights import weights_key

if TYPE_CHECKING:
    from ..options import Options
    from ..studio import Studio
    from ..theme import Theme
    from .schema import StepSpec

__all__ = ["step_key"]


def step_key(
    studio: Studio,
    step: StepSpec,
    options: Options,
    *,
    theme: Theme | None,
    style: str | Artwork | None,
    seed: int,
    sources: tuple[Artwork, ...],
    base: Artwork | None,
) -> str:
    """The key of a step that makes a work, 64 hexadecimal digits. options: the step's, as its model takes them.

    Raises InputError for a file of an option that cannot be read.
    """
    from ... import __version__

    medium = step.medium or (base.medium if base else "")
    owner, model = studio.model(medium, step.model, step.operation)
    owners = (owner, studio.registry.owner_of_medium.get(medium, ""))
    row = {
        "operation": step.operation,
        "medium": medium,
        "model": f"{owner}:{model.name}",
        "versions": [__version__, *(f"{name} {studio.host.version(name)}" for name in owners)],
        "wrappers": list(studio.host.wrappers(step.operation)),
        "options": plain_json(recorded_options(options)),
        "files": _option_files(options.model_dump(mode="json")),
        "weights": _weights(studio, medium, owners),
        "model_files": _model_files(model.name),
        "theme": theme.to_dict() if theme else None,
        "style": style.id if isinstance(style, Artwork) else style,
        "styles": _styles(studio, medium, style),
        "seed": seed,
        "sources": [[work.id, work.title] for work in sources],
        "base": base.id if base else None,
        "strength": step.strength,
        "region": step.region,
        "candidates": step.candidates,
        "novelty": step.novelty,
        "taste": _taste(studio, medium) if step.candidates > 1 else None,
    }
    return hashlib.sha256(canonical_json(row).encode()).hexdigest()


def _model_files(name: str) -> list[tuple[str, int, int]]:
    """The files of a model of a person's own, by time and size: they may be too large to be read for a key."""
    source = find_named(name)
    return [weights_key(file) for file in source.pinned] if source is not None else []


def _option_files(options: Mapping[str, Any]) -> dict[str, str]:
    """The content of each file that an option names, also where its model does not say that it is one."""
    return {name: digest for name, value in options.items() if isinstance(value, str) and (digest := _digest(value))}


def _digest(name: str) -> str:
    """A hash of a file, or of all files in a folder; "" if there is none of that name."""
    try:
        path = Path(name)
        if not name or not path.exists():
            return ""
        files = [path] if path.is_file() else sorted(p for p in path.rglob("*") if p.is_file())
        rows = [[str(file.relative_to(path)), sha256_file(file)] for file in files]
    except (OSError, ValueError):
        return ""
    return hashlib.sha256(canonical_json(rows).encode()).hexdigest()


def _weights(studio: Studio, medium: str, owners: tuple[str, ...]) -> list[str]:
    """A hash of each card file that the plugins ship or that was trained for the medium."""
    folders: list[Path] = [weights_folder(studio.home, medium)]
    for owner in dict.fromkeys(owners):
        package = package_folder(studio.host.manager.get_plugin(owner))
        folders += [package] if package is not None else []
    return [sha256_file(file) for folder in folders for file in card_files(folder)]


def _styles(studio: Studio, medium: str, style: str | Artwork | None) -> list[list[str]]:
    """What was learned of each style that is named."""
    if not isinstance(style, str):
        return []
    learned = learned_styles(studio.home, medium)
    files = [file for name, _ in Style.parse(style).names for file in learned.get(name, ())]
    return [[file.name, _digest(str(file))] for file in files]


def _taste(studio: Studio, medium: str) -> list[list[Any]]:
    """The last thing that the person said of works of the medium: the taste is learned from all up to it."""
    from ..feedback.store import current_user

    user = current_user()
    last = studio.feedback.said("rating", user=user, medium=medium, limit=1)
    last += studio.feedback.said("preference", user=user, medium=medium, limit=1)
    return [[one.kind, one.work, one.created] for one in last]
