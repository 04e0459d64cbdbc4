"""Build `plugins/painting/quoting/data`: the masses of real works, small, and the table of what is seen in them.

    python tools/build_masses.py CORPORA

CORPORA holds `paintings/` with `seen.csv` and `metadata.csv`, and `exemplars/` with `metadata.csv`. Works that are labelled come
with what was seen in them; titles alone are not trusted (of the words of 4,684 titles 51 % are the subject of their work, 60 %
are seen in it at all). All are works in the public domain, of painters who died before 1927.
"""

from __future__ import annotations

import csv
import io
import sys
import zipfile
from pathlib import Path

import numpy as np
from artwright.plugins.painting.atelier.colour import srgb_to_oklab
from artwright.plugins.painting.paint.raster import blur
from PIL import Image

TARGET = Path(__file__).resolve().parents[1] / "plugins" / "painting" / "quoting" / "data"
AREA, QUALITY = 224**2, 40
"""Of the corpus, which has no more; most of it is squashed to squares, and stays so."""
SHORTER, LONGEST, QUALITY_LARGE = 700, 1100, 36
"""Of exemplars."""
SAME = 0.93
"""Works whose light at 48 pixels correlates as much are one work twice: the exemplar is kept."""
MORE = Path(__file__).with_name("seen_more.csv")
"""Further works, chosen by what their titles promise and labelled by eye like `seen.csv`: what it has few of."""
GOOD = {"good", "dark", "print", "sketch"}
FIELDS = (
    "id artist title subject action seen box horizon light hour weather season people aspect medium genre light_mean chroma dark "
    "contrast"
).split()


def main(corpora: Path) -> None:
    """Write `works.tsv`, `masses.zip` and, for plans of before, `renamed.tsv`."""
    rows, pictures = [], []
    for row, path in _works(corpora):
        picture = _trim(Image.open(path).convert("RGB"), row)
        row |= _tone(picture)
        rows.append(row)
        pictures.append(picture)
    renamed = _twice(rows, pictures)
    TARGET.mkdir(parents=True, exist_ok=True)
    kept = [(row, picture) for row, picture in zip(rows, pictures, strict=True) if row["id"] not in renamed]
    _write(TARGET / "works.tsv", FIELDS, [row for row, _ in kept])
    _write(TARGET / "renamed.tsv", ["old", "id"], [{"old": old, "id": new} for old, new in sorted(renamed.items())])
    total = 0
    with zipfile.ZipFile(TARGET / "masses.zip", "w", zipfile.ZIP_STORED) as pack:
        for row, picture in kept:
            data = _packed(picture, large=row["id"].startswith("x/"))
            total += len(data)
            pack.writestr(zipfile.ZipInfo(row["id"] + ".avif", (1980, 1, 1, 0, 0, 0)), data)
    print(len(kept), "works", total / 1e6, "MB")


def _packed(picture: Image.Image, *, large: bool) -> bytes:
    """A picture as it is shipped: an exemplar at 700 pixels of its shorter side, another at what it has."""
    w, h = picture.size
    scale = min(SHORTER / min(w, h), LONGEST / max(w, h)) if large else min(1.0, (AREA / (w * h)) ** 0.5)
    if scale < 1:
        picture = picture.resize((round(w * scale), round(h * scale)), Image.Resampling.LANCZOS)
    data = io.BytesIO()
    picture.save(data, "AVIF", quality=QUALITY_LARGE if large else QUALITY, speed=8, max_threads=1)
    return data.getvalue()


def _twice(rows: list[dict[str, str]], pictures: list[Image.Image]) -> dict[str, str]:
    """Ids of works that are there twice, with the id of the one that is kept, the earlier."""
    small = np.stack([np.asarray(p.convert("L").resize((48, 48)), np.float32).ravel() for p in pictures])
    small -= small.mean(1, keepdims=True)
    small /= np.linalg.norm(small, axis=1, keepdims=True)
    first, second = np.nonzero(np.triu(small @ small.T, 1) > SAME)
    return {rows[b]["id"]: rows[a]["id"] for a, b in zip(first, second, strict=True)}


def _write(path: Path, fields: list[str], rows: list[dict[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fields, delimiter="\t", lineterminator="\n", extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)


def _works(corpora: Path):  # type: ignore[no-untyped-def]
    """(row, file) of every work that is taken."""
    known = {r["path"]: r for r in _read(corpora / "paintings" / "metadata.csv")}
    names = set()
    for row in _read(corpora / "exemplars" / "metadata.csv"):
        if row["use"] not in GOOD:
            continue
        scroll = row["path"].startswith("chinese-landscape/")
        row |= {
            "id": "x/" + row["path"].removesuffix(".jpg"),
            "aspect": f"{float(row['width']) / float(row['height']):.3f}",
            "medium": "ink"
            if scroll
            else "print"
            if row["use"] == "print"
            else "sketch"
            if row["use"] == "sketch"
            else "paint",
            "genre": row["kind"],
        }
        names.add(_name(row))
        yield row, corpora / "exemplars" / row["path"]
    seen = _read(corpora / "paintings" / "seen.csv")
    labelled = {row["path"] for row in seen}
    for row in [*seen, *(row for row in _read(MORE) if row["path"] not in labelled)]:
        if row["use"] not in GOOD or _name(row) in names:
            continue
        more = known[row["path"]]
        row |= {
            "id": row["path"].removesuffix(".jpg"),
            "medium": row.get("medium") or (row["use"] if row["use"] in ("print", "sketch") else "paint"),
            "genre": more["genre"],
        }
        names.add(_name(row))
        yield row, corpora / "paintings" / row["path"]


def _tone(picture: Image.Image) -> dict[str, str]:
    """Mean light and chroma in Oklab, the share of what is darker than L .35, and the deviation of soft masses of light."""
    lab = srgb_to_oklab(np.asarray(picture.resize((64, 64)), np.float32) / 255)
    light, chroma = lab[..., 0], np.hypot(lab[..., 1], lab[..., 2])
    return {
        "light_mean": f"{light.mean():.3f}",
        "chroma": f"{chroma.mean():.3f}",
        "dark": f"{(light < 0.35).mean():.3f}",
        "contrast": f"{blur(light, 1.4).std():.3f}",
    }


def _read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _name(row: dict[str, str]) -> tuple[str, str]:
    letters = "".join(c for c in row["title"].lower() if c.isalpha() or c == " ")
    return row["artist"].split()[-1].lower(), " ".join(letters.split()) or row["path"]


def _trim(picture: Image.Image, row: dict[str, str]) -> Image.Image:
    """Without the rim, where frames, margins and torn edges are: 4 % of prints and scrolls, 1.2 % of paintings."""
    share = 0.04 if row["medium"] in ("print", "ink") else 0.012
    w, h = picture.size
    x, y = round(w * share), round(h * share)
    return picture.crop((x, y, w - x, h - y))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
