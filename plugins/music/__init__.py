"""The music plugin: the medium, the composer that writes, the arranger that sets words and accompanies, and the analyst that
reads. Hook implementations only.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...core.hookspecs import hookimpl
from ...core.operations import lazy_operations
from ...core.registry import ModelSpec
from ...core.style import StyleSpec

if TYPE_CHECKING:
    import click

    from ...core.registry import Registry

_COMPOSER = frozenset({"generate", "transfer_style", "restore", "train", "evaluate", "inspire"})
_SOURCE = "the corpus of music21 (public domain), without held-out works"
_ROLES = (
    "Chopin and Polish music: Narodowy Instytut Fryderyka Chopina (CC BY 4.0); songs and quartets: OpenScore (CC0); hymns: "
    "Open Hymnal (public domain)"
)
_SCORE = (
    "minus the critic's cost, in nats a note (how far the likelihood is from that of real works, with what dissonance, "
    "parallels and leaps cost); higher is better"
)


def _card() -> dict[str, Any]:
    from ...core.weights import read_cards

    return {**read_cards(Path(__file__).parent / "models" / "composer"), "score": _SCORE}


@hookimpl
def register_media(registry: Registry) -> None:
    """Add the medium music."""
    from .medium import Music

    registry.add_medium(Music())


@hookimpl
def register_models(registry: Registry) -> None:
    """Add the composer, the arranger, the analyst, and language models of notes that a person has."""
    registry.add_model(
        ModelSpec(
            name="composer",
            medium="music",
            operations=_COMPOSER,
            default_for=_COMPOSER,
            card=_card,
            refuses=frozenset({"mask"}),
            reads=frozenset({"feedback"}),
            options="artwright.plugins.music.models.composer.options:ComposerOptions",
            summary="small transformers, one position per note; twelve styles, exact bars, ranges and cadences",
            learner="artwright.plugins.music.models.composer.learner:ComposerLearner",
        )
    )
    registry.add_model(
        ModelSpec(
            name="arranger",
            medium="music",
            operations=frozenset({"generate"}),
            refuses=frozenset({"style"}),
            options="artwright.plugins.music.models.arranger.options:ArrangerOptions",
            summary="words set to music, melodies accompanied: rhythm from stress and tones, chords, textures",
        )
    )
    registry.add_model(
        ModelSpec(
            name="analyst",
            medium="music",
            operations=frozenset({"analyze"}),
            default_for=frozenset({"analyze"}),
            options="artwright.plugins.music.models.analyst.options:AnalystOptions",
            summary="key, chords, cadences, form, counterpoint and the usual measures of a piece",
        )
    )

    registry.add_model(
        ModelSpec(
            name="hf",
            medium="music",
            operations=frozenset({"generate", "restore"}),
            fits="artwright.plugins.music.models.hf.lending:can_compose",
            source="./FOLDER as transformers saves it, or ORG/NAME[@REVISION] of the local cache",
            refuses=frozenset({"mask"}),
            card={
                "score": "mean natural logarithm of the chance of a note among those that may be written; higher is better"
            },
            options="artwright.plugins.music.models.hf.options:NotesOptions",
            summary="an Anticipatory Music Transformer of transformers, in whole bars, in the range of who plays",
        )
    )


@hookimpl
def register_styles(registry: Registry) -> None:
    """Add the styles the composer was trained in."""
    from .models.composer.roles.styles import ROLE_STYLES
    from .models.composer.styles import STYLE_TABLE

    for name, facts in STYLE_TABLE.items():
        registry.add_style(
            StyleSpec(name=name, medium="music", summary=facts.summary, source=_SOURCE, aliases=facts.aliases)
        )
    for name, style in ROLE_STYLES.items():
        registry.add_style(
            StyleSpec(name=name, medium="music", summary=style.summary, source=_ROLES, aliases=style.aliases)
        )


analyze, evaluate, generate, inspire, restore, train, transfer_style = lazy_operations(
    f"{__package__}.operations", "analyze", "evaluate", "generate", "inspire", "restore", "train", "transfer_style"
)


@hookimpl
def register_commands(cli: click.Group) -> None:
    """`artwright music convert`, `set` and `accompany`."""
    from .commands import music

    cli.add_command(music)
