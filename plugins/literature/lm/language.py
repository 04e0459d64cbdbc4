"""What a language must answer, so that the operations need not know which one it is.

A language is a package with a module `language` that has all of these, each from the file of its name (`writer`,
`restore`, `transfer`, `inspire`, `reader`, `explain`, `evaluate`); `models.poet.languages` lists them. Both
that there are also call alike what they share: `corpus`, `content` (words of a theme or text), `brief` (what is asked
of a poem), `forms`, `prosody`, `lexicon`, `checker`, `prose`, `voices`, `lending`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from ....core.artwork import Text

if TYPE_CHECKING:
    from ....core.requests import (
        Context,
        EvaluateRequest,
        GenerateRequest,
        Idea,
        InspireRequest,
        RestoreRequest,
        TransferRequest,
    )
    from ..models.poet.options import PoetOptions
    from .training import Training

__all__ = ["Language", "TextAndNotes"]

#: A text and plain JSON about it; "score" and "remarks" among the notes are the work's own.
TextAndNotes = tuple[Text, dict[str, Any]]


class Language(Protocol):
    """A language that is written and read. code: "en"; name: "English", as it stands in sentences."""

    code: str
    name: str

    def write(
        self, request: GenerateRequest[PoetOptions], context: Context, *, form: str, voice: str = ""
    ) -> TextAndNotes:
        """A work on the request's theme in one of the language's forms, in a voice by its name as a style ("" for none).

        Raises InputError for what cannot be held, and for an option that does nothing there.
        """

    def restore(self, request: RestoreRequest[PoetOptions], context: Context) -> TextAndNotes:
        """The request's text with its gaps filled, and the proposals for each. Raises InputError if it has none."""

    def transfer(self, request: TransferRequest[PoetOptions], context: Context, *, style: str) -> TextAndNotes:
        """The request's text made anew in a form or a voice. Raises InputError if nothing of it can be kept."""

    def inspire(self, request: InspireRequest[PoetOptions], context: Context) -> list[Idea]:
        """`request.count` ideas for a theme, of changing kinds."""

    def read(self, text: Text, context: Context) -> dict[str, Any]:
        """Findings on a text as plain JSON."""

    def explain(self, text: Text, findings: dict[str, Any], language: str) -> str:
        """What was found, as a lesson in "en" or "zh"."""

    def evaluate(self, request: EvaluateRequest[PoetOptions], context: Context) -> dict[str, Any]:
        """How well a model of the language foretells the texts of the request; its `model` is never "poet"."""

    def train(self, training: Training) -> dict[str, Any]:
        """Train the model that is asked for, never "poet", and write it; its card."""
