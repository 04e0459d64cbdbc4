"""How surely copies of known paintings are named, and how rarely other paintings are called copies.

python benchmarks/painting_originality.py CORPUS [COUNT]

Copies: works of the corpus mirrored (half of them), up to a tenth cut from each side, scaled, squeezed, tinted, faded or
turned in hue or grey, and saved as poor JPEG. Others: works of the corpus, each measured without itself.
"""

from __future__ import annotations

import io
import sys
from pathlib import Path

import numpy as np
from artwright.core.originality import Index
from artwright.plugins.painting.eye.corpus import list_works
from artwright.plugins.painting.formats.files import read_picture
from artwright.plugins.painting.medium import INDEX
from artwright.plugins.painting.reading.likeness import fingerprint
from PIL import Image, ImageEnhance


def copy_of(picture: Image.Image, rng: np.random.Generator) -> Image.Image:
    """What a copyist might do to a picture."""
    left, right, top, bottom = rng.uniform(0, 0.1, 4)
    w, h = picture.size
    picture = picture.crop((round(left * w), round(top * h), round((1 - right) * w), round((1 - bottom) * h)))
    if rng.random() < 0.5:
        picture = picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    scale, squeeze = rng.uniform(0.35, 1.8), rng.uniform(0.8, 1.25)
    picture = picture.resize((max(32, round(picture.width * scale * squeeze)), max(32, round(picture.height * scale))))
    values = np.clip(np.asarray(picture, np.float32) / 255 * rng.uniform(0.7, 1.3, 3), 0, 1) ** rng.uniform(0.65, 1.5)
    picture = Image.fromarray((values * 255).astype(np.uint8))
    chance = rng.random()
    if chance < 0.2:
        picture = picture.convert("L").convert("RGB")
    elif chance < 0.5:
        picture = ImageEnhance.Color(picture).enhance(rng.uniform(0.3, 2))
    elif chance < 0.6:
        turned = np.array(picture.convert("HSV"))
        turned[..., 0] += np.uint8(rng.integers(0, 256))
        picture = Image.frombytes("HSV", picture.size, turned.tobytes()).convert("RGB")
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=int(rng.integers(30, 92)))
    return Image.open(file).convert("RGB")


def main(corpus: Path, count: int) -> None:
    """Print the figures."""
    works, index, rng = list_works(corpus), Index.load(INDEX), np.random.default_rng(0)
    chosen = rng.permutation(len(works))
    named = flagged = 0
    for i in chosen[:count]:
        report = index.measure(fingerprint(copy_of(read_picture(works[i].path)[0], rng)))
        named += report.nearest[0].name == index.names[i]
        flagged += report.copied
    false = 0
    for i in chosen[count : 2 * count]:
        report = index.measure(fingerprint(read_picture(works[i].path)[0]), without=index.names[i])
        false += report.copied
    print(f"{count} copies: {named / count:.1%} named first, {flagged / count:.1%} called copies")
    print(f"{count} other works: {false / count:.1%} called copies")


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) == 3 else 300)
