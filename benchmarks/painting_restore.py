"""Mending synthetic cracks and scratches: the conservator against OpenCV's Telea and scikit-image's biharmonic filling.

    python benchmarks/painting_restore.py FOLDER [--works 50] [--json]

PSNR inside the mask, 3 to 10 % of the area hurt; the longer side is at most 512 pixels. Without a folder six made
pictures are
mended. Needs the extra `bench` (opencv-python-headless, scikit-image); a peer that is missing is left out.
"""

from __future__ import annotations

import argparse
import json
import time
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from artwright.core.weights import load_weights
from artwright.plugins.painting.eye.corpus import list_works
from artwright.plugins.painting.formats.files import read_picture
from artwright.plugins.painting.mending.prior import PatchPrior
from artwright.plugins.painting.models.lending import MODELS
from PIL import Image, ImageDraw
from scipy import ndimage


def hurt(height: int, width: int, rng: np.random.Generator) -> np.ndarray:
    """A mask of branching cracks and long scratches, 1 to 4 pixels wide at 512."""
    image = Image.new("L", (2 * width, 2 * height))
    pen = ImageDraw.Draw(image)
    unit = 2 * max(0.6, max(height, width) / 512)
    goal = rng.uniform(0.03, 0.10)
    while np.asarray(image).mean() / 255 < goal:
        x, y, angle = rng.uniform(0, 2 * width), rng.uniform(0, 2 * height), rng.uniform(0, 2 * np.pi)
        if rng.random() < 0.35:
            length = rng.uniform(0.2, 0.9) * 2 * width
            pen.line(
                (x, y, x + np.cos(angle) * length, y + np.sin(angle) * length),
                fill=255,
                width=max(1, round(rng.uniform(1, 3) * unit)),
            )
            continue
        open_ends = [(x, y, angle, rng.uniform(1.2, 4) * unit, int(rng.integers(10, 50)))]
        while open_ends:
            x, y, angle, thick, steps = open_ends.pop()
            for _ in range(steps):
                angle += rng.normal(0, 0.35)
                step = rng.uniform(4, 12) * unit
                onward = (x + np.cos(angle) * step, y + np.sin(angle) * step)
                pen.line((x, y, *onward), fill=255, width=max(1, round(thick)))
                x, y = onward
                if rng.random() < 0.06 and len(open_ends) < 6:
                    open_ends.append(
                        (
                            x,
                            y,
                            angle + rng.choice([-1, 1]) * rng.uniform(0.6, 1.4),
                            thick * 0.7,
                            int(rng.integers(5, 25)),
                        )
                    )
    return np.asarray(image.resize((width, height), Image.Resampling.BOX)) > 96


def made_pictures() -> list[Image.Image]:
    """Six pictures of edges, gradients and strokes."""
    out = []
    for seed in range(6):
        rng = np.random.default_rng(seed)
        y, x = np.mgrid[0:320, 0:320] / 320
        base = np.stack([0.3 + 0.4 * y, 0.45 + 0.25 * np.sin(5 * x + 3 * y), 0.7 - 0.4 * y], -1)
        for _ in range(14):
            cx, cy, r = rng.random(3) * (1, 1, 0.2)
            base[(x - cx) ** 2 + (y - cy) ** 2 < (r + 0.04) ** 2] = rng.uniform(0.15, 0.85, 3)
        strokes = ndimage.gaussian_filter(rng.normal(0, 1, (320, 320)), (1, 4)) * 0.09
        out.append(
            Image.fromarray(
                (np.clip(ndimage.gaussian_filter(base, (0.8, 0.8, 0)) + strokes[..., None], 0, 1) * 255).astype(
                    np.uint8
                )
            )
        )
    return out


def peers(pixels: np.ndarray, mask: np.ndarray) -> dict[str, np.ndarray]:
    """What others make of it, where they are installed."""
    out = {}
    if find_spec("cv2"):
        import cv2

        out["telea"] = cv2.inpaint(
            np.ascontiguousarray(pixels[..., ::-1]), mask.astype(np.uint8) * 255, 3, cv2.INPAINT_TELEA
        )[..., ::-1]
    if find_spec("skimage"):
        from skimage.restoration import inpaint_biharmonic

        out["biharmonic"] = inpaint_biharmonic(pixels, mask, channel_axis=-1, split_into_regions=True) * 255
    return out


def signal_to_noise(one: np.ndarray, other: np.ndarray, mask: np.ndarray) -> float:
    """PSNR in dB inside a mask."""
    return float(10 * np.log10(255**2 / ((one[mask].astype(float) - other[mask]) ** 2).mean()))


def main() -> None:
    """Print mean PSNR by method and the seconds of processor time that a mending took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path)
    parser.add_argument("--works", type=int, default=50)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    if asked.folder:
        works = list_works(asked.folder)
        step = max(1, len(works) // asked.works)
        pictures = [read_picture(w.path)[0] for w in works[::step][: asked.works]]
    else:
        pictures = made_pictures()
    arrays, _ = load_weights(MODELS / "conservator" / "conservator.safetensors")
    prior = PatchPrior(arrays["weights"], arrays["covariances"])
    rng = np.random.default_rng(1)
    rows: list[dict[str, float]] = []
    for picture in pictures:
        picture.thumbnail((512, 512), Image.Resampling.LANCZOS)
        whole = np.asarray(picture)
        mask = hurt(*whole.shape[:2], rng)
        broken = whole.copy()
        broken[mask] = 30
        began = time.process_time()
        mended, _ = prior.fill(broken.astype(np.float32) / 255, mask)
        row = {"seconds": time.process_time() - began, "conservator": signal_to_noise(whole, mended * 255, mask)}
        row |= {name: signal_to_noise(whole, other, mask) for name, other in peers(broken, mask).items()}
        rows.append(row)
    report = {"works": len(rows), **{k: round(float(np.mean([r[k] for r in rows])), 3) for k in rows[0]}}
    print(json.dumps(report, indent=None if asked.json else 1))


if __name__ == "__main__":
    main()
