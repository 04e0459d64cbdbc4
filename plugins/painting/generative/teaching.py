"""How the sketcher is trained: labels of the works, compositions, the two flows one after another, figures on works
held out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from ....core.progress import Progress
from ....core.training import TrainingPlan, split_held_out, train
from ..eye.corpus import Work, classes_of
from ..eye.model import Eye
from .compositions import fit_compositions
from .flow import flow_loss
from .pyramid import Pyramid, fit_pyramid
from .sketcher import COARSE_NOISE, PARTS, Sketcher, build_networks
from .squares import Squares

__all__ = ["SHARES", "SketchPlan", "learn_sketcher", "name_genres"]

SHARES = (0.44, 0.56)  # of the time, by level
ANY_SHARE = 0.15  # of the works of a batch, in which a class is replaced by "any"
RATE = 1.5e-3
SMALLEST_CLASS = 60
MARGIN = 0.25  # by which the likeliest genre must lead the next
KINDRED = {"marine": "landscape"}  # too few to be learnt apart


@dataclass(frozen=True, kw_only=True)
class SketchPlan:
    """minutes: wall time, split by SHARES; or steps of each level; width of the networks; batch: works at a step."""

    minutes: float
    steps: int = 1_000_000_000
    width: int = 96
    batch: int = 64
    seed: int = 0


def name_genres(works: Sequence[Work], eye: Eye | None) -> list[str]:
    """Genre of each work: from the table, or as the eye's own index of known works tells ("" where it does not know the
    work or is not sure).

    A ridge regression from the index' scores to the genres that are named in the table.
    """
    genres = [KINDRED.get(w.genre, w.genre) for w in works]
    if eye is None:
        return genres
    known = {(e["title"], e["artist"], e["year"]): i for i, e in enumerate(eye.works)}
    rows = [known.get((w.title, w.artist, w.year), -1) for w in works]
    names = sorted({g for g in genres if g})
    taught = [i for i, (g, r) in enumerate(zip(genres, rows, strict=True)) if g and r >= 0]
    if len(names) < 2 or len(taught) < 50:
        return genres
    table = np.concatenate([eye.index, np.ones((len(eye.index), 1), np.float32)], 1)
    x = table[[rows[i] for i in taught]]
    y = np.array([[genres[i] == n for n in names] for i in taught], np.float32)
    weight = (1 / np.sqrt(y.sum(axis=0)))[y.argmax(axis=1)][:, None]
    solved = np.linalg.solve(x.T @ (x * weight) + 0.02 * np.eye(x.shape[1], dtype=np.float32), x.T @ (y * weight))
    for i, row in enumerate(rows):
        if row >= 0 and not genres[i]:
            scores = table[row] @ solved
            order = np.argsort(-scores)
            if scores[order[0]] - scores[order[1]] > MARGIN:
                genres[i] = names[order[0]]
    return genres


class _Data:
    """Tensors of one side, training or held out; mirrored works follow the others."""

    def __init__(
        self,
        pixels: NDArray[np.uint8],
        pyramid: Pyramid,
        movements: NDArray[np.int64],
        genres: NDArray[np.int64],
        *,
        mirrored: bool,
    ) -> None:
        pixels = np.concatenate([pixels, pixels[:, :, ::-1]]) if mirrored else pixels
        times = 2 if mirrored else 1
        self.flat, levels = pyramid.encode(pixels)
        self.levels = [(_planes(m), _planes(c)) for m, c in levels]
        self.movements, self.genres = (torch.from_numpy(np.tile(labels, times)) for labels in (movements, genres))

    def __len__(self) -> int:
        return len(self.flat)


def _planes(table: NDArray[np.float32]) -> Tensor:
    return torch.from_numpy(np.ascontiguousarray(table.transpose(0, 3, 1, 2), np.float16))


def learn_sketcher(
    squares: Squares,
    genres: Sequence[str],
    plan: SketchPlan,
    *,
    folder: Path,
    resume: bool,
    progress: Progress,
    device: str = "cpu",
) -> tuple[Sketcher, dict[str, Any]]:
    """(sketcher, evaluation) from squares of 64 pixels. Each level has a run of its own in
    `folder` and can be resumed; device: where the networks learn.
    """
    learnt, held = split_held_out(squares.names)
    movements = ["", *classes_of(list(squares.works), "movement", SMALLEST_CLASS)]
    named = sorted({g for g in genres if g and list(genres).count(g) >= SMALLEST_CLASS})
    m = np.array([movements.index(w.style) if w.style in movements else 0 for w in squares.works])
    g = np.array([1 + named.index(name) if name in named else 0 for name in genres])
    pyramid = fit_pyramid(squares.pixels[learnt])
    one, other = (
        _Data(squares.pixels[rows], pyramid, m[rows], g[rows], mirrored=rows is learnt) for rows in (learnt, held)
    )
    counts = len(movements), 1 + len(named)
    compositions = fit_compositions(
        one.flat, pyramid.spread, one.movements.numpy(), one.genres.numpy(), counts, np.random.default_rng(plan.seed)
    )
    single = fit_compositions(
        one.flat,
        pyramid.spread,
        one.movements.numpy(),
        one.genres.numpy(),
        counts,
        np.random.default_rng(plan.seed),
        parts=1,
    )
    sketcher = Sketcher(
        pyramid=pyramid,
        compositions=compositions,
        networks=[network.to(device) for network in _seeded(plan, *counts)],
        movements=movements,
        genres=["", *named],
        width=plan.width,
    )
    evaluation: dict[str, Any] = {"held_out_works": len(held), "works": len(learnt), "genres_named": int((g > 0).sum())}
    evaluation["composition"] = {
        "parts": len(compositions.weights),
        "held_out_log_likelihood": round(compositions.log_likelihood(other.flat), 2),
        "one_gaussian": round(single.log_likelihood(other.flat), 2),
    }
    done = 0.0
    for number, (part, share, network) in enumerate(zip(PARTS, SHARES, sketcher.networks, strict=True)):
        level = _Task(sketcher, number, one, other, plan.batch)
        result = train(
            network,
            loss=level.loss,
            evaluate=level.evaluate,
            plan=TrainingPlan(
                minutes=share * plan.minutes,
                steps=plan.steps,
                lr=RATE,
                decay_share=0.5,
                weight_decay=0.02,
                seed=plan.seed,
                evaluate_every=60,
            ),
            folder=folder / part,
            resume=resume,
            progress=_Stage(progress, 0.05 + 0.9 * done, 0.9 * share, part),
            settings={"works": len(learnt), "width": plan.width, "batch": plan.batch, "seed": plan.seed},
            optimizers=_adamw,
        )
        done += share
        evaluation[part] = {
            "steps": result.steps,
            "seconds": round(result.seconds),
            "held_out_loss": round(float(result.best or 0), 4),
        }
    return sketcher, evaluation


def _adamw(network: nn.Module) -> list[torch.optim.Optimizer]:
    return [torch.optim.AdamW(network.parameters(), betas=(0.9, 0.98), weight_decay=0.02, fused=True)]


class _Stage:
    """A part of the progress."""

    def __init__(self, whole: Progress, start: float, share: float, name: str) -> None:
        self.whole, self.start, self.share, self.name = whole, start, share, name

    def update(self, share: float, text: str = "") -> None:
        self.whole.update(self.start + self.share * share, f"{self.name}: {text}")


def _seeded(plan: SketchPlan, movements: int, genres: int) -> list[nn.Module]:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(plan.seed)
        return build_networks(movements, genres, width=plan.width)


class _Task:
    """Loss and held-out figure of one level."""

    def __init__(self, sketcher: Sketcher, number: int, learnt: _Data, held: _Data, batch: int) -> None:
        self.number, self.batch, self.learnt, self.held = number, batch, learnt, held
        self.spread = torch.from_numpy(sketcher.pyramid.levels[number].spread)
        self.weight = self.spread / self.spread.mean()

    def _loss(
        self, network: nn.Module, data: _Data, rows: NDArray[np.int64], rng: np.random.Generator, *, hide: float
    ) -> Tensor:
        index = torch.from_numpy(rows)
        movements, genres = data.movements[index], data.genres[index]
        n = len(rows)
        shown = [torch.from_numpy(rng.random(n) >= hide) for _ in range(2)]
        movements, genres = movements * shown[0], genres * shown[1]
        t = torch.sigmoid(torch.from_numpy((1.3 * rng.standard_normal(n)).astype(np.float32)))
        means, components = data.levels[self.number]
        values, coarse = components[index].float(), means[index].float()
        blur = torch.from_numpy((2 * COARSE_NOISE * rng.random(n)).astype(np.float32))[:, None, None, None]
        coarse = coarse + blur * torch.from_numpy(rng.standard_normal(coarse.shape, np.float32))
        noise = torch.from_numpy(rng.standard_normal(values.shape, np.float32))
        place = next(network.parameters()).device
        values, coarse, noise, t, movements, genres, spread, weight = (
            part.to(place) for part in (values, coarse, noise, t, movements, genres, self.spread, self.weight)
        )
        return flow_loss(lambda x, at: network(x, coarse, at, movements, genres), values, spread, weight, t, noise)

    def loss(self, network: nn.Module, rng: np.random.Generator) -> Tensor:
        """Mean over a batch of works drawn anew."""
        return self._loss(network, self.learnt, rng.integers(0, len(self.learnt), self.batch), rng, hide=ANY_SHARE)

    def evaluate(self, network: nn.Module) -> float:
        """Mean over the works held out, with the same noise each time."""
        rng = np.random.default_rng(1)
        size = 128
        parts = [np.arange(a, min(a + size, len(self.held))) for a in range(0, len(self.held), size)]
        return float(
            sum(len(rows) * self._loss(network, self.held, rows, rng, hide=0.0).item() for rows in parts)
            / len(self.held)
        )
