"""The nets of a style at work, and from notes to a work with its provenance."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any

from ....core.artwork import Artwork, Provenance
from ....core.requests import Context, Request
from ..medium import Music
from ..models.composer.engine import Engine
from ..models.composer.lending import lend, weight_files
from ..models.composer.options import ComposerOptions
from .choosing import StyleChoice, heat
from .filling import Filled, Gap, fill

if TYPE_CHECKING:
    import pretty_midi

__all__ = ["fill_in", "finished", "lend_nets"]


def lend_nets(context: Context, style: StyleChoice, options: ComposerOptions) -> AbstractContextManager[Engine]:
    """The nets that write in a style, seen under as many transpositions as the options say."""
    name = "all" if style.mix else style.learned
    return lend(context, weight_files(name, style.weights, context.home, options.nets), looks=options.looks)


def fill_in(
    gap: Gap,
    style: StyleChoice,
    request: Request[ComposerOptions],
    context: Context,
    doing: str,
    *,
    temperature: float = 0.0,
) -> Filled:
    """The gap filled by the nets of a style, as the options of a request say. doing: word for the progress;
    temperature: 0 for that of options and style.
    """
    options = request.options
    with lend_nets(context, style, options) as engine:
        return fill(
            engine,
            gap,
            context.rng,
            tries=options.best_of,
            temperature=temperature or heat(options, style.learned),
            top_p=options.top_p,
            tell=lambda share: context.progress.update(0.9 * share, doing),
        )


def finished(
    midi: pretty_midi.PrettyMIDI,
    title: str,
    notes: dict[str, Any],
    *,
    operation: str,
    score: float | None = None,
    unused: tuple[str, ...] = (),
    remarks: tuple[str, ...] = (),
) -> Artwork:
    """A work with what its manifest remembers. score: minus the critic's cost; unused: words of the theme; remarks: what
    whoever asked must hear.
    """
    provenance = Provenance(operation=operation, medium="music", notes=notes)
    return Music().artwork(midi, title=title, provenance=provenance, score=score, unused=unused, remarks=remarks)
