"""The styles that the composer knows by name: what they are, and how they usually go."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["ALIASES", "DEFAULT", "OWN", "STYLE_TABLE", "StyleFacts"]


@dataclass(frozen=True)
class StyleFacts:
    """learned: the name in the model's alphabet; metre: usual; qpm: quarters a minute at a calm, neutral mood;
    ensemble: usual; voices; bars: of a piece.
    """

    learned: str
    summary: str
    metres: tuple[tuple[int, int], ...]
    qpm: float
    ensemble: str
    voices: int
    bars: int = 16


STYLE_TABLE: dict[str, StyleFacts] = {
    "bach": StyleFacts("bach", "four-part chorales after J. S. Bach", ((4, 4), (4, 4), (4, 4), (3, 4)), 76, "organ", 4),
    "palestrina": StyleFacts(
        "palestrina", "Renaissance polyphony after Palestrina's masses", ((4, 2),), 168, "choir", 4, 12
    ),
    "monteverdi": StyleFacts("monteverdi", "five-part madrigals after Monteverdi", ((4, 4),), 92, "choir", 5),
    "trecento": StyleFacts(
        "trecento", "Italian songs and motets of the fourteenth century", ((6, 8), (3, 4), (2, 4)), 96, "recorder", 3
    ),
    "mozart": StyleFacts("mozart", "string quartets after Mozart", ((4, 4), (3, 4)), 112, "quartet", 4),
    "haydn": StyleFacts("haydn", "string quartets after Haydn", ((3, 4), (2, 4)), 112, "quartet", 4),
    "beethoven": StyleFacts("beethoven", "string quartets after Beethoven", ((4, 4), (3, 4)), 116, "quartet", 4),
    "ryan": StyleFacts(
        "ryan",
        "American fiddle tunes after Ryan's Mammoth Collection (1883)",
        ((2, 4), (2, 2), (6, 8)),
        108,
        "fiddle",
        1,
    ),
    "oneill": StyleFacts(
        "oneill", "Irish tunes after O'Neill's Music of Ireland (1903)", ((6, 8), (2, 2), (3, 4)), 150, "fiddle", 1
    ),
    "aird": StyleFacts(
        "aird", "Scottish airs after Aird's Selection (1782)", ((4, 4), (6, 8), (2, 4)), 120, "flute", 1
    ),
    "essen": StyleFacts(
        "essen",
        "German and other European folk songs after the Essen collection",
        ((4, 4), (3, 4), (2, 4)),
        96,
        "recorder",
        1,
        12,
    ),
    "chinese": StyleFacts("chinese", "Chinese folk songs after the Essen collection", ((2, 4),), 84, "flute", 1, 16),
}
DEFAULT = "bach"

OWN = "user"
"""How works of a person's own folder stand in the alphabet of styles."""

ALIASES: dict[str, tuple[str, ...]] = {
    "bach": ("johann-sebastian-bach", "j-s-bach", "巴赫"),
    "palestrina": ("giovanni-pierluigi-da-palestrina", "帕莱斯特里那"),
    "monteverdi": ("claudio-monteverdi", "蒙特威尔第"),
    "mozart": ("wolfgang-amadeus-mozart", "w-a-mozart", "莫扎特", "莫札特"),
    "haydn": ("joseph-haydn", "海顿", "海頓"),
    "beethoven": ("ludwig-van-beethoven", "贝多芬", "貝多芬"),
    "oneill": ("irish", "爱尔兰"),
    "aird": ("scottish", "苏格兰"),
    "chinese": ("中国民歌", "中國民歌", "chinese-folk-songs"),
    "essen": ("german-folk-songs",),
    "ryan": ("american-fiddle-tunes",),
}
