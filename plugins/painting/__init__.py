"""The painting plugin: pictures from themes, and pictures read, restyled and mended."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...core.hookspecs import hookimpl
from ...core.operations import lazy_operations
from ...core.registry import ModelSpec

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import click

    from ...core.registry import Registry


def _card(name: str) -> Mapping[str, object]:
    from pathlib import Path

    from ...core.weights import read_card

    return read_card(Path(__file__).parent / "models" / name / f"{name}.safetensors")


@hookimpl
def register_media(registry: Registry) -> None:
    """The medium."""
    from .medium import Painting

    registry.add_medium(Painting())


def _model(name: str, operations: str, default_for: str = "", *, refuses: str = "", **more: Any) -> ModelSpec:
    return ModelSpec(
        name=name,
        medium="painting",
        operations=frozenset(operations.split()),
        default_for=frozenset(default_for.split()),
        options=f"{__package__}.models.{name}.options:{name.title()}Options",
        refuses=frozenset(refuses.split()),
        **more,
    )


def _models() -> Iterator[ModelSpec]:
    yield _model(
        "atelier",
        "generate train",
        "train",
        refuses="sources",
        card={
            "score": "share of the hand's school that the eye sees in the picture, 0 to 1; for klimt, shan-shui, friedrich "
            "and learned hands how near it lies to known paintings; higher is better"
        },
        summary="composes a picture from a theme and paints it with strokes, at any size; learns a hand from pictures",
    )
    yield _model(
        "quotation",
        "generate",
        "generate",
        refuses="sources",
        reads=frozenset({"novelty"}),
        card={
            "score": "how well the composition joins and shows the theme, 0 to 1",
            "data": "masses of 2,930 works and paint of 196 works in the public domain, by painters who died before 1927",
        },
        summary="quotes masses of real works for a theme and paints them with a master's own paint; names every source",
    )
    yield _model(
        "eye",
        "analyze train evaluate",
        "analyze evaluate",
        card=lambda: _card("eye"),
        summary="Fisher vectors that name movement, artist and genre",
    )
    yield _model(
        "brush",
        "transfer_style inspire",
        "transfer_style inspire",
        summary="paints a picture anew with the hand of another",
    )
    yield _model(
        "conservator",
        "restore train",
        "restore",
        card=lambda: _card("conservator"),
        summary="finds cracks, scratches and losses, and mends them",
    )
    yield _model(
        "gan",
        "generate train",
        refuses="sources style",
        summary="a pair of networks (bands, FastGAN or DCGAN) to train on a folder of pictures; comes without weights",
    )
    yield _model(
        "sketch",
        "generate train",
        refuses="sources",
        card=lambda: {
            **_card("sketch"),
            "score": "share of the movement that the eye sees in it, 0 to 1; none where no movement was asked for",
        },
        summary="idea sketches of a movement and a genre, made by a pyramid of flows, for the atelier to paint large",
    )
    yield _model(
        "diffusers",
        "generate transfer_style restore",
        refuses="sources",
        source="./FOLDER as diffusers saves it, or ORG/NAME[@REVISION] of the local cache",
        card={
            "score": "share of the style's movement that the eye sees in it, 0 to 1; none where no movement was asked for"
        },
        summary="any Stable Diffusion or SDXL pipeline of diffusers, with our plans to begin and our hands to end",
    )


@hookimpl
def register_models(registry: Registry) -> None:
    """Models of this plugin."""
    for spec in _models():
        registry.add_model(spec)


@hookimpl
def register_styles(registry: Registry) -> None:
    """The named hands."""
    from ...core.style import StyleSpec
    from .atelier.names import ALIASES, SUMMARIES
    from .paint.names import ALIASES as MORE_ALIASES
    from .paint.names import SUMMARIES as MORE_SUMMARIES

    aliases = ALIASES | MORE_ALIASES
    for name, summary in (SUMMARIES | MORE_SUMMARIES).items():
        registry.add_style(
            StyleSpec(
                name=name,
                medium="painting",
                summary=summary,
                source="measured works in the public domain",
                aliases=aliases.get(name, ()),
            )
        )


@hookimpl
def register_commands(cli: click.Group) -> None:
    """`artwright painting styles invent`."""
    from .commands import painting

    cli.add_command(painting)


generate, analyze, evaluate, transfer_style, inspire, restore, train = lazy_operations(
    f"{__package__}.operations", "generate", "analyze", "evaluate", "transfer_style", "inspire", "restore", "train"
)
