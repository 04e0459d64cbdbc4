"""Where works are made: the model is called, what it returns is checked, and how it came to be is written down."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from .artwork import MAX_TITLE, Artwork, Medium, Provenance
from .dispatch import Dispatcher
from .errors import ArtwrightError, PluginError, tell_error
from .files import now
from .places import Given
from .progress import Progress
from .provenance import pack_mask
from .registry import recorded_name
from .requests import GenerateRequest, RestoreRequest, TransferRequest
from .usage import Usage

if TYPE_CHECKING:
    from .originality import IndexShelf, Originality

__all__ = ["MakingRequest", "Workshop", "originals_of"]

MakingRequest = GenerateRequest[Any] | TransferRequest[Any] | RestoreRequest[Any]


def originals_of(request: MakingRequest) -> tuple[Artwork, ...]:
    """The works that a new one is made from, each once: those it is built on or made of, then those of its style."""
    works = request.sources if isinstance(request, GenerateRequest) else (request.artwork,)
    style = None if isinstance(request, RestoreRequest) else request.style
    return tuple(dict.fromkeys([*works, *(work for work, _ in (style.references if style else ()))]))


class Workshop:
    """Makes works through the plugins that a dispatcher calls."""

    def __init__(self, dispatcher: Dispatcher) -> None:
        self.dispatcher = dispatcher

    @cached_property
    def known_works(self) -> IndexShelf:
        """The indexes of known works that were read to measure new ones."""
        from .originality import IndexShelf

        return IndexShelf()

    def measure(self, work: Artwork) -> Originality | None:
        """How far a work is from the works that its medium knows; None if the medium knows none of its kind."""
        return self.known_works.measure(self._medium(work.medium), work)

    def make(
        self, operation: str, owner: str, request: MakingRequest, given: Given, *, progress: Progress | None = None
    ) -> Artwork:
        """The work that a plugin makes for a request, with its provenance. given: the options, as they are recorded.

        Raises PluginError for a work that is not what it says.
        """
        began = time.perf_counter()
        usage, notes = Usage(), _notes_of(request)
        work = self.dispatcher.expect(Artwork, operation, owner, request, usage=usage, progress=progress)
        check_work(work, self._medium(request.medium), f"plugin {owner!r} returned from {operation} a work")
        return self._record(
            work, operation, owner, request, given, usage=usage, notes=notes, seconds=time.perf_counter() - began
        )

    def _record(
        self,
        work: Artwork,
        operation: str,
        owner: str,
        request: MakingRequest,
        given: Given,
        *,
        usage: Usage,
        notes: Mapping[str, Any],
        seconds: float,
    ) -> Artwork:
        """The work with how it came to be; what the plugin wrote of it stays where the studio knows nothing better."""
        from .. import __version__

        own = work.provenance or Provenance(operation=operation, medium=work.medium)
        theme = request.theme if isinstance(request, GenerateRequest) else None
        style = None if isinstance(request, RestoreRequest) else request.style
        parents = [work.id for work in originals_of(request)]
        remarks = tuple(dict.fromkeys([*work.remarks, *usage.remarks, *(theme.remarks if theme else ())]))
        provenance = replace(
            own,
            operation=operation,
            medium=work.medium,
            model=recorded_name(request.model),
            plugin=owner,
            plugin_version=self.dispatcher.host.version(owner),
            artwright_version=__version__,
            theme=own.theme or (theme.to_dict() if theme else None),
            style=str(style) if style else None,
            options=dict(given.recorded),
            seed=request.seed,
            device=usage.device,
            weights=usage.weights,
            wrappers=self.dispatcher.host.wrappers(operation),
            parents=tuple(dict.fromkeys([theme.source, *parents] if theme and theme.source else parents)),
            sources=tuple(source.id for source in request.sources) if isinstance(request, GenerateRequest) else (),
            originality=own.originality or self._originality_row(work),
            seconds=round(seconds, 3),
            created=now().isoformat(timespec="seconds"),
            id=work.id,
            score=work.score,
            unused=work.unused,
            remarks=remarks,
            notes={**own.notes, **notes},
        )
        return work.with_(provenance=provenance, remarks=remarks)

    def _originality_row(self, work: Artwork) -> dict[str, Any] | None:
        report = self.measure(work)
        return None if report is None else report.to_dict()

    def _medium(self, name: str) -> Medium:
        return self.dispatcher.host.registry.medium(name)


def check_work(work: Artwork, medium: Medium, broken: str) -> None:
    """Raise PluginError for a work that is not what it says: of another medium, with an id that is not that of its
    content, a title that is none, or a payload that the medium would not read again. broken: how the sentence begins.
    """
    if work.medium != medium.name:
        raise PluginError(f"{broken} of the medium {work.medium!r}; {medium.name!r} was asked for")
    if not isinstance(work.title, str) or len(work.title) > MAX_TITLE:
        raise PluginError(f"{broken} whose title is not a text of at most {MAX_TITLE:,} characters")
    try:
        medium.check(work.payload)
        id_ = medium.content_id(work.payload)
    except ArtwrightError as error:
        raise PluginError(f"{broken} that cannot be kept: {error}") from error
    except Exception as error:
        raise PluginError(f"{broken} whose payload is none of {medium.name}: {tell_error(error)}") from error
    if work.id != id_:
        raise PluginError(
            f"{broken} with the id {work.id!r}, which is not that of its content; make works with medium.artwork(...)"
        )


def _notes_of(request: MakingRequest) -> dict[str, Any]:
    """What an operation needs to be done again that no field of a provenance holds."""
    if isinstance(request, TransferRequest):
        return {"strength": request.strength}
    if isinstance(request, GenerateRequest):
        return {} if request.novelty is None else {"novelty": request.novelty}
    if isinstance(request, RestoreRequest):
        return {"region": request.region, "mask": pack_mask(request.mask)}
    return {}
