"""The one font of the house, for films, plots and pages: Chinese, Latin, punctuation of both, marks of music.

"Artwright Kai" is LXGW WenKai (OFL 1.1, see OFL.txt) cut to 7,322 characters by `benchmarks/cut_font.py`; `characters.txt` lists
them. No system font is needed or looked for. A character outside it is never drawn as an empty box: whoever draws
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

__all__ = ["FAMILY", "covered", "css_font_face", "drawable", "font_path", "missing", "pil_font", "plot_font", "tell_missing"]

FAMILY = "Artwright Kai"
_HERE = Path(__file__).parent
_BLANK = frozenset(" \t\n\r\u00a0\u3000\u2002\u2003\u2009\u200a")


def font_path(suffix: str = ".ttf") -> Path:
    """The font's file, ".ttf" or ".woff2"."""
    return _HERE / f"ArtwrightKai-Regular{suffix}"


@lru_cache(maxsize=1)
def covered() -> frozenset[str]:
    """The characters that the font has."""
    return frozenset((_HERE / "characters.txt").read_text("utf-8").strip()) | _BLANK


def missing(text: str) -> list[str]:
    """Characters of `text` that the font lacks, each once, in order; empty if all can be drawn.

    >>> missing("明月 moon ♭")
    []
    """
    return [c for c in dict.fromkeys(text) if c not in covered()]


def drawable(text: str) -> str:
    """`text` with a middle dot for each character that the font lacks (combining marks are dropped)."""
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
    return f"{what}: the font {FAMILY!r} lacks {shown}{more}; a middle dot stands for each"


@lru_cache(maxsize=32)
def pil_font(size_px: int) -> FreeTypeFont:
    """The font for Pillow at a size in pixels, laid out without libraqm so that each computer draws alike."""
    from PIL import ImageFont

    return ImageFont.truetype(str(font_path()), size_px, layout_engine=ImageFont.Layout.BASIC)


@contextmanager
def plot_font() -> Iterator[None]:
    """While in the block, matplotlib writes with this font: `with plot_font(): figure, axes = plt.subplots()`."""
    from matplotlib import font_manager, rc_context

    if FAMILY not in {entry.name for entry in font_manager.fontManager.ttflist}:
        font_manager.fontManager.addfont(str(font_path()))
    with rc_context({"font.family": [FAMILY, "DejaVu Sans"], "axes.unicode_minus": False}):
        yield


def css_font_face(text: str) -> str:
    """A CSS rule `@font-face` that carries just the characters of `text` (WOFF in a data address): pages need no other file.

    About 45 KB of address for 400 characters. Equal texts, equal rules.
    """
    import base64
    import io

    from fontTools import subset

    options = subset.Options(hinting=False, layout_features=["vert"], recalc_timestamp=False)
    options.flavor = "woff"
    font = subset.load_font(str(font_path()), options)
    cutter = subset.Subsetter(options)
    cutter.populate(text="".join(sorted(set(text) & covered())) + " ")
    cutter.subset(font)
    data = io.BytesIO()
    subset.save_font(font, data, options)
    font.close()
    address = base64.b64encode(data.getvalue()).decode("ascii")
    return f'@font-face {{ font-family: "{FAMILY}"; font-display: block; src: url(data:font/woff;base64,{address}) format("woff"); }}'
