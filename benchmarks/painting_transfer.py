"""Style transfer over photographs x references: skeleton kept, stroke statistics reached, time; and Gatys' method at
equal size.

    python benchmarks/painting_transfer.py PHOTOS REFERENCES [--pairs 10] [--side 512] [--sheet FILE.png] [--gatys 0]
    [--corpus FOLDER] [--json]

PHOTOS, REFERENCES: folders, or lists of files joined by commas. The first `--pairs` of each are crossed. Told are the
structural similarity of
light to the content (Wang et al. 2004), the distance of the judged stroke statistics (`measure.distance`) to the
reference for the result, the
untouched photograph and Reinhard's colour transfer (2001), chroma grain, and CPU seconds. `--gatys N` repaints N pairs
with Gatys, Ecker and Bethge
(2016) on the features of a small convolutional network trained here for `--gatys-minutes` on the movements of
`--corpus`.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path

import numpy as np
from artwright.plugins.painting.atelier.colour import oklab_to_srgb, srgb_to_oklab
from artwright.plugins.painting.formats.files import read_picture
from artwright.plugins.painting.models.brush.engine import repaint
from artwright.plugins.painting.reading.brushwork import Brushwork, distance, measure, to_lab
from artwright.plugins.painting.reading.manner import manner_of_pictures
from PIL import Image
from scipy import ndimage

GRAIN = (0.001, 0.015)  # chroma grain of real pictures
SUFFIXES = {".jpg", ".jpeg", ".png", ".webp"}


def similarity(one: Image.Image, two: Image.Image) -> float:
    """Structural similarity of light, Gaussian windows of deviation 1.5, constants of Wang et al."""
    x, y = (np.asarray(i.convert("L"), np.float64) for i in (one, two))

    def soft(v: np.ndarray) -> np.ndarray:
        return ndimage.gaussian_filter(v, 1.5, truncate=3.5)

    mx, my = soft(x), soft(y)
    vx, vy, cov = soft(x * x) - mx * mx, soft(y * y) - my * my, soft(x * y) - mx * my
    c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    return float((((2 * mx * my + c1) * (2 * cov + c2)) / ((mx * mx + my * my + c1) * (vx + vy + c2))).mean())


def reinhard(photo: Image.Image, reference: Image.Image) -> Image.Image:
    """Means and deviations of Oklab channels."""
    a, b = (srgb_to_oklab(np.asarray(i, np.float32) / 255) for i in (photo, reference))
    out = (a - a.mean((0, 1))) / (a.std((0, 1)) + 1e-6) * b.std((0, 1)) + b.mean((0, 1))
    return Image.fromarray((oklab_to_srgb(out) * 255 + 0.5).astype(np.uint8))


def pictures(text: str, count: int, side: int) -> list[tuple[str, Image.Image]]:
    """The first pictures of a folder or list, their longer side `side`."""
    paths = (
        [Path(p) for p in text.split(",")]
        if "," in text
        else sorted(p for p in Path(text).iterdir() if p.suffix.lower() in SUFFIXES)
    )
    found = []
    for path in paths[:count]:
        image = read_picture(path)[0]
        scale = side / max(image.size)
        found.append(
            (
                path.stem,
                image.resize((round(image.width * scale), round(image.height * scale)), Image.Resampling.LANCZOS),
            )
        )
    return found


def compare(
    photo: Image.Image, own: Brushwork, reference: Image.Image, goal: Brushwork, seed: int
) -> tuple[dict[str, float], Image.Image]:
    """Figures of one pair, and the result."""
    began = time.process_time()
    painted = repaint(photo, manner_of_pictures([(reference, 1.0)]), photo.size, np.random.default_rng(seed))
    seconds = time.process_time() - began
    brushwork = measure(to_lab(painted))
    row = {
        "similarity": similarity(photo, painted),
        "distance": distance(brushwork, goal),
        "photograph": distance(own, goal),
        "reinhard": distance(measure(to_lab(reinhard(photo, reference))), goal),
        "grain": brushwork.grain,
        "seconds": seconds,
    }
    return row, painted


def small_network(corpus: str, minutes: float) -> object:
    """Eight convolutions in four stages, trained on movements at 96 pixels for some minutes of CPU time; returns the
    list of layers.
    """
    import torch
    from artwright.plugins.painting.eye.corpus import classes_of, list_works
    from torch import nn

    works = list_works(Path(corpus))
    names = classes_of(works, "movement", 100)
    works = [w for w in works if w.style in names]
    rng = np.random.default_rng(0)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        layers: list[nn.Module] = []
        width = 3
        for stage in (24, 48, 96, 128):
            layers += [
                nn.Conv2d(width, stage, 3, padding=1),
                nn.ReLU(),
                nn.Conv2d(stage, stage, 3, padding=1),
                nn.ReLU(),
                nn.AvgPool2d(2),
            ]
            width = stage
        body = nn.Sequential(*layers)
        head = nn.Linear(width, len(names))
    for layer in layers:
        if isinstance(layer, nn.Conv2d):
            nn.init.kaiming_normal_(layer.weight, generator=torch.Generator().manual_seed(1))
            nn.init.zeros_(layer.bias)
    optimizer = torch.optim.AdamW([*body.parameters(), *head.parameters()], lr=1e-3)
    began, cache = time.process_time(), {}
    right: list[float] = []
    while time.process_time() - began < 60 * minutes:
        rows = rng.integers(0, len(works), 24)
        batch = []
        for i in rows:
            if i not in cache:
                cache[i] = np.asarray(read_picture(works[i].path)[0].resize((128, 128)), np.uint8)
            y, x = rng.integers(0, 33, 2)
            crop = cache[i][y : y + 96, x : x + 96]
            batch.append(crop[:, ::-1] if rng.random() < 0.5 else crop)
        inputs = torch.from_numpy(np.stack(batch).astype(np.float32) / 127.5 - 1).permute(0, 3, 1, 2)
        labels = torch.tensor([names.index(works[i].style) for i in rows])
        scores = head(body(inputs).mean((2, 3)))
        loss = nn.functional.cross_entropy(scores, labels)
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        right.append(float((scores.argmax(1) == labels).float().mean()))
    print(f"# small network: {len(right)} steps, {np.mean(right[-50:]):.2f} of the last training crops named rightly")
    return body.eval().requires_grad_(False)


def gatys(body: object, photo: Image.Image, reference: Image.Image, steps: int = 200) -> tuple[Image.Image, float]:
    """Gatys' optimisation from the photograph: Gram matrices after each stage, content after the third."""
    import torch

    def features(x: torch.Tensor) -> list[torch.Tensor]:
        found = []
        for layer in body:  # type: ignore[attr-defined]
            x = layer(x)
            if isinstance(layer, torch.nn.ReLU):
                found.append(x)
        return found[1::2]

    def gram(x: torch.Tensor) -> torch.Tensor:
        flat = x.flatten(2)[0]
        return flat @ flat.T / flat.shape[1]

    began = time.process_time()
    content, style = (
        torch.from_numpy(np.asarray(i, np.float32) / 127.5 - 1).permute(2, 0, 1)[None].contiguous()
        for i in (photo, reference)
    )
    with torch.no_grad():
        kept = features(content)[2]
        goals = [gram(f) for f in features(style)]
    image = content.clone().requires_grad_(True)
    optimizer = torch.optim.Adam([image], lr=0.03)
    for _ in range(steps):
        now = features(image)
        loss = 0.3 * ((now[2] - kept) ** 2).mean() / (kept**2).mean()
        for f, goal in zip(now, goals, strict=True):
            loss = loss + ((gram(f) - goal) ** 2).mean() / (goal**2).mean()
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
    out = ((image.detach()[0].permute(1, 2, 0).numpy() + 1) * 127.5).clip(0, 255).astype(np.uint8)
    return Image.fromarray(out), time.process_time() - began


def sheet_of(rows: list[list[Image.Image]], width: int = 200) -> Image.Image:
    """Rows of pictures, each cell `width` wide and two thirds as high."""
    height = width * 2 // 3
    sheet = Image.new("RGB", (len(rows[0]) * width, len(rows) * height), (20, 20, 20))
    for r, row in enumerate(rows):
        for c, image in enumerate(row):
            small = image.copy()
            small.thumbnail((width - 2, height - 2), Image.Resampling.LANCZOS)
            sheet.paste(small, (c * width + (width - small.width) // 2, r * height + (height - small.height) // 2))
    return sheet


def main() -> None:
    """Measure and tell."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("photos")
    parser.add_argument("references")
    parser.add_argument("--pairs", type=int, default=10)
    parser.add_argument("--side", type=int, default=512)
    parser.add_argument("--sheet", default="")
    parser.add_argument("--diagonal", action="store_true", help="only the n-th photograph with the n-th reference")
    parser.add_argument("--gatys", type=int, default=0)
    parser.add_argument("--gatys-minutes", type=float, default=2.0)
    parser.add_argument("--corpus", default="")
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    photos, references = (
        pictures(args.photos, args.pairs, args.side),
        pictures(args.references, args.pairs, max(args.side, 768)),
    )
    goals = [measure(to_lab(r)) for _, r in references]
    rows, grid = [], [[Image.new("RGB", (8, 8)), *(r for _, r in references)]]
    body = small_network(args.corpus, args.gatys_minutes) if args.gatys else None
    peers = []
    for p, (photo_name, photo) in enumerate(photos):
        line, own = [photo], measure(to_lab(photo))
        for r, (name, reference) in enumerate(references):
            if args.diagonal and p != r:
                continue
            row, painted = compare(photo, own, reference, goals[r], 100 * p + r)
            rows.append({"photo": photo_name, "reference": name, **row})
            line.append(painted)
            if p == r and len(peers) < args.gatys:
                other, seconds = gatys(
                    body, photo, reference.resize((photo.width, photo.height), Image.Resampling.LANCZOS)
                )
                peers.append(
                    {
                        "seconds": seconds,
                        "similarity": similarity(photo, other),
                        "distance": distance(measure(to_lab(other)), goals[r]),
                        "ours": row,
                    }
                )
                line.append(other)
            if not args.json:
                print(photo_name, name, {k: round(v, 3) for k, v in row.items()}, flush=True)
        grid.append(line)
    report: dict[str, object] = {
        "pairs": len(rows),
        "side": args.side,
        "similarity": float(np.mean([r["similarity"] for r in rows])),
        "similarity_at_least_.35": float(np.mean([r["similarity"] >= 0.35 for r in rows])),
        "nearer_than_both": float(np.mean([r["distance"] < min(r["photograph"], r["reinhard"]) for r in rows])),
        "distance": float(np.mean([r["distance"] for r in rows])),
        "distance_photograph": float(np.mean([r["photograph"] for r in rows])),
        "distance_reinhard": float(np.mean([r["reinhard"] for r in rows])),
        "grain_in_range": float(np.mean([GRAIN[0] <= r["grain"] <= GRAIN[1] for r in rows])),
        "grain_highest": float(max(r["grain"] for r in rows)),
        "cpu_seconds": float(np.mean([r["seconds"] for r in rows])),
    }
    if peers:
        report["gatys"] = {k: float(np.mean([p[k] for p in peers])) for k in ("seconds", "similarity", "distance")}
        report["faster_than_gatys"] = float(np.mean([p["seconds"] / p["ours"]["seconds"] for p in peers]))
    if args.sheet:
        columns = max(len(line) for line in grid)
        sheet_of([line + [Image.new("RGB", (8, 8))] * (columns - len(line)) for line in grid]).save(args.sheet)
    print(json.dumps(report, indent=1, default=float) if args.json else report)


if __name__ == "__main__":
    main()
