"""What is seen in a picture: measured, named by the eye, told in words, and drawn."""

from __future__ import annotations

from ....core.originality import IndexShelf
from ....core.requests import Analysis, AnalyzeRequest, Context
from ..medium import Painting
from ..models.eye.options import EyeOptions
from ..models.lending import lend_eye, weights_of
from ..reading.findings import analyze_picture
from ..reading.sheet import draw
from .explain import explain

__all__ = ["analyze"]


def analyze(request: AnalyzeRequest[EyeOptions], context: Context) -> Analysis:
    """Palette, values, composition, brushwork, mood, movement, artist, nearest works, damage, originality."""
    options = request.options
    picture = request.artwork.payload.convert("RGB")
    known = context.devices.lease(("painting", "known works"), lambda _device: IndexShelf(), on="cpu")
    with known as shelf, lend_eye(context.devices, weights_of("eye", options.weights, context.home)) as eye:
        sight = eye.look(picture)
        findings = analyze_picture(
            picture,
            sight,
            eye,
            shelf.measure(Painting(), request.artwork),
            damage=options.depth == "full",
            progress=context.progress,
        )
    text = explain(findings, request.language) if request.explain else ""
    plot = draw(picture, findings, request.language) if request.plot else None
    return Analysis(medium="painting", findings=findings, explanation=text, plot=plot)
