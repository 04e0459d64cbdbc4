"""How the sketcher is trained on a folder of pictures."""

from __future__ import annotations

import os
import time
from typing import Any

from .....core.errors import InputError
from .....core.requests import Context, TrainReport, TrainRequest
from ...eye.corpus import list_works
from ...generative.pyramid import SIDE
from ...generative.squares import read_squares
from ..lending import LICENCE, lend_eye, torch_device
from .options import SketchOptions

__all__ = ["train"]

SMALLEST_CORPUS = 20


def train(request: TrainRequest[SketchOptions], context: Context) -> TrainReport:
    """Learn to sketch from a folder of pictures; movement and genre from its metadata.csv where there is one."""
    from ...generative.teaching import SketchPlan, learn_sketcher, name_genres

    options = request.options
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
