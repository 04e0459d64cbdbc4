"""How the patch prior is learned."""

from __future__ import annotations

import numpy as np

from .....core.errors import FormatError, InputError
from .....core.requests import Context, TrainReport, TrainRequest
from .....core.training import split_held_out
from .....core.weights import save_weights
from ...atelier.colour import Array
from ...eye.corpus import list_works
from ...formats.files import read_picture
from ...mending.prior import SIDE, fit_prior
from ..lending import LICENCE
from .options import ConservatorOptions

__all__ = ["train"]


def train(request: TrainRequest[ConservatorOptions], context: Context) -> TrainReport:
    """Learn the patch prior from a folder of pictures: 100,000 patches of up to 2,500 of them, 14 rounds."""
    options = request.options
    works = list_works(request.corpus)
    if len(works) < 2:
        raise InputError(f"{len(works)} picture in {str(request.corpus)!r}; at least 2 are needed")
    learnt, held = split_held_out([w.name for w in works])
    rng = context.rng
    sets: list[Array] = []
    for indices, wanted in ((learnt, 100_000), (held, 10_000)):
        chosen = rng.choice(indices, min(2500, len(indices)), replace=False)
        each = -(-wanted // len(chosen))
        patches, unread = [], 0
        for number, i in enumerate(chosen):
            try:
                light = np.asarray(read_picture(works[i].path)[0], np.float32).mean(axis=2) / 255
            except FormatError:
                unread += 1
                continue
            y, x = rng.integers(0, light.shape[0] - SIDE + 1, each), rng.integers(0, light.shape[1] - SIDE + 1, each)
            windows = np.lib.stride_tricks.sliding_window_view(light, (SIDE, SIDE))
            patches.append(windows[y, x].reshape(each, -1))
            context.progress.update(0.3 * (number + 1) / len(chosen), "gathering patches")
        if not patches:
            raise InputError(f"none of the {len(chosen)} pictures of {str(request.corpus)!r} can be read")
        sets.append(np.concatenate(patches))
    components = min(options.components, max(8, len(sets[0]) // 200))
    prior = fit_prior(sets[0], components, rng)
    card = {
        "model": "conservator",
        "data": f"{len(learnt)} pictures of {request.corpus.name}",
        "licence": LICENCE,
        "steps": 14,
        "seed": request.seed,
        "evaluation": {"held_out_works": len(held), "patch_log_likelihood": round(prior.log_likelihood(sets[1]), 3)},
        "command": f"artwright painting train {request.corpus.name} --model conservator --name {request.name} --minutes "
        f"{request.minutes:g}",
        "config": {"components": components},
    }
    path = request.weights / f"{request.name}.safetensors"
    save_weights(
        path, {"weights": prior.weights, "covariances": prior.covariances}, card, exact=True
    )  # rounded, they would not be covariances
    return TrainReport(weights=path, card=card)
