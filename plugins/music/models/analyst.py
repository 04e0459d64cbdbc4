"""The analyst: reads notes by rules and counting, recordings by their spectrum. No weights."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import Field

from ....core.errors import InputError
from ....core.options import Options
from ....core.requests import Analysis, AnalyzeRequest, Context

if TYPE_CHECKING:
    from pretty_midi import PrettyMIDI

__all__ = ["AnalystOptions", "analyze"]


class AnalystOptions(Options):
    """Options of the analyst."""

    chords: bool = Field(True, description="List each chord with its name and Roman numeral")
    features: bool = Field(True, description="List the numbers that taste and set figures use")
    likeness: bool = Field(
        True, description="Name the nearest learned styles and the longest run shared with works that were learned from"
    )
    plot_bars: int = Field(0, ge=0, le=512, description="How many bars the plot shows; 0 = as many as are legible")
    plot_from: int = Field(0, ge=0, le=100_000, description="First bar of the plot; 0 = the beginning")


def analyze(request: AnalyzeRequest, context: Context) -> Analysis:
    """Read a piece, or a recording; explanation and plot where asked for."""
    options = request.options if isinstance(request.options, AnalystOptions) else AnalystOptions()
    if (options.plot_bars or options.plot_from) and not request.plot:
        raise InputError("plot_bars and plot_from choose what the plot shows; ask for one with --plot FILE.png")
    payload: PrettyMIDI = request.artwork.payload
    samples = getattr(payload, "samples", None)
    if samples is not None:
        from ..listening.analysis import analyze_recording

        return analyze_recording(payload, request, context)
    from ..analysis import findings, read_music

    context.progress.update(0.0, "reading the notes")
    reading = read_music(payload)
    found = findings(reading, payload)
    if not options.chords:
        found.pop("chords")
    if not options.features:
        found.pop("features")
    if options.likeness:
        from ..likeness import likeness

        context.progress.update(0.4, "comparing")
        found.update(likeness(payload, context))
    explanation, picture = "", None
    if request.explain:
        from ..explain import explain

        context.progress.update(0.6, "explaining")
        explanation = explain(reading, request.language)
        if options.likeness:
            from ..likeness import tell_likeness

            told = tell_likeness(found, request.language)
            explanation += "\n" + told if told else ""
    if request.plot:
        from ..plot import plot_reading

        context.progress.update(0.7, "drawing")
        picture = plot_reading(
            reading,
            title=request.artwork.title,
            language=request.language,
            bars=options.plot_bars,
            first_bar=options.plot_from,
        )
    context.progress.update(1.0, "done")
    return Analysis(medium=request.medium, findings=found, explanation=explanation, plot=picture)
