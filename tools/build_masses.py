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
from PIL import Image

TARGET = Path(__file__).resolve().parents[1] / "plugins" / "painting" / "quoting" / "data"
AREA, QUALITY = 208**2, 42
AREA_LARGE = 248**2  # exemplars are sharp enough for it
MORE = Path(__file__).with_name("seen_more.csv")
"""Further works, chosen by what their titles promise and labelled by eye like `seen.csv`: what it has few of."""
GOOD = {"good", "dark", "print", "sketch"}
FIELDS = "id artist title subject action seen box horizon light hour weather season people aspect medium genre light_mean chroma dark".split()


def main(corpora: Path) -> None:
    """Write `works.tsv` and `masses.zip`."""
    rows, pictures = [], []
    for row, path, area, quality in _works(corpora):
        picture = Image.open(path).convert("RGB")
        aspect = float(row["aspect"])
        picture = _trim(picture, row)
        size = round((area * aspect) ** 0.5), round((area / aspect) ** 0.5)
        data = io.BytesIO()
        row |= _tone(picture)
        picture.resize(size, Image.Resampling.LANCZOS).save(data, "WEBP", quality=quality, method=6)
        pictures.append((row["id"], data.getvalue()))
        rows.append(row)
    TARGET.mkdir(parents=True, exist_ok=True)
    with (TARGET / "works.tsv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, FIELDS, delimiter="\t", lineterminator="\n", extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
    with zipfile.ZipFile(TARGET / "masses.zip", "w", zipfile.ZIP_STORED) as pack:
        for name, data in pictures:
            pack.writestr(zipfile.ZipInfo(name + ".webp", (1980, 1, 1, 0, 0, 0)), data)
    print(len(rows), "works", sum(len(d) for _, d in pictures) / 1e6, "MB")


def _works(corpora: Path):  # type: ignore[no-untyped-def]
    """(row, file, area, quality) of every work that is taken."""
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
        yield row, corpora / "exemplars" / row["path"], AREA_LARGE, QUALITY
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
        yield row, corpora / "paintings" / row["path"], AREA, QUALITY


def _tone(picture: Image.Image) -> dict[str, str]:
    """Mean light and chroma in Oklab, and the share of what is darker than L .35."""
    lab = srgb_to_oklab(np.asarray(picture.resize((64, 64)), np.float32) / 255)
    light, chroma = lab[..., 0], np.hypot(lab[..., 1], lab[..., 2])
    return {
        "light_mean": f"{light.mean():.3f}",
        "chroma": f"{chroma.mean():.3f}",
        "dark": f"{(light < 0.35).mean():.3f}",
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
