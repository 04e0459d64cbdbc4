"""Training the composer: what is read, how often, and what is held out.

The corpus is music21's own folder (its works by style, public domain) or any folder of scores. Data is the limit,
not compute: dropout, transposition by up to three semitones, random conditioning and input dropout keep a net of a
million parameters from learning the chorales by heart within minutes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from .....core.errors import InputError
from .....core.training import TrainingPlan, TrainingResult, split_held_out, train
from ...theory.score import Score
from .corpus import FOLDERS, read_excluded, read_folder, read_works
from .dataset import Dataset, windows
from .encoding import Encoded, encode
from .options import ComposerOptions
from .styles import OWN
from .vocabulary import SLOTS

if TYPE_CHECKING:
    import torch

    from .....core.progress import Progress
    from .network import Composer

__all__ = ["Recipe", "collect", "fit", "held_out_figures", "prepare"]

TRAINING_BYTES = 1 << 30
"""Room that a net, its gradients and a batch take on a device, at most for the usual sizes."""


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """How a net is made.

    width, layers, hidden: its shape (heads of 32); dropout; rate: peak learning rate; rows: of 192 positions in a step;
    shift: largest transposition in semitones; share: how much of each batch are chorales, where there are other styles;
    decay: the last part of the run, in which the rate falls.
    """

    width: int = 128
    layers: int = 4
    hidden: int = 344
    dropout: float = 0.15
    rate: float = 5e-3
    rows: int = 16
    shift: int = 3
    share: float = 0.3
    decay: float = 0.5
    smoothing: float = 0.0

    @classmethod
    def of(cls, options: ComposerOptions) -> Recipe:
        """What the options of a request ask for; a hidden layer is 43/16 of the width, as in SwiGLU."""
        return cls(
            width=options.width,
            layers=options.layers,
            hidden=options.width * 43 // 16,
            dropout=options.dropout,
            rate=options.learning_rate,
            share=options.chorale_share,
            decay=options.decay,
            shift=options.shift,
        )


def collect(root: Path, *, styles: Sequence[str] = (), exclude: Path | None = None) -> list[Score]:
    """Scores to learn from: music21's corpus if `root` is that, else all scores in the folder (style "user").

    styles: which of music21's styles, all if empty; exclude: CSV of works to leave out. Raises InputError if there is
    nothing.
    """
    if (root / "bach").is_dir() and (root / "palestrina").is_dir():
        excluded = read_excluded(exclude) if exclude else frozenset()
        scores = [s for style in [*FOLDERS.values(), "chinese"] for s in read_works(root, style, excluded)]
    elif styles or exclude is not None:
        raise InputError(
            f"--styles and --exclude choose among the works of music21's corpus; the folder {root.name!r} is read whole"
        )
    else:
        # a work that is there twice would be read twice as often, and stand on both sides of the split
        scores = list({score.lines: score for score in reversed(read_folder(root))}.values())[::-1]
    scores = [s for s in scores if 0 < len(s.lines) <= SLOTS and s.notes >= 12]
    wanted = [s for s in scores if not styles or s.style in styles]
    if len(wanted) < 2:
        kinds = ".mid .krn .abc .mxl .xml .musicxml"
        raise InputError(
            f"{str(root)!r} holds {len(wanted)} work(s) of music that can be learned from; at least 2 are needed "
            f"({kinds})"
        )
    return wanted


def prepare(
    scores: Sequence[Score], share: float, progress: Progress | None = None
) -> tuple[Dataset, list[Encoded], list[Encoded]]:
    """(data set, training works, held-out works); 6 % of the works of each style are held out, by a hash of their
    names.
    """
    training: list[Encoded] = []
    held: list[Encoded] = []
    weights: list[float] = []
    by_style: dict[str, list[Score]] = {}
    for score in scores:
        by_style.setdefault(score.style, []).append(score)
    amounts = {style: sum(s.notes for s in of) ** 0.6 for style, of in by_style.items()}
    if "bach" in amounts and len(amounts) > 1:
        others = sum(a for style, a in amounts.items() if style != "bach")
        amounts["bach"] = others * share / (1 - share)
    for style, of in by_style.items():
        kept, out = (
            split_held_out([s.name for s in of], 0.085 if style == "bach" else 0.06) if len(of) > 1 else ([0], [])
        )
        encoded = [encode(of[i]) for i in kept]
        notes = sum(len(e.onset) for e in encoded)
        training += encoded
        weights += [amounts[style] * len(e.onset) / notes for e in encoded]
        held += [encode(of[i]) for i in out]
        if progress is not None:
            progress.update(0.0, f"reading {style}")
    return Dataset(training, np.array(weights)), training, held


def held_out_figures(net: Composer, works: Sequence[Encoded], *, limit: int = 12_000) -> dict[str, tuple[float, int]]:
    """Nats and notes by style, without the header; at most about `limit` positions of each style, the first works."""
    import torch

    figures: dict[str, tuple[float, int]] = {}
    seen: dict[str, int] = {}
    with torch.no_grad():
        for work in works:
            style = work.score.style
            if seen.get(style, 0) >= limit:
                continue
            seen[style] = seen.get(style, 0) + len(work.onset)
            pitch, length = net.losses(windows(work))
            nats, notes = figures.get(style, (0.0, 0))
            figures[style] = nats + float(pitch + length), notes + int(work.counted.sum())
    return figures


def fit(
    recipe: Recipe,
    data: Dataset,
    held: Sequence[Encoded],
    *,
    plan: TrainingPlan,
    folder: Path,
    resume: bool,
    progress: Progress | None = None,
    start: dict[str, np.ndarray[Any, Any]] | None = None,
    settings: dict[str, Any] | None = None,
    device: str = "cpu",
) -> tuple[Composer, TrainingResult]:
    """A trained net and the log of its run. start: parameters to begin with, in place of random ones; device: where it
    is trained.
    """
    import torch

    from .....core.transformer.network import BodyConfig
    from .network import Composer

    torch.manual_seed(plan.seed)
    shape = BodyConfig(
        width=recipe.width, layers=recipe.layers, heads=recipe.width // 32, hidden=recipe.hidden, dropout=recipe.dropout
    )
    net = Composer(shape)
    if start is not None:
        net.load_arrays(start)
    net.to(device)

    def loss(module: torch.nn.Module, rng: np.random.Generator) -> torch.Tensor:
        batch = data.batch(rng, rows=recipe.rows, length=192, shift=recipe.shift)
        pitch, length = net.losses(batch, smoothing=recipe.smoothing)
        return (pitch + length) / max(1, int((batch.pitch >= 0).sum()))

    def evaluate(module: torch.nn.Module) -> float:
        figures = held_out_figures(net, held, limit=8_000)
        each = {style: nats / max(1, notes) for style, (nats, notes) in figures.items()}
        with open(folder / "styles.log", "a", encoding="utf-8") as file:
            file.write(" ".join(f"{style} {value:.3f}" for style, value in each.items()) + "\n")
        others = [value for style, value in each.items() if style != "bach"]
        mean = sum(others) / len(others) if others else 0.0
        return 0.5 * each["bach"] + 0.5 * mean if "bach" in each and others else each.get("bach", mean)

    folder.mkdir(parents=True, exist_ok=True)
    result = train(
        net,
        loss=loss,
        evaluate=evaluate,
        plan=plan,
        folder=folder,
        resume=resume,
        progress=progress,
        settings={**asdict(recipe), "seed": plan.seed, **(settings or {})},
    )
    return net, result


def make_card(
    recipe: Recipe,
    works: Sequence[Encoded],
    figures: dict[str, float],
    result: TrainingResult,
    *,
    seed: int,
    command: str,
    folder: str,
) -> dict[str, Any]:
    """What is stored beside the weights: what they learned from, under which licence, how well, and how to do it again.

    folder: name of the corpus, `music21` for that of the package.
    """
    counts = dict(Counter(work.score.style for work in works))
    own = [work.score for work in works if work.score.style == OWN]
    licence = (
        f"that of the works in the folder {folder!r}, which is for whoever put them there to know"
        if own
        else "public domain works, read from the corpus that comes with music21"
    )
    card: dict[str, Any] = {
        "model": "composer",
        "data": {"folder": folder, "works": counts, "notes": int(sum(w.counted.sum() for w in works))},
        "licence": licence,
        "steps": result.steps,
        "seconds": round(result.seconds),
        "seed": seed,
        "evaluation": {"held-out nats per note, header not counted": figures},
        "command": command,
        "config": {**asdict(recipe), "heads": recipe.width // 32, "window": 192},
    }
    if own:
        card["facts"] = _usual(own)
    return card


def _usual(scores: Sequence[Score]) -> dict[str, Any]:
    """How the works of a folder usually go: what is taken where a request leaves it open."""
    metres = Counter((s.metres[-1].numerator, s.metres[-1].denominator) for s in scores)
    bars = sorted(round(s.length / s.metres[-1].bar) for s in scores)
    return {
        "metres": [list(metre) for metre, _ in metres.most_common(3)],
        "voices": Counter(len(s.lines) for s in scores).most_common(1)[0][0],
        "qpm": round(float(np.median([s.tempo_qpm for s in scores]))),
        "bars": min(max(bars[len(bars) // 2], 4), 32),
    }
