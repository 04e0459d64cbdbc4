"""The hands that paint with a master's own paint, and how each of them does it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from .guides import Weights
from .matching import Manner

__all__ = ["PAINTERS", "Painter"]


@dataclass(frozen=True)
class Painter:
    """pack: of exemplars; medium: paint, print or ink; masters: names in the table of works, never quoted by this hand;
    tone: mean light, mean chroma, share of dark; count: of exemplars used; pixel: softness of the guide; side: of the finest
    patches; light, chroma: how far the masses go to the master's colours; faces, masses: shares of fine drawing and of soft masses
    given back at the end; touch: how lively the
    paint is, in deviations from the usual of the exemplars; first: files that are used in every picture;
    facets: masses are broken into planes first.
    """

    pack: str
    masters: tuple[str, ...]
    tone: tuple[float, float, float] = (0.5, 0.06, 0.2)
    medium: str = "paint"
    count: int = 5
    pixel: float = 5.5
    side: int = 12
    light: float = 0.5
    chroma: float = 0.85
    faces: float = 0.6
    masses: float = 0.5
    touch: float = 0.3
    first: tuple[str, ...] = ()
    facets: bool = False
    manner: Manner = field(default_factory=Manner)
    weights: Weights = field(default_factory=Weights)


_PLAIN = Painter("", (), manner=Manner(coherence=0.85))
_LIVELY = Weights(touch=0.22)
_SMOOTH = replace(_PLAIN, touch=0.0, masses=0.75)
_ORNAMENT = replace(
    _PLAIN,
    side=20,
    light=0.7,
    chroma=1.0,
    manner=Manner(coherence=0.6, use=0.02, share=0.35),
    weights=Weights(light=1.4, colour=1.8, direction=0.0, touch=0.22),
    touch=0.8,
)
_PRINT = replace(_PLAIN, medium="print", pixel=5.0, light=0.6, chroma=0.9, faces=0.4)

_CHARDIN = ("Jean-Simeon Chardin", "Jean-Baptiste-Simeon Chardin", "Jean Baptiste Simeon Chardin")

PAINTERS: Mapping[str, Painter] = {
    "monet": replace(
        _PLAIN, pack="monet", masters=("Claude Monet",), tone=(0.64, 0.06, 0.06), chroma=1.0, weights=_LIVELY
    ),
    "van-gogh": replace(
        _PLAIN,
        pack="van-gogh",
        masters=("Vincent van Gogh",),
        tone=(0.57, 0.09, 0.12),
        chroma=1.0,
        touch=0.6,
        weights=_LIVELY,
    ),
    "rembrandt": replace(_SMOOTH, pack="rembrandt", masters=("Rembrandt",), tone=(0.3, 0.05, 0.62)),
    "vermeer": replace(_SMOOTH, pack="vermeer", masters=("Johannes Vermeer",), tone=(0.45, 0.05, 0.36)),
    "cezanne": replace(
        _PLAIN, pack="cezanne", masters=("Paul Cezanne",), tone=(0.52, 0.06, 0.2), chroma=1.0, weights=_LIVELY
    ),
    "turner": replace(_PLAIN, pack="turner", masters=("J. M. W. Turner", "William Turner"), tone=(0.55, 0.06, 0.15)),
    "seurat": replace(_ORNAMENT, pack="seurat", masters=("Georges Seurat",), tone=(0.6, 0.06, 0.1)),
    "klimt": replace(
        _ORNAMENT,
        pack="klimt",
        masters=("Gustav Klimt",),
        tone=(0.52, 0.08, 0.2),
        first=("the-kiss.webp", "portrait-of-adele-bloch-bauer-i.webp"),
    ),
    "gauguin": replace(_PLAIN, pack="gauguin", masters=("Paul Gauguin",), tone=(0.5, 0.09, 0.2), chroma=1.0),
    "friedrich": replace(_SMOOTH, pack="friedrich", masters=("Caspar David Friedrich",), tone=(0.42, 0.04, 0.35)),
    "pirosmani": replace(_PLAIN, pack="pirosmani", masters=("Niko Pirosmani",), tone=(0.38, 0.05, 0.5)),
    "hokusai": replace(_PRINT, pack="hokusai", masters=("Katsushika Hokusai",), tone=(0.68, 0.05, 0.1)),
    "hiroshige": replace(_PRINT, pack="hiroshige", masters=("Utagawa Hiroshige",), tone=(0.66, 0.05, 0.1)),
    "shan-shui": replace(
        _PLAIN,
        pack="shan-shui",
        medium="ink",
        masters=("Xie Shichen", "Lan Ying", "Ni Zan", "Xia Gui"),
        tone=(0.6, 0.04, 0.1),
        light=0.95,
        chroma=1.0,
        pixel=5.0,
    ),
    "cubism": replace(_PLAIN, pack="cezanne", masters=("Paul Cezanne",), tone=(0.5, 0.05, 0.2), facets=True, pixel=3.5),
    "constable": replace(_PLAIN, pack="constable", masters=("John Constable",), tone=(0.5, 0.05, 0.25)),
    "renoir": replace(
        _PLAIN, pack="renoir", masters=("Pierre-Auguste Renoir",), tone=(0.55, 0.07, 0.18), chroma=1.0, weights=_LIVELY
    ),
    "pissarro": replace(
        _PLAIN, pack="pissarro", masters=("Camille Pissarro",), tone=(0.58, 0.05, 0.1), chroma=1.0, weights=_LIVELY
    ),
    "sisley": replace(
        _PLAIN, pack="sisley", masters=("Alfred Sisley",), tone=(0.64, 0.05, 0.06), chroma=1.0, weights=_LIVELY
    ),
    "degas": replace(_PLAIN, pack="degas", masters=("Edgar Degas",), tone=(0.5, 0.05, 0.22)),
    "caravaggio": replace(_SMOOTH, pack="caravaggio", masters=("Caravaggio",), tone=(0.28, 0.04, 0.65)),
    "velazquez": replace(_PLAIN, pack="velazquez", masters=("Diego Velazquez",), tone=(0.35, 0.04, 0.5)),
    "hals": replace(_PLAIN, pack="hals", masters=("Frans Hals",), tone=(0.35, 0.04, 0.5)),
    "chardin": replace(_SMOOTH, pack="chardin", masters=_CHARDIN, tone=(0.35, 0.04, 0.5)),
    "bruegel": replace(_PLAIN, pack="bruegel", masters=("Pieter Bruegel the Elder",), tone=(0.55, 0.06, 0.15)),
    "raphael": replace(_SMOOTH, pack="raphael", masters=("Raphael",), tone=(0.45, 0.06, 0.35)),
    "aivazovsky": replace(_SMOOTH, pack="aivazovsky", masters=("Ivan Aivazovsky",), tone=(0.5, 0.05, 0.2)),
    "levitan": replace(_PLAIN, pack="levitan", masters=("Isaac Levitan",), tone=(0.6, 0.06, 0.1)),
    "schiele": replace(
        _PLAIN, pack="schiele", masters=("Egon Schiele",), tone=(0.5, 0.05, 0.2), chroma=1.0, weights=_LIVELY
    ),
    "shishkin": replace(_PLAIN, pack="shishkin", masters=("Ivan Shishkin",), tone=(0.45, 0.06, 0.3)),
}
