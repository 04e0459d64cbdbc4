"""What a plugin promises, as test classes to inherit.

A contract's tests fail with a sentence that says what was promised. Attributes of the class say what to test; the
contracts need pytest only when they run.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, ClassVar

import pytest
from click.testing import CliRunner

from ..core.artwork import Artwork, Medium
from ..core.errors import ArtwrightError, FormatError
from ..core.studio import Studio
from .base import Contract, check_file
from .host import fresh_studio
from .model_contract import ModelContract
from .probe import Probe

__all__ = ["CommandContract", "MediumContract", "ModelContract", "WrapperContract"]


class MediumContract(Contract):
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
        work = self.sample(studio)
        check_file(studio, work, tmp_path)
        (tmp_path / "other").mkdir()
        check_file(studio, work.with_(title='Ö, 月 "quoted" <b>&amp;'), tmp_path / "other")

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
        assert set(medium.features(work)) == set(medium.features(work)), "features have the same names each time"
        assert studio.theme(work).text
        features = medium.features(work)
        assert features and all(math.isfinite(v) for v in features.values())

    def test_what_is_shown_is_escaped(self, studio: Studio) -> None:
        """A title, or the name of a file, adds no element and no attribute to the HTML of a work."""
        medium, work = self._medium(studio), self.sample(studio)
        plain = _Elements.of(medium.html(work.with_(title="title"), {s: f"work{s}" for s in medium.writes}))
        for evil in (
            "<script>alert(1)</script>",
            '"><img src=x onerror=alert(1)>',
            "' onload='alert(1)",
            "</p><iframe>",
        ):
            fragment = medium.html(work.with_(title=evil), {s: f"{evil}{s}" for s in medium.writes})
            assert _Elements.of(fragment) == plain, f"the title {evil!r} changes the elements of the HTML; escape it"

    def test_the_content_is_the_same_for_the_same_work(self, studio: Studio) -> None:
        """Showing, describing and saving leave a work as it is; a payload beyond the limits is refused by `check`."""
        medium, work = self._medium(studio), self.sample(studio)
        before = medium.content(work.payload)
        medium.check(work.payload)
        medium.preview(work, width=64), medium.describe(work), medium.features(work), medium.theme(work)
        assert medium.content(work.payload) == before, "looking at a work changed it"


class _Elements(HTMLParser):
    """The elements of a piece of HTML and the names of their attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, tuple[str, ...]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, tuple(name for name, _ in attrs)))

    @classmethod
    def of(cls, fragment: str) -> list[tuple[str, tuple[str, ...]]]:
        parser = cls()
        parser.feed(fragment)
        parser.close()
        return parser.found


class WrapperContract(Contract):
    """A wrapper around somebody else's operation: the work still comes, whole, and says that it was wrapped.

    medium: what it wraps (by default a tiny one that is here for trying); theme: one that it lets pass; refused: one that
    it refuses, or None; options: values that make the medium's default model quick.
    """

    medium: ClassVar[str] = Probe.medium
    theme: ClassVar[str] = "misty mountains at dawn"
    refused: ClassVar[str | None] = None
    options: ClassVar[Mapping[str, Any]] = {}

    @pytest.fixture
    def studio(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Studio:
        """A fresh studio with the tiny medium; the test runs in an empty folder."""
        (tmp_path / "empty").mkdir()
        monkeypatch.chdir(tmp_path / "empty")
        monkeypatch.setenv("ARTWRIGHT_HOME", str(tmp_path / "home"))
        return fresh_studio(tmp_path / "home", Probe(), self.plugin, builtin=self.builtin)

    def test_the_work_still_comes(self, studio: Studio, caplog: pytest.LogCaptureFixture) -> None:
        """A work of the same medium is returned, the wrapper is named in its provenance, and nothing of it failed."""
        made = studio.generate(self.medium, self.theme, seed=1, options=self.options)
        assert made.medium == self.medium and made.provenance is not None
        wrapped = studio.host.wrappers("generate")
        assert made.provenance.wrappers == wrapped
        assert "wrapper of plugin" not in caplog.text, caplog.text

    def test_every_operation_it_wraps_answers(
        self, studio: Studio, tmp_path: Path, caplog: pytest.LogCaptureFixture
    ) -> None:
        """Works, findings and ideas of a medium that it does not know come through it."""
        work = studio.generate(Probe.medium, self.theme, seed=1)
        assert studio.transfer_style(work, work, seed=1).medium == Probe.medium
        assert studio.restore(work, seed=1).medium == Probe.medium
        assert studio.analyze(work).findings
        assert studio.evaluate(Probe.medium, tmp_path)
        assert len(studio.inspire(Probe.medium, self.theme, count=2, seed=1)) == 2
        assert "wrapper of plugin" not in caplog.text, caplog.text

    def test_what_it_refuses_is_told_in_one_line(self, studio: Studio) -> None:
        """A refusal is an ArtwrightError."""
        if self.refused is None:
            pytest.skip("it refuses nothing")
        with pytest.raises(ArtwrightError) as caught:
            studio.generate(self.medium, self.refused, seed=1, options=self.options)
        assert "\n" not in str(caught.value), "an error is one line"


class CommandContract(Contract):
    """Commands that a plugin adds: they are there, have help, and replace none of ours. commands: their names."""

    commands: ClassVar[tuple[str, ...]]

    def test_commands_are_there_with_help(self, studio: Studio) -> None:
        """Each command is found and has a line of help."""
        from ..core.commands.added import added_commands

        found = added_commands(studio.host, set())
        for name in self.commands:
            assert name in found, f"the command {name!r} was not added"
            assert found[name].get_short_help_str(), f"the command {name!r} has no help"
            done = CliRunner().invoke(found[name], ["--help"])
            assert done.exit_code == 0, f"`{name} --help` fails: {done.output}"
