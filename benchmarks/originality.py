"""How surely copies of known texts and music are named, and how rarely other works are called copies.

python benchmarks/originality.py CORPORA [--count 300]

CORPORA holds texts/; music is music21's. A known work is taken as it is (it must be named, for the rest to count), then
with a tenth of its characters, words or notes changed (a copy), then as it is but measured without itself (a real work:
what is called a copy is a false alarm, unless half of it stands in another work, which is the same work twice). Pictures:
benchmarks/painting_originality.py.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from artwright.core.artwork import Text
from artwright.core.originality import Fingerprint, Index

TWICE = 0.5


def main() -> None:
    """Print a JSON object of figures by index."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpora", type=Path)
    parser.add_argument("--count", type=int, default=300)
    given = parser.parse_args()
    rng = random.Random(7)
    sources = {"verse-zh": _verse("zh"), "prose-zh": _prose("zh"), "verse-en": _verse("en"), "music": _music}
    print(json.dumps({name: _measure(*read(given.corpora, rng), given.count, rng) for name, read in sources.items()}))


def _measure(path: Path, prints: list[Fingerprint], count: int, rng: random.Random) -> dict[str, Any]:
    began = time.perf_counter()
    index = Index.load(path)
    loaded = time.perf_counter() - began
    rng.shuffle(prints)
    known = named = alarms = twice = 0
    seconds = []
    for print_ in prints:
        if known == count:
            break
        began = time.perf_counter()
        itself = index.measure(print_)
        seconds.append(time.perf_counter() - began)
        if not itself.copied or itself.nearest[0].distance > 0.02:
            continue  # not in the index, or too short to be compared
        known += 1
        name = itself.nearest[0].name
        copy = index.measure(_changed(print_, rng))
        named += copy.copied and any(near.name == name for near in copy.nearest)
        other = index.measure(print_, without=name)
        same = other.share is not None and other.share >= TWICE
        twice += same
        alarms += other.copied and not same
    return {
        "works": len(index),
        "megabytes": round(path.stat().st_size / 1e6, 2),
        "load_ms": round(1000 * loaded, 1),
        "measure_ms": round(1000 * float(np.median(seconds)), 1),
        "measured": known,
        "copies_named_percent": round(100 * named / known, 2),
        "same_work_twice": twice,
        "false_alarms_percent": round(100 * alarms / max(1, known - twice), 2),
    }


def _changed(print_: Fingerprint, rng: random.Random) -> Fingerprint:
    """A tenth of the symbols are others; of notes the pitches, so that two steps change with each."""
    sequences = []
    for sequence in print_.sequences:
        changed = sequence.copy()
        for at in rng.sample(range(len(changed)), round(len(changed) / 10)):
            changed[at] += 1 + rng.randrange(1000)
            if print_.unit == "notes" and at + 1 < len(changed):
                changed[at + 1] -= 1 + rng.randrange(1000)
        sequences.append(changed)
    return replace(print_, sequences=tuple(sequences))


def _index(name: str) -> Path:
    from artwright.plugins.literature.lm.originality import INDEXES

    return INDEXES / f"{name}.safetensors"


def _verse(language: str) -> Any:
    def read(corpora: Path, rng: random.Random) -> tuple[Path, list[Fingerprint]]:
        from artwright.plugins.literature.lm.originality import fingerprint_of

        with gzip.open(corpora / "texts" / f"poetry-{language}.jsonl.gz", "rt", encoding="utf-8") as file:
            rows = [json.loads(line) for line in file]
        texts = (Text(stanzas=(tuple(row["lines"]),), language=language) for row in rng.sample(rows, 2000))
        return _index(f"verse-{language}"), [p for p in map(fingerprint_of, texts) if p is not None and p.size >= 20]

    return read


def _prose(language: str) -> Any:
    """Pages of 150 to 400 symbols."""

    def pages(corpora: Path, rng: random.Random) -> Iterator[Fingerprint]:
        from artwright.plugins.literature.lm.originality import fingerprint_of

        for path in sorted((corpora / "texts" / f"prose-{language}").rglob("*.txt")):
            text = Text(stanzas=((path.read_text("utf-8", errors="replace"),),), language=language, form="prose")
            print_ = fingerprint_of(text)
            for _ in range(3):
                size = rng.randint(150, 400)
                if print_ is not None and print_.size > 2 * size:
                    at = rng.randrange(print_.size - size)
                    yield replace(print_, sequences=(print_.sequences[0][at : at + size],), marks=())

    return lambda corpora, rng: (_index(f"prose-{language}"), list(pages(corpora, rng)))


def _music(corpora: Path, rng: random.Random) -> tuple[Path, list[Fingerprint]]:
    from artwright.plugins.music.composing.copying import INDEX, fingerprint
    from artwright.plugins.music.models.composer.corpus import find_music21, read_works

    root = find_music21()
    scores = [score for style in ("bach", "ryan", "essen", "palestrina", "mozart") for score in read_works(root, style)]
    return INDEX, [fingerprint(score) for score in rng.sample(scores, 1200)]


if __name__ == "__main__":
    main()
