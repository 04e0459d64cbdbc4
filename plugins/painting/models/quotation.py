"""`quotation`: paints a theme as painters learn to: from masses of real works, with a master's own paint.

Theme -> what is seen in works -> subject of one, surroundings of a second, colours of a third -> masses -> patches of five or
six works of the hand, from coarse to fine. Every source is named in the notes. See docs/models/painting.md.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np
from pydantic import Field

from ....core.artwork import Artwork, Provenance
from ....core.errors import InputError
from ....core.files import write_text
from ....core.options import Options, input_file, output_file
from ....core.requests import Context, GenerateRequest
from ....core.style import Style
from ..paint.exemplars import Exemplar, choose, own_exemplar
from ..paint.hands import PAINTERS, Painter
from ..paint.painter import Surface, paint
from ..quoting.composing import Composed, compose, quoted_shares
from ..quoting.quotation import Quotation, render
from ..quoting.wish import Wish, read_wish
from ..quoting.works import find_work

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["QuotationOptions", "fitting_painter", "generate"]

_FORMATS = {"landscape": 4 / 3, "portrait": 3 / 4, "square": 1.0, "wide": 16 / 9, "tall": 1 / 2}
_WORKS = 5
"""Exemplars of a picture: fewer repeat themselves, more cost memory."""


class QuotationOptions(Options):
    """What to paint and how large. Empty texts and zeros leave it to the theme."""

    width: int = Field(1024, ge=64, le=4096, description="Width in pixels")
    height: int = Field(0, ge=0, le=4096, description="Height in pixels, 64 or more; 0 follows from the format")
    format: Literal["auto", "landscape", "portrait", "square", "wide", "tall"] = Field(
        "auto",
        description="Shape of the picture where no height is given; auto: that of the work its subject is quoted from",
    )
    time: Literal["", "day", "dawn", "dusk", "night", "mist", "storm", "rain", "snow"] = Field(
        "", description="Hour or weather; empty: from the theme"
    )
    season: Literal["", "spring", "summer", "autumn", "winter"] = Field("", description="Season; empty: from the theme")
    plan: str = input_file(description="File of a saved plan to paint again, JSON")
    save_plan: str = output_file(description="File to write the plan to, JSON, to edit and paint again")
    from_sketch: str = input_file(description="Picture whose masses and colours are painted in place of a composition")
    tries: int = Field(28, ge=1, le=200, description="Pairs of works that are tried small before one is painted")


def generate(request: GenerateRequest, context: Context) -> Artwork:
    """One painting of the theme."""
    from ..medium import Painting

    options = request.options
    assert isinstance(options, QuotationOptions)
    if 0 < options.height < 64:
        raise InputError(
            f"the height is {options.height} pixels; at least 64 are needed, or 0 to let the format decide"
        )
    more = [word for word in (options.time, options.season) if word]
    wish = read_wish(request.theme, more)
    choosing, painting = context.rng.spawn(2)  # a saved plan is painted with the same brush as when it was made
    hand, painter, own = _hand(request.style, wish, request.theme.language, request.seed)
    context.progress.update(0.02, "choosing works")
    composed, masses, kind = _masses(options, wish, painter, choosing)
    size = _size(options, masses.shape[1] / masses.shape[0])
    works = _exemplars(hand, own, masses, kind)
    surface = paint(
        masses,
        painter,
        size,
        painting,
        works=works,
        kind=kind,
        progress=lambda share: context.progress.update(0.2 + 0.75 * share, "painting"),
    )
    if options.save_plan and composed is not None:
        text = json.dumps(composed.plan.to_dict(), ensure_ascii=False, indent=1)
        write_text(Path(options.save_plan), text + "\n")
    from PIL import Image as pil

    medium = Painting()
    context.progress.update(1.0, "dry")
    return medium.artwork(
        pil.fromarray(surface.rgb()),
        title=request.theme.text[:80],
        score=None if composed is None else round(composed.score, 4),
        unused=_unused(wish, composed),
        provenance=Provenance(
            operation="generate", medium=medium.name, notes=_notes(composed, hand, surface, wish, options)
        ),
    )


def _hand(
    style: Style | None, wish: Wish, language: str, seed: int
) -> tuple[list[tuple[str, float]], Painter, list[tuple[Exemplar, float]]]:
    """(named hands with weights, how it is painted, exemplars of a person's own)."""
    names: list[tuple[str, float]] = []
    own: list[tuple[Exemplar, float]] = []
    if style is None:
        names = [(fitting_painter(wish, language, seed), 1.0)]
    else:
        for name, weight in style.names:
            if name not in PAINTERS:
                raise InputError(
                    f"the hand {name!r} has no paintings to take its paint from; it paints with --model atelier. With paint: "
                    f"{', '.join(PAINTERS)}, or a picture's file"
                )
            names.append((name, weight))
        for work, weight in style.references:
            if work.medium != "painting":
                raise InputError(
                    f"the reference {work.title or work.short_id!r} is a work of {work.medium}; a painting's style comes "
                    f"from pictures or from a named style"
                )
            own.append((own_exemplar(work.payload.convert("RGB"), work.title or work.short_id), weight))
    heaviest = max(names, key=lambda part: part[1], default=None)
    painter = PAINTERS[heaviest[0]] if heaviest else Painter("", ())
    return names, painter, own


def _exemplars(
    hand: list[tuple[str, float]], own: list[tuple[Exemplar, float]], masses: np.ndarray, kind: str
) -> list[Exemplar]:
    """Works to paint with: of each named hand by its weight, and the person's own."""
    works = [exemplar for exemplar, _ in own][:_WORKS]
    for name, weight in hand:
        count = max(1, round(weight * PAINTERS[name].count))
        works += choose(PAINTERS[name].pack, masses, kind, count, PAINTERS[name].first)
    return works


def _masses(
    options: QuotationOptions, wish: Wish, painter: Painter, rng: np.random.Generator
) -> tuple[Composed | None, np.ndarray, str]:
    """(composition or None where a sketch leads, masses in Oklab, kind of picture)."""
    if options.from_sketch:
        from ..atelier.colour import srgb_to_oklab
        from ..medium import Painting

        picture: Image = Painting().load(Path(options.from_sketch)).payload
        picture = picture.convert("RGB")
        picture.thumbnail((320, 320))
        return None, srgb_to_oklab(np.asarray(picture, np.float32) / np.float32(255)), ""
    aspect = _aspect(options)
    if options.plan:
        plan = Quotation.load(Path(options.plan))
        composed = Composed(plan, frozenset(f.key for f in wish.facets), 0.0)
    else:
        composed = compose(
            wish,
            rng,
            medium=painter.medium,
            masters=painter.masters,
            aspect=aspect,
            tone=painter.tone,
            tries=options.tries,
        )
    return composed, render(composed.plan), _kind(composed.plan)


def _kind(plan: Quotation) -> str:
    work = find_work(plan.subject.work)
    if work.genre in ("portrait", "landscape", "still", "interior", "sea", "town", "flowers", "figures"):
        return work.genre
    if not work.indoors:
        return "figures" if work.people and work.area > 0.4 and work.box[3] - work.box[1] > 0.6 else "landscape"
    return "figures" if work.people else "still"


def _aspect(options: QuotationOptions) -> float | None:
    aspect = options.width / options.height if options.height else _FORMATS.get(options.format)
    if aspect is not None and not 0.3 <= aspect <= 4:
        raise InputError(
            f"{options.width} x {options.height} pixels is too narrow a picture; its sides may differ by up to 3.3 "
            f"upright and 4 level"
        )
    return aspect


def _size(options: QuotationOptions, aspect: float) -> tuple[int, int]:
    """(height, width); where the format is left open the longer side is what was asked for as width."""
    if options.height:
        return options.height, options.width
    if options.format == "auto" and aspect < 1:
        return options.width, max(64, round(options.width * aspect))
    return int(np.clip(round(options.width / (_aspect(options) or aspect)), 64, 4096)), options.width


def fitting_painter(wish: Wish, language: str, seed: int) -> str:
    """The hand that suits a theme where no style was asked for."""
    things = {f.key for f in wish.facets}
    if wish.of("frame"):
        some: tuple[str, ...] = ("rembrandt", "renoir", "vermeer", "velazquez")
    elif things & {
        "apple",
        "pear",
        "orange",
        "grape",
        "fruit",
        "bread",
        "bottle",
        "jug",
        "vase",
        "plate",
        "fish",
        "skull",
    }:
        some = ("cezanne", "chardin", "van-gogh")
    elif things & {"interior", "kitchen", "window", "reading", "letter", "bedroom"}:
        some = ("vermeer", "rembrandt", "degas")
    elif language == "zh":
        some = ("shan-shui", "hiroshige", "shan-shui", "monet")
    elif "war" in things or "storm" in things:
        some = (
            ("turner", "aivazovsky", "rembrandt")
            if things & {"sea", "ship", "boat", "wave"}
            else ("rembrandt", "turner")
        )
    elif "night" in things:
        some = ("van-gogh", "rembrandt", "hiroshige")
    elif wish.people > 0:
        some = ("renoir", "monet", "gauguin", "degas", "rembrandt")
    else:
        some = ("monet", "van-gogh", "pissarro", "turner", "sisley", "cezanne")
    return some[seed % len(some)]


def _unused(wish: Wish, composed: Composed | None) -> tuple[str, ...]:
    """Words of the theme that no quoted work shows."""
    if composed is None:
        return ()
    missing = [f.word for f in wish.facets if f.word and f.key not in composed.shown]
    return tuple(dict.fromkeys([*wish.unused, *missing]))


def _notes(
    composed: Composed | None, hand: list[tuple[str, float]], surface: Surface, wish: Wish, options: QuotationOptions
) -> dict[str, object]:
    notes: dict[str, object] = {
        "hand": "+".join(f"{name}:{weight:.3g}" for name, weight in hand) or "references",
        "paint_of": [e.source for e in surface.exemplars],
        "shares": [round(s, 3) for s in surface.shares],
        "longest_piece": round(surface.piece, 5),
    }
    if composed is None:
        notes["painted_after"] = Path(options.from_sketch).name
        return notes
    notes["plan"] = composed.plan.to_dict()
    notes["sources"] = [find_work(name).source for name in composed.plan.sources()]
    one, two = quoted_shares(composed.plan)
    notes["quoted"] = {composed.plan.subject.work: round(one, 3), composed.plan.surroundings.work: round(two, 3)}
    notes["read"] = {f.word: f.key for f in wish.facets if f.word}
    if surface.moved > 0.2:
        notes["reading"] = "the light of the masses is far from the master's; another hand would suit the theme better"
    return notes
