"""Options of the arranger."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from .....core.options import Options
from ...arranging.names import EnsembleName, SongMetre, TextureName, VoiceName

__all__ = ["ArrangerOptions"]


class ArrangerOptions(Options):
    """What is left empty follows from the words or the melody, their mood and the seed."""

    key: str = Field("", description="Words: key, as in 'C major', 'f# minor' or 'a小调'; empty: from the mood")
    metre: SongMetre | Literal[""] = Field("", description="Words: metre; empty: the one that suits them")
    tempo_qpm: float = Field(0.0, ge=0.0, le=400.0, description="Quarter notes a minute; 0: from the mood")
    voice: VoiceName = Field(
        "mezzo-soprano", description="Words: who sings them; the melody stays in that voice's comfortable compass"
    )
    melismas: float = Field(
        0.0, ge=0.0, le=1.0, description="Words: share of the long strong syllables that are sung on two notes or three"
    )
    texture: TextureName | Literal[""] = Field(
        "", description="How the accompaniment plays its chords; empty: as the mood has it"
    )
    ensemble: EnsembleName = Field(
        "piano",
        description="Who accompanies; a band is a piano with bass and drums, lead a lead sheet: melody and chord symbols",
    )
    chords: str = Field(
        "", description="Melodies: chords to use, a bar each and over again, as in 'Am F C G'; empty: found"
    )
