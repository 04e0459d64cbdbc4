"""Reading a piece, or a recording: figures, a plot and sentences."""

from __future__ import annotations

from ....core.errors import InputError
from ....core.requests import Analysis, AnalyzeRequest, Context
from ..models.analyst.findings import findings, read_music
from ..models.analyst.likeness import likeness, tell_likeness
from ..models.analyst.options import AnalystOptions
from ..models.analyst.picture import plot_reading
from ..models.analyst.recordings import analyze_recording
from ..models.analyst.sentences import explain

__all__ = ["analyze"]


def analyze(request: AnalyzeRequest, context: Context) -> Analysis:
    """Read a piece, or a recording; explanation and plot where asked for."""
    options = request.options if isinstance(request.options, AnalystOptions) else AnalystOptions()
    if (options.plot_bars or options.plot_from) and not request.plot:
        raise InputError("plot_bars and plot_from choose what the plot shows; ask for one with --plot FILE.png")
    payload = request.artwork.payload
    if getattr(payload, "samples", None) is not None:
        return analyze_recording(payload, request, context)
    context.progress.update(0.0, "reading the notes")
    reading = read_music(payload)
    found = findings(reading, payload)
    if not options.chords:
        found.pop("chords")
    if not options.features:
        found.pop("features")
    if options.likeness:
        context.progress.update(0.4, "comparing")
        found.update(likeness(payload, context))
    explanation, picture = "", None
    if request.explain:
        context.progress.update(0.6, "explaining")
        explanation = explain(reading, request.language)
        if options.likeness:
            told = tell_likeness(found, request.language)
            explanation += "\n" + told if told else ""
    if request.plot:
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
