"""Reading a text of either language: findings, explanation, plot."""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from typing import Any

from ....core.artwork import Text
from ....core.errors import InputError
from ....core.originality import IndexShelf
from ....core.requests import Analysis, AnalyzeRequest, Context
from ....core.words.language import LANGUAGES
from ..formats.plot import draw_plot
from ..medium import Literature
from ..models.hf.reading import read as read_pretrained
from ..models.poet.languages import WRITTEN
from ..models.poet.options import PoetOptions, refuse_idle
from .explain import explain

__all__ = ["analyze"]


def analyze(request: AnalyzeRequest[PoetOptions], context: Context) -> Analysis:
    """Findings as plain JSON, in the language's own terms; explanation and plot where asked for."""
    text: Text = request.artwork.payload
    refuse_idle(request.options, "reading a text")
    if not any(c.isalnum() for line in text.lines for c in line):
        raise InputError("the text holds no word; there is nothing to read in it")
    language = WRITTEN.get(text.language)
    findings = language.read(text, context) if language is not None else count_foreign(text)
    if request.model.startswith("hf:"):
        findings["heard"] = read_pretrained(text, context, request.model)
    report = _shelf().measure(Literature(), request.artwork)
    if report is not None:
        findings["originality"] = report.to_dict()
    explanation = explain(text, findings, report, request.language) if request.explain else ""
    findings = {"title": request.artwork.title, **findings}
    loaded = request.artwork.provenance
    if loaded is not None and loaded.operation == "load" and loaded.notes:
        findings["read_as"] = dict(loaded.notes)
    plot = draw_plot(text, findings) if request.plot else None
    return Analysis(medium=request.medium, findings=findings, explanation=explanation, plot=plot)


@lru_cache(maxsize=1)
def _shelf() -> IndexShelf:
    """The indexes that ship; each is read when it is first asked for."""
    return IndexShelf()


def count_foreign(text: Text) -> dict[str, Any]:
    """What can be said of a text in a language that is not understood: how much there is of it, and that it is not
    scanned.
    """
    name = LANGUAGES.get(text.language, text.language)
    words = [word for line in text.lines for word in line.split() if any(map(str.isalnum, word))]
    repeated = Counter(line for line in text.lines if any(map(str.isalnum, line)))
    return {
        "language": text.language,
        "remark": f"the text seems to be in {name}; only English and Chinese are understood, so it is counted and not "
        f"scanned",
        "lines": len(text.lines),
        "stanzas": [len(stanza) for stanza in text.stanzas],
        "words": len(words),
        "characters": sum(map(str.isalnum, "".join(text.lines))),
        "repeated_lines": sum(n - 1 for n in repeated.values()),
    }
