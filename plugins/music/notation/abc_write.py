"""A page as ABC 2.1: the unit is a 16th, a voice for each line."""

from __future__ import annotations

from fractions import Fraction

from .page import GRID, Line, Page, in_beats, spell

__all__ = ["abc_text"]

_SHARP_ORDER, _FLAT_ORDER = "FCGDAEB", "BEADGCF"
_BARS_A_ROW = 4


def abc_text(page: Page) -> str:
    """The text of the file."""
    head = [
        "X:1",
        f"T:{page.title}",
        f"M:{page.metre(0)[0]}/{page.metre(0)[1]}",
        "L:1/16",
        f"Q:1/4={_plain(page.tempi[0][1])}",
    ]
    if len(page.lines) > 1:
        head += [f'V:{i + 1} name="{_quoted(line.name)}"{_clef(line)}' for i, line in enumerate(page.lines)]
    head.append(f"K:{_key(*page.keys[0][1:])}")
    out = head
    for i, line in enumerate(page.lines):
        if len(page.lines) > 1:
            out.append(f"V:{i + 1}")
        out.append("%%MIDI channel 10" if line.is_drum else f"%%MIDI program {line.program}")
        out += _voice(page, line, leads=i == 0)
    return "\n".join(out) + "\n"


def _plain(value: float) -> str:
    return f"{value:.6f}".rstrip("0").rstrip(".")


def _quoted(text: str) -> str:
    return " ".join(text.replace('"', "'").split())


def _clef(line: Line) -> str:
    return " clef=perc" if line.is_drum else " clef=bass" if line.mean_pitch < 57 else ""


def _key(sharps: int, minor: bool) -> str:
    fifths = sharps + (3 if minor else 0)
    return _SHARP_ORDER[(fifths + 1) % 7] + ("#" if fifths > 5 else "b" if fifths < -1 else "") + ("m" if minor else "")


def _voice(page: Page, line: Line, *, leads: bool) -> list[str]:
    """Rows of up to four bars, each followed by its words. leads: whether changes of tempo are told here."""
    out: list[str] = []
    row: list[str] = []
    words: list[str] = []
    keys = {at: (sharps, minor) for at, sharps, minor in page.keys[1:]}
    sharps = page.keys[0][1]
    metre = page.metre(0)

    def end_row() -> None:
        if row:
            out.append(" ".join(row))
        if any(word not in ("|", "*") for word in words):
            out.append("w: " + " ".join(words))
        row.clear()
        words.clear()

    for i, (first, last) in enumerate(page.bars):
        fields: list[str] = []
        if page.metre(i) != metre:
            metre = page.metre(i)
            fields.append(f"M:{metre[0]}/{metre[1]}")
        changed = [at for at in keys if first <= at < last]
        if changed:
            sharps = keys[changed[-1]][0]
            fields.append(f"K:{_key(*keys[changed[-1]])}")
        if fields:
            end_row()
            out += fields
        tempi = [(at, qpm) for at, qpm in page.tempi[1:] if first <= at < last] if leads else []
        row.append(_bar(line, i, (first, last), sharps, tempi) + " |")
        for piece in in_beats(line.bars[i]):
            words.append(piece.word.replace(" ", "~").replace("-", "\\-") or "*")
        if len(row) == _BARS_A_ROW:
            end_row()
    if row:
        row[-1] += "]"
    elif out:
        place = max(k for k, text in enumerate(out) if not text.startswith("w:"))
        out[place] += "]"
    end_row()
    return out


def _bar(line: Line, i: int, span: tuple[int, int], sharps: int, tempi: list[tuple[int, float]]) -> str:
    signs: set[str] = set()
    text: list[str] = []
    at = span[0]
    for piece in in_beats(line.bars[i]):
        text += [f"[Q:1/4={_plain(qpm)}]" for t, qpm in tempi if at <= t < piece.start]
        if piece.start > at:
            text.append("z" + _length(piece.start - at))
        text += [f"[Q:1/4={_plain(qpm)}]" for t, qpm in tempi if piece.start <= t < piece.end]
        names = [_pitch(p, sharps, signs) for p in piece.pitches]
        body = names[0] if len(names) == 1 else "[" + "".join(names) + "]"
        text.append(body + _length(piece.end - piece.start) + ("-" if piece.tied[1] else ""))
        at = piece.end
    text += [f"[Q:1/4={_plain(qpm)}]" for t, qpm in tempi if at <= t]
    if at < span[1]:
        text.append("z" + _length(span[1] - at))
    return " ".join(text)


def _length(steps: int) -> str:
    """A length in 16ths: "" for one, "3", "/2", "4/3"."""
    value = Fraction(steps * 4, GRID)
    top = "" if value.numerator == 1 else str(value.numerator)
    return top if value.denominator == 1 else f"{top}/{value.denominator}"


def _pitch(pitch: int, sharps: int, signs: set[str]) -> str:
    """A pitch with its accidental: where it differs from the signature, or its letter has had one in this bar
    (`signs`); readers disagree on what holds.
    """
    letter, alter, octave = spell(pitch, sharps)
    usual = int(letter in _SHARP_ORDER[: max(sharps, 0)]) - int(letter in _FLAT_ORDER[: max(-sharps, 0)])
    mark = ""
    if alter != usual or letter in signs:
        mark = "=" if alter == 0 else "^" * alter if alter > 0 else "_" * -alter
        signs.add(letter)
    body = letter.lower() + "'" * (octave - 5) if octave >= 5 else letter + "," * (4 - octave)
    return mark + body
