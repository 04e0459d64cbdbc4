"""Models made smaller by `artwright models optimize`, and a table of what that costs.

python benchmarks/smaller.py run CORPUS --into FOLDER [--model prose-en] [--minutes 60]      each way in turn, cards in FOLDER
python benchmarks/smaller.py table FOLDER      the table of docs/models/smaller.md
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path

WAYS = {
    "int8": ["--quantize", "int8"],
    "int4": ["--quantize", "int4"],
    "pruned-units": ["--prune", "30%"],
    "pruned-numbers": ["--prune", "30%", "--grain", "numbers"],
    "half-width": ["--distill", "width=50%"],
    "half-layers": ["--distill", "layers=50%"],
}


def run(corpus: Path, into: Path, model: str, minutes: float) -> None:
    """Each way that has no card yet; what a model cannot do is told and left out."""
    into.mkdir(parents=True, exist_ok=True)
    for name, asked in WAYS.items():
        card = into / f"{name}.json"
        if card.exists():
            continue
        target = f"{Path(model).name}-{name}"
        command = ["artwright", "models", "optimize", model, *asked, "--corpus", str(corpus), "--minutes", str(minutes)]
        done = subprocess.run(
            [sys.executable, "-m", *command, "--into", target, "--json"], capture_output=True, text=True, check=False
        )
        if done.returncode:
            print(f"{name}: {done.stderr.strip()}")
        else:
            card.write_text(done.stdout)


def table(folder: Path) -> None:
    """A row for each card: share of the size in float32, loss, tokens a second at each number of rows."""
    print("| made | of float32 | loss before | after | change | tokens a second before | after |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for file in sorted(folder.glob("*.json")):
        found = json.loads(file.read_text())["evaluation"]
        before, after = found["before"], found["after"]
        speeds = [
            ", ".join(f"{v:,.0f}" for v in side["tokens_per_second_by_rows"].values()) for side in (before, after)
        ]
        losses = [side.get("held_out_nats_per_token", float("nan")) for side in (before, after)]
        share = after["bytes"] / found["bytes_of_before_in_float32"]
        print(
            f"| {file.stem} | {share:.1%} | {losses[0]:.4f} | {losses[1]:.4f} | {losses[1] / losses[0] - 1:+.2%} | "
            f"{speeds[0]} | {speeds[1]} |"
        )


def main(arguments: list[str]) -> int:
    """The command; its parts are in the module's text."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    running = commands.add_parser("run")
    running.add_argument("corpus", type=Path)
    running.add_argument("--into", type=Path, required=True)
    running.add_argument("--model", default="prose-en")
    running.add_argument("--minutes", type=float, default=60)
    commands.add_parser("table").add_argument("folder", type=Path)
    given = parser.parse_args(arguments)
    if given.command == "run":
        run(given.corpus, given.into, given.model, given.minutes)
    else:
        table(given.folder)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
