"""pytest's side of the kit: the fixture `plugin_host`. Nothing here runs unless a test asks for it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

__all__ = ["plugin_host"]


@pytest.fixture
def plugin_host(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """A function that makes a fresh studio: `studio = plugin_host(my_plugin, builtin=True)`."""
    from .host import fresh_studio

    home = tmp_path / "artwright-home"
    monkeypatch.setenv("ARTWRIGHT_HOME", str(home))

    def make(*plugins: Any, **settings: Any) -> Any:
        return fresh_studio(home, *plugins, **settings)

    return make
