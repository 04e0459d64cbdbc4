"""The named hands. Their numbers were set by looking and by the statistics of the artists' works; palettes are measured
ones.
"""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path

from .....core.errors import UnknownName
from ..brush import Layer
from ..names import SUMMARIES
from .parameters import Outline, StyleParameters

__all__ = ["HANDS", "find_style"]

_MONET = StyleParameters(
    name="monet",
    summary="broken colour, violet shadows, no black",
    floor=0.20,
    span=0.79,
    chroma=1.22,
    shadow=(0.006, -0.028),
    palette_light=0.05,
    palette_chroma=0.2,
    ground="#b5a894",
    ground_share=0.45,
    level_water=0.65,
    relief=0.42,
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
    name="van-gogh",
    summary="flowing impasto, turning skies, Prussian-blue contours",
    contrast=1.12,
    chroma=1.42,
    palette_light=0.08,
    palette_chroma=0.25,
    ground="#c2b280",
    ground_share=0.35,
    swirl=1.0,
    streak=0.045,
    extra={"strongest": 0.175},
    relief=0.72,
    shine=0.12,
    outline=Outline(),
    outline_after=2,
    layers=(
        Layer(width=17, length=58, density=1.4, light=0.05, chroma=0.03, turn=0.12, bristle=0.9),
        Layer(width=10.5, length=44, density=1.7, light=0.07, chroma=0.042, turn=0.10, bristle=0.9),
        Layer(width=7, length=24, density=1.3, light=0.04, chroma=0.03, turn=0.12, error=0.08, bristle=0.9),
        Layer(
            width=4, length=11, density=1.5, light=0.025, chroma=0.016, turn=0.12, error=0.11, edge=0.16, bristle=0.8
        ),
    ),
)

_SEURAT = StyleParameters(
    name="seurat",
    family="dots",
    summary=SUMMARIES["seurat"],
    floor=0.16,
    span=0.80,
    chroma=1.28,
    palette_chroma=0.18,
    palette_light=0.05,
    shadow=(0.0, -0.03),
    ground="#d8ccb0",
    ground_share=0.25,
    relief=0.2,
    extra={"dot": 1.65, "divided": 1.8, "kept": 0.28, "divided_light": 1.6},
)

_CEZANNE = StyleParameters(
    name="cezanne",
    summary=SUMMARIES["cezanne"],
    floor=0.04,
    span=0.89,
    chroma=1.22,
    contrast=1.2,
    palette_light=0.2,
    palette_chroma=0.55,
    shadow=(-0.004, -0.022),
    ground="#d8cbb0",
    ground_share=0.5,
    level_water=0.5,
    relief=0.32,
    outline=Outline(width=4, length=22, count=1700, colour="#2f3f5e", own=0.35, opacity=0.62, dry=0.35),
    outline_after=3,
    extra={"patches": 150, "patch_field": 0.5, "crisp_edges": 0.35},
    layers=(
        Layer(
            width=24, length=60, density=1.0, light=0.037, chroma=0.007, turn=0.10, square=True, dry=0.35, opacity=0.9
        ),
        Layer(
            width=13,
            length=38,
            density=1.6,
            light=0.056,
            chroma=0.01,
            turn=0.08,
            square=True,
            dry=0.3,
            error=0.012,
            edge=0.11,
        ),
        Layer(
            width=8, length=20, density=1.4, light=0.044, chroma=0.008, turn=0.10, square=True, dry=0.25, error=0.045
        ),
        Layer(
            width=4.5,
            length=10,
            density=1.5,
            light=0.027,
            chroma=0.005,
            turn=0.15,
            square=True,
            dry=0.2,
            error=0.07,
            edge=0.14,
        ),
    ),
)

_REMBRANDT = StyleParameters(
    name="rembrandt",
    summary=SUMMARIES["rembrandt"],
    floor=0.07,
    contrast=1.35,
    palette_light=0.35,
    palette_chroma=0.85,
    ground="#2e2114",
    ground_share=0.45,
    spot=0.9,
    umber=0.13,
    relief=0.16,
    shine=0.05,
    varnish=(1.0, 0.975, 0.91),
    vignette=0.26,
    level_water=0.4,
    highlight=Layer(
        width=4.5,
        length=13,
        density=0.7,
        light=0.02,
        chroma=0.008,
        turn=0.3,
        bright=0.56,
        height=1.9,
        opacity=0.75,
        dry=0.35,
        edge=0.08,
    ),
    extra={
        "spot_radius": 0.36,
        "ambient": 0.08,
        "blended": 0.8,
        "wall": 0.75,
        "lost": 0.4,
        "soft": 0.6,
        "linen": 0.014,
    },
    layers=(
        Layer(
            width=22,
            length=50,
            density=1.2,
            light=0.0108,
            chroma=0.0042,
            turn=0.35,
            opacity=0.55,
            height=0.3,
            bristle=0.175,
        ),
        Layer(
            width=9.5,
            length=23,
            density=1.5,
            light=0.0102,
            chroma=0.0042,
            turn=0.3,
            error=0.015,
            height=0.6,
            bristle=0.2,
        ),
        Layer(
            width=5,
            length=11.5,
            density=1.5,
            light=0.0084,
            chroma=0.003,
            turn=0.25,
            error=0.03,
            height=0.9,
            bristle=0.3,
        ),
        Layer(
            width=2.8,
            length=6.5,
            density=1.6,
            light=0.006,
            chroma=0.0024,
            turn=0.2,
            error=0.045,
            edge=0.13,
            bristle=0.3,
        ),
    ),
)

_VERMEER = StyleParameters(
    name="vermeer",
    summary=SUMMARIES["vermeer"],
    floor=0.07,
    span=0.92,
    contrast=1.35,
    chroma=1.0,
    palette_light=0.35,
    palette_chroma=0.8,
    ground="#8a7c60",
    ground_share=0.3,
    spot=0.85,
    relief=0.10,
    shine=0.03,
    varnish=(0.995, 0.99, 0.97),
    vignette=0.14,
    highlight=Layer(
        width=3.2,
        length=3.8,
        density=0.35,
        light=0.01,
        chroma=0.004,
        turn=1.5,
        bright=0.74,
        height=1.6,
        opacity=0.8,
        ragged=0.1,
        edge=0.06,
    ),
    extra={"spot_radius": 0.50, "ambient": 0.15, "blended": 0.85, "lost": 0.25, "soft": 0.45},
    layers=(
        Layer(
            width=22, length=46, density=1.3, light=0.006, chroma=0.0036, turn=0.4, opacity=0.6, bristle=0.1, height=0.4
        ),
        Layer(
            width=10,
            length=22,
            density=1.6,
            light=0.006,
            chroma=0.003,
            turn=0.3,
            error=0.010,
            opacity=0.8,
            bristle=0.1,
            height=0.5,
        ),
        Layer(
            width=5,
            length=11,
            density=1.7,
            light=0.0048,
            chroma=0.0024,
            turn=0.25,
            error=0.016,
            bristle=0.1,
            height=0.6,
            edge=0.07,
        ),
        Layer(
            width=2.6,
            length=6,
            density=1.8,
            light=0.0036,
            chroma=0.0018,
            turn=0.2,
            error=0.024,
            bristle=0.075,
            edge=0.08,
        ),
        Layer(
            width=1.8, length=4, density=1.6, light=0.003, chroma=0.0018, turn=0.2, error=0.05, bristle=0.075, edge=0.10
        ),
    ),
)

_PIROSMANI = StyleParameters(
    name="pirosmani",
    summary=SUMMARIES["pirosmani"],
    floor=0.07,
    span=0.86,
    contrast=1.45,
    chroma=1.5,
    palette_light=0.3,
    palette_chroma=0.85,
    ground="#14151a",
    ground_share=0.86,
    relief=0.10,
    vignette=0.10,
    outline=Outline(width=3.6, length=22, count=1200, colour="#0e0f12", own=0.15, opacity=0.7),
    outline_after=3,
    extra={
        "flat": 0.2,
        "plain_sky": 0.85,
        "blended": 0.85,
        "wall": 0.8,
        "crisp_edges": 0.3,
        "soft": 0.3,
        "linen": 0.014,
    },
    layers=(
        Layer(width=30, length=66, density=0.95, light=0.02, chroma=0.010, turn=0.3, dry=0.25, opacity=0.85),
        Layer(width=14, length=34, density=1.5, light=0.022, chroma=0.010, turn=0.2, error=0.02, dry=0.15),
        Layer(width=7, length=15, density=1.5, light=0.016, chroma=0.008, turn=0.2, error=0.04, edge=0.09),
        Layer(width=3.6, length=8, density=1.6, light=0.010, chroma=0.005, turn=0.2, error=0.06, edge=0.12),
    ),
)

_GAUGUIN = StyleParameters(
    name="gauguin",
    summary=SUMMARIES["gauguin"],
    floor=0.05,
    span=0.88,
    contrast=1.10,
    chroma=1.40,
    palette_light=0.12,
    palette_chroma=0.45,
    ground="#a8744c",
    ground_share=0.3,
    relief=0.26,
    level_water=0.5,
    outline=Outline(width=5.5, length=30, count=2600, colour="#1c2444", own=0.2, opacity=0.85),
    outline_after=3,
    extra={"flat": 0.72, "strongest": 0.175},
    layers=(
        Layer(width=24, length=60, density=1.4, light=0.018, chroma=0.012, turn=0.14),
        Layer(width=13, length=32, density=1.4, light=0.022, chroma=0.014, turn=0.14, error=0.02, dry=0.2),
        Layer(width=6.5, length=15, density=1.5, light=0.018, chroma=0.010, turn=0.16, error=0.045),
        Layer(width=3.4, length=8, density=1.6, light=0.012, chroma=0.006, turn=0.16, error=0.065, edge=0.13),
    ),
)

_FRIEDRICH = StyleParameters(
    name="friedrich",
    summary=SUMMARIES["friedrich"],
    floor=0.06,
    span=0.86,
    contrast=1.05,
    chroma=0.92,
    palette_light=0.18,
    palette_chroma=0.30,
    ground="#a89878",
    ground_share=0.2,
    relief=0.10,
    varnish=(1.0, 0.985, 0.94),
    vignette=0.14,
    layers=(
        Layer(
            width=30,
            length=90,
            density=1.4,
            light=0.008,
            chroma=0.005,
            turn=0.15,
            opacity=0.5,
            bristle=0.15,
            height=0.3,
        ),
        Layer(
            width=12,
            length=28,
            density=1.6,
            light=0.008,
            chroma=0.004,
            turn=0.2,
            error=0.008,
            opacity=0.8,
            bristle=0.15,
            height=0.4,
        ),
        Layer(
            width=5.5,
            length=12,
            density=1.7,
            light=0.007,
            chroma=0.004,
            turn=0.2,
            error=0.014,
            bristle=0.15,
            height=0.5,
            edge=0.07,
        ),
        Layer(
            width=2.8,
            length=6.5,
            density=1.8,
            light=0.006,
            chroma=0.003,
            turn=0.2,
            error=0.022,
            bristle=0.15,
            edge=0.08,
        ),
        Layer(
            width=1.8,
            length=4.5,
            density=1.6,
            light=0.005,
            chroma=0.002,
            turn=0.2,
            error=0.045,
            bristle=0.15,
            edge=0.10,
        ),
    ),
)

_TURNER = StyleParameters(
    name="turner",
    family="veil",
    summary=SUMMARIES["turner"],
    palette_light=0.18,
    palette_chroma=0.50,
    chroma=1.0,
    contrast=1.08,
    relief=0.36,
    shine=0.05,
    varnish=(1.0, 0.985, 0.94),
    extra={"crisp_edges": 0.3},
)
_HOKUSAI = StyleParameters(
    name="hokusai",
    family="print",
    summary=SUMMARIES["hokusai"],
    palette_chroma=0.15,
    palette_light=0.0,
    contrast=1.08,
    chroma=1.08,
)
_HIROSHIGE = StyleParameters(
    name="hiroshige",
    family="print",
    summary=SUMMARIES["hiroshige"],
    palette_chroma=0.1,
    palette_light=0.0,
    contrast=1.04,
    chroma=1.3,
    extra={"bokashi": 0.52, "water_lines": 0.5, "margin": 18},
)
_SHAN_SHUI = StyleParameters(name="shan-shui", family="ink", summary=SUMMARIES["shan-shui"], extra={"tint": 0.2})
_KLIMT = StyleParameters(
    name="klimt",
    family="gold",
    summary=SUMMARIES["klimt"],
    chroma=1.22,
    contrast=1.08,
    palette_light=0.05,
    palette_chroma=0.2,
    relief=0.5,
    shine=0.18,
)
_CUBISM = StyleParameters(
    name="cubism",
    family="facet",
    summary=SUMMARIES["cubism"],
    chroma=1.5,
    contrast=1.1,
    palette_light=0.0,
    palette_chroma=0.5,
    relief=0.40,
    extra={
        "cuts": 24,
        "masses": 11,
        "shift": 0.034,
        "turn": 0.10,
        "flat": 0.6,
        "counter": 0.03,
        "shade": 0.30,
        "stark": 1.42,
        "sober": 0.62,
        "hold": 1.0,
        "crisp": 0.84,
        "tooth": 0.03,
    },
)

_ALL = (
    _MONET,
    _SEURAT,
    _CEZANNE,
    _VAN_GOGH,
    _TURNER,
    _HOKUSAI,
    _HIROSHIGE,
    _SHAN_SHUI,
    _REMBRANDT,
    _VERMEER,
    _KLIMT,
    _CUBISM,
    _PIROSMANI,
    _GAUGUIN,
    _FRIEDRICH,
)


@lru_cache(maxsize=1)
def _palettes() -> dict[str, list[list[float]]]:
    palettes: dict[str, list[list[float]]] = json.loads(
        (Path(__file__).parent / "data" / "palettes.json").read_text("utf-8")
    )
    return palettes


HANDS = {hand.name: hand for hand in _ALL}


def find_style(name: str) -> StyleParameters:
    """A named hand with its measured palette. Raises UnknownName."""
    if name not in HANDS:
        raise UnknownName("style", name, HANDS, where=" for medium 'painting'")
    hand = HANDS[name]
    rows = _palettes().get(name, [])
    return hand.but(palette=tuple(tuple(r) for r in rows)) if rows else hand
