"""Cut the fonts in `core/fonts/` out of LXGW WenKai (Debian package `fonts-lxgw-wenkai`, OFL 1.1).

    python benchmarks/cut_font.py /usr/share/fonts/truetype/lxgw-wenkai/LXGWWenKai-Regular.ttf core/fonts TEXT...

TEXT: files whose characters are wanted (plain text, JSON lines, both also as .gz or .xz) and folders of such files.
Needs fonttools with its `woff` extra. The same source and texts give the same bytes: no time of day gets into the tables.

Kept are: the characters of the texts that the source has, those of GB 2312 level 1 (the 3,755 commonest ones of modern
Chinese), Latin with its accents, punctuation of both scripts, kana, the marks of music. Hinting goes (--no-hinting), and the
names: "LXGW" and the Chinese name are reserved by the licence, so a changed font needs another one. Layout features stay
(`vert` sets punctuation for vertical lines). `characters.txt` lists what the result covers.
"""

from __future__ import annotations

import argparse
import gzip
import lzma
from collections.abc import Iterator
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

FAMILY = "Artwright Kai"
RANGES = (
    (0x20, 0x7E), (0xA0, 0x17F), (0x2010, 0x2027), (0x2030, 0x203A), (0x2190, 0x2193), (0x2669, 0x266F),
    (0x3000, 0x3020), (0x3041, 0x30FF), (0xFE10, 0xFE1F), (0xFE30, 0xFE4F), (0xFF01, 0xFF5E),
)
SINGLE = "€™−×÷≈≤≥°·•★☆○●◇◆□■"


def read(path: Path) -> Iterator[str]:
    """The texts under a path."""
    if path.is_dir():
        for inner in sorted(path.rglob("*")):
            if inner.is_file():
                yield from read(inner)
        return
    opener = {".gz": gzip.open, ".xz": lzma.open}.get(path.suffix, open)
    with opener(path, "rt", encoding="utf-8") as file:
        yield file.read()


def wanted(paths: list[Path]) -> set[int]:
    """The code points to keep."""
    points = {ord(c) for path in paths for text in read(path) for c in text if c.isprintable()}
    points |= {code for first, last in RANGES for code in range(first, last + 1)} | set(map(ord, SINGLE))
    points |= {ord(bytes((row, cell)).decode("gb2312")) for row in range(0xB0, 0xD7) for cell in range(0xA1, 0xFF) if (row, cell) < (0xD7, 0xFA)}
    return points


def rename(font: TTFont) -> None:
    """Give the family a name of its own; copyright and licence lines stay as they are."""
    names = font["name"]
    version = names.getDebugName(5).split(";")[0]
    new = {1: FAMILY, 2: "Regular", 3: f"{FAMILY}:{version}", 4: FAMILY, 6: FAMILY.replace(" ", "") + "-Regular"}
    for record in list(names.names):
        if record.nameID not in (0, 5, 13, 14) or record.langID == 2052:
            names.removeNames(record.nameID, record.platformID, record.platEncID, record.langID)
    for name_id, text in new.items():
        names.setName(text, name_id, 3, 1, 0x409)
        names.setName(text, name_id, 1, 0, 0)


def main() -> None:
    """Write ArtwrightKai-Regular.ttf and .woff2 and say how large they are."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("source", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("texts", type=Path, nargs="+")
    arguments = parser.parse_args()
    options = subset.Options(hinting=False, layout_features=["*"], name_IDs=["*"], name_languages=["*"], notdef_outline=True, recalc_timestamp=False)
    font = subset.load_font(str(arguments.source), options)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=wanted(arguments.texts))
    cutter.subset(font)
    rename(font)
    for flavor, suffix in ((None, ".ttf"), ("woff2", ".woff2")):
        path = arguments.folder / f"ArtwrightKai-Regular{suffix}"
        font.flavor = flavor
        font.save(path)
        print(f"{path}: {path.stat().st_size:,} bytes, {len(font.getBestCmap()):,} characters")
    characters = "".join(chr(code) for code in sorted(font.getBestCmap()) if not chr(code).isspace())
    (arguments.folder / "characters.txt").write_text(characters + "\n", "utf-8")


if __name__ == "__main__":
    main()
