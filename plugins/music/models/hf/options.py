"""Options of the models `hf:SOURCE`."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from .....core.options import Options, counts_for

__all__ = ["NotesOptions"]

_COMPOSED = counts_for("generate", task=("compose",))


class NotesOptions(Options):
    """What a language model of notes writes. What is left empty follows from the theme."""

    task: Literal["compose", "continue"] = Field(
        "compose",
        description="compose a new piece, or continue the work given with --from",
        json_schema_extra=counts_for("generate"),
    )
    bars: int = Field(
        8, ge=1, le=128, description="Number of bars that are written", json_schema_extra=counts_for("generate")
    )
    metre: str = Field("", description="Metre, as in 4/4, 3/4, 6/8; empty: 4/4", json_schema_extra=_COMPOSED)
    tempo_qpm: float = Field(
        0.0,
        ge=0.0,
        le=400.0,
        description="Quarter notes a minute; 0: from the theme, else 100",
        json_schema_extra=_COMPOSED,
    )
    key: str = Field(
        "",
        description="Key that is asked for, as in 'C major'; notes outside its scale are not taken",
        json_schema_extra=_COMPOSED,
    )
    instruments: str = Field(
        "",
        description="An ensemble (organ, choir, strings, quartet, piano ...) or General MIDI names with commas; empty: from the "
        "theme, else piano",
        json_schema_extra=_COMPOSED,
    )
    temperature: float = Field(1.0, gt=0.0, le=2.0, description="Below 1 likelier notes, above 1 bolder ones")
    top_p: float = Field(0.98, ge=0.1, le=1.0, description="What lies outside this share of the chances is never taken")
    best_of: int = Field(1, ge=1, le=16, description="Pieces that are written; the likeliest is kept")
