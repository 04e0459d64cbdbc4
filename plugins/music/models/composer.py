"""The composer: a small transformer that writes one position per note, for every operation of music but analysis.

Weights: trained on public-domain works that come with music21 (see the card), without the works held out for judging.
Encoding and network follow `encoding` and `network`; guarantees (bars, metre, ranges, phrase ends, the final cadence)
come from the
masks of `rules`, not from training.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ....core.errors import InputError
from ..options import ComposerOptions

if TYPE_CHECKING:
    from ....core.artwork import Artwork
    from ....core.requests import (
        Context,
        EvaluateRequest,
        GenerateRequest,
        Idea,
        InspireRequest,
        RestoreRequest,
        TrainReport,
        TrainRequest,
        TransferRequest,
    )

__all__ = ["ComposerOptions", "evaluate", "generate", "inspire", "restore", "train", "transfer_style"]


def generate(request: GenerateRequest, context: Context) -> Artwork:
    """A new work, or one made from `request.sources[0]`."""
    from .. import edits, writing

    options = request.options
    assert isinstance(options, ComposerOptions)
    if options.task != "compose" and not request.sources:
        raise InputError(f"task {options.task!r} needs a work to build on; give one with --from FILE")
    if options.task == "continue":
        return edits.continue_work(request, context, options)
    if options.task == "harmonise":
        return edits.harmonise(request, context, options)
    if options.task == "vary":
        return edits.vary(request, context, options)
    return writing.compose_work(request, context, options)


def restore(request: RestoreRequest, context: Context) -> Artwork:
    """The work with `request.region`, or its empty bars, written anew."""
    from .. import mending

    assert isinstance(request.options, ComposerOptions)
    return mending.restore(request, context, request.options)


def transfer_style(request: TransferRequest, context: Context) -> Artwork:
    """The work with its melody and form kept and its other voices written in another style."""
    from ..style_transfer import transfer

    assert isinstance(request.options, ComposerOptions)
    return transfer(request, context, request.options)


def train(request: TrainRequest, context: Context) -> TrainReport:
    """A net of one's own from music21's corpus or a folder of scores."""
    from ..training import train_composer

    assert isinstance(request.options, ComposerOptions)
    return train_composer(request, context, request.options)


def evaluate(request: EvaluateRequest, context: Context) -> dict[str, Any]:
    """Likelihood of the MIDI files under `request.path`."""
    from ..evaluation import evaluate_folder

    assert isinstance(request.options, ComposerOptions)
    return evaluate_folder(request, context, request.options)


def inspire(request: InspireRequest, context: Context) -> list[Idea]:
    """Chord progressions and motifs for a theme."""
    from ..ideas import make_ideas

    assert isinstance(request.options, ComposerOptions)
    return make_ideas(request, context, request.options)
