"""The music plugin: the medium, the composer that writes and the analyst that reads. Hook implementations only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...core.hookspecs import hookimpl
from ...core.registry import ModelSpec
from ...core.style import StyleSpec

if TYPE_CHECKING:
    from ...core.artwork import Artwork
    from ...core.registry import Registry
    from ...core.requests import (
        Analysis,
        AnalyzeRequest,
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

_COMPOSER = frozenset({"generate", "transfer_style", "restore", "train", "evaluate", "inspire"})
_SOURCE = "the corpus of music21 (public domain), without held-out works"


_SCORE = (
    "minus the critic's cost, in nats a note (how far the likelihood is from that of real works, with what dissonance, "
    "parallels and leaps cost); higher is better"
)


def _card() -> dict[str, Any]:
    from pathlib import Path

    from ...core.weights import read_cards

    return {**read_cards(Path(__file__).parent / "weights"), "score": _SCORE}


@hookimpl
def register_media(registry: Registry) -> None:
    """Add the medium music."""
    from .medium import Music

    registry.add_medium(Music())


@hookimpl
def register_models(registry: Registry) -> None:
    """Add the composer and the analyst."""
    registry.add_model(
        ModelSpec(
            name="composer",
            medium="music",
            operations=_COMPOSER,
            default_for=_COMPOSER,
            card=_card,
            refuses=frozenset({"mask"}),
            options="artwright.plugins.music.options:ComposerOptions",
            summary="small transformers, one position per note; twelve styles, exact bars, ranges and cadences",
        )
    )
    registry.add_model(
        ModelSpec(
            name="analyst",
            medium="music",
            operations=frozenset({"analyze"}),
            default_for=frozenset({"analyze"}),
            options="artwright.plugins.music.models.analyst:AnalystOptions",
            summary="key, chords, cadences, form, counterpoint and the usual measures of a piece",
        )
    )


@hookimpl
def register_styles(registry: Registry) -> None:
    """Add the styles the composer was trained in."""
    from .styles import ALIASES, STYLE_TABLE

    for name, facts in STYLE_TABLE.items():
        spec = StyleSpec(
            name=name, medium="music", summary=facts.summary, source=_SOURCE, aliases=ALIASES.get(name, ())
        )
        registry.add_style(spec)


@hookimpl
def generate(request: GenerateRequest, context: Context) -> Artwork:
    """Compose, continue, harmonise or vary."""
    from .models import composer

    return composer.generate(request, context)


@hookimpl
def analyze(request: AnalyzeRequest, context: Context) -> Analysis:
    """Read a work."""
    from .models import analyst

    return analyst.analyze(request, context)


@hookimpl
def transfer_style(request: TransferRequest, context: Context) -> Artwork:
    """Keep melody and form, write the rest in another style."""
    from .models import composer

    return composer.transfer_style(request, context)


@hookimpl
def restore(request: RestoreRequest, context: Context) -> Artwork:
    """Write some bars or voices anew."""
    from .models import composer

    return composer.restore(request, context)


@hookimpl
def train(request: TrainRequest, context: Context) -> TrainReport:
    """Train a composer."""
    from .models import composer

    return composer.train(request, context)


@hookimpl
def evaluate(request: EvaluateRequest, context: Context) -> dict[str, object]:
    """Measure the likelihood of works."""
    from .models import composer

    return composer.evaluate(request, context)


@hookimpl
def inspire(request: InspireRequest, context: Context) -> list[Idea]:
    """Progressions and motifs."""
    from .models import composer

    return composer.inspire(request, context)
