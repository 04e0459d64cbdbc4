"""Checks of painted pictures by numbers, each figure beside its limits: values, texture, chroma, flow, focus, and
variety between seeds.

The limits are the ranges over 28 masterworks, with the narrower ones for single hands where they were measured. A mark
(!) stands beside a figure
outside them. Variety is taken on composed scenes, 8 seeds a theme: mean pairwise difference of light at 32 x 24, the
better of a picture and its mirror.

python benchmarks/painting_checks.py                                     # all hands, 5 themes, 512 px
python benchmarks/painting_checks.py --styles monet,turner --themes 3
python benchmarks/painting_checks.py --styles "" --seeds 8               # variety alone
"""

from __future__ import annotations

import argparse
import itertools

import numpy as np
from artwright.core.theme import Theme
from artwright.plugins.painting.atelier.colour import Array
from artwright.plugins.painting.atelier.drawing import draw_scene
from artwright.plugins.painting.atelier.layout.from_theme import make_plan
from artwright.plugins.painting.atelier.layout.habits import habits_of
from artwright.plugins.painting.atelier.noise import blur, resize
from artwright.plugins.painting.atelier.scene import Scene
from artwright.plugins.painting.atelier.styles import HANDS, find_style, paint
from artwright.plugins.painting.reading.brushwork import measure, to_lab

THEMES = (
    "misty mountains at dawn",
    "a ship in a storm",
    "portrait of an old man",
    "a bridge under the autumn moon",
    "flowers in a vase",
)
VARIED = ("mountains", "a river", "a village", "flowers in a vase", "a lady in a garden", "portrait of a woman")
VARIETY = 0.12
LIMITS = {
    "masses": (0.05, 0.22),
    "middle": (0.018, 0.064),
    "fine": (0.020, 0.087),
    "grain": (0.001, 0.015),
    "chroma": (0.022, 0.115),
    "chroma_high": (0.035, 0.165),
    "coherence": (0.34, 0.72),
    "hue_entropy": (0.25, 0.95),
    "dark": (0.0, 0.55),
    "light": (0.40, 0.97),
    "ends": (0.0, 0.01),
    "focus": (1.5, 99.0),
}
OWN = {
    # what was measured of single hands' masterworks
    "van-gogh": {"coherence": (0.50, 0.65)},
    "seurat": {"coherence": (0.30, 0.45)},
    "klimt": {"coherence": (0.30, 0.45)},
    "shan-shui": {"hue_entropy": (0.1, 0.5)},
    "rembrandt": {"light": (0.40, 0.79)},
}


def focus_contrast(lab: Array, focus: tuple[float, float]) -> float:
    """Deviation of light within .2 heights of the focus over the median of such deviations all over the picture. focus:
    in heights.
    """
    light, height = lab[..., 0], lab.shape[0]
    spread = np.sqrt(np.maximum(blur(light**2, 0.1 * height) - blur(light, 0.1 * height) ** 2, 0))
    y, x = (int(np.clip(v * height, 0, n - 1)) for v, n in zip(focus[::-1], light.shape, strict=True))
    return float(spread[y, x] / (np.median(spread) + 1e-6))


def figures(lab: Array, scene: Scene) -> dict[str, float]:
    """All figures of one picture."""
    found = measure(lab).to_dict()
    ends = float(((lab[..., 0] < 0.005) | (lab[..., 0] > 0.995)).mean())
    return {**{k: v for k, v in found.items() if k in LIMITS}, "ends": ends, "focus": focus_contrast(lab, scene.focus)}


def variety(theme: str, seeds: int) -> float:
    """Mean pairwise difference of light between the scenes of a theme's first seeds."""
    maps = [
        resize(draw_scene(make_plan(Theme.from_prompt(theme), seed, 4 / 3), 96).lab, 24, 32)[..., 0]
        for seed in range(seeds)
    ]
    return float(
        np.mean([min(np.abs(a - b).mean(), np.abs(a - b[:, ::-1]).mean()) for a, b in itertools.combinations(maps, 2)])
    )


def main() -> None:
    """Paint, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--styles", default=",".join(HANDS))
    parser.add_argument("--themes", type=int, default=len(THEMES))
    parser.add_argument("--width", type=int, default=512)
    parser.add_argument("--seed", type=int, default=4)
    parser.add_argument("--seeds", type=int, default=8, help="seeds of the variety; 0 leaves it out")
    given = parser.parse_args()
    size = (given.width, round(given.width * 3 / 4))
    inside = total = 0
    if given.styles:
        print(f"{'':12}" + "".join(f"{k:>13}" for k in LIMITS))
        print(f"{'limits':12}" + "".join(f"{f'{a:g}-{b:g}':>13}" for a, b in LIMITS.values()))
    for name in filter(None, given.styles.split(",")):
        rows = []
        for theme in THEMES[: given.themes]:
            scene = draw_scene(make_plan(Theme.from_prompt(theme), given.seed, 4 / 3, habits=habits_of(name)), size[1])
            image = paint(scene, find_style(name), size=size, rng=np.random.default_rng([given.seed, 99]))
            rows.append(figures(to_lab(image), scene))
        limits = {**LIMITS, **OWN.get(name, {})}
        told = ""
        for key, (low, high) in limits.items():
            middle = float(np.median([row[key] for row in rows]))
            good = low <= middle <= high
            inside, total = inside + good, total + 1
            told += f"{f'{middle:.3f}' + (' ' if good else '!'):>13}"
        print(f"{name:12}{told}", flush=True)
    if total:
        print(f"{inside} of {total} medians over {given.themes} themes within their limits")
    if given.seeds > 1:
        found = {theme: variety(theme, given.seeds) for theme in VARIED}
        for theme, value in found.items():
            print(f"variety {theme:22} {value:.3f}{'' if value >= VARIETY else '!'} (at least {VARIETY:g})", flush=True)


if __name__ == "__main__":
    main()
