"""Words on the film: lines set with the house font, as layers that are laid over the frames.

A layer is a small premultiplied patch in the encoder's colours with one alpha: a soft shadow (or, on pale paper, a soft
light)
and the letters on it. Chinese verse may stand in columns from right to left, with the punctuation that belongs there.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from ...core.fonts import drawable, faces_for, kerning, pil_font
from .camera import Frame, yuv_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Ink", "Layer", "Typesetter", "split_long"]

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
Ink = Literal["light", "dark"]
_INKS = {"light": ((251, 246, 234), (12, 11, 14)), "dark": ((30, 24, 21), (250, 246, 236))}


@dataclass(frozen=True, eq=False)
class Layer:
    """A patch: left and top (even), alpha of shape (h, w) and premultiplied colour planes; the chroma ones at half
    size.
    """

    left: int
    top: int
    alpha: NDArray[np.float32]
    half_alpha: NDArray[np.float32]
    colour: tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]

    def over(self, frame: Frame, share: float) -> Frame:
        """The frame with the patch on it, `share` in [0, 1] of its strength."""
        if share <= 0:
            return frame
        planes = []
        for index, plane in enumerate(frame):
            scale = 1 if index == 0 else 2
            alpha = self.alpha if index == 0 else self.half_alpha
            top, left = self.top // scale, self.left // scale
            window = slice(top, top + alpha.shape[0]), slice(left, left + alpha.shape[1])
            copied = plane if plane.flags.writeable else plane.copy()
            copied[window] = np.rint(copied[window] * (1 - share * alpha) + share * self.colour[index]).astype(np.uint8)
            planes.append(copied)
        return tuple(planes)  # type: ignore[return-value]


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
        return self._paint(mask.crop((left, top, right, bottom)), left, top, size)

    def _paint(self, mask: Image.Image, left: int, top: int, size: int) -> Layer:
        ink, ground = _INKS[self.ink]
        text = np.asarray(mask, np.float32) / 255
        close = (
            np.asarray(mask.filter(ImageFilter.MaxFilter(3)).filter(ImageFilter.GaussianBlur(size * 0.07)), np.float32)
            / 255
        )
        wide = (
            np.asarray(mask.filter(ImageFilter.MaxFilter(9)).filter(ImageFilter.GaussianBlur(size * 0.45)), np.float32)
            / 255
        )
        shade = np.clip(
            0.55 * close + (0.30 + 0.55 * self.shade) * np.clip(1.7 * wide, 0, 1), 0, 0.62 + 0.24 * self.shade
        )
        shade = (shade * _window(shade.shape, size)).astype(np.float32)
        colours = yuv_of(np.array([ink, ground]))
        under = shade * (1 - text)
        alpha = (under + text).astype(np.float32)
        planes = [(under * colours[1, i] + text * colours[0, i]).astype(np.float32) for i in range(3)]
        return Layer(left, top, alpha, _half(alpha), (planes[0], _half(planes[1]), _half(planes[2])))


def _window(shape: tuple[int, ...], size: int) -> NDArray[np.float32]:
    """Fades a patch out at its borders, so that the shadow has no edge."""
    reach = max(2, round(size * 0.5))
    sides = []
    for length in shape:
        ramp = np.minimum(np.arange(length), np.arange(length)[::-1]) / reach
        sides.append(np.clip(ramp, 0, 1).astype(np.float32))
    return np.outer(sides[0], sides[1])


def _half(plane: NDArray[np.float32]) -> NDArray[np.float32]:
    high, wide = plane.shape
    return plane.reshape(high // 2, 2, wide // 2, 2).mean(axis=(1, 3))


def is_chinese(text: str) -> bool:
    """Whether a line has Chinese characters."""
    return any("\u3400" <= c <= "\u9fff" for c in text)


def split_long(line: str) -> list[str]:
    """A line that is too long to be read at a glance (a paragraph of prose) in parts, cut at the strongest punctuation
    there is.
    """
    limit = 24 if is_chinese(line) else 84
    if len(line) <= limit:
        return [line]
    for marks in (r"(?<=[。！？；!?;])|(?<=\.)\s", r"(?<=[，、：])|(?<=[,:])\s|\s?(?=—)"):
        parts = [part.strip() for part in re.split(marks, line) if part and part.strip()]
        if len(parts) > 1:
            return [piece for part in _join_short(parts, limit) for piece in split_long(part)]
    if is_chinese(line):
        return [line[at : at + limit] for at in range(0, len(line), limit)]
    words, rows = line.split(), [""]
    for word in words:
        for piece in (word[at : at + limit] for at in range(0, len(word), limit)):
            if rows[-1] and len(rows[-1]) + 1 + len(piece) > limit:
                rows.append("")
            rows[-1] = f"{rows[-1]} {piece}".strip()
    return rows


def _join_short(parts: list[str], limit: int) -> list[str]:
    """Neighbours that fit one line together again; never all of them in one part, so that splitting ends."""
    joined = [parts[0]]
    for part in parts[1:]:
        gap = "" if is_chinese(part) else " "
        if len(joined[-1]) + len(part) + len(gap) <= limit:
            joined[-1] += gap + part
        else:
            joined.append(part)
    return joined
