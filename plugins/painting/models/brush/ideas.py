"""Ideas for a theme: palettes in five harmonies, compositions as plans with a thumbnail, styles that go with it, pairs
of styles.
"""

from __future__ import annotations

import base64
import io

import numpy as np
from PIL import Image

from .....core.requests import Idea
from .....core.theme import Theme
from .....core.words.concepts import concepts
from ...atelier.colour import Array, from_hex, oklab_to_srgb
from ...atelier.drawing import draw_scene
from ...atelier.layout.from_theme import make_plan
from ...atelier.names import SUMMARIES
from ...atelier.plan import Plan
from ...atelier.styles import HANDS
from ...paint.names import SUMMARIES as MORE_SUMMARIES
from ...quoting.fitting import fitting_painter
from ...quoting.wish import read_wish
from ...reading.colours import COLOUR_NAMES, to_hex

__all__ = ["ideas_for"]

THUMBNAIL = 144
_HARMONIES = {
    "analogous": (0, 28, -28, 52, -50),
    "complementary": (0, 180, 14, 168, -16),
    "split complementary": (0, 150, 210, 20, -20),
    "triadic": (0, 120, 240, 12, 132),
    "one hue": (0, 6, -6, 10, -10),
}
_ASPECTS = (4 / 3, 3 / 4, 3 / 2, 1.0, 16 / 9, 2 / 3)


def ideas_for(theme: Theme, count: int, rng: np.random.Generator) -> list[Idea]:
    """`count` ideas in turn: a composition, a palette, a pair of styles, and so on; equal generators, equal ideas."""
    makers = (_composition, _palette, _pairing)
    start = int(rng.integers(0, 2**31))
    return [makers[i % 3](theme, start, i // 3, rng) for i in range(count)]


def _composition(theme: Theme, start: int, number: int, rng: np.random.Generator) -> Idea:
    """A plan at another format and seed, drawn small."""
    aspect = _ASPECTS[(start + number) % len(_ASPECTS)]
    plan = make_plan(theme, start + number, aspect)
    scene = draw_scene(plan, 2 * THUMBNAIL)
    picture = Image.fromarray((oklab_to_srgb(scene.lab) * 255 + 0.5).astype(np.uint8))
    picture.thumbnail((2 * THUMBNAIL, THUMBNAIL), Image.Resampling.LANCZOS)
    text = (
        f"{plan.template} composition, {_format(aspect)}, {plan.time}, {plan.season}: horizon at {plan.horizon:.0%}, "
    )
    text += f"focus {plan.focus[0] / plan.aspect:.0%} from the left and {plan.focus[1]:.0%} from the top"
    return Idea(
        kind="composition",
        text=text,
        data={"plan": plan.to_dict(), "thumbnail": _data_url(picture), "items": _items(plan)},
    )


def _items(plan: Plan) -> list[str]:
    return list(dict.fromkeys(item.kind for item in plan.items))


def _format(aspect: float) -> str:
    return "square" if abs(aspect - 1) < 0.05 else "upright" if aspect < 1 else "broad" if aspect > 1.6 else "oblong"


def _data_url(picture: Image.Image) -> str:
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=82)
    return "data:image/jpeg;base64," + base64.b64encode(buffer.getvalue()).decode("ascii")


def _palette(theme: Theme, start: int, number: int, rng: np.random.Generator) -> Idea:
    """Five colours from the theme's main colour, or its mood's, in one harmony; values spread from dark to light."""
    name = list(_HARMONIES)[(start + number) % len(_HARMONIES)]
    base = from_hex(_main_colour(theme, rng))
    hue, chroma = np.arctan2(base[2], base[1]), float(np.clip(np.hypot(base[1], base[2]), 0.045, 0.14))
    lift = 0.06 * theme.mood.valence
    steps = np.array([0.30, 0.44, 0.58, 0.72, 0.86]) + lift
    order = rng.permutation(5)
    colours = []
    for turn, light in zip(_HARMONIES[name], steps[order], strict=True):
        angle = hue + np.radians(turn)
        c = (
            chroma
            * (0.75 + 0.4 * max(0.0, theme.mood.arousal))
            * (1 - 0.9 * abs(float(light) - 0.6))
            * (1.0 if abs(turn) < 60 else 0.8)
        )
        colours.append(np.array([light, c * np.cos(angle), c * np.sin(angle)], np.float32))
    colours.sort(key=lambda lab: float(lab[0]))
    hexes = [to_hex(lab) for lab in colours]
    names = [_nearest_name(lab) for lab in colours]
    return Idea(
        kind="palette", text=f"{name}: " + ", ".join(names), data={"harmony": name, "colours": hexes, "names": names}
    )


def _main_colour(theme: Theme, rng: np.random.Generator) -> str:
    if theme.palette:
        return theme.palette[int(rng.integers(0, min(3, len(theme.palette))))]
    if theme.images:
        return concepts()[theme.images[0]].colour
    warm = theme.mood.valence > 0
    return "#d08a3c" if warm else "#4a6d8c"


def _nearest_name(lab: Array) -> str:
    return min(COLOUR_NAMES, key=lambda n: float(((from_hex(COLOUR_NAMES[n][0]) - lab) ** 2).sum()))


def _pairing(theme: Theme, start: int, number: int, rng: np.random.Generator) -> Idea:
    """The hand that suits the theme, to give the brush, and one of another family for the colours."""
    first = fitting_painter(read_wish(theme), theme.language, start + number)
    family = HANDS[first].family if first in HANDS else "stroke"
    others = sorted(name for name in HANDS if HANDS[name].family != family)
    second = others[int(rng.integers(len(others)))]
    share = (0.6, 0.7, 0.8)[(start + number) % 3]
    style = f"{first}:{share:g}+{second}:{1 - share:.2g}"
    summaries = SUMMARIES | MORE_SUMMARIES
    return Idea(kind="style", text=f"{style}: {summaries[first]}; with {summaries[second]}", data={"style": style})
