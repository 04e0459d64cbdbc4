"""Music as a medium: the payload is a `pretty_midi.PrettyMIDI` (of an audio file: a `Recording`, which is one too)."""

from __future__ import annotations

import logging
import math
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...core.artwork import Artwork, Medium
from ...core.errors import FormatError

if TYPE_CHECKING:
    from PIL.Image import Image
    from pretty_midi import PrettyMIDI

    from ...core.originality import Fingerprint
    from ...core.theme import Theme
    from .notation.page import Page

__all__ = ["Music"]

_log = logging.getLogger("artwright")

_MIDI = (".mid", ".midi", ".kar", ".rmi")
_SHEETS = (".musicxml", ".mxl", ".xml", ".abc", ".krn")
NOTES = (*_MIDI, *_SHEETS)
"""Suffixes of files that hold notes."""

_SOUNDS = (".wav", ".flac", ".mp3", ".ogg", ".opus")
_HEARD = (*_SOUNDS, ".m4a", ".aac", ".aif", ".aiff", ".mka", ".mkv", ".mov")
_PAGES = (".svg", ".png", ".pdf")
"""Suffixes of engraved scores."""

_MAKES = ("generate", "transfer_style", "restore")


class Music(Medium):
    """Music: read from MIDI, MusicXML, ABC and audio files; written as MIDI, audio, MusicXML, ABC and engraved scores.

    Limits: 8 MB and 3 hours of MIDI, one hour of sound. A work's id is the hash of its notes, controllers, bends,
    programs, names, tempi, metres,
    keys, lyrics and texts as the bytes of a MIDI file, so it is the same after saving and loading a .mid.
    """

    name = "music"
    participle = "composed"
    summary = "notes, heard through a SoundFont, read and written as MIDI, sound and scores"
    reads = (*NOTES, *_HEARD)
    writes = (".mid", ".midi", *_SOUNDS, ".musicxml", ".mxl", ".abc", *_PAGES)

    def content(self, payload: Any) -> bytes:
        """The bytes of the MIDI file without title and manifest; of a recording in which no melody was found, its
        samples.
        """
        from .notation.midi_write import midi_bytes

        samples = getattr(payload, "samples", None)
        if samples is not None and not any(i.notes for i in payload.instruments):
            return b"%d Hz\n" % payload.rate_hz + samples.tobytes()
        return midi_bytes(payload)

    def artwork(self, payload: Any, **about: Any) -> Artwork:
        """A payload as a work: as it would be read from its MIDI file, so that what is computed from a work in memory
        (its sound, features, analysis) equals what is computed from the work loaded again.
        """
        if getattr(payload, "samples", None) is None:
            from .notation.midi_read import read_midi
            from .notation.midi_write import midi_bytes

            payload = read_midi(midi_bytes(payload), about.get("title") or "the music").midi
        return super().artwork(payload, **about)

    def file_id(self, payload: Any) -> str:
        """The hash of the notes, or of a recording's sound as it is coded in its file."""
        digest = getattr(payload, "digest", "")
        return f"sha256:{digest}" if digest else self.content_id(payload)

    def load(self, path: Path) -> Artwork:
        """The music in a file. Raises FormatError in one line; remarks on what was mended go to the log."""
        from ...core.manifest import find_manifest
        from .notation.charset import clean_line

        path = Path(path)
        suffix = path.suffix.lower()
        if suffix not in self.reads:
            raise FormatError(
                f"{path.name!r} is not a kind of music file that is read; there are: {', '.join(self.reads)}"
            )
        payload, title, inside = self._read(path, suffix)
        found, remarks = find_manifest(inside, path, medium=self.name)
        title = clean_line(found.title or title) or path.stem
        return self.artwork(payload, title=title, provenance=found.provenance, remarks=remarks)

    def _read(self, path: Path, suffix: str) -> tuple[PrettyMIDI, str, str]:
        """(music, title or "", manifest or "")."""
        if suffix in _HEARD:
            from .listening.recording import read_recording

            return read_recording(path)
        if suffix in _SHEETS:
            from .notation.sheet_midi import read_sheet

            return (*read_sheet(path), "")
        from .notation.midi_read import MAX_BYTES, read_midi

        try:
            with open(path, "rb") as file:
                data = file.read(MAX_BYTES + 1)
        except OSError as error:
            raise FormatError(f"{str(path)!r} cannot be read: {error.strerror or error}") from error
        reading = read_midi(data, path.name)
        for remark in reading.mended:
            _log.warning("%s: %s", path.name, remark)
        return reading.midi, reading.title, reading.manifest

    def save(self, artwork: Artwork, path: Path) -> None:
        """Write the music as the suffix says: the manifest in a text event, in the tags of a sound, or beside the file."""
        from ...core.files import atomic, write_bytes
        from ...core.manifest import manifest_text, write_sidecar

        path = Path(path)
        suffix = path.suffix.lower()
        if suffix not in self.writes:
            raise FormatError(f"music is not written as {suffix or path.name!r}; there are: {', '.join(self.writes)}")
        if suffix in _MIDI:
            from .notation.midi_write import midi_bytes

            manifest = manifest_text(artwork, ascii_only=True)
            write_bytes(path, midi_bytes(artwork.payload, title=artwork.title, manifest=manifest))
            return
        if suffix in _SOUNDS:
            from .performing.sound_files import write_sound

            samples, rate_hz = self.sound(artwork, rate_hz=48_000 if suffix == ".opus" else 44_100)
            with atomic(path) as temporary:
                write_sound(
                    temporary,
                    samples,
                    rate_hz,
                    title=artwork.title,
                    manifest=lambda digest: manifest_text(artwork, file_id=f"sha256:{digest}", ascii_only=True),
                )
            return
        from .notation.abc_write import abc_text
        from .notation.engraving import engrave
        from .notation.musicxml_write import musicxml_bytes, zipped

        file_id = ""
        page = self._page(artwork)
        if suffix in _PAGES:
            write_bytes(path, engrave(musicxml_bytes(page), suffix, path.name))
        else:
            data = abc_text(page).encode() if suffix == ".abc" else musicxml_bytes(page)
            write_bytes(path, zipped(data) if suffix == ".mxl" else data)
            file_id = self.file_id(self._read(path, suffix)[0])
        write_sidecar(path, manifest_text(artwork, file_id="" if file_id == artwork.id else file_id))

    def check_place(self, path: Path) -> None:
        """Raises InputError, with the command that helps, where a score cannot be engraved here."""
        if path.suffix.lower() in _PAGES:
            from .notation.engraving import check_engraver

            check_engraver(path.name)

    def _page(self, artwork: Artwork) -> Page:
        """The page of a work, with its maker's name if it was made here, and the fermatas of its plan."""
        from .notation.page import make_page

        made = artwork.provenance
        composer = "artwright" if made is not None and made.operation in _MAKES else ""
        return make_page(
            artwork.payload,
            artwork.title,
            composer=composer,
            fermatas=_fermatas(artwork),
            slurs=_slurs(artwork),
            symbols=_symbols(artwork),
        )

    def sound(self, artwork: Artwork, *, rate_hz: int = 44_100) -> tuple[Any, int]:
        """(float32 of shape (2, samples) at -16 LUFS, rate in hertz): the music performed, or a recording as it is.

        The notes of the provenance may say how: `fermatas`, a list of positions in quarters, or `plan` with
        `phrase_ends_quarters`, whose chords are then dwelt on; `sound`, with `humanise`, `room` and `articulation` in [0, 1].
        """
        from .performing.rendering import render

        samples = getattr(artwork.payload, "samples", None)
        if samples is not None:
            return samples, artwork.payload.rate_hz
        notes = artwork.provenance.notes if artwork.provenance is not None else {}
        wish = notes.get("sound")
        chosen = (
            {
                k: float(v)
                for k, v in wish.items()
                if k in ("humanise", "room", "articulation") and isinstance(v, int | float)
            }
            if isinstance(wish, Mapping)
            else {}
        )
        return render(artwork.payload, rate_hz=rate_hz, fermatas=_fermatas(artwork), **chosen), rate_hz

    def preview(self, artwork: Artwork, *, width: int = 640) -> Image:
        """A piano roll with coloured voices (of a recording without melody, its spectrogram)."""
        from .notation.pianoroll import draw_piano_roll

        return draw_piano_roll(artwork.payload, width=width)

    def theme(self, artwork: Artwork) -> Theme:
        """Mood from mode, tempo, density and register; images and palette that go with it, or those of the theme it was
        made from.
        """
        from .listening.mood import read_theme

        return read_theme(artwork)

    def features(self, artwork: Artwork) -> dict[str, float]:
        """Some forty numbers on pitch, rhythm, texture, harmony and form."""
        from .theory.features import features

        return features(artwork.payload)

    def fingerprint(self, artwork: Artwork) -> Fingerprint | None:
        """The steps of each line, so that a piece in another key or in other values is the same; None for drums alone,
        and for a few notes, which stand in any piece.
        """
        from .composing.copying import FEWEST, fingerprint
        from .notation.score_midi import from_midi

        try:
            print_ = fingerprint(from_midi(artwork.payload, limit=64))
        except FormatError:
            return None
        return print_ if print_.size >= FEWEST else None

    def indexes(self) -> tuple[Path, ...]:
        """The index of the works that the nets learned from."""
        from .composing.copying import INDEX

        return (INDEX,)

    def lessons(self) -> Mapping[str, str]:
        """Four-part writing."""
        where = f"{__package__}.teaching.lessons"
        return {"harmonise": f"{where}:Harmonise", "fifths": f"{where}:Fifths"}

    def describe(self, artwork: Artwork) -> str:
        """Title, key, metre, tempo, bars, instruments, length."""
        from .listening.mood import describe

        return describe(artwork)

    def html(self, artwork: Artwork, files: Mapping[str, str]) -> str:
        """A figure with the score and a player, and links to the other files."""
        from html import escape

        picture = next((files[s] for s in (".svg", ".png") if s in files), "")
        heard = [s for s in (".wav", ".flac", ".mp3", ".ogg", ".opus") if s in files]
        title = escape(artwork.title or "Music")
        parts = [f'<img src="{escape(picture)}" alt="score of {title}">'] if picture else []
        if heard:
            sources = "".join(f'<source src="{escape(files[s])}">' for s in heard)
            parts.append(f'<audio controls preload="metadata">{sources}</audio>')
        links = [
            f'<a href="{escape(files[s])}">{s[1:].upper()}</a>'
            for s in (".mid", ".midi", ".musicxml", ".mxl", ".abc", ".pdf")
            if s in files
        ]
        more = f" ({', '.join(links)})" if links else ""
        return (
            f"<figure "
            f'class="music">{"".join(parts)}<figcaption>{escape(self.describe(artwork))}{more}</figcaption></figure>'
        )


def _fermatas(artwork: Artwork) -> list[float]:
    """Where chords are dwelt on, in quarters: as the notes of the provenance say, or where the phrases of a chorale end."""
    from .performing.rendering import fermatas_of

    notes = artwork.provenance.notes if artwork.provenance is not None else {}
    plan, fermatas = notes.get("plan"), notes.get("fermatas")
    if isinstance(fermatas, list):
        return _numbers(fermatas)
    ends = plan.get("phrase_ends_quarters") if isinstance(plan, Mapping) else None
    if not isinstance(ends, list) or notes.get("style") != "bach":
        return []
    return fermatas_of(artwork.payload, _numbers(ends))


def _slurs(artwork: Artwork) -> list[tuple[int, float, float]]:
    """Slurs of the notes of the provenance: part, quarters at which the first and the last note begin."""
    notes = artwork.provenance.notes if artwork.provenance is not None else {}
    rows = notes.get("slurs")
    if not isinstance(rows, list):
        return []
    known = [_numbers(row) for row in rows if isinstance(row, list)]
    return [(int(row[0]), row[1], row[2]) for row in known if len(row) == 3]


def _symbols(artwork: Artwork) -> list[tuple[float, str]]:
    """Chord symbols of the notes of the provenance: quarters, symbol."""
    notes = artwork.provenance.notes if artwork.provenance is not None else {}
    rows = notes.get("symbols")
    pairs = [row for row in rows if isinstance(row, list) and len(row) == 2] if isinstance(rows, list) else []
    return [
        (at[0], name) for at, name in ((_numbers([at]), name) for at, name in pairs) if at and isinstance(name, str)
    ]


def _numbers(values: list[Any]) -> list[float]:
    """The numbers of a list in a manifest, which may hold anything."""
    return [float(value) for value in values if isinstance(value, int | float) and math.isfinite(value)]
