"""The composer against its goals: likelihood against Kneser-Ney, speed against transformers, set figures against Bach.

    python benchmarks/music.py likelihood --exclude EXCLUDE.csv     held-out nats per note, and KN-5 over the same tokens and data
    python benchmarks/music.py speed                                tokens a second against transformers' generate; 16 bars best of 8
    python benchmarks/music.py chorales --count 200                 figures of generated chorales against Bach's, by a checker apart
    python benchmarks/music.py edits --exclude EXCLUDE.csv          24 held-out sopranos harmonised, 24 gaps restored
    python benchmarks/music.py copies --count 500                   longest runs shared with the training works, all styles
    python benchmarks/music.py classify --exclude EXCLUDE.csv --count 48   a classifier of style trained on real works names generated ones
    python benchmarks/music.py read --count 20 --folder FOLDER      chorales bar by bar: chords, cadences, faults; MIDI files and piano rolls

Each prints one JSON object. `likelihood` reads music21's corpus; the works of the list are the test, all others train the n-gram model.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

ORDER = 5
DISCOUNT = 0.75


class KneserNey:
    """Interpolated Kneser-Ney of order 5 with one discount, over integers; unseen tokens share what a uniform base gives."""

    def __init__(self, works: list[list[int]], vocabulary: int) -> None:
        self.vocabulary = vocabulary
        self.counts: list[dict[tuple[int, ...], dict[int, int]]] = [defaultdict(dict) for _ in range(ORDER)]
        for work in works:
            padded = [-1] * (ORDER - 1) + work
            for i in range(ORDER - 1, len(padded)):
                row = self.counts[ORDER - 1][tuple(padded[i - ORDER + 1 : i])]
                row[padded[i]] = row.get(padded[i], 0) + 1
        for n in range(ORDER - 1, 0, -1):
            for context, row in self.counts[n].items():
                lower = self.counts[n - 1][context[1:]]
                for token in row:
                    lower[token] = lower.get(token, 0) + 1
        self.totals = [{c: sum(row.values()) for c, row in level.items()} for level in self.counts]

    def probability(self, context: tuple[int, ...], token: int) -> float:
        """Of `token` after `context` (its last four tokens count)."""
        p = 1 / self.vocabulary
        for n in range(ORDER):
            key = context[len(context) - n :] if n else ()
            row = self.counts[n].get(key)
            if row is None:
                continue
            total = self.totals[n][key]
            p = max(row.get(token, 0) - DISCOUNT, 0) / total + DISCOUNT * len(row) / total * p
        return p

    def nats(self, work: list[int]) -> float:
        """Of a whole work."""
        padded = [-1] * (ORDER - 1) + work
        return -sum(math.log(self.probability(tuple(padded[i - ORDER + 1 : i]), padded[i])) for i in range(ORDER - 1, len(padded)))


def tokens_of(encoded: Any) -> list[int]:
    """The composer's own tokens in a row: voice and pitch in one, then length."""
    row: list[int] = []
    for pitch, length, voice in zip(encoded.pitch.tolist(), encoded.length.tolist(), encoded.voice.tolist(), strict=True):
        row += [voice * 90 + pitch, 1000 + length]
    return row


GROUPS = {
    "chorales": ("bach",), "palestrina": ("palestrina",), "monteverdi": ("monteverdi",), "quartets": ("mozart", "haydn", "beethoven"),
    "trecento": ("trecento",),
    "folk": ("ryan", "oneill", "aird", "essen", "chinese"),
}


def likelihood(exclude: Path, *, limit: int, groups: list[str], against: bool = True) -> dict[str, Any]:
    """By group: the composer's nats per note with header, KN-5's on the same tokens (header added), and how far below it is."""
    from artwright.plugins.music import corpus, evaluation
    from artwright.plugins.music.encoding import encode
    from artwright.plugins.music.engine import Engine
    from artwright.plugins.music.facts import header_nats
    from artwright.plugins.music.models.composer import judges

    root, excluded = corpus.find_music21(), corpus.read_excluded(exclude)
    result: dict[str, Any] = {}
    for group in groups or list(GROUPS):
        styles = GROUPS[group]
        train, test = [], []
        for style in styles:
            train += [s for s in corpus.read_works(root, style, excluded) if s.notes >= 12] if against else []
            test += list(corpus.read_works(root, style, excluded, only_excluded=True))[:limit]
        if not test:
            continue
        header = sum(header_nats(s, s.style) for s in test)
        nats = 0.0
        for style in styles:
            engine = Engine.load(judges(style, "", None)).seen(evaluation.VIEWS)
            nats += sum(evaluation.scores_nats(engine, [s for s in test if s.style == style], style, search=False)[0])
        notes = sum(s.notes for s in test)
        grid = sum(s.length / 6 * len(s.lines) for s in test)
        result[group] = {
            "works": len(test), "notes": notes, "nats_per_note": round(nats / notes, 4), "nats_per_grid_token": round(nats / grid, 4),
            "header": round(header / notes, 4),
        }
        if against:
            model = KneserNey([tokens_of(encode(s)) for s in train], 6 * 90 + 100)
            baseline = sum(model.nats(tokens_of(encode(s))) for s in test) + header
            result[group] |= {"kn5_nats_per_note": round(baseline / notes, 4), "below_kn5": round(1 - nats / baseline, 4)}
        print(group, result[group], file=sys.stderr, flush=True)
    return result


def speed() -> dict[str, Any]:
    """Positions a second at batch 1: numpy decoder, and transformers' Llama with the same body weights; 16 bars in four parts, best of 8."""
    import torch
    from artwright.plugins.music.compose import compose
    from artwright.plugins.music.engine import Engine
    from artwright.plugins.music.models.composer import weight_files
    from artwright.plugins.music.plan import plan_piece
    from transformers import LlamaConfig, LlamaForCausalLM

    torch.set_num_threads(1)
    paths = weight_files("bach", "", None)
    engine = Engine.load(paths[:1])
    net = engine.nets[0]
    width = net.decoder.width
    hidden = net.decoder.layers[0][3].shape[0]
    config = LlamaConfig(
        vocab_size=128, hidden_size=width, intermediate_size=hidden, num_hidden_layers=len(net.decoder.layers), num_attention_heads=net.decoder.heads,
        max_position_embeddings=512, bos_token_id=1, eos_token_id=None, pad_token_id=0,
    )
    peer = LlamaForCausalLM(config).eval()
    state = peer.state_dict()
    with torch.no_grad():
        for i, (qkv, out, gate_up, down) in enumerate(net.decoder.layers):
            at = f"model.layers.{i}."
            q, k, v = torch.from_numpy(qkv.T.copy()).chunk(3)
            gate, up = torch.from_numpy(gate_up.T.copy()).chunk(2)
            for name, value in (
                ("self_attn.q_proj", q), ("self_attn.k_proj", k), ("self_attn.v_proj", v), ("self_attn.o_proj", torch.from_numpy(out.T.copy())),
                ("mlp.gate_proj", gate), ("mlp.up_proj", up), ("mlp.down_proj", torch.from_numpy(down.T.copy())),
            ):
                state[f"{at}{name}.weight"].copy_(value)
    tokens = 180
    prompt = torch.ones(1, 1, dtype=torch.long)
    with torch.inference_mode():
        peer.generate(prompt, max_new_tokens=8, do_sample=True)
        began = time.process_time()
        peer.generate(prompt, max_new_tokens=tokens, do_sample=True)
        theirs = tokens / (time.process_time() - began)
    rng = np.random.default_rng(0)
    plan = plan_piece(rng, style="bach", voices=4, bars=16, metre=(4, 4), minor=False)

    def write(count: int) -> tuple[float, int]:
        began = time.process_time()
        found = compose(engine, [plan] * count, np.random.default_rng(1), style="bach", voices=4, signature=0, minor=False, tempo_qpm=80)
        return time.process_time() - began, sum(f.score.notes for f in found)

    seconds, notes = write(1)
    batch_seconds, batch_notes = write(8)
    full = Engine.load(paths)
    engine = full
    ensemble, _ = write(8)
    return {
        "transformers_generate_tokens_per_s": round(theirs, 1), "composer_notes_per_s": round(notes / seconds, 1),
        "composer_tokens_per_s": round(2 * notes / seconds, 1), "ratio": round(2 * notes / seconds / theirs, 2),
        "ratio_by_forward_passes": round(notes / seconds / theirs, 2),
        "note": "CPU seconds of one thread; a note is two tokens for both, pitch and length: the composer draws both, under all masks, after one "
        "pass of its body, a causal language model after two",
        "best_of_8_s": round(batch_seconds, 2),
        "best_of_8_notes_per_s": round(batch_notes / batch_seconds, 1), "best_of_8_all_nets_s": round(ensemble, 2), "nets": len(full.nets),
    }


def _chorales(count: int, best_of: int, seed: int) -> Iterator[Any]:
    """Chorales of 8 to 16 bars; every other one in minor, every eighth in 3/4."""
    from artwright.plugins.music.compose import compose
    from artwright.plugins.music.engine import Engine
    from artwright.plugins.music.models.composer import weight_files
    from artwright.plugins.music.plan import plan_piece

    engine = Engine.load(weight_files("bach", "", None, 1))
    for number in range(count):
        rng = np.random.default_rng([seed, number])
        minor, bars = bool(number % 2), int(rng.integers(8, 17))
        metre = (3, 4) if number % 8 == 7 else (4, 4)
        plan = plan_piece(rng, style="bach", voices=4, bars=bars, metre=metre, minor=minor)
        yield compose(engine, [plan] * best_of, rng, style="bach", voices=4, signature=int(rng.integers(-3, 4)), minor=minor, tempo_qpm=76)[0]


def _pieces(count: int, best_of: int, seed: int) -> Iterator[tuple[str, Any]]:
    """(style, score) of `count` pieces, the styles in turn."""
    from artwright.plugins.music.compose import compose
    from artwright.plugins.music.engine import Engine
    from artwright.plugins.music.models.composer import ComposerOptions, weight_files
    from artwright.plugins.music.plan import plan_piece
    from artwright.plugins.music.styles import STYLE_TABLE
    from artwright.plugins.music.writing import heat

    engine = Engine.load(weight_files("all", "", None, 1))
    styles = list(STYLE_TABLE.items())
    for number in range(count):
        style, known = styles[number % len(styles)]
        rng = np.random.default_rng([seed, number])
        turn = number // len(styles)
        plan = plan_piece(rng, style=style, voices=known.voices, bars=known.bars, metre=known.metres[turn % len(known.metres)], minor=bool(turn % 2))
        found = compose(
            engine, [plan] * best_of, rng, style=style, voices=known.voices, signature=0, minor=bool(turn % 2), tempo_qpm=known.qpm,
            temperature=heat(ComposerOptions(), style),
        )
        yield style, found[0].score


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
        "attacked_together": float(all(len({next((n.onset for n in line if n.end == g), -1) for line in lines}) == 1 for g in goals)),
        "ends_together": float(all(n.end == end for n in last)),
        "no_rests": float(all(a.end == b.onset for line in lines for a, b in pairwise(line))),
        "final": float(bass_step in (5, 7) and last[3].pitch % 12 == final_root and {n.pitch % 12 for n in last} <= triad),
    }


def chorales(count: int, best_of: int) -> dict[str, Any]:
    """Mean figures of generated chorales and of Bach's own, and the share of pieces that keep each guarantee."""
    from artwright.plugins.music import corpus
    from artwright.plugins.music.critic import measure
    from artwright.plugins.music.encoding import key_shift
    from artwright.plugins.music.facts import pickup_of

    names = ("fifths", "octaves", "crossings", "dissonant", "sharp", "other", "repeated", "steps", "notes_per_bar", "entropy")
    began = time.process_time()
    made = list(_chorales(count, best_of, 1))
    seconds = time.process_time() - began
    kept: dict[str, list[float]] = defaultdict(list)
    for f in made:
        root = ((f.plan.final - 1) // 2 - key_shift(f.score.signature)) % 12
        for name, value in checked(f.score, [g.end for g in f.plan.goals], root).items():
            kept[name].append(value)
        kept["length"].append(float(f.score.length == f.plan.total))
    real = [measure(s.lines, bar=s.metres[0].bar, start=pickup_of(s)) for s in corpus.read_works(corpus.find_music21(), "bach")]
    return {
        "count": count, "best_of": best_of, "seconds": round(seconds, 1),
        "generated": {n: round(float(np.mean([getattr(f.figures, n) for f in made])), 4) for n in names},
        "bach": {n: round(float(np.mean([getattr(f, n) for f in real])), 4) for n in names},
        "own_nats_per_note": round(float(np.mean([f.nats_per_note for f in made])), 4),
        "guarantees": {name: round(float(np.mean(values)), 4) for name, values in kept.items()},
    }


def copies(count: int) -> dict[str, Any]:
    """Longest runs shared with the training works, by style: the share of pieces within the limits, the median and the longest of all voices."""
    from artwright.plugins.music.copying import check_copies, longest_copies

    rows: dict[str, list[list[int]]] = defaultdict(list)
    for style, score in _pieces(count, 1, 3):
        rows[style].append(longest_copies(score, style))
    kept = {style: float(np.mean([check_copies(r, style) for r in of])) for style, of in rows.items()}
    return {
        "count": count, "within_limits": round(sum(kept[s] * len(of) for s, of in rows.items()) / count, 4),
        "note": "before resampling: the composer passes over a candidate that is not within the limits",
        "styles": {
            s: {"within": round(kept[s], 3), "median": float(np.median([max(r) for r in of])), "longest": max(max(r) for r in of)} for s, of in rows.items()
        },
    }


def style_histograms(score: Any, bars: int = 16) -> Any:
    """What a classifier of style may see of the first bars: lengths, intervals, degrees, places in the bar, register, density; not how many voices."""
    from artwright.plugins.music.encoding import key_shift

    limit = score.metres[0].bar * bars
    lines = [line for line in ([n for n in line if n.onset < limit] for line in score.lines) if len(line) > 1] or [list(line) for line in score.lines]
    notes = [n for line in lines for n in line]
    shift = key_shift(score.signature)

    def histogram(values: list[int], size: int) -> Any:
        counted = np.bincount(values, minlength=size).astype(float)
        return counted / max(1.0, counted.sum())

    bar = score.metres[0].bar
    return np.concatenate([
        histogram([min(9, int(math.log2(n.length) * 1.4)) for n in notes], 10),
        histogram([int(np.clip(b.pitch - a.pitch, -9, 9)) + 9 for line in lines for a, b in pairwise(line)], 19),
        histogram([(n.pitch + shift) % 12 for n in notes], 12),
        histogram([(n.onset - score.metres[0].tick) % bar * 8 // bar for n in notes], 8),
        [float(np.mean([n.pitch for n in notes])) / 12, len(notes) / len(lines) / max(1, min(limit, score.length) / 24)],
    ])


def classify(exclude: Path, count: int, cache: Path | None = None) -> dict[str, Any]:
    """How often a logistic regression, trained on real works only, names the asked style of generated pieces, and of real works held back from it."""
    from artwright.plugins.music import corpus, training
    from artwright.plugins.music.styles import STYLE_TABLE
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    works = training.collect(corpus.find_music21(), exclude=exclude, cache=cache)
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
    made = list(_pieces(count, 4, 11))
    named = model.predict(np.array([style_histograms(score) for _, score in made]))
    hits: dict[str, list[str]] = defaultdict(list)
    for (style, _), guess in zip(made, named, strict=True):
        hits[style].append(str(guess))
    right = float(np.mean([guess == style for style, of in hits.items() for guess in of]))
    return {
        "count": count, "styles": len(rows), "real_works_right": round(model.score(np.array(parts["held"][0]), parts["held"][1]), 4),
        "generated_right": round(right, 4), "times_chance": round(right * len(rows), 2), "named": dict(hits),
    }


def read(count: int, best_of: int, folder: Path) -> dict[str, Any]:
    """Chorales with fixed seeds, written as MIDI and piano rolls, and told bar by bar; faults by kind."""
    from artwright.plugins.music.analysis import read_music
    from artwright.plugins.music.convert import to_midi
    from artwright.plugins.music.explain import explain
    from artwright.plugins.music.medium import Music
    from artwright.plugins.music.plan import cadence_names
    from artwright.plugins.music.plot import plot_reading

    folder.mkdir(parents=True, exist_ok=True)
    medium, kinds = Music(), Counter[str]()
    for number, f in enumerate(_chorales(count, best_of, 20)):
        midi = to_midi(f.score, minor=f.minor)
        reading = read_music(midi)
        name = f"chorale-{number:02d}"
        medium.save(medium.artwork(midi, title=name), folder / f"{name}.mid")
        plan = f"{'minor' if f.minor else 'major'}, cadences {' '.join(cadence_names(f.plan.goals, f.minor))}"
        (folder / f"{name}.txt").write_text(f"{plan}\n{explain(reading)}", "utf-8")
        plot_reading(reading, title=f"{number} ({plan})", language="en", bars=0, first_bar=0).save(folder / f"{name}.png")
        kinds.update(fault.kind for fault in reading.faults)
    return {"count": count, "faults": dict(kinds)}


def edits(exclude: Path, count: int, best_of: int) -> dict[str, Any]:
    """Sopranos of held-out chorales harmonised anew, and gaps of two bars restored: figures against Bach's own, and whether what was given is untouched."""
    from artwright.plugins.music import corpus
    from artwright.plugins.music.critic import measure
    from artwright.plugins.music.editing import Free, fill
    from artwright.plugins.music.engine import Engine
    from artwright.plugins.music.facts import pickup_of
    from artwright.plugins.music.models.composer import ComposerOptions, weight_files
    from artwright.plugins.music.writing import melody_harmonised

    engine = Engine.load(weight_files("bach", "", None, 1))
    works = list(corpus.read_works(corpus.find_music21(), "bach", corpus.read_excluded(exclude), only_excluded=True))[:count]
    rows: dict[str, list[Any]] = {"bach": [], "harmonised": [], "restored": []}
    untouched = {"harmonised": 0, "restored": 0}
    for number, score in enumerate(works):
        rng = np.random.default_rng([7, number])
        bar, start = score.metres[0].bar, pickup_of(score)
        options = ComposerOptions(best_of=best_of)
        whole, _ = melody_harmonised(engine, score.lines[0], score, "bach", 4, rng, options)
        middle = start + max(1, score.length // bar // 2) * bar
        free = [Free(v, middle, middle + 2 * bar) for v in range(4)]
        mended, new, _ = fill(engine, score, free, rng, style="bach", task="gap", tries=best_of, temperature=1.0)
        rows["bach"].append(measure(score.lines, bar=bar, start=start))
        rows["harmonised"].append(measure(whole.lines, bar=bar, start=start))
        rows["restored"].append(measure(mended.lines, bar=bar, start=start))
        untouched["harmonised"] += [(n.onset, n.length, n.pitch) for n in whole.lines[0]] == [(n.onset, n.length, n.pitch) for n in score.lines[0]]
        kept = all(n in mended.lines[v] for v in range(4) for n in score.lines[v] if not middle <= n.onset < middle + 2 * bar)
        untouched["restored"] += kept and sum(map(len, new)) > 0
    names = ("fifths", "octaves", "crossings", "dissonant", "sharp", "other", "notes_per_bar")
    figures = {k: {n: round(float(np.mean([getattr(f, n) for f in of])), 4) for n in names} for k, of in rows.items()}
    return {"count": len(works), **figures, "given_untouched": untouched}


def main() -> None:
    """Run one benchmark and print its figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("likelihood", "speed", "chorales", "copies", "edits", "classify", "read"))
    parser.add_argument("--exclude", type=Path, help="CSV of held-out works")
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--best-of", type=int, default=8)
    parser.add_argument("--limit", type=int, default=100_000, help="held-out works of each style, for a quick look")
    parser.add_argument("--cache", type=Path, help="classify: an .npz file of scores already read")
    parser.add_argument("--folder", type=Path, default=Path("chorales"), help="read: where to write")
    parser.add_argument("--without-baseline", action="store_true", help="likelihood: the composer alone")
    parser.add_argument("--group", action="append", choices=list(GROUPS), help="likelihood: only these groups (repeatable)")
    asked = parser.parse_args()
    if asked.what == "likelihood":
        if asked.exclude is None:
            parser.error("likelihood needs --exclude, the list of held-out works")
        result = likelihood(asked.exclude, limit=asked.limit, groups=asked.group, against=not asked.without_baseline)
    elif asked.what == "edits":
        if asked.exclude is None:
            parser.error("edits needs --exclude, the list of held-out works")
        result = edits(asked.exclude, min(asked.count, 24), asked.best_of)
    elif asked.what == "classify":
        if asked.exclude is None:
            parser.error("classify needs --exclude, the list of held-out works")
        result = classify(asked.exclude, asked.count, asked.cache)
    elif asked.what == "read":
        result = read(asked.count, asked.best_of, asked.folder)
    elif asked.what == "speed":
        result = speed()
    elif asked.what == "chorales":
        result = chorales(asked.count, asked.best_of)
    else:
        result = copies(asked.count)
    print(json.dumps(result, indent=1))


if __name__ == "__main__":
    main()
