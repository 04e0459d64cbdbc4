"""Style transfer: a picture painted anew with a master's own paint, or with that of references.

The picture is what masses are elsewhere: its colours go to those of the works, its values to theirs, and patches of them say it
from coarse to fine, larger than for a composition. Nothing of the photograph is mixed back but light where heads may be and in
the finest drawing, within the limits of `paint.painter`. No features of a trained network are used: texture synthesis on such
features looks like coloured grain (compare Hertzmann et al. 2001, Gatys, Ecker and Bethge 2016).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from PIL import Image

from .....core.requests import Context
from .....core.style import Style
from ...atelier.colour import Array, lerp, oklab_to_srgb, srgb_to_oklab
from ...atelier.noise import blur
from ...eye.model import Sight
from ...paint.exemplars import Exemplar, choose
from ...paint.facets import break_masses
from ...paint.families import FAMILIES, after_photograph
from ...paint.hands import PAINTERS, Painter
from ...paint.painter import paint
from ...paint.parts import Hand, find_hand
from ...reading.families import family_of
from ...reading.heads import find_heads
from ...reading.margins import without_margins
from ..lending import lend_eye

__all__ = ["Paintbox", "find_paintbox", "lab_of", "repaint"]

FAR = 0.2
"""How far light may have to be moved to that of the works before it is said, and before other works are taken."""
_SURE = 0.5
_OTHERS = 4
_DARK = 0.35


@dataclass(frozen=True)
class Paintbox:
    """What a picture is painted anew with. painter: how; works: whose paint; family: of the reference, "" where none leads;
    remarks: what a person should know.
    """

    painter: Painter
    works: tuple[Exemplar, ...]
    family: str = ""
    remarks: tuple[str, ...] = ()


def find_paintbox(style: Style, picture: Array, context: Context) -> Paintbox | None:
    """What a style paints `picture` (Oklab) with; None where a part of the style has no paint, so that strokes are needed.

    Raises InputError for a reference that is no picture or too small to show a hand, UnknownName for a name nobody knows.
    """
    hand = find_hand(style, "", context)
    if hand.strokes:
        return None
    painter, family, sight = hand.painter, "", None
    named = max((weight for _, weight in hand.parts), default=0.0)
    if hand.own and max(weight for _, weight in style.references) >= named:
        work = max(style.references, key=lambda reference: reference[1])[0]
        rgb = without_margins(work.payload.convert("RGB"))
        with lend_eye(context.devices) as eye:
            sight = eye.look(rgb)
        family = family_of(rgb, sight)
        painter = FAMILIES[family]
    works = tuple(hand.exemplars(picture, ""))
    works, remarks = _others(works, sight, hand, picture)
    dark = float(np.mean([(work.small[..., 0] < _DARK).mean() for work in works]))
    painter = after_photograph(replace(painter, tone=(*painter.tone[:2], dark)))
    return Paintbox(painter, works, family, remarks)


def _others(
    works: tuple[Exemplar, ...], sight: Sight | None, hand: Hand, picture: Array
) -> tuple[tuple[Exemplar, ...], tuple[str, ...]]:
    """(works, remarks): where light lies far from that of the works, others by the same master join them, if the eye knows him
    and there are any.
    """
    gap = light_gap(picture, works)
    if gap <= FAR:
        return works, ()
    how = (
        "lighter"
        if float(picture[..., 0].mean()) > float(np.mean([w.small[..., 0].mean() for w in works]))
        else "darker"
    )
    far = f"the picture is much {how} than what it is painted after (by {gap:.2f} of 1)"
    name = _master(sight) if sight is not None and not hand.parts else ""
    if name:
        more = tuple(w for w in choose(PAINTERS[name].pack, picture, "", _OTHERS))
        return (*works, *more), (f"{far}: other works of {PAINTERS[name].masters[0]} lend their paint too",)
    return works, (f"{far}, so its values move far; a {how} reference would suit it better",)


def light_gap(picture: Array, works: Sequence[Exemplar]) -> float:
    """How far the light of a picture (Oklab) lies from that of works, 0..1: mean distance of their quantiles."""
    at = np.linspace(0.02, 0.98, 25)
    theirs = np.concatenate([work.small[..., 0].ravel() for work in works])
    return float(np.abs(np.quantile(picture[..., 0], at) - np.quantile(theirs, at)).mean())


def _master(sight: Sight) -> str:
    """The hand whose master the eye is fairly sure to see, or ""."""
    seen = sight.probabilities["hand"] if "hand" in sight.probabilities else sight.probabilities["artist"]
    first = max(seen, key=lambda artist: seen[artist])
    known = [name for name, painter in PAINTERS.items() if first in painter.masters and not painter.facets]
    return known[0] if known and seen[first] >= _SURE else ""


def repaint(
    picture: Image.Image,
    box: Paintbox,
    size: tuple[int, int],
    rng: np.random.Generator,
    *,
    strength: float = 1.0,
    keep_colour: bool = False,
    brush: float = 1.0,
    progress: Callable[[float], None] = lambda _: None,
) -> tuple[Image.Image, dict[str, object]]:
    """(`picture` painted anew at `size` (width, height), whose paint with which share).

    strength: 0..1, how far colours, values and the whole go; keep_colour: the picture's own colours stay; brush: factor on the
    size of the touches, as far as the works' pixels go.
    """
    own = lab_of(picture if picture.size == size else picture.resize(size, Image.Resampling.LANCZOS))
    painter = replace(box.painter, light=strength * box.painter.light, chroma=strength * box.painter.chroma)
    heads = find_heads(own)
    masses = break_masses(own, int(rng.integers(2**31))) if painter.facets else own
    surface = paint(
        masses,
        painter,
        own.shape[:2],
        rng,
        works=box.works,
        kind="figures" if heads else "",
        focus=heads,
        brush=brush,
        progress=progress,
    )
    lab = surface.picture
    if keep_colour:
        sigma = 8 * lab.shape[0] / 768
        lab = lab.copy()
        lab[..., 1:] += blur(own, sigma)[..., 1:] - blur(lab, sigma)[..., 1:]
    share = 1 - (1 - strength) ** 2.5
    shown = oklab_to_srgb(lerp(own, lab, share) if share < 1 else lab)
    notes: dict[str, object] = {
        "paint_of": [work.source for work in surface.exemplars],
        "shares": [round(s, 3) for s in surface.shares],
        "longest_piece": round(surface.piece, 5),
    }
    return Image.fromarray((shown * 255 + 0.5).astype(np.uint8)), notes


def lab_of(picture: Image.Image) -> Array:
    """An RGB picture in Oklab."""
    return srgb_to_oklab(np.asarray(picture, np.float32) / np.float32(255))
