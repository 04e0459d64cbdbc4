"""The fonts of the house, for films, plots and pages: Kai for Chinese and everything else, Garamond for English lines.

"Artwright Kai" is LXGW WenKai cut to 7,322 characters (Chinese, Latin, punctuation of both, marks of music), "Artwright
Garamond" is EB
Garamond cut to Latin, both under OFL 1.1 (OFL.txt) and made by `tools/build_fonts.py`; the lists beside them say what
they
cover. No system font is needed or looked for. A character outside them is never drawn as an empty box: whoever draws
asks `missing` first and says what cannot be drawn.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.ImageFont import FreeTypeFont

__all__ = [
    "FACES",
    "covered",
    "css_font_faces",
    "drawable",
    "faces_for",
    "font_path",
    "kerning",
    "missing",
    "pil_font",
    "plot_font",
    "tell_missing",
]

FACES = {"kai": "Artwright Kai", "garamond": "Artwright Garamond"}
_HERE = Path(__file__).parent
_BLANK = frozenset(" \t\n\r\u00a0\u3000\u2002\u2003\u2009\u200a")


def font_path(face: str = "kai", suffix: str = ".ttf") -> Path:
    """A font's file. face: "kai" or "garamond"; suffix: ".ttf" or ".woff2"."""
    return _HERE / f"{FACES[face].replace(' ', '')}-Regular{suffix}"


@lru_cache(maxsize=4)
def covered(face: str = "kai") -> frozenset[str]:
    """The characters that a font has; Kai has all that Garamond has but for a few rare letters."""
    return frozenset((_HERE / f"{FACES[face].replace(' ', '')}.txt").read_text("utf-8").strip()) | _BLANK


def faces_for(text: str) -> list[str]:
    """The face for each character of a line: Garamond for the Latin of a line without Chinese, Kai for the rest."""
    if any("\u2e80" <= c <= "\u9fff" or c >= "\uf900" for c in text):
        return ["kai"] * len(text)
    latin = covered("garamond")
    return ["garamond" if c in latin else "kai" for c in text]


def missing(text: str) -> list[str]:
    """Characters of `text` that the fonts lack, each once, in order; empty if all can be drawn.

    >>> missing("明月 moon ♭")
    []
    """
    return [c for c in dict.fromkeys(text) if c not in covered("kai") and c not in covered("garamond")]


def drawable(text: str) -> str:
    """`text` with a middle dot for each character that the fonts lack (combining marks are dropped)."""
    import unicodedata

    composed = unicodedata.normalize("NFC", text)
    lacking = set(missing(composed))
    return "".join(("" if unicodedata.category(c)[0] in "MC" else "·") if c in lacking else c for c in composed)


def tell_missing(text: str, *, what: str) -> str:
    """One line that names the characters of `text` which cannot be drawn in `what`, or "" if all can."""
    lacking = missing(text)
    if not lacking:
        return ""
    shown = " ".join(f"{c} (U+{ord(c):04X})" if c.isprintable() else f"U+{ord(c):04X}" for c in lacking[:8])
    more = f" and {len(lacking) - 8} more" if len(lacking) > 8 else ""
    return f"{what}: the fonts {' and '.join(FACES.values())} lack {shown}{more}; a middle dot stands for each"


@lru_cache(maxsize=32)
def pil_font(size_px: int, face: str = "kai") -> FreeTypeFont:
    """A font for Pillow at a size in pixels, laid out without libraqm so that each computer draws alike."""
    from PIL import ImageFont

    return ImageFont.truetype(str(font_path(face)), size_px, layout_engine=ImageFont.Layout.BASIC)


@lru_cache(maxsize=2)
def kerning(face: str) -> dict[tuple[str, str], float]:
    """Pairs of characters that stand closer or wider, in shares of the font size. Pillow's own layout all but ignores
    the table.
    """
    from fontTools.ttLib import TTFont

    with TTFont(font_path(face)) as font:
        if "kern" not in font:
            return {}
        units = font["head"].unitsPerEm
        characters: dict[str, list[str]] = {}
        for code, glyph in font.getBestCmap().items():
            characters.setdefault(glyph, []).append(chr(code))
        table = font["kern"].kernTables[0].kernTable
        return {
            (a, b): value / units
            for (left, right), value in table.items()
            for a in characters[left]
            for b in characters[right]
        }


@contextmanager
def plot_font() -> Iterator[None]:
    """While in the block, matplotlib writes with Kai: `with plot_font(): figure, axes = plt.subplots()`."""
    from matplotlib import font_manager, rc_context

    family = FACES["kai"]
    if family not in {entry.name for entry in font_manager.fontManager.ttflist}:
        font_manager.fontManager.addfont(str(font_path()))
    with rc_context({"font.family": [family, "DejaVu Sans"], "axes.unicode_minus": False}):
        yield


def css_font_faces(text: str) -> str:
    """CSS rules `@font-face` that carry just the characters of `text` (WOFF in data addresses): a page needs no other
    file.

    About 45 KB for 400 characters. Equal texts, equal rules.
    """
    return "\n".join(_css_font_face(face, "".join(sorted(set(text) & covered(face))) + " ") for face in FACES)


def _css_font_face(face: str, text: str) -> str:
    import base64
    import io

    from fontTools import subset

    options = subset.Options(hinting=False, layout_features=["vert", "kern"], recalc_timestamp=False)
    options.flavor = "woff"
    font = subset.load_font(str(font_path(face)), options)
    cutter = subset.Subsetter(options)
    cutter.populate(text=text)
    cutter.subset(font)
    data = io.BytesIO()
    subset.save_font(font, data, options)
    font.close()
    address = base64.b64encode(data.getvalue()).decode("ascii")
    return (
        f'@font-face {{ font-family: "{FACES[face]}"; font-display: block; src: '
        f'url(data:font/woff;base64,{address}) format("woff"); }}'
    )
