"""Make the index of known works that music ships: python tools/build_music_index.py --exclude EXCLUDE.csv

The works are those of music21's corpus that the nets learned from or were chosen by, without those of the list (a column
`music21_corpus_path`). The works that training holds out tell how near real works come to one another. Prints, for each
style and voice, the run that 99 % of those keep to: the limits of `plugins.music.composing.copying`.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from artwright.core.originality import Index
from artwright.core.training import split_held_out
from artwright.plugins.music.composing import copying
from artwright.plugins.music.models.composer import corpus, training
from artwright.plugins.music.theory.score import Score

MEASURED = 400
"""Held-out works of each style, at most, by which the limits are told."""


def name_of(score: Score) -> str:
    """A work's title, and where it stands in the corpus."""
    return f"{score.title} ({score.name})" if score.title else score.name


def main() -> None:
    """Read the corpus, write the index, print the limits."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--exclude", type=Path, required=True, help="CSV of works to leave out")
    parser.add_argument("--output", type=Path, default=copying.INDEX)
    given = parser.parse_args()
    scores = training.collect(corpus.find_music21(), exclude=given.exclude)
    by_style: dict[str, list[Score]] = {}
    for score in scores:
        by_style.setdefault(score.style, []).append(score)
    held = {
        style: [of[i] for i in split_held_out([s.name for s in of], 0.085 if style == "bach" else 0.06)[1]]
        for style, of in by_style.items()
    }
    works = [(name_of(score), copying.fingerprint(score)) for score in scores]
    index = Index.build(
        works,
        real=[(name_of(score), copying.fingerprint(score)) for of in held.values() for score in of],
        kind="music",
        gram=copying.GRAM,
        noun="works",
        facts={
            "data": f"{len(works)} works of the corpus of music21, held-out works left out",
            "licence": "hashes of steps of public-domain works; titles",
            "command": "python tools/build_music_index.py --exclude EXCLUDE.csv",
        },
    )
    index.save(given.output)
    print(f"{len(index)} works, {given.output.stat().st_size:,} bytes")
    for style, of in held.items():
        rows = [_runs(index, score) for score in of[:MEASURED] if score.lines]
        voices = min(map(len, rows), default=0)
        limits = [round(float(np.percentile([row[v] for row in rows], 99))) for v in range(voices)]
        print(f"{style}: {limits} (of {len(rows)} works)")


def _runs(index: Index, score: Score) -> list[int]:
    """Longest run of each line with any other work; a work that stands there twice counts as none."""
    found = []
    for line in score.lines:
        print_ = copying.fingerprint(Score(name="", style=score.style, lines=(line,), metres=score.metres))
        run = index.measure(print_, without=name_of(score)).longest_copy
        length = run.length + 1 if run else 0
        found.append(0 if length > 0.8 * len(line) and len(line) > 40 else length)
    return found


if __name__ == "__main__":
    main()
