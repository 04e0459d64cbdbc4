"""Where artwright keeps what it keeps: works, ratings, trained weights, learned styles, runs."""

from __future__ import annotations

import os
from pathlib import Path

from .errors import InputError

__all__ = ["home_path"]


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
