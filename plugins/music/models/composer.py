"""The composer: a small transformer that writes one position per note, for every operation of music but analysis.

Weights: trained on public-domain works that come with music21 (see the card), without the works held out for judging.
Encoding and network follow `encoding` and `network`; guarantees (bars, metre, ranges, phrase ends, the final cadence)
come from the
masks of `rules`, not from training.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from ....core.errors import InputError, WeightsError
from ....core.options import Options, counts_for, input_file
from ....core.weights import find_weights

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
    from ..engine import Engine

__all__ = ["ComposerOptions", "evaluate", "generate", "inspire", "lend", "restore", "train", "transfer_style"]

WEIGHTS = Path(__file__).parent.parent / "weights"
KIND = "composer"
"""What cards of its weights call it."""
WRITER = "all-2"
"""The net that writes where one is enough: small and quick; the others help to judge."""
OLDEST = "all-1"


_MAKING = ("generate", "transfer_style", "restore")
_COMPOSED = counts_for("generate", task=("compose",))
_PLAYED = counts_for("generate", "transfer_style", task=("compose", "harmonise"))
_WRITTEN = counts_for(*_MAKING)
_TRAINED = counts_for("train")


class ComposerOptions(Options):
    """Parameters of the composer. What is left empty follows from the theme, the style and the seed."""

    task: Literal["compose", "continue", "harmonise", "vary"] = Field(
        "compose",
        description="compose a new piece, or continue, harmonise or vary the work given with --from",
        json_schema_extra=counts_for("generate"),
    )
    key: str = Field(
        "",
        description="Key, as in 'C major', 'f# minor', 'D dorian' or 'a小调'; empty: from the mood",
        json_schema_extra=counts_for("generate", "inspire", task=("compose",)),
    )
    metre: str = Field(
        "", description="Metre, as in 4/4, 3/4, 6/8; empty: usual in the style", json_schema_extra=_COMPOSED
    )
    tempo_qpm: float = Field(
        0.0,
        ge=0.0,
        le=400.0,
        description="Quarter notes a minute; 0: from the mood and the style",
        json_schema_extra=counts_for("generate", "transfer_style", task=("compose",)),
    )
    bars: int = Field(
        0,
        ge=0,
        le=128,
        description="Number of bars; 0: usual in the style (16 when composing, 8 when continuing)",
        json_schema_extra=counts_for("generate", task=("compose", "continue")),
    )
    voices: int = Field(0, ge=0, le=6, description="Number of voices; 0: usual in the style", json_schema_extra=_PLAYED)
    instruments: str = Field(
        "",
        description="An ensemble (organ, choir, strings, quartet, piano ...) or General MIDI names with commas, from the "
        "top",
        json_schema_extra=_PLAYED,
    )
    pickup: Literal["auto", "yes", "no"] = Field(
        "auto", description="Whether the piece begins with an upbeat", json_schema_extra=_COMPOSED
    )
    best_of: int = Field(
        8,
        ge=1,
        le=64,
        description="Candidates that are written; the critic keeps the best",
        json_schema_extra=_WRITTEN,
    )
    temperature: float = Field(
        0.0,
        ge=0.0,
        le=2.0,
        description="Below 1 likelier notes, above 1 bolder ones; 0: the style's own",
        json_schema_extra=_WRITTEN,
    )
    top_p: float = Field(
        0.97,
        ge=0.1,
        le=1.0,
        description="Notes outside this share of the probability are never taken",
        json_schema_extra=_WRITTEN,
    )
    nets: int = Field(
        1,
        ge=1,
        le=16,
        description="How many of the style's nets speak together; evaluate uses all",
        json_schema_extra=_WRITTEN,
    )
    looks: Literal[1, 3, 5] = Field(
        1,
        description="Transpositions under which each position is seen; more is slower and truer",
        json_schema_extra=_WRITTEN,
    )
    weights: str = Field(
        "",
        description="Name of weights of one's own, made by train; empty: those that came with artwright",
        json_schema_extra=counts_for(*_MAKING, "evaluate"),
    )
    styles: str = Field(
        "",
        description="train: styles to learn from music21's corpus, with commas, empty: all; evaluate: the style to read "
        "the files in, empty: the likeliest",
        json_schema_extra=counts_for("train", "evaluate"),
    )
    exclude: str = input_file(
        description="train: a CSV file whose column music21_corpus_path names works to leave out", counts=_TRAINED
    )
    start: str = Field(
        "", description="train: name of weights to begin with, instead of random ones", json_schema_extra=_TRAINED
    )
    width: int = Field(
        128, ge=32, le=512, multiple_of=32, description="train: size of a hidden state", json_schema_extra=_TRAINED
    )
    layers: int = Field(4, ge=1, le=12, description="train: number of layers", json_schema_extra=_TRAINED)
    dropout: float = Field(
        0.15, ge=0.0, lt=0.9, description="train: share of activations that are dropped", json_schema_extra=_TRAINED
    )
    learning_rate: float = Field(
        5e-3, gt=0.0, le=0.1, description="train: highest learning rate", json_schema_extra=_TRAINED
    )
    decay: float = Field(
        0.5,
        ge=0.0,
        le=1.0,
        description="train: last part of the run, in which the rate falls to zero",
        json_schema_extra=_TRAINED,
    )
    shift: int = Field(
        3, ge=0, le=6, description="train: works are moved by up to so many semitones", json_schema_extra=_TRAINED
    )
    chorale_share: float = Field(
        0.3,
        gt=0.0,
        lt=1.0,
        description="train: share of chorales in each batch, beside other styles",
        json_schema_extra=_TRAINED,
    )


def weight_files(style: str, name: str, home: Path | None, count: int = 0) -> list[Path]:
    """The weight files that speak for a style, those of all styles before its own; the first `count` of them, 0 for
    all. name: one of a person's own, which then speaks alone.

    Raises WeightsError if there are none, UnknownName or InputError if `name` is none of the composer's.
    """
    if name:
        return [find_weights(name, medium="music", home=home or Path(), shipped=WEIGHTS, kind=KIND, default=WRITER)]
    found = sorted(WEIGHTS.glob("all-*.safetensors"), key=lambda path: (path.stem != WRITER, path.stem))
    if style != "all":
        found += sorted(WEIGHTS.glob(f"{style}-*.safetensors"))
    if not found:
        raise WeightsError(
            f"the composer's weights are missing in {str(WEIGHTS)!r}; install artwright again, or train them"
        )
    return found[:count] if count else found


def judges(style: str, name: str, home: Path | None) -> list[Path]:
    """The weight files whose mean judges works of a style: the oldest net helps only with chorales, where the larger
    one knows too much by heart.
    """
    found = weight_files(style, name, home)
    return found if style == "bach" or name else [path for path in found if path.stem != OLDEST]


@contextmanager
def lend(context: Context, paths: list[Path], *, looks: int = 1) -> Iterator[Engine]:
    """The engine of some weight files, leased from the device manager; it runs in numpy, on the CPU. looks: under how
    many transpositions it sees each position, 1, 3 or 5.
    """
    from ..engine import Engine

    views = {1: (0,), 3: (-2, 0, 2), 5: (-4, -2, 0, 2, 4)}[looks]
    if context.devices is None:
        yield Engine.load(paths).seen(views)
        return
    key = ("music", *(str(p) for p in paths), *(p.stat().st_mtime_ns for p in paths if p.exists()))
    with context.devices.lease(key, lambda device: Engine.load(paths), on="cpu") as engine:
        yield engine.seen(views)


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
