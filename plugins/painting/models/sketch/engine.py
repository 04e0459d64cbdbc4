"""`sketch`: idea sketches, pictures of 64 x 64 that show masses and colours of a movement and a genre; see
`generative.pyramid`.

They are meant to be painted large: `artwright painting generate THEME --from-sketch model`. Figures:
docs/models/gan.md.
"""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from pydantic import Field

from .....core.artwork import Artwork, Provenance
from .....core.devices import weights_key
from .....core.errors import InputError, UnknownName
from .....core.options import Options, counts_for
from .....core.requests import Context, GenerateRequest, TrainReport, TrainRequest
from .....core.theme import Theme
from ...eye.corpus import list_works
from ...eye.schools import SCHOOLS
from ..eye.engine import LICENCE, lend_eye, torch_device, weights_of

if TYPE_CHECKING:
    from PIL.Image import Image

    from .....core.style import Style

__all__ = ["SketchOptions", "draw_sketch", "generate", "train"]

SMALLEST_CORPUS = 20
ASPECTS = {"landscape": 4 / 3, "portrait": 4 / 5, "still life": 5 / 4}
"""Width by height that works of a genre have most often; a sketch is pressed into a square and is drawn out to it."""
_PORTRAITS = frozenset({"portrait", "woman", "man", "girl", "boy", "child", "face", "self-portrait", "king", "queen"})
_STILL = frozenset({"vase", "fruit", "flower", "flowers", "bowl", "bottle", "table", "still life", "apple", "bread"})


class SketchOptions(Options):
    """What kind of picture to sketch, and what to learn."""

    movement: str = Field(
        "",
        description="Movement, such as Impressionism or Ukiyo-e; empty: from the style or the theme, else any",
        json_schema_extra=counts_for("generate"),
    )
    genre: str = Field(
        "",
        description="Genre: landscape, portrait or still life; empty: from the theme, else any",
        json_schema_extra=counts_for("generate"),
    )
    sheet: int = Field(
        1,
        ge=1,
        le=64,
        description="Number of pictures, on one sheet if more than one",
        json_schema_extra=counts_for("generate"),
    )
    size: int = Field(
        0,
        ge=0,
        le=1024,
        description="Width and height of a picture in pixels; 0 as it was trained. Larger ones hold no more detail",
        json_schema_extra=counts_for("generate"),
    )
    guidance: float = Field(
        1.6,
        ge=0,
        le=6,
        description="1 as learnt, more for what is typical of movement and genre",
        json_schema_extra=counts_for("generate"),
    )
    steps: int = Field(
        24,
        ge=4,
        le=200,
        description="Steps of each of the three levels: more are finer and slower",
        json_schema_extra=counts_for("generate"),
    )
    weights: str = Field(
        "",
        description="Name of a sketcher of your own, trained with --name; empty for the one that comes with artwright",
        json_schema_extra=counts_for("generate"),
    )
    network_width: int = Field(
        96,
        ge=16,
        le=256,
        description="Training: width of the networks, a multiple of 16",
        json_schema_extra=counts_for("train"),
    )
    batch: int = Field(
        64,
        ge=4,
        le=512,
        description="Training: works at a step",
        json_schema_extra=counts_for("train"),
    )
    train_steps: int = Field(
        0,
        ge=0,
        le=10_000_000,
        description="Training: steps of each level; 0 leaves it to the minutes",
        json_schema_extra=counts_for("train"),
    )


def genre_of(theme: Theme) -> str:
    """The genre that a theme's images speak of."""
    images = set(theme.images)
    if images & _PORTRAITS:
        return "portrait"
    return "still life" if images & _STILL else "landscape" if images else ""


def movement_of(style: Style | None) -> str:
    """The movement of the heaviest named hand of a style that has one among those the sketcher knows."""
    known = (
        [(w, SCHOOLS[n].movement) for n, w in style.names if n in SCHOOLS and SCHOOLS[n].movement]
        if style is not None
        else []
    )
    return max(known)[1] if known else ""


def draw_sketch(context: Context, theme: Theme, style: Style | None) -> Image:
    """One sketch for a theme and a style, drawn out to the shape that works of its genre have."""
    options = SketchOptions()
    pixels, _, genre = _sample(options, 1, theme, style, context)
    return _scaled(pixels[0], round(64 * ASPECTS.get(genre, 1.0)), 64)


def _sample(
    options: SketchOptions, count: int, theme: Theme, style: Style | None, context: Context
) -> tuple[Any, str, str]:
    """(pixels (count, 64, 64, 3), movement, genre)."""
    from ...generative.sketcher import Sketcher

    path = weights_of("sketch", options.weights, context.home)
    key = ("painting", "sketch", weights_key(path))
    with context.devices.lease(key, lambda device: Sketcher.load(path, device)) as sketcher:
        movement = _named("movement", options.movement, sketcher.movements) or _known(
            movement_of(style), sketcher.movements
        )
        genre = _named("genre", options.genre, sketcher.genres) or _known(genre_of(theme), sketcher.genres)
        pixels = sketcher.sample(
            context.rng, count, movement=movement, genre=genre, guidance=options.guidance, steps=options.steps
        )
    return pixels, movement, genre


def _named(kind: str, asked: str, known: Sequence[str]) -> str:
    """The class that was asked for, in its own spelling; "" if none was. Raises UnknownName."""
    found = {n.casefold(): n for n in known}
    if asked.casefold() not in found:
        raise UnknownName(kind, asked, {n for n in known if n}, where=" of the sketcher")
    return found[asked.casefold()]


def _known(name: str, known: Sequence[str]) -> str:
    return name if name in known else ""


def _scaled(pixels: Any, width: int, height: int) -> Image:
    from PIL import Image as pil

    return pil.fromarray(pixels).resize((width, height), pil.Resampling.BICUBIC)


def generate(request: GenerateRequest, context: Context) -> Artwork:
    """A sketch, or a sheet of them, of the movement and genre that were asked for or that style and theme speak of."""
    from ...generative.adversary import contact_sheet
    from ...medium import Painting

    options = request.options
    assert isinstance(options, SketchOptions)
    context.progress.update(0.1, "sketching")
    pixels, movement, genre = _sample(options, options.sheet, request.theme, request.style, context)
    size = options.size or pixels.shape[1]
    image = contact_sheet(pixels, size=size) if options.sheet > 1 else _scaled(pixels[0], size, size)
    score = None
    if movement:
        with lend_eye(context.devices) as eye:
            seen = [eye.look(_scaled(one, size, size)).probabilities["movement"].get(movement, 0.0) for one in pixels]
        score = round(sum(seen) / len(seen), 4)
    medium = Painting()
    notes = {"movement": movement or "any", "genre": genre or "any", "sketches": options.sheet}
    return medium.artwork(
        image,
        title=request.theme.text[:80],
        score=score,
        provenance=Provenance(operation="generate", medium=medium.name, notes=notes),
    )


def train(request: TrainRequest, context: Context) -> TrainReport:
    """Learn to sketch from a folder of pictures; movement and genre from its metadata.csv where there is one."""
    from ...generative.pyramid import SIDE
    from ...generative.squares import read_squares
    from .training import SketchPlan, learn_sketcher, name_genres

    options = request.options
    assert isinstance(options, SketchOptions)
    if options.network_width % 16:
        raise InputError(f"the width of the networks is {options.network_width}; it must be a multiple of 16")
    began, cpu = time.monotonic(), time.process_time()
    squares = read_squares(list_works(request.corpus), SIDE, at_least=SMALLEST_CORPUS, progress=context.progress)
    with lend_eye(context.devices) as eye:
        genres = name_genres(squares.works, eye)
    left = max(0.1, request.minutes - (time.monotonic() - began) / 60)
    plan = SketchPlan(
        minutes=left,
        steps=options.train_steps or 1_000_000_000,
        width=options.network_width,
        batch=options.batch,
        seed=request.seed,
    )
    with context.devices.lease(("painting", "sketching"), torch_device) as device:
        sketcher, evaluation = learn_sketcher(
            squares,
            genres,
            plan,
            folder=request.runs,
            resume=request.resume,
            progress=context.progress,
            device=str(device),
        )
    steps = sum(v.get("steps", 0) for v in evaluation.values() if isinstance(v, dict))
    card: dict[str, Any] = {
        "model": "sketch",
        "data": f"{len(squares.works)} pictures of {request.corpus.name} at {SIDE} x {SIDE}, mirrored too; "
        f"{squares.left_out}",
        "licence": LICENCE,
        "steps": steps,
        "seed": request.seed,
        "seconds": round(time.monotonic() - began),
        "cpu_seconds": round(time.process_time() - cpu),
        "cores": os.cpu_count(),
        "evaluation": evaluation,
        "command": f"artwright painting train {request.corpus.name} --model sketch --name {request.name} --minutes "
        f"{request.minutes:g} --seed {request.seed}",
        "config": {"batch": options.batch},
    }
    target = request.weights / f"{request.name}.safetensors"
    sketcher.save(target, card)
    return TrainReport(weights=target, card=card)
