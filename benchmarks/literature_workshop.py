"""The poet's workshop measured: what `check` says of real poems that a corpus calls regulated, and of real sonnets.

    python benchmarks/literature_workshop.py --corpus TEXTS [--poems 1000] [--seed 7]

TEXTS is the folder that holds poetry-zh.jsonl.gz and poetry-en.jsonl.gz. A fault named in a real poem is a false alarm
or the poet's own: the rows of the first poems are printed so that a person can tell.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import time
from collections import Counter
from pathlib import Path
from typing import Any

from artwright.core.artwork import Text
from artwright.plugins.literature.workshop.check import check
from artwright.plugins.literature.workshop.findings import Verdict

REGULATED = ("wujue", "qijue", "wulv", "qilv")


def rows_of(path: Path) -> list[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--poems", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=7)
    arguments = parser.parse_args()
    chinese = [r for r in rows_of(arguments.corpus / "poetry-zh.jsonl.gz") if r.get("regulated")]
    english = [r for r in rows_of(arguments.corpus / "poetry-en.jsonl.gz") if len(r["lines"]) == 14]
    for name, rows in (("regulated", [r for r in chinese if r["form"] in REGULATED]), ("fourteen lines", english)):
        random.Random(arguments.seed).shuffle(rows)
        tell(name, "zh" if name == "regulated" else "en", rows[: arguments.poems])


def tell(name: str, language: str, rows: list[dict[str, Any]]) -> None:
    start = time.process_time()
    verdicts: list[tuple[dict[str, Any], Verdict]] = []
    for row in rows:
        stanzas = tuple(map(tuple, row.get("stanzas") or (row["lines"],)))
        verdicts.append((row, check(Text(stanzas=stanzas, language=language))))
    seconds = (time.process_time() - start) / max(1, len(rows))
    print(f"{name}: {len(rows)} poems, {1000 * seconds:.1f} ms each")
    old = [v for _, v in verdicts if v.otherwise]
    faulty = [(r, v) for r, v in verdicts if not v.kept]
    print(f"  with a fault {len(faulty) / len(rows):.3f}, read as old style {len(old) / len(rows):.3f}")
    for weight in ("fault", "blemish"):
        count = Counter(n for _, v in verdicts for n in {f.name for f in v.faults if f.weight == weight})
        print(f"  {weight}: " + ", ".join(f"{n} {k / len(rows):.3f}" for n, k in count.most_common()))
    count = Counter(n for _, v in verdicts for n in {x.name for x in v.licences})
    print("  licences: " + ", ".join(f"{n} {k / len(rows):.3f}" for n, k in count.most_common(12)))
    print("  forms: " + ", ".join(f"{n} {k}" for n, k in Counter(v.name for _, v in verdicts).most_common(14)))
    for row, verdict in faulty[:12]:
        print(f"    {row['author']}, {row['title']}: {next(f for f in verdict.faults if f.weight == 'fault')}")


if __name__ == "__main__":
    main()
