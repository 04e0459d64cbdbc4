"""The film plugin: a medium made of the others. What is registered, nothing more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...core.hookspecs import hookimpl
from ...core.operations import lazy_operations

if TYPE_CHECKING:
    from ...core.registry import Registry


@hookimpl
def register_media(registry: Registry) -> None:
    """Films."""
    from .medium import Film

    registry.add_medium(Film())


@hookimpl
def register_models(registry: Registry) -> None:
    """The editor makes films, the viewer reads them."""
    from ...core.registry import ModelSpec

    registry.add_model(
        ModelSpec(
            name="editor",
            medium="film",
            operations=frozenset({"generate"}),
            default_for=frozenset({"generate"}),
            options="artwright.plugins.film.models.editor.options:EditorOptions",
            card={
                "summary": "Cuts a film from pictures, words and music by rules; nothing in it is trained.",
                "size_bytes": 0,
                "data": "none",
                "licence": "MIT; the font on the film is under OFL 1.1",
                "method": "camera moves by salience (after Itti, Koch and Niebur 1998), lines on the music's bar lines",
            },
            summary="Slow camera moves over paintings, lines in time with the music.",
        )
    )
    registry.add_model(
        ModelSpec(
            name="viewer",
            medium="film",
            operations=frozenset({"analyze"}),
            default_for=frozenset({"analyze"}),
            card={
                "summary": "Reads shots, light, colour and loudness by signal measures; nothing in it is trained.",
                "size_bytes": 0,
                "data": "none",
                "licence": "MIT",
            },
            summary="Shots, light, colour and loudness of a film.",
        )
    )


analyze, generate = lazy_operations(f"{__package__}.operations", "analyze", "generate")
