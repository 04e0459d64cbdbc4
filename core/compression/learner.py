"""What a language model has to say of itself so that it can be made smaller."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from torch import Tensor, nn
    from torch.optim import Optimizer

__all__ = ["Kept", "Learner", "Units", "agreement", "mean_loss"]

Outputs = tuple[list[tuple["Tensor", "Tensor"]], int]
"""(logits, targets) of each choice that is made, of shapes (n, classes) and (n,), and over how many tokens their sum is
the mean."""


@dataclass(frozen=True)
class Units:
    """The inner units of one feed-forward layer. into: the matrices that make them; out: the one that reads them; count:
    how many there are. A matrix that holds several per unit (gate and up in one) has `count` rows for each, one block
    after another.
    """

    into: tuple[nn.Module, ...]
    out: nn.Module
    count: int


@dataclass(frozen=True, kw_only=True)
class Kept:
    """A model as it is kept. place: its file or folder; bytes: of its network's numbers, nothing else; loss: nats a token
    of what is held out, as the commands that use it compute; speed: tokens a second by rows at once.
    """

    place: Path
    bytes: int
    loss: float | None
    speed: Mapping[int, float]


class Learner(ABC):
    """A trained network, what it learns from, and how it is kept.

    network: in float32, on the CPU; config: its shape, plain numbers, among them "layers"; rate: peak learning rate;
    bits: of a matrix where nothing else is asked; optimizers: as `core.training.train` takes them.
    """

    network: nn.Module
    config: dict[str, Any]
    rate: float = 1e-3
    bits: int = 8
    optimizers: Callable[[nn.Module], list[Optimizer]] | None = None

    @abstractmethod
    def make(self, config: Mapping[str, Any]) -> nn.Module:
        """An untrained network of a shape."""

    @abstractmethod
    def units(self, network: nn.Module) -> list[Units]:
        """The feed-forward layers, in order. Raises InputError where the network has none that are known."""

    @abstractmethod
    def linears(self, network: nn.Module) -> dict[str, nn.Module]:
        """The matrices inside its layers, by name: what may be pruned."""

    @abstractmethod
    def smaller(
        self, *, units: int | None = None, width: float | None = None, layers: int | None = None
    ) -> dict[str, Any]:
        """The configuration with so many units, a share of the width, or so many layers. Raises InputError for a shape
        that there cannot be.
        """

    @abstractmethod
    def student(self, config: Mapping[str, Any]) -> nn.Module:
        """A network of a smaller configuration that begins with numbers of this one."""

    @abstractmethod
    def batch(self, rng: np.random.Generator) -> Any:
        """What is learned from in one step."""

    @abstractmethod
    def held_out(self) -> Sequence[Any]:
        """What it is measured on: batches that are never learned from."""

    @abstractmethod
    def outputs(self, network: nn.Module, batch: Any) -> Outputs:
        """What a network says of a batch."""

    @abstractmethod
    def keep(self, network: nn.Module, config: Mapping[str, Any], bits: int, card: Mapping[str, Any]) -> Kept:
        """Write a network, its matrices of so many bits each (4, 8 or 32), and measure it as it is kept."""

    @abstractmethod
    def before(self) -> Kept:
        """The model as it was, measured."""

    @abstractmethod
    def tell(self, kept: Kept, told: Mapping[str, Any]) -> None:
        """Put into the card of what was kept what is known since."""

    def loss_of(self, network: nn.Module) -> float | None:
        """Mean nats a token of what is held out, None where nothing is."""
        import torch

        network.eval()
        with torch.no_grad():
            figures = [float(mean_loss(self, network, batch)) for batch in self.held_out()]
        return sum(figures) / len(figures) if figures else None


def mean_loss(learner: Learner, network: nn.Module, batch: Any) -> Tensor:
    """Mean nats a token."""
    import torch.nn.functional as F

    said, count = learner.outputs(network, batch)
    total = sum(F.cross_entropy(logits, target, reduction="sum") for logits, target in said if len(target))
    return total / count  # type: ignore[return-value]


def agreement(learner: Learner, teacher: nn.Module, student: nn.Module, batch: Any, *, trust: float = 0.5) -> Tensor:
    """What a student is taught by (Hinton et al. 2015): `trust` times its divergence from the teacher, and the rest its
    own loss, both in nats a token.
    """
    import torch
    import torch.nn.functional as F

    said, count = learner.outputs(student, batch)
    with torch.no_grad():
        meant, _ = learner.outputs(teacher, batch)
    total = said[0][0].new_zeros(())
    for (logits, target), (wise, _) in zip(said, meant, strict=True):
        if len(target):
            log_p = F.log_softmax(logits, -1)
            total = total + trust * F.kl_div(log_p, F.log_softmax(wise, -1), reduction="sum", log_target=True)
            total = total + (1 - trust) * F.nll_loss(log_p, target, reduction="sum")
    return total / count
