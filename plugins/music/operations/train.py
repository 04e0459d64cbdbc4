"""A net of one's own, from music21's corpus or a folder of scores."""

from __future__ import annotations

import json
import math
from pathlib import Path

from ....core.errors import InputError
from ....core.files import sha256_file, write_text
from ....core.home import styles_folder
from ....core.requests import Context, TrainReport, TrainRequest
from ....core.training import TrainingPlan
from ....core.weights import load_weights, save_weights
from ..models.composer.corpus import find_music21
from ..models.composer.lending import weight_files
from ..models.composer.options import ComposerOptions
from ..models.composer.styles import STYLE_TABLE
from ..models.composer.training import TRAINING_BYTES, Recipe, collect, fit, held_out_figures, make_card, prepare
from ..theory.score import Score

__all__ = ["train"]

_FEWEST = 200
"""Notes below which a net has nothing to learn from."""


def train(request: TrainRequest[ComposerOptions], context: Context) -> TrainReport:
    """The operation `train`: a net from `request.corpus`, written to `request.weights / NAME.safetensors` with its
    card; a net of a person's own works is a style of the name NAME.

    A corpus named `music21` (or its folder) is the corpus of the package of that name. Raises InputError if there is
    too little music.
    """
    options = request.options
    if request.name in STYLE_TABLE:
        raise InputError(f"{request.name!r} is the name of a style that ships; give what is trained another --name")
    if request.feedback is not None:
        from ..models.composer.tuning import tune

        return tune(request, context)
    recipe = Recipe.of(options)
    data, works, held = prepare(_read_corpus(request), recipe.share, context.progress)
    start = load_weights(weight_files("all", options.start, context.home)[0])[0] if options.start else None
    folder = request.runs / request.name
    plan = TrainingPlan(
        minutes=request.minutes,
        lr=recipe.rate,
        decay_share=recipe.decay,
        seed=request.seed,
        evaluate_every=min(240.0, 10 * request.minutes),
    )

    settings = {
        "corpus": str(request.corpus),
        "styles": options.styles,
        "exclude": sha256_file(Path(options.exclude)) if options.exclude else "",
    }
    with context.devices.lease(("music", "training"), lambda device: device, size=TRAINING_BYTES) as device:
        net, result = fit(
            recipe,
            data,
            held,
            plan=plan,
            folder=folder,
            resume=request.resume,
            progress=context.progress,
            start=start,
            settings=settings,
            device=device,
        )
        figures = {
            style: round(nats / max(1, notes), 4) for style, (nats, notes) in held_out_figures(net, held).items()
        }
        arrays = net.arrays()
    card = make_card(
        recipe,
        works,
        figures,
        result,
        seed=request.seed,
        command=_command(request),
        folder="music21" if _is_bundled(request.corpus) else request.corpus.resolve().name,
    )
    path = request.weights / f"{request.name}.safetensors"
    save_weights(path, arrays, card)
    if "facts" in card and context.home is not None:
        about = {"weights": request.name, "model": "composer"}
        write_text(styles_folder(context.home, "music") / f"{request.name}.json", json.dumps(about) + "\n")
    return TrainReport(weights=path, card={**card, "finite": math.isfinite(result.best or 0.0)})


def _is_bundled(corpus: Path) -> bool:
    """Whether music21's own corpus is asked for, by its name."""
    return corpus.name == "music21" and not corpus.is_dir()


def _read_corpus(request: TrainRequest[ComposerOptions]) -> list[Score]:
    """The works to learn from. Raises InputError if there is no folder or too little in it."""
    options = request.options
    root = find_music21() if _is_bundled(request.corpus) else request.corpus
    if not root.is_dir():
        raise InputError(
            f"{str(root)!r} is not a folder of scores; give one, or the word music21 for the corpus of that package"
        )
    styles = [s.strip() for s in options.styles.split(",") if s.strip()]
    scores = collect(root, styles=styles, exclude=Path(options.exclude) if options.exclude else None)
    notes = sum(s.notes for s in scores)
    if notes < _FEWEST:
        raise InputError(f"{str(root)!r} holds {notes} notes; at least {_FEWEST} are needed to learn from")
    return scores


def _command(request: TrainRequest[ComposerOptions]) -> str:
    options = request.options
    default = type(options)()
    changed = {k: v for k, v in options.model_dump().items() if v != getattr(default, k)}
    if options.exclude:
        changed["exclude"] = Path(options.exclude).name
    flags = " ".join(f"--{k.replace('_', '-')} {v}" for k, v in changed.items())
    return (
        f"artwright music train {request.corpus.name} --name {request.name} --minutes {request.minutes:g} "
        f"--seed {request.seed} {flags}"
    ).strip()
