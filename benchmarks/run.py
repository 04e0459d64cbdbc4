"""`make bench`: the benchmarks in turn, each figure beside its peer, written to `build/bench.json`.

    python benchmarks/run.py [NAME ...] [--corpora FOLDER]

NAME: of a benchmark without .py, all if none is given. FOLDER holds texts/, paintings/, photos/, styles/ and
music/EXCLUDE.csv; without it, what needs a corpus
is left out and says so. `make bench CORPORA=FOLDER` gives it.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ALONE: dict[str, tuple[str, ...]] = {
    "core": ("--json",),
    "demo": ("--json",),
    "words": ("--json",),
    "music": ("speed",),
    "music_sound": ("--json",),
    "music_theory": ("--json",),
    "literature_en": ("speed",),
    "literature_zh": ("--only", "speed,seconds,forms,poems,given", "--rows", "240", "--poems", "200"),
    "painting_checks": (),
    "painting_eye": ("--json",),
    "painting_hands": ("--json",),
    "painting_restore": ("--json",),
}
WITH_CORPORA: dict[str, tuple[str, ...]] = {
    "music": ("likelihood", "--exclude", "{}/music/EXCLUDE.csv"),
    "literature_en": ("voices", "{}/texts/prose-en"),
    "literature_zh": ("--corpus", "{}/texts", "--only", "bits,gaps,voice,prose", "--gaps", "300"),
    "literature_ppmd": ("{}/texts", "--json"),
    "originality": ("{}",),
    "painting_eye": ("{}/paintings", "--json"),
    "painting_restore": ("{}/paintings", "--json"),
    "painting_transfer": ("{}/photos/large", "{}/styles", "--out", "build/transfer", "--diagonals", "1"),
}


def measure(name: str, arguments: tuple[str, ...]) -> object:
    """What a benchmark prints: its JSON, else its text."""
    print(f"== {name} {' '.join(arguments)}", flush=True)
    done = subprocess.run(
        [sys.executable, str(HERE / f"{name}.py"), *arguments], stdout=subprocess.PIPE, text=True, check=False
    )
    print(done.stdout, flush=True)
    if done.returncode:
        return {"failed": done.returncode}
    try:
        return json.loads(done.stdout)
    except ValueError:
        return {"text": done.stdout}


def main() -> int:
    """Run them; the exit code is 1 if one failed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--corpora", default="", metavar="FOLDER")
    given = parser.parse_args()
    every = dict.fromkeys([*ALONE, *WITH_CORPORA])
    if odd := sorted(set(given.names) - set(every)):
        parser.error(f"there is no benchmark {odd[0]!r}; there are: {', '.join(every)}")
    found: dict[str, object] = {}
    for name in given.names or every:
        if name in ALONE:
            found[name] = measure(name, ALONE[name])
        if name in WITH_CORPORA and given.corpora:
            found[f"{name}, corpora"] = measure(name, tuple(a.format(given.corpora) for a in WITH_CORPORA[name]))
        elif name in WITH_CORPORA:
            print(f"== {name} on a corpus: left out, no --corpora was given", flush=True)
    out = HERE.parent / "build" / "bench.json"
    out.parent.mkdir(exist_ok=True)
    out.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", "utf-8")
    return int(any("failed" in f for f in found.values() if isinstance(f, dict)))


if __name__ == "__main__":
    sys.exit(main())
