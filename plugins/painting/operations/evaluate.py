"""The eye measured on known works, or works as a body against a reference."""

from __future__ import annotations

import numpy as np

from ....core.errors import FormatError, InputError
from ....core.requests import Context, EvaluateRequest
from ..eye.corpus import Work, list_works
from ..eye.model import SUBJECTS, Eye, Sight, kernel_distance
from ..eye.ridge import accuracy, calibration_error
from ..formats.files import read_picture
from ..models.eye.options import EyeOptions
from ..models.lending import lend_eye, weights_of

__all__ = ["evaluate"]


def evaluate(request: EvaluateRequest[EyeOptions], context: Context) -> dict[str, object]:
    """Figures on a folder with a metadata.csv; with a reference folder: how far the works are from the reference as a
    body.
    """
    options = request.options
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
