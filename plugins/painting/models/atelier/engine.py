"""`atelier`: paints a theme. Theme -> plan -> scene -> strokes; no weights, all by rules, measured hands and palettes.

It also learns a hand from pictures (`train`): stroke statistics and palette, from one picture up.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from pydantic import Field

from .....core.artwork import Artwork, Provenance
from .....core.errors import InputError, OptionError, UnknownName
from .....core.files import atomic, write_text
from .....core.options import Options, belongs_to, counts_for, input_file, output_file
from .....core.requests import Context, GenerateRequest, TrainReport, TrainRequest
from .....core.seeds import derive_seed
from ...atelier.brush import Strokes
from ...atelier.drawing import compose
from ...atelier.layout.from_theme import make_plan
from ...atelier.layout.habits import manner_of
from ...atelier.layout.hearing import unused_words
from ...atelier.mixing import paint_mix
from ...atelier.plan import Ground, Plan, Season, Time
from ...atelier.saved_plans import load_plan
from ...atelier.styles import Frames, StyleParameters, find_style
from ...atelier.svg import strokes_to_svg
from .hands import find_hands, fitting_hand, learn_hand

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["AtelierOptions", "frames", "generate", "into_base", "refuse_idle", "refuse_strokes", "sketch_of", "train"]

_FORMATS = {"landscape": 4 / 3, "portrait": 3 / 4, "square": 1.0, "wide": 16 / 9, "tall": 1 / 2}
_FIRST_DRAFT = 1000  # seeds of drafts are derived by numbers that no candidate of one call has
_LEAST_SCENE_HEIGHT = (
    480  # smaller pictures are reduced from it: a scene has no half pixels, so its edges would be stairs
)
_SCENE_HEIGHT = 1152  # larger pictures are painted from a scene of this height; strokes, not pixels, carry their detail


class AtelierOptions(Options):
    """What to paint and how large. Empty texts and zeros leave it to the theme."""

    width: int = Field(
        1024,
        ge=64,
        le=4096,
        description="Width in pixels; lengths of strokes grow with the picture",
        json_schema_extra=counts_for("generate"),
    )
    height: int = Field(
        0,
        ge=0,
        le=4096,
        description="Height in pixels, 64 or more; 0 follows from the format",
        json_schema_extra=counts_for("generate"),
    )
    format: Literal["auto", "landscape", "portrait", "square", "wide", "tall"] = Field(
        "auto",
        description="Shape of the picture where no height is given; auto is upright for portraits and vases, else landscape",
        json_schema_extra=counts_for("generate", height=(0,)),
    )
    scene: Literal["", Ground] = Field(
        "",
        description="Kind of picture; empty: from the theme",
        json_schema_extra=counts_for("generate"),
    )
    subject: str = Field(
        "",
        description="Main thing, such as pagoda, ship or horse; empty: from the theme",
        json_schema_extra=counts_for("generate"),
    )
    time: Literal["", Time] = Field(
        "",
        description="Hour or weather; empty: from the theme",
        json_schema_extra=counts_for("generate"),
    )
    season: Literal["", Season] = Field(
        "",
        description="Season; empty: from the theme",
        json_schema_extra=counts_for("generate"),
    )
    template: Literal["", "low", "diagonal", "s-curve", "repoussoir", "close", "high", "enclosed"] = Field(
        "",
        description="Layout; empty: runs through the seeds",
        json_schema_extra=counts_for("generate"),
    )
    plan: str = input_file(
        description="File of a saved plan to paint again, JSON",
        counts=counts_for("generate"),
    )
    from_sketch: str = input_file(
        words=("model",),
        description="Picture whose masses and colours are painted in place of a composed scene; the word model: an idea "
        "sketch of the theme and style",
        counts=counts_for("generate"),
    )
    save_plan: str = output_file(
        description="File to write the plan to, JSON, to edit and paint again",
        counts=counts_for("generate"),
    )
    strokes: str = output_file(
        description="File to write the strokes to as vectors, SVG (for the styles that paint with strokes)",
        counts=counts_for("generate"),
    )
    base: str = input_file(
        description="Picture of which a region is painted anew, the rest stays; give its plan and a region too",
        counts=counts_for("generate"),
    )
    region: str = Field(
        "",
        description="Region to paint anew in the base, x,y,width,height in pixels of it",
        json_schema_extra=counts_for("generate"),
    )
    best_of: int = Field(
        3,
        ge=1,
        le=16,
        description="Layouts of which small drafts are painted for the eye, and the nearest to the style's school is "
        "taken; 1: the first",
        json_schema_extra=counts_for("generate"),
    )
    frames: str = output_file(
        folder=True,
        description="Folder to write the making of the picture to, as numbered PNG files",
        counts=counts_for("generate"),
    )
    frame_count: int = Field(
        24,
        ge=2,
        le=600,
        description="Number of those pictures",
        json_schema_extra={**counts_for("generate"), **belongs_to("frames")},
    )


def generate(request: GenerateRequest, context: Context) -> Artwork:
    """One painting of the theme."""
    from ...medium import Painting

    options = request.options
    assert isinstance(options, AtelierOptions)
    if 0 < options.height < 64:
        raise InputError(
            f"the height is {options.height} pixels; at least 64 are needed, or 0 to let the format decide"
        )
    refuse_idle(options, _LAID_OUT, model="atelier")
    plan = _plan(request, options, request.seed)
    parts = (
        find_hands(request.style, context)
        if request.style is not None
        else [(find_style(fitting_hand(plan, request.theme.language)), 1.0)]
    )
    refuse_strokes(parts, options.strokes)
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
    shots = Frames(min(size[1], 720)) if options.frames else None
    record = Strokes() if options.strokes else None
    image = _paint(plan, parts, size, request.seed, context, shots, record, sketch)
    if options.base:
        image = into_base(image, options.base, options.region)
    if record is not None:
        write_text(Path(options.strokes), strokes_to_svg(record, size, image))
    if shots is not None:
        for number, shot in enumerate(shots.pick(options.frame_count)):
            with atomic(Path(options.frames) / f"{number:04d}.png") as temporary:
                shot.save(temporary)
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
    from .drafts import judge_picture

    medium = Painting()
    return medium.artwork(
        image,
        title=request.theme.text[:80],
        unused=unused,
        score=judge_picture(image, parts, context),
        provenance=Provenance(operation="generate", medium=medium.name, notes=notes),
    )


_LAID_OUT = ("scene", "subject", "time", "season", "template", "best_of")
"""Options that lay a picture out, which a plan or a sketch has done already."""
_STROKELESS = ("print", "ink")
"""Families that paint with blocks and washes: a few marks at most are strokes."""


def refuse_idle(options: Options, laid_out: Sequence[str], *, model: str) -> None:
    """Raise OptionError for an option that does nothing beside the others that were given.

    laid_out: options that lay a picture out, which a plan or a sketch has done already.
    """

    def is_set(name: str) -> bool:
        if name == "best_of" and getattr(options, name) == 1:
            return False  # a plan is one layout
        return bool(getattr(options, name) != type(options).model_fields[name].default)

    given = next((name for name in ("from_sketch", "plan") if is_set(name)), "")
    idle = [name for name in laid_out if is_set(name)] if given else []
    reason = f"beside {given}, which lays the picture out"
    if given == "from_sketch":
        idle += [name for name in ("plan", "save_plan") if is_set(name)]
    for name, needed in (("region", "base"), ("frame_count", "frames")):
        if is_set(name) and not is_set(needed) and not idle:
            idle, reason = [name], f"without {needed}"
    if idle:
        raise OptionError(f"option {idle[0]!r} of model {model!r} does nothing {reason}")


def refuse_strokes(parts: list[tuple[StyleParameters, float]], file: str) -> None:
    """Raise OptionError if strokes are asked of a hand that paints without."""
    hand = max(parts, key=lambda part: part[1])[0]
    if file and hand.family in _STROKELESS:
        raise OptionError(
            f"option 'strokes' does nothing for the hand {hand.name!r}, which paints without strokes ({hand.family})"
        )


def _unused(request: GenerateRequest, options: AtelierOptions, plan: Plan) -> tuple[str, ...]:
    """Words of the theme that the picture does not show: all where a plan or a drawing is painted in its place."""
    theme = request.theme
    if options.from_sketch == "model":
        return ()  # a sketch of the theme, which shows no single word
    if options.plan or options.from_sketch:
        return unused_words(theme, lambda _: plan)
    return unused_words(theme, lambda other: _plan(replace(request, theme=other), options, plan.seed, theme.text))


def sketch_of(name: str, request: GenerateRequest, context: Context) -> Image:
    """The picture to paint after: a file, or `model`, an idea sketch of the theme. Raises FormatError if it is no picture."""
    if name == "model":
        from ..sketch.engine import draw_sketch

        return draw_sketch(context, request.theme, request.style)
    from ...medium import Painting

    picture: Image = Painting().load(Path(name)).payload
    return picture


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
        scene = compose(plan, height, progress=context.progress)
    else:
        from ...reading.photo import scene_from_sketch

        scene = scene_from_sketch(sketch, (max(16, round(height * size[0] / size[1])), height))
    image = paint_mix(scene, parts, size=size, seed=seed, progress=context.progress, frames=shots, strokes=record)
    context.progress.update(1.0, "dry")
    return image


def _scene_height(height: int) -> int:
    """The height at which a scene is composed for a picture of `height` pixels."""
    return min(max(height, _LEAST_SCENE_HEIGHT), _SCENE_HEIGHT)


def into_base(image: Image, base_file: str, region: str) -> Image:
    """The base picture with `image` inside the region, joined over a soft rim of a hundredth of the height."""
    from PIL import Image as pil

    from ...atelier.noise import blur
    from ...medium import Painting
    from ...mending.damage import parse_region

    if not region:
        raise InputError(
            "a base picture was given without a region; say which part to paint anew with --region x,y,width,height"
        )
    base = Painting().load(Path(base_file)).payload
    x, y, w, h = parse_region(region, base.size)
    mask = np.zeros((base.height, base.width), np.float32)
    mask[y : y + h, x : x + w] = 1
    mask = np.minimum(mask, np.clip(2 * blur(mask, base.height / 100) - 1, 0, 1))
    return pil.composite(
        image.resize(base.size, pil.Resampling.LANCZOS), base, pil.fromarray((mask * 255 + 0.5).astype(np.uint8))
    )


def frames(plan: Plan, style: StyleParameters, count: int, *, height: int = 720) -> list[Image]:
    """The making of a picture as `count` stages, `height` pixels high: from the primed canvas to the last stroke."""
    shots = Frames(height)
    width = max(64, round(height * plan.aspect))
    paint_mix(compose(plan, _scene_height(height)), [(style, 1.0)], size=(width, height), seed=plan.seed, frames=shots)
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
    from .drafts import judge_drafts, school_of

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
    from ...atelier.elements.table import ELEMENTS
    from ...atelier.layout.from_theme import SUBJECTS

    if options.subject and options.subject not in ELEMENTS and options.subject not in SUBJECTS:
        raise UnknownName("subject", options.subject, {*ELEMENTS, *SUBJECTS}, where=" of the atelier")
    aspect = options.width / options.height if options.height else _FORMATS.get(options.format, _FORMATS["landscape"])
    if not 0.3 <= aspect <= 4:
        raise InputError(
            f"{options.width} x {options.height} pixels is too narrow a picture; its sides may differ by up to 3.3 "
            f"upright and 4 level"
        )
    manner = (
        None if request.style is None else manner_of(max(request.style.names, key=lambda n: n[1], default=("", 0.0))[0])
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
            manner=manner,
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


def train(request: TrainRequest, context: Context) -> TrainReport:
    """Learn a hand from the pictures of a folder, one or more, kept as a style of the person."""
    return learn_hand(request, context)
