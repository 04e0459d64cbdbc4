"""Where weights lie, and whether they are what their cards say; nothing is loaded."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from .errors import WeightsError
from .files import sha256_file

__all__ = ["card_files", "check_weights", "package_folder"]


def package_folder(plugin: Any) -> Path | None:
    """The folder of a plugin that is a package, or None for a single module or an object, which has none of its own."""
    file = getattr(plugin, "__file__", None)
    return Path(file).parent if file and hasattr(plugin, "__path__") else None


def card_files(folder: Path) -> list[Path]:
    """All files of cards in a folder and below it."""
    return sorted(folder.rglob("card.json")) if folder.is_dir() else []


def check_weights(folder: Path) -> list[str]:
    """What is wrong with the weights of a folder, a line each: files that are missing, changed, or without a card."""
    from .weights import is_of_card, read_cards

    try:
        cards = read_cards(folder)
    except WeightsError as error:
        return [str(error)]
    wrong = []
    for name, card in cards.items():
        path = folder / name
        try:
            if not path.is_file():
                wrong.append(f"the weights {str(path)!r} are missing, of which there is a card")
            elif not is_of_card(sha256_file(path), card):
                wrong.append(
                    f"the weights {str(path)!r} do not match their card (SHA-256 differs): the file is damaged"
                )
        except OSError as error:
            wrong.append(f"the weights {str(path)!r} cannot be read: {error.strerror or error}")
    wrong += [
        f"the weights {str(p)!r} have no card" for p in sorted(folder.glob("*.safetensors")) if p.name not in cards
    ]
    return wrong
