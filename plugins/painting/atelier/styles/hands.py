"""The named hands. Their numbers were set by looking and by the statistics of the artists' works; palettes are measured ones."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path

from .....core.errors import UnknownName
from ..brush import Layer
from .parameters import Outline, StyleParameters

__all__ = ["HANDS", "find_style"]

_MONET = StyleParameters(
    name="monet", summary="broken colour, violet shadows, no black", floor=0.20, span=0.79, chroma=1.38, shadow=(0.012, -0.04), palette_light=0.05, palette_chroma=0.2,
    ground="#b5a894", ground_share=0.45, level_water=0.65, relief=0.42,
    turn_by_kind={"water": 0.10, "foliage": 0.8, "sky": 0.26, "grass": 0.45, "flower": 0.6},
    layers=(
        Layer(width=28, length=70, density=1.5, light=0.025, chroma=0.018, turn=0.3),
        Layer(width=17, length=44, density=1.3, light=0.035, chroma=0.024, turn=0.3, error=0.02),
        Layer(width=11, length=30, density=0.9, light=0.035, chroma=0.026, turn=0.3, error=0.06, dry=0.15),
        Layer(width=6, length=15, density=1.4, light=0.03, chroma=0.02, turn=0.28, error=0.07, dry=0.3),
        Layer(width=3.5, length=9, density=1.6, light=0.02, chroma=0.012, turn=0.25, error=0.10, edge=0.16, dry=0.35),
    ),
)

_VAN_GOGH = StyleParameters(
    name="van-gogh", summary="flowing impasto, turning skies, Prussian-blue contours", contrast=1.12, chroma=1.42, palette_light=0.08, palette_chroma=0.25,
    ground="#c2b280", ground_share=0.35, swirl=1.0, streak=0.045, relief=0.72, shine=0.12, outline=Outline(), outline_after=2,
    layers=(
        Layer(width=17, length=58, density=1.4, light=0.05, chroma=0.03, turn=0.12, bristle=0.9),
        Layer(width=10.5, length=44, density=1.7, light=0.07, chroma=0.042, turn=0.10, bristle=0.9),
        Layer(width=7, length=24, density=1.3, light=0.04, chroma=0.03, turn=0.12, error=0.08, bristle=0.9),
        Layer(width=4, length=11, density=1.5, light=0.025, chroma=0.016, turn=0.12, error=0.11, edge=0.16, bristle=0.8),
    ),
)

_HOKUSAI = StyleParameters(name="hokusai", family="print", summary="woodblock print: Prussian blue, flat blocks, swelling key line", palette_chroma=0.15, palette_light=0.0, contrast=1.08, chroma=1.08)
_HIROSHIGE = StyleParameters(
    name="hiroshige", family="print", summary="woodblock print: deep gradations, clear colour, fine lines", palette_chroma=0.1, palette_light=0.0, contrast=1.04, chroma=1.3, extra={"bokashi": 0.52, "water_lines": 0.5, "margin": 18},
)
_SHAN_SHUI = StyleParameters(name="shan-shui", family="ink", summary="ink on paper: washes, dry strokes on rock, emptiness", extra={"tint": 0.2})

_ALL = (_MONET, _VAN_GOGH, _HOKUSAI, _HIROSHIGE, _SHAN_SHUI)


@lru_cache(maxsize=1)
def _palettes() -> dict[str, list[list[float]]]:
    found = Path(__file__).with_name("palettes.json")
    return json.loads(found.read_text("utf-8")) if found.is_file() else {}


HANDS = {hand.name: hand for hand in _ALL}


def find_style(name: str) -> StyleParameters:
    """A named hand with its measured palette. Raises UnknownName."""
    if name not in HANDS:
        raise UnknownName("style", name, HANDS, where=" for medium 'painting'")
    hand = HANDS[name]
    rows = _palettes().get(name, [])
    return hand.but(palette=tuple(tuple(r) for r in rows)) if rows else hand
