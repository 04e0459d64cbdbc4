"""What a request leaves open or asks for: style and weights, key, metre, tempo, temperature."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ....core.errors import InputError, UnknownName
from ....core.weights import read_card
from ..models.composer.evaluation import nearest_styles
from ..models.composer.lending import lend, weight_files
from ..models.composer.options import ComposerOptions
from ..models.composer.roles.styles import ROLE_STYLES
from ..models.composer.style_facts import facts
from ..models.composer.styles import DEFAULT, OWN, STYLE_TABLE, StyleFacts
from ..theory.keys import Key, parse_key
from ..theory.score import Score
from .given import score_of

if TYPE_CHECKING:
    from ....core.requests import Context
    from ....core.style import Style
    from ....core.theme import Mood

__all__ = ["StyleChoice", "choose_key", "choose_metre", "choose_style", "choose_tempo", "heat", "parse_metre"]

STYLE_HEAT = {"bach": 1.1, "mozart": 1.0, "haydn": 1.0, "beethoven": 1.0}
_MAJOR_SIGNATURES, _NAMES = (
    tuple(range(-4, 5)),
    {-4: "Ab", -3: "Eb", -2: "Bb", -1: "F", 0: "C", 1: "G", 2: "D", 3: "A", 4: "E"},
)
_MINORS = {-4: "f", -3: "c", -2: "g", -1: "d", 0: "a", 1: "e", 2: "b", 3: "f#", 4: "c#"}


@dataclass(frozen=True)
class StyleChoice:
    """The style that is written in. name: as it is asked for; facts; weights: name of a person's own, or ""; mix: learned
    names and shares where several styles are mixed, else {}.
    """

    name: str
    facts: StyleFacts
    weights: str = ""
    mix: Mapping[str, float] | None = None

    @property
    def learned(self) -> str:
        """Its name in the alphabet of the nets."""
        return self.facts.learned


def choose_style(
    style: Style | None, options: ComposerOptions, context: Context, *, usual: str = DEFAULT, mixes: bool = False
) -> StyleChoice:
    """The style and the weights of a request.

    A style may be one that ships, the name of weights of one's own (which are then used), a mix of those that ship, or
    works: then the learned style in whose eyes they are likeliest. Without a style, weights of one's own are asked under
    the style that they learned, all others under `usual`. Raises InputError for a style that the weights did not learn,
    and for a mix where there is no use for one (`mixes`).
    """
    names = dict(style.names) if style is not None else {}
    if style is not None and style.references:
        names = _nearest(style, options, context)
    if len(names) > 1 and style is not None and not style.references and not mixes:
        raise InputError("a mix of styles counts where a new piece is composed; give one style here")
    roles = next((name for name in names if name in ROLE_STYLES), None)
    if roles is not None:
        raise InputError(f"the style {roles!r} counts where a new piece is composed; give another style here")
    own = [name for name in names if name not in STYLE_TABLE]
    weights = options.weights
    if own:
        if len(names) > 1:
            raise InputError(
                f"the style {own[0]!r} was learned by weights of its own and can't be mixed; give it alone"
            )
        if weights and weights != own[0]:
            raise InputError(
                f"the style {own[0]!r} belongs to the weights {own[0]!r}, not to {weights!r}; leave one out"
            )
        weights = own[0]
    if weights:
        return _of_weights(weights, names, options, context, usual)
    name = max(names, key=lambda n: names[n]) if names else usual
    mix = {STYLE_TABLE[n].learned: share for n, share in names.items()} if len(names) > 1 and mixes else None
    return StyleChoice(name, STYLE_TABLE[name], mix=mix)


def _of_weights(
    weights: str, names: Mapping[str, float], options: ComposerOptions, context: Context, usual: str
) -> StyleChoice:
    try:
        (path,) = weight_files("all", weights, context.home)
    except UnknownName as error:
        if options.weights or weights not in names:
            raise
        raise InputError(f"the style {weights!r} was learned by weights that are gone; train it again") from error
    card = read_card(path)
    learned = card.get("data", {}).get("works", {})
    if "heard" in card:  # tuned to a person: it writes in all styles of the net that it was begun with
        names = {name: share for name, share in names.items() if name != weights}
        usual = next((n for n, f in STYLE_TABLE.items() if f.learned == card.get("style")), usual)
    if OWN in learned:
        asked = next((n for n in names if n != weights), "")
        if asked and STYLE_TABLE[asked].learned not in learned:
            raise InputError(f"the weights {weights!r} learned the style {weights!r}, not {asked!r}; leave --style out")
        if not asked:
            return StyleChoice(weights, _facts_of(weights, card), weights=weights)
    unknown = [n for n in names if n in STYLE_TABLE and STYLE_TABLE[n].learned not in learned]
    if unknown:
        known = ", ".join(n for n, f in STYLE_TABLE.items() if f.learned in learned)
        raise InputError(f"the weights {weights!r} did not learn the style {unknown[0]!r}; they learned: {known}")
    name = max(names, key=lambda n: names[n]) if names else usual
    if STYLE_TABLE[name].learned not in learned:
        name = next(n for n, f in STYLE_TABLE.items() if f.learned in learned)
    mix = {STYLE_TABLE[n].learned: share for n, share in names.items()} if len(names) > 1 else None
    return StyleChoice(name, STYLE_TABLE[name], weights=weights, mix=mix)


def _facts_of(name: str, card: Mapping[str, Any]) -> StyleFacts:
    """What training noted of a person's own works: usual metres, pace, voices, bars."""
    noted = card.get("facts", {})
    metres = tuple((int(top), int(bottom)) for top, bottom in noted.get("metres", ())) or ((4, 4),)
    return StyleFacts(
        learned=OWN,
        summary=f"as the works of {card.get('data', {}).get('folder', 'a folder')}",
        metres=metres,
        qpm=float(noted.get("qpm", 96)),
        ensemble=str(noted.get("ensemble", "piano")),
        voices=int(noted.get("voices", 1)),
        bars=int(noted.get("bars", 16)),
    )


def _nearest(style: Style, options: ComposerOptions, context: Context) -> dict[str, float]:
    """Names and weights of a style with its reference works put under the learned styles that make them likeliest."""
    best = dict(style.names)
    for reference, weight in style.references:
        score, _ = score_of(reference, limit=10_000)
        with lend(context, weight_files("all", options.weights, context.home, 1)) as engine:
            learned = next(iter(nearest_styles(engine, score)))
        nearest = next(n for n, f in STYLE_TABLE.items() if f.learned == learned)
        best[nearest] = best.get(nearest, 0.0) + weight
    name = max(best, key=lambda n: best[n])
    return {name: 1.0}


def usual_style(score: Score) -> str:
    """The style that a work is gone on with where none is named."""
    if len(score.lines) == 1:
        return "essen"
    return "bach" if len(score.lines) == 4 else "monteverdi"


def parse_metre(text: str) -> tuple[int, int]:
    """`"6/8"` as (6, 8). Raises InputError unless both are sensible."""
    match = re.fullmatch(r"\s*(\d+)\s*/\s*(\d+)\s*", text)
    if not match or not 1 <= int(match[1]) <= 16 or int(match[2]) not in (1, 2, 4, 8, 16):
        raise InputError(
            f"{text!r} is not a metre that can be written; give one such as 4/4, 3/4, 6/8 (upper number 1 to 16, "
            f"lower 1, 2, 4, 8 or 16)"
        )
    return int(match[1]), int(match[2])


def choose_key(text: str, mood: Mood, rng: np.random.Generator, mode: str = "", usual: str = "") -> Key:
    """The key asked for, or one that fits the mood: minor for sad themes, sharps for bright ones. mode: "major" or
    "minor" where it is settled; usual: learned name of a style whose usual signatures weigh too.
    """
    if text:
        return parse_key(text)
    minor = mood.valence + rng.normal(0, 0.12) < 0
    if mode:
        minor = mode == "minor"
    centre = 1.5 * mood.valence + 1.0 * mood.arousal
    weights = np.exp(-0.5 * ((np.array(_MAJOR_SIGNATURES) - centre) / 1.6) ** 2)
    known = facts().get(usual, {}).get("keys", {})
    if known:
        counts = np.array([known.get(str(-7 * s % 12), 0) for s in _MAJOR_SIGNATURES], float)
        weights = weights * (counts / counts.sum() + 0.01)
    signature = int(_MAJOR_SIGNATURES[int(np.searchsorted(np.cumsum(weights), rng.random() * weights.sum()))])
    return Key(
        signature,
        "minor" if minor else "major",
        f"{_MINORS[signature]} minor" if minor else f"{_NAMES[signature]} major",
    )


def choose_tempo(style: StyleFacts, metre: tuple[int, int], pace: float = 1.0) -> float:
    """Quarters a minute: the style's own. pace: what it is multiplied by."""
    compound = 1.25 if metre[1] == 8 and metre[0] % 3 == 0 and metre[0] > 3 else 1.0
    return float(round(min(style.qpm * compound * pace, _FASTEST)))


_FASTEST = 220.0
"""Quarters a minute that a theme may come to."""


def choose_metre(style: StyleFacts, wanted: Sequence[str], rng: np.random.Generator) -> tuple[int, int]:
    """The first of the wanted metres that the style uses often enough, else one of its usual ones."""
    drawn = style.metres[int(rng.integers(len(style.metres)))]
    counted = facts().get(style.learned, {}).get("metres", {})
    often = {name for name, count in counted.items() if count >= _OFTEN * sum(counted.values())}
    own = {f"{top}/{bottom}" for top, bottom in style.metres} | often
    return next((parse_metre(name) for name in wanted if name in own), drawn)


_OFTEN = 0.05
"""Share of a style's works from which on a metre is one of its own."""


def heat(options: ComposerOptions, style: str) -> float:
    """The temperature asked for, or the one at which a style's figures are nearest to those of real works."""
    return options.temperature or STYLE_HEAT.get(style, 0.9)
