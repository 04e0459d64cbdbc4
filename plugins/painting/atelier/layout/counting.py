"""How many of a thing a theme asks for, and where the others stand."""

from __future__ import annotations

from collections.abc import Mapping

from .....core.theme import Theme
from .....core.words.concepts import concepts
from .....core.words.reading import stems
from ..plan import Item
from .roles import WORDS, kind_of
from .things import Layout

__all__ = ["NUMBERS", "count_things", "join"]

NUMBERS: Mapping[str, int] = {
    "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "several": 3, "some": 3, "many": 5,
    "两": 2, "二": 2, "双": 2, "三": 3, "四": 4, "五": 5, "六": 6, "几": 3, "数": 3, "群": 5,
}  # fmt: skip
_PLURALS = frozenset("men women children people geese ladies oxen cattle sheep herd flock 羊群 牛羊 牛群 马群".split())
_STEPS = {
    "figure": 0.62, "horse": 1.75, "deer": 1.5, "tiger": 1.9, "lion": 1.9, "bear": 1.7, "elephant": 2.0,
    "dog": 1.5, "wolf": 1.6, "fox": 1.6, "cat": 1.3, "rider": 1.9,
    "cow": 1.75, "sheep": 1.5, "boat": 3.4, "sailboat": 1.1, "ship": 1.55, "house": 1.7, "windmill": 0.9, "tree": 0.9,
}  # fmt: skip
"""Distance between two of a kind, in their height."""
_PLACES = ((1, 0), (-1, 0), (2, 0), (-2, 0), (0.6, 1), (-0.6, 1), (1.6, 1), (-1.6, 1), (0.3, 2), (-0.9, 2), (1.2, 2))
"""Where others stand beside the first: in steps towards the emptier side, and in rows away from the viewer."""


def count_things(theme: Theme) -> dict[str, int]:
    """For each image and item kind that a theme names: how many. A plural without a number is three; what says nothing
    is left out.
    """
    led = dict(theme.readings)
    found: dict[str, int] = {}
    told = 0
    for word in theme.words:
        if word in NUMBERS:
            told = NUMBERS[word]
            continue
        things = [k for k in (led.get(word, ""), kind_of(word)) if k]
        number = told or (3 if word in _PLURALS or _is_plural(word, led.get(word, "")) else 1)
        if number > 1:
            found.update(dict.fromkeys(things, number))
        if things:
            told = 0
    return found


def _is_plural(word: str, image: str) -> bool:
    """Whether an English word is the plural of one that is known: horses, but not lotus, nor grandfather's."""
    if not word.endswith("s") or "'" in word:
        return False
    known = concepts()[image].en if image else ()
    return any(form in known or form in WORDS for form in stems(word) if form != word)


def join(layout: Layout, kind: str, first: int, number: int) -> None:
    """Others of the kind beside the one placed last: by turns left and right, a little further off and smaller. first:
    where its items begin.
    """
    drawn = {i.kind for i in layout.items[first:]}
    name = kind if kind in drawn else "figure"
    if number < 2 or name not in drawn & _STEPS.keys():
        return
    same = [i for i in layout.items[first:] if i.kind == name]
    main = max(same, key=lambda i: i.h)
    a, hor = layout.plan.aspect, layout.plan.horizon
    way = -1 if main.x > a / 2 else 1
    placed = len(same)
    for steps, row in _PLACES:
        y = max(
            hor + 0.03,
            main.y - (0.03 + 0.28 * (main.y - hor - 0.03)) * row - 0.03 * abs(steps) * float(layout.rng.random()),
        )
        scale = max(0.55, ((y - hor) / max(0.05, main.y - hor)) ** 0.5) * (0.9 + 0.1 * float(layout.rng.random()))
        x = main.x + way * steps * _STEPS[name] * main.h * scale
        if placed < min(number, 6) and 0.09 * a < x < 0.91 * a:
            _add_like(layout, main, x, y, main.h * scale, placed)
            placed += 1


def _add_like(layout: Layout, main: Item, x: float, y: float, h: float, n: int) -> None:
    more = dict(main.more)
    if "waterline" in more:
        more["waterline"] = more["waterline"] + y - main.y
    if main.kind == "figure" and n % 2 and more.get("dress") in ("", "coat", "dress"):
        more["dress"] = "coat" if more.get("dress") == "dress" and more.get("pose") != "dance" else "dress"
    layout.joined.append(layout.add(main.kind, x, y, h, **more))
