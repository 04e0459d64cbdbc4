"""Strokes as vectors: one path for each stroke, bent as it was painted."""

from __future__ import annotations

import numpy as np
from PIL import Image

from .canvas import Strokes

__all__ = ["strokes_to_svg"]


def strokes_to_svg(strokes: Strokes, size: tuple[int, int], image: Image.Image) -> str:
    """An SVG of `size`: the mean colour as ground, then each stroke as a quadratic curve with round ends."""
    width, height = size
    ground = np.asarray(image.resize((1, 1), Image.Resampling.BOX))[0, 0]
    rows = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}">',
        f'<rect width="100%" height="100%" fill="#{ground[0]:02x}{ground[1]:02x}{ground[2]:02x}"/>',
        '<g fill="none" stroke-linecap="round">',
    ]
    for x, y, wide, long, angle, curve, opacity, rgb in strokes.rows:
        c, s = np.cos(angle), np.sin(angle)
        half = np.maximum(0.5, (long - wide) / 2)
        bow = curve * long / 4
        ax, ay, bx, by = (
            x - c * half - s * bow * 0.65,
            y - s * half + c * bow * 0.65,
            x + c * half - s * bow * 0.65,
            y + s * half + c * bow * 0.65,
        )
        mx, my = x + s * bow * 1.35, y - c * bow * 1.35
        colours = (np.clip(rgb, 0, 1) * 255 + 0.5).astype(int)
        for i in range(len(x)):
            r, g, b = colours[i]
            fade = "" if opacity[i] > 0.99 else f' stroke-opacity="{opacity[i]:.2f}"'
            rows.append(
                f'<path d="M{ax[i]:.1f} {ay[i]:.1f}Q{mx[i]:.1f} {my[i]:.1f} {bx[i]:.1f} {by[i]:.1f}" '
                f'stroke="#{r:02x}{g:02x}{b:02x}" stroke-width="{wide[i]:.1f}"{fade}/>'
            )
    rows.append("</g></svg>\n")
    return "\n".join(rows)
