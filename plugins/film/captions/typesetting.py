"""Lines set with the house font, each as a layer that is laid over the frames.

Chinese verse may stand in columns from right to left, with the punctuation that belongs there.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from PIL import Image, ImageDraw

from ....core.fonts import drawable, faces_for, kerning, pil_font
from .layers import Ink, Layer, paint_layer
from .splitting import is_chinese

__all__ = ["Typesetter"]

_VERTICAL = str.maketrans(
    {
        "，": "︐",
        ",": "︐",
        "、": "︑",
        "。": "︒",
        ".": "︒",
        "：": "︓",
        "；": "︔",
        "！": "︕",
        "？": "︖",
        "…": "︙",
        "—": "︱",
        "（": "︵",
        "）": "︶",
        "《": "︽",
        "》": "︾",
        "「": "﹁",
        "」": "﹂",
        "『": "﹃",
        "』": "﹄",
        "“": "﹃",
        "”": "﹄",
    }
)


@dataclass(frozen=True)
class _Placed:
    """A piece of text at a place (its centre for vertical setting, its left and baseline otherwise)."""

    text: str
    x: float
    y: float
    size: int
    face: str = "kai"
    anchor: str = "ls"


class Typesetter:
    """Sets lines for a film of `width` x `height` pixels in light or dark ink; shade in 0..1: how much the ground under
    them is calmed.
    """

    def __init__(self, width: int, height: int, ink: Ink = "light", shade: float = 0.6) -> None:
        self.width, self.height, self.ink, self.shade = width, height, ink, shade
        self.unit = min(width, height * 1.5) / 1080

    def size(self, share: float) -> int:
        """A font size in pixels, from one for a film of 720 lines."""
        return max(10, round(share * self.unit))

    def horizontal(self, lines: list[str], *, chinese: bool) -> list[Layer]:
        """One layer a line, stacked and centred in the lower part; long lines are wrapped and,
        if need be, set smaller.
        """
        size = self.size(43 if chinese else 44)
        spacing = 0.10 if chinese else 0.01
        widest = 0.84 * self.width
        rows = [self._wrap(drawable(line), size, spacing, widest) for line in lines]
        count = sum(map(len, rows))
        lead = size * (1.52 if chinese else 1.40)
        bottom = self.height * 0.905
        y = bottom - (count - 1) * lead
        layers = []
        for wrapped in rows:
            placed: list[_Placed] = []
            for row in wrapped:
                placed += self._row(row, self.width / 2, y, size, spacing)
                y += lead
            layers.append(self._layer(placed, size))
        return layers

    def vertical(self, lines: list[str], *, side: Literal["left", "right"]) -> list[Layer]:
        """One layer a line: columns read from right to left, the second a little lower, as an inscription stands on a
        scroll.
        """
        size = self.size(46)
        texts = [drawable(line).translate(_VERTICAL) for line in lines]
        longest = max(len(text) for text in texts)
        step = min(size * 1.16, self.height * 0.80 / max(1, longest))
        size = min(size, round(step))
        pitch = size * 1.75
        block = pitch * (len(lines) - 1)
        right = self.width * 0.915 if side == "right" else self.width * 0.085 + block
        top = self.height * 0.13
        layers = []
        for column, text in enumerate(texts):
            x = right - column * pitch
            y = top + column * size * 0.9
            layers.append(
                self._layer(
                    [_Placed(c, x, y + (row + 0.5) * step, size, anchor="mm") for row, c in enumerate(text)], size
                )
            )
        return layers

    def title(self, text: str, below: str = "") -> Layer:
        """The title, large and spaced, a thin rule, and a small line below."""
        chinese = is_chinese(text)
        size = self.size(78 if chinese else 76)
        text = drawable(text)
        spacing = 0.22 if chinese else 0.02
        rows = self._wrap(text, size, spacing, 0.8 * self.width)
        while len(rows) > 2 and size > self.size(30):
            size = round(size * 0.86)
            rows = self._wrap(text, size, spacing, 0.8 * self.width)
        lead = size * 1.36
        y = self.height * 0.5 - (len(rows) - 1) * lead / 2 + size * 0.12
        placed: list[_Placed] = []
        for row in rows:
            placed += self._row(row, self.width / 2, y, size, spacing)
            y += lead
        rule_y = y - lead + size * 0.72
        if below:
            small = self.size(27)
            placed += self._row(
                drawable(below), self.width / 2, rule_y + small * 1.75, small, 0.16 if is_chinese(below) else 0.05
            )
        half = self.size(46)
        return self._layer(placed, size, rule=(self.width / 2 - half, rule_y, self.width / 2 + half))

    def _advances(self, text: str, size: int, spacing: float) -> list[float]:
        """How far each character moves the pen, with kerning and letter-spacing."""
        faces = faces_for(text)
        steps = []
        for at, (c, face) in enumerate(zip(text, faces, strict=True)):
            step = pil_font(size, face).getlength(c) + spacing * size
            if at + 1 < len(text) and faces[at + 1] == face:
                step += kerning(face).get((c, text[at + 1]), 0.0) * size
            steps.append(step)
        return steps

    def _advance(self, text: str, size: int, spacing: float) -> float:
        return sum(self._advances(text, size, spacing)) - spacing * size if text else 0.0

    def _row(self, text: str, middle: float, baseline: float, size: int, spacing: float) -> list[_Placed]:
        """The characters of a centred row, letter-spaced; closing punctuation hangs outside the centring."""
        body = text.rstrip("，。！？；：、,.") if is_chinese(text) else text
        x = middle - self._advance(body, size, spacing) / 2
        placed = []
        for c, face, step in zip(text, faces_for(text), self._advances(text, size, spacing), strict=True):
            placed.append(_Placed(c, x, baseline, size, face))
            x += step
        return placed

    def _wrap(self, text: str, size: int, spacing: float, widest: float) -> list[str]:
        """Rows of at most `widest` pixels, as even as they can be."""
        total = self._advance(text, size, spacing)
        if total <= widest:
            return [text]
        count = int(total // widest) + 1
        pieces = list(text) if is_chinese(text) else re.findall(r"\S+\s*", text)
        for limit in (total / count * 1.06, total / count * 1.2, widest):
            rows = self._fill(pieces, size, spacing, min(widest, limit))
            if len(rows) <= count:
                break
        return rows

    def _fill(self, pieces: list[str], size: int, spacing: float, limit: float) -> list[str]:
        rows, row = [], ""
        for piece in pieces:
            if (
                row
                and self._advance((row + piece).rstrip(), size, spacing) > limit
                and piece not in "，。！？；：、”》」"
            ):
                rows.append(row.rstrip())
                row = ""
            row += piece
        return [*rows, row.rstrip()] if row.strip() else rows

    def _layer(self, placed: list[_Placed], size: int, rule: tuple[float, float, float] | None = None) -> Layer:
        """Draw on a mask twice as large (places of half a pixel, smoother edges), add the shadow, cut to what is not
        empty.
        """
        mask = Image.new("L", (self.width * 2, self.height * 2))
        draw = ImageDraw.Draw(mask)
        for item in placed:
            draw.text(
                (item.x * 2, item.y * 2),
                item.text,
                fill=255,
                font=pil_font(item.size * 2, item.face),
                anchor=item.anchor,
            )
        if rule:
            draw.rectangle(
                (rule[0] * 2, rule[1] * 2, rule[2] * 2, rule[1] * 2 + max(1, round(2 * self.unit))), fill=210
            )
        mask = mask.reduce(2)
        box = mask.getbbox() or (0, 0, 2, 2)
        margin = round(size * 1.5)
        left, top = max(0, box[0] - margin) & ~1, max(0, box[1] - margin) & ~1
        right, bottom = min(self.width, box[2] + margin + 1) & ~1, min(self.height, box[3] + margin + 1) & ~1
        return paint_layer(
            mask.crop((left, top, right, bottom)), (left, top), size=size, ink=self.ink, shade=self.shade
        )
