"""Models of our own: a network round `transformer.network.Body`, kept in a weight file with its card."""

from __future__ import annotations

import time
from abc import abstractmethod
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ..errors import InputError
from ..transformer.decoder import Decoder
from ..weights import change_card, load_weights, save_weights
from .learner import Kept, Learner, Units

if TYPE_CHECKING:
    import torch
    from torch import Tensor, nn

__all__ = ["BodyLearner"]

Arrays = Mapping[str, NDArray[Any]]
_STEPS = 24
_ROWS = (1, 8, 32)


class BodyLearner(Learner):
    """A network with a `body`, of a weight file.

    source: the file it is of; target: the one to write; config: of the card, with width, layers, heads, hidden; default:
    the name of the weights that are meant where none are named, "" for the model's own.
    """

    default = ""

    def __init__(self, source: Path, target: Path) -> None:
        self.source, self.target = source, target
        self.arrays, self.card = load_weights(source)
        self.config = dict(self.card["config"])
        try:
            self.network = self.load(self.config, self.arrays)
        except (RuntimeError, KeyError, TypeError) as error:
            raise InputError(
                f"the weights {source.stem!r} are of another shape than those that can be made smaller here"
            ) from error

    @abstractmethod
    def load(self, config: Mapping[str, Any], arrays: Arrays) -> nn.Module:
        """A network with the numbers of a file."""

    @abstractmethod
    def own_arrays(self, network: nn.Module) -> dict[str, NDArray[np.float32]]:
        """A network's numbers under the names of a file."""

    def units(self, network: nn.Module) -> list[Units]:
        return [Units((layer.gate_up,), layer.down, layer.down.in_features) for layer in _layers(network)]

    def linears(self, network: nn.Module) -> dict[str, nn.Module]:
        return {
            f"{number}.{name}": getattr(layer, name)
            for number, layer in enumerate(_layers(network))
            for name in ("qkv", "out", "gate_up", "down")
        }

    def smaller(
        self, *, units: int | None = None, width: float | None = None, layers: int | None = None
    ) -> dict[str, Any]:
        config = {**self.config}
        if units is not None:
            config["hidden"] = units
        if layers is not None:
            config["layers"] = layers
        if width is not None:
            step = 2 * config["heads"]
            config["width"] = max(step, round(width * config["width"] / step) * step)
            config["hidden"] = max(8, round(width * config["hidden"] / 8) * 8)
        if all(config[key] == self.config[key] for key in ("hidden", "layers", "width")):
            raise InputError(f"the model is too small for that: {_told(self.config)} would stay as they are")
        return config

    def student(self, config: Mapping[str, Any]) -> nn.Module:
        network = self.make(config)
        _hand_down(self, network, config)
        return network

    def keep(self, network: nn.Module, config: Mapping[str, Any], bits: int, card: Mapping[str, Any]) -> Kept:
        own = self.own_arrays(network)
        rest = {name: array for name, array in self.arrays.items() if name not in own and not name.startswith("body.")}
        told = {
            key: self.card[key] for key in self.card if key not in ("sha256", "bytes", "evaluation", "steps", "seconds")
        }
        save_weights(self.target, {**rest, **own}, {**told, **card, "config": dict(config)}, bits=bits)
        return self.measured(self.target, config)

    def before(self) -> Kept:
        return self.measured(self.source, self.config)

    def measured(self, path: Path, config: Mapping[str, Any]) -> Kept:
        """A weight file as its engine reads it."""
        arrays, _ = load_weights(path)
        body = {name.removeprefix("body."): array for name, array in arrays.items() if name.startswith("body.")}
        loss = self.loss_of(self.load(config, arrays))
        speed = _speed(Decoder(body, heads=config["heads"]))
        return Kept(place=path, bytes=_stored(path, self.own_arrays(self.network)), loss=loss, speed=speed)

    def tell(self, kept: Kept, told: Mapping[str, Any]) -> None:
        change_card(kept.place, told)


def _layers(network: Any) -> list[Any]:
    return list(network.body.layers)


def _told(config: Mapping[str, Any]) -> str:
    return f"{config['layers']} layers of width {config['width']} with {config['hidden']} units"


def _stored(path: Path, names: Mapping[str, Any]) -> int:
    """Bytes in a file of arrays of these names, and of their scales."""
    from safetensors import safe_open

    with safe_open(str(path), "numpy") as file:
        return sum(file.get_tensor(key).nbytes for key in file.keys() if key.removesuffix(".scale") in names)  # noqa: SIM118


def _speed(decoder: Decoder) -> dict[int, float]:
    """Tokens a second of its body, one after another behind 64, by rows; the best of three tries."""
    found = {}
    for rows in _ROWS:
        x = np.random.default_rng(5).normal(size=(rows, 1, decoder.width)).astype(np.float32)
        taken = []
        for _ in range(3):
            cache = decoder.cache(rows, 64 + _STEPS)
            decoder.forward(np.repeat(x, 64, axis=1), cache)
            began = time.perf_counter()
            for _ in range(_STEPS):
                decoder.forward(x, cache)
            taken.append(time.perf_counter() - began)
        found[rows] = round(rows * _STEPS / min(taken), 1)
    return found


def _hand_down(learner: BodyLearner, student: Any, config: Mapping[str, Any]) -> None:
    """Give a student the teacher's channels, rotary pairs, units and layers that weigh most."""
    import torch

    from .pruning import best_units

    teacher: Any = learner.network
    old, new = teacher.body.config, student.body.config
    weight = sum(
        torch.linalg.vector_norm(p.detach(), dim=0)
        for name, p in teacher.named_parameters()
        if p.dim() == 2 and p.shape[1] == old.width and not name.endswith("down.weight")
    )
    channels = weight.topk(new.width).indices.sort().values
    units = best_units(learner, new.hidden)
    with torch.no_grad():
        mine = dict(teacher.named_parameters())
        for name, parameter in student.named_parameters():
            if ".layers." not in name:
                parameter.copy_(_narrowed(mine[name].detach(), parameter.shape, channels))
        kept = torch.linspace(0, old.layers - 1, new.layers).round().long().tolist()
        for layer, number in zip(student.body.layers, kept, strict=True):
            _hand_layer(teacher.body.layers[number], layer, channels, units[number], (old, new))


def _narrowed(full: Tensor, shape: torch.Size, channels: Tensor) -> Tensor:
    """A tensor with its axes of the old width cut down to the kept channels, where the student's is narrower."""
    for axis, size in enumerate(shape):
        if full.shape[axis] != size:
            full = full.index_select(axis, channels)
    return full


def _hand_layer(old: Any, new: Any, channels: Tensor, units: Tensor, shapes: tuple[Any, Any]) -> None:
    import torch

    before, after = shapes
    was, size = before.width // before.heads, after.width // after.heads
    heads = torch.arange(after.heads)[:, None] * was
    # of a rotation's frequencies the student's have those at equal steps, so that what is near stays near
    pairs = torch.linspace(0, was // 2 - 1, size // 2).round().long()
    turned = (heads + torch.cat([pairs, pairs + was // 2])).reshape(-1)
    value = old.qkv.weight[2 * before.width :]
    said = torch.linalg.vector_norm(value, dim=1) * torch.linalg.vector_norm(old.out.weight, dim=0)
    plain = (heads + said.view(before.heads, was)[: after.heads].topk(size, dim=1).indices.sort(1).values).reshape(-1)
    rows = torch.cat([turned, turned + before.width, plain + 2 * before.width])
    new.qkv.weight.copy_(old.qkv.weight[rows][:, channels])
    new.qkv.weight[: len(turned)] *= (was / size) ** 0.5
    new.out.weight.copy_(old.out.weight[:, plain][channels])
    new.gate_up.weight.copy_(old.gate_up.weight[torch.cat([units, units + before.hidden])][:, channels])
    new.down.weight.copy_(old.down.weight[:, units][channels])
    new.norm_attention.weight.copy_(old.norm_attention.weight[channels])
    new.norm_gated.weight.copy_(old.norm_gated.weight[channels])
