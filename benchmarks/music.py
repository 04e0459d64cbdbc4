"""The composer against its goals: likelihood against Kneser-Ney, speed against transformers, set figures against Bach.

    python benchmarks/music.py likelihood --exclude EXCLUDE.csv     held-out nats per note, and KN-5 over the same
    tokens and data
    python benchmarks/music.py speed                                tokens a second against transformers' generate; 16
    bars best of 8
    python benchmarks/music.py chorales --count 200                 figures of generated chorales against Bach's, by a
    checker apart
    python benchmarks/music.py edits --exclude EXCLUDE.csv          24 held-out sopranos harmonised, 24 gaps restored
    python benchmarks/music.py copies --count 500                   longest runs shared with the training works, all
    styles
    python benchmarks/music.py classify --exclude EXCLUDE.csv --count 48   a classifier of style trained on real works
    names generated ones
    python benchmarks/music.py read --count 20 --folder FOLDER      chorales bar by bar: chords, cadences, faults; MIDI
    files and piano rolls

Each prints one JSON object. `likelihood` reads music21's corpus; the works of the list are the test, all others train
the n-gram model.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import music_pieces
import numpy as np

ORDER = 5
DISCOUNT = 0.75


class KneserNey:
    """Interpolated Kneser-Ney of order 5 with one discount, over integers; unseen tokens share what a uniform base
    gives.
    """

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
        return -sum(
            math.log(self.probability(tuple(padded[i - ORDER + 1 : i]), padded[i]))
            for i in range(ORDER - 1, len(padded))
        )


def tokens_of(encoded: Any) -> list[int]:
    """The composer's own tokens in a row: voice and pitch in one, then length."""
    row: list[int] = []
    for pitch, length, voice in zip(
        encoded.pitch.tolist(), encoded.length.tolist(), encoded.voice.tolist(), strict=True
    ):
        row += [voice * 90 + pitch, 1000 + length]
    return row


GROUPS = {
    "chorales": ("bach",),
    "palestrina": ("palestrina",),
    "monteverdi": ("monteverdi",),
    "quartets": ("mozart", "haydn", "beethoven"),
    "trecento": ("trecento",),
    "folk": ("ryan", "oneill", "aird", "essen", "chinese"),
}


def likelihood(exclude: Path, *, limit: int, groups: list[str], against: bool = True) -> dict[str, Any]:
    """By group: the composer's nats per note with header, KN-5's on the same tokens (header added), and how far below
    it is.
    """
    from artwright.plugins.music.models.composer import corpus, evaluation
    from artwright.plugins.music.models.composer.encoding import encode
    from artwright.plugins.music.models.composer.engine import Engine
    from artwright.plugins.music.models.composer.lending import judges
    from artwright.plugins.music.models.composer.style_facts import header_nats

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
            "works": len(test),
            "notes": notes,
            "nats_per_note": round(nats / notes, 4),
            "nats_per_grid_token": round(nats / grid, 4),
            "header": round(header / notes, 4),
        }
        if against:
            model = KneserNey([tokens_of(encode(s)) for s in train], 6 * 90 + 100)
            baseline = sum(model.nats(tokens_of(encode(s))) for s in test) + header
            result[group] |= {
                "kn5_nats_per_note": round(baseline / notes, 4),
                "below_kn5": round(1 - nats / baseline, 4),
            }
        print(group, result[group], file=sys.stderr, flush=True)
    return result


def speed() -> dict[str, Any]:
    """Positions a second at batch 1: numpy decoder, and transformers' Llama with the same body weights; 16 bars in four
    parts, best of 8.
    """
    import torch
    from artwright.core.weights import load_weights
    from artwright.plugins.music.composing.candidates import compose
    from artwright.plugins.music.composing.plan import plan_piece
    from artwright.plugins.music.models.composer.engine import Engine
    from artwright.plugins.music.models.composer.lending import weight_files
    from transformers import LlamaConfig, LlamaForCausalLM

    torch.set_num_threads(1)
    paths = weight_files("bach", "", None)
    engine = Engine.load(paths[:1])
    net = engine.nets[0]
    width = net.decoder.width
    arrays, _ = load_weights(paths[0])
    names = ("qkv", "out", "gate_up", "down")
    layers = [
        {n: torch.from_numpy(np.array(arrays[f"body.layers.{i}.{n}.weight"], np.float32)) for n in names}
        for i in range(len(net.decoder.layers))
    ]
    config = LlamaConfig(
        vocab_size=128,
        hidden_size=width,
        intermediate_size=layers[0]["down"].shape[1],
        num_hidden_layers=len(layers),
        num_attention_heads=net.decoder.heads,
        max_position_embeddings=512,
        bos_token_id=1,
        eos_token_id=None,
        pad_token_id=0,
    )
    peer = LlamaForCausalLM(config).eval()
    state = peer.state_dict()
    with torch.no_grad():
        for i, layer in enumerate(layers):
            (q, k, v), (gate, up) = layer["qkv"].chunk(3), layer["gate_up"].chunk(2)
            for name, value in (
                ("self_attn.q_proj", q),
                ("self_attn.k_proj", k),
                ("self_attn.v_proj", v),
                ("self_attn.o_proj", layer["out"]),
                ("mlp.gate_proj", gate),
                ("mlp.up_proj", up),
                ("mlp.down_proj", layer["down"]),
            ):
                state[f"model.layers.{i}.{name}.weight"].copy_(value)
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
        found = compose(
            engine,
            [plan] * count,
            np.random.default_rng(1),
            style="bach",
            voices=4,
            signature=0,
            minor=False,
            tempo_qpm=80,
        )
        return time.process_time() - began, sum(f.score.notes for f in found)

    write(1)
    seconds, notes = write(1)
    batch_seconds, batch_notes = write(8)
    full = Engine.load(paths)
    engine = full
    ensemble, _ = write(8)
    return {
        "transformers_generate_tokens_per_s": round(theirs, 1),
        "composer_notes_per_s": round(notes / seconds, 1),
        "composer_tokens_per_s": round(2 * notes / seconds, 1),
        "ratio": round(2 * notes / seconds / theirs, 2),
        "ratio_by_forward_passes": round(notes / seconds / theirs, 2),
        "note": "CPU seconds of one thread; a note is two tokens for both, pitch and length: the composer draws both, "
        "under all masks, after one "
        "pass of its body, a causal language model after two",
        "best_of_8_s": round(batch_seconds, 2),
        "best_of_8_notes_per_s": round(batch_notes / batch_seconds, 1),
        "best_of_8_all_nets_s": round(ensemble, 2),
        "nets": len(full.nets),
    }


def main() -> None:
    """Run one benchmark and print its figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("likelihood", "speed", "chorales", "copies", "edits", "classify", "read"))
    parser.add_argument("--exclude", type=Path, help="CSV of held-out works")
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--best-of", type=int, default=8)
    parser.add_argument("--limit", type=int, default=100_000, help="held-out works of each style, for a quick look")
    parser.add_argument("--folder", type=Path, default=Path("chorales"), help="read: where to write")
    parser.add_argument("--without-baseline", action="store_true", help="likelihood: the composer alone")
    parser.add_argument(
        "--group", action="append", choices=list(GROUPS), help="likelihood: only these groups (repeatable)"
    )
    asked = parser.parse_args()
    if asked.what in ("likelihood", "edits", "classify") and asked.exclude is None:
        parser.error(f"{asked.what} needs --exclude, the list of held-out works")
    run: dict[str, Callable[[], dict[str, Any]]] = {
        "likelihood": lambda: likelihood(
            asked.exclude, limit=asked.limit, groups=asked.group, against=not asked.without_baseline
        ),
        "speed": speed,
        "chorales": lambda: music_pieces.chorales(asked.count, asked.best_of),
        "edits": lambda: music_pieces.edits(asked.exclude, min(asked.count, 24), asked.best_of),
        "copies": lambda: music_pieces.copies(asked.count),
        "classify": lambda: music_pieces.classify(asked.exclude, asked.count),
        "read": lambda: music_pieces.read(asked.count, asked.best_of, asked.folder),
    }
    result = run[asked.what]()
    print(json.dumps(result, indent=1))


if __name__ == "__main__":
    main()
