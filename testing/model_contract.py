"""What a model promises."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, ClassVar

import pytest

from ..core.artwork import Artwork
from ..core.cards import check_weights
from ..core.errors import Cancelled, OptionError, UsageError
from ..core.registry import OPERATIONS, ModelSpec, recorded_name
from ..core.requests import Idea
from ..core.studio import Studio
from .base import Contract, check_file
from .host import CancelAt, no_sockets

__all__ = ["ModelContract"]

AT_ONCE_S = 3.0
"""A model that takes longer must tell its progress: that is how it is stopped."""


@dataclass(frozen=True)
class _Made:
    """One work and what was seen while it was made."""

    work: Artwork
    seconds: float
    reports: int
    left: list[str]
    pinned: bool
    within_budget: bool


class ModelContract(Contract):
    """A model: declared operations answer as promised, others are refused, seeds hold, nothing is left behind.

    medium, model: its names; source: of a model that stands for many (`ModelSpec.source`), the one to try; options:
    values that make `generate` quick; other_options: for transfer_style and restore;
    theme: what to make; style: a style it takes, or None; region: what `restore` mends, in the medium's words, or None;
    train_options: values that make `train` quick; seedless: whether it draws nothing at random, so that all seeds give
    one work.
    Override `prepare` for what a model needs before it can be used (weights of its own); `sample` and `damaged` to give
    the works that analyze, transfer_style and restore are tried on; `sources` for generate; `corpus` and `to_evaluate`
    to have train and evaluate tried, too.
    """

    medium: ClassVar[str]
    model: ClassVar[str]
    source: ClassVar[str] = ""
    options: ClassVar[Mapping[str, Any]] = {}
    theme: ClassVar[str] = "misty mountains at dawn"
    style: ClassVar[str | None] = None
    region: ClassVar[str | None] = None
    seedless: ClassVar[bool] = False
    other_options: ClassVar[Mapping[str, Any]] = {}
    train_options: ClassVar[Mapping[str, Any]] = {}
    _first: ClassVar[dict[type, _Made]] = {}

    @property
    def called(self) -> str:
        """The model as a person names it."""
        return f"{self.model}:{self.source}" if self.source else self.model

    def prepare(self, studio: Studio) -> None:
        """What must be there before the model is used; nothing unless overridden."""

    def sample(self, studio: Studio) -> Artwork:
        """A work of the medium: made by the model itself, or by the medium's default model."""
        if "generate" in self._spec(studio).operations:
            return self._made(studio).work
        return studio.generate(self.medium, self.theme, seed=1, sources=self.sources(studio))

    def damaged(self, studio: Studio) -> Artwork:
        """A work to restore: the sample unless overridden."""
        return self.sample(studio)

    def sources(self, studio: Studio) -> tuple[Artwork, ...]:
        """Works that generate builds on."""
        return ()

    def corpus(self, studio: Studio, folder: Path) -> Path | None:
        """A folder of works to learn from, made in `folder`, or None: then training is not tried."""
        return None

    def to_evaluate(self, studio: Studio, folder: Path) -> Path | None:
        """A folder of works to measure, made in `folder`, or None: then evaluation is not tried."""
        return None

    def _spec(self, studio: Studio) -> ModelSpec:
        found = [s for _, s in studio.registry.models(self.medium) if s.name == self.model]
        assert found, f"the plugin registers no model {self.model!r} for the medium {self.medium!r}"
        return found[0]

    def _generate(self, studio: Studio, seed: int, candidates: int = 1) -> Artwork:
        self._needs(studio, "generate")
        self.prepare(studio)
        return studio.generate(
            self.medium,
            self.theme,
            model=self.called,
            style=self.style,
            options=self.options,
            seed=seed,
            sources=self.sources(studio),
            candidates=candidates,
        )

    def _made(self, studio: Studio) -> _Made:
        """The first work, made once for all tests of the class: what they look at in it does not change."""
        if type(self) not in self._first:
            self._needs(studio, "generate")
            self.prepare(studio)
            kept, studio.progress = studio.progress, CancelAt(1_000_000_000)
            began = time.monotonic()
            with nullcontext() if self._spec(studio).remote else no_sockets():
                work = self._generate(studio, seed=1)
            seconds, reports = time.monotonic() - began, studio.progress.reports
            studio.progress = kept
            residents = studio.devices.residents()
            self._first[type(self)] = _Made(
                work=work,
                seconds=seconds,
                reports=reports,
                left=[path.name for path in Path.cwd().iterdir()],
                pinned=any(r.pins for r in residents),
                within_budget=sum(r.bytes for r in residents if r.device == "cpu") <= studio.devices.budget("cpu"),
            )
        return self._first[type(self)]

    def _needs(self, studio: Studio, operation: str) -> None:
        if operation not in self._spec(studio).operations:
            pytest.skip(f"{self.model} does not {operation}")

    def test_options_are_described_and_their_defaults_valid(self, studio: Studio) -> None:
        """Each option has a description; the schema and the defaults are sound."""
        type_ = self._spec(studio).options_type()
        type_()
        for name, field in type_.model_json_schema().get("properties", {}).items():
            assert field.get("description"), f"option {name!r} has no description"

    def test_the_card_and_the_summary_are_plain(self, studio: Studio) -> None:
        """The card is JSON, the summary one line that can be printed."""
        spec = self._spec(studio)
        json.dumps(dict(spec.read_card()), allow_nan=False)
        assert spec.summary and spec.summary.isprintable(), "the summary is one line of printable characters"

    def test_it_generates_within_the_time(self, studio: Studio) -> None:
        """A work comes back with its title, recorded with its model and seed, within `seconds`, without a connection or
        a stray file.
        """
        made = self._made(studio)
        assert made.seconds <= self.seconds, f"it took more than {self.seconds} s; give the contract smaller options"
        work = made.work
        assert work.medium == self.medium and work.provenance is not None
        assert (work.provenance.model, work.provenance.seed) == (recorded_name(self.called), 1)
        assert work.provenance.plugin and work.provenance.id == work.id
        assert work.title.strip() and work.title.isprintable(), "a work has a title, one line of printable characters"
        assert not made.left, f"it left {made.left} in the working folder"

    def test_its_score_is_a_number(self, studio: Studio) -> None:
        """A score is a finite number, the same in the provenance, and its unit stands in the card; words that went
        unused and remarks are texts.
        """
        work = self._made(studio).work
        if work.score is not None:
            assert type(work.score) is float and math.isfinite(work.score), f"the score is {work.score!r}"
            assert work.provenance is not None and work.provenance.score == work.score
        for name in ("unused", "remarks"):
            texts = getattr(work, name)
            assert isinstance(texts, tuple) and all(isinstance(t, str) and t for t in texts), f"{name} are {texts!r}"

    def test_same_seed_same_work_other_seed_other_work(self, studio: Studio) -> None:
        """All randomness comes from the request's seed."""
        first, again, other = self._made(studio).work, self._generate(studio, 1), self._generate(studio, 2)
        assert first.id == again.id, "the same seed made two different works; draw from context.rng alone"
        assert (first.title, first.score, first.unused) == (again.title, again.score, again.unused)
        if self.seedless:
            assert first.id == other.id, "it is said to draw nothing at random, and two seeds made two works"
        else:
            assert first.id != other.id, "two seeds made the same work"

    def test_a_work_survives_save_and_load(self, studio: Studio, tmp_path: Path) -> None:
        """What it makes can be written and read again, with its title and how it was made."""
        self._needs(studio, "generate")
        check_file(studio, self._made(studio).work, tmp_path)

    def test_it_analyzes(self, studio: Studio) -> None:
        """Findings are plain JSON, and an explanation comes in both languages."""
        self._needs(studio, "analyze")
        self.prepare(studio)
        work = self.sample(studio)
        before = studio.registry.medium(self.medium).artwork(work.payload).id
        said = {}
        for language in ("en", "zh"):
            found = studio.analyze(work, model=self.called, explain=True, language=language)
            json.dumps(dict(found.findings), allow_nan=False)
            assert found.findings and found.explanation, "analyze gave no findings or no explanation"
            said[language] = found.explanation
        assert said["en"] != said["zh"], "the explanation is the same text in English and in Chinese"
        assert studio.registry.medium(self.medium).artwork(work.payload).id == before, "analyze changed the work"

    def test_it_transfers_style(self, studio: Studio) -> None:
        """Strength 0 leaves the work; a style gives another one, the same for the same seed."""
        self._needs(studio, "transfer_style")
        self.prepare(studio)
        work = self.sample(studio)
        style, options = self.style or work, self.other_options
        styled = [
            studio.transfer_style(work, style, model=self.called, strength=strength, options=options, seed=1)
            for strength in (0, 1, 1)
        ]
        assert styled[0].id == work.id, "strength 0 must give the work back unchanged"
        assert styled[1].medium == self.medium and styled[1].id == styled[2].id, "the same seed gave two works"
        assert styled[1].provenance is not None and work.id in styled[1].provenance.parents

    def test_it_restores(self, studio: Studio) -> None:
        """A work of the medium comes back, the same for the same seed, and the damaged one is as it was."""
        self._needs(studio, "restore")
        self.prepare(studio)
        work, options = self.damaged(studio), self.other_options
        before = studio.registry.medium(self.medium).artwork(work.payload).id
        made = [studio.restore(work, model=self.called, region=self.region, options=options, seed=1) for _ in range(2)]
        assert made[0].medium == self.medium and made[0].id == made[1].id, "the same seed gave two works"
        assert made[0].provenance is not None and made[0].provenance.parents == (work.id,)
        assert studio.registry.medium(self.medium).artwork(work.payload).id == before, "restore changed the work given"

    def test_it_inspires(self, studio: Studio) -> None:
        """As many ideas as were asked for, each with its text, plain JSON, the same for the same seed."""
        self._needs(studio, "inspire")
        self.prepare(studio)
        ideas = [studio.inspire(self.medium, self.theme, model=self.called, count=2, seed=1) for _ in range(2)]
        assert len(ideas[0]) == 2, f"two ideas were asked for, {len(ideas[0])} came"
        rows = [[asdict(idea) for idea in found] for found in ideas]
        json.dumps(rows, allow_nan=False)
        assert rows[0] == rows[1], "the same seed gave other ideas"
        assert all(isinstance(idea, Idea) and idea.text.strip() for idea in ideas[0])

    def test_it_trains(self, studio: Studio, tmp_path: Path) -> None:
        """Weights with a sound card come of it, in the place that was named; nothing is left elsewhere."""
        self._needs(studio, "train")
        corpus = self.corpus(studio, tmp_path)
        if corpus is None:
            pytest.skip("the contract names no corpus")
        weights = tmp_path / "weights"
        report = studio.train(
            self.medium,
            corpus,
            name="contract",
            model=self.called,
            minutes=1,
            options=self.train_options,
            seed=1,
            weights=weights,
        )
        assert report.weights.is_file(), f"the report names {str(report.weights)!r}, which is not there"
        assert report.weights.parent == weights, "the result belongs under request.weights"
        assert check_weights(weights) == [], "weights and their card do not fit"
        json.dumps(dict(report.card), allow_nan=False)
        assert not list(Path.cwd().iterdir()), f"it left {[p.name for p in Path.cwd().iterdir()]} in the working folder"

    def test_it_evaluates(self, studio: Studio, tmp_path: Path) -> None:
        """Figures come as plain JSON, finite ones."""
        self._needs(studio, "evaluate")
        path = self.to_evaluate(studio, tmp_path)
        if path is None:
            pytest.skip("the contract names nothing to evaluate")
        self.prepare(studio)
        figures = studio.evaluate(self.medium, path, model=self.called)
        assert figures, "no figure came"
        json.dumps(figures, allow_nan=False)

    def test_undeclared_operations_are_refused(self, studio: Studio) -> None:
        """What the spec does not declare is a usage error, not a failure in the call."""
        for operation in set(OPERATIONS) - self._spec(studio).operations:
            with pytest.raises(UsageError):
                studio.model(self.medium, self.called, operation)

    def test_unknown_options_are_refused(self, studio: Studio) -> None:
        """A misspelt option is an error that names it, never ignored."""
        self._needs(studio, "generate")
        with pytest.raises(OptionError, match="an_option_that_is_not_there"):
            studio.generate(self.medium, self.theme, model=self.called, options={"an_option_that_is_not_there": 1})

    def test_leases_are_given_back(self, studio: Studio) -> None:
        """After a call nothing is pinned, and what stays cached fits the budget."""
        made = self._made(studio)
        assert not made.pinned, "a lease was kept; use `with context.devices.lease(...)`"
        assert made.within_budget, "what stays cached is more than the budget"

    def test_candidates_are_chosen_or_told(self, studio: Studio) -> None:
        """Of two candidates the one with the better score is kept; a model without scores says that nothing chose."""
        one = self._made(studio).work
        best = self._generate(studio, seed=1, candidates=2)
        assert best.provenance is not None and best.provenance.score == best.score
        if one.score is None:
            assert best == one and any("gives no score" in remark for remark in best.remarks)
        else:
            assert best.score is not None and best.score >= one.score and math.isfinite(best.score)

    def test_it_can_be_stopped(self, studio: Studio) -> None:
        """It tells its progress, unless it is done at once, and Cancelled, raised by it, stops the work and leaves
        nothing behind.
        """
        made = self._made(studio)
        if not made.reports:
            assert made.seconds < AT_ONCE_S, f"it took {made.seconds:.1f} s and told no progress; nobody can stop it"
            pytest.skip("it is done at once")
        studio.progress = CancelAt(1)
        with pytest.raises(Cancelled):
            self._generate(studio, seed=1)
        assert not any(r.pins for r in studio.devices.residents()), "a lease was kept when the work was stopped"
        assert not list(Path.cwd().iterdir()), "a stopped work left a file in the working folder"
