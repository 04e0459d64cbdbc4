"""What a theme asks of a picture: roles of its images, and the main things, each of which stands for what covers it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from .....core.theme import Theme
from .hearing import hear_role
from .roles import ROLES, Role, kind_of
from .strata import Strata

__all__ = ["SUBJECTS", "Cues", "choose_subjects", "read_cues"]

_WEAK = frozenset({"sea", "lake", "field", "garden", "window", "desert", "leaf"})
"""Images whose usual subject gives way to any other."""
SUBJECTS = frozenset(
    {
        "bridge",
        "island",
        "pair",
        "geese",
        "crows",
        "traveller",
        "monk",
        "dancer",
        "gentleman",
        "lady",
        "parasol",
        "flutist",
        "king",
        "rose-bouquet",
        "daisy-bouquet",
        "book",
        "lute",
        "wine",
        "tea",
    }
)
"""Names that lead to one or several elements by rule."""
_COVERED: Mapping[str, frozenset[str]] = {
    "tree": frozenset({"pine", "willow", "cypress", "birch", "poplar", "blossom"}),
    "pagoda": frozenset({"church", "gate"}),
    "castle": frozenset({"windmill"}),
    "figure": frozenset({"parasol", "pair", "boat", "lady", "gentleman", "traveller", "portrait", "rider"}),
    "sailboat": frozenset({"ship", "lighthouse", "boat", "island", "wave"}),
    "ship": frozenset({"lighthouse", "island", "wave"}),
    "wave": frozenset({"ship", "lighthouse", "island", "sailboat"}),
    "lantern": frozenset({"candle"}),
    "horse": frozenset({"rider"}),
    "pair": frozenset({"lady", "gentleman"}),
    "boat": frozenset({"bridge", "pagoda", "crane"}),
    "wooden-bridge": frozenset({"bridge"}),
    "bridge": frozenset({"wooden-bridge"}),
}
"""Subjects that say what another would say: beside one of them it is not added."""


@dataclass(frozen=True)
class Cues:
    """roles: what each of `images` asks for, in their order; kinds: item kinds that words name."""

    roles: tuple[Role, ...]
    images: tuple[str, ...]
    kinds: tuple[str, ...]

    @property
    def pairs(self) -> tuple[tuple[str, Role], ...]:
        """(image, its role)."""
        return tuple(zip(self.images, self.roles, strict=True))


def read_cues(theme: Theme) -> Cues:
    """What the words of a theme ask for; images that the atelier does not draw ask for nothing."""
    words_of: dict[str, list[str]] = {}
    for key in theme.images:
        for word, image in theme.readings:
            if image == key:
                own = kind_of(word)
                words_of.setdefault(own if own in ROLES else key, []).append(word)  # a lion is an image of tiger
        if not theme.readings:  # made from a work: its images are all there is
            words_of.setdefault(key, [])
    heard = {key: hear_role(key, tuple(words)) for key, words in words_of.items()}
    read = [key for key, role in heard.items() if role is not None]
    roles = [role for role in heard.values() if role is not None]
    kinds = [kind for kind in map(kind_of, theme.words) if kind and kind not in read]
    once = [kind for n, kind in enumerate(kinds) if kind in ("lady", "gentleman") or kind not in kinds[:n]]
    return Cues(tuple(roles), tuple(read), tuple(once))  # father and son are two


def choose_subjects(cues: Cues, order: Strata) -> tuple[list[str], list[str]]:
    """Main things in order of the theme, and the image that each comes from; alternatives of one role run through the
    seeds.
    """
    out, sources = list(cues.kinds), [""] * len(cues.kinds)
    firm = bool(out) or any(role.subject and image not in _WEAK for image, role in cues.pairs)
    for number, (image, role) in enumerate(cues.pairs):
        if not role.subject or (firm and image in _WEAK):
            continue
        kind = role.subject[order(len(role.subject), 30 + number)]
        if kind not in out and not set(out) & _COVERED.get(kind, frozenset()):
            out.append(kind)
            sources.append(image)
    return out, sources
