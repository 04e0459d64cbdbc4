"""What a plugin promises, as test classes to inherit.

A contract's tests fail with a sentence that says what was promised. Attributes of the class say what to test; the
contracts need pytest only when they run.
"""

from __future__ import annotations

import math
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType
from typing import Any, ClassVar

import pytest

from ..core.artwork import Artwork, Medium
from ..core.errors import ArtwrightError, Cancelled, FormatError, UsageError
from ..core.registry import OPERATIONS, ModelSpec
from ..core.studio import Studio
from .host import CancelAt, fresh_studio, no_sockets

__all__ = ["CommandContract", "MediumContract", "ModelContract", "WrapperContract"]

HEAVY = ("torch", "torchaudio", "transformers", "diffusers", "numpy", "scipy", "pretty_midi", "PIL", "matplotlib")


class _Contract:
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


class ModelContract(_Contract):
    """A model: declared operations answer, others are refused, seeds hold, nothing is left behind.

    medium, model: its names; options: values that make it quick; theme: what to make; style: a style it takes, or None.
    Override `sample` to give the works that analyze, transfer_style and restore are tried on; `sources` for generate.
    """

    medium: ClassVar[str]
    model: ClassVar[str]
    options: ClassVar[Mapping[str, Any]] = {}
    theme: ClassVar[str] = "misty mountains at dawn"
    style: ClassVar[str | None] = None

    def sample(self, studio: Studio) -> Artwork:
        """A work of the medium: made by the model itself, or by the medium's default model."""
        name = self.model if "generate" in self._spec(studio).operations else None
        return studio.generate(
            self.medium,
            self.theme,
            model=name,
            options=self.options if name else {},
            seed=1,
            sources=self.sources(studio),
        )

    def sources(self, studio: Studio) -> tuple[Artwork, ...]:
        """Works that generate builds on."""
        return ()

    def _spec(self, studio: Studio) -> ModelSpec:
        found = [s for _, s in studio.registry.models(self.medium) if s.name == self.model]
        assert found, f"the plugin registers no model {self.model!r} for the medium {self.medium!r}"
        return found[0]

    def _generate(self, studio: Studio, seed: int, candidates: int = 1) -> Artwork:
        self._needs(studio, "generate")
        return studio.generate(
            self.medium,
            self.theme,
            model=self.model,
            style=self.style,
            options=self.options,
            seed=seed,
            sources=self.sources(studio),
            candidates=candidates,
        )

    def _options(self, studio: Studio, operation: str) -> dict[str, Any]:
        """The options that count for an operation."""
        type_ = self._spec(studio).options_type()
        return {name: value for name, value in self.options.items() if type_.counts_in(name, operation)}

    def _needs(self, studio: Studio, operation: str) -> None:
        if operation not in self._spec(studio).operations:
            pytest.skip(f"{self.model} does not {operation}")

    def test_options_are_described_and_their_defaults_valid(self, studio: Studio) -> None:
        """Each option has a description; the schema and the defaults are sound."""
        type_ = self._spec(studio).options_type()
        type_()
        for name, field in type_.model_json_schema().get("properties", {}).items():
            assert field.get("description"), f"option {name!r} has no description"

    def test_it_generates_within_the_time(self, studio: Studio) -> None:
        """A work comes back, recorded with its model and seed, within `seconds`, without a
        connection or a stray file.
        """
        began = time.monotonic()
        with no_sockets():
            work = self._generate(studio, seed=1)
        assert time.monotonic() - began <= self.seconds, (
            f"it took more than {self.seconds} s; give the contract smaller options"
        )
        assert work.medium == self.medium and work.provenance is not None and work.provenance.seed == 1
        assert not list(Path.cwd().iterdir()), f"it left {[p.name for p in Path.cwd().iterdir()]} in the working folder"

    def test_same_seed_same_work_other_seed_other_work(self, studio: Studio) -> None:
        """All randomness comes from the request's seed."""
        first, again, other = (self._generate(studio, seed) for seed in (1, 1, 2))
        assert first.id == again.id, "the same seed made two different works; draw from context.rng alone"
        assert first.id != other.id, "two seeds made the same work"

    def test_a_work_survives_save_and_load(self, studio: Studio, tmp_path: Path) -> None:
        """What it makes can be written and read again."""
        work = self._generate(studio, seed=1)
        medium = studio.registry.medium(self.medium)
        suffix = next((s for s in medium.writes if s in medium.reads), None)
        if suffix is None:
            pytest.skip(f"{self.medium} does not read what it writes")
        assert studio.load(studio.save(work, tmp_path / f"work{suffix}")).id == work.id

    def test_it_analyzes(self, studio: Studio) -> None:
        """Findings are plain JSON, and an explanation comes in both languages."""
        self._needs(studio, "analyze")
        import json

        work = self.sample(studio)
        found = studio.analyze(work, model=self.model, explain=True)
        json.dumps(dict(found.findings), allow_nan=False)
        assert found.findings and found.explanation, "analyze gave no findings or no explanation"

    def test_it_transfers_style(self, studio: Studio) -> None:
        """Strength 0 leaves the work; a style gives another one."""
        self._needs(studio, "transfer_style")
        work = self.sample(studio)
        style, options = self.style or work, self._options(studio, "transfer_style")
        assert studio.transfer_style(work, style, model=self.model, strength=0, options=options, seed=1).id == work.id
        assert studio.transfer_style(work, style, model=self.model, options=options, seed=1).medium == self.medium

    def test_undeclared_operations_are_refused(self, studio: Studio) -> None:
        """What the spec does not declare is a usage error, not a failure in the call."""
        for operation in set(OPERATIONS) - self._spec(studio).operations:
            with pytest.raises(UsageError):
                studio.registry.model(self.medium, self.model, operation)

    def test_unknown_options_are_refused(self, studio: Studio) -> None:
        """A misspelt option is an error with a suggestion, never ignored."""
        with pytest.raises(ArtwrightError):
            studio.generate(self.medium, self.theme, model=self.model, options={"an_option_that_is_not_there": 1})

    def test_leases_are_given_back(self, studio: Studio) -> None:
        """After a call nothing is pinned, and what stays cached fits the budget."""
        self._generate(studio, seed=1)
        residents = studio.devices.residents()
        assert not any(r.pins for r in residents), "a lease was kept; use `with context.devices.lease(...)`"
        assert sum(r.bytes for r in residents if r.device == "cpu") <= studio.devices.budget("cpu")

    def test_candidates_are_chosen_or_told(self, studio: Studio) -> None:
        """Of two candidates the one with the better score is kept; a model without scores says that nothing chose."""
        one = self._generate(studio, seed=1)
        best = self._generate(studio, seed=1, candidates=2)
        assert best.provenance is not None and best.provenance.score == best.score
        if one.score is None:
            assert best == one and any("gives no score" in remark for remark in best.remarks)
        else:
            assert best.score is not None and best.score >= one.score and math.isfinite(best.score)

    def test_it_can_be_stopped(self, studio: Studio) -> None:
        """Progress that raises Cancelled stops the work and leaves nothing behind."""
        studio.progress = CancelAt(1)
        try:
            self._generate(studio, seed=1)
        except Cancelled:
            assert not any(r.pins for r in studio.devices.residents()), "a lease was kept when the work was stopped"
        else:
            assert studio.progress.reports == 0, "it swallowed the Cancelled that progress raised"
        assert not list(Path.cwd().iterdir()), "a stopped work left a file in the working folder"


class MediumContract(_Contract):
    """A medium: reads what it writes, refuses what is broken, and can be shown, described and taken as a theme.

    medium: its name; override `sample` to give a work (`medium.artwork(payload)`).
    """

    medium: ClassVar[str]

    def sample(self, studio: Studio) -> Artwork:
        """A work of the medium, made by its default model unless overridden."""
        return studio.generate(self.medium, "misty mountains at dawn", seed=1)

    def _medium(self, studio: Studio) -> Medium:
        return studio.registry.medium(self.medium)

    def test_what_is_written_is_read_again(self, studio: Studio, tmp_path: Path) -> None:
        """The first suffix that is both written and read keeps the work's id, title and manifest."""
        medium, work = self._medium(studio), self.sample(studio)
        suffix = next((s for s in medium.writes if s in medium.reads), None)
        if suffix is None:
            pytest.skip(f"{self.medium} does not read what it writes")
        again = studio.load(studio.save(work, tmp_path / f"work{suffix}"))
        assert again.id == work.id, "save and load changed the content"

    def test_every_suffix_is_written_whole(self, studio: Studio, tmp_path: Path) -> None:
        """Each format leaves a file with something in it, and no temporary one."""
        medium, work = self._medium(studio), self.sample(studio)
        for suffix in medium.writes:
            folder = tmp_path / suffix.strip(".")
            folder.mkdir()
            try:
                studio.save(work, folder / f"work{suffix}")
            except ArtwrightError as error:
                pytest.skip(f"{suffix}: {error}")
            assert (folder / f"work{suffix}").stat().st_size > 0
            assert not [p for p in folder.iterdir() if p.name.startswith(".")], "a temporary file was left behind"

    @pytest.mark.parametrize(
        "content",
        [b"", b"\x00" * 64, b"not what the name says", bytes(range(256)) * 8],
        ids=["empty", "zeros", "text", "noise"],
    )
    def test_what_is_broken_is_refused_in_one_line(self, studio: Studio, tmp_path: Path, content: bytes) -> None:
        """A broken file is a FormatError (or a work, where any bytes are one), never a traceback of a library."""
        medium = self._medium(studio)
        for suffix in medium.reads:
            path = tmp_path / f"broken{suffix}"
            path.write_bytes(content)
            try:
                medium.load(path)
            except FormatError as error:
                assert "\n" not in str(error), "an error is one line"

    def test_it_can_be_shown_and_described(self, studio: Studio) -> None:
        """A preview of the asked width, a line of text, a fragment of HTML, a theme, and finite features."""
        medium, work = self._medium(studio), self.sample(studio)
        assert medium.preview(work, width=320).size[0] == 320
        assert medium.describe(work)
        assert "<" in medium.html(work, {s: f"work{s}" for s in medium.writes})
        assert studio.theme(work).text
        features = medium.features(work)
        assert features and all(math.isfinite(v) for v in features.values())


class WrapperContract(_Contract):
    """A wrapper around somebody else's operation: the work still comes, whole.

    medium, operation: what it wraps; theme: one that it lets pass; refused: one that it refuses, or None;
    options: values that make the medium's default model quick.
    """

    medium: ClassVar[str]
    theme: ClassVar[str] = "misty mountains at dawn"
    refused: ClassVar[str | None] = None
    options: ClassVar[Mapping[str, Any]] = {}

    def test_the_work_still_comes(self, studio: Studio) -> None:
        """A work of the same medium is returned."""
        assert studio.generate(self.medium, self.theme, seed=1, options=self.options).medium == self.medium

    def test_what_it_refuses_is_told_in_one_line(self, studio: Studio) -> None:
        """A refusal is an ArtwrightError."""
        if self.refused is None:
            pytest.skip("it refuses nothing")
        with pytest.raises(ArtwrightError):
            studio.generate(self.medium, self.refused, seed=1, options=self.options)


class CommandContract(_Contract):
    """Commands that a plugin adds: they are there, have help, and replace none of ours. commands: their names."""

    commands: ClassVar[tuple[str, ...]]

    def test_commands_are_there_with_help(self, studio: Studio) -> None:
        """Each command is found and has a line of help."""
        from ..core.commands.plugin_commands import added_commands

        found = added_commands(studio.host, set())
        for name in self.commands:
            assert name in found, f"the command {name!r} was not added"
            assert found[name].get_short_help_str(), f"the command {name!r} has no help"
