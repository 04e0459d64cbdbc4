"""Train the net for players with roles: piano, songs, string quartets, hymns, choirs.

    python tools/train_music_roles.py read CORPORA works.jsonl.gz        # read the unpacked collections once
    python tools/train_music_roles.py fit works.jsonl.gz --name roles-1 --minutes 60
    python tools/train_music_roles.py fit works.jsonl.gz --name roles-2 --start roles-1 --rate 0.004 --minutes 70
    python tools/train_music_roles.py save works.jsonl.gz --name roles-1

Works are split by name: 5 % are held out. A run lies in `runs/NAME` with its checkpoints and `styles.log`.
"""

from __future__ import annotations

import argparse
import gzip
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from artwright.core.errors import FormatError
from artwright.core.training import TrainingPlan, load_best
from artwright.core.weights import load_weights, save_weights
from artwright.plugins.music.models.composer.roles.corpora import files_under, read_file
from artwright.plugins.music.models.composer.roles.dataset import RoleDataset
from artwright.plugins.music.models.composer.roles.encoding import encode
from artwright.plugins.music.models.composer.roles.scores import Chord, RoleScore
from artwright.plugins.music.models.composer.roles.training import (
    RoleRecipe,
    fit_roles,
    held_out_by_style,
    make_net,
    split_works,
    weights_of,
)
from artwright.plugins.music.theory.score import Metre

MODELS = Path(__file__).resolve().parents[1] / "plugins" / "music" / "models" / "composer"
LICENCE = (
    "songs and quartets: OpenScore, CC0; Chopin's and the Polish pieces: Narodowy Instytut Fryderyka Chopina, CC BY 4.0; "
    "hymns: Open Hymnal, public domain"
)


def to_row(score: RoleScore) -> dict[str, Any]:
    """A work as plain numbers."""
    row = asdict(score)
    row["slots"] = {str(u): [[c.onset, c.length, *c.tones] for c in chords] for u, chords in score.slots.items()}
    row["metres"] = [[m.tick, m.numerator, m.denominator] for m in score.metres]
    return row


def from_row(row: dict[str, Any]) -> RoleScore:
    """The inverse of `to_row`."""
    slots = {int(u): tuple(Chord(c[0], c[1], tuple(c[2:])) for c in chords) for u, chords in row["slots"].items()}
    return RoleScore(
        **row
        | {
            "slots": slots,
            "metres": tuple(Metre(*m) for m in row["metres"]),
            "keys": tuple(tuple(k) for k in row["keys"]),
            "sections": tuple(row["sections"]),
        }
    )


def read(folder: Path, out: Path) -> None:
    """Read the collections under a folder; say how many works were readable, and why others were not."""
    good: Counter[str] = Counter()
    bad: Counter[str] = Counter()
    with gzip.open(out, "wt", encoding="utf-8") as file:
        for found in files_under(folder):
            try:
                score = read_file(found)
            except FormatError as error:
                bad[f"{found.ensemble}: {str(error).rpartition(chr(39))[2].strip()[:60]}"] += 1
                continue
            good[found.ensemble] += 1
            file.write(json.dumps(to_row(score), separators=(",", ":")) + "\n")
    print(dict(good))
    for reason, count in bad.most_common():
        print(count, reason)


def works(path: Path) -> Iterator[RoleScore]:
    """The works that `read` wrote."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for row in file:
            yield from_row(json.loads(row))


def recipe_of(args: argparse.Namespace) -> RoleRecipe:
    """The shape and pace that the command asks for."""
    width = args.width
    return RoleRecipe(width=width, layers=args.layers, hidden=width * 43 // 16, rows=args.rows, decay=args.decay)


def fit(args: argparse.Namespace) -> None:
    """Train in `runs/NAME`."""
    training, held = split_works(list(works(args.works)))
    print(f"{len(training)} works to learn from, {len(held)} held out", flush=True)
    data = RoleDataset(training, weights_of(training))
    plan = TrainingPlan(
        minutes=args.minutes,
        lr=args.rate,
        decay_share=args.decay,
        seed=args.seed,
        evaluate_every=600.0,
        checkpoint_every=300.0,
        warmup=30,
    )
    start = load_weights(MODELS / f"{args.start}.safetensors")[0] if args.start else None
    fit_roles(recipe_of(args), data, held, plan=plan, folder=args.runs / args.name, resume=args.resume, start=start)


def save(args: argparse.Namespace) -> None:
    """The best of a run as weights with their card, its figures read on all held-out works."""
    training, held = split_works(list(works(args.works)))
    recipe = recipe_of(args)
    net = make_net(recipe)
    load_best(net, args.runs / args.name)
    net.eval()
    state = json.loads((args.runs / args.name / "state.json").read_text("utf-8"))
    figures = held_out_by_style(net, [(s.style, encode(s)) for s in held if s.notes < 20_000], limit=12_000)
    card = {
        "model": "composer",
        "kind": "roles",
        "data": {
            "works": dict(Counter(s.style for s in training)),
            "notes": sum(s.notes for s in training),
        },
        "licence": LICENCE,
        "steps": state["step"],
        "seconds": round(state["seconds"]),
        "seed": args.seed,
        "evaluation": {
            "held-out nats per note, header not counted": {k: round(n / max(1, c), 3) for k, (n, c) in figures.items()}
        },
        "command": f"python tools/train_music_roles.py fit works.jsonl.gz --name {args.name} --minutes {args.minutes:g}",
        "config": {**asdict(recipe), "heads": recipe.width // 32, "window": 256},
    }
    save_weights(MODELS / f"{args.name}.safetensors", net.arrays(), card)
    print(json.dumps(card["evaluation"], indent=1))


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("read", "fit", "save"))
    parser.add_argument("paths", nargs="+", type=Path, help="read: folder and file to write; else the file of works")
    parser.add_argument("--name", default="roles-1")
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--width", type=int, default=128)
    parser.add_argument("--layers", type=int, default=4)
    parser.add_argument("--rows", type=int, default=8)
    parser.add_argument("--decay", type=float, default=0.5)
    parser.add_argument("--rate", type=float, default=6e-3, help="the highest learning rate")
    parser.add_argument("--start", default="", help="weights that ship to begin with, in place of random ones")
    parser.add_argument("--runs", type=Path, default=Path("runs"))
    parser.add_argument("--resume", action="store_true")
    args = parser.parse_args()
    args.works = args.paths[0]
    if args.what == "read":
        read(*args.paths)
    else:
        {"fit": fit, "save": save}[args.what](args)


if __name__ == "__main__":
    main()
