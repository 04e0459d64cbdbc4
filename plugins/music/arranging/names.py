"""What an arrangement may be asked for, by name: light, so that the command line can offer it before anything is loaded."""

from __future__ import annotations

from typing import Literal

__all__ = ["EnsembleName", "SongMetre", "TextureName", "VoiceName"]

VoiceName = Literal["soprano", "mezzo-soprano", "alto", "tenor", "baritone", "bass"]
TextureName = Literal["block", "repeated", "oom-pah", "alberti", "broken", "arpeggio", "strum"]
EnsembleName = Literal["piano", "guitar", "strings", "band", "lead"]
SongMetre = Literal["4/4", "3/4", "6/8", "2/4"]
