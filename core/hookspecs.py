"""The hooks, and nothing else.

Registration hooks run once, while the studio starts; they must be quick and import nothing heavy. Operations run
when asked: the registry knows which plugin owns the model, and the call goes to that plugin alone, while wrappers
(`@hookimpl(wrapper=True)`) of every plugin run around it. Events are told to every plugin; a listener that
fails is logged and costs nobody the work. An operation always takes exactly `(request, context)`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pluggy

if TYPE_CHECKING:
    import click

    from .artwork import Artwork
    from .feedback.store import Feedback
    from .registry import Registry
    from .requests import (
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

__all__ = ["EventHooks", "OperationHooks", "RegistrationHooks", "hookimpl", "hookspec"]

hookspec = pluggy.HookspecMarker("artwright")
hookimpl = pluggy.HookimplMarker("artwright")


class RegistrationHooks:
    """Called once for each plugin, in the order of loading."""

    @hookspec
    def register_media(self, registry: Registry) -> None:
        """Add media with `registry.add_medium(medium)`. Raises PluginError if the name is taken."""

    @hookspec
    def register_models(self, registry: Registry) -> None:
        """Add models, to one's own medium or another's, with `registry.add_model(spec)`."""

    @hookspec
    def register_styles(self, registry: Registry) -> None:
        """Add named styles with `registry.add_style(style)`."""

    @hookspec
    def register_commands(self, cli: click.Group) -> None:
        """Add command-line commands with `cli.add_command(command)`. Replacing an existing one is refused."""


class OperationHooks:
    """Called on the owner of the model. `None` as a result means that the plugin broke its contract."""

    @hookspec(firstresult=True)
    def generate(self, request: GenerateRequest, context: Context) -> Artwork | None:
        """Make one work from `request.theme`, in `request.style` if given, all randomness from `request.seed`.

        May block for as long as it reports progress; runs on `context.devices`. The work is returned with its
        payload and title; the studio adds the provenance (a provenance's `notes` and `originality` are kept).
        Raises InputError for a theme or style that the model cannot take.
        """

    @hookspec(firstresult=True)
    def analyze(self, request: AnalyzeRequest, context: Context) -> Analysis | None:
        """Read `request.artwork`: findings as plain JSON; explanation and plot where asked for. Changes nothing."""

    @hookspec(firstresult=True)
    def transfer_style(self, request: TransferRequest, context: Context) -> Artwork | None:
        """Make `request.artwork` anew in `request.style`, keeping its skeleton; strength 0 gives it back unchanged."""

    @hookspec(firstresult=True)
    def restore(self, request: RestoreRequest, context: Context) -> Artwork | None:
        """Mend or fill in `request.region` (or what is found damaged); all outside it stays as it is."""

    @hookspec(firstresult=True)
    def train(self, request: TrainRequest, context: Context) -> TrainReport | None:
        """Learn from `request.corpus` within `request.minutes`; write checkpoints to `request.runs`, the result to
        `request.weights`.

        Raises InputError if the corpus is too small or holds nothing of the medium. Progress may cancel at any time.
        """

    @hookspec(firstresult=True)
    def evaluate(self, request: EvaluateRequest, context: Context) -> dict[str, object] | None:
        """Measure the model on the works under `request.path`; figures as plain JSON, documented by the medium."""

    @hookspec(firstresult=True)
    def inspire(self, request: InspireRequest, context: Context) -> list[Idea] | None:
        """`request.count` ideas for `request.theme`: titles, palettes, progressions."""


class EventHooks:
    """Told to every plugin after something has happened."""

    @hookspec
    def on_artwork(self, artwork: Artwork, context: Context) -> None:
        """A work was made and recorded in the library."""

    @hookspec
    def on_feedback(self, feedback: Feedback, context: Context) -> None:
        """A person said something about a work."""
