"""The composer learns from what a person said of its pieces."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from .....core.errors import FormatError, InputError
from .....core.files import write_text
from .....core.home import styles_folder
from .....core.requests import Context, TrainReport, TrainRequest
from .....core.training.preferences import learn_preferences
from .....core.transformer.network import BodyConfig
from .....core.weights import load_weights, save_weights
from ...notation.score_midi import from_midi
from .dataset import Batch, windows
from .encoding import Encoded, encode
from .lending import WRITER, weight_files
from .network import Composer
from .options import ComposerOptions
from .styles import DEFAULT, OWN, STYLE_TABLE
from .vocabulary import SLOTS

if TYPE_CHECKING:
    from torch import Tensor

    from .....core.artwork import Artwork
    from .....core.feedback.heard import Heard

__all__ = ["tune"]

_LONGEST = 1_000  # positions of a piece that is compared: three minutes of four voices


def tune(request: TrainRequest[ComposerOptions], context: Context) -> TrainReport:
    """A net from `request.feedback`, begun with the weights `start` (default: the net that writes), written as weights and
    as a style of the name asked for. Raises InputError if none of the works can be read.
    """
    heard = request.feedback
    assert heard is not None
    base = request.options.start or WRITER
    (begun,) = weight_files("all", base, context.home)
    arrays, card = load_weights(begun)
    net = _network(arrays, card["config"])
    usual = OWN if OWN in card["data"]["works"] else DEFAULT
    works, pairs, places = _read(heard, usual)
    if not pairs:
        raise InputError(
            "none of the pieces that were compared can be read by the composer: it takes up to 6 voices and up to "
            f"{_LONGEST:,} notes and rests, and knows no piano textures or quartets"
        )

    def nats(chosen: Sequence[Encoded]) -> Tensor:
        batch, rows = _batch(chosen)
        each = net.nats(batch)
        return each.new_zeros(len(chosen)).index_add(0, _as_tensor(rows, each), each)

    learned = learn_preferences(
        net,
        works,
        pairs,
        nats=nats,
        names=[heard.works[number].id for number in places],
        sizes=[len(work.onset) for work in works],
        features=[heard.features[number] for number in places],
        folder=request.runs,
        minutes=request.minutes,
        seed=request.seed,
        resume=request.resume,
        progress=context.progress,
        settings={"base": base},
    )
    style = Counter(_style_of(work, usual) for work in heard.works).most_common(1)[0][0]
    own = {
        "model": "composer",
        "heard": heard.to_dict(),
        "config": card["config"],
        "data": card["data"],
        "licence": card["licence"],
        "base": base,
        "style": style,
        "steps": learned.result.steps,
        "seconds": round(learned.result.seconds),
        "seed": request.seed,
        "evaluation": learned.to_dict(),
        "options": {"weights": request.name},
        **({"facts": card["facts"]} if "facts" in card else {}),
    }
    path = request.weights / f"{request.name}.safetensors"
    save_weights(path, net.arrays(), own)
    about = {"weights": request.name, "model": "composer"}
    write_text(styles_folder(context.home, "music") / f"{request.name}.json", json.dumps(about) + "\n")
    return TrainReport(weights=path, card=own, base=begun)


def _network(arrays: dict[str, Any], config: dict[str, Any]) -> Composer:
    """The net of some weights, without dropout: a likelihood is not to depend on chance."""
    shape = BodyConfig(**{name: config[name] for name in ("width", "layers", "heads", "hidden")})
    net = Composer(shape)
    net.load_arrays(arrays)
    return net


def _read(heard: Heard, usual: str) -> tuple[list[Encoded], list[tuple[int, int]], list[int]]:
    """(works in positions, comparisons of those that can be read, their places)."""
    works: list[Encoded] = []
    place: dict[int, int] = {}
    for number, work in enumerate(heard.works):
        encoded = _encoded(work, usual)
        if encoded is not None:
            place[number] = len(works)
            works.append(encoded)
    pairs = [(place[a], place[b]) for a, b in heard.pairs if a in place and b in place]
    return works, pairs, list(place)


def _encoded(work: Artwork, usual: str) -> Encoded | None:
    try:
        score = from_midi(work.payload, name=work.id, style=_style_of(work, usual), limit=SLOTS + 1)
    except FormatError:
        return None
    if not 0 < len(score.lines) <= SLOTS:
        return None
    encoded = encode(score)
    return encoded if len(encoded.onset) <= _LONGEST else None


def _style_of(work: Artwork, usual: str) -> str:
    """The learned name of the style that a piece was written in, `usual` where it is none that ships."""
    told = str(work.provenance.notes.get("style", "")) if work.provenance else ""
    return STYLE_TABLE[told].learned if told in STYLE_TABLE else usual


def _batch(works: Sequence[Encoded]) -> tuple[Batch, np.ndarray[Any, Any]]:
    """(windows of all works, the work of each row); no longer than the longest work."""
    length = min(192, max(len(work.onset) for work in works))
    parts = [windows(work, length=length, stride=max(1, length // 2)) for work in works]
    rows = np.repeat(np.arange(len(works)), [len(part.index) for part in parts])
    joined = {name: np.concatenate([getattr(part, name) for part in parts]) for name in Batch.__dataclass_fields__}
    return Batch(**joined), rows


def _as_tensor(rows: np.ndarray[Any, Any], like: Tensor) -> Tensor:
    import torch

    return torch.from_numpy(rows).to(like.device)
