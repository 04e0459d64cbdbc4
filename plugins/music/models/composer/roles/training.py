"""Training a net for players with roles."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ......core.training import TrainingPlan, TrainingResult, split_held_out, train
from .dataset import RoleDataset, windows
from .encoding import Encoded, encode
from .scores import RoleScore
from .vocabulary import MORE, REFERENCES, TABLE, WINDOW

if TYPE_CHECKING:
    import torch

    from ..network import Composer

__all__ = ["RoleRecipe", "fit_roles", "held_out_by_style", "make_net", "split_works"]

SHARES = {"piano": 0.42, "song": 0.28, "quartet": 0.2, "hymn": 0.03, "choir": 0.07}
"""How much of what is read is of each ensemble."""


@dataclass(frozen=True, kw_only=True)
class RoleRecipe:
    """How a net is made: its shape (heads of 32), dropout, highest rate, rows of 256 positions in a step, the last part of
    the run in which the rate falls.
    """

    width: int = 160
    layers: int = 4
    hidden: int = 432
    dropout: float = 0.05
    rate: float = 6e-3
    rows: int = 12
    decay: float = 0.5


def split_works(scores: Sequence[RoleScore], share: float = 0.05) -> tuple[list[RoleScore], list[RoleScore]]:
    """(to learn from, held out), whole works on one side, by a hash of their names."""
    names = sorted({score.name for score in scores})
    _, out = split_held_out(names, share)
    held = {names[i] for i in out}
    return [s for s in scores if s.name not in held], [s for s in scores if s.name in held]


def weights_of(scores: Sequence[RoleScore]) -> np.ndarray[Any, np.dtype[np.float64]]:
    """How often each work is read: ensembles by `SHARES`, styles within them by notes^.7, works of a style by notes,
    those in several copies as one.
    """
    copies = Counter(score.name for score in scores)
    size = np.array([score.notes for score in scores], float)
    own = size / np.array([copies[s.name] ** 0.7 for s in scores])
    notes: dict[tuple[str, str], float] = defaultdict(float)
    for score, n in zip(scores, own, strict=True):
        notes[score.ensemble, score.style] += float(n)
    total: dict[str, float] = defaultdict(float)
    for (ensemble, _), n in notes.items():
        total[ensemble] += n**0.7
    return np.array(
        [
            SHARES[s.ensemble] * notes[s.ensemble, s.style] ** -0.3 / total[s.ensemble] * n
            for s, n in zip(scores, own, strict=True)
        ]
    )


def make_net(recipe: RoleRecipe) -> Composer:
    """A net with random parameters."""
    from ......core.transformer.network import BodyConfig
    from ..network import Composer

    shape = BodyConfig(
        width=recipe.width, layers=recipe.layers, heads=recipe.width // 32, hidden=recipe.hidden, dropout=recipe.dropout
    )
    return Composer(shape, table=TABLE, lengths=MORE + 1, references=REFERENCES)


def held_out_by_style(
    net: Composer, works: Sequence[tuple[str, Encoded]], *, limit: int = 6000
) -> dict[str, tuple[float, int]]:
    """Nats and notes by style, sections not told; at most about `limit` positions of each, the first works."""
    import torch

    figures: dict[str, tuple[float, int]] = {}
    seen: Counter[str] = Counter()
    with torch.no_grad():
        for style, work in works:
            if seen[style] >= limit:
                continue
            seen[style] += len(work.pitch)
            pitch, length = net.losses(windows(work))
            nats, notes = figures.get(style, (0.0, 0))
            figures[style] = nats + float(pitch + length), notes + int(work.counted.sum())
    return figures


def fit_roles(
    recipe: RoleRecipe,
    data: RoleDataset,
    held: Sequence[RoleScore],
    *,
    plan: TrainingPlan,
    folder: Path,
    resume: bool,
    start: Mapping[str, np.ndarray[Any, Any]] | None = None,
) -> tuple[Composer, TrainingResult]:
    """A trained net and the log of its run; `styles.log` in its folder has the held-out figures by style.

    start: parameters to begin with, in place of random ones.
    """
    import torch

    torch.manual_seed(plan.seed)
    net = make_net(recipe)
    if start is not None:
        net.load_arrays(start)
    rows = [(f"{score.ensemble}:{score.style}", encode(_head(score))) for score in held]

    def loss(module: torch.nn.Module, rng: np.random.Generator) -> torch.Tensor:
        batch = data.batch(rng, rows=recipe.rows)
        pitch, length = net.losses(batch)
        return (pitch + length) / max(1, int((batch.pitch >= 0).sum()))

    def evaluate(module: torch.nn.Module) -> float:
        figures = held_out_by_style(net, rows, limit=1500)
        by_ensemble: dict[str, list[tuple[float, int]]] = defaultdict(list)
        for name, figure in figures.items():
            by_ensemble[name.partition(":")[0]].append(figure)
        each = {k: sum(n for n, _ in v) / max(1, sum(c for _, c in v)) for k, v in by_ensemble.items()}
        with open(folder / "styles.log", "a", encoding="utf-8") as file:
            told = [f"{k} {v:.3f}" for k, v in each.items()]
            told += [f"{k} {nats / max(1, notes):.3f}" for k, (nats, notes) in figures.items()]
            file.write(" ".join(told) + "\n")
        return sum(SHARES[k] * v for k, v in each.items()) / sum(SHARES[k] for k in each)

    folder.mkdir(parents=True, exist_ok=True)
    settings = {**asdict(recipe), "seed": plan.seed, "window": WINDOW}
    result = train(net, loss=loss, evaluate=evaluate, plan=plan, folder=folder, resume=resume, settings=settings)
    return net, result


def _head(score: RoleScore, quarters: int = 300) -> RoleScore:
    """The first quarters of a work, told as what they are: a part of it."""
    from dataclasses import replace

    stop = 24 * quarters
    slots = {u: tuple(c for c in chords if c.onset < stop) for u, chords in score.slots.items()}
    return replace(score, slots={u: chords for u, chords in slots.items() if chords})
