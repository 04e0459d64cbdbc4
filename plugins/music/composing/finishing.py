"""From notes to a work with its provenance; and the engine of a style, lent for a block."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any

from ....core.artwork import Artwork, Provenance
from ..models.composer.lending import lend, weight_files
from ..models.composer.options import ComposerOptions

if TYPE_CHECKING:
    import pretty_midi

    from ....core.requests import Context
    from ..models.composer.engine import Engine
    from .choosing import Manner

__all__ = ["finished", "lend_manner"]


def lend_manner(context: Context, manner: Manner, options: ComposerOptions) -> AbstractContextManager[Engine]:
    """The nets that write in a style, seen under as many transpositions as the options say."""
    style = "all" if manner.mix else manner.learned
    return lend(context, weight_files(style, manner.weights, context.home, options.nets), looks=options.looks)


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
    from ..medium import Music

    provenance = Provenance(operation=operation, medium="music", notes=notes)
    return Music().artwork(midi, title=title, provenance=provenance, score=score, unused=unused, remarks=remarks)
