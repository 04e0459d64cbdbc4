"""Generation, style transfer and restoration by a pipeline of diffusers: a request in, a picture out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from .....core.artwork import Artwork, Provenance
from .....core.errors import InputError, OptionError
from .....core.requests import Context, GenerateRequest, RestoreRequest, TransferRequest
from .....core.style import Style
from ...medium import Painting
from ..lending import lend_eye
from ..sketch.engine import movement_of
from .options import DiffusersOptions
from .over import first_picture, paint_over
from .pipeline import Drawer, lend_drawer
from .prompts import said_of_theme, said_of_work, unread, with_style

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["generate", "restore", "transfer_style"]

_ROUND = 0.5
"""Share of a mask's box that is seen on each side of it."""


def generate(request: GenerateRequest[DiffusersOptions], context: Context) -> Artwork:
    """A picture of the theme, from noise or from a plan or sketch."""
    options, style = request.options, request.style
    _check_style(style, options)
    text, remarks = said_of_theme(request.theme)
    if options.freedom != DiffusersOptions.model_fields["freedom"].default and not (
        options.plan or options.from_sketch
    ):
        raise OptionError("option 'freedom' of model 'diffusers' does nothing without plan or from_sketch")
    begun, notes = first_picture(request, context)
    prompt = with_style(text, style)
    with lend_drawer(context, request.model) as drawer:
        size = _size(drawer, options, begun)
        if begun is None:
            picture = drawer.draw("words", options, context, prompt=prompt, width=size[0], height=size[1])
        else:
            picture = drawer.draw(
                "picture", options, context, prompt=prompt, image=_scaled(begun, size), strength=options.freedom
            )
        notes |= _told(drawer, options, prompt)
        remarks = (*remarks, *_remarks(drawer, prompt))
    if options.paint_over and style is not None:
        context.progress.update(0.95, "painting over")
        picture, more = paint_over(picture, style, request.seed, context)
        notes |= more
    return Painting().artwork(
        picture,
        title=request.theme.text[:80],
        score=_score(picture, style, context),
        remarks=remarks,
        provenance=Provenance(operation="generate", medium="painting", notes=notes),
    )


def transfer_style(request: TransferRequest[DiffusersOptions], context: Context) -> Artwork:
    """The picture drawn anew in the words of a style; at strength 0 the picture itself."""
    options, work = request.options, request.artwork
    _check_style(request.style, options)
    if request.strength == 0:
        return work
    prompt = with_style(said_of_work(options.prompt, work), request.style)
    given: Image = work.payload.convert("RGB")
    with lend_drawer(context, request.model) as drawer:
        if round(request.strength * options.steps) < 1:
            raise InputError(
                f"at strength {request.strength:g} none of {options.steps} steps is taken; give more steps or more strength"
            )
        size = drawer.fit(given.width / given.height, longest=options.size)
        picture = drawer.draw(
            "picture", options, context, prompt=prompt, image=_scaled(given, size), strength=request.strength
        )
        notes, remarks = _told(drawer, options, prompt), _remarks(drawer, prompt)
    if options.paint_over:
        picture, more = paint_over(picture, request.style, request.seed, context)
        notes |= more
    return Painting().artwork(
        picture,
        title=work.title,
        remarks=remarks,
        provenance=Provenance(operation="transfer_style", medium="painting", notes=notes),
    )


def restore(
    request: RestoreRequest[DiffusersOptions], mask: NDArray[np.bool_], named: str, context: Context
) -> Artwork:
    """The picture with what is masked (height, width) painted anew; no other pixel changes. named: who says what is masked."""
    options, work = request.options, request.artwork
    given: Image = work.payload.convert("RGB")
    prompt = said_of_work(options.prompt, work)
    left, top, right, bottom = _box(mask)
    part = given.crop((left, top, right, bottom))
    hole = mask[top:bottom, left:right]
    with lend_drawer(context, request.model) as drawer:
        size = drawer.fit(part.width / part.height)
        mended = drawer.draw(
            "mask",
            options,
            context,
            prompt=prompt,
            image=_scaled(part, size),
            mask_image=_grey(hole).resize(size),
            width=size[0],
            height=size[1],
            strength=1.0,
        )
        notes, remarks = _told(drawer, options, prompt), _remarks(drawer, prompt)
    pixels = np.asarray(given).copy()
    pixels[top:bottom, left:right][hole] = np.asarray(_scaled(mended, part.size))[hole]
    from PIL import Image as pil

    notes |= {"mended": named, "mended_share": round(float(mask.mean()), 5)}
    return Painting().artwork(
        pil.fromarray(pixels),
        title=work.title,
        remarks=remarks,
        provenance=Provenance(operation="restore", medium="painting", notes=notes),
    )


def _check_style(style: Style | None, options: DiffusersOptions) -> None:
    """Raise OptionError for a hand that is asked for without a style, InputError for pictures that words cannot name."""
    if options.paint_over and style is None:
        raise OptionError("option 'paint_over' of model 'diffusers' needs a style, whose hand paints; give --style")
    if style is not None and style.references and not options.paint_over:
        raise InputError(
            "a diffusion model takes a style by its name, not from pictures; add --paint-over to paint with theirs, or leave "
            "the model out"
        )


def _size(drawer: Drawer, options: DiffusersOptions, begun: Image | None) -> tuple[int, int]:
    """(width, height); a side that is left open follows from what the picture begins with, or is the model's own."""
    if options.width and options.height:
        return options.width, options.height
    if begun is None:
        return options.width or drawer.side, options.height or drawer.side
    aspect = begun.width / begun.height
    if options.width or options.height:
        across = options.width or options.height * aspect
        return drawer.fit(aspect, longest=round(across if aspect >= 1 else across / aspect))
    return drawer.fit(aspect)


def _box(mask: NDArray[np.bool_]) -> tuple[int, int, int, int]:
    """Left, top, right, bottom of a mask with what is round it: as much as a filling has to fit."""
    rows, columns = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
    reach = max(32, round(_ROUND * max(np.ptp(rows), np.ptp(columns)) + 1))
    height, width = mask.shape
    left, right = max(0, int(columns[0]) - reach), min(width, int(columns[-1]) + 1 + reach)
    top, bottom = max(0, int(rows[0]) - reach), min(height, int(rows[-1]) + 1 + reach)
    return left, top, right, bottom


def _scaled(picture: Image, size: tuple[int, int]) -> Image:
    from PIL import Image as pil

    picture = picture.convert("RGB")
    return picture if picture.size == size else picture.resize(size, pil.Resampling.LANCZOS)


def _grey(mask: NDArray[np.bool_]) -> Image:
    from PIL import Image as pil

    return pil.fromarray(np.where(mask, 255, 0).astype(np.uint8))


def _told(drawer: Drawer, options: DiffusersOptions, prompt: str) -> dict[str, Any]:
    return {
        "pipeline": drawer.kept.kind,
        "prompt": prompt,
        "scheduler": drawer.scheduler(options.scheduler),
        "safety_checker": "safety_checker" in drawer.kept.parts,
    }


def _remarks(drawer: Drawer, prompt: str) -> tuple[str, ...]:
    """What a person should know: words that were not read, parts that were not used."""
    told = []
    if rest := unread(drawer.tokenizer, prompt):
        told.append(f"the model reads {drawer.tokenizer.model_max_length} tokens; not read was: {rest!r}")
    if drawer.kept.unknown:
        told.append(f"the model has parts that are not used: {', '.join(drawer.kept.unknown)}")
    return tuple(told)


def _score(picture: Image, style: Style | None, context: Context) -> float | None:
    """Share of the style's movement that the eye sees; none where no movement was asked for."""
    movement = movement_of(style)
    if not movement:
        return None
    with lend_eye(context.devices) as eye:
        return round(float(eye.look(picture).probabilities["movement"].get(movement, 0.0)), 4)
