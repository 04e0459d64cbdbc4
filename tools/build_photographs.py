"""Fit the test that tells photographs from paintings, and print how well it does on pictures it has not seen.

    python tools/build_photographs.py PHOTOGRAPHS PAINTINGS [MORE PAINTINGS ...]

Folders of pictures; files of the same name among the photographs (one in several sizes) are of one origin. Each
photograph and a detail of it are read; of each folder of paintings at most 360.
"""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

import numpy as np
from artwright.plugins.painting.eye.corpus import list_works
from artwright.plugins.painting.eye.descriptors import read_square
from artwright.plugins.painting.eye.model import Eye
from artwright.plugins.painting.eye.photographs import SHIPPED, fit_photographs
from artwright.plugins.painting.formats.files import read_picture
from artwright.plugins.painting.models.lending import EYE
from PIL import Image

FOLDS = 8
MOST = 360


def detail(picture: Image.Image, seed: int) -> Image.Image:
    """A part of a picture, .5 to .8 of its sides."""
    rng = np.random.default_rng(seed)
    part = rng.uniform(0.5, 0.8)
    x, y = (int(rng.random() * (1 - part) * side) for side in picture.size)
    return picture.crop((x, y, x + int(part * picture.width), y + int(part * picture.height)))


def main(photographs: Path, *paintings: Path) -> None:
    """Read, fit, tell, save."""
    encoder = Eye.load(EYE).encoder
    pictures: list[tuple[bool, str, Image.Image]] = []
    for number, work in enumerate(list_works(photographs)):
        whole = read_picture(work.path)[0].convert("RGB")
        pictures += [(True, work.path.stem, whole), (True, work.path.stem, detail(whole, number))]
    for folder in paintings:
        works = list_works(folder)
        chosen = np.random.default_rng(0).permutation(len(works))[:MOST]
        pictures += [(False, works[i].name, read_picture(works[i].path)[0].convert("RGB")) for i in chosen]
    vectors = np.stack([encoder.encode(read_square(picture)) for _, _, picture in pictures]).astype(np.float32)
    kinds = np.array([kind for kind, _, _ in pictures])
    folds = np.array([int(hashlib.sha256(n.encode()).hexdigest()[:8], 16) % FOLDS for _, n, _ in pictures])
    test, scores = fit_photographs(vectors, kinds, folds, encoder)
    for name, kind in (("photographs", True), ("paintings", False)):
        told = (scores[kinds == kind] > test.even) == kind
        print(f"{name}: {told.mean():.3f} of {len(told)} told")
    test.save(SHIPPED)


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
