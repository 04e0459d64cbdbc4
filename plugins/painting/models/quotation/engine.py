"""`quotation`: paints a theme as painters learn to: after a real work, with another master's own paint.

Theme -> what is seen in works -> one of them, in a new frame, light and palette (or, at the top of novelty, several joined) -> masses
-> patches of five or six works of the hand, from coarse to fine. Every source is named in the notes. See docs/models/painting.md.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from .....core.artwork import Artwork, Provenance
from .....core.errors import InputError, OptionError
from .....core.files import write_text
from .....core.requests import Context, GenerateRequest
from .....core.style import Style
from ...formats.layers import Stage
from ...paint.budget import paint_in_strokes
from ...paint.facets import break_masses
from ...paint.painter import Surface, enlarge, paint, seen_at, tuned
from ...paint.parts import Hand, find_hand
from ...quoting.choosing import told_number
from ...quoting.composing import Composed, compose, quoted_shares
from ...quoting.fitting import fitting_painter
from ...quoting.framing import Box, place_box
from ...quoting.paraphrasing import MOST_UNALTERED, drawn_after, paraphrase
from ...quoting.quotation import Quotation, render
from ...quoting.showing import seen_in
from ...quoting.wish import Wish, known_word, nearest_words, read_wish
from ...quoting.works import find_work
from ..common import (
    aspect_of,
    check_files,
    check_shape,
    frames_of,
    has_strokes,
    into_base,
    refuse_idle,
    sketch_of,
    stages_of_shots,
    write_files,
    write_making,
)
from .options import QuotationOptions
from .stages import stages_of
from .venturing import Venture

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["generate"]


def generate(request: GenerateRequest[QuotationOptions], context: Context) -> Artwork:
    """One painting of the theme."""
    from ...medium import Painting

    options = request.options
    check_shape(options)
    refuse_idle(options, ("subject", "time", "season", "best_of"), model="quotation")
    if options.height and options.format != "auto":
        raise OptionError("option 'format' of model 'quotation' does nothing beside height, which gives the shape")
    wish = read_wish(request.theme, _asked(options))
    choosing, painting = context.rng.spawn(2)  # a saved plan is painted with the same brush as when it was made
    check_files(options)
    hand = find_hand(request.style, fitting_painter(wish, request.theme.language, request.seed), context)
    venture = None
    if request.novelty is not None:
        venture, venturing = Venture(request.novelty), np.random.default_rng((request.seed, 1))
        hand = venture.hand(hand, venturing)
    context.progress.update(0.02, "choosing works")
    composed, masses, kind = _masses(request, options, wish, hand, choosing, context)
    if venture is not None and not wish.of("colour"):
        masses = venture.colours(masses, venturing)
    size = _size(options, masses.shape[1] / masses.shape[0])
    plain = masses
    if hand.painter.facets and not hand.strokes:
        masses = break_masses(masses, request.seed)
    if options.save_plan and composed is not None:
        text = json.dumps(composed.plan.to_dict(), ensure_ascii=False, indent=1)
        write_text(Path(options.save_plan), text + "\n")
    notes = _notes(composed, hand, wish, options)
    focus = _focus(composed.plan) if composed is not None else ()
    stages: list[Stage] = []
    if options.strokes_at_most:
        image, notes["strokes"], stages = _in_few_strokes(masses, hand, size, kind, focus, options, painting)
    elif hand.strokes or options.frames or (options.strokes and hand.painter.medium == "paint"):
        image, stages = _with_strokes(masses, hand, size, request, options, context)
    else:
        surface = paint(
            masses,
            hand.painter,
            size,
            painting,
            works=hand.exemplars(masses, kind),
            kind=kind,
            focus=focus,
            drawn=composed is not None and composed.plan.surroundings is None,
            progress=lambda share: context.progress.update(0.2 + 0.75 * share, "painting"),
            keep_undrawn=bool(options.layers),
        )
        notes |= _of_surface(surface)
        image = surface.image()
        if options.layers:
            bare = plain if composed is None else render(replace(composed.plan, accents=()))
            stages = stages_of(surface, hand.painter.medium, plain, bare)
        write_making(options, None, None, image)
    if options.base:
        image = into_base(image, options.base, options.region)
    medium = Painting()
    if composed is not None and not options.base:
        small = _small(image)
        composed = replace(composed, shown=seen_in(composed.plan, wish, small))
        if composed.plan.surroundings is None:
            notes["drawing"] = round(drawn_after(composed.plan, small), 3)
    context.progress.update(1.0, "dry")
    work = medium.artwork(
        image,
        title=_title(request.theme.text, composed),
        score=_score(composed),
        unused=_unused(wish, composed),
        remarks=_remarks(wish, composed, notes),
        provenance=Provenance(operation="generate", medium=medium.name, notes=notes),
    )
    write_files(options, stages, work, request, context, model="quotation")
    return work


def _asked(options: QuotationOptions) -> list[str]:
    """Words that options ask for besides the theme."""
    if options.subject and not known_word(options.subject):
        raise InputError(
            f"no quoted work shows a subject {options.subject!r}; give one word for a thing, such as horse, ship or temple"
        )
    return [word for word in (options.subject, options.time, options.season) if word]


def _with_strokes(
    masses: np.ndarray,
    hand: Hand,
    size: tuple[int, int],
    request: GenerateRequest[QuotationOptions],
    options: QuotationOptions,
    context: Context,
) -> tuple[Image, list[Stage]]:
    """The masses painted with strokes (where they are to be kept, or where a hand has no paintings), and its stages if its
    layers were asked for.
    """
    from PIL import Image as pil

    from ...atelier.canvas import Strokes
    from ...atelier.colour import oklab_to_srgb
    from ...atelier.mixing import paint_mix
    from ...reading.photo import scene_from_sketch
    from ..atelier.hands import find_hands

    parts = find_hands(request.style or Style.mix(hand.names), context)
    shots = frames_of(options, size[0])
    record = Strokes() if options.strokes and has_strokes(parts) else None
    height = min(max(size[0], 480), 1152)
    sketch = pil.fromarray((oklab_to_srgb(masses) * 255 + 0.5).astype(np.uint8))
    scene = scene_from_sketch(sketch, (max(16, round(height * size[1] / size[0])), height))
    image = paint_mix(
        scene,
        parts,
        size=(size[1], size[0]),
        seed=request.seed,
        progress=context.progress,
        frames=shots,
        strokes=record,
    )
    write_making(options, shots, record, image)
    return image, stages_of_shots(shots) if shots is not None and options.layers else []


def _in_few_strokes(
    masses: np.ndarray,
    hand: Hand,
    size: tuple[int, int],
    kind: str,
    focus: tuple[Box, ...],
    options: QuotationOptions,
    rng: np.random.Generator,
) -> tuple[Image, int, list[Stage]]:
    """(the masses in the hand's colours and at most as many strokes as are asked for, how many they are, its stages if its
    layers were asked for).
    """
    from PIL import Image as pil

    from ...atelier.canvas import Strokes

    works = hand.exemplars(masses, kind)
    if works:
        palette = np.concatenate([w.small.reshape(-1, 3) for w in works])
        masses = tuned(masses, hand.painter, palette, rng)
    record, shots = Strokes(), frames_of(options, size[0])
    picture = paint_in_strokes(
        enlarge(masses, size), options.strokes_at_most, rng, focus=seen_at(focus, size), keep=record, watch=shots
    )
    image = pil.fromarray((picture * 255 + 0.5).astype(np.uint8))
    if shots is not None:
        shots.add(picture)
    write_making(options, shots, record if options.strokes else None, image)
    stages = stages_of_shots(shots) if shots is not None and options.layers else []
    return image, sum(len(row[0]) for row in record.rows), stages


def _masses(
    request: GenerateRequest[QuotationOptions],
    options: QuotationOptions,
    wish: Wish,
    hand: Hand,
    rng: np.random.Generator,
    context: Context,
) -> tuple[Composed | None, np.ndarray, str]:
    """(composition or None where a sketch leads, masses in Oklab, kind of picture)."""
    if options.from_sketch:
        from ...atelier.colour import srgb_to_oklab

        picture = sketch_of(options.from_sketch, request, context).convert("RGB")
        picture.thumbnail((320, 320))
        return None, srgb_to_oklab(np.asarray(picture, np.float32) / np.float32(255)), ""
    aspect = aspect_of(options)
    if options.plan:
        plan = Quotation.load(Path(options.plan))
        composed = Composed(plan, seen_in(plan, wish), 0.0)
    else:
        composed = _composed(request, options, wish, hand, rng, aspect)
    return composed, render(composed.plan), _kind(composed.plan)


def _composed(
    request: GenerateRequest[QuotationOptions],
    options: QuotationOptions,
    wish: Wish,
    hand: Hand,
    rng: np.random.Generator,
    aspect: float | None,
) -> Composed:
    """A composition: after one work, or of several joined where so much is to be new."""
    painter = hand.painter
    venture = None if request.novelty is None else Venture(request.novelty)
    if venture is not None and venture.joins:
        make = partial(
            compose,
            wish,
            rng,
            medium=painter.medium,
            masters=hand.masters,
            aspect=aspect,
            tone=painter.tone,
            tries=options.best_of,
            turn=request.seed,
        )
        return venture.compose(make)
    return paraphrase(
        wish,
        rng,
        medium=painter.medium,
        masters=hand.masters,
        aspect=aspect,
        tone=painter.tone,
        turn=request.seed,
        most=MOST_UNALTERED if venture is None else venture.most_quoted,
        bend=0.012 if venture is None else venture.bend,
        finish=hand.coloured,
    )


def _title(theme: str, composed: Composed | None) -> str:
    """The theme, and after whose work it is."""
    if composed is None or composed.plan.surroundings is not None:
        return theme[:80]
    return f"{theme[:80]} (after {_after(composed.plan)})"


def _after(plan: Quotation) -> str:
    work = find_work(plan.subject.work)
    return f"{work.title} by {work.artist}" if work.title else f"a work by {work.artist}"


def _kind(plan: Quotation) -> str:
    work = find_work(plan.subject.work)
    if work.genre in ("portrait", "landscape", "still", "interior", "sea", "town", "flowers", "figures"):
        return work.genre
    if not work.indoors:
        return "figures" if work.people and work.area > 0.4 and work.box[3] - work.box[1] > 0.6 else "landscape"
    return "figures" if work.people else "still"


def _focus(plan: Quotation) -> tuple[Box, ...]:
    """Boxes of the picture where one looks: the subject, unless it is the whole of its work, and what was set in."""
    work = find_work(plan.subject.work)
    boxes = [a.to for a in plan.accents]
    if work.area < 0.9:
        boxes.append(place_box(work.box, plan.subject.crop))
    return tuple((max(0.0, b[0]), max(0.0, b[1]), min(1.0, b[2]), min(1.0, b[3])) for b in boxes)


def _size(options: QuotationOptions, aspect: float) -> tuple[int, int]:
    """(height, width); where the format is left open the longer side is what was asked for as width."""
    if options.height:
        return options.height, options.width
    if options.format == "auto" and aspect < 1:
        return options.width, max(64, round(options.width * aspect))
    return int(np.clip(round(options.width / (aspect_of(options) or aspect)), 64, 4096)), options.width


def _small(image: Image) -> np.ndarray:
    """The finished picture in Oklab, small enough to be looked at as a whole."""
    from ...atelier.colour import srgb_to_oklab

    picture = image.convert("RGB")
    picture.thumbnail((160, 160))
    return srgb_to_oklab(np.asarray(picture, np.float32) / np.float32(255))


def _score(composed: Composed | None) -> float | None:
    """How well a composition joins and shows its theme, 0..1; none for what was not composed here."""
    if composed is None:
        return None
    return round(float(1 / (1 + np.exp(-2 * (composed.score - 0.6)))), 4)


def _unused(wish: Wish, composed: Composed | None) -> tuple[str, ...]:
    """Words of the theme that are not seen in the picture."""
    if composed is None:
        return ()
    missing = [f.word for f in wish.facets if f.word and f.key not in composed.shown]
    work = find_work(composed.plan.subject.work)
    for facet in wish.facets:  # a number that the labels of the work do not bear out
        told = told_number(work, facet)
        if facet.role == "who" and told <= 0:
            told = work.people
        if facet.counted and facet.key in composed.shown and told != facet.number:
            missing.append(facet.counted)
    return tuple(dict.fromkeys([*wish.unused, *wish.near, *missing]))


def _remarks(wish: Wish, composed: Composed | None, notes: Mapping[str, object]) -> tuple[str, ...]:
    """After whose work a picture is, and what is said of words that lead nowhere, or only near."""
    said = [f"no work shows {word!r}; the nearest, {key}, was looked for" for word, key in wish.near.items()]
    if composed is not None and not wish.facets:
        offered = [near for word in wish.unused for near in nearest_words(word)]
        said = [
            f"no quoted work shows anything of this theme; ask for what one shows, such as {', '.join(offered[:3])}"
        ]
    if "drawing" in notes:
        said.append(
            f"drawing: {float(str(notes['drawing'])):.0%} after {notes['after']}; frame, light, colours and paint are new"
        )
    return tuple(said)


def _notes(composed: Composed | None, hand: Hand, wish: Wish, options: QuotationOptions) -> dict[str, object]:
    notes: dict[str, object] = {"hand": str(hand)}
    if composed is None:
        notes["painted_after"] = Path(options.from_sketch).name
        return notes
    plan = composed.plan
    notes["plan"] = plan.to_dict()
    notes["sources"] = [find_work(name).source for name in plan.sources()]
    if plan.surroundings is None:
        notes["after"] = _after(plan)
    else:
        shares = quoted_shares(plan)
        notes["quoted"] = {q.work: round(share, 3) for q, share in zip(plan.quoted(), shares, strict=True)}
    notes["read"] = {f.word: f.key for f in wish.facets if f.word}
    return notes


def _of_surface(surface: Surface) -> dict[str, object]:
    notes: dict[str, object] = {
        "paint_of": [e.source for e in surface.exemplars],
        "shares": [round(s, 3) for s in surface.shares],
        "longest_piece": round(surface.piece, 5),
    }
    if surface.moved > 0.2:
        notes["reading"] = "the light of the masses is far from the master's; another hand would suit the theme better"
    return notes
