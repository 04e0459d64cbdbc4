"""`eye`: reads pictures, is trained on folders of them, and measures works it has not seen.

Fisher vectors of dense descriptors with calibrated linear classifiers; see `eye`. Figures: docs/models/eye.md.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np
from pydantic import Field

from .....core.devices import DeviceManager, weights_key
from .....core.errors import FormatError, InputError
from .....core.options import Options, counts_for
from .....core.originality import IndexShelf
from .....core.requests import Analysis, AnalyzeRequest, Context, EvaluateRequest, TrainReport, TrainRequest
from .....core.weights import find_weights
from ...eye.corpus import Work, list_works
from ...eye.learning import SMALLEST_CLASS, EyePlan, learn
from ...eye.model import SUBJECTS, Eye, Sight, kernel_distance
from ...eye.ridge import accuracy, calibration_error
from ...formats.files import read_picture
from ...medium import Painting
from ...reading.findings import analyze_picture, draw_analysis, explain

if TYPE_CHECKING:
    import torch

__all__ = ["EyeOptions", "analyze", "evaluate", "lend_eye", "train", "weights_of"]

_KNOWN = IndexShelf()
MODELS = Path(__file__).parents[1]
"""Where each model's weights lie, in a folder of its own."""
EYE = MODELS / "eye" / "eye.safetensors"
LICENCE = "as the pictures it was trained on"


class EyeOptions(Options):
    """How to read, and what to learn."""

    weights: str = Field(
        "",
        description="Name of an eye of your own, trained with --name; empty for the one that comes with artwright",
        json_schema_extra=counts_for("analyze", "evaluate"),
    )
    depth: Literal["quick", "full"] = Field(
        "full",
        description="quick leaves out the search for damage",
        json_schema_extra=counts_for("analyze"),
    )
    gaussians: int = Field(
        256,
        ge=8,
        le=512,
        description="Training: Gaussians of each codebook",
        json_schema_extra=counts_for("train"),
    )
    penalty: float = Field(
        0.1,
        gt=0,
        le=100,
        description="Training: penalty of the regression on classes",
        json_schema_extra=counts_for("train"),
    )
    scores: int = Field(
        72,
        ge=4,
        le=256,
        description="Training: numbers kept of a picture",
        json_schema_extra=counts_for("train"),
    )
    smallest: int = Field(
        0,
        ge=0,
        le=10000,
        description="Training: works a class needs; 0 takes 100 for movements, 60 for artists and genres, 10 for hands",
        json_schema_extra=counts_for("train"),
    )


def weights_of(model: str, name: str, home: Path) -> Path:
    """The weight file of a model: the shipped one where no name is given, else the person's own or one that ships.

    Raises as `core.weights.find_weights`.
    """
    return find_weights(name, medium="painting", home=home, shipped=MODELS, kind=model, default=model)


def lend_eye(devices: DeviceManager, path: Path = EYE) -> AbstractContextManager[Eye]:
    """A lease of an eye, which is numpy."""
    return devices.lease(("painting", "eye", weights_key(path)), lambda _device: Eye.load(path), on="cpu")


def analyze(request: AnalyzeRequest, context: Context) -> Analysis:
    """Palette, values, composition, brushwork, mood, movement, artist, nearest works, damage, originality."""
    options = request.options
    assert isinstance(options, EyeOptions)
    picture = request.artwork.payload.convert("RGB")
    with lend_eye(context.devices, weights_of("eye", options.weights, context.home)) as eye:
        sight = eye.look(picture)
        findings = analyze_picture(
            picture,
            sight,
            eye,
            _KNOWN.measure(Painting(), request.artwork),
            damage=options.depth == "full",
            progress=context.progress,
        )
    text = explain(findings, request.language) if request.explain else ""
    plot = draw_analysis(picture, findings, language=request.language) if request.plot else None
    return Analysis(medium="painting", findings=findings, explanation=text, plot=plot)


def train(request: TrainRequest, context: Context) -> TrainReport:
    """Learn movement, artist and genre from a folder with a metadata.csv, or artists from its folders."""
    options = request.options
    assert isinstance(options, EyeOptions)
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


def torch_device(name: str) -> torch.device:
    """A loader for leases of a device alone: of what learns there and is not kept."""
    import torch

    return torch.device(name)


def evaluate(request: EvaluateRequest, context: Context) -> dict[str, object]:
    """Figures on a folder with a metadata.csv; with a reference folder: how far the works are from the reference as a
    body.
    """
    options = request.options
    assert isinstance(options, EyeOptions)
    with lend_eye(context.devices, weights_of("eye", options.weights, context.home)) as eye:
        if request.reference is not None:
            return _compare(eye, list_works(request.path), list_works(request.reference), context)
        return _measure(eye, list_works(request.path), context)


def _look_at_all(eye: Eye, works: list[Work], context: Context, text: str) -> tuple[list[Sight], list[int], int]:
    sights, kept, unread = [], [], 0
    for number, work in enumerate(works):
        try:
            sights.append(eye.look(read_picture(work.path)[0]))
            kept.append(number)
        except FormatError:
            unread += 1
        context.progress.update((number + 1) / len(works), text)
    if not sights:
        raise InputError(f"none of the {len(works)} pictures can be read")
    return sights, kept, unread


def _measure(eye: Eye, works: list[Work], context: Context) -> dict[str, object]:
    """Accuracies over the classes that the eye knows; `ece` is that of the first subject measured."""
    sights, kept, unread = _look_at_all(eye, works, context, "reading")
    report: dict[str, object] = {"works": len(sights), "unreadable": unread}
    for subject in (s for s in SUBJECTS if s in eye.names):
        names = eye.names[subject]
        rows = [
            (s, names.index(works[i].label(subject)))
            for s, i in zip(sights, kept, strict=True)
            if works[i].label(subject) in names
        ]
        if not rows:
            continue
        shares = np.array([[s.probabilities[subject][n] for n in names] for s, _ in rows])
        labels = np.array([y for _, y in rows])
        right, balanced = accuracy(shares, labels)
        report |= {
            f"{subject}_works": len(rows),
            f"{subject}_classes": len(set(labels.tolist())),
            f"{subject}_accuracy": round(right, 4),
            f"{subject}_balanced_accuracy": round(balanced, 4),
        }
        report[f"{subject}_ece"] = round(calibration_error(shares, labels), 4)
        report.setdefault("ece", report[f"{subject}_ece"])
    if "ece" not in report:
        known = "; ".join(f"{s}: {', '.join(names[:8])}" for s, names in eye.names.items())
        raise InputError(
            f"none of the {len(sights)} works has a movement, artist or genre that the eye knows ({known}); "
            "give a metadata.csv with the columns path, artist, style, genre"
        )
    return report


def _compare(eye: Eye, works: list[Work], reference: list[Work], context: Context) -> dict[str, object]:
    """Kernel inception distance and nearest neighbours, with the reference's own as the scale."""
    one, _, unread = _look_at_all(eye, works, context, "reading the works")
    other, _, unread_reference = _look_at_all(eye, reference, context, "reading the reference")
    if min(len(one), len(other)) < 2:
        raise InputError(f"{len(one)} works and {len(other)} references can be read; at least 2 of each are needed")
    x, y = np.stack([s.embedding for s in one]), np.stack([s.embedding for s in other])
    mean, deviation = kernel_distance(x, y)
    between = 1 - (x @ y.T).max(axis=1)
    within = y @ y.T
    np.fill_diagonal(within, -2)
    own = 1 - within.max(axis=1)
    halves = kernel_distance(y[::2], y[1::2])[0] if len(y) >= 4 else 0.0
    covered = 1 - (y @ x.T).max(axis=1) <= np.median(own) * 1.5
    return {
        "works": len(one),
        "reference_works": len(other),
        "unreadable": unread + unread_reference,
        "kid": round(mean, 5),
        "kid_deviation": round(deviation, 5),
        "kid_reference_halves": round(halves, 5),
        "nearest_distance": round(float(np.median(between)), 4),
        "nearest_distance_reference": round(float(np.median(own)), 4),
        "copies": int((between < 0.02).sum()),
        "recall": round(float(covered.mean()), 4),
    }
