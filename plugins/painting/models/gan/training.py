"""How a pair is trained on a folder of pictures; sheets and figures lie in the folder of the run."""

from __future__ import annotations

import json
import os
import time
from typing import Any

import numpy as np

from .....core.errors import InputError
from .....core.requests import Context, TrainReport, TrainRequest
from .....core.training import TrainingPlan, split_held_out
from .....core.training import train as train_module
from .....core.weights import save_weights
from ...eye.corpus import list_works
from ...generative.squares import read_squares
from ..lending import LICENCE, lend_eye, torch_device
from .options import GanOptions

__all__ = ["train"]

SMALLEST_CORPUS = 8
LARGEST_HELD_OUT = 128
REPORTING = 0.2
"""Share of the minutes that reports may take: the eye looks at each picture that is made for them."""
RATES = {"bands": 1e-3, "fastgan": 4e-4, "dcgan": 4e-4}


def train(request: TrainRequest[GanOptions], context: Context) -> TrainReport:
    """Learn to make pictures like those of a folder. Sheets and figures lie in the run's folder."""
    import torch
    from PIL import Image

    from ...generative.adversary import Adversary, Judgement

    options = request.options
    if options.network_width % 16:
        raise InputError(f"the width of the networks is {options.network_width}; it must be a multiple of 16")
    side = int(options.side)
    began, cpu = time.monotonic(), time.process_time()
    squares = read_squares(list_works(request.corpus), side, at_least=SMALLEST_CORPUS, progress=context.progress)
    learnt, held = split_held_out(squares.names, 0.2)
    held = held[:LARGEST_HELD_OUT]
    pictures = torch.from_numpy(np.ascontiguousarray(squares.pixels[learnt].transpose(0, 3, 1, 2)))
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(request.seed)
        pair = Adversary(options.architecture, side, options.network_width)
    pair.begin_from(pictures.float() / 127.5 - 1)
    history = request.runs / "figures.jsonl"
    figures: list[dict[str, Any]] = (
        [json.loads(line) for line in history.read_text("utf-8").splitlines()]
        if request.resume and history.exists()
        else []
    )

    def note(row: dict[str, Any]) -> None:
        figures.append(row)
        with open(history, "a", encoding="utf-8") as file:
            file.write(json.dumps(row) + "\n")

    def loss(module: Any, rng: np.random.Generator) -> Any:
        index = torch.from_numpy(rng.integers(0, len(pictures), options.batch))
        batch = pictures[index].to(place).float() / 127.5 - 1
        mirrored = torch.from_numpy(rng.random(options.batch) < 0.5)[:, None, None, None].to(place)
        return module.loss_of(torch.where(mirrored, batch.flip(3), batch))

    def optimizers(module: Any) -> list[torch.optim.Optimizer]:
        own = [p for part in (module.generator, module.critic) for p in part.parameters()]
        return [torch.optim.AdamW(own, betas=(0.0 if options.architecture == "bands" else 0.5, 0.99), weight_decay=0.0)]

    request.runs.mkdir(parents=True, exist_ok=True)
    with lend_eye(context.devices) as eye, context.devices.lease(("painting", "gan training"), torch_device) as place:
        pair.to(place)
        eye.look(Image.fromarray(squares.pixels[held[0]]))  # the first takes longer
        before = time.monotonic()
        eye.look(Image.fromarray(squares.pixels[held[-1]]))
        count, held, report_s = _afford(options.measured, held, time.monotonic() - before, 60 * request.minutes)
        judgement = Judgement(eye, squares.pixels[held], request.runs, count=count, note=note)
        left = 60 * request.minutes - (time.monotonic() - began) - report_s
        result = train_module(
            pair,
            loss=loss,
            evaluate=judgement,
            plan=TrainingPlan(
                minutes=max(0.05 * request.minutes, left / 60),
                steps=options.train_steps or 1_000_000_000,
                lr=RATES[options.architecture],
                decay_share=0.3,
                clip=50.0 if options.architecture == "bands" else 20.0,
                weight_decay=0.0,
                seed=request.seed,
                evaluate_every=max(60 * request.minutes / options.reports, report_s / REPORTING),
            ),
            folder=request.runs,
            resume=request.resume,
            progress=context.progress,
            settings={
                "works": len(learnt),
                "architecture": options.architecture,
                "side": side,
                "width": options.network_width,
                "batch": options.batch,
                "seed": request.seed,
            },
            optimizers=optimizers,
        )
        best = min(figures, key=lambda row: row["kid"])
    card = {
        "model": "gan",
        "data": f"{len(learnt)} pictures of {request.corpus.name} at {side} x {side}; {squares.left_out}",
        "licence": LICENCE,
        "steps": result.steps,
        "seed": request.seed,
        "seconds": round(result.seconds),
        "cpu_seconds": round(time.process_time() - cpu),
        "cores": os.cpu_count(),
        "evaluation": {"held_out_works": len(held), **best, "history": figures},
        "command": f"artwright painting train {request.corpus.name} --model gan --name {request.name} --minutes "
        f"{request.minutes:g} --seed {request.seed}",
        "config": {"architecture": options.architecture, "side": side, "width": options.network_width},
    }
    target = request.weights / f"{request.name}.safetensors"
    arrays = {k: v.detach().cpu().numpy() for k, v in pair.average.state_dict().items()}
    save_weights(target, arrays, card, exact=True)  # running means and variances would not bear rounding
    return TrainReport(weights=target, card=card)


def _afford(measured: int, held: list[int], look_s: float, budget_s: float) -> tuple[int, list[int], float]:
    """(pictures made for a report, works held out that they are compared with, seconds of a report): as many as were
    asked for where the eye, at `look_s` a picture, takes no more than its share of the budget for them.
    """
    most = max(8, int(REPORTING * budget_s / 2 / max(look_s, 1e-6)))
    count = min(measured, most)
    return count, held[:most], count * look_s
