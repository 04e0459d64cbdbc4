"""PPMd beside the literature models: bits a character of their held-out works, after reading what they learned from.

    python benchmarks/literature_ppmd.py CORPUS        CORPUS: the folder that the models were trained on (prose-en/,
    prose-zh/, poetry-*.jsonl*)

PPMd (Shkarin 2002, variant H, order 6, as in 7-Zip) is an adaptive compressor: it goes on learning while it reads the
held-out works, one
after another. Its bits are the growth of the compressed file. Needs the extra `bench`.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

ORDER, MEMORY = 6, 1 << 30


def bits_per_character(learned: Sequence[str], held: Sequence[str]) -> float:
    """Of the held texts, each with an end mark, after the learned ones."""
    import pyppmd

    def size(texts: Sequence[str]) -> int:
        encoder = pyppmd.Ppmd7Encoder(ORDER, MEMORY)
        total = sum(len(encoder.encode((text + "\x03").encode("utf-8"))) for text in texts)
        return total + len(encoder.flush())

    characters = sum(len(text) + 1 for text in held)
    return round(8 * (size([*learned, *held]) - size(learned)) / characters, 4)


def main() -> None:
    """Measure and print one JSON object a line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path, nargs="?")
    parser.add_argument("--json", action="store_true")
    corpus = parser.parse_args().corpus
    if corpus is None:
        print(json.dumps({"skipped": "the folder that the models were trained on was not given"}))
        return
    from artwright.core.training import split_held_out
    from artwright.plugins.literature.chinese.corpus import read_prose
    from artwright.plugins.literature.models.prose_en.texts import gather

    works, held_works, poems, held_poems = gather(corpus)
    for name, learned, held in (
        ("english prose", [w.text for w in works], [w.text for w in held_works]),
        ("english verse", poems, held_poems),
    ):
        print(
            json.dumps(
                {
                    name: bits_per_character(learned, held),
                    "works": len(held),
                    "characters": sum(len(t) + 1 for t in held),
                }
            ),
            flush=True,
        )
    pieces = read_prose(corpus / "prose-zh")
    kept, out = split_held_out([f"{a}/{n}" for a, n, _ in pieces], 0.06)
    lu_xun = [pieces[i][2] for i in out if pieces[i][0] == "luxun"]
    print(
        json.dumps({"lu xun": bits_per_character([pieces[i][2] for i in kept], lu_xun), "works": len(lu_xun)}),
        flush=True,
    )


if __name__ == "__main__":
    main()
