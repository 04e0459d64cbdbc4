"""The hand that suits a theme."""

from __future__ import annotations

from .wish import Wish

__all__ = ["fitting_painter"]


def fitting_painter(wish: Wish, language: str, seed: int) -> str:
    """The hand that suits a theme where no style was asked for."""
    things = {f.key for f in wish.facets}
    if wish.of("frame"):
        some: tuple[str, ...] = ("rembrandt", "renoir", "vermeer", "velazquez")
    elif things & {
        "apple",
        "pear",
        "orange",
        "grape",
        "fruit",
        "bread",
        "bottle",
        "jug",
        "vase",
        "plate",
        "fish",
        "skull",
    }:
        some = ("cezanne", "chardin", "van-gogh")
    elif things & {"interior", "kitchen", "window", "reading", "letter", "bedroom"}:
        some = ("vermeer", "rembrandt", "degas")
    elif language == "zh":
        some = ("shan-shui", "hiroshige", "shan-shui", "monet")
    elif "war" in things or "storm" in things:
        some = (
            ("turner", "aivazovsky", "rembrandt")
            if things & {"sea", "ship", "boat", "wave"}
            else ("rembrandt", "turner")
        )
    elif "night" in things:
        some = ("van-gogh", "rembrandt", "hiroshige")
    elif wish.people > 0:
        some = ("renoir", "monet", "gauguin", "degas", "rembrandt")
    else:
        some = ("monet", "van-gogh", "pissarro", "turner", "sisley", "cezanne")
    return some[seed % len(some)]
