"""The hands a picture is painted with: named, learned by the person, measured from references; and how one is learned."""

from __future__ import annotations

import json

from .....core.errors import FormatError, InputError, UnknownName
from .....core.home import styles_folder
from .....core.requests import Context
from .....core.style import Style
from ...atelier.plan import Plan
from ...atelier.styles import HANDS, StyleParameters, find_style
from ...paint.exemplars import pictures_of
from ...paint.hands import PAINTERS
from ...reading.manner import Manner, manner_of_pictures

__all__ = ["find_hands", "find_manners", "fitting_hand"]


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


def find_manners(style: Style, context: Context) -> list[tuple[Manner, float]]:
    """(manner, weight) of a style's parts: named, learned by the person, or measured from reference pictures.

    Raises UnknownName, InputError for a reference that is no picture, FormatError for a broken style file.
    """
    parts = [(Manner(parameters=_named(name, context)), weight) for name, weight in style.names]
    pictures = []
    for work, weight in style.references:
        if work.medium != "painting":
            raise InputError(
                f"the reference {work.title or work.short_id!r} is a work of {work.medium}; a painting's style comes "
                f"from pictures or from a named style"
            )
        pictures.append((work.payload.convert("RGB"), weight))
    if pictures:
        parts.append((manner_of_pictures(pictures), sum(w for _, w in pictures)))
    return parts


def find_hands(style: Style, context: Context) -> list[tuple[StyleParameters, float]]:
    """(hand, weight) of a style's parts. Raises as `find_manners`."""
    return [(manner.parameters, weight) for manner, weight in find_manners(style, context)]


def _named(name: str, context: Context) -> StyleParameters:
    folder = styles_folder(context.home, "painting")
    path = folder / f"{name}.json"
    if name in HANDS:
        return find_style(name)
    if name in PAINTERS:  # a master of whom there are works, but no hand by rule: it is measured
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
