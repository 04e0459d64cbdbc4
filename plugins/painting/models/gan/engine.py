"""`gan`: a pair trained on a folder, of Haar bands, FastGAN or the small DCGAN. No weights come with artwright: it is
there to be trained.

Figures: docs/models/gan.md.
"""

from __future__ import annotations

import json
import os
import time
from typing import Any, Literal

import numpy as np
from pydantic import Field

from .....core.artwork import Artwork, Provenance
from .....core.devices import weights_key
from .....core.errors import InputError, WeightsError
from .....core.options import Options, counts_for
from .....core.requests import Context, GenerateRequest, TrainReport, TrainRequest
from .....core.training import TrainingPlan, split_held_out
from .....core.training import train as train_module
from .....core.weights import load_weights, save_weights
from ...eye.corpus import list_works
from ..eye.engine import LICENCE, lend_eye, torch_device, weights_of

__all__ = ["GanOptions", "generate", "train"]

SMALLEST_CORPUS = 8
LARGEST_HELD_OUT = 128
REPORTING = 0.2
"""Share of the minutes that reports may take: the eye looks at each picture that is made for them."""
RATES = {"bands": 1e-3, "fastgan": 4e-4, "dcgan": 4e-4}


class GanOptions(Options):
    """What to make, and how to learn it."""

    weights: str = Field(
        "",
        description="Name of the weights to use, as trained with --name",
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
    architecture: Literal["bands", "fastgan", "dcgan"] = Field(
        "bands",
        description="Training: the pair of networks",
        json_schema_extra=counts_for("train"),
    )
    side: Literal["32", "64", "128"] = Field(
        "64",
        description="Training: width and height of the pictures in pixels",
        json_schema_extra=counts_for("train"),
    )
    network_width: int = Field(
        128,
        ge=16,
        le=256,
        description="Training: width of the networks, a multiple of 16",
        json_schema_extra=counts_for("train"),
    )
    batch: int = Field(
        16,
        ge=4,
        le=512,
        description="Training: works at a step",
        json_schema_extra=counts_for("train"),
    )
    train_steps: int = Field(
        0,
        ge=0,
        le=10_000_000,
        description="Training: steps; 0 leaves it to the minutes",
        json_schema_extra=counts_for("train"),
    )
    reports: int = Field(
        10,
        ge=1,
        le=200,
        description="Training: times that a sheet is drawn and KID and recall are measured",
        json_schema_extra=counts_for("train"),
    )
    measured: int = Field(
        96,
        ge=4,
        le=2000,
        description="Training: pictures made for those figures",
        json_schema_extra=counts_for("train"),
    )


def train(request: TrainRequest, context: Context) -> TrainReport:
    """Learn to make pictures like those of a folder. Sheets and figures lie in the run's folder."""
    import torch
    from PIL import Image

    from ...generative.adversary import Adversary, Judgement
    from ...generative.squares import read_squares

    options = request.options
    assert isinstance(options, GanOptions)
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


def generate(request: GenerateRequest, context: Context) -> Artwork:
    """One picture, or a sheet of them. The theme is not read: the pair knows only the pictures it was trained on."""
    from PIL import Image

    from ...generative.adversary import contact_sheet, make_pictures
    from ...medium import Painting

    options = request.options
    assert isinstance(options, GanOptions)
    if not options.weights:
        raise InputError(
            "the model 'gan' comes without weights; give --weights NAME, trained with `artwright painting train "
            "FOLDER --model gan --name NAME`"
        )
    path = weights_of("gan", options.weights, context.home)
    key = ("painting", "gan", weights_key(path))
    with context.devices.lease(key, lambda device: _load(path).to(device)) as generator:
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
