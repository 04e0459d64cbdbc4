"""What all contracts share."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any, ClassVar

import pytest

from ..core.artwork import Artwork
from ..core.manifest import plain_json
from ..core.studio import Studio
from .host import fresh_studio

__all__ = ["Contract", "check_file"]

HEAVY = ("torch", "torchaudio", "transformers", "diffusers", "numpy", "scipy", "pretty_midi", "PIL", "matplotlib")


class Contract:
    """What all contracts share. plugin: the module (or object); builtin: whether the built-in media are there too."""

    plugin: ClassVar[Any]
    builtin: ClassVar[bool] = True
    seconds: ClassVar[float] = 60.0

    @pytest.fixture
    def studio(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Studio:
        """A fresh studio; the test runs in an empty folder."""
        (tmp_path / "empty").mkdir()
        monkeypatch.chdir(tmp_path / "empty")
        monkeypatch.setenv("ARTWRIGHT_HOME", str(tmp_path / "home"))
        return fresh_studio(tmp_path / "home", self.plugin, builtin=self.builtin)

    def test_importing_the_plugin_is_light(self) -> None:
        """A plugin is imported at every start: what is heavy is imported when it is used."""
        if not isinstance(self.plugin, ModuleType):
            pytest.skip("the plugin is an object, not a module")
        code = (
            f"import sys; sys.path[:0] = {sys.path!r}; import {self.plugin.__name__}; print([m for m in {HEAVY!r} "
            f"if m in sys.modules])"
        )
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"importing {self.plugin.__name__} fails: {done.stderr.strip()[-500:]}"
        assert done.stdout.strip() == "[]", (
            f"importing {self.plugin.__name__} loads {done.stdout.strip()}; import them inside the functions that "
            f"need them"
        )

    def test_it_registers(self, studio: Studio) -> None:
        """Signatures are clean, names are free, and each model's operations are implemented."""
        assert studio.host.manager.is_registered(self.plugin)


def check_file(studio: Studio, work: Artwork, folder: Path) -> None:
    """Assert that a work which is written in the first suffix that is read, too, comes back as it was: content, title,
    and how it was made.
    """
    medium = studio.registry.medium(work.medium)
    suffix = next((s for s in medium.writes if s in medium.reads), None)
    if suffix is None:
        pytest.skip(f"{work.medium} does not read what it writes")
    again = studio.load(studio.save(work, folder / f"work{suffix}"))
    assert again.id == work.id, "save and load changed the content"
    assert again.title == work.title, f"the title {work.title!r} came back as {again.title!r}"
    if work.provenance is None:
        return
    assert again.provenance is not None, "the file lost how the work was made; write `manifest_text(artwork)` into it"
    for name in ("operation", "model", "plugin", "seed", "style", "options", "parents", "score", "unused"):
        before, after = getattr(work.provenance, name), getattr(again.provenance, name)
        assert plain_json(after) == plain_json(before), f"{name} of the provenance came back as {after!r}"
