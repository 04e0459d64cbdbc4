"""Which kind of picture a theme asks for: the ground that it stands on."""

from __future__ import annotations

from collections.abc import Sequence

from .....core.words.concepts import Mood
from .strata import Strata
from .subjects import Cues

__all__ = ["choose_ground"]

_OUTDOORS = frozenset("meadow path river fields lake sea desert forest garden street skyline mountain".split())
_SETTINGS = frozenset(
    "mountain village house spring summer autumn winter dawn dusk night rain snow mist storm grass tree temple sun moon wind "
    "cloud".split()
)
"""Images that set a scene outdoors, where a flower alone would be a still life or a branch."""
_OF_A_BRANCH = frozenset("moon snow spring night winter tree sun".split())
_WATERS = frozenset("river bridge sea lake water".split())
_PEOPLE = frozenset("figure child mother friend lover monk dancer soldier".split())
_STANDING = frozenset("village house tree temple tower door bamboo peach ruin bell death fire lamp flute".split())
"""Images of things that stand somewhere outdoors, of which no place is told."""
_DRY = frozenset("village house door tower".split())


def choose_ground(cues: Cues, mood: Mood, order: Strata) -> str:
    """The strongest ground asked for, the first among equals; by mood where none is."""
    seen, kinds = set(cues.images), set(cues.kinds)
    best, strength = _strongest(cues)
    if kinds & {"wave", "cliff"}:
        best = "sea"
    if "skyline" in kinds:
        best = "skyline"
    hints = [role.ground for role in cues.roles if role.ground in _OUTDOORS]
    if strength <= 1 and _gives_way(best, hints, seen):
        best = hints[0] if hints else "garden" if best == "still" else "meadow"
    if "city" in seen and seen & _WATERS:
        best = "skyline"
    if "candle" in kinds and not hints:
        best = "still"
    if best == "still" and _is_feast(seen, kinds):
        best = "garden"  # whoever drinks under the moon, dances or feasts is outdoors
    if not best and (kinds or seen & _STANDING):
        best = (("meadow", "path", "fields", "path") if _DRY & seen else ("meadow", "path", "river", "lake"))[
            order(4, 27)
        ]
    return best or _ground_of_mood(mood, order)


def _strongest(cues: Cues) -> tuple[str, int]:
    best, strength = "", 0
    for role in cues.roles:
        if role.ground and role.strength > strength:
            best, strength = role.ground, role.strength
    return best, strength


def _gives_way(ground: str, hints: Sequence[str], seen: set[str]) -> bool:
    """Whether a still life or a branch, weakly asked for, gives way to a scene outdoors."""
    if ground not in ("still", "branch"):
        return False
    settings = seen & _SETTINGS
    if hints:
        return True
    return bool(settings) and "vase" not in seen if ground == "still" else bool(settings - _OF_A_BRANCH)


def _is_feast(seen: set[str], kinds: set[str]) -> bool:
    people = seen & _PEOPLE or kinds & {"lady", "gentleman", "pair"}
    return {"wine", "moon"} <= seen or bool(people and seen & {"wine", "music", "dancer"})


def _ground_of_mood(mood: Mood, order: Strata) -> str:
    if mood.valence < -0.35 and mood.arousal > 0.3:
        return "sea"
    if mood.valence < -0.2:
        return ("street", "path", "lake")[order(3, 27)]
    if mood.arousal > 0.35:
        return ("abstract", "meadow", "sea")[order(3, 27)]
    return ("lake", "mountain", "meadow", "river", "garden")[order(5, 27)]
