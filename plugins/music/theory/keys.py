"""Keys by name, in English, German shorthand and Chinese, as a signature and a final."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ....core.errors import InputError

__all__ = ["Key", "key_shift", "parse_key"]

_STEPS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
_FIFTHS = {"F": -1, "C": 0, "G": 1, "D": 2, "A": 3, "E": 4, "B": 5}
_MODES = {
    "major": 0,
    "ionian": 0,
    "lydian": 1,
    "mixolydian": -1,
    "dorian": -2,
    "minor": -3,
    "aeolian": -3,
    "phrygian": -4,
}
_FINALS = {"major": 0, "ionian": 0, "dorian": 2, "phrygian": 4, "lydian": 5, "mixolydian": 7, "minor": 9, "aeolian": 9}
_CHINESE = {"大调": "major", "小调": "minor"}


@dataclass(frozen=True)
class Key:
    """signature: sharps, flats below 0, in [-7, 7]; mode: a name of church mode, "major" or "minor"; name: as one says
    it.
    """

    signature: int
    mode: str
    name: str

    @property
    def minor(self) -> bool:
        """Whether its third is minor."""
        return self.mode in ("minor", "aeolian", "dorian", "phrygian")

    @property
    def tonic(self) -> int:
        """Pitch class of its final."""
        return (7 * self.signature + self.final) % 12

    @property
    def number(self) -> int:
        """Of the major or minor key on its final: 0-11 major, 12-23 minor."""
        return self.tonic + 12 * self.minor

    @property
    def final(self) -> int:
        """Pitch class of its final where the signature is transposed to the empty one."""
        return _FINALS[self.mode]


def parse_key(text: str) -> Key:
    """`"C major"`, `"a minor"`, `"F#m"`, `"Bb"`, `"D dorian"`, `"降E大调"`, `"a小调"`.

    A lower-case letter alone means minor. Raises InputError if it is no key or needs more than seven accidentals.
    """
    plain = text.strip()
    for word, mode in _CHINESE.items():
        plain = plain.replace(word, f" {mode}")
    plain = re.sub(r"升\s*([A-Ga-g])", r"\1#", re.sub(r"降\s*([A-Ga-g])", r"\1b", plain))
    plain = (
        plain.replace("♯", "#")
        .replace("♭", "b")
        .replace("-sharp", "#")
        .replace("-flat", "b")
        .replace(" sharp", "#")
        .replace(" flat", "b")
    )
    match = re.fullmatch(r"([A-Ga-g])([#b]?)\s*([A-Za-z]*)", plain)
    word = match[3].lower() if match else ""
    alone = "minor" if match and match[1].islower() else "major"
    mode = {"": alone, "m": "minor", "min": "minor", "maj": "major", "moll": "minor", "dur": "major"}.get(word, word)
    if not match or mode not in _MODES:
        raise InputError(
            f"{text!r} is not a key; write one as in 'C major', 'f# minor', 'Bb' or 'D dorian' (modes: "
            f"{', '.join(_MODES)})"
        )
    letter = match[1].upper()
    signature = _FIFTHS[letter] + 7 * ((match[2] == "#") - (match[2] == "b")) + _MODES[mode]
    if not -7 <= signature <= 7:
        raise InputError(
            f"the key {text!r} would need {abs(signature)} accidentals, at most 7 are written; name its enharmonic "
            f"equal"
        )
    return Key(signature, mode, f"{letter}{match[2]} {mode}")


def key_shift(signature: int) -> int:
    """Semitones, in [-6, 5], that bring a signature of so many sharps to the empty one."""
    return (-7 * signature + 6) % 12 - 6
