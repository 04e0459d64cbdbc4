"""Models that were tuned to a person: how varied they stay, how they are found, how they are deleted.

A model that learns what somebody likes tends to write one work over and over. So what was tuned makes works for the
requests that the judged ones were made for; where these differ from one another much less than the judged works did,
the parameters go back towards those that were begun with (Wortsman and others 2022), until enough is left.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from .errors import InputError
from .feedback.learning import learn
from .home import learned_styles, runs_folder, taste_file, weights_folder
from .places import replayed_options
from .requests import TrainReport
from .seeds import derive_seed
from .theme import Theme
from .weights import change_card, load_weights, read_cards, remove_weights, save_weights

if TYPE_CHECKING:
    from .artwork import Artwork
    from .feedback.heard import Heard
    from .studio import Studio

__all__ = ["FLOOR", "diversity", "forget_tuned", "keep_diverse"]

FLOOR = 0.85
"""The least that is left of the variety of the works that were judged."""
_SHARES = (1.0, 0.7, 0.45, 0.25)
_MADE = 16  # works that are made to measure it
_AGAIN = 1_000_003  # which of a request's further seeds the measured works are made with


def keep_diverse(studio: Studio, report: TrainReport, heard: Heard, *, medium: str) -> TrainReport:
    """The report of a tuned model that is as varied as `FLOOR` asks, its weights moved towards `report.base` where
    they were not, with the figures in its card.

    Where none of the judged works can be made again, nothing is measured and the card says so.
    """
    asked = [work for work in heard.works if _is_asked(work)]
    asked = [asked[i] for i in np.linspace(0, len(asked) - 1, min(_MADE, len(asked))).astype(int)]
    if len(asked) < 4 or report.base is None:
        return _noted(report, {"diversity": None})
    owner = studio.registry.medium(medium)
    before = [owner.features(work) for work in asked]
    tuned, card = load_weights(report.weights)
    base, _ = load_weights(report.base)
    ratio = share = 0.0
    after: list[Mapping[str, float]] = []
    for share in _SHARES:
        if share < 1:
            save_weights(report.weights, _between(base, tuned, share), card)
        made = [_make_again(studio, work, card["options"]) for work in asked]
        after = [owner.features(work) for work in made]
        ratio = diversity(after, by=before) / max(1e-9, diversity(before, by=before))
        if ratio >= FLOOR:
            break
    figures = {
        "diversity": {"kept": round(ratio, 3), "floor": FLOOR, "share_of_change": share, "works": len(asked)},
        "better_by_taste": _better_by_taste(heard, after, before),
    }
    return _noted(report, figures)


def _better_by_taste(
    heard: Heard, after: Sequence[Mapping[str, float]], before: Sequence[Mapping[str, float]]
) -> float | None:
    """How often a work of the tuned model is liked more than a judged one, by the taste that was learned with it."""
    try:
        taste = learn([], [(heard.features[a], heard.features[b]) for a, b in heard.pairs])
        ours, theirs = taste.appeal(after)[:, None], taste.appeal(before)[None]
    except InputError:
        return None
    return round(float(((ours > theirs) + 0.5 * (ours == theirs)).mean()), 3)


def diversity(works: Sequence[Mapping[str, float]], *, by: Sequence[Mapping[str, float]]) -> float:
    """Mean distance of two works by their features, each in standard deviations over the works `by`."""
    names = [name for name in by[0] if all(name in work for work in (*works, *by))]
    scale = np.array([[work[name] for name in names] for work in by]).std(0)
    table = np.array([[work[name] for name in names] for work in works])[:, scale > 1e-9] / scale[scale > 1e-9]
    first, second = np.triu_indices(len(table), 1)
    return float(np.sqrt(((table[first] - table[second]) ** 2).mean(1)).mean()) if len(first) else 0.0


def _is_asked(work: Artwork) -> bool:
    """Whether a work was made from a theme alone, so that the same can be asked of another model."""
    made = work.provenance
    return bool(made and made.operation == "generate" and made.theme and not made.parents and made.seed is not None)


def _make_again(studio: Studio, work: Artwork, options: Mapping[str, Any]) -> Artwork:
    """A work for the request that another was made for, by a model with other options, from another seed."""
    made = work.provenance
    assert made is not None and made.theme is not None and made.seed is not None
    _, spec = studio.model(work.medium, made.model, "generate")
    return studio.generate(
        work.medium,
        Theme.from_dict(made.theme),
        model=made.model,
        style=made.style,
        options={**replayed_options(spec.options_type(), made.options), **options},
        seed=derive_seed(made.seed, _AGAIN),
        keep=False,
    )


def _between(base: Mapping[str, Any], tuned: Mapping[str, Any], share: float) -> dict[str, Any]:
    """Arrays that lie `share` of the way from one net to another; what is counted and not trained is the latter's."""
    return {
        name: base[name] + share * (value - base[name])
        if name in base and value.dtype.kind == "f" and base[name].shape == value.shape
        else value
        for name, value in tuned.items()
    }


def _noted(report: TrainReport, figures: Mapping[str, Any]) -> TrainReport:
    """The report with figures added to its card, which is written anew where there are weights."""
    card = {**report.card, "evaluation": {**report.card.get("evaluation", {}), **figures}}
    if report.weights.suffix == ".safetensors":
        change_card(report.weights, {"evaluation": card["evaluation"]})
    return TrainReport(weights=report.weights, card=card, base=report.base)


def forget_tuned(home: Path, user: str, media: Sequence[str]) -> list[Path]:
    """Delete all models and styles that were tuned to a person, with their runs, and the tastes that they brought; returns
    what was deleted.
    """
    gone: list[Path] = []
    for medium in media:
        for path in list(_tuned(home, user, medium)):
            if path.suffix == ".safetensors":
                remove_weights(path)
            else:
                path.unlink(missing_ok=True)
            run = runs_folder(home, medium, path.stem)
            if run.is_dir():
                shutil.rmtree(run)
            gone.append(path)
        if (brought := taste_file(home, medium, user)).exists():
            brought.unlink()
            gone.append(brought)
    return gone


def _tuned(home: Path, user: str, medium: str) -> Iterator[Path]:
    """Weights, then styles that were learned from what a person said."""
    folder = weights_folder(home, medium)
    names = {Path(file).stem: folder / file for file, card in read_cards(folder).items() if _user_of(card) == user}
    yield from names.values()
    for name, files in learned_styles(home, medium).items():
        if name in names or any(_user_of(_read(path)) == user for path in files if path.suffix == ".json"):
            yield from files


def _user_of(card: Mapping[str, Any]) -> str | None:
    heard = card.get("heard")
    return heard.get("user") if isinstance(heard, Mapping) else None


def _read(path: Path) -> Mapping[str, Any]:
    try:
        row = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return row if isinstance(row, dict) else {}
