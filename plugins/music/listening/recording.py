"""A recording as a payload: a PrettyMIDI that holds the melody heard in it, and the sound itself."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pretty_midi

from ..performing.sound_files import read_sound
from .melody import melody_notes, notes_on_grid, track_pitch

__all__ = ["Recording", "read_recording"]


class Recording(pretty_midi.PrettyMIDI):  # type: ignore[misc]
    """Sound with the melody found in it, as notes on a grid (none if there is no single line with a clear pitch).

    samples: float32 of shape (1 or 2, samples); rate_hz; digest: SHA-256 of the sound as it is coded in its file, or
    "". Operations that take a melody take a recording like any other music.
    """

    def __init__(self, samples: np.ndarray, rate_hz: int, digest: str = "") -> None:
        self.samples = samples
        self.rate_hz = rate_hz
        self.digest = digest
        self.track = track_pitch(samples, rate_hz)
        tempo, rows = notes_on_grid(melody_notes(self.track))
        super().__init__(resolution=480, initial_tempo=6e7 / tempo)
        step = tempo / 1e6 / 4
        player = pretty_midi.Instrument(program=73, name="melody")
        player.notes = [pretty_midi.Note(loud, pitch, a * step, b * step) for a, b, pitch, loud in rows]
        if rows:
            self.instruments.append(player)
        self.time_signature_changes = [pretty_midi.TimeSignature(4, 4, 0.0)]


def read_recording(path: Path) -> tuple[Recording, str, str]:
    """(recording, title or "", manifest or "") of a sound file. Raises FormatError if it cannot be decoded."""
    samples, rate_hz, title, comment, digest = read_sound(path)
    return Recording(samples, rate_hz, digest), title, comment if comment.startswith("{") else ""
