"""What the models are lent: their weights by name, an eye, a device alone to learn on."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING

from ....core.devices import DeviceManager
from ....core.weights import find_weights, lend_weights
from ..atelier.stamps import Stamps
from ..eye.model import Eye

if TYPE_CHECKING:
    import torch

__all__ = ["EYE", "LICENCE", "MODELS", "lend_eye", "lend_stamps", "torch_device", "weights_of"]

MODELS = Path(__file__).parent
"""Where each model's weights lie, in a folder of its own."""
EYE = MODELS / "eye" / "eye.safetensors"
LICENCE = "as the pictures it was trained on"
"""Of weights, as their cards say."""


def weights_of(model: str, name: str, home: Path) -> Path:
    """The weight file of a model: the shipped one where no name is given, else the person's own or one that ships.

    Raises as `core.weights.find_weights`.
    """
    return find_weights(name, medium="painting", home=home, shipped=MODELS, kind=model, default=model)


def lend_eye(devices: DeviceManager, path: Path = EYE) -> AbstractContextManager[Eye]:
    """A lease of an eye, which is numpy."""
    return lend_weights(devices, ("painting", "eye"), [path], lambda _device: Eye.load(path), on="cpu")


def lend_stamps(devices: DeviceManager) -> AbstractContextManager[Stamps]:
    """A lease of the stamps that strokes are pasted with: what one picture needed the next need not make again."""
    return devices.lease(("painting", "stamps"), lambda _device: Stamps(), on="cpu")


def torch_device(name: str) -> torch.device:
    """A loader for leases of a device alone: of what learns there and is not kept."""
    import torch

    return torch.device(name)
