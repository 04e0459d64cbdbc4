"""Where artwright keeps what it keeps: each file and folder of the home by its name, and nowhere else.

A home is a path (`Context.home`). Nothing is created here: whoever writes makes the folder.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from .errors import InputError

__all__ = [
    "feedback_file",
    "home_path",
    "inputs_folder",
    "jobs_file",
    "keys_folder",
    "learned_styles",
    "loading_folder",
    "locks_folder",
    "marks_file",
    "models_file",
    "people_file",
    "person_home",
    "pieces_file",
    "plugins_file",
    "register_folder",
    "runs_folder",
    "shown_folder",
    "styles_folder",
    "taste_file",
    "weights_folder",
    "works_folder",
]


def home_path() -> Path:
    """`ARTWRIGHT_HOME`, or the platform's folder for a user's data. Nothing is created until something is kept there.

    Raises InputError if neither is known: no HOME, and no home folder in the system's list of users.
    """
    told = os.environ.get("ARTWRIGHT_HOME")
    if told:
        return _without_tilde(Path(told))
    if os.environ.get("HOME") == "":  # taken as it stands it would mean the root of the disk
        del os.environ["HOME"]
    import platformdirs

    return _without_tilde(Path(platformdirs.user_data_path("artwright", appauthor=False)))


def _without_tilde(path: Path) -> Path:
    try:
        return path.expanduser()
    except RuntimeError as error:
        raise InputError(
            "there is no home folder (HOME is not set); name a folder for works and ratings with ARTWRIGHT_HOME"
        ) from error


def works_folder(home: Path) -> Path:
    """The library: a folder for each work."""
    return home / "works"


def inputs_folder(home: Path) -> Path:
    """Files that works were made with, by their SHA-256."""
    return home / "inputs"


def weights_folder(home: Path, medium: str) -> Path:
    """Weights that were trained for a medium, with their card."""
    return home / "weights" / medium


def styles_folder(home: Path, medium: str) -> Path:
    """What was learned of styles of a medium, a file `NAME.*` for each."""
    return home / "styles" / medium


def learned_styles(home: Path, medium: str) -> dict[str, list[Path]]:
    """The files of each style that was learned for a medium, by its name, sorted; none where nothing was learned."""
    files: dict[str, list[Path]] = {}
    folder = styles_folder(home, medium)
    for path in sorted(folder.iterdir()) if folder.is_dir() else []:
        if not path.name.startswith("."):
            files.setdefault(path.stem, []).append(path)
    return files


def runs_folder(home: Path, medium: str, name: str) -> Path:
    """What a training run needs to go on."""
    return home / "runs" / medium / name


def feedback_file(home: Path) -> Path:
    """What people said of works."""
    return home / "feedback.sqlite3"


def taste_file(home: Path, medium: str, user: str) -> Path:
    """A taste that a person brought along."""
    return home / "tastes" / medium / f"{hashlib.sha256(user.encode()).hexdigest()[:24]}.json"


def pieces_file(home: Path) -> Path:
    """The journal of pieces: what their steps came to."""
    return home / "pieces.sqlite3"


def jobs_file(home: Path) -> Path:
    """What was asked of the studio as a service, and what came of it."""
    return home / "jobs.sqlite3"


def people_file(home: Path) -> Path:
    """Who has an account of the studio as a service."""
    return home / "people.sqlite3"


def person_home(home: Path, name: str) -> Path:
    """The home of one of the people who share a studio."""
    return home / "people" / name


def shown_folder(home: Path) -> Path:
    """Works in forms that pages show; it can be removed at any time."""
    return home / "shown"


def locks_folder(home: Path) -> Path:
    """Locks between runs of one home."""
    return home / "locks"


def keys_folder(home: Path) -> Path:
    """Keys that sign works, and those of others."""
    return home / "keys"


def marks_file(home: Path) -> Path:
    """What marks a person wants on works."""
    return home / "marks.json"


def register_folder(home: Path) -> Path:
    """The register of a person's own works."""
    return home / "register"


def models_file(home: Path) -> Path:
    """The models of a person's own list: names, defaults, hashes."""
    return home / "models.json"


def plugins_file(home: Path) -> Path:
    """What is known of the installed plugins."""
    return home / "plugins.json"


def loading_folder(home: Path) -> Path:
    """Marks of plugins that are being loaded."""
    return home / "loading"
