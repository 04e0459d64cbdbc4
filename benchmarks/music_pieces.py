"""Pieces that the composer writes, against real works: the parts of `music.py` that look at music and not at
probabilities.

Run them through it: python benchmarks/music.py chorales | edits | copies | classify | read
"""

from __future__ import annotations

import math
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np


def _chorales(count: int, best_of: int, seed: int) -> Iterator[Any]:
    """Chorales of 8 to 16 bars; every other one in minor, every eighth in 3/4."""
    from artwright.plugins.music.composing.candidates import compose
    from artwright.plugins.music.composing.choosing import heat
    from artwright.plugins.music.composing.plan import plan_piece
    from artwright.plugins.music.models.composer.engine import Engine
    from artwright.plugins.music.models.composer.lending import weight_files
    from artwright.plugins.music.models.composer.options import ComposerOptions

    engine = Engine.load(weight_files("bach", "", None, 1))
    for number in range(count):
        rng = np.random.default_rng([seed, number])
        minor, bars = bool(number % 2), int(rng.integers(8, 17))
        metre = (3, 4) if number % 8 == 7 else (4, 4)
        plan = plan_piece(rng, style="bach", voices=4, bars=bars, metre=metre, minor=minor)
        yield compose(
            engine,
            [plan] * best_of,
            rng,
            style="bach",
            voices=4,
            signature=int(rng.integers(-3, 4)),
            minor=minor,
            tempo_qpm=76,
            temperature=heat(ComposerOptions(), "bach"),
        )[0]


def _writers(count: int, best_of: int, seed: int) -> Iterator[tuple[str, Callable[[], list[Any]]]]:
    """(style, what writes candidates of one piece, best first; others when called again) of `count` pieces, the styles
    in turn.
    """
    from artwright.plugins.music.composing.candidates import compose
    from artwright.plugins.music.composing.choosing import heat
    from artwright.plugins.music.composing.plan import plan_piece
    from artwright.plugins.music.models.composer.engine import Engine
    from artwright.plugins.music.models.composer.lending import weight_files
    from artwright.plugins.music.models.composer.options import ComposerOptions
    from artwright.plugins.music.models.composer.styles import STYLE_TABLE

    engine = Engine.load(weight_files("all", "", None, 1))
    styles = list(STYLE_TABLE.items())
    for number in range(count):
        style, known = styles[number % len(styles)]
        rng = np.random.default_rng([seed, number])
        turn = number // len(styles)
        plan = plan_piece(
            rng,
            style=style,
            voices=known.voices,
            bars=known.bars,
            metre=known.metres[turn % len(known.metres)],
            minor=bool(turn % 2),
        )
        yield (
            style,
            partial(
                compose,
                engine,
                [plan] * best_of,
                rng,
                style=style,
                voices=known.voices,
                signature=0,
                minor=bool(turn % 2),
                tempo_qpm=known.qpm,
                temperature=heat(ComposerOptions(), style),
            ),
        )


RANGES = ((60, 79), (53, 74), (48, 69), (36, 62))


def checked(score: Any, goals: list[int], final_root: int) -> dict[str, float]:
    """Guarantees of one chorale, looked at apart from the generator: 1 where they hold."""
    lines = score.lines
    end = score.length
    last = [line[-1] for line in lines]
    before = [n for n in lines[3] if n.end == last[3].onset]
    triad = {(final_root + i) % 12 for i in (0, 3, 4, 7)}
    bass_step = (last[3].pitch - before[-1].pitch) % 12 if before else -1
    return {
        "ranges": float(all(lo <= n.pitch <= hi for line, (lo, hi) in zip(lines, RANGES, strict=True) for n in line)),
        "phrase_ends": float(all(all(any(n.end == g for n in line) for line in lines) for g in goals)),
        "attacked_together": float(
            all(len({next((n.onset for n in line if n.end == g), -1) for line in lines}) == 1 for g in goals)
        ),
        "ends_together": float(all(n.end == end for n in last)),
        "no_rests": float(all(a.end == b.onset for line in lines for a, b in pairwise(line))),
        "final": float(
            bass_step in (5, 7) and last[3].pitch % 12 == final_root and {n.pitch % 12 for n in last} <= triad
        ),
    }


def chorales(count: int, best_of: int) -> dict[str, Any]:
    """Mean figures of generated chorales and of Bach's own, and the share of pieces that keep each guarantee."""
    from artwright.plugins.music.models.composer import corpus
    from artwright.plugins.music.theory.keys import key_shift
    from artwright.plugins.music.theory.part_writing import measure
    from artwright.plugins.music.theory.score import pickup_of

    names = (
        "fifths",
        "octaves",
        "crossings",
        "dissonant",
        "sharp",
        "other",
        "repeated",
        "steps",
        "notes_per_bar",
        "entropy",
    )
    began = time.process_time()
    made = list(_chorales(count, best_of, 1))
    seconds = time.process_time() - began
    kept: dict[str, list[float]] = defaultdict(list)
    for f in made:
        root = ((f.plan.final - 1) // 2 - key_shift(f.score.signature)) % 12
        for name, value in checked(f.score, [g.end for g in f.plan.goals], root).items():
            kept[name].append(value)
        kept["length"].append(float(f.score.length == f.plan.total))
    real = [
        measure(s.lines, bar=s.metres[0].bar, start=pickup_of(s.metres))
        for s in corpus.read_works(corpus.find_music21(), "bach")
    ]
    return {
        "count": count,
        "best_of": best_of,
        "seconds": round(seconds, 1),
        "generated": {n: round(float(np.mean([getattr(f.figures, n) for f in made])), 4) for n in names},
        "bach": {n: round(float(np.mean([getattr(f, n) for f in real])), 4) for n in names},
        "own_nats_per_note": round(float(np.mean([f.nats_per_note for f in made])), 4),
        "guarantees": {name: round(float(np.mean(values)), 4) for name, values in kept.items()},
    }


def copies(count: int) -> dict[str, Any]:
    """Longest runs shared with the training works, by style: of the first candidate, and of what the composer returns,
    which resamples beyond the limits.
    """
    from artwright.plugins.music.composing.candidates import first_original
    from artwright.plugins.music.composing.copying import check_copies, longest_copies

    first: dict[str, list[list[int]]] = defaultdict(list)
    last: dict[str, list[list[int]]] = defaultdict(list)
    for style, write in _writers(count, 1, 3):
        found = write()
        first[style].append(longest_copies(found[0].score))
        last[style].append(first_original(found, write, style)[1])

    def kept(rows: dict[str, list[list[int]]]) -> float:
        return round(sum(check_copies(r, style) for style, of in rows.items() for r in of) / count, 4)

    return {
        "count": count,
        "within_limits_before": kept(first),
        "within_limits": kept(last),
        "styles": {
            s: {
                "resampled": sum(not check_copies(r, s) for r in first[s]),
                "median": float(np.median([max(r) for r in of])),
                "longest_before": max(max(r) for r in first[s]),
                "longest": max(max(r) for r in of),
            }
            for s, of in last.items()
        },
    }


def style_histograms(score: Any, bars: int = 16) -> Any:
    """What a classifier of style may see of the first bars: lengths, intervals, degrees, places in the bar, register,
    density; not how many voices.
    """
    from artwright.plugins.music.theory.keys import key_shift

    limit = score.metres[0].bar * bars
    lines = [line for line in ([n for n in line if n.onset < limit] for line in score.lines) if len(line) > 1] or [
        list(line) for line in score.lines
    ]
    notes = [n for line in lines for n in line]
    shift = key_shift(score.signature)

    def histogram(values: list[int], size: int) -> Any:
        counted = np.bincount(values, minlength=size).astype(float)
        return counted / max(1.0, counted.sum())

    bar = score.metres[0].bar
    return np.concatenate(
        [
            histogram([min(9, int(math.log2(n.length) * 1.4)) for n in notes], 10),
            histogram([int(np.clip(b.pitch - a.pitch, -9, 9)) + 9 for line in lines for a, b in pairwise(line)], 19),
            histogram([(n.pitch + shift) % 12 for n in notes], 12),
            histogram([(n.onset - score.metres[0].tick) % bar * 8 // bar for n in notes], 8),
            [
                float(np.mean([n.pitch for n in notes])) / 12,
                len(notes) / len(lines) / max(1, min(limit, score.length) / 24),
            ],
        ]
    )


def classify(exclude: Path, count: int) -> dict[str, Any]:
    """How often a logistic regression, trained on real works only, names the asked style of generated pieces, and of
    real works held back from it.
    """
    from artwright.plugins.music.models.composer import corpus, training
    from artwright.plugins.music.models.composer.styles import STYLE_TABLE
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    works = training.collect(corpus.find_music21(), exclude=exclude)
    rng = np.random.default_rng(0)
    rows: dict[str, list[Any]] = {}
    for style in STYLE_TABLE:
        of = [s for s in works if s.style == style and s.notes >= 24]
        rows[style] = [style_histograms(of[i]) for i in rng.permutation(len(of))[:180]]
    parts: dict[str, tuple[list[Any], list[str]]] = {"learned": ([], []), "held": ([], [])}
    for style, of in rows.items():
        for i, row in enumerate(of):
            part = parts["held" if i % 6 == 5 else "learned"]
            part[0].append(row)
            part[1].append(style)
    model = make_pipeline(StandardScaler(), LogisticRegression(max_iter=500, C=0.5, class_weight="balanced"))
    model.fit(np.array(parts["learned"][0]), parts["learned"][1])
    made = [(style, write()[0].score) for style, write in _writers(count, 4, 11)]
    named = model.predict(np.array([style_histograms(score) for _, score in made]))
    hits: dict[str, list[str]] = defaultdict(list)
    for (style, _), guess in zip(made, named, strict=True):
        hits[style].append(str(guess))
    right = float(np.mean([guess == style for style, of in hits.items() for guess in of]))
    return {
        "count": count,
        "styles": len(rows),
        "real_works_right": round(model.score(np.array(parts["held"][0]), parts["held"][1]), 4),
        "generated_right": round(right, 4),
        "times_chance": round(right * len(rows), 2),
        "named": dict(hits),
    }


def read(count: int, best_of: int, folder: Path) -> dict[str, Any]:
    """Chorales with fixed seeds, written as MIDI and piano rolls, and told bar by bar; faults by kind."""
    from artwright.plugins.music.medium import Music
    from artwright.plugins.music.models.analyst.findings import read_music
    from artwright.plugins.music.models.analyst.picture import plot_reading
    from artwright.plugins.music.notation.score_midi import to_midi
    from artwright.plugins.music.operations.explain import explain
    from artwright.plugins.music.theory.chord_classes import degree_names

    folder.mkdir(parents=True, exist_ok=True)
    medium, kinds = Music(), Counter[str]()
    for number, f in enumerate(_chorales(count, best_of, 20)):
        midi = to_midi(f.score, minor=f.minor)
        reading = read_music(midi)
        name = f"chorale-{number:02d}"
        medium.save(medium.artwork(midi, title=name), folder / f"{name}.mid")
        plan = f"{'minor' if f.minor else 'major'}, cadences {' '.join(degree_names([g.chord for g in f.plan.goals], f.minor))}"
        (folder / f"{name}.txt").write_text(f"{plan}\n{explain(reading)}", "utf-8")
        plot_reading(reading, title=f"{number} ({plan})", language="en", bars=0, first_bar=0).save(
            folder / f"{name}.png"
        )
        kinds.update(fault.kind for fault in reading.faults)
    return {"count": count, "faults": dict(kinds)}


def edits(exclude: Path, count: int, best_of: int) -> dict[str, Any]:
    """Sopranos of held-out chorales harmonised anew, and gaps of two bars restored: figures against Bach's own, and
    whether what was given is untouched.
    """
    from artwright.plugins.music.composing.choosing import heat
    from artwright.plugins.music.composing.filling import Free, Gap, fill
    from artwright.plugins.music.composing.harmonising import tune_gap
    from artwright.plugins.music.models.composer import corpus
    from artwright.plugins.music.models.composer.engine import Engine
    from artwright.plugins.music.models.composer.lending import weight_files
    from artwright.plugins.music.models.composer.options import ComposerOptions
    from artwright.plugins.music.theory.part_writing import measure
    from artwright.plugins.music.theory.score import pickup_of

    engine = Engine.load(weight_files("bach", "", None, 1))
    works = list(corpus.read_works(corpus.find_music21(), "bach", corpus.read_excluded(exclude), only_excluded=True))[
        :count
    ]
    rows: dict[str, list[Any]] = {"bach": [], "harmonised": [], "restored": []}
    untouched = {"harmonised": 0, "restored": 0}
    for number, score in enumerate(works):
        rng = np.random.default_rng([7, number])
        bar, start = score.metres[0].bar, pickup_of(score.metres)
        gap = tune_gap(score.lines[0], score, "bach", 4, rng)
        whole = fill(engine, gap, rng, tries=best_of, temperature=heat(ComposerOptions(), "bach")).score
        middle = start + max(1, score.length // bar // 2) * bar
        free = [Free(v, middle, middle + 2 * bar) for v in range(4)]
        filled = fill(engine, Gap(score, free, "bach", "gap"), rng, tries=best_of, temperature=1.0)
        mended, new = filled.score, filled.new
        rows["bach"].append(measure(score.lines, bar=bar, start=start))
        rows["harmonised"].append(measure(whole.lines, bar=bar, start=start))
        rows["restored"].append(measure(mended.lines, bar=bar, start=start))
        untouched["harmonised"] += [(n.onset, n.length, n.pitch) for n in whole.lines[0]] == [
            (n.onset, n.length, n.pitch) for n in score.lines[0]
        ]
        kept = all(
            n in mended.lines[v] for v in range(4) for n in score.lines[v] if not middle <= n.onset < middle + 2 * bar
        )
        untouched["restored"] += kept and sum(map(len, new)) > 0
    names = ("fifths", "octaves", "crossings", "dissonant", "sharp", "other", "notes_per_bar")
    figures = {k: {n: round(float(np.mean([getattr(f, n) for f in of])), 4) for n in names} for k, of in rows.items()}
    return {"count": len(works), **figures, "given_untouched": untouched}
