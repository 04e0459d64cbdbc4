"""Where artwright keeps what it keeps: works, ratings, trained weights, learned styles, runs."""

from __future__ import annotations

import os
from pathlib import Path

__all__ = ["home_path"]


def home_path() -> Path:
    """`ARTWRIGHT_HOME`, or the platform's folder for a user's data. Nothing is created until
    something is kept there.
    """
    told = os.environ.get("ARTWRIGHT_HOME")
    if told:
        return Path(told).expanduser()
    import platformdirs

    return Path(platformdirs.user_data_path("artwright", appauthor=False))
