"""How a hand is learned from pictures."""

from __future__ import annotations

import json

from .....core.errors import FormatError, InputError
from .....core.files import write_text
from .....core.home import styles_folder
from .....core.requests import Context, TrainReport, TrainRequest
from ...atelier.styles import HANDS
from ...medium import Painting
from ...paint.exemplars import keep_exemplars
from ...paint.hands import PAINTERS
from ...reading.manner import manner_of_pictures
from .options import AtelierOptions

__all__ = ["train"]


def train(request: TrainRequest[AtelierOptions], context: Context) -> TrainReport:
    """Learn a hand from the pictures of a folder, one or more: stroke statistics and palette, kept as a style of the
    person.
    """
    medium = Painting()
    corpus = request.corpus
    paths = [corpus] if corpus.is_file() else sorted(p for p in corpus.rglob("*") if p.suffix.lower() in medium.reads)
    titles: list[str] = []
    pictures, broken, seen = [], [], set()
    for number, path in enumerate(paths[:200]):
        context.progress.update(0.8 * number / max(1, len(paths)), f"looking at {path.name}")
        try:
            work = medium.load(path)
        except FormatError as error:
            broken.append(f"{path.name}: {error}")
            continue
        if work.id not in seen:
            seen.add(work.id)
            pictures.append((work.payload.convert("RGB"), 1.0))
            titles.append(work.title)
    if not pictures:
        raise InputError(
            f"{str(corpus)!r} holds no picture that can be read ({len(paths)} files tried); give a folder with "
            f"PNG, JPEG or WebP files"
        )
    if request.name in HANDS or request.name in PAINTERS:
        raise InputError(f"the name {request.name!r} belongs to a built-in style; choose another with --name")
    hand = manner_of_pictures(pictures, name=request.name).parameters.but(
        name=request.name, summary=f"learned from {len(pictures)} pictures"
    )
    target = styles_folder(context.home, "painting") / f"{request.name}.json"
    write_text(target, json.dumps(hand.to_dict(), ensure_ascii=False, indent=1) + "\n")
    kept = keep_exemplars(target.with_suffix(".zip"), [(t, p) for t, (p, _) in zip(titles, pictures, strict=True)])
    card = {
        "name": request.name,
        "paint_of": kept,
        "kind": "painting style",
        "pictures": len(pictures),
        "copies": len(paths[:200]) - len(pictures) - len(broken),
        "unreadable": broken[:10],
        "folder": corpus.name,
    }
    context.progress.update(1.0, f"style {request.name} learned from {len(pictures)} pictures")
    return TrainReport(weights=target, card=card)
