"""The eye against a linear SVM on gradients (HOG) and colour, on works that neither has seen.

    python benchmarks/painting_eye.py FOLDER [--json] [--share .1]

FOLDER has a metadata.csv (path, artist, style, genre). A share of its works, chosen by hash of their names, is held
out;
both learn from the rest. Without a folder only the time of one look is measured, on a made picture.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from pathlib import Path

import numpy as np
from artwright.core.progress import Silent
from artwright.core.training import split_held_out
from artwright.plugins.painting.eye.corpus import classes_of, list_works
from artwright.plugins.painting.eye.descriptors import opponent, read_square
from artwright.plugins.painting.eye.learning import SMALLEST_CLASS, EyePlan, learn
from artwright.plugins.painting.eye.model import Eye
from artwright.plugins.painting.eye.ridge import accuracy
from artwright.plugins.painting.formats.files import read_picture
from artwright.plugins.painting.models.lending import EYE
from PIL import Image


def simple_features(square: np.ndarray) -> np.ndarray:
    """HOG of 14 x 14 cells in eight directions, and an HSV histogram of 8 x 4 x 4."""
    light = opponent(square)[0]
    gy, gx = np.gradient(light)
    turn = ((np.arctan2(gy, gx) + np.pi) / (2 * np.pi) * 8).astype(int) % 8
    cell = (np.arange(224) // 16)[:, None] * 14 + (np.arange(224) // 16)[None]
    hog = np.bincount((cell * 8 + turn).ravel(), weights=np.hypot(gx, gy).ravel(), minlength=14 * 14 * 8)
    hsv = np.asarray(Image.fromarray((square * 255).astype(np.uint8)).convert("HSV"), int)
    bins = (hsv[..., 0] // 32) * 16 + (hsv[..., 1] // 64) * 4 + hsv[..., 2] // 64
    colour = np.bincount(bins.ravel(), minlength=128)
    return np.concatenate([np.sqrt(v / (v.sum() + 1e-9)) for v in (hog, colour)])


def measure_speed() -> dict[str, float]:
    """Milliseconds of one look with the shipped eye, median of nine."""
    eye = Eye.load(EYE)
    picture = Image.fromarray(np.random.default_rng(0).integers(0, 255, (768, 1024, 3), dtype=np.uint8))
    eye.look(picture)
    seconds = []
    for _ in range(9):
        began = time.process_time()
        eye.look(picture)
        seconds.append(time.process_time() - began)
    return {"look_ms": round(1000 * float(np.median(seconds)), 1)}


def measure_accuracy(folder: Path, share: float) -> dict[str, float]:
    """Both on the held-out share."""
    from sklearn.svm import LinearSVC

    works = list_works(folder)
    learnt, held = split_held_out([w.name for w in works], share, salt="eye")
    training, unseen = [works[i] for i in learnt], [works[i] for i in held]
    with tempfile.TemporaryDirectory() as run:
        eye, _ = learn(training, EyePlan(seed=7), folder=Path(run), minutes=240, progress=Silent())
    squares = {w.name: read_square(read_picture(w.path)[0]) for w in works}
    simple = {name: simple_features(square) for name, square in squares.items()}
    sights = {w.name: eye.look_at(eye.encoder.encode(squares[w.name])) for w in unseen}
    report: dict[str, float] = {}
    for subject in ("movement", "artist"):
        names = classes_of(training, subject, SMALLEST_CLASS[subject])
        seen, asked = ([w for w in part if w.label(subject) in names] for part in (training, unseen))
        truth = np.array([names.index(w.label(subject)) for w in asked])
        svm = LinearSVC(C=0.5, class_weight="balanced").fit(
            np.stack([simple[w.name] for w in seen]), [names.index(w.label(subject)) for w in seen]
        )
        guesses = {
            "svm": np.eye(len(names))[svm.predict(np.stack([simple[w.name] for w in asked]))],
            "eye": np.array([[sights[w.name].probabilities[subject][n] for n in names] for w in asked]),
        }
        for who, table in guesses.items():
            right, balanced = accuracy(table, truth)
            report |= {f"{subject}_{who}": round(right, 4), f"{subject}_{who}_balanced": round(balanced, 4)}
        report[f"{subject}_works"] = len(asked)
    return report


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--share", type=float, default=0.1)
    asked = parser.parse_args()
    report = measure_speed()
    if asked.folder:
        report |= measure_accuracy(asked.folder, asked.share)
    print(json.dumps(report, indent=None if asked.json else 1))


if __name__ == "__main__":
    main()
