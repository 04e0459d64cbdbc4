"""Collections of works for players with roles: which file teaches which style, and which files are one work.

Chopin's and the Polish pieces (kern, Narodowy Instytut Fryderyka Chopina), songs and string quartets (MusicXML,
OpenScore), hymns (ABC, Open Hymnal), each unpacked as it comes.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ......core.errors import FormatError
from ....notation.abc_read import decode_abc, read_tunes
from ....notation.kern_read import read_kern_sheet
from ....notation.musicxml_read import read_musicxml_sheet
from ....notation.sheet import Sheet
from .reading import read_roles
from .scores import RoleScore

__all__ = ["RoleFile", "files_under", "read_file"]

_PIANO: tuple[tuple[str, str], ...] = (
    (r"ma[zs]ur", "mazurka"),
    (r"pol+on(ez|ais|ois)", "polonaise"),
    (r"\b(wal[ct]z?e?r?|valc?s?e?)\b", "waltz"),
    (r"no[ck]turn", "nocturne"),
    (r"pr[ae]+lud", "prelude"),
    (r"etiud|etud|exerci", "etude"),
    (r"mars[zc]|march", "march"),
    (r"krakowia|cracov", "krakowiak"),
    (r"\bpolka", "polka"),
    (r"waria[cn]|varia[tz]", "variations"),
)
_COMPOSERS = {
    "Schubert": "schubert",
    "Schumann,_Robert": "schumann",
    "Brahms": "brahms",
    "Wolf,": "wolf",
    "Faur": "faure",
    "Debussy": "debussy",
    "Hensel": "hensel",
    "Franz,": "franz",
    "Lang,": "lang",
    "Mendelssohn,": "mendelssohn",
}
_QUARTETS = {"Haydn": "haydn", "Mozart": "mozart", "Beethoven": "beethoven"}


@dataclass(frozen=True)
class RoleFile:
    """path; style, ensemble: names of `vocabulary`; work: name that all files of one work share."""

    path: Path
    style: str
    ensemble: str
    work: str


def files_under(folder: Path) -> Iterator[RoleFile]:
    """The files of the collections under a folder, in order of name."""
    for path in sorted(folder.rglob("*")):
        if path.suffix == ".krn" and path.parent.name == "kern":
            number = re.match(r"[^-]*", path.stem)
            yield RoleFile(path, _piano(_genre(path), "chopin"), "piano", f"chopin {number[0] if number else ''}")
        elif path.suffix == ".krn" and path.parent.name in ("keyboard", "song", "choir"):
            kind = path.parent.name
            title = path.stem.partition("--")[2].partition("--")[2] or path.stem
            plain = path.stem.partition("_")[2] or path.stem
            style = {"keyboard": _piano(title, "piano"), "song": "polish song", "choir": "choir"}[kind]
            ensemble = {"keyboard": "piano"}.get(kind, kind)
            if kind == "choir" and "quartet" in title:
                style, ensemble = "quartet", "quartet"
            yield RoleFile(path, style, ensemble, f"polish {plain}")
        elif path.suffix in (".musicxml", ".mxl") and path.stem[:2] in ("lc", "sq"):
            song = path.stem.startswith("lc")
            owner = unicodedata.normalize("NFC", path.relative_to(folder).parts[0])
            known = _COMPOSERS if song else _QUARTETS
            style = next((name for key, name in known.items() if owner.startswith(key)), "song" if song else "quartet")
            yield RoleFile(path, style, "song" if song else "quartet", f"{owner} {path.parent.name}")
        elif path.suffix == ".abc":
            yield RoleFile(path, "hymn", "hymn", f"hymn {path.stem}")


def _genre(path: Path) -> str:
    """What the head of a kern file says of its kind."""
    rows = path.read_text("utf-8", errors="replace").splitlines()[:40]
    return " ".join(row.partition(":")[2] for row in rows if row.startswith(("!!!AGN", "!!!OTL", "!!!PTL")))


def _piano(title: str, other: str) -> str:
    plain = unicodedata.normalize("NFD", title.replace("-", " ").lower())
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    return next((style for pattern, style in _PIANO if re.search(pattern, plain)), other)


def sheet_of(path: Path) -> Sheet:
    """The page in a file of any format. Raises FormatError if it can't be read."""
    if path.suffix == ".abc":
        tune = next(read_tunes(decode_abc(path.read_bytes())), None)
        if tune is None:
            raise FormatError(f"{path.name!r} holds no tune")
        return tune[1]
    if path.suffix == ".krn":
        return read_kern_sheet(path.read_text("utf-8", errors="replace"), name=path.name)
    return read_musicxml_sheet(path)


def read_file(file: RoleFile) -> RoleScore:
    """The work in a file. Raises FormatError if it can't be read, or other players are in it."""
    score = read_roles(sheet_of(file.path), name=file.work, style=file.style, ensemble=file.ensemble)
    if score.notes < 40:
        raise FormatError(f"{file.path.name!r} holds {score.notes} notes; too few to learn from")
    return score
