"""From words to a plan by a language model: it says what is seen, where, when and what of it can be drawn; the atelier lays
that out as it lays out a theme.

A model of language knows what belongs into a picture and nothing of where it stands, so it writes no coordinates.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .....core.theme import Theme
from ...atelier.layout.from_theme import make_plan
from ...atelier.plan import GROUNDS, SEASONS, TIMES, Plan

if TYPE_CHECKING:
    import numpy as np

    from .....core.pretrained.causal import CausalModel

__all__ = ["THINGS", "Brief", "lay_out", "write_brief"]

THINGS = (
    "bamboo", "bear", "birches", "bird", "boat", "bottle", "bouquet", "bowl", "bridge", "butterfly", "candle", "castle", "cat",
    "church", "cow", "crane", "deer", "dog", "eagle", "elephant", "fire", "fox", "fruit", "gate", "geese", "horse", "house",
    "island", "koi", "lantern", "lighthouse", "lion", "lotus", "lute", "moon", "mountains", "pagoda", "pine", "rain", "rainbow",
    "reeds", "river", "rose", "sailboat", "sheep", "ship", "snow", "stars", "stones", "sun", "sunflower", "tea", "tiger",
    "traveller", "tree", "vase", "village", "waterfall", "waves", "willow", "windmill", "wine", "wolf", "woman", "man", "monk",
)  # fmt: skip
"""What a model may name: words that the atelier draws."""
_ASK = (
    "Plan a painting of: {}\nSay what is seen, then its scene, hour, season and the things in it, the main one first."
)
_SHOWN = (
    (
        "an old fisherman goes home",
        {
            "seen": "A small boat drifts towards a village under a low sun, reeds in front.",
            "scene": "river",
            "time": "dusk",
            "season": "autumn",
            "things": ["boat", "village", "reeds", "sun"],
        },
    ),
    (
        "breakfast alone",
        {
            "seen": "A table by the window with a bowl, some fruit and a cup of tea.",
            "scene": "still",
            "time": "day",
            "season": "summer",
            "things": ["fruit", "bowl", "tea"],
        },
    ),
)
_SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "seen": {"type": "string", "minLength": 8, "maxLength": 160},
        "scene": {"enum": [ground for ground in GROUNDS if ground != "abstract"]},
        "time": {"enum": list(TIMES)},
        "season": {"enum": list(SEASONS)},
        "things": {"type": "array", "items": {"enum": list(THINGS)}, "minItems": 1, "maxItems": 5},
    },
    "required": ["seen", "scene", "time", "season", "things"],
    "additionalProperties": False,
}


@dataclass(frozen=True, kw_only=True)
class Brief:
    """What a picture shows. seen: in a sentence; scene, time, season: as options have them, "" leaves it to the words;
    things: out of `THINGS`, the main one first.
    """

    seen: str = ""
    scene: str = ""
    time: str = ""
    season: str = ""
    things: tuple[str, ...] = field(default=())


def write_brief(model: CausalModel, words: str, rng: np.random.Generator) -> Brief:
    """A brief for some words. Raises as `core.pretrained.planning.write_json`."""
    from .....core.pretrained.planning import write_json

    turns = [(_ASK.format(theme), json.dumps(told, ensure_ascii=False)) for theme, told in _SHOWN]
    told = write_json(model, turns, _ASK.format(words), _SCHEMA, rng)
    return Brief(**{**told, "things": tuple(dict.fromkeys(told["things"]))})


def lay_out(words: str, brief: Brief, seed: int, aspect: float) -> Plan:
    """A plan of a brief, titled with the words."""
    theme = Theme.from_prompt(", ".join((words, *brief.things)))
    plan = make_plan(theme, seed, aspect, ground=brief.scene, time=brief.time, season=brief.season)
    return plan.but(title=words[:200])
