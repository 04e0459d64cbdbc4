"""Theme -> plan: which kind of picture, where its horizon lies, what stands where, in what light.

Template, palette and subject are stratified: over consecutive seeds each runs through a permutation, so that eight
pictures of one theme differ. What is legal (boats on water, bridges from bank to bank, nothing before the subject's
silhouette) follows from rules, not from luck. Composition draws come from one generator, in a fixed order.
"""

from __future__ import annotations

from zlib import crc32

import numpy as np

from .....core.errors import InputError
from .....core.theme import Theme
from ..plan import TEMPLATES, Item, Plan
from .counting import count_things
from .habits import Habits, sits
from .hearing import dress_items, hear_role
from .outdoors import arrange
from .roles import MOODS, ROLES, Role, kind_of

__all__ = ["SUBJECTS", "make_plan"]

_HORIZON = {
    "low": (0.64, 0.72),
    "high": (0.28, 0.36),
    "diagonal": (0.40, 0.50),
    "s-curve": (0.34, 0.44),
    "repoussoir": (0.44, 0.56),
    "close": (0.50, 0.62),
    "enclosed": (0.42, 0.54),
}
_SUBJECT_X = {
    "low": (0.58, 0.70),
    "high": (0.34, 0.66),
    "diagonal": (0.60, 0.72),
    "s-curve": (0.55, 0.68),
    "repoussoir": (0.58, 0.70),
    "close": (0.46, 0.58),
    "enclosed": (0.45, 0.56),
}
_SCALE = {
    "low": 1.10,
    "high": 1.05,
    "diagonal": 1.10,
    "s-curve": 0.95,
    "repoussoir": 1.10,
    "close": 1.5,
    "enclosed": 1.10,
}
_SIZE = {
    "pagoda": 0.42,
    "ship": 0.44,
    "boat": 0.115,
    "sailboat": 0.26,
    "figure": 0.36,
    "horse": 0.31,
    "cow": 0.27,
    "sheep": 0.19,
    "dog": 0.19,
    "wolf": 0.23,
    "fox": 0.19,
    "deer": 0.28,
    "tiger": 0.30,
    "lion": 0.32,
    "bear": 0.32,
    "elephant": 0.46,
    "rider": 0.31,
    "tree": 0.52,
    "blossom": 0.50,
    "pine": 0.56,
    "willow": 0.54,
    "bamboo": 0.85,
    "cypress": 0.6,
    "poplar": 0.6,
    "birch": 0.55,
    "bare": 0.5,
    "house": 0.21,
    "village": 0.29,
    "church": 0.36,
    "castle": 0.36,
    "windmill": 0.36,
    "lighthouse": 0.42,
    "gate": 0.36,
    "crane": 0.34,
    "eagle": 0.17,
    "butterfly": 0.10,
    "wave": 0.46,
    "lantern": 0.20,
    "fire": 0.16,
    "sunflower": 0.6,
    "stones": 0.04,
    "conifer": 0.4,
    "reeds": 0.2,
    "flock": 0.16,
    "waterfall": 0.42,
    "skyline": 0.26,
    "bridge": 0.16,
    "cat": 0.34,
}
_WEAK = frozenset({"sea", "lake", "field", "garden", "window", "desert", "leaf"})
"""Images whose usual subject gives way to any other."""
_BY_RULE = {"stone-bridge": "bridge"}
"""Kinds that are placed by the rule of another name: a bridge goes from bank to bank."""
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


class _Strata:
    """Choices that run through permutations over consecutive seeds; each theme starts elsewhere."""

    def __init__(self, seed: int, text: str) -> None:
        self.seed = seed + crc32(text.encode()) % 9973

    def __call__(self, count: int, salt: int) -> int:
        return _order(self.seed, count, salt)


def _order(seed: int, count: int, salt: int) -> int:
    """The place of a seed in a permutation that runs through all `count` choices over consecutive seeds."""
    block, place = divmod(seed, count)
    return int(np.random.default_rng([salt, block, count]).permutation(count)[place])


def read_theme(theme: Theme) -> tuple[list[Role], list[str], list[str]]:
    """(roles in order, item kinds named by words, images that the roles are of)."""
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
    return roles, once, read  # father and son are two


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
    order = _Strata(seed, strata or theme.text)
    roles, kinds, read = read_theme(theme)
    mood = theme.mood
    settled = _settle(roles, read, mood.valence, order)
    told = count_things(theme)
    placed = any(
        r.ground not in ("", "portrait", "still") and key != "figure" for r, key in zip(roles, read, strict=True)
    )
    timed = any((r.time or r.weather or r.season) and key not in MOODS for r, key in zip(roles, read, strict=True))
    if not ground and max(told.values(), default=1) == 1 and sits(theme.words, habits, placed=placed, timed=timed):
        ground, subject = "portrait", subject or "portrait"
    ground = ground or _ground(roles, kinds, read, mood.valence, mood.arousal, order)
    named = any(r.time for r, k in zip(roles, read, strict=True) if k not in MOODS)
    time = time or (settled["time"] if named else habits.hours.get(settled["time"], settled["time"]))
    season = season or settled["season"]
    if time == "snow":
        season = "winter"
    layouts = habits.templates or TEMPLATES
    asked = template
    template = template or layouts[order(len(layouts), 21)]
    if ground in ("street", "forest"):
        template = "enclosed"
    if ground == "mountain" and template in ("close", "high"):
        template = "low" if template == "close" else "repoussoir"
    if any("wide" in r.sky for r in roles) and template in ("high", "s-curve", "enclosed"):
        template = "low"
    if asked not in ("", template):
        raise InputError(f"this scene ({ground}) has no layout {asked!r}; it is laid out as {template!r}")
    low, high = _HORIZON[template]
    horizon = float(rng.uniform(low, high))
    if ground == "mountain":
        horizon = float(rng.uniform(0.62, 0.74))
    if ground == "street":
        horizon = float(rng.uniform(0.50, 0.58))
    if ground == "sea" and template == "high":
        horizon = 0.40
    sx = float(rng.uniform(*_SUBJECT_X[template])) * aspect
    marks = tuple(dict.fromkeys(m for r in roles for m in r.sky)) + (("grass",) if season != "winter" else ())
    flowers = tuple(dict.fromkeys(f for r in roles for f in r.flowers))[:5]
    plan = Plan(
        seed=seed,
        aspect=aspect,
        ground=ground,
        template=template,
        time=time,
        variant=order(6, 22),
        season=season,
        weather=settled["weather"],
        cover=max(
            habits.cover * (settled["weather"] == "fair" and time != "night"),
            _cover(settled["weather"], time, marks, rng),
        ),
        horizon=horizon,
        light=float(rng.choice([-1, 1]) * rng.uniform(0.45, 0.9)),
        focus=(sx, horizon),
        sky=marks,
        flowers=flowers,
        valence=mood.valence,
        arousal=mood.arousal,
        read=tuple(read),
        title=theme.text[:80],
    )
    plan = _sun(plan, rng)
    plan = _peaks(plan, rng, "mountain" in read or ground == "mountain" or "world" in read)
    wanted, sources = ([_BY_RULE.get(subject, subject)], [""]) if subject else _subjects(roles, kinds, read, order)
    counts = {kind: max(told.get(kind, 1), told.get(source, 1)) for kind, source in zip(wanted, sources, strict=True)}
    extras = [e for r in roles for e in r.extra]
    plan = arrange(plan, wanted, extras, _SIZE, _SCALE[template] * habits.scale, rng, near=habits.near, counts=counts)
    if ground not in ("abstract",) and order(2, 23):
        plan = plan.mirrored()
    items = tuple(Item(**{**vars(i), "number": n}) for n, i in enumerate(plan.items))
    return plan.but(items=dress_items(items, theme))


def _settle(roles: list[Role], read: list[str], valence: float, order: _Strata) -> dict[str, str]:
    firm = [r for r, k in zip(roles, read, strict=True) if k not in MOODS]
    time = next((r.time for r in firm if r.time and r.time not in ("mist", "rain", "storm", "snow")), "")
    weather = next((r.weather for r in firm if r.weather), "")
    soft = [r for r, k in zip(roles, read, strict=True) if k in MOODS]
    if not weather and not time:
        weather = next((r.weather for r in soft if r.weather), "")
    if not time:
        time = next((r.time for r in soft if r.time in ("dawn", "dusk")), "")
    season = next((r.season for r in roles if r.season), "")
    if weather in ("rain", "storm", "snow") and time not in ("night",):
        time = weather
    if weather == "mist" and time == "":
        time = ("mist", "dawn")[order(2, 24)]
    if not time:
        if season == "winter":
            time = ("snow", "snow", "mist")[order(3, 24)]
        else:
            bright = (
                ("day", "day", "dawn", "day", "dusk") if valence >= -0.15 else ("mist", "dusk", "rain", "mist", "night")
            )
            time = bright[order(5, 24)]
    if not season:
        season = ("summer", "spring", "summer", "summer", "autumn")[order(5, 25)] if valence > -0.2 else "autumn"
    if weather == "" and time in ("rain", "storm", "mist"):
        weather = time
    return {"time": time, "weather": weather or "fair", "season": season}


def _ground(
    roles: list[Role], kinds: list[str], read: list[str], valence: float, arousal: float, order: _Strata
) -> str:
    """The strongest ground asked for; the first among equals; by mood where none is."""
    best, strength = "", 0
    for role in roles:
        if role.ground and role.strength > strength:
            best, strength = role.ground, role.strength
    if "wave" in kinds or "cliff" in kinds:
        best = "sea"
    if "skyline" in kinds:
        best = "skyline"
    outdoors = {
        "meadow",
        "path",
        "river",
        "fields",
        "lake",
        "sea",
        "desert",
        "forest",
        "garden",
        "street",
        "skyline",
        "mountain",
    }
    hints = [r.ground for r in roles if r.ground in outdoors]
    settings = set(read) & {
        "mountain",
        "village",
        "house",
        "spring",
        "summer",
        "autumn",
        "winter",
        "dawn",
        "dusk",
        "night",
        "rain",
        "snow",
        "mist",
        "storm",
        "grass",
        "tree",
        "temple",
        "sun",
        "moon",
        "wind",
        "cloud",
    }
    if (
        best in ("still", "branch")
        and strength <= 1
        and (
            hints
            or (settings and best == "still" and not set(read) & {"vase"})
            or (best == "branch" and len(settings - {"moon", "snow", "spring", "night", "winter", "tree", "sun"}) > 0)
        )
    ):
        best = hints[0] if hints else "garden" if best == "still" else "meadow"
    if "city" in read and set(read) & {"river", "bridge", "sea", "lake", "water"}:
        best = "skyline"
    if "candle" in kinds and not hints:
        best = "still"
    people = set(read) & {"figure", "child", "mother", "friend", "lover", "monk", "dancer", "soldier"} or set(kinds) & {
        "lady",
        "gentleman",
        "pair",
    }
    if best == "still" and ({"wine", "moon"} <= set(read) or (people and set(read) & {"wine", "music", "dancer"})):
        best = "garden"  # whoever drinks under the moon, dances or feasts is outdoors
    if (
        not best
        and set(read)
        & {
            "village",
            "house",
            "tree",
            "temple",
            "tower",
            "door",
            "bamboo",
            "peach",
            "ruin",
            "bell",
            "death",
            "fire",
            "lamp",
            "flute",
        }
    ) or kinds:
        dry = {"village", "house", "door", "tower"} & set(read)
        best = (
            best or (("meadow", "path", "fields", "path") if dry else ("meadow", "path", "river", "lake"))[order(4, 27)]
        )
    if best:
        return best
    if valence < -0.35 and arousal > 0.3:
        return "sea"
    if valence < -0.2:
        return ("street", "path", "lake")[order(3, 27)]
    if arousal > 0.35:
        return ("abstract", "meadow", "sea")[order(3, 27)]
    return ("lake", "mountain", "meadow", "river", "garden")[order(5, 27)]


def _cover(weather: str, time: str, marks: tuple[str, ...], rng: np.random.Generator) -> float:
    """Share of clouds."""
    value = float(rng.uniform(0.22, 0.62))
    if weather in ("storm", "rain"):
        return 0.78 + 0.15 * value
    if "clouds" in marks:
        return 0.55 + 0.25 * value
    if time == "night":
        return (0.2 if "stars" in marks else 0.45) * value
    return value


def _sun(plan: Plan, rng: np.random.Generator) -> Plan:
    """Place a sun or moon where the theme or the hour wants one."""
    wants = "sun" in plan.sky or (plan.time in ("dawn", "dusk") and plan.weather == "fair")
    moon = "moon" in plan.sky or plan.time == "night"
    u, v, w = rng.random(3)
    if not (wants or moon) or plan.weather in ("storm", "rain"):
        return plan
    x = plan.aspect * (0.20 + 0.24 * u if plan.focus[0] > plan.aspect / 2 else 0.56 + 0.24 * u)
    if moon:
        x = plan.aspect * (0.16 + 0.68 * u)
        y = max(0.10, plan.horizon * (0.20 + 0.32 * v))
        return plan.but(sun=(x, y, 0.040 + 0.022 * w), moon=True, light=0.7 if x > plan.aspect / 2 else -0.7)
    y = max(
        0.09, plan.horizon - (0.06 + 0.14 * v) if plan.time in ("dawn", "dusk") else plan.horizon * (0.2 + 0.25 * v)
    )
    return plan.but(sun=(x, y, 0.038 + 0.016 * w), light=0.7 if x > plan.aspect / 2 else -0.7)


def _peaks(plan: Plan, rng: np.random.Generator, high: bool) -> Plan:
    """Ranges on the horizon: a dominating peak and its followers, or low hills, or none."""
    numbers = rng.random((24, 3))
    a, out = plan.aspect, []
    if plan.ground in ("street", "still", "portrait", "abstract", "interior", "branch", "pond", "skyline"):
        return plan
    if high:
        tall = min(plan.horizon * 0.84, (0.40 if plan.ground == "mountain" else 0.30) + 0.17 * numbers[0, 0])
        main = a * (0.30 + 0.12 * numbers[0, 1]) if plan.focus[0] > a / 2 else a * (0.58 + 0.12 * numbers[0, 1])
        for i in range(4):
            out.append(
                (
                    a * (i + 0.2 + 0.6 * numbers[1 + i, 0]) / 4,
                    0.20 + 0.16 * numbers[1 + i, 1],
                    tall * (0.50 + 0.25 * numbers[1 + i, 2]),
                    0.88,
                )
            )
        out.append((main, 0.34 + 0.16 * numbers[6, 0], tall, 0.72))
        for i in range(2):
            out.append(
                (
                    main + (0.34 + 0.2 * numbers[7 + i, 0]) * (1 if i else -1),
                    0.20 + 0.12 * numbers[7 + i, 1],
                    tall * (0.45 + 0.2 * numbers[7 + i, 2]),
                    0.72,
                )
            )
        if plan.ground == "mountain":
            for i in range(4):
                out.append(
                    (
                        a * (i + 0.2 + 0.6 * numbers[10 + i, 0]) / 3.6,
                        0.24 + 0.2 * numbers[10 + i, 1],
                        tall * (0.20 + 0.26 * numbers[10 + i, 2]),
                        0.50,
                    )
                )
    elif numbers[15, 0] < (0.75 if plan.ground != "sea" else 0.3) and plan.template != "close":
        for i in range(3):
            out.append(
                (
                    a * (i + numbers[16 + i, 0]) / 3,
                    0.22 + 0.3 * numbers[16 + i, 1],
                    0.04 + 0.10 * numbers[16 + i, 2],
                    0.84,
                )
            )
    return plan.but(peaks=tuple(out))


def _subjects(roles: list[Role], kinds: list[str], read: list[str], order: _Strata) -> tuple[list[str], list[str]]:
    """Main things in order of the theme, and the image that each comes from; alternatives of one role run through the
    seeds.
    """
    out, sources = list(kinds), [""] * len(kinds)
    firm = bool(kinds) or any(r.subject and key not in _WEAK for r, key in zip(roles, read, strict=True))
    for number, role in enumerate(roles):
        if role.subject and not (firm and read[number] in _WEAK):
            kind = role.subject[order(len(role.subject), 30 + number)]
            covered = {
                "tree": {"pine", "willow", "cypress", "birch", "poplar", "blossom"},
                "pagoda": {"church", "gate"},
                "castle": {"windmill"},
                "figure": {"parasol", "pair", "boat", "lady", "gentleman", "traveller", "portrait", "rider"},
                "sailboat": {"ship", "lighthouse", "boat", "island", "wave"},
                "ship": {"lighthouse", "island", "wave"},
                "wave": {"ship", "lighthouse", "island", "sailboat"},
                "lantern": {"candle"},
                "horse": {"rider"},
                "pair": {"lady", "gentleman"},
                "boat": {"bridge", "pagoda", "crane"},
                "wooden-bridge": {"bridge"},
                "bridge": {"wooden-bridge"},
            }
            if kind in out or set(out) & covered.get(kind, set()):
                continue
            out.append(kind)
            sources.append(read[number])
    return out, sources
