"""Whom a piece is like, and how much of it stood in the training works: what the composer knows, told by the analyst.

Styles are compared by the likelihood of the piece's beginning in each (the first of the shipped nets). Copies are
counted with the engine that
the composer checks its own works with (`copying`): the longest run of (interval, length) pairs, voice by voice, against
the limits that real works
keep among one another.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from ...core.errors import FormatError
from .convert import from_midi
from .copying import check_copies, longest_copies

if TYPE_CHECKING:
    from pretty_midi import PrettyMIDI

    from ...core.requests import Context

__all__ = ["likeness", "tell_likeness"]

SHOWN = 4


def likeness(midi: PrettyMIDI, context: Context) -> dict[str, Any]:
    """`nearest_styles`: the likeliest learned styles, with nats per note and share of the belief; `originality`:
    longest runs shared with works of the first.

    Both are None where there are no notes but drums.
    """
    from .evaluation import nearest_styles
    from .models.composer import lend, weight_files

    try:
        score = from_midi(midi, limit=64)
    except FormatError:
        return {"nearest_styles": None, "originality": None}
    with lend(context, weight_files("all", "", context.home, 1)) as engine:
        figures = nearest_styles(engine, score)
    best = next(iter(figures))
    notes = min(score.notes, 40)
    weights = {style: math.exp(-notes * (nats - figures[best])) for style, nats in figures.items()}
    total = sum(weights.values())
    copies = longest_copies(score, best)
    longest = max(copies, default=0)
    return {
        "nearest_styles": [
            {"style": style, "nats_per_note": round(nats, 4), "share": round(weights[style] / total, 4)}
            for style, nats in list(figures.items())[:SHOWN]
        ],
        "originality": {
            "compared_with": best,
            "longest_shared_run_notes": copies,
            "within_limits": check_copies(copies, best),
            "share_of_longest_line": round(longest / max(1, *(len(line) for line in score.lines)), 4),
        },
    }


def tell_likeness(found: dict[str, Any], language: str = "en") -> str:
    """One or two sentences on `likeness`; "" where there is nothing to say."""
    if not found.get("nearest_styles"):
        return ""
    zh = language == "zh"
    near, copied = found["nearest_styles"], found["originality"]
    names = [row["style"] for row in near[:3]]
    longest, whole = max(copied["longest_shared_run_notes"], default=0), not copied["within_limits"]
    if zh:
        first = f"风格：最像 {names[0]}，其次 {'、'.join(names[1:])}。"
        if not longest:
            return first + "没有六个音以上与学过的作品相同。\n"
        second = f"与学过的 {copied['compared_with']} 作品最长相同 {longest} 个音"
        return (
            first
            + second
            + (
                "，超过真实作品之间的常见长度：很可能引用或就是其中一首。\n"
                if whole
                else "，不超过真实作品之间的常见长度。\n"
            )
        )
    first = f"Style: nearest to {names[0]}, then {' and '.join(names[1:])}."
    if not longest:
        return f"{first} No run of six notes stood in the works that were learned from.\n"
    second = (
        f"The longest run shared with the {copied['compared_with']} works that were learned from has {longest} notes"
    )
    if whole:
        return f"{first} {second}, more than real works share with one another: it quotes one of them, or is one.\n"
    return f"{first} {second}, no more than real works share with one another.\n"
