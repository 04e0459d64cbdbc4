"""What the models that paint a theme share: shapes, refusals, sketches to paint after, regions of a base."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from ....core.artwork import Artwork, Provenance
from ....core.errors import InputError, OptionError
from ....core.files import atomic, write_text
from ....core.manifest import manifest_text
from ....core.options import Options
from ....core.originality import IndexShelf
from ....core.requests import Context, GenerateRequest
from ..atelier.canvas import Strokes
from ..atelier.styles import Frames, StyleParameters
from ..atelier.svg import strokes_to_svg
from ..formats.areas import areas_to_svg
from ..formats.layers import Stage, check_layers, write_layers
from ..formats.palettes import check_palette, write_palette
from ..medium import Painting
from ..mending.damage import parse_region
from .sketch.engine import draw_sketch

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = [
    "FORMATS",
    "aspect_of",
    "box_mask",
    "check_files",
    "check_shape",
    "frames_of",
    "has_strokes",
    "into_base",
    "join_under",
    "refuse_idle",
    "sketch_of",
    "stages_of_shots",
    "write_files",
    "write_making",
]

LEAST_SIDE = 64  # pixels of the shorter side
NARROWEST, BROADEST = 0.3, 4.0  # width by height
FORMATS = {"landscape": 4 / 3, "portrait": 3 / 4, "square": 1.0, "wide": 16 / 9, "tall": 1 / 2}
_STROKELESS = ("print", "ink")
"""Families that paint with blocks and washes: a few marks at most are strokes."""


class ShapedOptions(Protocol):
    """Options that say how large a picture is."""

    @property
    def width(self) -> int: ...
    @property
    def height(self) -> int: ...
    @property
    def format(self) -> str: ...


class RecordedOptions(Protocol):
    """Options that say where the making of a picture is written."""

    @property
    def strokes(self) -> str: ...
    @property
    def frames(self) -> str: ...
    @property
    def frame_count(self) -> int: ...
    @property
    def layers(self) -> str: ...


class FileOptions(RecordedOptions, Protocol):
    """Options that say which files are written beside a picture, and the base that it is put into."""

    @property
    def palette(self) -> str: ...
    @property
    def base(self) -> str: ...
    @property
    def region(self) -> str: ...


def check_files(options: FileOptions) -> None:
    """Raise OptionError, one line, for a file that layers or a palette are not written to, or not without a package."""
    check_palette(options.palette)
    if options.layers:
        check_layers(options.layers)


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


def has_strokes(parts: Sequence[tuple[StyleParameters, float]]) -> bool:
    """Whether a hand paints with strokes: else its picture is written as outlined areas."""
    return max(parts, key=lambda part: part[1])[0].family not in _STROKELESS


def check_shape(options: ShapedOptions) -> None:
    """Raise InputError for a height or a shape that is not painted."""
    if 0 < options.height < LEAST_SIDE:
        raise InputError(
            f"the height is {options.height} pixels; at least {LEAST_SIDE} are needed, or 0 to let the format decide"
        )
    aspect = aspect_of(options)
    if aspect is not None and not NARROWEST <= aspect <= BROADEST:
        raise InputError(
            f"{options.width} x {options.height} pixels is too narrow a picture; its sides may differ by up to 3.3 "
            f"upright and 4 level"
        )


def aspect_of(options: ShapedOptions) -> float | None:
    """Width by height as the options ask for it; None where they leave it open."""
    return options.width / options.height if options.height else FORMATS.get(options.format)


def write_making(options: RecordedOptions, shots: Frames | None, record: Strokes | None, image: Image) -> None:
    """Write what was recorded while a picture was made: its strokes as SVG (its areas where no strokes were kept), its stages
    as numbered files.
    """
    if options.strokes:
        text = areas_to_svg(image) if record is None else strokes_to_svg(record, image.size, image)
        write_text(Path(options.strokes), text)
    # Stages are kept for layers too, which are written elsewhere.
    for number, shot in enumerate(shots.pick(options.frame_count) if shots is not None and options.frames else ()):
        with atomic(Path(options.frames) / f"{number:04d}.png") as temporary:
            shot.save(temporary)


_STAGES = ("ground", "masses", "accents", "outlines", "varnish")
KEPT_STAGES = 10
"""Whole pictures kept of one that is made in strokes, of which its layers are taken."""


def frames_of(options: RecordedOptions, height: int) -> Frames | None:
    """What keeps the stages of a picture of `height`, where its making or its layers are asked for: layers as large as it is."""
    if options.layers:
        return Frames(height, max(KEPT_STAGES, options.frame_count) if options.frames else KEPT_STAGES)
    return Frames(min(height, 720)) if options.frames else None


def stages_of_shots(shots: Frames) -> list[Stage]:
    """Stages of a picture that was painted with strokes: the first, the last and three between; where its hand has no stages,
    the picture alone.
    """
    if len(shots.shots) < len(_STAGES):
        return [Stage(_STAGES[1], shots.pick(1)[-1])]
    return [Stage(name, picture) for name, picture in zip(_STAGES, shots.pick(len(_STAGES)), strict=True)]


def stages_in_base(stages: Sequence[Stage], base_file: str, region: str) -> list[Stage]:
    """The stages as they stand inside a region of a base picture."""
    return [replace(stage, picture=into_base(stage.picture, base_file, region)) for stage in stages]


def write_files(
    options: FileOptions,
    stages: Sequence[Stage],
    work: Artwork,
    request: GenerateRequest,
    context: Context,
    *,
    model: str,
) -> None:
    """Write the layers and the palette of a work where they were asked for. stages: of the picture before it was put into a
    base.
    """
    if options.layers and stages:
        if options.base:
            stages = stages_in_base(stages, options.base, options.region)
        _write_stages(options.layers, stages, work, request, context, model=model)
    if options.palette:
        write_palette(Path(options.palette), work.payload, work.title)


def _write_stages(
    path: str, stages: Sequence[Stage], work: Artwork, request: GenerateRequest, context: Context, *, model: str
) -> None:
    """Write the stages of a work as layers. The manifest tells of the work what is known while it is made, how far it is from
    known works too, but no file that was read for it.
    """
    with context.devices.lease(("painting", "known works"), lambda _device: IndexShelf(), on="cpu") as shelf:
        originality = shelf.measure(Painting(), work)
    options = request.options
    told = {*type(options).model_fields} - {*type(options).unrecorded(), *type(options).inputs()}
    provenance = replace(
        work.provenance or Provenance(operation="generate", medium=work.medium),
        model=model,
        theme=request.theme.to_dict(),
        style=str(request.style) if request.style else None,
        options=options.model_dump(mode="json", include=told),
        seed=request.seed,
        originality=None if originality is None else originality.to_dict(),
        id=work.id,
    )
    write_layers(Path(path), stages, manifest_text(work.with_(provenance=provenance), ascii_only=True))


def sketch_of(name: str, request: GenerateRequest, context: Context) -> Image:
    """The picture to paint after: a file, or `model`, an idea sketch of the theme. Raises FormatError if it is no picture."""
    if name == "model":
        return draw_sketch(context, request.theme, request.style)
    picture: Image = Painting().load(Path(name)).payload
    return picture


def into_base(image: Image, base_file: str, region: str) -> Image:
    """The base picture with `image` inside the region, joined over a soft rim within it."""
    if not region:
        raise InputError(
            "a base picture was given without a region; say which part to paint anew with --region x,y,width,height"
        )
    base = Painting().load(Path(base_file)).payload
    return join_under(base, image, box_mask(parse_region(region, base.size), base.size))


def box_mask(box: Sequence[int], size: tuple[int, int]) -> NDArray[np.float32]:
    """1 inside a box (x, y, width, height in pixels) of a picture of `size` (width, height), 0 outside."""
    x, y, w, h = box
    mask = np.zeros((size[1], size[0]), np.float32)
    mask[y : y + h, x : x + w] = 1
    return mask


def join_under(ground: Image, painted: Image, mask: NDArray[np.float32]) -> Image:
    """`painted`, scaled to `ground`, where the mask (height, width of either, 0..1) is 1, and `ground` where it is 0. Within the
    part, except at the frame, the one goes over into the other, over a third of the way to its middle: no seam is seen.
    """
    from PIL import Image as pil
    from scipy.ndimage import distance_transform_edt

    if painted.size != ground.size:
        painted = painted.resize(ground.size, pil.Resampling.LANCZOS)
    if mask.shape != (ground.height, ground.width):
        shown = pil.fromarray((mask * 255 + 0.5).astype(np.uint8)).resize(ground.size, pil.Resampling.BILINEAR)
        mask = np.asarray(shown, np.float32) / np.float32(255)
    inside = mask > 0.5
    if inside.all():
        return painted
    beyond = max(ground.size) // 4  # as if the part went on beyond the frame
    depth = distance_transform_edt(np.pad(inside, beyond, mode="edge"))[beyond:-beyond, beyond:-beyond]
    rim = min(float(depth.max()) / 3, 0.06 * max(ground.size)) + 1e-6
    share = np.clip(depth / rim, 0, 1)
    share = np.minimum(share * share * (3 - 2 * share), mask)
    return pil.composite(painted, ground, pil.fromarray((share * 255 + 0.5).astype(np.uint8)))
