"""Where the writers come from: weights that ship or a person's own, found by name, leased for the length of a block.

All of them run in numpy on the CPU, whatever the device of the studio.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from ....core.errors import InputError
from ....core.home import learned_styles, weights_folder
from ....core.weights import find_weights, lend_weights, read_cards

if TYPE_CHECKING:
    from ....core.devices import DeviceManager
    from ....core.style import Style

__all__ = ["kind_of", "lend", "licence_of", "own_style", "weights_of"]

#: The folder of the models, each with its weights and their card beside it.
SHIPPED = Path(__file__).parents[1] / "models"
T = TypeVar("T")


def weights_of(kind: str, home: Path | None = None, name: str = "") -> Path:
    """The file of `kind` ("verse-en") called `name`, the one that ships if the name is empty. Raises UnknownName, or
    InputError for a file of another kind.
    """
    return find_weights(name, medium="literature", home=home or Path(), shipped=SHIPPED, kind=kind, default=kind)


def kind_of(home: Path, name: str) -> str:
    """The model that a person's (or a shipped) weight file is for, as its card says; "" if there is none of that
    name.
    """
    for folder in weights_folder(home, "literature"), *(card.parent for card in SHIPPED.rglob("card.json")):
        card = read_cards(folder).get(f"{name}.safetensors")
        if card is not None:
            return str(card.get("model", ""))
    return ""


def own_style(style: Style | None, home: Path) -> tuple[Style | None, str]:
    """(what is left of a style, weights that were learned under its name or ""): a person's own style is weights.

    Raises InputError if it is mixed with others.
    """
    known = learned_styles(home, "literature") if style is not None and style.names else {}
    own = [name for name, _ in style.names if name in known] if style is not None else []
    if not own or style is None:
        return style, ""
    if len(style.names) > 1 or style.references:
        raise InputError(f"the style {own[0]!r} was learned by weights of its own and can't be mixed; give it alone")
    path = known[own[0]][0]
    try:
        return None, str(json.loads(path.read_text("utf-8"))["weights"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(f"the style {own[0]!r} cannot be read ({str(path)!r}); train it again") from error


def licence_of(name: str, kind: str) -> str:
    """What a card says of the licence of weights: of those that ship, and of a person's own, whose texts nobody else
    knows.
    """
    if name == kind:
        return "trained on works in the public domain; the weights are MIT like the code"
    return "that of the texts they were trained on, which are the person's own"


def lend(
    devices: DeviceManager, kind: str, files: tuple[Path, ...], load: Callable[[], T]
) -> AbstractContextManager[T]:
    """What `load()` makes of some weight files. A file that was trained anew is another thing to lend."""
    return lend_weights(devices, ("literature", kind), files, lambda _device: load(), on="cpu")
