"""Theme -> plan: which kind of picture, where its horizon lies, what stands where, in what light.

Template, palette and subject are stratified: over consecutive seeds each runs through a permutation, so that eight
pictures of one theme differ. What is legal (boats on water, bridges from bank to bank, nothing before the subject's
silhouette) follows from rules, not from luck. Composition draws come from one generator, in a fixed order.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from .....core.theme import Theme
from ..plan import TEMPLATES as TEMPLATE_NAMES
from ..plan import Plan
from .counting import count_things
from .grounds import choose_ground
from .habits import Habits, sits
from .hearing import dress_items
from .outdoors import arrange
from .ranges import lay_ranges
from .roles import MOODS
from .strata import Strata
from .subjects import Cues, choose_subjects, read_cues
from .templates import SIZES, TEMPLATES, choose_template, draw_horizon
from .weather import cloud_cover, place_sun, settle_air

__all__ = ["make_plan"]

_BY_RULE = {"stone-bridge": "bridge"}
"""Kinds that are placed by the rule of another name: a bridge goes from bank to bank."""


def make_plan(
    theme: Theme,
    seed: int,
    aspect: float,
    *,
    ground: str = "",
    subject: str = "",
    time: str = "",
    season: str = "",
    template: str = "",
    habits: Habits | None = None,
    strata: str = "",
) -> Plan:
    """A plan for a theme. ground, subject (an item kind), time, season, template: settle what the theme would decide;
    habits: a master's habits; strata: the text by which layouts run through the seeds, if not the theme's. Raises
    InputError for a template that such a scene cannot have.
    """
    habits = habits or Habits()
    rng = np.random.default_rng([seed, 1])
    order = Strata(seed, strata or theme.text)
    cues, counted = read_cues(theme), count_things(theme)
    air = settle_air(cues, theme.mood.valence, order)
    if not ground and max(counted.values(), default=1) == 1 and _sits(theme, cues, habits):
        ground, subject = "portrait", subject or "portrait"
    ground = ground or choose_ground(cues, theme.mood, order)
    named = any(role.time for image, role in cues.pairs if image not in MOODS)
    time = time or (air.time if named else habits.hours.get(air.time, air.time))
    season = "winter" if time == "snow" else season or air.season
    marks = tuple(dict.fromkeys(mark for role in cues.roles for mark in role.sky))
    layouts = habits.templates or TEMPLATE_NAMES
    template = choose_template(template, layouts, ground, marks, order(len(layouts), 21))
    horizon = draw_horizon(template, ground, rng)
    x = float(rng.uniform(*TEMPLATES[template].subject)) * aspect
    marks += ("grass",) if season != "winter" else ()
    plan = Plan(
        seed=seed,
        aspect=aspect,
        ground=ground,
        template=template,
        time=time,
        variant=order(6, 22),
        season=season,
        weather=air.weather,
        cover=max(
            habits.cover * (air.weather == "fair" and time != "night"), cloud_cover(air.weather, time, marks, rng)
        ),
        horizon=horizon,
        light=float(rng.choice([-1, 1]) * rng.uniform(0.45, 0.9)),
        focus=(x, horizon),
        sky=marks,
        flowers=tuple(dict.fromkeys(colour for role in cues.roles for colour in role.flowers))[:5],
        valence=theme.mood.valence,
        arousal=theme.mood.arousal,
        read=cues.images,
        title=theme.text[:80],
    )
    plan = place_sun(plan, rng)
    plan = lay_ranges(plan, rng, bool({"mountain", "world"} & set(cues.images)) or ground == "mountain")
    wanted, sources = ([_BY_RULE.get(subject, subject)], [""]) if subject else choose_subjects(cues, order)
    counts = {
        kind: max(counted.get(kind, 1), counted.get(source, 1)) for kind, source in zip(wanted, sources, strict=True)
    }
    extras = [extra for role in cues.roles for extra in role.extra]
    scale = TEMPLATES[template].scale * habits.scale
    plan = arrange(plan, wanted, extras, SIZES, scale, rng, near=habits.near, counts=counts)
    if ground != "abstract" and order(2, 23):
        plan = plan.mirrored()
    items = tuple(replace(item, number=number) for number, item in enumerate(plan.items))
    return plan.but(items=dress_items(items, theme))


def _sits(theme: Theme, cues: Cues, habits: Habits) -> bool:
    """Whether the one person of a theme sits for a portrait."""
    placed = any(role.ground not in ("", "portrait", "still") and image != "figure" for image, role in cues.pairs)
    timed = any((role.time or role.weather or role.season) and image not in MOODS for image, role in cues.pairs)
    return sits(theme.words, habits, placed=placed, timed=timed)
