"""A network's large matrices kept as int8 panels: a quarter of the memory, and several times the speed on a CPU."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..transformer.panels import GROUP, Panels, are_fast

if TYPE_CHECKING:
    import torch

__all__ = ["LEAST", "Large", "compact", "is_turned", "large_matrices", "put_panels"]

LEAST = 1 << 16
"""Numbers of a matrix from which on it is worth keeping as panels."""


class Large(NamedTuple):
    """A layer with a large matrix, and where it hangs. turned: it keeps its matrix as (in, out), as GPT-2 does."""

    path: str
    parent: Any
    name: str
    layer: Any

    @property
    def matrix(self) -> NDArray[np.float32]:
        """(out, in), float32; of an embedding (rows, width)."""
        weight: NDArray[np.float32] = self.layer.weight.detach().float().numpy()
        return np.ascontiguousarray(weight.T) if is_turned(self.layer) else weight


def is_turned(layer: Any) -> bool:
    """Whether a layer keeps its matrix as (in, out)."""
    return type(layer).__name__ == "Conv1D"


def large_matrices(network: torch.nn.Module) -> Iterator[Large]:
    """The linear layers and embeddings of a network that are worth keeping as panels, and can be."""
    for prefix, parent in list(network.named_modules()):
        for name, layer in list(parent.named_children()):
            weight = getattr(layer, "weight", None)
            kind = type(layer).__name__
            if kind not in ("Linear", "Conv1D", "Embedding") or weight is None or weight.numel() < LEAST:
                continue
            if weight.shape[0 if is_turned(layer) else 1] % GROUP == 0:
                yield Large(f"{prefix}.{name}" if prefix else name, parent, name, layer)


def compact(network: torch.nn.Module) -> int:
    """Replace linear layers and the embedding of a network on the CPU, in place; how many matrices were replaced.

    A matrix that two layers share stays shared. Where the machine multiplies panels slowly nothing is replaced.
    """
    if not are_fast():
        return 0
    made: dict[int, Panels] = {}
    for large in large_matrices(network):
        key = large.layer.weight.data_ptr()
        if key not in made:
            made[key] = Panels(large.matrix)
        put_panels(large, made[key])
    return len(made)


def put_panels(large: Large, panels: Panels) -> None:
    """Put panels in the place of a layer's matrix."""
    linear, embedding = _layers()
    is_table = type(large.layer).__name__ == "Embedding"
    setattr(large.parent, large.name, embedding(panels) if is_table else linear(panels, large.layer.bias))


def _layers() -> tuple[Any, Any]:
    import torch

    class PanelLinear(torch.nn.Module):
        """`torch.nn.Linear` over panels, for inference."""

        def __init__(self, panels: Panels, bias: torch.Tensor | None) -> None:
            super().__init__()
            self.panels, self.bias = panels, bias
            self.out_features, self.in_features = panels.shape

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            flat = x.reshape(-1, x.shape[-1]).float().numpy()
            out = torch.from_numpy(self.panels.multiply(flat, torch.get_num_threads()))
            out = out.reshape(*x.shape[:-1], -1)
            return out if self.bias is None else out + self.bias

    class PanelEmbedding(torch.nn.Module):
        """`torch.nn.Embedding` over panels, for inference."""

        def __init__(self, panels: Panels) -> None:
            super().__init__()
            self.panels = panels

        def forward(self, ids: torch.Tensor) -> torch.Tensor:
            return torch.from_numpy(self.panels.rows(ids.numpy()))

    return PanelLinear, PanelEmbedding
