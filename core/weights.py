"""Weights on disk: safetensors, int8 by row, checked against their card.

A folder of weights holds `NAME.safetensors` files and one `card.json` that maps each file name to its card:
`{"sha256", "bytes", "data", "licence", "steps", "seed", "evaluation", "command", "config", ...}`. Matrices are
stored as int8 with one float16 scale for each row (measured: no loss to three decimals), or as two steps of four bits a
byte with one for each 32 numbers, everything else as float16. Nothing is ever unpickled.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from .errors import InputError, StoreError, UnknownName, WeightsError
from .files import atomic, make_folder, sha256_file, write_text
from .home import weights_folder
from .locks import locked
from .nibbles import NIBBLES, pack_nibbles, unpack_nibbles
from .usage import note_weights

if TYPE_CHECKING:
    from .devices import DeviceManager, Size

__all__ = [
    "change_card",
    "find_weights",
    "is_of_card",
    "lend_weights",
    "load_weights",
    "read_card",
    "read_cards",
    "remove_weights",
    "save_weights",
    "weights_key",
]

T = TypeVar("T")
_SCALE = ".scale"
_REPLACES = "replaces"  # in a card: the card of the file that was there before, while the new one is put in its place
_WAIT_S = 600.0  # another run may be writing a large file


def find_weights(name: str, *, medium: str, home: Path, shipped: Path, kind: str, default: str) -> Path:
    """The weight file called `name`: one of a person's own (`home/weights/medium`), else one of those that ship.

    An empty name is `default`, a file of `shipped`, the folder of those that come with the plugin, or of a folder below
    it. kind: the model it is for, which its card names as `"model"`. Raises UnknownName if there is none of that name,
    InputError if it is of another kind or the name is a path, WeightsError if a file has no card.
    """
    places = sorted(card.parent for card in shipped.rglob("card.json"))
    if not name:
        file = f"{default}.safetensors"
        return next((place for place in places if (place / file).exists()), shipped) / file
    if Path(name).name != name:
        raise InputError(f"{name!r} is not a name of weights; use the name that `artwright {medium} train` was given")
    own = weights_folder(home, medium)
    fitting: list[str] = []
    others: dict[str, Any] = {}
    for folder in (own, *places):
        for file, card in read_cards(folder).items():
            stem = file.removesuffix(".safetensors")
            if card.get("model") == kind:
                fitting.append(stem)
                if stem == name:
                    return folder / file
            else:
                others.setdefault(stem, card.get("model"))
    if name in others:
        raise InputError(
            f"the weights {name!r} are of {others[name] or 'an unnamed model'}, not of {kind}; "
            f"for {kind} there are: {', '.join(sorted(set(fitting))) or 'none'}"
        )
    raise UnknownName(
        "weights", name, sorted(set(fitting)), where=f" for {kind}", hint=f"`artwright {medium} train` makes them"
    )


def weights_key(path: Path) -> tuple[str, int, int]:
    """A part of a lease's key that changes when the weights in a file do: path, time and size; zeros for no file."""
    try:
        status = path.stat()
    except OSError:
        return str(path), 0, 0
    return str(path), status.st_mtime_ns, status.st_size


def lend_weights(
    devices: DeviceManager,
    kind: Sequence[Hashable],
    files: Iterable[Path],
    load: Callable[[str], T],
    *,
    size: Size = None,
    on: str | None = None,
) -> AbstractContextManager[T]:
    """A lease of what `load(device)` makes of weight files; a file that was trained anew is another thing to lend.

    kind: tells what is made of them; size, on: as `DeviceManager.lease` takes them. Raises as it does.
    """
    return devices.lease((*kind, *map(weights_key, files)), load, size=size, on=on)


def read_cards(folder: Path) -> dict[str, dict[str, Any]]:
    """All cards of a folder by file name; empty if there is none. Raises WeightsError if `card.json` is broken."""
    path = Path(folder) / "card.json"
    if not path.exists():
        return {}
    try:
        cards = json.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise WeightsError(f"{str(path)!r} cannot be read as a card: {error}; install artwright again") from error
    if not isinstance(cards, dict):
        raise WeightsError(f"{str(path)!r} is not a card: an object of file names was expected")
    return cards


def read_card(path: Path) -> dict[str, Any]:
    """The card of one weight file. Raises WeightsError if it has none."""
    path = Path(path)
    card = read_cards(path.parent).get(path.name)
    if card is None:
        raise WeightsError(
            f"{str(path)!r} has no card in {str(path.parent / 'card.json')!r}; train it again or install artwright "
            f"again"
        )
    return card


def save_weights(
    path: Path, arrays: Mapping[str, NDArray[Any]], card: Mapping[str, Any], *, exact: bool = False, bits: int = 8
) -> None:
    """Write `arrays` to `path` and its card, with hash and size added, to `card.json` beside it.

    Several runs may save in one folder: they wait for each other. Whatever fails on the way, the file that is there and
    its card fit each other.
    Floating matrices (two dimensions, 32 columns or more) become int8 by row, other floating arrays float16;
    integers stay as they are. `exact` keeps float32 (for tests and for what must not be rounded). bits: 8, or 4 for half
    the size where a row is a multiple of 32 numbers.
    """
    from safetensors.numpy import save_file

    path = Path(path)
    stored: dict[str, NDArray[Any]] = {}
    for name, array in arrays.items():
        array = np.asarray(array)
        if exact or not np.issubdtype(array.dtype, np.floating):
            stored[name] = np.ascontiguousarray(array)
        elif array.ndim == 2 and array.shape[1] >= 32:
            pack = pack_nibbles if bits == 4 and array.shape[1] % NIBBLES == 0 else _quantise
            stored[name], stored[name + _SCALE] = pack(array)
        else:
            stored[name] = np.ascontiguousarray(array, np.float16)
    folder = path.parent
    make_folder(folder)
    with locked(folder, wait_s=_WAIT_S, busy=lambda: StoreError(f"another program writes weights in {str(folder)!r}")):
        before = read_cards(folder).get(path.name) if path.exists() else None
        try:
            with atomic(path) as temporary:
                save_file(stored, str(temporary))
                new = {"sha256": sha256_file(temporary), "bytes": temporary.stat().st_size, **card}
                if before is not None:  # until the new file is in its place, the card tells of both
                    _write_card(path, {**new, _REPLACES: {k: v for k, v in before.items() if k != _REPLACES}})
            _write_card(path, new)
        except BaseException:
            if before is None:  # weights without a card are of no use
                path.unlink(missing_ok=True)
            raise


def change_card(path: Path, told: Mapping[str, Any]) -> None:
    """Put more into the card of a weight file, or other values into what it tells. Raises WeightsError if it has none."""
    path = Path(path)
    folder = path.parent
    with locked(folder, wait_s=_WAIT_S, busy=lambda: StoreError(f"another program writes weights in {str(folder)!r}")):
        _write_card(path, {**read_card(path), **told})


def remove_weights(path: Path) -> None:
    """Delete a weight file and its card, the card last; what is not there is no error."""
    with locked(
        path.parent, wait_s=_WAIT_S, busy=lambda: StoreError(f"another program writes weights in {str(path.parent)!r}")
    ):
        path.unlink(missing_ok=True)
        cards = read_cards(path.parent)
        if cards.pop(path.name, None) is not None:
            _write_cards(path.parent, cards)


def _write_card(path: Path, card: Mapping[str, Any]) -> None:
    _write_cards(path.parent, {**read_cards(path.parent), path.name: card})


def _write_cards(folder: Path, cards: Mapping[str, Mapping[str, Any]]) -> None:
    write_text(folder / "card.json", json.dumps(cards, indent=1, ensure_ascii=False, sort_keys=True) + "\n")


def is_of_card(digest: str, card: Mapping[str, Any]) -> bool:
    """Whether a file of this SHA-256 is the one that a card tells of, or the one that it is about to replace."""
    return digest in (card.get("sha256"), (card.get(_REPLACES) or {}).get("sha256"))


def _quantise(array: NDArray[Any]) -> tuple[NDArray[np.int8], NDArray[np.float16]]:
    scale = (np.abs(array).max(axis=1) / 127).astype(np.float16)
    scale = np.maximum(scale, np.float16(6e-8))
    rounded = np.rint(array / scale.astype(np.float32)[:, None])
    return np.ascontiguousarray(np.clip(rounded, -127, 127), np.int8), scale  # the file format writes memory as it lies


def _read_both(path: Path) -> tuple[dict[str, Any], bytes, str]:
    """(card, content, SHA-256 of the content) of a weight file."""
    card = read_card(path)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise WeightsError(f"the weights {str(path)!r} cannot be read: {error.strerror or error}") from error
    return card, data, hashlib.sha256(data).hexdigest()


def load_weights(path: Path) -> tuple[dict[str, NDArray[Any]], dict[str, Any]]:
    """(arrays, card) of a weight file; quantised matrices come back as float32, float16 as float32.

    Raises WeightsError if the file is missing, has no card, does not match the card's hash, or is not safetensors.
    """
    from safetensors import SafetensorError
    from safetensors.numpy import load

    path = Path(path)
    if not path.exists():
        raise WeightsError(f"the weights {str(path)!r} are missing; install artwright again, or train them")
    card, data, digest = _read_both(path)
    known = None
    while (
        not is_of_card(digest, card) and card != known
    ):  # it may just have been replaced, between one look and another
        known = card
        card, data, digest = _read_both(path)
    if not is_of_card(digest, card):
        raise WeightsError(
            f"the weights {str(path)!r} do not match their card (SHA-256 differs): the file is damaged; install "
            f"artwright again, or train them again if they are your own"
        )
    card = card if digest == card.get("sha256") else card[_REPLACES]
    try:
        stored = load(data)
    except (SafetensorError, ValueError) as error:
        raise WeightsError(f"the weights {str(path)!r} cannot be read: {error}") from error
    note_weights({path.name: digest})
    arrays: dict[str, NDArray[Any]] = {}
    for name, array in stored.items():
        if name.endswith(_SCALE) and name[: -len(_SCALE)] in stored:
            continue
        if array.dtype == np.int8 and name + _SCALE in stored:
            array = array.astype(np.float32) * stored[name + _SCALE].astype(np.float32)[:, None]
        elif array.dtype == np.uint8 and name + _SCALE in stored:
            steps, scale = unpack_nibbles(array), stored[name + _SCALE].astype(np.float32)
            array = steps * np.repeat(scale, steps.shape[1] // scale.shape[1], axis=1)
        elif array.dtype == np.float16:
            array = array.astype(np.float32)
        arrays[name] = array
    return arrays, card
