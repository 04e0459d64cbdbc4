"""What is counted once in the training works, and how counts are mixed with the nets: makes four files of the music
plugin.

    python tools/build_music_counts.py count --exclude EXCLUDE.csv     data/style_counts.json (facts), data/harmony.npz
    (progressions), weights/lines-1.safetensors
    python tools/build_music_counts.py fit --exclude EXCLUDE.csv       data/blend.json, fitted on our own held-out works

`fit` prints, for each style, nats per note of the nets alone and of the mixture, cross-validated: fitted on every other
held-out work, read on the rest.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np

MUSIC = Path(__file__).parent.parent / "plugins" / "music"
ROUNDS = 90
ALONE = 4_000
"""Positions from which a style gets weights of its own beside those of its group."""


def split(exclude: Path) -> tuple[list[Any], dict[str, list[Any]]]:
    """(training scores, held-out scores by style): the split that training makes."""
    from artwright.core.training import split_held_out
    from artwright.plugins.music.models.composer import corpus, training

    by_style: dict[str, list[Any]] = {}
    for score in training.collect(corpus.find_music21(), exclude=exclude):
        by_style.setdefault(score.style, []).append(score)
    kept: list[Any] = []
    held: dict[str, list[Any]] = {}
    for style, of in by_style.items():
        inside, outside = split_held_out([s.name for s in of], 0.085 if style == "bach" else 0.06)
        kept += [of[i] for i in inside]
        held[style] = [of[i] for i in outside]
    return kept, held


def count(kept: list[Any], command: str) -> None:
    """Write the facts about each style, the progressions of the chorales, and the lines of the training works."""
    from artwright.core.weights import save_weights
    from artwright.plugins.music.models.composer import continuations as memory
    from artwright.plugins.music.models.composer import style_facts as facts
    from artwright.plugins.music.models.composer.encoding import encode
    from artwright.plugins.music.theory import progressions as harmony
    from artwright.plugins.music.theory.keys import key_shift

    table = facts.count_facts(kept)
    facts.PATH.write_text(json.dumps(table, indent=1) + "\n", "utf-8")
    chorales = [s for s in kept if s.style == "bach"]
    beats = [
        harmony.sonorities(s.lines, 0, s.length, key_shift(s.signature), facts.pickup_of(s.metres)) for s in chorales
    ]
    np.savez_compressed(harmony.PATH, **harmony.count_progressions(beats))
    card = {
        "data": {
            "works": {style: row["works"] for style, row in table.items()},
            "notes": sum(row["notes"] for row in table.values()),
        },
        "licence": "public domain works, read from the corpus that comes with music21; intervals and lengths of their "
        "lines, without names",
        "steps": 0,
        "seconds": 0,
        "seed": 0,
        "evaluation": {},
        "command": command,
        "config": {},
    }
    save_weights(memory.PATH, memory.build_lines([encode(s) for s in kept]), card)


def readings(scores: list[Any], style: str, limit: int) -> dict[str, Any]:
    """What nets and counts say at about `limit` positions of some works."""
    from artwright.plugins.music.models.composer import continuations as memory
    from artwright.plugins.music.models.composer.encoding import encode
    from artwright.plugins.music.models.composer.engine import Engine
    from artwright.plugins.music.models.composer.evaluation import VIEWS, read_nets
    from artwright.plugins.music.models.composer.lending import judges

    engine = Engine.load(judges(style, "", None)).seen(VIEWS)
    works, total = [], 0
    for score in scores:
        if total >= limit:
            break
        works.append(encode(score))
        total += len(works[-1].onset)
    found = [read_nets(engine, work) for work in works]
    return {
        "logs": np.concatenate([f.logs for f in found]),
        "undecided": np.concatenate([f.undecided for f in found]),
        "counts": np.concatenate(memory.counts(works, style)),
        "counted": np.concatenate([w.counted for w in works]),
        "work": np.concatenate([np.full(len(w.onset), i) for i, w in enumerate(works)]),
    }


def fit(rows: list[dict[str, Any]], use: list[Any], start: Any = None, pull: float = 1e-4) -> Any:
    """Weights that make the positions `use` of each of `rows` likeliest. start: weights that
    these are pulled towards.
    """
    import torch

    first = torch.zeros(rows[0]["counts"].shape[1], 2, 4)
    first[..., 0], first[..., 2] = 2.0, 0.5
    centre = torch.zeros_like(first) if start is None else start
    weights = (first if start is None else centre).clone().requires_grad_(True)
    optimiser = torch.optim.Adam([weights], lr=0.08)
    data = [
        torch.tensor(np.concatenate([r[name][u] for r, u in zip(rows, use, strict=True)]), dtype=torch.float32)
        for name in ("logs", "undecided", "counts")
    ]
    for step in range(ROUNDS):
        for group in optimiser.param_groups:
            group["lr"] = 0.08 * (1 - step / ROUNDS) + 0.002
        optimiser.zero_grad()
        loss = _nats(data, weights) / len(data[0]) + pull * ((weights - centre) ** 2).sum()
        loss.backward()
        optimiser.step()
    return weights.detach()


def _nats(data: list[Any], weights: Any) -> Any:
    """Nats of some positions under the mixture: `blending.blend`, so that its parameters can be fitted."""
    import torch
    from artwright.plugins.music.models.composer.blending import BOUND

    p, h, counts = data[0].exp(), data[1] - 1, data[2]
    for k in range(counts.shape[1]):
        seen, total, kinds = counts[:, k].unbind(-1)
        a = weights[k]
        strength = a[:, 0] + a[:, 1] * h + a[:, 3] * torch.log(kinds.clamp(min=1))
        s, d = (BOUND * torch.tanh(strength / BOUND)).exp(), torch.sigmoid(a[:, 2])
        p = torch.where(total > 0, ((seen - d) * (seen > 0) + (s + d * kinds) * p) / (total + s), p)
    return -torch.log(p).sum()


def read_off(row: dict[str, Any], use: Any, weights: Any) -> float:
    """Nats of the positions `use` as the plugin computes them."""
    from artwright.plugins.music.models.composer.blending import blend

    return -float(
        blend(row["logs"][use], row["undecided"][use], row["counts"][use], weights.numpy().astype(float)).sum()
    )


def fit_all(held: dict[str, list[Any]], limit: int, only: list[str]) -> dict[str, Any]:
    """Write data/blend.json (unless only some styles are asked for) and give the cross-validated figures by style."""
    import torch
    from artwright.plugins.music.models.composer import blending
    from artwright.plugins.music.models.composer import continuations as memory

    torch.set_num_threads(1)
    table: dict[str, Any] = {}
    figures: dict[str, Any] = {}
    for group, styles in memory.GROUPS.items():
        chosen = [s for s in styles if s in held and (not only or s in only)]
        rows = [readings(held[s], s, limit) for s in chosen]
        if not rows:
            continue
        parts = [[np.flatnonzero(r["work"] % 2 == half) for r in rows] for half in (0, 1)]
        halves = [fit(rows, part) for part in parts]
        whole = fit(rows, [np.arange(len(r["work"])) for r in rows])
        table[group] = _row(whole)
        for at, style in enumerate(chosen):
            row, own = rows[at], len(rows[at]["work"]) >= ALONE and len(rows) > 1
            nats = 0.0
            for half in (0, 1):
                fitted = fit([row], [parts[half][at]], halves[half], 1e-3) if own else halves[half]
                nats += read_off(row, parts[1 - half][at], fitted)
            if own:
                table[style] = _row(fit([row], [np.arange(len(row["work"]))], whole, 1e-3))
            notes = int(row["counted"].sum())
            figures[style] = {
                "notes": notes,
                "nets": round(-float(row["logs"].sum()) / notes, 4),
                "mixed": round(nats / notes, 4),
            }
            print(style, figures[style], file=sys.stderr, flush=True)
    if not only:
        blending.PATH.write_text(json.dumps(table, separators=(",", ":")) + "\n", "utf-8")
    return figures


def _row(weights: Any) -> list[Any]:
    return list(np.round(weights.numpy().astype(float), 3).tolist())


def main() -> None:
    """Count or fit."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("count", "fit"))
    parser.add_argument("--exclude", type=Path, required=True, help="CSV of held-out works, which are left out")
    parser.add_argument("--limit", type=int, default=8_000, help="fit: positions of each style")
    parser.add_argument("--style", action="append", default=[], help="fit: only these (nothing is written)")
    asked = parser.parse_args()
    kept, held = split(asked.exclude)
    if asked.what == "count":
        count(kept, "python tools/build_music_counts.py count --exclude music/EXCLUDE.csv")
    else:
        print(json.dumps(fit_all(held, asked.limit, asked.style), indent=1))


if __name__ == "__main__":
    main()
