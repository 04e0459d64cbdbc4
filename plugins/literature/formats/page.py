"""A text drawn as a page: what a preview shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ....core.artwork import Text

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageFont import FreeTypeFont

__all__ = ["draw_page"]

_PAPER, _INK, _SEAL = (249, 245, 236), (38, 34, 32), (160, 52, 40)
_MOST_LINES = 60


def draw_page(text: Text, title: str, *, width: int) -> Image:
    """The page, RGB, `width` pixels wide (at least 64): title, lines, long ones broken; at most 60 lines, then an
    ellipsis.
    """
    from PIL import Image as pil
    from PIL import ImageDraw

    from ....core.fonts import drawable, pil_font

    width = max(64, width)
    size = max(9, width // (24 if text.language == "zh" else 30))
    font, head = pil_font(size), pil_font(round(size * 1.35))
    margin = width // 10
    rows: list[tuple[str, int]] = []
    for number, stanza in enumerate(text.stanzas):
        if number:
            rows.append(("", 0))
        for line in stanza:
            rows += [(piece, indent) for indent, piece in enumerate(_wrap(drawable(line), font, width - 2 * margin))]
    if len(rows) > _MOST_LINES:
        rows = [*rows[:_MOST_LINES], ("…", 0)]
    step = round(size * 1.65)
    heads = _wrap(drawable(title or text.title), head, width - 2 * margin)[:3]
    height = 2 * margin + step * len(rows) + round(size * 2.0) * len(heads) + (step // 2 if heads else 0)
    picture = pil.new("RGB", (width, height), _PAPER)
    draw = ImageDraw.Draw(picture)
    y = margin
    for line in heads:
        draw.text((margin, y), line, font=head, fill=_SEAL)
        y += round(size * 2.0)
    y += step // 2 if heads else 0
    for line, indent in rows:
        draw.text((margin + (size if indent else 0), y), line, font=font, fill=_INK)
        y += step
    return picture


def _wrap(line: str, font: FreeTypeFont, width: int) -> list[str]:
    """A line in pieces that fit: at spaces in English, between characters in Chinese."""
    if not line:
        return []
    if font.getlength(line) <= width:
        return [line]
    units = line.split(" ") if " " in line else list(line)
    joint = " " if " " in line else ""
    pieces, current = [], ""
    for unit in units:
        longer = current + joint + unit if current else unit
        if current and font.getlength(longer) > width:
            pieces.append(current)
            current = unit
        else:
            current = longer
    return [*pieces, current]
