"""Cut the two fonts in `core/fonts/` out of fonts that Debian packages, both under the SIL Open Font License 1.1.

    python tools/build_fonts.py kai /usr/share/fonts/truetype/lxgw-wenkai/LXGWWenKai-Regular.ttf core/fonts TEXT...
    python tools/build_fonts.py garamond /usr/share/fonts/truetype/ebgaramond/EBGaramond12-Regular.ttf core/fonts

Packages: fonts-lxgw-wenkai, fonts-ebgaramond-extra. TEXT: files whose characters are wanted (plain text, JSON lines,
both also as .gz
or .xz) and folders of such files. Needs fonttools with its `woff` extra. The same source and texts give the same bytes.

Kai keeps the characters of the texts that its source has, those of GB 2312 level 1 (the 3,755 commonest ones of modern
Chinese), Latin with its
accents, punctuation of both scripts, kana, the marks of music. Garamond keeps Latin and its punctuation, and its pair
kerning as a `kern` table,
which FreeType reads without a shaping library. Hinting goes (--no-hinting), and the names: the licence reserves "LXGW"
and its Chinese
name, so a changed font needs another one. A list of characters beside each font says what it covers.
"""

from __future__ import annotations

import argparse
import gzip
import lzma
from collections.abc import Iterator
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont, newTable
from fontTools.ttLib.tables._k_e_r_n import KernTable_format_0

FAMILIES = {"kai": "Artwright Kai", "garamond": "Artwright Garamond"}
LATIN = ((0x20, 0x7E), (0xA0, 0x17F), (0x2010, 0x2027), (0x2030, 0x203A))
OTHER = (
    (0x2190, 0x2193),
    (0x2669, 0x266F),
    (0x3000, 0x3020),
    (0x3041, 0x30FF),
    (0xFE10, 0xFE1F),
    (0xFE30, 0xFE4F),
    (0xFF01, 0xFF5E),
)
SINGLE = "€™−×÷≈≤≥°·•★☆○●◇◆□■"
KERNED = (
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.,;:!?'\"-–—‘’“”()àâäæçèéêëîïñòóôöœùúûüÀÂÄÇÈÉÖÜ "
)


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


def wanted(face: str, paths: list[Path]) -> set[int]:
    """The code points to keep."""
    points = {code for first, last in LATIN for code in range(first, last + 1)} | {ord("€"), ord("™")}
    if face == "garamond":
        return points
    points |= {ord(c) for path in paths for text in read(path) for c in text if c.isprintable()}
    points |= {code for first, last in OTHER for code in range(first, last + 1)} | set(map(ord, SINGLE))
    return points | {
        ord(bytes((row, cell)).decode("gb2312"))
        for row in range(0xB0, 0xD7)
        for cell in range(0xA1, 0xFF)
        if (row, cell) < (0xD7, 0xFA)
    }


def rename(font: TTFont, family: str) -> None:
    """Give the family a name of its own; copyright and licence lines stay as they are."""
    names = font["name"]
    version = names.getDebugName(5).split(";")[0]
    for record in list(names.names):
        if record.nameID not in (0, 5, 13, 14) or record.langID == 2052:
            names.removeNames(record.nameID, record.platformID, record.platEncID, record.langID)
    new = {1: family, 2: "Regular", 3: f"{family}:{version}", 4: family, 6: family.replace(" ", "") + "-Regular"}
    for name_id, text in new.items():
        names.setName(text, name_id, 3, 1, 0x409)
        names.setName(text, name_id, 1, 0, 0)


def kern(font: TTFont, source: Path) -> None:
    """Write the kerning of common pairs, as a shaping library finds it, into a `kern` table."""
    from PIL import ImageFont

    units = font["head"].unitsPerEm
    shaped = ImageFont.truetype(str(source), units, layout_engine=ImageFont.Layout.RAQM)
    glyphs = font.getBestCmap()
    alone = {c: shaped.getlength(c, features=["-liga"]) for c in KERNED if ord(c) in glyphs}
    table = KernTable_format_0()
    table.version, table.apple, table.coverage, table.tupleIndex, table.kernTable = 0, False, 1, None, {}
    for first, wide in alone.items():
        for second, other in alone.items():
            value = round(shaped.getlength(first + second, features=["-liga", "-clig", "-dlig"]) - wide - other)
            if value:
                table.kernTable[glyphs[ord(first)], glyphs[ord(second)]] = value
    font["kern"] = newTable("kern")
    font["kern"].version, font["kern"].kernTables = 0, [table]


def main() -> None:
    """Write the font as .ttf and .woff2 with the list of its characters, and say how large they are."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("face", choices=sorted(FAMILIES))
    parser.add_argument("source", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("texts", type=Path, nargs="*")
    arguments = parser.parse_args()
    features = ["*"] if arguments.face == "kai" else ["kern"]
    options = subset.Options(
        hinting=False,
        layout_features=features,
        name_IDs=["*"],
        name_languages=["*"],
        notdef_outline=True,
        recalc_timestamp=False,
        drop_tables=["FFTM"],
    )
    font = subset.load_font(str(arguments.source), options)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=wanted(arguments.face, arguments.texts))
    cutter.subset(font)
    family = FAMILIES[arguments.face]
    rename(font, family)
    if arguments.face == "garamond":
        kern(font, arguments.source)
    stem = family.replace(" ", "")
    for flavor, suffix in ((None, ".ttf"), ("woff2", ".woff2")):
        path = arguments.folder / f"{stem}-Regular{suffix}"
        font.flavor = flavor
        font.save(path)
        print(f"{path}: {path.stat().st_size:,} bytes, {len(font.getBestCmap()):,} characters")
    characters = "".join(
        chr(code) for code in sorted(font.getBestCmap()) if not chr(code).isspace() and chr(code).isprintable()
    )
    (arguments.folder / f"{stem}.txt").write_text(characters + "\n", "utf-8")


if __name__ == "__main__":
    main()
