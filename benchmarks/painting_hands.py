"""What the eye says of the atelier's hands: paints THEMES in each style and counts how often the asked movement or a painter of its school comes first.

python benchmarks/painting_hands.py --themes 10 --width 480 --json hands.json
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import artwright.plugins.painting as painting
import numpy as np
from artwright.core.theme import Theme
from artwright.plugins.painting.atelier.compose import compose
from artwright.plugins.painting.atelier.manners import manner_of
from artwright.plugins.painting.atelier.planner import make_plan
from artwright.plugins.painting.atelier.styles import find_style, paint
from artwright.plugins.painting.eye.model import Eye
from PIL import Image

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
IMPRESSIONISTS = {
    "Claude Monet",
    "Alfred Sisley",
    "Camille Pissarro",
    "Pierre-Auguste Renoir",
    "Gustave Caillebotte",
    "Eugene Boudin",
    "Berthe Morisot",
    "Edouard Manet",
    "Edgar Degas",
}
POST_IMPRESSIONISTS = {"Vincent van Gogh", "Paul Cezanne", "Paul Gauguin", "Georges Seurat", "Henri-Edmond Cross"}
BAROQUE = {"Rembrandt", "Caravaggio", "Frans Hals", "Diego Velazquez", "Bartolome Esteban Murillo", "Peter Paul Rubens", "Anthony van Dyck"}
PRINTS = {"Katsushika Hokusai", "Utagawa Hiroshige", "Utagawa Kuniyoshi", "Kitagawa Utamaro"}
SCHOOLS = {
    # hand: movement, "" where the eye has no class for it; painters of its school among the eye's classes
    "monet": ("Impressionism", IMPRESSIONISTS),
    "seurat": ("Pointillism", {"Georges Seurat", "Henri-Edmond Cross"}),
    "cezanne": ("", POST_IMPRESSIONISTS),
    "van-gogh": ("", POST_IMPRESSIONISTS),
    "turner": ("", {"Arkhip Kuindzhi", "Claude Monet", "Eugene Boudin"}),
    "hokusai": ("Ukiyo-e", PRINTS),
    "hiroshige": ("Ukiyo-e", PRINTS),
    "rembrandt": ("Baroque", BAROQUE),
    "vermeer": ("Baroque", BAROQUE),
    "cubism": ("Cubism", set()),
    "pirosmani": ("Naive Art (Primitivism)", {"Niko Pirosmani", "Henri Rousseau"}),
    "gauguin": ("", POST_IMPRESSIONISTS),
}


def main() -> None:
    """Paint, ask, count."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--styles", default=",".join(SCHOOLS))
    parser.add_argument("--themes", type=int, default=len(THEMES))
    parser.add_argument("--width", type=int, default=480)
    parser.add_argument("--seed", type=int, default=4)
    parser.add_argument("--json", type=Path, default=None)
    given = parser.parse_args()
    eye = Eye.load(Path(painting.__file__).parent / "weights" / "eye.safetensors")
    movements = set(eye.names["movement"])
    told, totals = {}, {"movement": [0, 0], "school": [0, 0]}
    height = round(given.width * 3 / 4)
    themes = [Theme.from_prompt(t) for t in THEMES[: given.themes]]
    for name in given.styles.split(","):
        movement, school = SCHOOLS[name]
        scenes = (compose(make_plan(t, given.seed, 4 / 3, manner=manner_of(name)), max(480, height)) for t in themes)
        seen: list[Image.Image] = [paint(s, find_style(name), size=(given.width, height), rng=np.random.default_rng([given.seed, 99])) for s in scenes]
        sights = [eye.look(image) for image in seen]
        first = [s.first("movement")[0] for s in sights]
        artists = [s.first("artist")[0] for s in sights]
        told[name] = {
            "movement_asked": movement if movement in movements else "",
            "movement_first": sum(m == movement for m in first) / len(first) if movement else None,
            "school_first": sum(a in school for a in artists) / len(artists) if school else None,
            "movements": {m: first.count(m) for m in sorted(set(first))},
            "artists": {a: artists.count(a) for a in sorted(set(artists))},
        }
        for subject, asked, right in (
            ("movement", movement in movements, (m == movement for m in first)),
            ("school", bool(school), (a in school for a in artists)),
        ):
            if asked:
                totals[subject][0] += sum(right)
                totals[subject][1] += len(first)
        print(name, json.dumps(told[name]), flush=True)
    for subject, (right, count) in totals.items():
        print(f"{subject} first: {right} of {count}, {100 * right / max(1, count):.0f} %")
    told["totals"] = totals
    if given.json:
        given.json.write_text(json.dumps(told, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
