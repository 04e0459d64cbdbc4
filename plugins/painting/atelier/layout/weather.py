"""The hour, the weather and the season of a picture; its clouds, and its sun or moon."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..plan import Plan
from .roles import MOODS
from .strata import Strata
from .subjects import Cues

__all__ = ["Air", "cloud_cover", "place_sun", "settle_air"]


@dataclass(frozen=True)
class Air:
    """An hour, a weather and a season, as `plan.Plan` names them."""

    time: str
    weather: str
    season: str


def settle_air(cues: Cues, valence: float, order: Strata) -> Air:
    """What the images of a theme say of them; what they leave open goes by the mood and the seed."""
    firm = [role for image, role in cues.pairs if image not in MOODS]
    time = next((r.time for r in firm if r.time and r.time not in ("mist", "rain", "storm", "snow")), "")
    weather = next((r.weather for r in firm if r.weather), "")
    soft = [role for image, role in cues.pairs if image in MOODS]
    if not weather and not time:
        weather = next((r.weather for r in soft if r.weather), "")
    if not time:
        time = next((r.time for r in soft if r.time in ("dawn", "dusk")), "")
    season = next((r.season for r in cues.roles if r.season), "")
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
    return Air(time, weather or "fair", season)


def cloud_cover(weather: str, time: str, marks: tuple[str, ...], rng: np.random.Generator) -> float:
    """Share of clouds, 0..1."""
    value = float(rng.uniform(0.22, 0.62))
    if weather in ("storm", "rain"):
        return 0.78 + 0.15 * value
    if "clouds" in marks:
        return 0.55 + 0.25 * value
    if time == "night":
        return (0.2 if "stars" in marks else 0.45) * value
    return value


def place_sun(plan: Plan, rng: np.random.Generator) -> Plan:
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
