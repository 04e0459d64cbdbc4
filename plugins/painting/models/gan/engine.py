"""`gan`: a pair trained on a folder, of Haar bands, FastGAN or the small DCGAN. No weights come with artwright: it is
there to be trained.

Figures: docs/models/gan.md.
"""

from __future__ import annotations

from typing import Any

from .....core.artwork import Artwork, Provenance
from .....core.errors import InputError, WeightsError
from .....core.requests import Context, GenerateRequest
from .....core.weights import lend_weights, load_weights
from ...medium import Painting
from ..lending import weights_of
from .options import GanOptions

__all__ = ["generate"]


def generate(request: GenerateRequest[GanOptions], context: Context) -> Artwork:
    """One picture, or a sheet of them. The theme is not read: the pair knows only the pictures it was trained on."""
    from PIL import Image

    from ...generative.adversary import contact_sheet, make_pictures

    options = request.options
    if not options.weights:
        raise InputError(
            "the model 'gan' comes without weights; give --weights NAME, trained with `artwright painting train "
            "FOLDER --model gan --name NAME`"
        )
    path = weights_of("gan", options.weights, context.home)
    with lend_weights(context.devices, ("painting", "gan"), [path], lambda device: _load(path).to(device)) as generator:
        pictures = make_pictures(generator, context.rng, options.sheet)
    size = options.size or pictures.shape[1]
    if options.sheet > 1:
        image = contact_sheet(pictures, size=size)
    else:
        image = Image.fromarray(pictures[0]).resize((size, size), Image.Resampling.BICUBIC)
    medium = Painting()
    notes = {
        "pictures": options.sheet,
        "weights": options.weights,
        "reading": "the theme was not read: the model knows only the pictures it was trained on",
    }
    return medium.artwork(
        image,
        title=request.theme.text[:80],
        provenance=Provenance(operation="generate", medium=medium.name, notes=notes),
    )


def _load(path: Any) -> Any:
    import torch

    from ...generative.pairs import make_pair

    arrays, card = load_weights(path)
    try:
        config = card["config"]
        generator, _ = make_pair(config["architecture"], config["side"], config["width"])
        generator.load_state_dict({k: torch.from_numpy(v) for k, v in arrays.items()})
    except (KeyError, TypeError, ValueError, RuntimeError) as error:
        text = str(error).splitlines()[0]
        raise WeightsError(
            f"{str(path)!r} is no generator of the model 'gan': {text}; train one with 'artwright painting train "
            f"FOLDER --model gan'"
        ) from error
    return generator.eval()
