"""What a theme asks to be seen: facets (who, what they do, things, places, hour, weather, colours), each as terms of the table.

Words come from `data/words.tsv`; a word that is not there is looked for among the terms of the works themselves, then through
the images that the theme was read as.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from functools import lru_cache

from ....core.theme import Theme, concepts
from ....core.words.reading import HAN
from .works import DATA, load_works, stem

__all__ = ["NUMBERS", "STANDING", "UPRIGHT", "Facet", "Wish", "in_lexicon", "known_word", "nearest_words", "read_wish"]

NUMBERS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "pair": 2, "several": 4, "many": 8, "lone": 1, "single": 1,
    "一": 1, "两": 2, "二": 2, "双": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "几": 3, "数": 3, "群": 8, "独": 1, "孤": 1,
}  # fmt: skip
STANDING = frozenset(
    "lighthouse windmill bridge church cathedral temple tower castle ruin waterfall fountain volcano house farm factory cave".split()
)
"""Places that are things: a picture of one shows it first of all."""
UPRIGHT = frozenset("lighthouse windmill church cathedral temple tower castle house".split())
"""Those that stand on the ground, which must be seen with them."""
_ANYONE = frozenset("man woman girl boy child people friends".split())
MANY = {"orchestra": 12, "crowd": 30, "army": 30, "family": 4, "choir": 8, "picnic": 5, "people": 3, "war": 20}
PLAIN = frozenset(
    "a an the of in on at by with and or to from for into under over above near before behind after through between "
    "his her their its my your our is are was be as it this that there picture painting image scene view some "
    "while up down out off across along around very big large small little great beautiful".split()
)
_ASIDE = {"on": 0.7, "in": 0.7, "by": 0.7, "under": 0.7, "near": 0.7, "beside": 0.7, "with": 0.85, "and": 1.0}
"""What stands after these words is less what the picture is of."""
_NOUNS = frozenset(("who", "thing", "place", "act"))
_WORN = frozenset("dress hat veil crown fan mask jewel umbrella".split())
"""What people wear or hold: it tells of them, and is no thing beside them."""
_WORN_WEIGHT = 1.5
_MODIFIER = 0.5
"""What stands right before another noun says only of what kind it is: a cherry orchard, a village wedding."""
_WEIGHTS = {
    "who": 3.0, "thing": 3.0, "act": 2.6, "frame": 2.5, "mood": 2.0, "place": 1.8, "trait": 1.6, "sky": 1.4, "weather": 1.5,
    "hour": 1.3, "colour": 1.2, "season": 0.8,
}  # fmt: skip


@dataclass(frozen=True)
class Facet:
    """word: as the theme has it; role: who, act, thing, place, sky, hour, weather, season, colour, trait, mood, frame;
    terms: what to look for, with weights; number: how many, 0 where not told; counted: the word that tells it.
    """

    word: str
    key: str
    role: str
    terms: Mapping[str, float]
    weight: float
    number: int = 0
    counted: str = ""


@dataclass(frozen=True)
class Wish:
    """facets, main ones first; unused: words that lead to nothing; people: how many are asked for, -1 where not told."""

    facets: tuple[Facet, ...]
    unused: tuple[str, ...] = ()
    people: int = -1
    near: Mapping[str, str] = field(default_factory=dict)

    def of(self, *roles: str) -> tuple[Facet, ...]:
        """The facets of these roles."""
        return tuple(f for f in self.facets if f.role in roles)

    @property
    def lead(self) -> Facet | None:
        """What the picture must show before all else; None for one of places, hours and weathers alone."""
        en, _ = _lexicon()
        found = [
            f
            for f in self.facets
            if f.role in ("who", "thing", "frame", "mood") or f.key in STANDING or (f.role == "act" and f.key in en)
        ]
        order = {f.key: 1 - 0.12 * min(4, n) for n, f in enumerate(found)}
        if self.of("who"):  # a portrait shows somebody
            found = [f for f in found if f.role != "frame"]
        doing = bool(self.of("act"))  # who does something comes before what it is done with
        return max(
            found,
            key=lambda f: f.weight * order[f.key] * (0.65 if f.key in _ANYONE and not doing else 1.0),
            default=None,
        )

    def key(self, role: str) -> str:
        """The key of the first facet of a role, "" if there is none."""
        return next((f.key for f in self.facets if f.role == role), "")


@dataclass(frozen=True)
class _Row:
    key: str
    role: str
    terms: Mapping[str, float]


@lru_cache(maxsize=1)
def _lexicon() -> tuple[dict[str, _Row], dict[str, _Row]]:
    en: dict[str, _Row] = {}
    zh: dict[str, _Row] = {}
    bare: dict[str, _Row] = {}  # without endings: a word as it stands goes before them
    with (DATA / "words.tsv").open(encoding="utf-8", newline="") as file:
        for line in csv.DictReader(file, delimiter="\t"):
            terms: dict[str, float] = {}
            for part in line["seen"].split():
                word, _, weight = part.partition(":")
                terms[stem(word)] = max(float(weight or 1), terms.get(stem(word), 0.0))
            terms.pop("-", None)
            row = _Row(line["key"], line["role"], terms)
            for word in line["en"].split():
                en.setdefault(word, row)
                bare.setdefault(stem(word), row)
            for word in line["zh"].split():
                zh.setdefault(word, row)
    return bare | en, zh


@lru_cache(maxsize=1)
def _vocabulary() -> Mapping[str, float]:
    """Terms of the works, with how much a work is about each at most."""
    found: dict[str, float] = {}
    for work in load_works().values():
        for term, weight in work.terms.items():
            if weight >= 0.5:
                found[term] = max(found.get(term, 0.0), weight)
    return found


def _tokens(text: str) -> list[tuple[str, str]]:
    """(word, as it is written): words of English, and of Chinese the longest runs that the lexicon knows, else characters."""
    from .phrases import split_chinese

    en, zh = _lexicon()
    out: list[tuple[str, str]] = []
    word = ""
    run = ""
    for c in [*text.replace("\u2019", "'"), " "]:
        if HAN.match(c):
            run += c
        elif run:
            out += split_chinese(run, zh.keys() | NUMBERS.keys())
            run = ""
        if c.isascii() and (c.isalnum() or c in "'-"):
            word += c.lower()
        elif word:
            bare = word.strip("'-")
            out.append((bare, bare))
            word = ""
    return _joined([t for t in out if t[0]], en)


def _joined(words: list[tuple[str, str]], en: Mapping[str, _Row]) -> list[tuple[str, str]]:
    """Two words that the lexicon knows as one: a fishing village, a horse race."""
    out: list[tuple[str, str]] = []
    for word, written in words:
        if out and out[-1][0].isascii() and word.isascii() and f"{out[-1][0]}-{word}" in en:
            before, said = out.pop()
            out.append((f"{before}-{word}", f"{said} {written}"))
        else:
            out.append((word, written))
    return out


def read_wish(theme: Theme, more: Sequence[str] = ()) -> Wish:
    """The facets of a theme in English, Chinese or both. more: keys of hours, weathers and seasons that are asked for besides,
    and stand before what the theme says of them.
    """
    en, zh = _lexicon()
    led = {word.lower(): image for word, image in theme.readings if image}
    facets = [_asked(word) for word in more]
    unused: list[str] = []
    near: dict[str, str] = {}
    number, counted = 0, ""
    people = -1
    aside = 1.0
    beside = False  # whether the word before this one is a facet, and so may be its modifier
    for word, written in _tokens(theme.text):
        row = zh.get(word) if HAN.search(word) else en.get(word) or en.get(stem(word))
        if word in NUMBERS:
            number, counted = NUMBERS[word], written
            if row is None:
                continue
        aside = _ASIDE.get(word, aside)
        if word in PLAIN or word.isdigit():
            beside = False
            continue
        weight = 1.0
        if row is None:
            row, weight = _row_of(word, led)
            if row is None:
                unused.append(written)
                beside = False
                continue
            if weight < 0.8:
                near[word] = row.key
        role = row.role
        several = number or _plural(word, role)
        if role == "who":
            people = several or MANY.get(row.key, 0) or (1 if people < 0 else people + 1)
        elif row.key in MANY and people < 0:
            people = MANY[row.key]
        if all(f.key != row.key and not (f.role == role and f.key in more) for f in facets):
            fade = 1 - 0.05 * min(8, len(facets))
            much = 2.6 if row.key in STANDING else _WEIGHTS.get(role, 1.0)
            much *= aside if role in ("who", "thing") else 1.0
            told = counted if number > 1 and role in ("who", "thing") else ""
            doing = role == "act" and word.endswith("ing") and row.key != "wedding"  # a cat sleeping is a cat
            if beside and not doing and HAN.search(word) is None and {role, facets[-1].role} <= _NOUNS:
                facets[-1] = replace(facets[-1], weight=_MODIFIER * facets[-1].weight)
            facets.append(Facet(written, row.key, role, row.terms, weight * fade * much, several, told))
            beside = True
        if role in ("who", "thing"):
            number = 0
    facets = _weighed(facets, people, near)
    return Wish(tuple(facets), tuple(dict.fromkeys(unused)), people, near)


def _weighed(facets: list[Facet], people: int, near: Mapping[str, str]) -> list[Facet]:
    """The facets, each by what it is beside the others."""
    if any(f.role == "who" for f in facets):
        facets = [replace(f, role="trait", weight=_WORN_WEIGHT) if f.key in _WORN else f for f in facets]
    if not any(f.role in _NOUNS and f.word not in near for f in facets):  # growing old: somebody is
        facets = [replace(f, role="who", weight=_WEIGHTS["who"]) if f.key in ("old", "young") else f for f in facets]
    if sum(f.role == "thing" for f in facets) > 1:  # a still life with a skull
        facets = [replace(f, weight=_MODIFIER * f.weight) if f.key == "stilllife" else f for f in facets]
    if people > 0:  # who wears a colour shall be seen in it
        facets = [replace(f, weight=2 * f.weight) if f.role == "colour" else f for f in facets]
    return facets


def in_lexicon(facet: Facet) -> bool:
    """Whether a facet is one of `words.tsv`, of which it is known what kind of thing it is."""
    en, zh = _lexicon()
    return any(
        row.key == facet.key for row in (en.get(facet.key), en.get(facet.word.lower()), zh.get(facet.word)) if row
    )


def known_word(word: str) -> bool:
    """Whether a word leads to something that can be seen."""
    en, zh = _lexicon()
    return word.lower() in en or word in zh or any(form in _vocabulary() for form in _forms(word.lower()))


def nearest_words(word: str) -> list[str]:
    """Three words that lead to something, spelt most like a word."""
    en, zh = _lexicon()
    if HAN.search(word):
        return [w for w in zh if set(w) & set(word)][:3] or ["山", "船", "花"]
    return get_close_matches(word.lower(), sorted(en), 3, 0.5) or ["boat", "garden", "portrait"]


def _asked(word: str) -> Facet:
    en, zh = _lexicon()
    row = en.get(word.lower()) or zh.get(word) or _row_of(word.lower(), {})[0]
    assert row is not None
    return Facet("", row.key, row.role, row.terms, 1.5 * _WEIGHTS.get(row.role, 1.0))


def _plural(word: str, role: str) -> int:
    if role != "who" or HAN.search(word):
        return 0
    if word in ("men", "women", "children", "people", "couple", "lovers", "friends", "ladies"):
        return 2 if word in ("couple", "lovers") else 3
    return 3 if stem(word) != word else 0


def _row_of(word: str, led: Mapping[str, str]) -> tuple[_Row | None, float]:
    """A row for a word that the lexicon lacks: its own term if works have it, else the terms of its image."""
    if not HAN.search(word):
        for form in _forms(word):
            if form in _vocabulary():
                kind = "act" if form.endswith("ing") else "thing" if _vocabulary()[form] >= 0.85 else "trait"
                return _Row(form, kind, {form: 1.0}), 0.9
    image = led.get(word) or led.get(stem(word))
    if not image:
        return None, 0.0
    en, _ = _lexicon()
    row = en.get(image)
    if row is not None:
        return row, 0.6
    terms = {stem(w): 0.7 for w in concepts()[image].en if stem(w) in _vocabulary()}
    return (_Row(image, "mood", terms), 0.5) if terms else (None, 0.0)


def _forms(word: str) -> list[str]:
    forms = [stem(word)]
    for ending, more in (("ing", ""), ("ing", "e"), ("ed", ""), ("ed", "e"), ("s", "")):
        if word.endswith(ending) and len(word) > len(ending) + 2:
            forms.append(word[: -len(ending)] + more)
    forms.append(word + "ing")
    if word.endswith("e"):
        forms.append(word[:-1] + "ing")
    return forms
