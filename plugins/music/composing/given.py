"""A given work as lines that can be worked on, and whose each line is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ....core.errors import InputError
from ..models.composer.vocabulary import SLOTS
from ..notation.score_midi import from_midi
from ..theory.score import Note, Score, to_lines

if TYPE_CHECKING:
    import pretty_midi

    from ....core.artwork import Artwork

__all__ = ["score_of"]


def score_of(work: Artwork, *, limit: int = SLOTS) -> tuple[Score, list[int]]:
    """(score with lines in the order of their parts from the top, number of the instrument of each line).

    Raises InputError if the work is no music, is empty, or has more lines than the model's voices.
    """
    if work.medium != "music":
        raise InputError(
            f"a work of medium {work.medium!r} was given; this needs music (.mid, .musicxml, .abc, or a recorded "
            f"melody)"
        )
    midi = work.payload
    parts = [i for i, instrument in enumerate(midi.instruments) if instrument.notes and not instrument.is_drum]
    if not parts:
        raise InputError(f"{work.title or work.short_id!r} holds no notes to build on: {_why_empty(midi)}")
    score = from_midi(midi, name=work.title, style="user", limit=10_000, by_part=True)
    owners: list[int] = []
    for i in parts:
        scale = 24 / midi.resolution
        spans = [
            (round(midi.time_to_tick(n.start) * scale), round(midi.time_to_tick(n.end) * scale), n.pitch)
            for n in midi.instruments[i].notes
        ]
        notes = [Note(on, max(1, off - on), pitch) for on, off, pitch in spans]
        owners += [i] * len(to_lines(notes, 10_000))
    if len(score.lines) > limit:
        raise InputError(
            f"{work.title or work.short_id!r} has {len(score.lines)} voices; at most {limit} can be worked on. "
            f"Give fewer parts"
        )
    return score, owners


def _why_empty(midi: pretty_midi.PrettyMIDI) -> str:
    """What there is instead of notes with a pitch."""
    if getattr(midi, "samples", None) is not None:
        return "no melody was heard in the recording; one clear line, hummed or played, is needed"
    return "only drums" if any(instrument.notes for instrument in midi.instruments) else "it is empty"
