"""The analysis drawn over the picture: thirds, focus, horizon, balance, directions; below it
palette, values and names.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from PIL import Image, ImageDraw

from ....core.fonts import drawable, pil_font
from ..atelier.noise import structure_angle
from .brushwork import to_lab

__all__ = ["draw"]

WIDTH = 1100
PANEL = 300
_INK, _PAPER, _QUIET, _MARK = "#26231f", "#f6f2ea", "#8a8378", "#d8452a"
_WORDS = {
    "en": {
        "palette": "Palette",
        "values": "Values",
        "movement": "Movement",
        "artist": "Hand",
        "focus": "focus",
        "horizon": "level edge",
        "balance": "balance",
    },
    "zh": {
        "palette": "色彩",
        "values": "明暗",
        "movement": "流派",
        "artist": "手法",
        "focus": "视点",
        "horizon": "水平分界",
        "balance": "重心",
    },
}


def draw(picture: Image.Image, findings: Mapping[str, Any], language: str) -> Image.Image:
    """A sheet 1100 pixels wide."""
    words = _WORDS["zh" if language == "zh" else "en"]
    height = max(60, round(picture.height * WIDTH / picture.width))
    if height > 1500:
        height = 1500
    width = round(picture.width * height / picture.height)
    sheet = Image.new("RGB", (WIDTH, height + PANEL), _PAPER)
    left = (WIDTH - width) // 2
    shown = picture.resize((width, height), Image.Resampling.LANCZOS)
    _over(shown, findings, words)
    sheet.paste(shown, (left, 0))
    pen = ImageDraw.Draw(sheet)
    _palette(pen, findings["palette"], words["palette"], height + 18, language)
    _values(pen, picture, findings["values"], words["values"], (24, height + 120))
    _bars(pen, findings["movement"][:4], words["movement"], (400, height + 120))
    _bars(pen, findings["artist"][:4], words["artist"], (750, height + 120))
    return sheet


def _over(shown: Image.Image, findings: Mapping[str, Any], words: Mapping[str, str]) -> None:
    width, height = shown.size
    pen = ImageDraw.Draw(shown, "RGBA")
    unit = max(1, round(min(width, height) / 420))
    for i in (1, 2):
        pen.line((width * i / 3, 0, width * i / 3, height), fill=(255, 255, 255, 110), width=unit)
        pen.line((0, height * i / 3, width, height * i / 3), fill=(255, 255, 255, 110), width=unit)
    _directions(pen, shown, unit)
    built = findings["composition"]
    if built["horizon"] is not None:
        y = built["horizon"] * height
        _dashes(pen, y, width, unit)
        _label(pen, words["horizon"], (8 * unit, y - 16 * unit), unit)
    fx, fy = built["focus"][0] * width, built["focus"][1] * height
    r = 0.045 * min(width, height)
    pen.ellipse((fx - r, fy - r, fx + r, fy + r), outline=_MARK, width=2 * unit)
    _label(pen, words["focus"], (fx + r + 4, fy - 7 * unit), unit)
    bx, by = built["balance"][0] * width, built["balance"][1] * height
    pen.line((bx - r / 2, by, bx + r / 2, by), fill="#ffffff", width=2 * unit)
    pen.line((bx, by - r / 2, bx, by + r / 2), fill="#ffffff", width=2 * unit)
    _label(pen, words["balance"], (bx - r / 2, by + r / 2 + 2 * unit), unit)


def _directions(pen: ImageDraw.ImageDraw, shown: Image.Image, unit: int) -> None:
    """Short lines along the strokes where they have a direction."""
    lab = to_lab(shown, 400)
    field, energy, coherence = structure_angle(lab[..., 0], fine=1.0, wide=4.0)
    rows, columns = lab.shape[:2]
    strong = energy * coherence
    limit = np.quantile(strong, 0.55)
    step = max(10, rows // 22)
    scale = shown.height / rows
    for y in range(step // 2, rows, step):
        for x in range(step // 2, columns, step):
            if strong[y, x] > limit:
                angle = np.arctan2(field[y, x, 1], field[y, x, 0]) / 2
                dx, dy = 0.34 * step * scale * np.cos(angle), 0.34 * step * scale * np.sin(angle)
                cx, cy = x * scale, y * scale
                pen.line((cx - dx, cy - dy, cx + dx, cy + dy), fill=(20, 20, 20, 90), width=2 * unit)
                pen.line((cx - dx, cy - dy, cx + dx, cy + dy), fill=(255, 240, 170, 200), width=unit)


def _dashes(pen: ImageDraw.ImageDraw, y: float, width: int, unit: int) -> None:
    for x in range(0, width, 22 * unit):
        pen.line((x, y, x + 12 * unit, y), fill=_MARK, width=unit)


def _label(pen: ImageDraw.ImageDraw, text: str, at: tuple[float, float], unit: int) -> None:
    font = pil_font(12 * unit + 4)
    pen.text(at, text, font=font, fill="#ffffff", stroke_width=max(1, unit), stroke_fill=_INK)


def _palette(pen: ImageDraw.ImageDraw, palette: list[Mapping[str, Any]], title: str, top: int, language: str) -> None:
    pen.text((24, top), title, font=pil_font(20), fill=_INK)
    total = sum(c["share"] for c in palette) or 1.0
    x, width = 130.0, WIDTH - 154.0
    font = pil_font(15)
    for colour in palette:
        w = colour["share"] / total * width
        pen.rectangle((x, top, x + w, top + 44), fill=colour["hex"])
        name = colour["name_zh" if language == "zh" else "name"]
        if pen.textlength(name, font=font) < w - 6:
            pen.text((x + 3, top + 50), name, font=font, fill=_QUIET)
        x += w


def _values(
    pen: ImageDraw.ImageDraw, picture: Image.Image, values: Mapping[str, Any], title: str, at: tuple[int, int]
) -> None:
    x, y = at
    pen.text((x, y), title, font=pil_font(20), fill=_INK)
    light = to_lab(picture, 256)[..., 0]
    counts = np.histogram(light, bins=32, range=(0, 1))[0].astype(float)
    counts = np.sqrt(counts / counts.max())
    for i, c in enumerate(counts):
        grey = round(255 * (i + 0.5) / 32)
        pen.rectangle((x + i * 10, y + 145 - c * 105, x + i * 10 + 8, y + 145), fill=(grey, grey, grey), outline=_QUIET)
    low, high = values["range"]
    pen.line((x + low * 320, y + 152, x + high * 320, y + 152), fill=_MARK, width=3)


def _bars(pen: ImageDraw.ImageDraw, rows: list[Mapping[str, Any]], title: str, at: tuple[int, int]) -> None:
    x, y = at
    pen.text((x, y), title, font=pil_font(20), fill=_INK)
    font = pil_font(15)
    for i, row in enumerate(rows):
        top = y + 34 + i * 34
        pen.rectangle((x, top + 19, x + 310 * row["probability"], top + 27), fill="#7a8f6f")
        pen.text((x, top), drawable(f"{row['name']}  {row['probability']:.0%}"), font=font, fill=_INK)
