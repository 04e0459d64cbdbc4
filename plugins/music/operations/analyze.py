"""Reading a piece, or a recording: figures, a plot and sentences."""

from __future__ import annotations

from ....core.errors import InputError
from ....core.requests import Analysis, AnalyzeRequest, Context
from ..listening.recording import Recording
from ..listening.spectrum import read_spectra
from ..models.analyst.findings import findings, read_music
from ..models.analyst.likeness import likeness
from ..models.analyst.options import AnalystOptions
from ..models.analyst.picture import plot_reading
from ..models.analyst.recordings import plot_recording, recording_findings
from .explain import explain, explain_character, explain_likeness, explain_recording

__all__ = ["analyze"]


def analyze(request: AnalyzeRequest[AnalystOptions], context: Context) -> Analysis:
    """Read a piece, or a recording; explanation and plot where asked for."""
    options, payload = request.options, request.artwork.payload
    if (options.plot_bars or options.plot_from) and not request.plot:
        raise InputError("plot_bars and plot_from choose what the plot shows; ask for one with --plot FILE.png")
    if isinstance(payload, Recording):
        return _analyze_recording(payload, request, context)
    context.progress.update(0.0, "reading the notes")
    reading = read_music(payload)
    figures = findings(reading, payload)
    if not options.chords:
        del figures["chords"]
    if not options.features:
        del figures["features"]
    if options.likeness:
        context.progress.update(0.4, "comparing")
        figures |= likeness(payload, context)
    sentences, picture = [], None
    if request.explain:
        context.progress.update(0.6, "explaining")
        made = request.artwork.provenance.notes if request.artwork.provenance is not None else {}
        sentences = [
            explain(reading, request.language),
            explain_character(made, request.language),
            explain_likeness(figures, request.language),
        ]
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
    explanation = "\n".join(sentence for sentence in sentences if sentence)
    return Analysis(medium=request.medium, findings=figures, explanation=explanation, plot=picture)


def _analyze_recording(recording: Recording, request: AnalyzeRequest[AnalystOptions], context: Context) -> Analysis:
    context.progress.update(0.0, "listening")
    size = _BYTES_A_SAMPLE * recording.samples.shape[1]
    with context.devices.lease(("music", "listening"), lambda device: device, size=size) as device:
        spectra = read_spectra(recording.samples, recording.rate_hz, device)
    figures, key = recording_findings(recording, spectra)
    context.progress.update(0.6, "telling")
    explanation = explain_recording(figures, key, request.language) if request.explain else ""
    picture = None
    if request.plot:
        picture = plot_recording(recording, spectra, figures, key, request.artwork.title, request.language)
    context.progress.update(1.0, "done")
    return Analysis(medium=request.medium, findings=figures, explanation=explanation, plot=picture)


_BYTES_A_SAMPLE = 48
"""What the spectra of a recording take while they are computed."""
