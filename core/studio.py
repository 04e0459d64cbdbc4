"""The front door: checks what is asked, hands it to the model's owner, records what comes back.

studio = Studio()
work = studio.generate("painting", "misty mountains at dawn", style="hokusai", seed=7)
tune = studio.generate("music", work, seed=7)            # the theme is taken from the painting
studio.save(tune, "dawn.mid")
"""

from __future__ import annotations

import logging
import os
import shutil
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import replace
from functools import cached_property
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from .artwork import MAX_TITLE, Artwork, Medium, Provenance
from .candidates import make_best
from .contain import Contained
from .devices import DeviceManager
from .errors import ArtwrightError, Cancelled, InputError, OutputError, PluginError, tell_error
from .feedback.store import FeedbackStore
from .files import check_output, now, place_files, temporary_folder
from .home import home_path
from .library import Library
from .loader import PluginHost
from .manifest import sidecar
from .places import Given, lend_options
from .progress import Progress, Silent
from .provenance import pack_mask
from .registry import ModelSpec, Registry
from .requests import (
    Analysis,
    AnalyzeRequest,
    Context,
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
from .seeds import check_seed, derive_seed
from .style import Style
from .theme import Theme
from .usage import Usage

if TYPE_CHECKING:
    from .originality import IndexShelf, Originality

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["Studio", "check_suffix"]

Source = str | Theme | Artwork | Path
_log = logging.getLogger("artwright")
Q = TypeVar("Q", bound=Request)
T = TypeVar("T")


class Studio:
    """Everything artwright does, in Python.

    home: where works, ratings and trained weights are kept (default: `home_path()`); device: as in `DeviceManager`;
    progress: told of long work; download: whether models may use the network; devices, points: a device manager
    and entry points of one's own (tests).
    """

    def __init__(
        self,
        home: Path | None = None,
        *,
        device: str | None = None,
        progress: Progress | None = None,
        download: bool = False,
        devices: DeviceManager | None = None,
        points: Iterable[EntryPoint] | None = None,
        host: PluginHost | None = None,
    ) -> None:
        self.home = Path(home) if home is not None else home_path()
        self.devices = devices or DeviceManager(device or os.environ.get("ARTWRIGHT_DEVICE") or None)
        self.progress: Progress = progress or Silent()
        self.download = download
        self.host = host or PluginHost(points)
        self._loaded: dict[str, tuple[Path, tuple[int, int] | None]] = {}  # id -> file of works that were loaded

    @property
    def registry(self) -> Registry:
        """Media, models and styles that are installed."""
        return self.host.registry

    @cached_property
    def library(self) -> Library:
        """The works on disk."""
        return Library(self.home, self.registry.media)

    @cached_property
    def known_works(self) -> IndexShelf:
        """The indexes of known works that were read to measure new ones."""
        from .originality import IndexShelf

        return IndexShelf()

    def originality(self, work: Artwork | Path | str) -> Originality | None:
        """How far a work is from the works that its medium knows; None if the medium knows none of its kind."""
        work = self._work(work)
        return self.known_works.measure(self.registry.medium(work.medium), work)

    @cached_property
    def feedback(self) -> FeedbackStore:
        """What people said of works."""
        store = FeedbackStore(self.home)
        store.listen(lambda said: self.tell("on_feedback", feedback=said))
        return store

    # ------------------------------------------------------------------ operations

    def generate(
        self,
        medium: str,
        theme: Source,
        *,
        model: str | None = None,
        style: str | Style | Artwork | Path | None = None,
        options: Mapping[str, Any] | None = None,
        seed: int | None = None,
        sources: Iterable[Artwork] = (),
        candidates: int = 1,
        force: bool = False,
        keep: bool = True,
    ) -> Artwork:
        """Make a work of `medium` about `theme`: words, a Theme, or a work or file of any medium.

        style: a name, a mix, or a reference; options: the model's own; seed: 0 to 2**63-1, a random one by default;
        sources: works to build on; candidates: make this many and return the best by the person's taste, or by the
        model's own score where no taste is known; force: let options that are files replace what is there; keep: keep the
        work, and those it is made from, in the library, and tell the plugins of it.
        """
        owner, spec = self.registry.model(medium, model, "generate")
        chosen, read = self._style(medium, style), self.theme(theme)
        sources, seed = tuple(sources), check_seed(seed)
        self.registry.check_request(spec, "generate", style=style, sources=sources)
        if not 1 <= candidates <= 64:
            raise InputError(f"{candidates} candidates were asked for; 1 to 64 are possible")
        parents = tuple(
            dict.fromkeys([*([read.source] if read.source else []), *(s.id for s in sources), *_reference_ids(chosen)])
        )
        with self._lend(spec, "generate", options, force=force) as given:
            if candidates > 1 and (told := [name for name in given.options.outputs() if getattr(given.options, name)]):
                raise InputError(
                    f"--{told[0].replace('_', '-')} writes a file of one work; ask for one candidate with it"
                )

            def make(number: int) -> Artwork:
                request = GenerateRequest(
                    medium=medium,
                    model=spec.name,
                    options=given.options,
                    seed=derive_seed(seed, number),
                    theme=read,
                    style=chosen,
                    sources=sources,
                )
                return self._make(
                    "generate",
                    owner,
                    request,
                    given,
                    theme=read,
                    style=chosen,
                    parents=parents,
                    sources=tuple(source.id for source in sources),
                )

            best = make_best(make, candidates, store=self.feedback, medium=self.registry.medium(medium))
        return self._keep(best, given, (*sources, *_references(chosen))) if keep else best

    def transfer_style(
        self,
        work: Artwork | Path | str,
        style: str | Style | Artwork | Path,
        *,
        model: str | None = None,
        strength: float = 1.0,
        options: Mapping[str, Any] | None = None,
        seed: int | None = None,
        force: bool = False,
        keep: bool = True,
    ) -> Artwork:
        """Make a work anew in another style, keeping its skeleton. strength in [0, 1]; 0 gives the work itself back.

        force, keep: as in `generate`.
        """
        work = self._work(work)
        owner, spec = self.registry.model(work.medium, model, "transfer_style")
        chosen = self._style(work.medium, style)
        if chosen is None or not 0 <= strength <= 1:
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
            made = self._make(
                "transfer_style",
                owner,
                request,
                given,
                style=chosen,
                parents=(work.id, *_reference_ids(chosen)),
                notes={"strength": strength},
            )
        return self._keep(made, given, (work, *_references(chosen))) if keep else made

    def restore(
        self,
        work: Artwork | Path | str,
        *,
        model: str | None = None,
        region: str | None = None,
        mask: Image | Path | None = None,
        options: Mapping[str, Any] | None = None,
        seed: int | None = None,
        force: bool = False,
        keep: bool = True,
    ) -> Artwork:
        """Mend or fill in a part of a work: `region` in its medium's words, `mask` as a picture or its file, white where
        to mend (what is transparent is not), or what is found damaged. force, keep: as in `generate`.
        """
        work = self._work(work)
        owner, spec = self.registry.model(work.medium, model, "restore")
        self.registry.check_request(spec, "restore", region=region, mask=mask)
        grey = None if mask is None else self.registry.medium(work.medium).read_mask(mask)
        notes = {"region": region, "mask": pack_mask(grey)}
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
            made = self._make("restore", owner, request, given, parents=(work.id,), notes=notes)
        return self._keep(made, given, (work,)) if keep else made

    def analyze(
        self,
        work: Artwork | Path | str,
        *,
        model: str | None = None,
        explain: bool = False,
        language: str = "en",
        plot: bool = False,
        options: Mapping[str, Any] | None = None,
        force: bool = False,
    ) -> Analysis:
        """Read a work. explain: add an explanation in `language` ("en" or "zh"); plot: add a picture."""
        work = self._work(work)
        owner, spec = self.registry.model(work.medium, model, "analyze")
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
            found = self.dispatch("analyze", owner, request)
            return _expect(found, Analysis, "analyze", owner)

    def train(
        self,
        medium: str,
        corpus: Path | str,
        *,
        name: str,
        model: str | None = None,
        minutes: float = 10.0,
        resume: bool = False,
        options: Mapping[str, Any] | None = None,
        seed: int = 0,
        weights: Path | None = None,
        force: bool = False,
    ) -> TrainReport:
        """Learn from a folder of works. weights: where the result goes (default: the home's, by medium); force: replace what
        was learned under that name, and begin its run anew.

        Raises InputError, OutputError if something of that name is there and neither `resume` nor `force` is given.
        """
        corpus = Path(corpus)
        if not corpus.exists():
            raise InputError(f"there is no {str(corpus)!r} to learn from; name a folder of works")
        if not name or len(name.encode()) > 100 or not all(c.isalnum() or c in "-_" for c in name):
            raise InputError(f"{name!r} is not a name; use at most 100 letters, digits, '-' and '_'")
        if not minutes > 0:
            raise InputError(f"{minutes} minutes were given; more than 0 are needed")
        owner, spec = self.registry.model(medium, model, "train")
        runs, folder = self.home / "runs" / medium / name, weights or self.home / "weights" / medium
        if not resume:
            known = (folder / f"{name}.safetensors", self.home / "styles" / medium / f"{name}.json")
            if not force and (there := next((path for path in known if path.exists()), None)):
                raise OutputError(
                    f"{str(there)!r} exists and is kept; go on with --resume, replace it with --force, or choose another "
                    f"--name"
                )
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
            )
            return _expect(self.dispatch("train", owner, request), TrainReport, "train", owner)

    def evaluate(
        self,
        medium: str,
        path: Path | str,
        *,
        model: str | None = None,
        reference: Path | str | None = None,
        options: Mapping[str, Any] | None = None,
        force: bool = False,
    ) -> dict[str, Any]:
        """Measure a model on the works under `path`, or those works against `reference`; figures as plain JSON."""
        for place in (path, reference):
            if place is not None and not Path(place).exists():
                raise InputError(f"there is no {str(place)!r} to evaluate; name a file or folder of works")
        owner, spec = self.registry.model(medium, model, "evaluate")
        self.registry.check_request(spec, "evaluate", reference=reference)
        with self._lend(spec, "evaluate", options, force=force) as given:
            request = EvaluateRequest(
                medium=medium,
                model=spec.name,
                options=given.options,
                path=Path(path),
                reference=Path(reference) if reference else None,
            )
            return _expect(self.dispatch("evaluate", owner, request), dict, "evaluate", owner)

    def inspire(
        self,
        medium: str,
        theme: Source,
        *,
        model: str | None = None,
        count: int = 5,
        options: Mapping[str, Any] | None = None,
        seed: int | None = None,
        force: bool = False,
    ) -> list[Idea]:
        """Ideas for a theme, not works. count in 1 to 100."""
        if not 1 <= count <= 100:
            raise InputError(f"{count} ideas were asked for; 1 to 100 are possible")
        owner, spec = self.registry.model(medium, model, "inspire")
        with self._lend(spec, "inspire", options, force=force) as given:
            request = InspireRequest(
                medium=medium,
                model=spec.name,
                options=given.options,
                seed=check_seed(seed),
                theme=self.theme(theme),
                count=count,
            )
            return _expect(self.dispatch("inspire", owner, request), list, "inspire", owner)

    # ------------------------------------------------------------------ works and themes

    def load(self, path: Path | str, medium: str | None = None) -> Artwork:
        """The work in a file; its medium follows from the suffix unless it is named. Raises FormatError, InputError."""
        path = Path(path)
        if not path.exists():
            raise InputError(f"there is no file {str(path)!r}")
        if path.is_dir():
            raise InputError(f"{str(path)!r} is a folder; name a file")
        owner = self.registry.medium(medium) if medium else self.registry.find_medium(path.suffix)
        stamp = _stamp(path)
        work = owner.load(path)
        self._loaded[work.id] = (path.absolute(), stamp)
        return work

    def save(self, work: Artwork, path: Path | str, *, force: bool = False) -> Path:
        """Write a work in the format of the suffix, with its manifest inside or beside it; both whole or not at all.

        Raises OutputError if a file exists, even one that appeared meanwhile, and `force` is false.
        """
        path = Path(path)
        medium = self.registry.medium(work.medium)
        check_suffix(medium, path)
        beside = sidecar(path)
        for target in (path, beside):
            check_output(target, force=force)
        try:
            with temporary_folder(path.parent) as folder:
                medium.save(work, folder / path.name)
                made = sidecar(folder / path.name)
                pairs = [(folder / path.name, path)]
                if made.exists():
                    place_files([(made, beside), *pairs], force=force)
                else:  # one that lies there belongs to the file that is replaced
                    place_files(pairs, force=force, gone=[beside] if beside.exists() else [])
        except OSError as error:
            raise OutputError(
                f"cannot write {str(path)!r}: {error.strerror or error}; choose another place with --output"
            ) from error
        return path

    def theme(self, source: Source) -> Theme:
        """A theme from words, from a work or a file of any medium, or as it is."""
        if isinstance(source, Theme):
            return source
        if isinstance(source, str):
            return Theme.from_prompt(source)
        work = self._work(source)
        return replace(self.registry.medium(work.medium).theme(work), source=work.id)

    def _work(self, work: Artwork | Path | str) -> Artwork:
        if isinstance(work, Artwork):
            return work
        if isinstance(work, Path) or Path(work).exists():
            return self.load(work)
        return self.library.get(work)

    def _style(self, medium: str, style: str | Style | Artwork | Path | None) -> Style | None:
        if style is None:
            return None
        if isinstance(style, Path):
            style = self.load(style, medium)
        if isinstance(style, Artwork):
            style = Style.mix(references=[(style, 1.0)])
        if isinstance(style, str):
            style = Style.parse(style)
        return style.renamed({name: self.style_name(medium, name) for name, _ in style.names})

    def style_name(self, medium: str, name: str) -> str:
        """The name of a style that is asked for by any of its names: one of a medium's own, or one that was learned on
        this computer. Raises UnknownName.
        """
        learned = [file.stem for file in (self.home / "styles" / medium).glob("*.*") if not file.name.startswith(".")]
        return name if name in learned else self.registry.style(medium, name).name

    # ------------------------------------------------------------------ dispatch and record

    def _lend(
        self, spec: ModelSpec, operation: str, options: Mapping[str, Any] | None, *, force: bool
    ) -> AbstractContextManager[Given]:
        return lend_options(
            spec.options_type(),
            options or {},
            model=spec.name,
            operation=operation,
            keeper=self.library,
            force=force,
        )

    def context(self, seed: int = 0, devices: DeviceManager | None = None) -> Context:
        """What is lent to a plugin for one call. devices: a view of the studio's that records what is used."""
        return Context(
            devices=devices or self.devices,
            library=self.library,
            feedback=self.feedback,
            home=self.home,
            seed=seed,
            progress=self.progress,
            download=self.download,
            media=self.registry.media,
            styles=self.registry.styles,
        )

    def dispatch(self, operation: str, owner: str, request: Request, *, usage: Usage | None = None) -> Any:
        """Call `operation` of the plugin `owner`, inside everybody's wrappers; again, as `DeviceManager.run` says, where
        memory runs out. usage: is told what the call used.

        A failure that is not an ArtwrightError becomes a PluginError that names the plugin, the hook and the model.
        """
        usage = Usage() if usage is None else usage
        call = self.host.caller(operation, owner)
        try:
            with Contained(owner, operation):
                found = self.devices.run(
                    lambda devices: call(request=request, context=self.context(request.seed, devices)), usage
                )
            self._check_device(request, usage)
            return found
        except (ArtwrightError, KeyboardInterrupt):
            raise
        except MemoryError as error:
            raise PluginError(
                f"{operation} by model {request.model!r} of plugin {owner!r} ran out of memory; ask for less, or a "
                f"smaller size"
            ) from error
        except BaseException as error:  # also those that would end the program without a word (SystemExit)
            version = self.host.version(owner)
            raise PluginError(
                f"plugin {owner!r}{f' {version}' if version else ''} failed in {operation} with model "
                f"{request.model!r}: "
                f"{tell_error(error)}; --debug shows where"
            ) from error

    def _check_device(self, request: Request, usage: Usage) -> None:
        """Say where a device was asked for that nothing of the model could use."""
        asked = self.devices.asked
        if asked not in (None, "cpu") and asked not in usage.devices and not usage.remarks:
            usage.remarks.append(f"model {request.model!r} runs on the CPU alone: --device {asked} changed nothing")

    def _make(
        self,
        operation: str,
        owner: str,
        request: Q,
        given: Given,
        *,
        theme: Theme | None = None,
        style: Style | None = None,
        parents: tuple[str, ...] = (),
        sources: tuple[str, ...] = (),
        notes: Mapping[str, Any] | None = None,
    ) -> Artwork:
        began = time.perf_counter()
        usage = Usage()
        made = _expect(self.dispatch(operation, owner, request, usage=usage), Artwork, operation, owner)
        self._check_work(made, request.medium, operation, owner)
        told = made.provenance or Provenance(operation=operation, medium=made.medium)
        remarks = tuple(dict.fromkeys([*made.remarks, *usage.remarks, *(theme.remarks if theme else ())]))
        from .. import __version__

        provenance = replace(
            told,
            operation=operation,
            medium=made.medium,
            model=request.model,
            plugin=owner,
            plugin_version=self.host.version(owner),
            artwright_version=__version__,
            theme=told.theme or (theme.to_dict() if theme else None),
            style=str(style) if style else None,
            options=dict(given.recorded),
            seed=request.seed,
            device=usage.device,
            weights=usage.weights,
            wrappers=self.host.wrappers(operation),
            seconds=round(time.perf_counter() - began, 3),
            parents=parents,
            sources=sources,
            originality=told.originality or self._measure(made),
            created=now().isoformat(timespec="seconds"),
            id=made.id,
            score=made.score,
            unused=made.unused,
            remarks=remarks,
            notes={**told.notes, **(notes or {})},
        )
        return made.with_(provenance=provenance, remarks=remarks)

    def _check_work(self, made: Artwork, medium: str, operation: str, owner: str) -> None:
        """Raise PluginError for a work that is not what it says: of another medium, with an id that is not that of its
        content, a title that is none, or a payload that the medium would not read again.
        """
        broken = f"plugin {owner!r} returned from {operation} a work"
        if made.medium != medium:
            raise PluginError(f"{broken} of the medium {made.medium!r}; {medium!r} was asked for")
        if not isinstance(made.title, str) or len(made.title) > MAX_TITLE:
            raise PluginError(f"{broken} whose title is not a text of at most {MAX_TITLE:,} characters")
        own = self.registry.medium(medium)
        try:
            own.check(made.payload)
            id_ = own.content_id(made.payload)
        except ArtwrightError as error:
            raise PluginError(f"{broken} that cannot be kept: {error}") from error
        except Exception as error:
            raise PluginError(f"{broken} whose payload is none of {medium}: {tell_error(error)}") from error
        if made.id != id_:
            raise PluginError(
                f"{broken} with the id {made.id!r}, which is not that of its content; make works with medium.artwork(...)"
            )

    def _measure(self, made: Artwork) -> dict[str, Any] | None:
        report = self.originality(made)
        return None if report is None else report.to_dict()

    def _keep(self, work: Artwork, given: Given, originals: Iterable[Artwork] = ()) -> Artwork:
        """Keep a finished work, what it was made from and the long files it was made with; tell the plugins. A library
        that cannot take them costs a line, never the work.
        """
        try:
            self.library.add(work, self.registry.medium(work.medium))
            for data in given.long:
                self.library.keep_input(data)
            for original in dict.fromkeys(originals):
                self._keep_original(original)
        except ArtwrightError as error:
            _log.warning("%s", error)
        self.tell("on_artwork", artwork=work)
        return work

    def _keep_original(self, work: Artwork) -> None:
        """Keep a work that others are made from: its file where it was loaded from one, so that nothing of it is lost."""
        path, stamp = self._loaded.get(work.id, (None, None))
        if path is not None and _stamp(path) == stamp:
            self.library.add_file(path, work)
        else:
            self.library.add(work, self.registry.medium(work.medium))

    def tell(self, event: str, **arguments: Any) -> None:
        """Tell every plugin of an event; a listener that fails is logged with its name and costs nobody the work."""
        context = self.context()
        for listener in getattr(self.host.manager.hook, event).get_hookimpls():
            try:
                with Contained(listener.plugin_name, event):
                    _call(listener.function, listener.argnames, {**arguments, "context": context})
            except (KeyboardInterrupt, Cancelled):
                raise
            except BaseException as error:
                _log.warning("plugin %r failed in %s: %s", listener.plugin_name, event, tell_error(error))


def check_suffix(medium: Medium, path: Path) -> None:
    """Raise InputError unless the medium writes files of this suffix."""
    if path.suffix.lower() not in medium.writes:
        raise InputError(
            f"{medium.name} cannot be written as {path.suffix or path.name!r}; use one of: {', '.join(medium.writes)}"
        )


def _call(function: Callable[..., Any], names: Iterable[str], arguments: Mapping[str, Any]) -> None:
    function(*(arguments[name] for name in names if name != "self"))


def _stamp(path: Path) -> tuple[int, int] | None:
    """Tells whether a file was changed meanwhile; None if it is gone."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size


def _references(style: Style | None) -> tuple[Artwork, ...]:
    return tuple(work for work, _ in style.references) if style else ()


def _reference_ids(style: Style | None) -> tuple[str, ...]:
    return tuple(work.id for work in _references(style))


def _expect(found: object, type_: type[T], operation: str, owner: str) -> T:
    if not isinstance(found, type_):
        raise PluginError(
            f"plugin {owner!r} returned {type(found).__name__} from {operation}; it must return {type_.__name__}"
        )
    return found
