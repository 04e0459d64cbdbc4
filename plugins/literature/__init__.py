"""The literature plugin: verse that keeps its form and prose with a voice, in English and Chinese."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...core.hookspecs import hookimpl
from ...core.operations import lazy_operations

if TYPE_CHECKING:
    import click

    from ...core.registry import Registry

_EVERY = frozenset({"generate", "analyze", "transfer_style", "restore", "train", "evaluate", "inspire"})
_MODELS = {
    "verse-zh": "classical Chinese verse by characters: regulated forms and ci",
    "prose-zh": "Chinese prose by characters, in the voices of Lu Xun, Yu Dafu and Xiao Hong",
    "verse-en": "English verse by whole words, each line from its rhyme backwards",
    "prose-en": "English prose by word pieces, in the voices of its authors",
}
#: By which weights are made smaller, by model.
_LEARNERS = {
    "verse-en": "artwright.plugins.literature.models.verse_en.learner:VerseLearner",
    "prose-en": "artwright.plugins.literature.models.prose_en.learner:ProseLearner",
}
#: The unit of `Artwork.score`, by model.
_SCORES = {
    "verse-zh": "mean natural logarithm of the chance of a character; of a restored poem, of all of it",
    "prose-zh": "minus the bits of a character",
    "verse-en": "a word's mean share of what the judges give a draft: log chances of two models over those of the word alone, less "
    "for faults",
    "prose-en": "mean natural logarithm of the chance of a character; of a restored text, of a word put in",
}


def _card(name: str) -> dict[str, Any]:
    from ...core.weights import read_cards

    card = read_cards(Path(__file__).parent / "models" / name.replace("-", "_")).get(f"{name}.safetensors", {})
    return {**card, "score": f"{_SCORES[name]}; higher is better"}


@hookimpl
def register_media(registry: Registry) -> None:
    from .medium import Literature

    registry.add_medium(Literature())


@hookimpl
def register_models(registry: Registry) -> None:
    from ...core.registry import ModelSpec

    registry.add_model(
        ModelSpec(
            name="poet",
            medium="literature",
            operations=_EVERY,
            default_for=_EVERY,
            reads=frozenset({"feedback"}),
            options="artwright.plugins.literature.models.poet.options:PoetOptions",
            summary="writes and reads both languages: picks the model by form and language",
            card={"models": sorted(_MODELS), "score": dict(sorted(_SCORES.items()))},
        )
    )
    for name, summary in _MODELS.items():
        registry.add_model(
            ModelSpec(
                name=name,
                medium="literature",
                operations=frozenset({"generate", "train", "evaluate"}),
                reads=frozenset({"feedback"}) if name.startswith("verse") else frozenset(),
                options="artwright.plugins.literature.models.poet.options:PoetOptions",
                summary=summary,
                card=partial(_card, name),
                learner=_LEARNERS.get(name, ""),
            )
        )
    registry.add_model(
        ModelSpec(
            name="cento",
            medium="literature",
            operations=frozenset({"generate"}),
            options="artwright.plugins.literature.models.poet.options:PoetOptions",
            summary="poems of real couplets of public-domain poets, each from another poem, the poets named",
            card={
                "score": "what the lines are worth for the theme and to one another, by the verse model; higher is better"
            },
        )
    )
    registry.add_model(
        ModelSpec(
            name="hf",
            medium="literature",
            operations=frozenset({"generate", "analyze", "transfer_style", "restore", "inspire"}),
            fits="artwright.plugins.literature.models.hf.engine:can_write",
            source="./FOLDER, ./MODEL.gguf or ORG/NAME[@REVISION] of the local cache",
            options="artwright.plugins.literature.models.poet.options:PoetOptions",
            summary="any causal language model of transformers: its verse is kept in form by decoding, its prose is drawn",
            card={
                "score": "mean natural logarithm of the chance of a line, with what the form added; of prose, of a token"
            },
        )
    )
    registry.add_model(
        ModelSpec(
            name="openai",
            medium="literature",
            operations=frozenset({"generate", "transfer_style", "restore", "inspire"}),
            source="the name of a model of an endpoint (--base-url) that speaks OpenAI's protocol",
            options="artwright.plugins.literature.models.remote.options:RemoteOptions",
            summary="a model behind an endpoint, asked for a form, checked, and asked to mend it",
            remote=True,
        )
    )


@hookimpl
def register_styles(registry: Registry) -> None:
    from ...core.style import StyleSpec
    from .models.poet.styles import aliases_of, known_styles

    for name, summary, source in known_styles():
        spec = StyleSpec(name=name, medium="literature", summary=summary, source=source, aliases=aliases_of(name))
        registry.add_style(spec)


@hookimpl
def register_commands(cli: click.Group) -> None:
    """`artwright literature check` and the rest of the poet's workshop."""
    from .commands import literature

    cli.add_command(literature)


analyze, evaluate, generate, inspire, restore, train, transfer_style = lazy_operations(
    f"{__package__}.operations", "analyze", "evaluate", "generate", "inspire", "restore", "train", "transfer_style"
)
