"""Scansion and mood of a text as a picture."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any

from ....core.artwork import Text
from ....core.fonts import drawable, plot_font

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["draw_plot"]


def draw_plot(text: Text, findings: dict[str, Any]) -> Image:
    """Scansion and mood line by line, as a picture. Lines beyond the 40th are left out."""
    from matplotlib.figure import Figure
    from PIL import Image as pil

    lines, marks = _scansion(text, findings)
    lines, marks = lines[:40], marks[:40]
    moods = [m[0] for m in findings.get("mood", {}).get("by_line", [])]
    with plot_font():
        figure = Figure(figsize=(10, max(2.5, 0.42 * len(lines) + 1.6)), dpi=110, facecolor="#f9f5ec")
        left, right = figure.subplots(1, 2, width_ratios=(3, 1))
        _draw_scansion(left, [drawable(line) for line in lines], marks, drawable(findings.get("title") or text.title))
        shown = moods[: len(lines)] if len(moods) == len(lines) else moods[:40]
        right.axvline(0, color="#999999", lw=0.8)
        right.barh(range(len(shown)), shown, color=["#a03428" if v < 0 else "#2f6f5e" for v in shown], height=0.55)
        right.set_ylim(max(len(shown), 1) - 0.4, -0.6)
        right.set_xlim(-1, 1)
        right.set_yticks([])
        right.set_title("心情 / mood: dark – bright" if text.language == "zh" else "mood: dark – bright", fontsize=10)
        for axes in (left, right):
            axes.set_facecolor("#f9f5ec")
            for side in axes.spines.values():
                side.set_visible(False)
        figure.tight_layout()
        buffer = BytesIO()
        figure.savefig(buffer, format="png")
    buffer.seek(0)
    return pil.open(buffer).convert("RGB")


def _scansion(text: Text, findings: dict[str, Any]) -> tuple[list[str], list[list[tuple[str, str]]]]:
    """Lines and for each the units to draw: (mark, colour)."""
    if findings.get("metre") and text.language == "zh":
        colours = {"平": "#2f6f5e", "仄": "#33415c", "中": "#8a8577", "？": "#bbbbbb"}
        rows = findings["metre"]
        return [r["line"] for r in rows], [
            [(t, "#c0281c" if i + 1 in r.get("wrong", ()) else colours[t]) for i, t in enumerate(r["tones"])]
            for r in rows
        ]
    rows = findings.get("scansion") or []
    if isinstance(rows, list) and rows and isinstance(rows[0], dict) and rows[0].get("stress"):
        return [str(r.get("line", r.get("text", ""))) for r in rows], [
            [("●" if m in "/1S" else "○", "#33415c" if m in "/1S" else "#8a8577") for m in str(r["stress"])]
            for r in rows
        ]
    return [line[:48] for line in text.lines], [[] for _ in text.lines]


def _draw_scansion(axes: Any, lines: list[str], marks: list[list[tuple[str, str]]], title: str) -> None:
    widest = max((len(m) for m in marks), default=0)
    for y, (line, row) in enumerate(zip(lines, marks, strict=True)):
        if row and len(row) == len(line):
            for x, (char, (mark, colour)) in enumerate(zip(line, row, strict=True)):
                axes.text(x, y, char, fontsize=13, ha="center", va="center", color=colour)
                axes.plot(
                    [x],
                    [y + 0.36],
                    marker="_" if mark == "平" else "|" if mark == "仄" else ".",
                    color=colour,
                    ms=5,
                    mew=1.4,
                )
        else:
            axes.text(0, y - 0.12, line, fontsize=10, va="center", color="#262220")
            axes.text(0, y + 0.3, " ".join(mark for mark, _ in row), fontsize=7, va="center", color="#8a8577")
    axes.set_xlim(-0.8, max(widest, 8) + 0.5)
    axes.set_ylim(max(len(lines), 1) - 0.4, -0.6)
    axes.set_xticks([])
    axes.set_yticks([])
    axes.set_title(title, fontsize=13, loc="left", color="#a03428")
