"""Muon for the matrices, AdamW for the rest.

Muon (Jordan et al. 2024) orthogonalises each matrix's momentum by Newton-Schulz steps. Fused weights (q, k, v;
gate, up) are split by rows first, each part orthogonalised by itself. The update is scaled by
0.2 sqrt(max(rows, columns)), so that AdamW's learning rates carry over (Liu et al. 2025). On small models it
is worth about half a bit a character at equal time. `torch.optim.Muon` takes a fused weight as one matrix, which is
another update, and works in bfloat16 alone.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

import torch
from torch import Tensor, nn

__all__ = ["Muon", "build_optimizer"]

_SPLIT = {"qkv.weight": 3, "gate_up.weight": 2}


def _orthogonal(matrix: Tensor, steps: int = 5) -> Tensor:
    """The nearest semi-orthogonal matrix, roughly (singular values within about .7 to 1.2)."""
    wide = matrix.shape[0] <= matrix.shape[1]
    x = matrix if wide else matrix.T
    x = x / (x.norm() + 1e-7)
    for _ in range(steps):
        a = x @ x.T
        b = torch.addmm(a, a, a, beta=-4.7750, alpha=2.0315)
        x = torch.addmm(x, b, x, beta=3.4445)
    return x if wide else x.T


class Muon(torch.optim.Optimizer):
    """Momentum orthogonalised matrix by matrix; decoupled weight decay.

    groups: dicts of `params` (2-D) and `split` (how many blocks of rows each one fuses).
    """

    def __init__(
        self, groups: Iterable[dict[str, object]], *, lr: float, momentum: float = 0.95, decay: float = 0.1
    ) -> None:
        super().__init__(list(groups), {"lr": lr, "momentum": momentum, "decay": decay, "split": 1})

    @torch.no_grad()
    def step(self, closure: None = None) -> None:  # type: ignore[override]
        for group in self.param_groups:
            lr, momentum = group["lr"], group["momentum"]
            for parameter in group["params"]:
                if parameter.grad is None:
                    continue
                state = self.state[parameter]
                if not state:
                    state["momentum"] = torch.zeros_like(parameter)
                buffer = state["momentum"].lerp_(parameter.grad, 1 - momentum)
                update = parameter.grad.lerp(buffer, momentum)
                parts = [_orthogonal(part) for part in update.chunk(group["split"], dim=0)]
                rows, columns = parts[0].shape
                parameter.mul_(1 - lr * group["decay"])
                parameter.add_(torch.cat(parts), alpha=-lr * 0.2 * math.sqrt(max(rows, columns)))


def build_optimizer(
    module: nn.Module, *, lr: float, embedding_lr: float | None = None, decay: float = 0.1
) -> list[torch.optim.Optimizer]:
    """[Muon, AdamW] over `module`.

    Muon takes the matrices of a `Body` and of `nn.Linear` layers; embeddings, gains and lookup tables go to
    AdamW(0.9, 0.95) at `embedding_lr` (default: `lr`), with a decay of 0.01 on those of two dimensions.
    """
    linear = {id(m.weight) for m in module.modules() if isinstance(m, nn.Linear)}
    tables = {id(m.weight) for m in module.modules() if isinstance(m, nn.Embedding)}
    muon: dict[int, list[nn.Parameter]] = {}
    decayed: list[nn.Parameter] = []
    plain: list[nn.Parameter] = []
    for name, parameter in module.named_parameters():
        if id(parameter) in linear and id(parameter) not in tables:
            muon.setdefault(next((n for end, n in _SPLIT.items() if name.endswith(end)), 1), []).append(parameter)
        else:
            (decayed if parameter.dim() >= 2 else plain).append(parameter)
    optimizers: list[torch.optim.Optimizer] = [
        torch.optim.AdamW(
            [{"params": decayed, "weight_decay": 0.01}, {"params": plain, "weight_decay": 0.0}],
            lr=embedding_lr or lr,
            betas=(0.9, 0.95),
            fused=True,
        )
    ]
    if muon:
        optimizers.insert(0, Muon([{"params": p, "split": n} for n, p in muon.items()], lr=lr, decay=decay))
    return optimizers
