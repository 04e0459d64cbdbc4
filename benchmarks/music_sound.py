"""Sound: rendering against real time and against `pretty_midi.synthesize`, and whether the pitches are right, in one
run.

    python benchmarks/music_sound.py [--json | --fluidsynth]

Peers: pretty_midi's own sine waves (no SoundFont, no room, no loudness), and symusic's synthesiser with the same
SoundFont
(no room, no loudness). Pitch: the share of notes (five pitches, sixteen programs) heard within a quarter of a semitone
of
what is written, octaves apart, by the YIN tracker of `plugins/music/listening`.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pretty_midi

PROGRAMS = (0, 6, 19, 24, 40, 42, 46, 48, 49, 52, 53, 56, 68, 70, 71, 73)
PITCHES = (48, 55, 60, 64, 69)
RATE_HZ = 44_100


def chorale(program: int, bars: int = 32) -> pretty_midi.PrettyMIDI:
    """Four voices in quarters with passing eighths, 76 quarters a minute."""
    rng = np.random.default_rng(0)
    beat = 60 / 76
    midi = pretty_midi.PrettyMIDI(resolution=480, initial_tempo=76)
    scale = (0, 2, 4, 5, 7, 9, 11)
    for home in (72, 65, 60, 48):
        player = pretty_midi.Instrument(program=program)
        at = 0.0
        while at < 4 * bars:
            size = float(rng.choice([0.5, 1, 1, 1, 2]))
            pitch = home + scale[int(rng.integers(7))] - 5
            player.notes.append(pretty_midi.Note(80, pitch, at * beat, (at + size) * beat))
            at += size
        midi.instruments.append(player)
    return midi


def cpu_seconds(call: Callable[[], object], runs: int = 3) -> float:
    """The best of some runs, in seconds of this process, after one unmeasured run."""
    call()
    times = []
    for _ in range(runs):
        began = time.process_time()
        call()
        times.append(time.process_time() - began)
    return min(times)


def symusic_sound(midi: pretty_midi.PrettyMIDI) -> np.ndarray:
    """The same notes through symusic's synthesiser."""
    from artwright.plugins.music.performing.fonts import soundfont
    from symusic import Score, Synthesizer, Track
    from symusic.core import NoteTickList

    sheet = Score(500)
    for player in midi.instruments:
        track = Track("", player.program, player.is_drum)
        rows = np.array([(n.start * 1000, (n.end - n.start) * 1000, n.pitch, n.velocity) for n in player.notes]).T
        track.notes = NoteTickList.from_numpy(
            rows[0].astype(np.int32), rows[1].astype(np.int32), rows[2].astype(np.int8), rows[3].astype(np.int8)
        )
        sheet.tracks.append(track)
    return np.asarray(Synthesizer(str(soundfont()), RATE_HZ, 0).render(sheet, stereo=True))


def in_tune(play: Callable[[pretty_midi.PrettyMIDI], np.ndarray]) -> float:
    """Share of notes at the written pitch."""
    from artwright.plugins.music.listening.melody import track_pitch

    right = total = 0
    for program in PROGRAMS:
        for pitch in PITCHES:
            midi = pretty_midi.PrettyMIDI(resolution=480)
            player = pretty_midi.Instrument(program=program)
            player.notes = [pretty_midi.Note(90, pitch, 0.0, 1.5)]
            midi.instruments.append(player)
            track = track_pitch(play(midi), RATE_HZ).pitch[15:110]
            heard = float(np.median(track[np.isfinite(track)])) if np.isfinite(track).any() else 0.5
            right += abs((heard - pitch + 6) % 12 - 6) < 0.25
            total += 1
    return right / total


def fluid_sound(midi: pretty_midi.PrettyMIDI) -> tuple[np.ndarray, float]:
    """(the same notes through FluidSynth and the same SoundFont, without its room and chorus; its seconds of CPU)."""
    from artwright.plugins.music.performing.fonts import soundfont
    from artwright.plugins.music.performing.sound_files import read_sound

    with tempfile.TemporaryDirectory() as folder:
        midi.write(f"{folder}/a.mid")
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(
            ["fluidsynth", "-ni", "-q", "-R0", "-C0", "-g", "0.5", "-r", str(RATE_HZ), "-F", f"{folder}/a.wav", str(soundfont()), f"{folder}/a.mid"],
            check=True,
            capture_output=True,
        )  # fmt: skip
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        sound = np.asarray(read_sound(Path(f"{folder}/a.wav"))[0])
    return sound, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def beside_fluidsynth() -> dict[str, float]:
    """Pitch, level and speed of both: share of notes that FluidSynth plays at the written pitch; how far the levels of
    sixteen programs, each relative to their mean, differ, in LU; how many times real time it is.
    """
    from artwright.plugins.music.performing.rendering import _play, loudness, perform

    levels = []
    for program in PROGRAMS:
        midi = chorale(program, 2)
        ours = _play(perform(midi, humanise=0), RATE_HZ)
        levels.append((loudness(ours, RATE_HZ), loudness(fluid_sound(midi)[0], RATE_HZ)))
    ours_level, theirs = np.array(levels).T
    apart = np.abs((ours_level - ours_level.mean()) - (theirs - theirs.mean()))
    midi = chorale(19)
    return {
        "fluidsynth_in_tune": in_tune(lambda midi: fluid_sound(midi)[0]),
        "levels_apart_lu_mean": float(apart.mean()),
        "levels_apart_lu_most": float(apart.max()),
        "fluidsynth_times_real_time": midi.get_end_time() / fluid_sound(midi)[1],
        "dry_times_real_time": midi.get_end_time() / cpu_seconds(lambda: _play(perform(midi), RATE_HZ), 1),
    }


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument(
        "--fluidsynth", action="store_true", help="only compare with FluidSynth, which must be installed"
    )
    args = parser.parse_args()
    as_json = args.json
    if args.fluidsynth:
        print(json.dumps({k: round(v, 3) for k, v in beside_fluidsynth().items()}))
        return
    from artwright.plugins.music.performing.rendering import loudness, render

    found: dict[str, float] = {}
    for name, program in (("organ", 19), ("piano", 0), ("strings", 48), ("choir", 52), ("violin", 40)):
        midi = chorale(program)
        length = midi.get_end_time()
        found[f"{name}_times_real_time"] = length / cpu_seconds(lambda midi=midi: render(midi))
        if name == "organ":
            found["pretty_midi_synthesize_times_real_time"] = length / cpu_seconds(
                lambda midi=midi: midi.synthesize(fs=RATE_HZ), 1
            )
            found["symusic_times_real_time"] = length / cpu_seconds(lambda midi=midi: symusic_sound(midi))
            found["times_faster_than_pretty_midi_synthesize"] = (
                found["organ_times_real_time"] / found["pretty_midi_synthesize_times_real_time"]
            )
            sound = render(midi)
            found["loudness_lufs"], found["peak"] = loudness(sound, RATE_HZ), float(np.abs(sound).max())
    found["in_tune"] = in_tune(lambda midi: render(midi, humanise=0, room=0))
    found["symusic_in_tune"] = in_tune(symusic_sound)
    if as_json:
        print(json.dumps({k: round(v, 4) for k, v in found.items()}))
    else:
        for key, value in found.items():
            print(f"{key:45} {value:10.3f}")


if __name__ == "__main__":
    main()
