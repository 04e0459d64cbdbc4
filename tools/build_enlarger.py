"""Find the filters that draw the edges of masses anew: `plugins/painting/quoting/data/enlarger.npy`.

    python tools/build_enlarger.py CORPORA

Pairs come of the pictures of `exemplars/` and `styles/`: 448 to 640 pixels a side, and half of it, squashed to squares and
compressed as the corpus is (JPEG) and as masses are (AVIF). Every eleventh picture is held out, and what was gained there is
printed: PSNR, and the steepness of edges (mean gradient where the true one is above .06; the true one is 1).
"""

from __future__ import annotations

import io
import sys
from pathlib import Path

import numpy as np
from artwright.plugins.painting.paint.raster import blur, resize
from artwright.plugins.painting.quoting.enlarging import (
    BUCKETS,
    FILTERS,
    REACH,
    bilinear,
    bucket_of,
    enlarge_twice,
    patches_of,
)
from PIL import Image

HELD_OUT, EVERY = 11, 3
"""Every eleventh picture is measured on, every third of the others learnt from: more make no better filters."""
EDGE, CRISP = 0.06, 0.5
"""What is an edge; how much steeper than in the large picture it shall be drawn (an unsharp mask of one pixel)."""
RIDGE = 2e-3
SMALLER = (Image.Resampling.LANCZOS, Image.Resampling.BICUBIC, Image.Resampling.BOX)
Pair = tuple[np.ndarray, np.ndarray]


def pair_of(path: Path, rng: np.random.Generator) -> Pair:
    """(small, large) of a picture in 0..1, squashed to squares."""
    side = int(rng.choice((224, 224, 256, 320)))
    with Image.open(path) as file:
        picture = file.convert("RGB")
    large = picture.resize((2 * side, 2 * side), Image.Resampling.LANCZOS)
    small = picture.resize((side, side), SMALLER[int(rng.integers(3))])
    for form, quality in (("JPEG", int(rng.integers(74, 92))), ("AVIF", int(rng.integers(38, 50)))):
        data = io.BytesIO()
        small.save(data, form, quality=quality, **({"speed": 9} if form == "AVIF" else {}))
        small = Image.open(io.BytesIO(data.getvalue())).convert("RGB")
    one, two = (np.asarray(v, np.float32) / np.float32(255) for v in (small, large))
    return one, two


def learn(pairs: list[Pair], crisp: float) -> np.ndarray:
    """Filters (BUCKETS, 49, 4): least squares for each bucket, from each pair as it is, mirrored and turned."""
    taps = (2 * REACH + 1) ** 2
    squares, products = np.zeros((BUCKETS, taps, taps)), np.zeros((BUCKETS, taps, 4))
    for number, (small, large) in enumerate(pairs):
        goal = large + crisp * (large - blur(large, 1.0))
        for turn in (0, 1):
            a, b = (np.rot90(v[:, ::-1] if (turn + number) % 2 else v, turn) for v in (small, goal))
            h, w = a.shape[:2]
            apart = (b - bilinear(a)).mean(-1).reshape(h, 2, w, 2).transpose(0, 2, 1, 3).reshape(-1, 4)
            light = np.ascontiguousarray(a.mean(-1))
            buckets, seen = bucket_of(light).ravel(), patches_of(light)
            order = np.argsort(buckets, kind="stable")
            starts = np.searchsorted(buckets[order], np.arange(BUCKETS + 1))
            for bucket in np.unique(buckets):
                part = order[starts[bucket] : starts[bucket + 1]]
                x = seen[part]
                squares[bucket] += x.T @ x
                products[bucket] += x.T @ apart[part]
    ridge = RIDGE * np.trace(squares, axis1=1, axis2=2)[:, None, None] / taps * np.eye(taps) + 1e-3 * np.eye(taps)
    return np.linalg.solve(squares + ridge, products).astype(np.float16)


def measure(held: list[Pair]) -> dict[str, float]:
    """Mean PSNR and steepness of edges, of the filters and of a bicubic enlargement."""
    found: dict[str, list[float]] = {}
    for small, large in held:
        for name, made in (("filters", enlarge_twice(small)), ("bicubic", resize(small, large.shape[:2]))):
            steep = np.abs(np.diff(large, axis=1)) > EDGE
            edge = np.abs(np.diff(made, axis=1))[steep].mean() / np.abs(np.diff(large, axis=1))[steep].mean()
            found.setdefault(f"{name}, PSNR", []).append(-10 * np.log10(((np.clip(made, 0, 1) - large) ** 2).mean()))
            found.setdefault(f"{name}, edges", []).append(edge)
    return {name: round(float(np.mean(v)), 3) for name, v in found.items()}


def main(corpora: Path) -> None:
    """Learn, write, measure."""
    rng = np.random.default_rng(0)
    files = sorted([*(corpora / "exemplars").glob("*/*.jpg"), *(corpora / "styles").glob("*.jpg")])
    learnt = [pair_of(p, rng) for n, p in enumerate(files) if n % HELD_OUT and not n % EVERY]
    np.save(FILTERS, learn(learnt, CRISP))
    print(len(learnt), "pairs;", measure([pair_of(p, rng) for p in files[::HELD_OUT]]))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
