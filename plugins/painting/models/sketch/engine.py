"""`sketch`: idea sketches, pictures of 64 x 64 that show masses and colours of a movement and a genre; see
`generative.pyramid`.

They are meant to be painted large: `artwright painting generate THEME --from-sketch model`. Figures:
docs/models/gan.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from .....core.artwork import Artwork, Provenance
from .....core.errors import UnknownName
from .....core.requests import Context, GenerateRequest
from .....core.theme import Theme
from .....core.weights import lend_weights
from ...eye.schools import SCHOOLS
from ...medium import Painting
from ..lending import lend_eye, weights_of
from .options import SketchOptions

if TYPE_CHECKING:
    from PIL.Image import Image

    from .....core.style import Style

__all__ = ["draw_sketch", "generate"]

ASPECTS = {"landscape": 4 / 3, "portrait": 4 / 5, "still life": 5 / 4}
"""Width by height that works of a genre have most often; a sketch is pressed into a square and is drawn out to it."""
_PORTRAITS = frozenset({"portrait", "woman", "man", "girl", "boy", "child", "face", "self-portrait", "king", "queen"})
_STILL = frozenset({"vase", "fruit", "flower", "flowers", "bowl", "bottle", "table", "still life", "apple", "bread"})


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
    with lend_weights(
        context.devices, ("painting", "sketch"), [path], lambda device: Sketcher.load(path, device)
    ) as sketcher:
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


def generate(request: GenerateRequest[SketchOptions], context: Context) -> Artwork:
    """A sketch, or a sheet of them, of the movement and genre that were asked for or that style and theme speak of."""
    from ...generative.adversary import contact_sheet

    options = request.options
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
