"""The schools of the hands: what the eye should see in a picture of each, in the names of the works that it was taught
with.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

__all__ = ["SCHOOLS", "School"]


@dataclass(frozen=True, kw_only=True)
class School:
    """movement: "" where the eye has no class for it; painters: of the school, among the artists that the eye knows."""

    movement: str = ""
    painters: frozenset[str] = frozenset()

    def likeness(self, sight: Mapping[str, Mapping[str, float]]) -> float:
        """How much of the school the eye sees: geometric mean of the probabilities of its movement and of its painters,
        in 0 to 1.

        sight: probabilities by subject and class, as in `eye.model.Sight`. 0 if the eye knows neither.
        """
        found = [sight["movement"][self.movement]] if self.movement in sight["movement"] else []
        artists = [p for name, p in sight["artist"].items() if name in self.painters]
        if artists:
            found.append(sum(artists))
        return math.prod(found) ** (1 / len(found)) if found else 0.0


_IMPRESSIONISTS = frozenset({
    "Claude Monet", "Alfred Sisley", "Camille Pissarro", "Pierre-Auguste Renoir", "Gustave Caillebotte", "Eugene Boudin", "Berthe Morisot", "Edouard Manet",
    "Edgar Degas",
})  # fmt: skip
_POST_IMPRESSIONISTS = frozenset(
    {"Vincent van Gogh", "Paul Cezanne", "Paul Gauguin", "Georges Seurat", "Henri-Edmond Cross"}
)
_BAROQUE = frozenset({
    "Rembrandt", "Caravaggio", "Frans Hals", "Diego Velazquez", "Bartolome Esteban Murillo", "Peter Paul Rubens", "Anthony van Dyck",
})  # fmt: skip
_PRINTS = frozenset({"Katsushika Hokusai", "Utagawa Hiroshige", "Utagawa Kuniyoshi", "Kitagawa Utamaro"})

SCHOOLS: Mapping[str, School] = {
    "monet": School(movement="Impressionism", painters=_IMPRESSIONISTS),
    "seurat": School(movement="Pointillism", painters=frozenset({"Georges Seurat", "Henri-Edmond Cross"})),
    "cezanne": School(painters=_POST_IMPRESSIONISTS),
    "van-gogh": School(painters=_POST_IMPRESSIONISTS),
    "turner": School(painters=frozenset({"Arkhip Kuindzhi", "Claude Monet", "Eugene Boudin"})),
    "hokusai": School(movement="Ukiyo-e", painters=_PRINTS),
    "hiroshige": School(movement="Ukiyo-e", painters=_PRINTS),
    "rembrandt": School(movement="Baroque", painters=_BAROQUE),
    "vermeer": School(movement="Baroque", painters=_BAROQUE),
    "cubism": School(movement="Cubism"),
    "pirosmani": School(movement="Naive Art (Primitivism)", painters=frozenset({"Niko Pirosmani", "Henri Rousseau"})),
    "gauguin": School(painters=_POST_IMPRESSIONISTS),
}
"""Klimt, shan shui and Friedrich have none: the eye knows neither their movements nor painters near them."""
