"""Which SoundFont plays: the one that is asked for, that of the environment, the one of pretty_midi, or what Debian installs."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import TYPE_CHECKING

from ....core.errors import InputError
from .soundfont import read_soundfont

if TYPE_CHECKING:
    from pretty_midi import PrettyMIDI

__all__ = ["VARIABLE", "lacking", "played_by", "soundfont"]

VARIABLE = "ARTWRIGHT_SOUNDFONT"
"""Environment variable that names a SoundFont."""
_PLACES = (
    "/usr/share/sounds/sf2/default-GM.sf2",
    "/usr/share/sounds/sf3/default-GM.sf3",
    "/usr/share/sounds/sf2/FluidR3_GM.sf2",
    "/usr/share/sounds/sf2/TimGM6mb.sf2",
    "/usr/share/soundfonts/default.sf2",
)
"""Where Debian and others put General MIDI SoundFonts."""
_asked: ContextVar[Path | None] = ContextVar("soundfont", default=None)


@contextmanager
def played_by(path: Path | None) -> Iterator[None]:
    """Within the block a SoundFont plays; None for the usual one. Raises FormatError if the file is none."""
    if path is not None:
        read_soundfont(path)
    token = _asked.set(path)
    try:
        yield
    finally:
        _asked.reset(token)


def soundfont() -> Path:
    """The SoundFont that plays now. Raises InputError if there is none, or the environment names a file that is missing."""
    import pretty_midi

    asked = _asked.get()
    if asked is not None:
        return asked
    told = os.environ.get(VARIABLE)
    if told:
        if not Path(told).is_file():
            raise InputError(f"{VARIABLE} names {told!r}, which is no file; name a SoundFont (.sf2, .sf3), or unset it")
        return Path(told)
    own = Path(pretty_midi.__file__).parent / "TimGM6mb.sf2"
    found = next((path for path in (own, *map(Path, _PLACES)) if path.is_file()), None)
    if found is None:
        raise InputError(
            f"no SoundFont is here: the installed pretty_midi lacks its {own.name}; install it again, or Debian's "
            f"timgm6mb-soundfont, or name one with {VARIABLE}"
        )
    return found


def lacking(midi: PrettyMIDI) -> list[str]:
    """Names of the instruments of some music that the SoundFont lacks, so that others of their family play."""
    import pretty_midi

    font = read_soundfont(soundfont())
    names = []
    for instrument in midi.instruments:
        if instrument.notes and not font.has(instrument.program, is_drum=instrument.is_drum):
            name = "drums" if instrument.is_drum else pretty_midi.program_to_instrument_name(instrument.program)
            names.append(str(name))
    return list(dict.fromkeys(names))
