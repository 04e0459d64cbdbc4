"""`atelier`: paints a theme. Theme -> plan -> scene -> strokes; no weights, all by rules, measured hands and palettes.

It also learns a hand from pictures (`train`): stroke statistics and palette, from one picture up.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from .....core.artwork import Artwork, Provenance
from .....core.errors import UnknownName
from .....core.files import write_text
from .....core.requests import Context, GenerateRequest
from .....core.seeds import derive_seed
from ...atelier.canvas import Strokes
from ...atelier.drawing import draw_scene
from ...atelier.elements.table import ELEMENTS
from ...atelier.layout.from_theme import make_plan
from ...atelier.layout.habits import habits_of
from ...atelier.layout.hearing import unused_words
from ...atelier.layout.subjects import SUBJECTS
from ...atelier.mixing import paint_mix
from ...atelier.plan import Plan
from ...atelier.saved_plans import load_plan
from ...atelier.styles import Frames, StyleParameters, find_style
from ...medium import Painting
from ...reading.photo import scene_from_sketch
from ..common import (
    FORMATS,
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
from ..lending import lend_stamps
from .drafts import judge_drafts, judge_picture, school_of
from .hands import find_hands, fitting_hand
from .options import AtelierOptions

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["frames", "generate"]

_FIRST_DRAFT = 1000  # seeds of drafts are derived by numbers that no candidate of one call has
_LEAST_SCENE_HEIGHT = (
    480  # smaller pictures are reduced from it: a scene has no half pixels, so its edges would be stairs
)
_SCENE_HEIGHT = 1152  # larger pictures are painted from a scene of this height; strokes, not pixels, carry their detail


def generate(request: GenerateRequest[AtelierOptions], context: Context) -> Artwork:
    """One painting of the theme."""
    options = request.options
    check_shape(options)
    refuse_idle(options, _LAID_OUT, model="atelier")
    check_files(options)
    plan = _plan(request, options, request.seed)
    parts = (
        find_hands(request.style, context)
        if request.style is not None
        else [(find_style(fitting_hand(plan, request.theme.language)), 1.0)]
    )
    sketch = sketch_of(options.from_sketch, request, context) if options.from_sketch else None
    plan, drafts = (
        (plan, []) if sketch is not None or options.plan else _choose_plan(plan, parts, request, options, context)
    )
    size = _size(
        options,
        sketch.width / sketch.height if sketch and options.format == "auto" and not options.height else plan.aspect,
    )
    unused = _unused(request, options, plan)
    plan = plan.but(aspect=size[0] / size[1], unread=unused)
    if options.save_plan:
        write_text(Path(options.save_plan), json.dumps(plan.to_dict(), ensure_ascii=False, indent=1) + "\n")
    shots = frames_of(options, size[1])
    record = Strokes() if options.strokes and has_strokes(parts) else None
    image = _paint(plan, parts, size, request.seed, context, shots, record, sketch)
    if options.base:
        image = into_base(image, options.base, options.region)
    write_making(options, shots, record, image)
    notes: dict[str, Any] = {
        "plan": plan.to_dict(),
        "hand": "+".join(f"{p.name}:{w:.3g}" for p, w in parts),
        "read": list(plan.read),
        "unread": list(unused),
    }
    if drafts:
        notes["drafts"] = drafts
    if sketch is not None:
        del notes["plan"]  # it gave the hand alone
        notes["painted_after"] = Path(options.from_sketch).name
    if not plan.read:
        notes["reading"] = (
            f"no word of {request.theme.text[:60]!r} is known to the painter; the picture follows the mood alone"
        )
    medium = Painting()
    work = medium.artwork(
        image,
        title=request.theme.text[:80],
        unused=unused,
        score=judge_picture(image, parts, context),
        provenance=Provenance(operation="generate", medium=medium.name, notes=notes),
    )
    stages = stages_of_shots(shots) if shots is not None and options.layers else []
    write_files(options, stages, work, request, context, model="atelier")
    return work


_LAID_OUT = ("scene", "subject", "time", "season", "template", "best_of")
"""Options that lay a picture out, which a plan or a sketch has done already."""


def _unused(request: GenerateRequest, options: AtelierOptions, plan: Plan) -> tuple[str, ...]:
    """Words of the theme that the picture does not show: all where a plan or a drawing is painted in its place."""
    theme = request.theme
    if options.from_sketch == "model":
        return ()  # a sketch of the theme, which shows no single word
    if options.plan or options.from_sketch:
        return unused_words(theme, lambda _: plan)
    return unused_words(theme, lambda other: _plan(replace(request, theme=other), options, plan.seed, theme.text))


def _paint(
    plan: Plan,
    parts: list[tuple[StyleParameters, float]],
    size: tuple[int, int],
    seed: int,
    context: Context,
    shots: Frames | None,
    record: Strokes | None,
    sketch: Image | None,
) -> Image:
    height = _scene_height(size[1])
    if sketch is None:
        scene = draw_scene(plan, height, progress=context.progress)
    else:
        scene = scene_from_sketch(sketch, (max(16, round(height * size[0] / size[1])), height))
    with lend_stamps(context.devices) as stamps:
        image = paint_mix(
            scene,
            parts,
            size=size,
            seed=seed,
            progress=context.progress,
            frames=shots,
            strokes=record,
            stamps=stamps,
        )
    context.progress.update(1.0, "dry")
    return image


def _scene_height(height: int) -> int:
    """The height at which a scene is composed for a picture of `height` pixels."""
    return min(max(height, _LEAST_SCENE_HEIGHT), _SCENE_HEIGHT)


def frames(plan: Plan, style: StyleParameters, count: int, *, height: int = 720) -> list[Image]:
    """The making of a picture as `count` stages, `height` pixels high: from the primed canvas to the last stroke."""
    shots = Frames(height)
    width = max(64, round(height * plan.aspect))
    paint_mix(
        draw_scene(plan, _scene_height(height)), [(style, 1.0)], size=(width, height), seed=plan.seed, frames=shots
    )
    return shots.pick(count)


def _choose_plan(
    plan: Plan,
    parts: list[tuple[StyleParameters, float]],
    request: GenerateRequest,
    options: AtelierOptions,
    context: Context,
) -> tuple[Plan, list[dict[str, float]]]:
    """The plan of which a draft shows most of the hand's school; seed and likeness of each draft, none where the eye
    knows no school.
    """
    school = school_of(parts)
    if school is None or options.best_of == 1:
        return plan, []
    plans = [
        plan,
        *(_plan(request, options, derive_seed(request.seed, _FIRST_DRAFT + k)) for k in range(1, options.best_of)),
    ]
    found = judge_drafts(plans, parts, school, request.seed, context)
    rows = [
        {"seed": p.seed, "likeness": round(f, 4)} for p, f in zip(plans, found, strict=False)
    ]  # the first that shows enough ends the drafts
    return plans[found.index(max(found))], rows


def _plan(request: GenerateRequest, options: AtelierOptions, seed: int, strata: str = "") -> Plan:
    if options.plan:
        return load_plan(Path(options.plan))
    if options.subject and options.subject not in ELEMENTS and options.subject not in SUBJECTS:
        raise UnknownName("subject", options.subject, {*ELEMENTS, *SUBJECTS}, where=" of the atelier")
    aspect = aspect_of(options) or FORMATS["landscape"]
    habits = (
        None if request.style is None else habits_of(max(request.style.names, key=lambda n: n[1], default=("", 0.0))[0])
    )

    def plan_at(aspect: float) -> Plan:
        return make_plan(
            request.theme,
            seed,
            aspect,
            ground=options.scene,
            subject=options.subject,
            time=options.time,
            season=options.season,
            template=options.template,
            habits=habits,
            strata=strata,
        )

    plan = plan_at(aspect)
    upright = options.format == "auto" and not options.height and _upright(plan, request.theme.images)
    return plan_at(upright) if upright else plan


def _upright(plan: Plan, images: Collection[str]) -> float:
    """The aspect that sitters and vases ask for, 0 for other pictures."""
    return 0.8 if plan.ground == "portrait" else 0.86 if plan.ground == "still" and "vase" in images else 0.0


def _size(options: AtelierOptions, aspect: float) -> tuple[int, int]:
    height = options.height or int(np.clip(round(options.width / aspect), 64, 4096))
    return options.width, height
