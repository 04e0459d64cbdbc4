"""What a pipeline is told in words, and what of it it reads."""

from __future__ import annotations

from typing import Any

from .....core.artwork import Artwork
from .....core.style import Style
from .....core.theme import Theme, find_language

__all__ = ["said_of_theme", "said_of_work", "unread", "with_style"]


def said_of_theme(theme: Theme) -> tuple[str, tuple[str, ...]]:
    """(the theme in English words, remarks). Text encoders of these models read English: of a Chinese theme they are told the
    images that it was read as.
    """
    if theme.language != "zh":
        return theme.text, ()
    images = ", ".join(image.replace("_", " ") for image in theme.images)
    if not images:
        return theme.text, ("the model reads English, and the theme has no image that it could be told",)
    return images, (f"the model reads English; the theme was told as: {images}",)


def said_of_work(prompt: str, work: Artwork) -> str:
    """What a picture shows: as it was told, else the theme that it was made from, else its title; nothing that is not English."""
    made = work.provenance.theme if work.provenance is not None else None
    text = str((made or {}).get("text") or work.title)
    return prompt or (text if find_language(text) == "en" else "")


def with_style(text: str, style: Style | None) -> str:
    """The words with the names of a style."""
    names = [name.replace("-", " ").title() for name, _ in sorted(style.names, key=lambda n: -n[1])] if style else []
    return ", ".join(part for part in (text, f"in the style of {' and '.join(names)}" if names else "") if part)


def unread(tokenizer: Any, text: str) -> str:
    """The end of a text that a tokenizer of limited length does not read, "" where it reads all."""
    most = int(tokenizer.model_max_length)
    tokens = tokenizer(text, truncation=False, verbose=False)["input_ids"]
    return str(tokenizer.decode(tokens[most - 1 : -1])).strip() if len(tokens) > most else ""
