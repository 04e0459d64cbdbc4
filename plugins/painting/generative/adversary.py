"""An adversarial pair in training: hinge losses in one step for both, augmentation, an average of the generator's weights, figures by the eye."""

from __future__ import annotations

import copy
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor, nn
from torch.nn import functional as F

from ....core.files import atomic
from ..eye.model import Eye, kernel_distance
from .adversaries import NOISE, FastCritic, Kind, make_pair
from .augment import augment

__all__ = ["Adversary", "Judgement", "contact_sheet", "make_pictures", "recall_of"]

AVERAGE = 0.998
NEIGHBOURS = 5
Array = NDArray[np.float32]


class Adversary(nn.Module):
    """Generator, critic, and the average of the generator: what the training loop saves and resumes as one."""

    def __init__(self, kind: Kind, side: int, width: int) -> None:
        super().__init__()
        self.generator, self.critic = make_pair(kind, side, width)
        self.average = copy.deepcopy(self.generator).requires_grad_(False)
        self.register_buffer("taken", torch.zeros(()))

    def loss_of(self, real: Tensor) -> Tensor:
        """Critic's and generator's loss together, each with gradients for its own parameters only; real: (n, 3, side, side) in -1..1."""
        self._follow()
        made = self.generator(torch.randn(len(real), NOISE))
        shown = augment(made)
        self.critic.requires_grad_(False)
        loss = -self.critic(shown).mean()
        self.critic.requires_grad_(True)
        truth = augment(real)
        if isinstance(self.critic, FastCritic):
            scores, lost = self.critic.judge_and_rebuild(truth, int(torch.randint(4, ())))
            loss = loss + lost
        else:
            scores = self.critic(truth)
        soft = 0.8 + 0.2 * torch.rand_like(scores)
        loss = loss + F.relu(soft - scores).mean()
        scores = self.critic(shown.detach())
        return loss + F.relu(0.8 + 0.2 * torch.rand_like(scores) + scores).mean()

    @torch.no_grad()
    def _follow(self) -> None:
        """The average moves towards the generator, faster at the beginning."""
        keep = min(AVERAGE, float((1 + self.taken) / (10 + self.taken)))
        self.taken += 1
        for own, other in zip(self.average.state_dict().values(), self.generator.state_dict().values(), strict=True):
            if own.dtype.is_floating_point:
                own.lerp_(other, 1 - keep)
            else:
                own.copy_(other)


@torch.no_grad()
def make_pictures(generator: nn.Module, rng: np.random.Generator, count: int) -> NDArray[np.uint8]:
    """`count` pictures (count, side, side, 3) of a generator, 16 at a time."""
    generator.eval()
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    parts = []
    try:
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(int(rng.integers(2**31)))
            for low in range(0, count, 16):
                noise = torch.from_numpy(rng.standard_normal((min(16, count - low), NOISE), np.float32))
                parts.append(generator(noise).permute(0, 2, 3, 1).numpy())
    finally:
        torch.set_num_threads(before)
    return (np.clip(np.concatenate(parts) * 0.5 + 0.5, 0, 1) * 255 + 0.5).astype(np.uint8)


def contact_sheet(pictures: NDArray[np.uint8], *, gap: int = 2, size: int = 0) -> Image.Image:
    """Pictures (n, side, side, 3) on one sheet, as many rows as columns or one less; size: pixels of each, 0 as they are."""
    n, side = pictures.shape[:2]
    size = size or side
    columns = math.ceil(math.sqrt(n))
    rows = -(-n // columns)
    sheet = Image.new("RGB", (columns * (size + gap) - gap, rows * (size + gap) - gap), (24, 24, 24))
    for number, table in enumerate(pictures):
        one = Image.fromarray(table)
        one = one if size == side else one.resize((size, size), Image.Resampling.BICUBIC)
        sheet.paste(one, (number % columns * (size + gap), number // columns * (size + gap)))
    return sheet


def recall_of(made: Array, real: Array, neighbours: int = NEIGHBOURS) -> float:
    """Share of real works inside the manifold of made ones: balls around each that reach its k-th neighbour (Kynkaanniemi et al. 2019).

    made, real: (n, e) embeddings of unit length.
    """
    k = min(neighbours, len(made) - 1)
    within = np.sort(1 - made @ made.T, axis=1)[:, k]
    return float((1 - real @ made.T <= within[None]).any(axis=1).mean())


class Judgement:
    """The held-out figure of a training: KID and recall by the eye, one line in a log and a sheet of samples each time."""

    def __init__(self, eye: Eye, held: NDArray[np.uint8], folder: Path, *, count: int, note: Callable[[dict[str, Any]], None]) -> None:
        self.eye, self.folder, self.count, self.note = eye, folder, count, note
        self.real = self._read(held)

    def _read(self, pictures: NDArray[np.uint8]) -> Array:
        return np.stack([self.eye.look(Image.fromarray(p)).embedding for p in pictures])

    def measure(self, pictures: NDArray[np.uint8]) -> dict[str, float]:
        """kid and its deviation over subsets; recall."""
        made = self._read(pictures)
        kid, deviation = kernel_distance(made, self.real, size=min(50, len(made), len(self.real)))
        return {"kid": round(kid, 4), "kid_deviation": round(deviation, 4), "recall": round(recall_of(made, self.real), 4)}

    def __call__(self, module: nn.Module) -> float:
        assert isinstance(module, Adversary)
        pictures = make_pictures(module.average, np.random.default_rng(0), self.count)
        taken = int(module.taken)
        self.folder.mkdir(parents=True, exist_ok=True)
        with atomic(self.folder / f"sheet-{taken:07d}.png") as temporary:
            contact_sheet(pictures[:64]).save(temporary, "PNG")
        figures = self.measure(pictures)
        self.note({"step": taken, **figures})
        return figures["kid"]
