"""Our part of a picture: the plan that it begins with, the hand that paints it over."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from .....core.errors import OptionError
from .....core.requests import Context, GenerateRequest
from .....core.style import Style
from ...atelier.colour import oklab_to_srgb, srgb_to_oklab
from ...paint.facets import break_masses
from ...paint.painter import enlarge, paint
from ...paint.parts import find_hand
from ...quoting.fitting import fitting_painter
from ...quoting.paraphrasing import paraphrase
from ...quoting.quotation import Quotation, render
from ...quoting.wish import read_wish
from ...quoting.works import find_work
from ...reading.manner import mix_manners
from ..atelier.hands import find_manners
from ..brush.strokes import repaint_in_strokes
from ..common import sketch_of
from ..lending import lend_stamps
from .options import DiffusersOptions

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["first_picture", "paint_over"]

_MASSES = 320
"""Longer side of the masses that a composed picture is read as, in pixels."""


def first_picture(request: GenerateRequest[DiffusersOptions], context: Context) -> tuple[Image | None, dict[str, Any]]:
    """(what the picture begins with or None, notes): a sketch, or the masses of a plan. Raises InputError, OptionError."""
    options = request.options
    if options.plan and options.from_sketch:
        raise OptionError(
            "option 'plan' of model 'diffusers' does nothing beside from_sketch, which lays the picture out"
        )
    if options.from_sketch:
        return sketch_of(options.from_sketch, request, context), {"begun_with": Path(options.from_sketch).name}
    if not options.plan:
        return None, {}
    plan = _composed(request, context) if options.plan == "quotation" else Quotation.load(Path(options.plan))
    notes = {"plan": plan.to_dict(), "sources": [find_work(name).source for name in plan.sources()]}
    return _picture(enlarge(render(plan), _size_of(plan.aspect))), notes


def _composed(request: GenerateRequest[DiffusersOptions], context: Context) -> Quotation:
    """A plan for the theme, of the shape that was asked for."""
    options = request.options
    wish = read_wish(request.theme, [])
    hand = find_hand(request.style, fitting_painter(wish, request.theme.language, request.seed), context)
    aspect = options.width / options.height if options.width and options.height else None
    return paraphrase(
        wish,
        context.rng,
        medium=hand.painter.medium,
        masters=hand.masters,
        aspect=aspect,
        tone=hand.painter.tone,
        turn=request.seed,
    ).plan


def _size_of(aspect: float) -> tuple[int, int]:
    return (round(512 / max(1.0, aspect)), round(512 * min(1.0, aspect)))


def _picture(lab: np.ndarray) -> Image:
    from PIL import Image as pil

    return pil.fromarray((oklab_to_srgb(lab) * 255 + 0.5).astype(np.uint8))


def paint_over(picture: Image, style: Style, seed: int, context: Context) -> tuple[Image, dict[str, Any]]:
    """(the picture in the paint of a style's own hand, notes): with patches of a master's works where there are some, else with
    strokes. Raises UnknownName, InputError for a reference that is no picture.
    """
    hand = find_hand(style, "", context)
    if hand.strokes:
        with lend_stamps(context.devices) as stamps:
            parameters = mix_manners(find_manners(style, context)).parameters
            painted = repaint_in_strokes(picture, parameters, picture.size, context.rng, stamps=stamps)
            return painted, {"hand": str(hand)}
    small = picture.copy()
    small.thumbnail((_MASSES, _MASSES))
    masses = srgb_to_oklab(np.asarray(small, np.float32) / np.float32(255))
    if hand.painter.facets:
        masses = break_masses(masses, seed)
    surface = paint(
        masses, hand.painter, (picture.height, picture.width), context.rng, works=hand.exemplars(masses, "")
    )
    return surface.image(), {"hand": str(hand), "paint_of": [work.source for work in surface.exemplars]}
