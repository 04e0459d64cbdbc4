"""A contact sheet of the atelier: rows are themes, columns are styles. A file that ends in .jpg is made to fit --bytes.

python benchmarks/painting_sheet.py docs/gallery.jpg                     # the gallery: twelve styles by six themes
python benchmarks/painting_sheet.py OUT.png --styles monet,hokusai --themes "a river in autumn|a horse" --seed 1 --width 420
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import numpy as np
from artwright.core.theme import Theme
from artwright.plugins.painting.atelier.compose import compose
from artwright.plugins.painting.atelier.manners import manner_of
from artwright.plugins.painting.atelier.planner import make_plan
from artwright.plugins.painting.atelier.styles import find_style, paint
from PIL import Image

STYLES = ("monet", "seurat", "cezanne", "van-gogh", "turner", "hokusai", "shan-shui", "rembrandt", "vermeer", "klimt", "cubism", "pirosmani")
THEMES = (
    "misty mountains at dawn",
    "a ship in a storm",
    "a lady in a garden in spring",
    "portrait of an old man",
    "flowers in a vase",
    "a bridge under the autumn moon",
)


def main() -> None:
    """Paint the sheet and print what each cell took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--styles", default=",".join(STYLES))
    parser.add_argument("--themes", default="|".join(THEMES))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seeds", default="", help="seeds instead of one; they become rows")
    parser.add_argument("--vary", action="store_true", help="another seed in each column: other sitters, other layouts")
    parser.add_argument("--width", type=int, default=400, help="width of a cell")
    parser.add_argument("--paint-width", type=int, default=0, help="width at which it is painted, then reduced")
    parser.add_argument("--aspect", type=float, default=4 / 3)
    parser.add_argument("--gap", type=int, default=4)
    parser.add_argument("--bytes", type=int, default=1_500_000, help="largest size of a JPEG")
    given = parser.parse_args()
    styles, themes = given.styles.split(","), given.themes.split("|")
    seeds = [int(s) for s in given.seeds.split(",")] if given.seeds else [given.seed]
    wide = given.paint_width or given.width
    size = (wide, round(wide / given.aspect))
    cell = (given.width, round(given.width / given.aspect))
    rows = [(theme, seed) for theme in themes for seed in seeds]
    sheet = Image.new("RGB", (len(styles) * (cell[0] + given.gap) - given.gap, len(rows) * (cell[1] + given.gap) - given.gap), (24, 24, 24))
    for r, (theme, first) in enumerate(rows):
        for c, name in enumerate(styles):
            begun = time.process_time()
            seed = first + c if given.vary else first
            plan = make_plan(Theme.from_prompt(theme), seed, given.aspect, manner=manner_of(name))
            scene = compose(plan, max(480, size[1]))
            image = paint(scene, find_style(name), size=size, rng=np.random.default_rng([seed, 99]))
            print(f"{theme!r} seed {seed} {name}: {plan.ground} {plan.template} {plan.time} {plan.season}, {time.process_time() - begun:.1f} s", flush=True)
            sheet.paste(image.resize(cell, Image.Resampling.LANCZOS), (c * (cell[0] + given.gap), r * (cell[1] + given.gap)))
    if given.out.suffix != ".jpg":
        sheet.save(given.out)
        return
    for quality in range(92, 30, -4):
        sheet.save(given.out, quality=quality, optimize=True)
        if given.out.stat().st_size <= given.bytes:
            break


if __name__ == "__main__":
    main()
