"""Build `plugins/painting/paint/data`: for each hand a pack of works by its master, whose paint is used.

    python tools/build_exemplars.py CORPORA

CORPORA holds `exemplars/` with `metadata.csv`. All are works in the public domain. MASKS names what must not be painted with:
seals, letters, cartouches (left, top, right, bottom in percent).
"""

from __future__ import annotations

import csv
import io
import json
import sys
import zipfile
from pathlib import Path

from PIL import Image

TARGET = Path(__file__).resolve().parents[1] / "plugins" / "painting" / "paint" / "data"
SHORTER, LONGER = 700, 980
CUT = 0.02  # off each edge: frames, rims and curled corners

# Numbers are rows of the hand's folder in `exemplars/metadata.csv`, chosen by looking: clean files, of several kinds and hours.
HANDS: dict[str, tuple[str, tuple[int, ...], int]] = {
    "monet": ("monet", (0, 1, 3, 6, 9, 10, 12, 14), 52),
    "van-gogh": ("van-gogh", (2, 4, 5, 6, 8, 10, 11, 14), 50),
    "rembrandt": ("rembrandt", (1, 2, 4, 6, 7, 9, 10, 11), 74),
    "vermeer": ("vermeer", (2, 3, 4, 5, 7, 8, 9, 10), 72),
    "cezanne": ("cezanne", (0, 1, 2, 4, 5, 6, 9, 10), 54),
    "turner": ("turner", (0, 1, 2, 3, 4, 5, 6, 7), 72),
    "seurat": ("seurat", (0, 1, 2, 3, 4, 7, 9), 48),
    "klimt": ("klimt", (0, 1, 2, 4, 6, 8, 9), 50),
    "gauguin": ("gauguin", (0, 1, 2, 3, 4, 6, 7, 10), 54),
    "friedrich": ("friedrich", (0, 1, 2, 3, 4, 5, 6, 7), 74),
    "pirosmani": ("pirosmani", (0, 1, 2, 3, 4, 5, 6), 60),
    "hokusai": ("hokusai", (1, 4, 6, 7, 11, 12, 13, 14), 54),
    "hiroshige": ("hiroshige", (1, 2, 3, 5, 7, 8, 9, 13), 54),
    "shan-shui": ("chinese-landscape", (18, 19, 30, 34, 35, 36, 39, 40), 50),
    "constable": ("constable", (0, 1, 2, 3, 4, 6), 54),
    "renoir": ("renoir", (0, 1, 2, 3, 5, 6, 9), 54),
    "pissarro": ("pissarro", (1, 2, 4, 7, 8, 9), 54),
    "sisley": ("sisley", (1, 2, 4, 5, 8, 9), 54),
    "degas": ("degas", (0, 2, 6, 7, 8, 9), 58),
    "caravaggio": ("caravaggio", (0, 1, 3, 8, 9, 11), 66),
    "velazquez": ("velazquez", (0, 1, 2, 3, 6, 9), 64),
    "hals": ("hals", (0, 1, 2, 3, 4, 5), 62),
    "chardin": ("chardin", (0, 2, 4, 5, 7, 9), 64),
    "bruegel": ("bruegel", (0, 1, 2, 4, 5, 6), 48),
    "raphael": ("raphael", (1, 2, 3, 5, 6, 8), 60),
    "aivazovsky": ("aivazovsky", (1, 2, 3, 5, 6, 8), 64),
    "levitan": ("levitan", (0, 1, 2, 3), 54),
    "schiele": ("schiele", (0, 1, 3, 4, 7), 54),
    "shishkin": ("shishkin", (0, 1, 2, 3, 4), 52),
}
MASKS: dict[tuple[str, int], tuple[tuple[int, int, int, int], ...]] = {
    ("hokusai", 1): ((0, 0, 12, 32),),
    ("hokusai", 4): ((3, 2, 15, 34),),
    ("hokusai", 6): ((2, 0, 13, 30),),
    ("hokusai", 7): ((3, 3, 12, 34),),
    ("hokusai", 11): ((3, 2, 14, 34),),
    ("hokusai", 12): ((3, 2, 14, 34),),
    ("hokusai", 13): ((3, 3, 13, 36),),
    ("hokusai", 14): ((91, 0, 100, 32),),
    ("hiroshige", 1): ((2, 18, 12, 36), (20, 0, 34, 28)),
    ("hiroshige", 2): ((10, 10, 30, 32), (92, 50, 100, 70), (0, 0, 4, 100), (0, 0, 100, 5)),
    ("hiroshige", 3): ((82, 15, 98, 42), (2, 68, 16, 92)),
    ("hiroshige", 5): ((6, 2, 30, 22), (88, 60, 100, 90)),
    ("hiroshige", 7): ((78, 0, 100, 28), (0, 54, 8, 76)),
    ("hiroshige", 8): ((80, 2, 100, 30), (0, 64, 10, 86)),
    ("hiroshige", 9): ((52, 2, 72, 22), (0, 65, 16, 95)),
    ("hiroshige", 13): ((86, 2, 100, 24), (4, 72, 14, 92)),
    ("chinese-landscape", 30): ((0, 84, 12, 100), (90, 82, 100, 100)),
    ("chinese-landscape", 34): ((22, 0, 78, 31), (88, 94, 100, 100)),
}


def main(corpora: Path, only: list[str]) -> None:
    """Write one pack for each hand."""
    with (corpora / "exemplars" / "metadata.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    TARGET.mkdir(parents=True, exist_ok=True)
    total = 0
    for hand, (folder, numbers, quality) in HANDS.items():
        if only and hand not in only:
            continue
        known = [r for r in rows if r["path"].startswith(folder + "/")]
        index, pack = [], TARGET / f"{hand}.zip"
        with zipfile.ZipFile(pack, "w", zipfile.ZIP_STORED) as out:
            for number in numbers:
                row = known[number]
                data = _encode(corpora / "exemplars" / row["path"], quality)
                name = Path(row["path"]).stem + ".webp"
                out.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), data)
                masks = [list(box) for box in MASKS.get((folder, number), ())]
                index.append(
                    {"file": name, "artist": row["artist"], "title": row["title"], "kind": row["kind"], "masks": masks}
                )
            text = json.dumps(index, ensure_ascii=False, indent=1)
            out.writestr(zipfile.ZipInfo("index.json", (1980, 1, 1, 0, 0, 0)), text)
        total += pack.stat().st_size
        print(hand, len(index), pack.stat().st_size // 1000, "kB")
    print(total / 1e6, "MB")


def _encode(path: Path, quality: int) -> bytes:
    picture = Image.open(path).convert("RGB")
    w, h = picture.size
    scale = min(1.0, SHORTER / min(w, h))
    w, h = round(w * scale), round(h * scale)
    picture = picture.resize((w, h), Image.Resampling.LANCZOS)
    if max(w, h) > LONGER:  # the middle of long works is enough paint
        x, y = max(0, (w - LONGER) // 2), max(0, (h - LONGER) // 2)
        picture = picture.crop((x, y, w - x, h - y))
    data = io.BytesIO()
    picture.save(data, "WEBP", quality=quality, method=6)
    return data.getvalue()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
