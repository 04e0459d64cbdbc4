"""A contact sheet of the atelier: rows are themes, columns are styles. A file that ends in .jpg is made to fit --bytes.

python tools/build_painting_sheet.py docs/gallery.jpg                     # the gallery: twelve styles by six themes
python tools/build_painting_sheet.py OUT.png --styles monet,hokusai --themes "a river in autumn|a horse" --seed 1 --width
420
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

from artwright.core.studio import Studio
from PIL import Image

STYLES = (
    "monet",
    "seurat",
    "cezanne",
    "van-gogh",
    "turner",
    "hokusai",
    "shan-shui",
    "rembrandt",
    "vermeer",
    "klimt",
    "cubism",
    "pirosmani",
)
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
    parser.add_argument("--best-of", type=int, default=3, help="drafts to choose each cell's layout from")
    parser.add_argument("--gap", type=int, default=4)
    parser.add_argument("--bytes", type=int, default=1_500_000, help="largest size of a JPEG")
    given = parser.parse_args()
    styles, themes = given.styles.split(","), given.themes.split("|")
    seeds = [int(s) for s in given.seeds.split(",")] if given.seeds else [given.seed]
    wide = given.paint_width or given.width
    size = (wide, round(wide / given.aspect))
    cell = (given.width, round(given.width / given.aspect))
    rows = [(theme, seed) for theme in themes for seed in seeds]
    sheet = Image.new(
        "RGB",
        (len(styles) * (cell[0] + given.gap) - given.gap, len(rows) * (cell[1] + given.gap) - given.gap),
        (24, 24, 24),
    )
    with tempfile.TemporaryDirectory() as home:
        studio = Studio(Path(home))
        for r, (theme, first) in enumerate(rows):
            for c, name in enumerate(styles):
                begun = time.process_time()
                seed = first + c if given.vary else first
                options = {"width": size[0], "height": size[1], "best_of": given.best_of}
                work = studio.generate("painting", theme, style=name, seed=seed, options=options)
                plan = work.provenance.notes["plan"]
                told = ", ".join(plan[k] for k in ("ground", "template", "time", "season"))
                print(f"{theme!r} seed {seed} {name}: {told}; {time.process_time() - begun:.1f} s", flush=True)
                sheet.paste(
                    work.payload.resize(cell, Image.Resampling.LANCZOS),
                    (c * (cell[0] + given.gap), r * (cell[1] + given.gap)),
                )
    if given.out.suffix != ".jpg":
        sheet.save(given.out)
        return
    for quality in range(92, 30, -4):
        sheet.save(given.out, quality=quality, optimize=True)
        if given.out.stat().st_size <= given.bytes:
            break


if __name__ == "__main__":
    main()
