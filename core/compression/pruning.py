"""Numbers taken out of a network: whole units of its feed-forward layers, or single numbers of its matrices.

What matters is judged by a weight's size times that of what it is multiplied with on the model's own texts (Sun et al.
2023, "Wanda"): magnitude alone takes small weights on large inputs for small.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ..errors import InputError
from .learner import Learner, Units

if TYPE_CHECKING:
    from torch import Tensor, nn

__all__ = ["Masks", "best_units", "columns_of", "cut_units", "input_sizes", "rows_of", "share_of"]

_BATCHES = 4


def is_turned(layer: nn.Module) -> bool:
    """Whether a layer keeps its matrix as (in, out), as GPT-2 does."""
    return type(layer).__name__ == "Conv1D"


def _weight(layer: nn.Module) -> Tensor:
    """The matrix of a layer as (out, in)."""
    weight: Any = layer.weight
    return weight.detach().T if is_turned(layer) else weight.detach()


def rows_of(layer: nn.Module, rows: Tensor) -> None:
    """Keep only some outputs of a layer, in place."""
    _replace(layer, _weight(layer)[rows])
    bias: Any = getattr(layer, "bias", None)
    if bias is not None:
        bias.data = bias.data[rows].clone()


def columns_of(layer: nn.Module, columns: Tensor) -> None:
    """Keep only some inputs of a layer, in place."""
    _replace(layer, _weight(layer)[:, columns])


def _replace(layer: nn.Module, matrix: Tensor) -> None:
    weight: Any = layer.weight
    weight.data = (matrix.T if is_turned(layer) else matrix).contiguous().clone()
    for name, size in (("out_features", 0), ("in_features", 1), ("nf", 0), ("nx", 1)):
        if hasattr(layer, name):
            setattr(layer, name, matrix.shape[size])


def input_sizes(learner: Learner, layers: Iterable[nn.Module]) -> dict[int, Tensor]:
    """The root mean square of each input of some layers of the learner's network on a few batches, by the layer's id."""
    import numpy as np
    import torch

    seen: dict[int, tuple[Tensor, int]] = {}

    def note(layer: nn.Module, given: tuple[Tensor, ...]) -> None:
        flat = given[0].detach().reshape(-1, given[0].shape[-1])
        total, count = seen.get(id(layer), (torch.zeros(flat.shape[1]), 0))
        seen[id(layer)] = total + flat.square().sum(0), count + len(flat)

    hooks = [layer.register_forward_pre_hook(note) for layer in layers]
    learner.network.eval()
    try:
        with torch.no_grad():
            for number in range(_BATCHES):
                learner.outputs(learner.network, learner.batch(np.random.default_rng([77, number])))
    finally:
        for hook in hooks:
            hook.remove()
    return {key: (total / max(1, count)).sqrt() for key, (total, count) in seen.items()}


def best_units(learner: Learner, keep: int) -> list[Tensor]:
    """The units of each layer that matter most, `keep` of each, in their order."""
    import torch

    layers = learner.units(learner.network)
    sizes = input_sizes(learner, [layer.out for layer in layers])
    score = [sizes[id(layer.out)] * torch.linalg.vector_norm(_weight(layer.out), dim=0) for layer in layers]
    return [one.topk(keep).indices.sort().values for one in score]


def cut_units(layers: Sequence[Units], chosen: Sequence[Tensor]) -> None:
    """Leave only the chosen units of each layer, in place."""
    import torch

    for layer, units in zip(layers, chosen, strict=True):
        for matrix in layer.into:
            blocks = len(_weight(matrix)) // layer.count
            rows_of(matrix, torch.cat([units + block * layer.count for block in range(blocks)]))
        columns_of(layer.out, units)


class Masks:
    """Single numbers of the learner's matrices that stay zero: in each row, the share of them that matters least."""

    def __init__(self, learner: Learner, share: float) -> None:
        layers = learner.linears(learner.network)
        sizes = input_sizes(learner, layers.values())
        self.masks: dict[str, Tensor] = {}
        for name, layer in layers.items():
            matrix = _weight(layer)
            score = matrix.abs() * sizes[id(layer)]
            count = int(share * matrix.shape[1])
            kept = score.new_ones(score.shape).scatter_(1, score.topk(count, largest=False).indices, 0.0)
            self.masks[name] = kept.T.contiguous() if is_turned(layer) else kept

    def apply(self, layers: Mapping[str, nn.Module]) -> None:
        """Set them to zero, in place."""
        for name, layer in layers.items():
            weight: Any = layer.weight
            weight.data.mul_(self.masks[name])


def share_of(text: str) -> float:
    """A share as people write it, "30%" or "0.3". Raises InputError unless it is above 0 and below 1."""
    plain = text.strip()
    try:
        value = float(plain[:-1]) / 100 if plain.endswith("%") else float(plain)
    except ValueError:
        value = 0.0
    if not 0 < value < 1:
        raise InputError(f"{text!r} is no share; write a percentage above 0% and below 100%, as 30%")
    return value
