"""How the eye is taught: on a folder of works with their movements, artists and genres."""

from __future__ import annotations

from .....core.requests import Context, TrainReport, TrainRequest
from ...eye.corpus import list_works
from ...eye.learning import SMALLEST_CLASS, EyePlan, learn
from ...eye.model import SUBJECTS
from ..lending import LICENCE, torch_device
from .options import EyeOptions

__all__ = ["train"]


def train(request: TrainRequest[EyeOptions], context: Context) -> TrainReport:
    """Learn movement, artist and genre from a folder with a metadata.csv, or artists from its folders."""
    options = request.options
    works = list_works(request.corpus)
    smallest = dict.fromkeys(SUBJECTS, options.smallest) if options.smallest else dict(SMALLEST_CLASS)
    plan = EyePlan(
        gaussians=options.gaussians,
        penalty=options.penalty,
        scores=options.scores,
        smallest=smallest,
        seed=request.seed,
    )
    with context.devices.lease(("painting", "judge"), torch_device) as device:
        eye, evaluation = learn(
            works, plan, folder=request.runs, minutes=request.minutes, progress=context.progress, device=str(device)
        )
    card = {
        "model": "eye",
        "data": f"{evaluation['works']} pictures of {request.corpus.name}",
        "licence": LICENCE,
        "steps": 0,
        "seed": request.seed,
        "evaluation": evaluation,
        "command": f"artwright painting train {request.corpus.name} --model eye --name {request.name} --minutes "
        f"{request.minutes:g} --seed {request.seed}",
        "config": {"gaussians": plan.gaussians, "penalty": plan.penalty, "scores": plan.scores, "smallest": smallest},
    }
    path = request.weights / f"{request.name}.safetensors"
    eye.save(path, card)
    return TrainReport(weights=path, card=card)
