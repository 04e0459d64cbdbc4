"""A loaded network's large matrices kept as int8 panels: a quarter of the memory, and several times the speed on a CPU."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..transformer.panels import GROUP, Panels, are_fast

if TYPE_CHECKING:
    import torch

__all__ = ["compact"]

LEAST = 1 << 16
"""Numbers of a matrix from which on it is worth keeping as panels."""


def compact(network: torch.nn.Module) -> int:
    """Replace linear layers and the embedding of a network on the CPU, in place; how many matrices were replaced.

    A matrix that two layers share stays shared. Where the machine multiplies panels slowly nothing is replaced.
    """
    if not are_fast():
        return 0
    made: dict[int, Panels] = {}
    linear, embedding = _layers()
    for parent in list(network.modules()):
        for name, layer in list(parent.named_children()):
            weight = getattr(layer, "weight", None)
            kind = type(layer).__name__
            if kind not in ("Linear", "Conv1D", "Embedding") or weight is None or weight.numel() < LEAST:
                continue
            turned = kind == "Conv1D"
            if weight.shape[0 if turned else 1] % GROUP:
                continue
            key = weight.data_ptr()
            if key not in made:
                matrix = weight.detach().float().numpy()
                made[key] = Panels(np.ascontiguousarray(matrix.T) if turned else matrix)
            if kind == "Embedding":
                setattr(parent, name, embedding(made[key]))
            else:
                setattr(parent, name, linear(made[key], layer.bias))
    return len(made)


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
