"""Which words of a theme a picture shows: what each leads to, and which had no effect.

A concept of the shared table holds words that the atelier draws alike ("house", "cabin") and words that only belong there
("chair", "cellar"). `data/shown.tsv` says for each concept which words its element, ground, hour or weather really shows:
listed ones, or all (`*`) but those with a minus. A word that is not shown gives at most its surroundings, and is told.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from pathlib import Path

from .....core.theme import Theme, mood_of
from .....core.words.concepts import concepts
from .....core.words.reading import stems
from ..elements.arguments import ARGUMENTS
from ..plan import Item, Plan
from .counting import NUMBERS, count_things
from .roles import MOODS, ROLES, Role, kind_of

__all__ = ["Trait", "dress_items", "hear_role", "is_shown", "traits_of", "unused_words"]

_ABOUT = frozenset(
    "painting paintings picture pictures image images drawing sketch style piece theme thing things kind sort lot bit really "
    "quite perhaps maybe let's 只 个 条 匹 头 位 棵 朵 座 艘 幅 张 片 株 枝".split()
)
"""Words about the picture, or of no weight: nobody waits for them in it."""
_COLOURS = frozenset("red blue green yellow white black purple orange pink brown grey gold silver".split())
_AGES: Mapping[str, str] = {
    "old": "old", "elderly": "old", "aged": "old", "aging": "old", "ageing": "old", "老": "old", "年老": "old",
    **dict.fromkeys("grandmother grandma granny grandfather grandpa 老人 老翁 老者 奶奶 爷爷".split(), "old"),
    "young": "young", "youthful": "young", "年轻": "young", "年轻人": "young", "青年": "young",
}  # fmt: skip
_ITEMS: Mapping[str, tuple[str, ...]] = {
    "lady": ("figure", "portrait"), "gentleman": ("figure", "portrait"), "pair": ("figure",), "traveller": ("figure",),
    "monk": ("figure",), "dancer": ("figure",), "flutist": ("figure",), "parasol": ("figure",), "king": ("portrait",),
    "figure": ("figure", "portrait"), "bridge": ("wooden-bridge",), "geese": ("flock",), "crows": ("flock",),
}  # fmt: skip
"""The items that stand for a name that is placed by rule."""
_PERSON = ("figure", "portrait")
_THINGS: Mapping[str, tuple[str, ...]] = {
    **{
        name: (name,)
        for name in ("horse", "cow", "sheep", "dog", "deer", "boat", "house", "vase", "ship", "tree", "cat")
    },
    **dict.fromkeys(("figure", "mother", "friend", "lover", "monk", "dancer", "king", "portrait"), _PERSON),
    "fruit": ("fruit",),
    "tiger": ("tiger",),
    "fox": ("fox",),
    "wolf": ("wolf",),
}
"""The items that stand for a thing that a concept is of."""
_ARGUMENT = {"boat": "hull", "house": "wall"}
"""Where a colour goes that is not called so."""
_MARKS = frozenset({"stars", "milky", "crescent", "rainbow", "lightning", "downpour", "grass", "flock"})
"""Marks of the sky that are drawn; the others act through clouds, sun and horizon."""
_MOST_WORDS = 40


@lru_cache(maxsize=1)
def _table() -> Mapping[str, tuple[frozenset[str], frozenset[str]]]:
    """For each concept (words that are shown, words that are not); "*" among the first is all others."""
    rows = (Path(__file__).parent / "data" / "shown.tsv").read_text("utf-8").splitlines()[1:]
    found = {}
    for row in rows:
        key, en, zh = row.split("\t")
        words = [*en.split(), *zh.split()]
        out = frozenset(w[1:] for w in words if w.startswith("-"))
        inside = {w for w in words if w != "*" and not w.startswith("-")}
        for words_, named in ((concepts()[key].en, en), (concepts()[key].zh, zh)):
            if named.startswith("*"):
                inside |= set(words_) - out
        found[key] = (frozenset(inside), out)
    return found


def is_shown(word: str, image: str) -> bool:
    """Whether a picture shows a word that was read as `image`, so far as the atelier draws it."""
    if kind_of(word):
        return True
    inside, out = _table().get(image, (frozenset(), frozenset()))
    forms = tuple(stems(word.lower()))
    return any(form in inside for form in forms) and forms[0] not in out


def hear_role(image: str, words: tuple[str, ...]) -> Role | None:
    """What an image asks for: all of its role if one of its words is shown (or it has none), else its surroundings alone,
    for a feeling nothing.
    """
    role = ROLES.get(image)
    if role is None or not words or any(is_shown(word, image) for word in words):
        return role
    return None if image in MOODS else replace(role, subject=(), extra=(), flowers=(), strength=min(1, role.strength))


@dataclass(frozen=True)
class Trait:
    """A colour or an age that a theme gives to a thing: argument "colour" or "age", its value, item kinds that have it."""

    word: str
    argument: str
    value: str
    kinds: tuple[str, ...]


def traits_of(theme: Theme) -> Iterator[Trait]:
    """Traits in the order of their words: of the thing that follows, as in "a red boat", else of the one before, as in "a
    woman in red".
    """
    read = theme.readings
    for at, (word, image) in enumerate(read):
        age = _AGES.get(word.lower(), "")
        if not age and image not in _COLOURS:
            continue
        after, before = read[at + 1 : at + 3], tuple(reversed(read[max(0, at - 2) : at]))
        worn = re.search(rf"\b(?:in|of|wearing)\s+{re.escape(word)}\b", theme.text, re.IGNORECASE)
        near = (*before, *after) if worn else (read[at], *after) if after else (read[at], *before)
        kinds = next((found for near_word, key in near if (found := _items_of(near_word, key))), ())
        if kinds:
            yield Trait(word, "age" if age else "colour", age or concepts()[image].colour.lstrip("#"), kinds)


def _items_of(word: str, image: str) -> tuple[str, ...]:
    """Item kinds that stand for the thing that a word names; none for a place or a feeling."""
    kind = kind_of(word)
    if kind:
        return _ITEMS.get(kind, (kind,))
    return _THINGS.get(image, ()) if is_shown(word, image) else ()


def dress_items(items: tuple[Item, ...], theme: Theme) -> tuple[Item, ...]:
    """The items with the traits that a theme gives them, as far as their kinds can show them."""
    out = list(items)
    for trait in traits_of(theme):
        for number, item in enumerate(out):
            name = _ARGUMENT.get(item.kind, "colour") if trait.argument == "colour" else trait.argument
            check = ARGUMENTS.get(item.kind, {}).get(name)
            if item.kind in trait.kinds and check is not None and check(trait.value):
                out[number] = replace(item, more={**item.more, name: trait.value})
    return tuple(out)


def unused_words(theme: Theme, remake: Callable[[Theme], Plan]) -> tuple[str, ...]:
    """Words of a theme, as they were written, that its picture does not show: those of which no more than the surroundings
    are drawn, and those without which `remake` lays out the same picture, unless their thing stands in it anyway. Of a
    theme made from a work: none.
    """
    words = [(word, image) for word, image in dict.fromkeys(theme.readings) if word.lower() not in _ABOUT]
    plan = remake(theme)
    unused = []
    for number, (word, image) in enumerate(words):
        if word in NUMBERS:
            used = _is_counted(word, theme, plan)
        elif is_shown(word, image):
            used = (
                number >= _MOST_WORDS
                or any(item.kind in _items_of(word, image) for item in plan.items)
                or _picture_of(remake(_without(theme, word))) != _picture_of(plan)
            )
        else:
            used = _is_worn(word, theme, plan)
        if not used:
            unused.append(_as_written(word, theme.text))
    return tuple(dict.fromkeys(unused))


def _is_counted(number: str, theme: Theme, plan: Plan) -> bool:
    """Whether there are as many of a thing as a number says."""
    wanted = NUMBERS[number]
    named = {name for name, count in count_things(theme).items() if count == wanted}
    kinds = {kind for name in named for kind in (_ITEMS.get(name) or _THINGS.get(name) or (name,))}
    return any(sum(item.kind == kind for item in plan.items) == wanted for kind in kinds)


def _is_worn(word: str, theme: Theme, plan: Plan) -> bool:
    """Whether a thing in the picture has the colour or age that a word gives it."""
    worn = [trait for trait in traits_of(theme) if trait.word == word]
    return any(item.kind in trait.kinds and trait.value in item.more.values() for trait in worn for item in plan.items)


def _without(theme: Theme, word: str) -> Theme:
    """A theme as it would be read if a word of it were not there."""
    left = tuple(pair for pair in theme.readings if pair[0] != word)
    kept = {image for _, image in left}
    images = tuple(image for image in theme.images if image in kept)
    words = tuple(w for w in theme.words if w != word)
    text = theme.text.replace(_as_written(word, theme.text), " ")
    return replace(theme, text=text, readings=left, words=words, images=images, mood=mood_of(images))


def _picture_of(plan: Plan) -> dict[str, object]:
    """What of a plan is seen."""
    row = asdict(plan)
    for name in ("read", "unread", "title"):
        del row[name]
    row["sky"] = sorted(set(plan.sky) & _MARKS)
    for name in ("valence", "arousal"):
        row[name] = round(row[name], 1)  # a tenth of them is not seen
    return row


def _as_written(word: str, text: str) -> str:
    found = re.search(re.escape(word), text, re.IGNORECASE)
    return found[0] if found else word
