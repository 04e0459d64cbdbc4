"""A page with persons, a place, a thing and a turn: planned first, then told beat by beat.

A network of three million parameters carries a phrase and loses the person who speaks it, so a page is not left to it.
The
plan casts two persons (from the notes where they name some), a place, a thing, the weather, and one of five plots; each
beat
has several tellings in `data/story.json`, and the model, in the voice that is asked for, says which is likeliest after
what stands on the page. Names, pronouns, facts and quotation marks hold because they belong to the plan.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ....core.transformer.sampling import log_softmax

if TYPE_CHECKING:
    from ..models.prose_en.engine import ProseEngine

__all__ = ["Story", "plan_story", "tell"]

_QUALITIES = frozenset(
    "old new little empty lost last broken silver golden red white black blue green great small silent "
    "forgotten burned secret yellow dark quiet stone".split()
)
_PRONOUNS = {"she": ("she", "her", "her"), "he": ("he", "him", "his")}
_PAST = {
    "is": "was",
    "are": "were",
    "has": "had",
    "lives": "lived",
    "owns": "owned",
    "loves": "loved",
    "hates": "hated",
    "keeps": "kept",
    "works": "worked",
}
CHOICE = 1.5
"""How sharply the likelier telling is preferred: the factor on mean log p before the draw."""


@lru_cache(maxsize=1)
def _table() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((Path(__file__).parent / "data" / "story.json").read_text("utf-8"))
    return found


@dataclass
class Story:
    """A plan. slots: what the tellings name; plot; weather: key of the table; facts: sentences of the notes; told:
    tellings used.
    """

    slots: dict[str, str]
    plots: list[str]
    weather: str
    facts: list[str] = field(default_factory=list)
    has_person: bool = False
    has_thought: bool = False
    told: set[str] = field(default_factory=set)


def _pick(rng: np.random.Generator, rows: Sequence[str]) -> str:
    return str(rows[int(rng.integers(len(rows)))])


def _article(noun: str) -> str:
    return ("an " if noun[:1] in "aeiou" else "a ") + noun


def _qualified(word: str, text: str) -> str:
    """A word with the adjective that the theme gives it, and where it comes from: `old house`, `letter from London`."""
    before = re.search(rf"\b([a-z]+)\s+{word}\b", text.lower())
    behind = re.search(rf"\b{word}\s+(from|of)\s+([A-Z]\w+)", text)
    return (
        (f"{before[1]} " if before and before[1] in _QUALITIES else "")
        + word
        + (f" {behind[1]} {behind[2]}" if behind else "")
    )


def _cast(notes: str, rng: np.random.Generator) -> tuple[list[tuple[str, str, str]], list[str]]:
    """(name, pronoun, role or "") of up to two persons, and the facts that are left. notes: parted by semicolons."""
    names = _table()["names"]
    found: dict[str, list[str]] = {}
    facts = []
    for part in filter(None, (p.strip().rstrip(".") for p in notes.split(";"))):
        who = re.match(r"([A-Z][a-z]+)\b", part)
        described = re.match(r"([A-Z][a-z]+)(?:,| is| was) ((?:an?|the) [^,;]+)$", part)
        if who and who[1].lower() not in ("the", "a", "an", "it", "there", "in", "on"):
            row = found.setdefault(who[1], ["", ""])
            hint = re.search(r"\b(she|her|he|his|him)\b", part)
            row[0] = row[0] or ("" if not hint else "she" if hint[1] in ("she", "her") else "he")
            if described:
                row[1] = described[2]
                continue
            if part == who[1]:
                continue
        facts.append(" ".join(_PAST.get(w, w) for w in part.split()))
    cast = []
    for name, (pronoun, role) in list(found.items())[:2]:
        listed = next((p for p, known in names.items() if name in known), "")
        cast.append((name, pronoun or listed or ("she" if name.endswith(("a", "e", "y")) else "he"), role))
    while len(cast) < 2:
        pronoun = _pick(rng, ("she", "he"))
        name = _pick(rng, [n for n in names[pronoun] if all(n != c[0] for c in cast)])
        cast.append((name, pronoun, ""))
    return cast, facts


def plan_story(words: Sequence[str], text: str, notes: str, rng: np.random.Generator) -> Story:
    """A plan for a theme. words: its words in English, the most telling first; text: as it was given; notes: names and
    facts, parted by semicolons.
    """
    table = _table()
    cast, facts = _cast(notes, rng)
    (hero, first, role), (other, second, other_role) = cast
    role = role or _pick(rng, table["roles"])
    role = table["roles_he"].get(role, role) if first == "he" else role
    known = {"places": "", "objects": "", "persons": "", "weather_of": "", "other": ""}
    for word in words:
        plain = (
            word.removesuffix("s")
            if word.endswith("s") and word.removesuffix("s") in (*table["places"], *table["objects"], *table["persons"])
            else word
        )
        kind = next((k for k in ("objects", "places", "persons", "weather_of") if plain in table[k]), "other")
        is_name = word.capitalize() in text.split()[1:]
        if kind == "other" and (is_name or word in _QUALITIES or word.endswith(("ed", "ing", "ful", "ly", "ous"))):
            continue
        known[kind] = known[kind] or (plain if kind != "other" else word)
    place = known["places"] or _pick(rng, table["usual_places"])
    thing = known["objects"] or _pick(rng, [o for o in table["usual_objects"] if o != place])
    near = _pick(rng, [p for p in ("bridge", "mill", "harbour", "church", "orchard", "market") if p != place])
    full_place, full_thing = _qualified(place, text), _qualified(thing, text)
    he, him, his = _PRONOUNS[first]
    she, her, her_p = _PRONOUNS[second]
    slots = {
        "Hero": hero,
        "he": he,
        "him": him,
        "his": his,
        "He": he.capitalize(),
        "His": his.capitalize(),
        "role": role,
        "Other": other,
        "she": she,
        "her_o": her,
        "her_p": her_p,
        "She": she.capitalize(),
        "other_role": other_role or _pick(rng, table["other_roles"]),
        "in_place": f"{table['places'][place]} the {full_place}",
        "place": f"the {full_place}",
        "the_near": f"the {near}",
        "kept_in": f"under a cloth in {his} back room" if thing in table["large"] else f"in the drawer of {his} table",
        "object": f"the {full_thing}",
        "Object": f"The {full_thing}",
        "an_object": _article(full_thing),
        "a_person": _article(_qualified(known["persons"], text)) if known["persons"] else "",
        "thought": known["other"],
    }
    weather = table["weather_of"].get(known["weather_of"]) or _pick(rng, sorted(table["weather"]))
    plots = [str(p) for p in rng.permutation(sorted(table["beats"]["want"]))]
    return Story(slots, plots, weather, facts, bool(known["persons"]), bool(known["other"]))


def _tellings(story: Story, rows: Sequence[str]) -> list[str]:
    """The tellings of a beat with their places filled, those not told yet if there are any."""
    table = _table()
    made = []
    for row in rows:
        later = [w for w in table["weather"][story.weather]["later"] if w not in story.told]
        text = row.replace("{weather_later}", later[0] if later else "").strip().format(**story.slots)
        made.append(text if story.slots["she"] == "she" else text.replace("herself", "himself"))
    return [m for m, row in zip(made, rows, strict=True) if m not in story.told] or made


def _chosen(
    story: Story, rows: Sequence[str], told: list[str], engine: ProseEngine | None, voice: str, rng: np.random.Generator
) -> str:
    """One telling, likelier ones oftener."""
    made = _tellings(story, rows)
    if engine is None or len(made) == 1:
        choice = _pick(rng, made)
    else:
        value = CHOICE * _likelihoods(
            engine, voice, "\n\n".join(told[-4:]) + "\n\n", [m.replace("|", "\n\n") for m in made]
        )
        p = np.exp(value - value.max())
        choice = made[int(np.searchsorted(np.cumsum(p / p.sum()), rng.random(), side="right").clip(0, len(made) - 1))]
    story.told.add(choice)
    for later in _table()["weather"][story.weather]["later"]:
        if later in choice:
            story.told.add(later)
    return choice


def tell(
    story: Story, words: int, rng: np.random.Generator, *, engine: ProseEngine | None = None, voice: str = ""
) -> list[str]:
    """Paragraphs of about `words` words, in one part or several. engine: says which telling is likeliest; None draws
    evenly.
    """
    beats, weather = _table()["beats"], _table()["weather"][story.weather]
    told: list[str] = []

    def say(rows: Sequence[str]) -> str:
        return _chosen(story, rows, told, engine, voice, rng)

    def count() -> int:
        return sum(len(p.split()) for p in told)

    for number, plot in enumerate(story.plots):
        goal = max(90, (words - count()) if words - count() < 900 else 700)
        began = count()
        opening = [say(weather["now"])] if not number else []
        if not number:
            opening.append(say(beats["intro"]))
            opening += [f"{f[:1].upper()}{f[1:]}." for f in story.facts]
            if story.has_person:
                opening.append(say(beats["person"]))
            if story.has_thought:
                opening.append(say(beats["abstract"]))
        told.append(" ".join(opening)) if opening else None
        told.append(say(beats["want"][plot]))
        if not number and goal > 130:
            told.append(say(beats["meet"]))
        told += say(beats["talk"][plot]).split("|")
        if goal > 200:
            told.append(say(beats["wait"]))
        rest = 145 if goal > 200 else 95
        spare = len(beats["more"])
        while count() - began + rest < goal - 40 and spare:
            told += say(beats["more"]).split("|")
            spare -= 1
        if goal > 160:
            told.append(say(beats["go"][plot]))
        told.append(say(beats["turn"][plot]))
        ending = (
            [say(weather["end"])] if goal > 200 and (words - count() < 250 or number == len(story.plots) - 1) else []
        )
        told.append(" ".join([*ending, say(beats["close"][plot])]))
        if words - count() < 120:
            break
    return told


def _likelihoods(engine: ProseEngine, voice: str, context: str, texts: Sequence[str]) -> NDArray[np.float64]:
    """Mean log p of each text after the context, under the network."""
    prefix = [*engine.prefix("prose", voice), *engine.encode(context)[-110:]]
    coded = [engine.encode(t)[:60] for t in texts]
    width = max(map(len, coded))
    rows = np.array([[*prefix, *c, *([0] * (width - len(c)))] for c in coded])
    hidden = engine.decoder.forward(engine.table[rows[:, :-1]], engine.decoder.cache(len(rows), rows.shape[1]))[
        :, len(prefix) - 1 :
    ]
    return np.array(
        [
            float(np.mean(log_softmax(h[: len(c)] @ engine.head)[np.arange(len(c)), c]))
            for h, c in zip(hidden, coded, strict=True)
        ]
    )
