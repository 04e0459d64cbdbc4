"""What the eye says of the atelier's hands: paints THEMES in each style and counts how often the asked movement or a
painter of its school comes first.

python benchmarks/painting_hands.py --seed 31 --best-of 1,3 [--json]     # 12 styles x 10 themes, one layout of each and
the best of three
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, TextIO

from artwright.core.studio import Studio
from artwright.plugins.painting.eye.model import Eye
from artwright.plugins.painting.eye.schools import SCHOOLS
from artwright.plugins.painting.models.lending import EYE

THEMES = (
    "misty mountains at dawn",
    "a ship in a storm",
    "village in spring",
    "flowers in a vase",
    "woman with a parasol in a garden",
    "a bridge under the autumn moon",
    "a horse in a meadow",
    "portrait of a woman",
    "fruit and wine",
    "harbour at sunset",
)


def count_hands(
    styles: list[str], themes: tuple[str, ...], seed: int, width: int, best_of: int, out: TextIO
) -> dict[str, Any]:
    """What the eye sees first, by style, and the totals over styles whose movement or painters it knows."""
    eye = Eye.load(EYE)
    told: dict[str, Any] = {}
    totals = {"movement": [0, 0], "school": [0, 0]}
    began = time.process_time()
    with tempfile.TemporaryDirectory() as home:
        studio = Studio(Path(home))
        for name in styles:
            school = SCHOOLS[name]
            works = (
                studio.generate("painting", t, style=name, seed=seed, options={"width": width, "best_of": best_of})
                for t in themes
            )
            sights = [eye.look(work.payload) for work in works]
            movements, artists = ([s.first(subject)[0] for s in sights] for subject in ("movement", "artist"))
            right = {
                "movement": [m == school.movement for m in movements],
                "school": [a in school.painters for a in artists],
            }
            asked = {"movement": school.movement in eye.names["movement"], "school": bool(school.painters)}
            for subject in (s for s in totals if asked[s]):
                totals[subject][0] += sum(right[subject])
                totals[subject][1] += len(sights)
            told[name] = {f"{s}_first": sum(right[s]) for s in right if asked[s]} | {
                "movements": {m: movements.count(m) for m in sorted(set(movements))},
                "artists": {a: artists.count(a) for a in sorted(set(artists))},
            }
            print(f"best of {best_of}, {name}:", json.dumps(told[name]), file=out, flush=True)
    for subject, (right_ones, count) in totals.items():
        print(
            f"best of {best_of}, {subject} first: {right_ones} of {count}, {100 * right_ones / max(1, count):.0f} %",
            file=out,
            flush=True,
        )
    return told | {
        "totals": totals,
        "cpu_seconds_a_picture": round((time.process_time() - began) / (len(styles) * len(themes)), 2),
    }


def main() -> None:
    """Paint, ask, count."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--styles", default=",".join(SCHOOLS))
    parser.add_argument("--themes", type=int, default=len(THEMES))
    parser.add_argument("--width", type=int, default=480)
    parser.add_argument("--seed", type=int, default=4)
    parser.add_argument("--best-of", default="1,3", help="drafts to choose from, one or several numbers")
    parser.add_argument("--json", action="store_true", help="print one JSON object at the end, and nothing before it")
    given = parser.parse_args()
    out = sys.stderr if given.json else sys.stdout
    told = {
        f"best_of_{n}": count_hands(
            given.styles.split(","), THEMES[: given.themes], given.seed, given.width, int(n), out
        )
        for n in given.best_of.split(",")
    }
    if given.json:
        print(json.dumps(told, indent=1))


if __name__ == "__main__":
    main()
