"""Marks by a reader who does not know whose work is whose.

    python benchmarks/blind.py themes 20 --seed 11 [--language en|zh]     draw themes by lot from the fixed list
    python benchmarks/blind.py shuffle OUT --ours FOLDER --real FOLDER [--seed N]
    python benchmarks/blind.py marks OUT                                  means and 95 % intervals once marks.csv is filled

`shuffle` copies works under numbers, shorn of names, titles, manifests and metadata: pictures to one size, texts without
title and author, scores as they are engraved. The key lies beside OUT, not in it. The reader gets OUT alone, and fills in
`marks.csv`: a number from 0 to 5 in each column, the whole range meant: 5 is a master's, 3 what one would show, 1 a failure.
The themes were written before any of them was tried, and nothing may be tuned to them; once used for tuning, a theme
must be replaced.
"""

from __future__ import annotations

import argparse
import csv
import json
import random
import statistics
import sys
from collections.abc import Mapping
from pathlib import Path

THEMES = Path(__file__).parent / "data" / "themes.txt"
COLUMNS = {
    "picture": ("composition", "drawing", "light", "surface", "would_hang"),
    "text": ("sense", "language", "form", "would_print"),
}
LONG_SIDE = 760


def draw_themes(number: int, seed: int, language: str = "") -> list[str]:
    """`number` themes of the list, drawn without repeats; language: "en" or "zh", or "" for both."""
    every = THEMES.read_text("utf-8").splitlines()
    chosen = [t for t in every if not language or ("zh" if ord(t[0]) > 0x3400 else "en") == language]
    return random.Random(seed).sample(chosen, number)


def shuffle(out: Path, folders: Mapping[str, Path], seed: int) -> None:
    """Write works under numbers to `out`, and which is whose beside it. folders: works by whose they are."""
    works = [(path, whose) for whose, folder in folders.items() for path in sorted(folder.iterdir())]
    works = [(path, whose) for path, whose in works if path.suffix.lower() in (".png", ".jpg", ".jpeg", ".txt")]
    random.Random(seed).shuffle(works)
    out.mkdir(parents=True)
    kinds = {"text" if path.suffix == ".txt" else "picture" for path, _ in works}
    if len(kinds) != 1:
        raise SystemExit("pictures or texts, not both: they are marked by different columns")
    kind = kinds.pop()
    key = {}
    for number, (path, whose) in enumerate(works, 1):
        name = f"{number:02d}{'.txt' if kind == 'text' else '.png'}"
        key[name] = {"whose": whose, "file": path.name}
        (_plain_text if kind == "text" else _plain_picture)(path, out / name)
    with (out / "marks.csv").open("w", newline="") as file:
        csv.writer(file).writerows([["work", *COLUMNS[kind]], *([name, *[""] * len(COLUMNS[kind])] for name in key)])
    out.with_name(out.name + "-key.json").write_text(json.dumps(key, indent=1, ensure_ascii=False))


def _plain_picture(path: Path, out: Path) -> None:
    from PIL import Image

    with Image.open(path) as picture:
        plain = picture.convert("RGB")
        plain.thumbnail((LONG_SIDE, LONG_SIDE), Image.Resampling.LANCZOS)
        clean = Image.new("RGB", plain.size)
        clean.paste(plain)
        clean.save(out)


def _plain_text(path: Path, out: Path) -> None:
    """The lines alone: the first line is a title, where an empty one follows it."""
    lines = path.read_text("utf-8").strip().splitlines()
    out.write_text("\n".join(lines[2:] if len(lines) > 2 and not lines[1].strip() else lines) + "\n")


def read_marks(out: Path) -> dict[str, dict[str, tuple[float, float, int]]]:
    """(mean, half of the 95 % interval, number) by whose and column."""
    key = json.loads(out.with_name(out.name + "-key.json").read_text())
    found: dict[str, dict[str, list[float]]] = {}
    with (out / "marks.csv").open() as file:
        for row in csv.DictReader(file):
            for column, mark in row.items():
                if column != "work":
                    found.setdefault(key[row["work"]]["whose"], {}).setdefault(column, []).append(float(mark))
    return {
        whose: {
            column: (statistics.mean(v), 1.96 * statistics.stdev(v) / len(v) ** 0.5, len(v))
            for column, v in columns.items()
        }
        for whose, columns in found.items()
    }


def main(arguments: list[str]) -> int:
    """The command; its parts are in the module's text."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    themes = commands.add_parser("themes")
    themes.add_argument("number", type=int)
    themes.add_argument("--seed", type=int, required=True)
    themes.add_argument("--language", choices=("en", "zh"), default="")
    mixing = commands.add_parser("shuffle")
    mixing.add_argument("out", type=Path)
    mixing.add_argument("--ours", type=Path, required=True)
    mixing.add_argument("--real", type=Path, required=True)
    mixing.add_argument("--seed", type=int, default=1)
    commands.add_parser("marks").add_argument("out", type=Path)
    given = parser.parse_args(arguments)
    if given.command == "themes":
        print("\n".join(draw_themes(given.number, given.seed, given.language)))
    elif given.command == "shuffle":
        shuffle(given.out, {"ours": given.ours, "real": given.real}, given.seed)
    else:
        for whose, columns in sorted(read_marks(given.out).items()):
            told = "; ".join(f"{name} {mean:.2f} ±{half:.2f}" for name, (mean, half, _) in columns.items())
            print(f"{whose} ({next(iter(columns.values()))[2]}): {told}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
