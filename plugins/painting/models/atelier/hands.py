"""The hands a picture is painted with: named, learned by the person, measured from references; and how one is learned."""

from __future__ import annotations

import json

from .....core.errors import FormatError, InputError, UnknownName
from .....core.files import write_text
from .....core.requests import Context, TrainReport, TrainRequest
from .....core.style import Style
from ...atelier.plan import Plan
from ...atelier.styles import HANDS, StyleParameters, find_style
from ...paint.exemplars import keep_exemplars
from ...paint.hands import PAINTERS

__all__ = ["find_hands", "fitting_hand", "learn_hand"]


def fitting_hand(plan: Plan, language: str) -> str:
    """The hand that suits a plan where no style was asked for."""
    if plan.ground == "abstract":
        return "cubism"
    if plan.ground == "portrait":
        return ("rembrandt", "vermeer", "van-gogh")[plan.seed % 3]
    if plan.ground in ("still", "interior"):
        return ("cezanne", "vermeer", "van-gogh")[plan.seed % 3]
    if language == "zh" or plan.ground == "branch":
        return ("shan-shui", "hiroshige")[plan.seed % 2]
    if plan.time == "storm":
        return ("turner", "hokusai")[plan.seed % 2]
    if plan.time == "night":
        return ("van-gogh", "hiroshige")[plan.seed % 2]
    return ("monet", "van-gogh", "cezanne")[plan.seed % 3]


def find_hands(style: Style, context: Context) -> list[tuple[StyleParameters, float]]:
    """(hand, weight) of a style's parts: named, learned by the person, or measured from reference pictures.

    Raises UnknownName, InputError for a reference that is no picture, FormatError for a broken style file.
    """
    parts = [(_named(name, context), weight) for name, weight in style.names]
    pictures = []
    for work, weight in style.references:
        if work.medium != "painting":
            raise InputError(
                f"the reference {work.title or work.short_id!r} is a work of {work.medium}; a painting's style comes "
                f"from pictures or from a named style"
            )
        pictures.append((work.payload.convert("RGB"), weight))
    if pictures:
        from ..brush.repainting import manner_of_pictures

        parts.append((manner_of_pictures(pictures).parameters, sum(w for _, w in pictures)))
    return parts


def _named(name: str, context: Context) -> StyleParameters:
    folder = context.home / "styles" / "painting"
    path = folder / f"{name}.json"
    if name in HANDS:
        return find_style(name)
    if name in PAINTERS:  # a master of whom there are works, but no hand by rule: it is measured
        from ...paint.exemplars import pictures_of
        from ..brush.repainting import manner_of_pictures

        works = [(picture, 1.0) for picture in pictures_of(PAINTERS[name].pack)]
        return manner_of_pictures(works, name=name).parameters.but(name=name)
    added = context.styles.get(("painting", name))
    if added is not None:  # a plugin's style: the name of a hand as `base`, and its parameters that differ
        changes = dict(added.data)
        base = find_style(str(changes.pop("base", "monet")))
        return StyleParameters.from_dict({**base.to_dict(), **changes, "name": name, "summary": added.summary})
    if not path.is_file():
        learned = [p.stem for p in folder.glob("*.json")] if folder.is_dir() else []
        raise UnknownName(
            "style",
            name,
            [*HANDS, *PAINTERS, *learned],
            where=" for medium 'painting'",
            hint="Teach one with `artwright painting train FOLDER --name NAME`",
        )
    try:
        return StyleParameters.from_dict(json.loads(path.read_text("utf-8")))
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise FormatError(f"the style {str(path)!r} cannot be read: {error}; learn it again") from error


def learn_hand(request: TrainRequest, context: Context) -> TrainReport:
    """Learn a hand from the pictures of a folder, one or more: stroke statistics and palette, kept as a style of the
    person.
    """
    from ...medium import Painting
    from ..brush.repainting import manner_of_pictures

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
    target = context.home / "styles" / "painting" / f"{request.name}.json"
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
