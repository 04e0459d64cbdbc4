"""The front door.

    studio = Studio()
    work = studio.generate("painting", "misty mountains at dawn", style="hokusai", seed=7)
    tune = studio.generate("music", work, seed=7)            # the theme is taken from the painting
    studio.save(tune, "dawn.mid")

Each operation checks what is asked, hands it to the model's owner, and keeps what comes back.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .artwork import Artwork
from .candidates import MOST, check_candidates, make_best
from .copies import check_novelty, make_original
from .errors import InputError, UnknownName
from .feedback.heard import hear
from .holdings import save_work
from .home import runs_folder, weights_folder
from .places import Given
from .pretrained.own_models import read_models
from .progress import Progress
from .requests import (
    Analysis,
    AnalyzeRequest,
    EvaluateRequest,
    GenerateRequest,
    Idea,
    InspireRequest,
    Request,
    RestoreRequest,
    TrainReport,
    TrainRequest,
    TransferRequest,
)
from .resources import Resources
from .runs import check_replaced, check_run
from .seeds import check_seed, derive_seed
from .style import Style
from .theme import Theme
from .training.report import write_report
from .training.survey import survey
from .tuned import forget_tuned, keep_diverse
from .usage import Usage
from .workshop import Workshop, originals_of

if TYPE_CHECKING:
    from PIL.Image import Image

    from .originality import Originality

__all__ = ["Studio"]

Source = str | Theme | Artwork | Path
Options = Mapping[str, Any]


class Studio(Resources):
    """Everything artwright does, in Python.

    It is made as `Resources` says. What all operations take: model: its name, the medium's default if none (in `generate`, the person's own); options:
    the model's own; seed: 0 to 2**63-1, a random one by default; force: let options that are files replace what is
    there; keep: keep the work, and those it is made from, in the library, and tell the plugins of it; progress: told
    instead of the studio's.
    """

    @cached_property
    def _workshop(self) -> Workshop:
        return Workshop(self._dispatcher)

    # ------------------------------------------------------------------ operations

    def generate(
        self,
        medium: str,
        theme: Source,
        *,
        model: str | None = None,
        style: str | Style | Artwork | Path | None = None,
        options: Options | None = None,
        seed: int | None = None,
        sources: Iterable[Artwork] = (),
        candidates: int = 1,
        novelty: float | None = None,
        strict_originality: bool = False,
        force: bool = False,
        keep: bool = True,
        progress: Progress | None = None,
    ) -> Artwork:
        """Make a work of `medium` about `theme`: words, a Theme, or a work or file of any medium.

        style: a name, a mix, or a reference; sources: works to build on; candidates: make this many and return the best
        by the person's taste, or by the model's own score where no taste is known; novelty: 0, imitation, to 1, innovation: a
        work that copies a known one is then made again; strict_originality: one that copies after four tries is refused,
        and so is one that a model says is after a known one; where no novelty is given it is 1.
        """
        owner, spec = self.model(medium, model, "generate")
        chosen = None if style is None else self._holdings.style(medium, style)
        topic, built_on, first_seed = self.theme(theme), tuple(sources), check_seed(seed)
        if model is None and (own := self.own_default(medium, topic, style=chosen, options=options)):
            owner, spec = self.model(medium, own, "generate")
        check_novelty(novelty)
        if strict_originality and novelty is None and "novelty" in spec.reads:
            novelty = 1.0
        self.registry.check_request(spec, "generate", style=style, sources=built_on, novelty=novelty)
        with self._lend(spec, "generate", options, force=force) as given:
            check_candidates(candidates, given.options)

            def request(number: int) -> GenerateRequest:
                return GenerateRequest(
                    medium=medium,
                    model=spec.name,
                    options=given.options,
                    seed=derive_seed(first_seed, number),
                    theme=topic,
                    style=chosen,
                    sources=built_on,
                    novelty=novelty,
                )

            def make(number: int) -> Artwork:
                return self._workshop.make("generate", owner, request(number), given, progress=progress)

            def make_new(number: int) -> Artwork:
                if novelty is None and not strict_originality:
                    return make(number)
                return make_original(lambda again: make(number + again * MOST), strict=strict_originality)

            work = make_best(
                make_new,
                candidates,
                store=self.feedback,
                medium=self.registry.medium(medium),
            )
        return self._keep(work, originals_of(request(0)), given) if keep else work

    def transfer_style(
        self,
        work: Artwork | Path | str,
        style: str | Style | Artwork | Path,
        *,
        model: str | None = None,
        strength: float = 1.0,
        options: Options | None = None,
        seed: int | None = None,
        force: bool = False,
        keep: bool = True,
        progress: Progress | None = None,
    ) -> Artwork:
        """Make a work anew in another style, keeping its skeleton. strength in [0, 1]; 0 gives the work itself back."""
        work = self._holdings.work(work)
        owner, spec = self.model(work.medium, model, "transfer_style")
        chosen = self._holdings.style(work.medium, style)
        if not 0 <= strength <= 1:
            raise InputError(f"the strength is {strength}; it goes from 0 (unchanged) to 1")
        with self._lend(spec, "transfer_style", options, force=force) as given:
            request = TransferRequest(
                medium=work.medium,
                model=spec.name,
                options=given.options,
                seed=check_seed(seed),
                artwork=work,
                style=chosen,
                strength=strength,
            )
            anew = self._workshop.make("transfer_style", owner, request, given, progress=progress)
        return self._keep(anew, originals_of(request), given) if keep else anew

    def restore(
        self,
        work: Artwork | Path | str,
        *,
        model: str | None = None,
        region: str | None = None,
        mask: Image | Path | None = None,
        options: Options | None = None,
        seed: int | None = None,
        force: bool = False,
        keep: bool = True,
        progress: Progress | None = None,
    ) -> Artwork:
        """Mend or fill in a part of a work: `region` in its medium's words, `mask` as a picture or its file, white where
        to mend (what is transparent is not), or what is found damaged.
        """
        work = self._holdings.work(work)
        owner, spec = self.model(work.medium, model, "restore")
        self.registry.check_request(spec, "restore", region=region, mask=mask)
        grey = None if mask is None else self.registry.medium(work.medium).read_mask(mask)
        with self._lend(spec, "restore", options, force=force) as given:
            request = RestoreRequest(
                medium=work.medium,
                model=spec.name,
                options=given.options,
                seed=check_seed(seed),
                artwork=work,
                region=region,
                mask=grey,
            )
            mended = self._workshop.make("restore", owner, request, given, progress=progress)
        return self._keep(mended, originals_of(request), given) if keep else mended

    def analyze(
        self,
        work: Artwork | Path | str,
        *,
        model: str | None = None,
        explain: bool = False,
        language: str = "en",
        plot: bool = False,
        options: Options | None = None,
        force: bool = False,
        progress: Progress | None = None,
    ) -> Analysis:
        """Read a work. explain: add an explanation in `language` ("en" or "zh"); plot: add a picture."""
        work = self._holdings.work(work)
        owner, spec = self.model(work.medium, model, "analyze")
        self.registry.check_request(spec, "analyze", explain=explain, plot=plot)
        with self._lend(spec, "analyze", options, force=force) as given:
            request = AnalyzeRequest(
                medium=work.medium,
                model=spec.name,
                options=given.options,
                artwork=work,
                explain=explain,
                language=language,
                plot=plot,
            )
            return self._dispatcher.expect(Analysis, "analyze", owner, request, progress=progress)

    def train(
        self,
        medium: str,
        corpus: Path | str | None,
        *,
        name: str,
        model: str | None = None,
        minutes: float = 10.0,
        resume: bool = False,
        from_feedback: str | None = None,
        options: Options | None = None,
        seed: int = 0,
        weights: Path | None = None,
        force: bool = False,
        progress: Progress | None = None,
    ) -> TrainReport:
        """Learn from a folder of works, or from what a person said of works. weights: where the result goes (default: the
        home's, by medium); force: replace what was learned under that name, and begin its run anew; from_feedback: the
        person, then `corpus` is None. A report card, with the loss curve and what lay in the folder, is written beside the run.

        Raises InputError, OutputError if something of that name is there and neither `resume` nor `force` is given,
        TasteUnknown if too little was said.
        """
        corpus = self.library.folder if corpus is None else Path(corpus)
        owner, spec = self.model(medium, model, "train")
        self.registry.check_request(spec, "train", feedback=from_feedback)
        user = from_feedback
        heard = None if user is None else hear(self.feedback, self.library, self.registry.medium(medium), user)
        check_run(corpus, name, minutes)
        found = None if heard is not None else survey(corpus, self.registry.medium(medium).reads)
        runs, folder = runs_folder(self.home, medium, name), weights or weights_folder(self.home, medium)
        if not resume and not force:
            check_replaced(self.home, medium, name, weights=folder)
        with self._lend(spec, "train", options, force=force) as given:
            if force and not resume:
                shutil.rmtree(runs, ignore_errors=True)
            request = TrainRequest(
                medium=medium,
                model=spec.name,
                options=given.options,
                seed=check_seed(seed),
                corpus=corpus,
                name=name,
                minutes=minutes,
                runs=runs,
                weights=folder,
                resume=resume,
                feedback=heard,
            )
            report = self._dispatcher.expect(TrainReport, "train", owner, request, progress=progress)
        if heard is not None:
            report = keep_diverse(self, report, heard, medium=medium)
        return replace(report, page=write_report(runs, report.card, medium=medium, name=name, found=found))

    def forget(self, user: str) -> tuple[int, list[Path]]:
        """Delete a person: all they said, and the models and styles that learned from it. Returns how many things said
        and which files are gone. Raises as `FeedbackStore.forget`.
        """
        gone = forget_tuned(self.home, user, tuple(self.registry.media))
        try:
            return self.feedback.forget(user), gone
        except UnknownName:
            if not gone:
                raise
            return 0, gone

    def evaluate(
        self,
        medium: str,
        path: Path | str,
        *,
        model: str | None = None,
        reference: Path | str | None = None,
        options: Options | None = None,
        force: bool = False,
        progress: Progress | None = None,
    ) -> dict[str, Any]:
        """Measure a model on the works under `path`, or those works against `reference`; figures as plain JSON."""
        for place in (path, reference):
            if place is not None and not Path(place).exists():
                raise InputError(f"there is no {str(place)!r} to evaluate; name a file or folder of works")
        owner, spec = self.model(medium, model, "evaluate")
        self.registry.check_request(spec, "evaluate", reference=reference)
        with self._lend(spec, "evaluate", options, force=force) as given:
            request = EvaluateRequest(
                medium=medium,
                model=spec.name,
                options=given.options,
                path=Path(path),
                reference=Path(reference) if reference else None,
            )
            return self._dispatcher.expect(dict, "evaluate", owner, request, progress=progress)

    def inspire(
        self,
        medium: str,
        theme: Source,
        *,
        model: str | None = None,
        count: int = 5,
        options: Options | None = None,
        seed: int | None = None,
        force: bool = False,
        progress: Progress | None = None,
    ) -> list[Idea]:
        """Ideas for a theme, not works. count in 1 to 100."""
        if not 1 <= count <= 100:
            raise InputError(f"{count} ideas were asked for; 1 to 100 are possible")
        owner, spec = self.model(medium, model, "inspire")
        with self._lend(spec, "inspire", options, force=force) as given:
            request = InspireRequest(
                medium=medium,
                model=spec.name,
                options=given.options,
                seed=check_seed(seed),
                theme=self.theme(theme),
                count=count,
            )
            return self._dispatcher.expect(list, "inspire", owner, request, progress=progress)

    def originality(self, work: Artwork | Path | str) -> Originality | None:
        """How far a work is from the works that its medium knows; None if the medium knows none of its kind."""
        return self._workshop.measure(self._holdings.work(work))

    def own_default(
        self, medium: str, theme: Theme, *, style: Style | None = None, options: Options | None = None
    ) -> str | None:
        """The model that a person chose to write works of this kind (`artwright models default`), None if none."""
        own = read_models(self.home)
        if not own.defaults:
            return None
        return own.default(medium, self.registry.medium(medium).kind_of(theme, style, options or {}))

    def dispatch(self, operation: str, owner: str, request: Request, *, usage: Usage | None = None) -> Any:
        """Call `operation` of the plugin `owner` for a request of one's own, as `Dispatcher.call` does."""
        return self._dispatcher.call(operation, owner, request, usage=usage)

    # ------------------------------------------------------------------ works and themes

    def load(self, path: Path | str, medium: str | None = None) -> Artwork:
        """The work in a file; its medium follows from the suffix unless it is named. Raises FormatError, InputError."""
        return self._holdings.load(path, medium)

    def save(self, work: Artwork, path: Path | str, *, force: bool = False) -> Path:
        """Write a work in the format of the suffix, with its manifest inside or beside it, signed if that is wished; all
        whole or not at all.

        Raises OutputError if a file exists, even one that appeared meanwhile, and `force` is false.
        """
        save_work(work, self.registry.medium(work.medium), Path(path), marker=self.marker, force=force)
        return Path(path)

    def theme(self, source: Source) -> Theme:
        """A theme from words, from a work or a file of any medium, or as it is."""
        return self._holdings.theme(source)

    def style_name(self, medium: str, name: str) -> str:
        """The name of a style that is asked for by any of its names: one of a medium's own, or one that was learned on
        this computer. Raises UnknownName.
        """
        return self._holdings.style_name(medium, name)

    def _keep(self, work: Artwork, originals: Iterable[Artwork], given: Given) -> Artwork:
        self._holdings.keep(work, originals, given.long)
        self._dispatcher.tell("on_artwork", artwork=work)
        return work
