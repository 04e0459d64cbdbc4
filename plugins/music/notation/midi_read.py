"""Standard MIDI Files as PrettyMIDI: the notes that pretty_midi reads, and what it has no place for beside them.

*Notes* are paired as pretty_midi pairs them, within a track, by channel and pitch: an off ends each note that began
before it; a note that began at the same tick lasts on if the off ended another one, and has no length, so that it is
left out, if it did not. An off without a note, and a note without an off, are left out. Any other rule (first on, first
off) makes one stray event shift all the notes after it.

*The rest* pretty_midi's own reader loses in part: a program set in a track of its own (here a track without a program
takes that of its channel), the track that a lyric stands in, markers, the spelling of keys, tempi outside the first
track, and names that are not Latin-1. What a player would forgive is mended and told (`Reading.mended`); what leaves no
music is an error. Aftertouch and system exclusive messages are left out, with a remark.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ....core.errors import FormatError
from ....core.marks.labels import MIDI_MARK
from .charset import clean_text, find_encoding
from .midi_events import Event, once, parse_midi
from .midi_write import DRUM_CHANNEL, MANIFEST_MARK
from .payload import KeySignature, Lyric, Text, make_midi, ticks_to_seconds

if TYPE_CHECKING:
    import pretty_midi as pm
    from pretty_midi import PrettyMIDI

__all__ = ["MAX_BYTES", "MAX_SECONDS", "MAX_TICKS", "Reading", "read_midi"]

MAX_BYTES = 8 << 20
MAX_SECONDS = 3 * 3600
MAX_TICKS = 30_000_000
MAX_TEMPO_TICK = 9_999_999
"""PrettyMIDI holds a table of 8 bytes a tick up to the last change of tempo."""

_TEXTS = frozenset({0x01, 0x02, 0x05, 0x06, 0x07})
_LYRIC, _NAME = 0x05, 0x03

Player = tuple[int, int, int, int]
"""Who plays: (track, port, channel, program)."""


@dataclass
class Reading:
    """What a MIDI file held.

    midi: the music; title: the name of a first track without notes (of karaoke its `@T`), or ""; manifest: the JSON that
    artwright left, or ""; mended: remarks on what had to be mended or left out, one line each.
    """

    midi: PrettyMIDI
    title: str = ""
    manifest: str = ""
    mended: list[str] = field(default_factory=list)


@dataclass
class _Raw:
    """What was found. texts: (tick, track, kind, bytes); names: the bytes of each track's first name; ends: ticks."""

    notes: list[tuple[Player, int, int, int, int]] = field(default_factory=list)
    changes: list[tuple[Player, int, int, int]] = field(default_factory=list)
    bends: list[tuple[Player, int, int]] = field(default_factory=list)
    tempi: list[tuple[int, int]] = field(default_factory=list)
    metres: list[tuple[int, int, int]] = field(default_factory=list)
    keys: list[tuple[int, int, bool]] = field(default_factory=list)
    texts: list[tuple[int, int, int, bytes]] = field(default_factory=list)
    names: dict[int, bytes] = field(default_factory=dict)
    last_tick: int = 0


def read_midi(data: bytes, name: str) -> Reading:
    """The music in the bytes of a file; `name` is what messages call it.

    Raises FormatError if it is empty, no MIDI file, truncated, corrupt, of type 2 with several patterns, without notes,
    with a tempo of zero, or beyond a limit (8 MB, 3 hours, 30 million ticks).
    """
    if not data:
        raise FormatError(f"{name!r} is empty; a MIDI file begins with 'MThd'")
    if len(data) > MAX_BYTES:
        raise FormatError(
            f"{name!r} is {len(data) / (1 << 20):.1f} MB large; MIDI files of up to {MAX_BYTES >> 20} MB are read"
        )
    mended: list[str] = []
    file = parse_midi(data, name, mended)
    raw = _collect(file.tracks, name, mended)
    if not raw.notes:
        raise FormatError(f"{name!r} is a MIDI file without notes; there is nothing to read")
    if file.seconds_a_tick is not None:
        raw.tempi = [(0, round(file.seconds_a_tick * file.resolution * 1e6))]
    return _build(raw, file.resolution, name, mended)


def _collect(tracks: list[list[Event]], name: str, mended: list[str]) -> _Raw:
    """Sort the events of all tracks in time and give each its instrument (track, port, channel, program)."""
    raw = _Raw()
    ports = {
        i: int(e[3][0])
        for i, track in enumerate(tracks)
        for e in reversed(track)
        if e[1] == 0xFF and e[2] == 0x21 and isinstance(e[3], bytes) and e[3]
    }
    programs: dict[tuple[int, int], int] = defaultdict(int)
    own_programs: dict[tuple[int, int, int], int] = {}
    pairs = _Pairs(raw)
    merged = ((e[0], i, e) for i, track in enumerate(tracks) for e in track)
    for tick, track, (_, status, a, b) in sorted(merged, key=lambda row: row[:2]):
        raw.last_tick = max(raw.last_tick, tick)
        if status == 0xFF:
            assert isinstance(b, bytes)
            _meta(raw, tick, track, a, b, name, mended)
            continue
        assert isinstance(b, int)
        port, kind, number = ports.get(track, 0), status >> 4, status & 15
        key = (track, port, number, own_programs.get((track, port, number), programs[port, number]))
        if kind == 0x9 and b:
            pairs.begin(key, tick, a, b)
        elif kind in (0x8, 0x9):
            pairs.end(key, tick, a)
        elif kind == 0xC:
            programs[port, number] = own_programs[track, port, number] = a
        elif kind == 0xB:
            raw.changes.append((key, tick, a, b))
        elif kind == 0xE:
            raw.bends.append((key, tick, (b << 7 | a) - 8192))
        else:
            once(mended, "aftertouch is left out")
    mended += pairs.remarks()
    return raw


class _Pairs:
    """Note-ons that wait for their offs, by track, port, channel and pitch; the rule is that of pretty_midi."""

    def __init__(self, raw: _Raw) -> None:
        self.raw = raw
        self.waiting: dict[tuple[int, int, int, int], list[tuple[Player, int, int]]] = defaultdict(list)
        self.empty = 0

    def begin(self, key: Player, tick: int, pitch: int, velocity: int) -> None:
        self.waiting[*key[:3], pitch].append((key, tick, velocity))

    def end(self, key: Player, tick: int, pitch: int) -> None:
        waiting = self.waiting.pop((*key[:3], pitch), [])
        begun = [note for note in waiting if note[1] == tick]
        for owner, start, velocity in waiting:
            if start != tick:
                self.raw.notes.append((owner, start, tick, pitch, velocity))
        if len(begun) < len(waiting):
            self.waiting[*key[:3], pitch] = begun
        else:
            self.empty += len(begun)

    def remarks(self) -> Iterator[str]:
        endless = sum(map(len, self.waiting.values()))
        if endless:
            yield f"{endless} notes had no end and are left out"
        if self.empty:
            yield f"{self.empty} notes of no length are left out"


def _meta(raw: _Raw, tick: int, track: int, kind: int, data: bytes, name: str, mended: list[str]) -> None:
    if kind == 0x51 and len(data) == 3:
        tempo = int.from_bytes(data, "big")
        if not tempo:
            raise FormatError(
                f"{name!r} has a tempo of 0 microseconds a quarter at tick {tick}: no time would pass; it must be at "
                f"least 1"
            )
        raw.tempi.append((tick, tempo))
    elif kind == 0x58 and len(data) >= 2:
        if data[0] and data[1] <= 7:
            raw.metres.append((tick, data[0], 1 << data[1]))
        else:
            once(mended, f"a metre of {data[0]} beats of 1/2^{data[1]} is left out; the one before it goes on")
    elif kind == 0x59 and len(data) >= 2:
        sharps = data[0] - 256 if data[0] > 127 else data[0]
        if abs(sharps) <= 7 and data[1] <= 1:
            raw.keys.append((tick, sharps, data[1] == 1))
        else:
            once(mended, f"a key signature of {sharps} sharps is left out; -7 to 7 are possible")
    elif kind in _TEXTS and not data.startswith(MIDI_MARK.encode()):  # a label is no part of the music
        raw.texts.append((tick, track, kind, data))
    elif kind == _NAME and track not in raw.names:
        raw.names[track] = data


def _owners(raw: _Raw) -> Iterator[tuple[Player, Player]]:
    """For each key that a controller or bend came with, the instrument that shall have it.

    That is the instrument of the same track, channel and program; else of the same track and channel; else the first of
    the channel; else one of its own, without notes.
    """
    playing = sorted({key for key, *_ in raw.notes})
    for key in sorted({k for k, *_ in raw.changes} | {k for k, *_ in raw.bends}):
        same_track = [k for k in playing if k[:3] == key[:3]]
        same_channel = [k for k in playing if k[1:3] == key[1:3]]
        yield key, key if key in playing else (same_track or same_channel or [key])[0]


def _tempi(raw: _Raw) -> list[tuple[int, int]]:
    """(tick, microseconds a quarter) of the changes that change something, the first at 0."""
    tempi = {0: 500_000}
    tempi.update(sorted(raw.tempi, key=lambda row: row[0]))
    changes = sorted(tempi.items())
    return [row for i, row in enumerate(changes) if not i or row[1] != changes[i - 1][1]]


def _build(raw: _Raw, resolution: int, name: str, mended: list[str]) -> Reading:
    import pretty_midi as pm

    tempi = _tempi(raw)
    last = max(raw.last_tick, *(n[2] for n in raw.notes))
    (length_s,) = ticks_to_seconds(resolution, tempi, [max(last, tempi[-1][0])])
    if length_s > MAX_SECONDS or last > MAX_TICKS or tempi[-1][0] > MAX_TEMPO_TICK:
        raise FormatError(
            f"{name!r} lasts {length_s / 60:.0f} minutes ({last} ticks); at most {MAX_SECONDS // 60} minutes and "
            f"{MAX_TICKS} ticks are read: cut it into parts"
        )
    midi = make_midi(resolution, tempi)
    marks = {tick for tick, *_ in raw.metres} | {tick for tick, *_ in raw.keys} | {tick for tick, *_ in raw.texts}
    marks |= {start for _, start, *_ in raw.notes} | {end for _, _, end, *_ in raw.notes}
    marks |= {tick for _, tick, *_ in raw.changes} | {tick for _, tick, _ in raw.bends}
    ticks = sorted(marks)
    clock = dict(zip(ticks, _seconds(midi, tempi, ticks), strict=True))
    encoding = find_encoding([*raw.names.values(), *(data for *_, data in raw.texts if not _is_manifest(data))])
    names = {track: clean_text(data, encoding).strip() for track, data in raw.names.items()}
    owner = dict(_owners(raw))
    players: dict[Player, pm.Instrument] = {}
    for key in sorted({n[0] for n in raw.notes} | set(owner.values())):
        track, _, channel, program = key
        players[key] = pm.Instrument(program=program, is_drum=channel == DRUM_CHANNEL, name=names.get(track, ""))
    for key, start, end, pitch, velocity in sorted(raw.notes, key=lambda n: (n[1], n[3], n[4], n[2])):
        players[key].notes.append(pm.Note(velocity, pitch, clock[start], clock[end]))
    for key, tick, number, value in raw.changes:
        players[owner[key]].control_changes.append(pm.ControlChange(number, value, clock[tick]))
    for key, tick, bend in raw.bends:
        players[owner[key]].pitch_bends.append(pm.PitchBend(bend, clock[tick]))
    midi.time_signature_changes = [pm.TimeSignature(n, d, clock[t]) for t, n, d in dict.fromkeys(raw.metres)]
    midi.key_signature_changes = [KeySignature(k, m, clock[t]) for t, k, m in dict.fromkeys(raw.keys)]
    used = {key[0] for key in players}
    midi.instruments = list(players.values())
    _add_texts(midi, raw, players, names, lambda tick: clock[tick], encoding)
    manifests = [data[len(MANIFEST_MARK) :].decode("utf-8", "replace") for *_, data in raw.texts if _is_manifest(data)]
    manifest = "\n".join(manifests)  # several are no JSON, so none of them counts
    title = names.get(0, "") if 0 not in used else ""
    title = title or next((t.text[2:].strip() for t in midi.text_events if t.text.startswith("@T")), "")
    return Reading(midi=midi, title=title, manifest=manifest, mended=mended)


def _seconds(midi: PrettyMIDI, tempi: list[tuple[int, int]], ticks: list[int]) -> list[float]:
    """Times of ticks in rising order: as pretty_midi has them to the last bit, as far as its table goes."""
    if not ticks or ticks[-1] > MAX_TEMPO_TICK:
        return ticks_to_seconds(midi.resolution, tempi, ticks)
    midi.tick_to_time(ticks[-1])
    return [float(midi.tick_to_time(tick)) for tick in ticks]


def _is_manifest(data: bytes) -> bool:
    return data.startswith(MANIFEST_MARK.encode())


def _add_texts(
    midi: PrettyMIDI,
    raw: _Raw,
    players: dict[Player, pm.Instrument],
    names: dict[int, str],
    clock: Callable[[int], float],
    encoding: str,
) -> None:
    """Lyrics and texts, each with the instrument in whose track it stands.

    A track of words alone, as karaoke has it, becomes an instrument without notes. What stands in a track of several
    instruments, or in a first track without any, belongs to none.
    """
    import pretty_midi as pm

    parts: dict[int, pm.Instrument | None] = {0: None}
    for key, player in players.items():
        parts[key[0]] = player if sum(k[0] == key[0] for k in players) == 1 else None
    for tick, track, kind, data in raw.texts:
        if _is_manifest(data):
            continue
        if track not in parts:
            parts[track] = pm.Instrument(program=0, name=names.get(track, ""))
            midi.instruments.append(parts[track])
        text = clean_text(data, encoding)
        if kind == _LYRIC:
            midi.lyrics.append(Lyric(text, clock(tick), parts[track]))
        else:
            midi.text_events.append(Text(text, clock(tick), parts[track], kind))
