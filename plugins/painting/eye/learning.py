"""How the eye learns: codebooks from a sample, Fisher vectors of every work (kept, so that a run can be resumed), then
the classes.

Each work is scored by a ridge regression that has not seen it; a small network learns the classes from those scores.
Figures come
from cross-validation; the eye that is kept is fitted on all works.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from ....core.errors import FormatError, InputError
from ....core.files import atomic, canonical_json, write_text
from ....core.progress import Progress
from ..formats.files import read_picture
from .corpus import Work, classes_of
from .descriptors import KINDS, Array, View, read_square
from .fisher import Codebook, Encoder, fit_codebook
from .judge import Judge, JudgePlan, train_judge
from .model import SUBJECTS, Eye, unit_rows
from .ridge import accuracy, calibration_error, fit_temperature, leave_one_out, softmax

__all__ = ["EyePlan", "learn"]

SMALLEST_CLASS = {"movement": 100, "artist": 60, "genre": 60, "hand": 10}
FOLDS = 5
_BLOCK = 8192


@dataclass(frozen=True, kw_only=True)
class EyePlan:
    """What to learn and how. gaussians: of each mixture; sample: pictures the codebooks are made from; penalty: of the
    ridge
    regression; scores: numbers kept of a picture; smallest: works a class needs, by subject."""

    gaussians: int = 256
    sample: int = 700
    penalty: float = 0.1
    scores: int = 72
    smallest: Mapping[str, int] = field(default_factory=lambda: SMALLEST_CLASS)
    judge: JudgePlan = field(default_factory=JudgePlan)
    seed: int = 0


def learn(
    works: list[Work], plan: EyePlan, *, folder: Path, minutes: float, progress: Progress, device: str = "cpu"
) -> tuple[Eye, dict[str, Any]]:
    """(eye, evaluation). folder: where codebooks and vectors are kept; minutes: for reading the pictures; device: where
    the judge learns, the rest is numpy.

    Raises InputError if there are fewer than 20 readable works or no subject has two classes, or if time runs out
    before all works are read: what was read is kept, and the run goes on from there with --resume.
    """
    import torch

    torch.set_num_threads(1)  # so that the same works give the same eye on each computer
    deadline = time.monotonic() + 60 * minutes
    if len(works) < 20:
        raise InputError(
            f"{len(works)} works to learn from; an eye needs at least 20, and two classes of "
            f"{plan.smallest['hand']} or more"
        )
    labels = _labels(works, plan)
    folder.mkdir(parents=True, exist_ok=True)
    encoder = _codebooks(works, plan, folder, progress)
    vectors = _vectors(works, encoder, folder, deadline, progress)
    progress.update(0.72, "comparing works")
    gram = _gram(vectors, folder)
    progress.update(0.84, "scoring each work by the others")
    targets = np.concatenate(
        [np.eye(len(names), dtype=np.float32)[np.maximum(y, 0)] * (y >= 0)[:, None] for names, y in labels.values()],
        axis=1,
    )
    targets -= targets.mean(axis=0)
    loose, coefficients = leave_one_out(gram, targets, penalty=plan.penalty)
    del gram
    turn = _main_axes(loose, plan.scores)
    index = loose @ turn
    progress.update(0.9, "projecting")
    mean = _mean(vectors)
    axes = np.ascontiguousarray(_to_vectors(vectors, coefficients @ turn).T, np.float32)
    centre = axes @ mean
    progress.update(0.94, "learning classes")
    judge, temperatures, evaluation = _learn_classes(works, labels, index, plan, device)
    rows = [{"title": w.title, "artist": w.artist, "style": w.style, "year": w.year} for w in works]
    eye = Eye(
        encoder=encoder,
        axes=axes,
        centre=centre,
        judge=judge,
        names={s: tuple(names) for s, (names, _) in labels.items()},
        temperatures=temperatures,
        works=rows,
        index=unit_rows(index),
        near=_near(unit_rows(index)),
    )
    return eye, {
        "works": len(works),
        "how": f"leave-one-out scores, classes by {FOLDS}-fold cross-validation",
        **evaluation,
    }


def _main_axes(scores: Array, count: int) -> Array:
    """(t, count): principal axes of the scores, the largest of deviation 1, the others of the root of their own share
    of it: with all at 1 the small
    ones say too much, as they are too little."""
    spread = scores.std(axis=0) + 1e-6
    _, values, axes = np.linalg.svd(scores / spread, full_matrices=False)
    count = min(count, int((values > 1e-3 * values[0]).sum()))  # an artist counted twice adds no axis
    size = np.sqrt(values[0] * values[:count] / len(scores))
    return (axes[:count].T / spread[:, None] / size).astype(np.float32)


def _learn_classes(
    works: list[Work],
    labels: Mapping[str, tuple[list[str], np.ndarray]],
    features: Array,
    plan: EyePlan,
    device: str,
) -> tuple[Judge, dict[str, float], dict[str, Any]]:
    """The judge fitted on all works, temperatures and figures found by cross-validation."""
    goals = {s: (len(names), y) for s, (names, y) in labels.items()}
    folds = np.array([int(hashlib.sha256(f"fold:{w.name}".encode()).hexdigest()[:8], 16) % FOLDS for w in works])
    scores = {s: np.zeros((len(works), count), np.float32) for s, (count, _) in goals.items()}
    for fold in range(FOLDS):
        outside = folds != fold
        judge = train_judge(
            features[outside],
            {s: (count, y[outside]) for s, (count, y) in goals.items()},
            plan.judge,
            plan.seed,
            device,
        )
        for subject, found in judge.scores(features[~outside]).items():
            scores[subject][~outside] = found
    temperatures, evaluation = {}, {}
    for subject, (count, y) in goals.items():
        known = y >= 0
        temperatures[subject] = fit_temperature(scores[subject][known], y[known])
        right, balanced = accuracy(scores[subject][known], y[known])
        error = calibration_error(softmax(scores[subject][known] / temperatures[subject]), y[known])
        evaluation[subject] = {
            "works": int(known.sum()),
            "classes": count,
            "accuracy": round(right, 4),
            "balanced_accuracy": round(balanced, 4),
            "ece": round(error, 4),
        }
    return train_judge(features, goals, plan.judge, plan.seed, device), temperatures, evaluation


def _labels(works: list[Work], plan: EyePlan) -> dict[str, tuple[list[str], np.ndarray]]:
    labels: dict[str, tuple[list[str], np.ndarray]] = {}
    for subject in SUBJECTS:
        names = classes_of(works, subject, plan.smallest[subject])
        if len(names) >= 2:
            at = {name: i for i, name in enumerate(names)}
            labels[subject] = (names, np.array([at.get(w.label(subject), -1) for w in works]))
    if not labels:
        least = ", ".join(f"{s} {plan.smallest[s]}" for s in SUBJECTS)
        raise InputError(
            f"no two classes are large enough to learn (works needed: {least}); add works, or lower the option "
            f"'smallest'"
        )
    return labels


def _codebooks(works: list[Work], plan: EyePlan, folder: Path, progress: Progress) -> Encoder:
    """Codebooks from a sample of works, read again from the run where it has them."""
    from safetensors.numpy import load_file, save_file

    path = folder / "codebooks.safetensors"
    if path.exists():
        stored = load_file(str(path))
        return Encoder({k.name: Codebook.from_arrays(stored, k.name) for k in KINDS})
    rng = np.random.default_rng(plan.seed)
    chosen = rng.choice(len(works), min(plan.sample, len(works)), replace=False)
    points: dict[str, list[tuple[Array, Array]]] = {k.name: [] for k in KINDS}
    each = max(40, 684 * plan.gaussians // len(chosen))
    for number, i in enumerate(chosen):
        view = View.of(read_square(read_picture(works[i].path)[0]))
        for kind in KINDS:
            descriptors, places = kind.describe(view)
            picked = rng.choice(len(descriptors), min(each, len(descriptors)), replace=False)
            points[kind.name].append((descriptors[picked], places[picked]))
        progress.update(0.08 * (number + 1) / len(chosen), "looking at a sample")
    books = {}
    for number, kind in enumerate(KINDS):
        descriptors, places = (np.concatenate([p[i] for p in points[kind.name]]) for i in (0, 1))
        count = min(int(plan.gaussians * kind.share), max(4, len(descriptors) // 100))
        books[kind.name] = fit_codebook(kind, descriptors, places, count, rng)
        progress.update(0.08 + 0.04 * (number + 1) / len(KINDS), "making codebooks")
    arrays: dict[str, Any] = {}
    for name, book in books.items():
        arrays |= book.to_arrays(name)
    save_file(arrays, str(path))
    return Encoder(books)


def _vectors(works: list[Work], encoder: Encoder, folder: Path, deadline: float, progress: Progress) -> Array:
    """Fisher vectors of all works, float16 on disk; those of an earlier session are kept."""
    path, state = folder / "vectors.npy", folder / "vectors.json"
    names = hashlib.sha256(canonical_json([w.name for w in works]).encode()).hexdigest()
    done = 0
    if path.exists() and state.exists():
        known, count = state.read_text("utf-8").split()
        if known != names:
            raise InputError(f"the run in {str(folder)!r} was begun with other works; use another name")
        done = int(count)
        table = np.lib.format.open_memmap(path, "r+")
    else:
        table = np.lib.format.open_memmap(path, "w+", np.float16, (len(works), encoder.size))
    for i in range(done, len(works)):
        try:
            table[i] = encoder.encode(read_square(read_picture(works[i].path)[0]))
        except FormatError as error:
            raise InputError(f"{error}; mend or remove it, and go on with --resume") from error
        if i % 50 == 49 or i + 1 == len(works):
            table.flush()
            write_text(state, f"{names} {i + 1}\n")
            progress.update(0.12 + 0.58 * (i + 1) / len(works), f"read {i + 1} of {len(works)} works")
            if time.monotonic() > deadline and i + 1 < len(works):
                raise InputError(
                    f"{i + 1} of {len(works)} works were read in the time given; go on with --resume, or give more "
                    f"--minutes"
                )
    return table


def _blocks(vectors: Array) -> list[slice]:
    return [slice(a, min(a + _BLOCK, vectors.shape[1])) for a in range(0, vectors.shape[1], _BLOCK)]


def _gram(vectors: Array, folder: Path) -> Array:
    """Inner products of all works, kept in the run, since they cost more than all that follows."""
    path = folder / "gram.npy"
    if path.exists():
        return np.load(path, allow_pickle=False)
    gram = np.zeros((len(vectors), len(vectors)), np.float32)
    stripes = [slice(a, min(a + 2048, len(gram))) for a in range(0, len(gram), 2048)]
    for block in _blocks(vectors):
        part = vectors[:, block].astype(np.float32)
        for stripe in stripes:  # the matrix is symmetric: only its lower half is computed
            gram[stripe, : stripe.stop] += part[stripe] @ part[: stripe.stop].T
    for stripe in stripes:
        gram[: stripe.start, stripe] = gram[stripe, : stripe.start].T
    with atomic(path) as temporary:
        np.save(temporary, gram)
    return gram


def _mean(vectors: Array) -> Array:
    return np.concatenate([vectors[:, block].astype(np.float32).mean(axis=0) for block in _blocks(vectors)])


def _to_vectors(vectors: Array, table: Array) -> Array:
    """centred vectors.T @ table, (size, columns)."""
    return np.concatenate([_centred(vectors[:, block]).T @ table for block in _blocks(vectors)])


def _centred(part: Array) -> Array:
    part = part.astype(np.float32)
    return part - part.mean(axis=0)


def _near(index: Array) -> Array:
    """101 quantiles of each work's similarity to its nearest other."""
    nearest = np.empty(len(index), np.float32)
    for a in range(0, len(index), 1000):
        similarity = index[a : a + 1000] @ index.T
        similarity[np.arange(len(similarity)), np.arange(a, a + len(similarity))] = -2
        nearest[a : a + 1000] = similarity.max(axis=1)
    return np.quantile(nearest, np.linspace(0, 1, 101)).astype(np.float32)
