"""Engraved pages of ours among as many of real works, without names, for a reader to mark.

    python benchmarks/music_pages.py FOLDER works.jsonl.gz --bars 16 --seed 1

Pieces of ours are the first that seeds and themes give, none is picked; real ones are the beginnings of works that were
held out from training (`tools/train_music_roles.py read` writes them). Both lose their title, loudness and slurs, and
are engraved alike: FOLDER/pages/NN.png. Which is whose lies in FOLDER/key.json, for whoever counts the marks.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tools"))

from artwright import Studio
from artwright.plugins.music.composing.ensembles.works import players
from artwright.plugins.music.medium import Music
from artwright.plugins.music.models.composer.roles.scores import RoleScore
from artwright.plugins.music.models.composer.roles.training import split_works
from artwright.plugins.music.models.composer.roles.vocabulary import SLOTS
from artwright.plugins.music.notation.score_midi import to_midi
from artwright.plugins.music.theory.score import Note, Score, bar_lines
from train_music_roles import works

COUNTS = {"piano": 8, "song": 8, "quartet": 6}
STYLES = {
    "piano": ("waltz", "mazurka", "nocturne", "polonaise", "prelude", "piano"),
    "song": ("song", "schubert", "schumann", "brahms", "wolf", "faure"),
    "quartet": ("quartet",),
}
THEMES = (
    "evening by the lake", "a letter from home", "the first snow", "a festival in the village", "farewell", "a storm at sea",
    "children at play", "the old garden", "moonlight", "a quarrel", "the road to town", "spring rain",
)  # fmt: skip


def ours(studio: Studio, ensemble: str, number: int, bars: int, seed: int):
    """(MIDI, where it comes from) of one piece."""
    rng = np.random.default_rng([seed, number, list(COUNTS).index(ensemble)])
    style, theme = STYLES[ensemble][number % len(STYLES[ensemble])], THEMES[int(rng.integers(len(THEMES)))]
    work = studio.generate("music", theme, style=style, seed=seed + number, options={"bars": bars}, keep=False)
    return work.payload, f"{style}: {theme}, seed {seed + number}"


def real(score: RoleScore, bars: int):
    """(MIDI, where it comes from) of the beginning of a work."""
    lines = bar_lines(score.metres, score.length)
    first = int(lines[0][0] < 0)
    stop = lines[min(bars + first, len(lines) - 1)][0]
    notes: list[tuple[Note, ...]] = []
    names: list[str] = []
    for name, _, slots in players(score.ensemble):
        for slot in slots:
            struck = [c for c in score.slots.get(SLOTS.index(slot), ()) if c.onset < stop]
            for k in range(max((len(c.tones) for c in struck), default=0)):
                line = (Note(c.onset, min(c.end, stop) - c.onset, c.tones[k]) for c in struck if k < len(c.tones))
                notes.append(tuple(line))
                names.append(name)
    metres = tuple(m for m in score.metres if m.tick < stop)
    page = Score("", score.style, tuple(notes), metres, score.keys[0][1], score.tempo_qpm, tuple(names))
    return to_midi(page, program=[p for _, p, _ in players(score.ensemble)], minor=bool(score.minor)), score.name


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("works", type=Path)
    parser.add_argument("--bars", type=int, default=16)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    rng = np.random.default_rng(args.seed)
    _, held = split_works(list(works(args.works)))
    studio = Studio(home=Path(tempfile.mkdtemp()))
    rows = []
    for ensemble, count in COUNTS.items():
        long = [s for s in held if s.ensemble == ensemble and len(bar_lines(s.metres, s.length)) > args.bars]
        chosen = [long[i] for i in rng.choice(len(long), min(count, len(long)), replace=False)]
        rows += [(*real(score, args.bars), ensemble, False) for score in chosen]
        rows += [(*ours(studio, ensemble, i, args.bars, args.seed), ensemble, True) for i in range(count)]
    (args.folder / "pages").mkdir(parents=True, exist_ok=True)
    key = {}
    for number, i in enumerate(rng.permutation(len(rows)).tolist(), 1):
        midi, source, ensemble, is_ours = rows[i]
        for instrument in midi.instruments:
            for note in instrument.notes:
                note.velocity = 80
            instrument.control_changes = []
        page = Music().artwork(midi, title=f"{number:02d}")
        Music().save(page, args.folder / "pages" / f"{number:02d}.png")
        key[f"{number:02d}"] = {"ensemble": ensemble, "ours": is_ours, "source": source}
    (args.folder / "key.json").write_text(json.dumps(key, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
