"""What the composer learns from: music21's corpus without held-out works, or any folder of scores.

music21 carries public-domain works in kern, ABC and MusicXML; they are read by the readers of this plugin, which
takes a minute where music21 itself takes more than an hour. A list of works to leave out may be given.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from .....core.errors import FormatError, InputError
from ...medium import Music
from ...notation.abc_read import read_abc
from ...notation.kern_read import read_kern
from ...notation.musicxml_read import read_musicxml
from ...notation.score_midi import from_midi
from ...theory.score import Note, Score, limit_lines
from .styles import OWN
from .vocabulary import SLOTS

__all__ = ["FOLDERS", "find_music21", "from_midi_file", "read_excluded", "read_folder", "read_works"]

FOLDERS: dict[str, str] = {
    "bach": "bach",
    "palestrina": "palestrina",
    "monteverdi": "monteverdi",
    "mozart": "mozart",
    "haydn": "haydn",
    "beethoven": "beethoven",
    "trecento": "trecento",
    "ryansMammoth": "ryan",
    "oneills1850": "oneill",
    "airdsAirs": "aird",
    "essenFolksong": "essen",
}
"""Folders of music21's corpus and the styles they teach."""

_VOICES = ("sopran", "alt", "tenor", "bass")
_ALSO = {
    "oboe",
    "violin",
    "flauto",
    "horn",
    "corno",
    "tromb",
    "tromp",
    "cornett",
    "continuo",
    "viol",
    "organ",
    "taille",
    "timpani",
    "fag",
}
MAX_CHORALE_BARS = 48


def find_music21() -> Path:
    """The folder of music21's corpus. Raises InputError if music21 is not installed."""
    from importlib.util import find_spec

    spec = find_spec("music21")
    if spec is None or not spec.submodule_search_locations:
        raise InputError(
            "the corpus of music21 is asked for and music21 is not installed; pip install 'artwright[train]'"
        )
    return Path(spec.submodule_search_locations[0]) / "corpus"


def read_excluded(path: Path) -> frozenset[str]:
    """Paths to leave out: the column `music21_corpus_path` of a CSV file."""
    with open(path, encoding="utf-8", newline="") as file:
        return frozenset(row["music21_corpus_path"] for row in csv.DictReader(file))


def is_excluded(relative: str, excluded: frozenset[str]) -> bool:
    """Whether a work is one of `excluded`, whatever its suffix: other files of the same work are out as well."""
    stems = {e.rsplit(".", 1)[0] for e in excluded}
    stem = relative.rsplit(".", 1)[0]
    return (
        stem in stems
        or stem.removesuffix("-sc") in stems
        or f"{stem}_bak" in stems
        or stem.removesuffix("_bak") in stems
    )


def read_works(
    root: Path, style: str, excluded: frozenset[str] = frozenset(), *, only_excluded: bool = False
) -> Iterator[Score]:
    """Scores of one style out of music21's corpus at `root`, without (or only) the excluded ones; broken files are
    passed over.
    """
    folders = [folder for folder, its in FOLDERS.items() if its == style or (style == "chinese" and its == "essen")]
    for folder in folders:
        for path in sorted((root / folder).rglob("*")):
            relative = path.relative_to(root).as_posix()
            if path.suffix not in (".krn", ".abc", ".mxl", ".xml"):
                continue
            if only_excluded:
                if relative not in excluded:
                    continue
            elif is_excluded(relative, excluded) or path.stem.startswith("test"):
                continue
            if path.suffix == ".krn" and path.with_suffix(".mxl").exists():
                continue
            if style in ("chinese", "essen") and (path.stem.startswith("han") != (style == "chinese")):
                continue
            yield from _read(path, relative, style)


def _read(path: Path, relative: str, style: str) -> Iterator[Score]:
    try:
        if path.suffix == ".abc":
            text = path.read_text("utf-8", errors="replace")
            yield from read_abc(text, name=relative, style=style, phrases=style in ("essen", "chinese"))
            return
        if path.suffix == ".krn":
            score = read_kern(path.read_text("utf-8", errors="replace"), name=relative, style=style)
        else:
            score = read_musicxml(path, name=relative, style=style)
    except FormatError:
        return
    if style == "bach":
        chorale = to_chorale(score)
        if chorale is not None:
            yield chorale
    else:
        yield limit_lines(score)


def to_chorale(score: Score) -> Score | None:
    """The four voices of a chorale, or None if the work is not one.

    Doubling winds and the continuo go: voices are chosen by name, else the four lines if there are exactly four.
    """
    chosen: list[int] = []
    names = [n.lower() for n in score.names]
    for voice in _VOICES:
        parts = [
            i
            for i, n in enumerate(names)
            if n.startswith(voice) and not any(o in n for o in _ALSO) and len(score.lines[i]) > 8
        ]
        if parts:
            chosen.append(max(parts, key=lambda i: len(score.lines[i])))
    if len(chosen) != 4:
        full = [i for i, line in enumerate(score.lines) if len(line) > 8]
        if len(full) != 4:
            return None
        chosen = full
    lines = [score.lines[i] for i in chosen]
    means = [sum(n.pitch for n in line) / len(line) for line in lines]
    bars = score.length / score.metres[-1].bar
    if not means[0] > means[1] > means[2] > means[3] or bars > MAX_CHORALE_BARS:
        return None
    ends = {n.end for line in lines for n in line if n.phrase_end}
    lines = [tuple(Note(n.onset, n.length, n.pitch, n.end in ends) for n in line) for line in lines]
    return replace(score, lines=tuple(lines), names=())


def from_midi_file(path: Path, *, name: str, style: str = OWN, limit: int = SLOTS) -> Score:
    """A MIDI file as a score. Raises FormatError if it is broken or empty."""
    return from_midi(Music().load(path).payload, name=name, style=style, limit=limit)


def read_folder(folder: Path, style: str = "user") -> list[Score]:
    """Scores from a folder of .mid, .krn, .abc, .mxl, .xml and .musicxml files, in order of name; broken ones are
    passed over.
    """
    scores: list[Score] = []
    for path in sorted(Path(folder).rglob("*")):
        relative = path.relative_to(folder).as_posix()
        try:
            if path.suffix.lower() in (".mid", ".midi"):
                scores.append(from_midi_file(path, name=relative, style=style))
            elif path.suffix.lower() == ".musicxml":
                scores.append(limit_lines(read_musicxml(path, name=relative, style=style)))
            elif path.suffix.lower() in (".krn", ".abc", ".mxl", ".xml"):
                scores += list(_read(path, relative, style))
        except FormatError:
            continue
    return scores
