"""A pretrained language model by any name that a person may give it, for the length of a block."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

from ..errors import InputError
from ..weights import lend_weights
from .own_models import pin_weights, read_models
from .sources import find_source

if TYPE_CHECKING:
    from pathlib import Path

    from ..devices import DeviceManager
    from .causal import CausalModel

__all__ = ["lend_causal"]


def lend_causal(devices: DeviceManager, home: Path, name: str) -> AbstractContextManager[CausalModel]:
    """The model of a name: hf:SOURCE, or one of the person's list. Raises InputError, WeightsError, DeviceError."""
    kind, _, place = read_models(home).full_name(name).partition(":")
    if kind != "hf" or not place:
        raise InputError(
            f"{name!r} is no language model that can be held to a plan; give hf:./FOLDER or one of your list"
        )
    source = find_source(place)

    def load(device: str) -> CausalModel:
        from .causal import load_causal

        pin_weights(home, source)
        return load_causal(source, device)

    return lend_weights(devices, ("causal",), source.files, load, size=source.memory)
