"""Triads by number: 1 + 2 * root (+ 1 if minor), in the empty key signature; 25 another chord, 26 none, 0 left open."""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["chord_class", "degree_names", "triad"]

_ROMAN_MAJOR = {0: "I", 2: "II", 4: "III", 5: "IV", 7: "V", 9: "VI", 11: "VII"}


def chord_class(pitches: Sequence[int], lines: int = 4) -> int:
    """1 + 2 root (+ 1 if minor) of a triad from pitches, the lowest last considered its bass; 25 for another chord, 26
    for none.

    pitches: MIDI numbers in the empty signature; with one line, the note itself counts as the root of a major triad.
    """
    if not pitches:
        return 26
    classes = {p % 12 for p in pitches}
    bass = min(pitches) % 12
    if lines == 1:
        return 1 + 2 * bass
    for root in (bass, *sorted(classes - {bass})):
        for minor, third in ((0, 4), (1, 3)):
            if (
                classes <= {root, (root + third) % 12, (root + 7) % 12}
                and root in classes
                and (len(classes) > 1 or root == bass)
            ):
                return 1 + 2 * root + minor
    return 25


def triad(chord: int) -> tuple[int, int, int] | None:
    """(root, third, fifth) as pitch classes of a chord class, None if it is no triad."""
    if not 1 <= chord <= 24:
        return None
    root, minor = divmod(chord - 1, 2)
    return root, (root + 4 - minor) % 12, (root + 7) % 12


def degree_names(chords: Sequence[int], minor: bool) -> list[str]:
    """Chord classes as degrees in Roman numerals, upper case for major chords; "?" for what is no triad."""
    names = []
    for chord in chords:
        if not 1 <= chord <= 24:
            names.append("?")
            continue
        root, is_minor = divmod(chord - 1, 2)
        degree = (root - (9 if minor else 0)) % 12
        scale = {0: "I", 2: "II", 3: "III", 5: "IV", 7: "V", 8: "VI", 10: "VII"} if minor else _ROMAN_MAJOR
        name = scale.get(degree, f"{degree}")
        names.append(name.lower() if is_minor else name)
    return names
