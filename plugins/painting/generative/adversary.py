"""An adversarial pair in training: one step for both, augmentation, an average of the generator's weights, figures by
the eye.

FastGAN and DCGAN have hinge losses. The pair of bands has the loss of R3GAN (Huang et al. 2024): each made picture is
judged against a real one,
and the slope of the critic is held down at both (R1 and R2, every few steps). Where we differ: the critic reads each
picture once, and its
gradient goes on to the generator turned round and rescaled, which is exact where no sample of a batch knows of another.
"""

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
from ..eye.model import Eye, kernel_distance, unit_rows
from .augment import augment
from .pairs import NOISE, FastCritic, Kind, make_pair
from .wavelets import BandCritic, BandGenerator, split_bands

__all__ = ["Adversary", "Judgement", "contact_sheet", "make_pictures", "masses_of", "recall_of"]

AVERAGE = 0.998
LONGEST_MEMORY = 500.0  # steps, half-life of the average of the bands' generator
SLOPE_WEIGHT = 1.0
SLOPE_EVERY = 8  # steps
NEIGHBOURS = 5
Array = NDArray[np.floating[Any]]


class _TurnedRound(torch.autograd.Function):
    """Lets numbers pass, and multiplies the gradient of each sample by what `factors` holds by
    the time it comes back.
    """

    @staticmethod
    def forward(ctx: Any, x: Tensor, factors: list[Tensor]) -> Tensor:
        ctx.factors = factors
        return x.view_as(x)

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor, None]:
        return gradients[0] * ctx.factors[0][:, None, None, None], None


def _turned_round(x: Tensor, factors: list[Tensor]) -> Tensor:
    made: Tensor = _TurnedRound.apply(x, factors)  # type: ignore[no-untyped-call]
    return made


class Adversary(nn.Module):
    """Generator, critic, and the average of the generator: what the training loop saves and resumes as one."""

    taken: Tensor

    def __init__(self, kind: Kind, side: int, width: int) -> None:
        super().__init__()
        self.generator, self.critic = make_pair(kind, side, width)
        self.average = copy.deepcopy(self.generator).requires_grad_(False)
        self.register_buffer("taken", torch.zeros(()))
        if isinstance(self.critic, BandCritic):  # convolutions of small batches run a quarter faster so on a CPU
            self.to(memory_format=torch.channels_last)  # type: ignore[call-overload]

    def begin_from(self, pictures: Tensor) -> None:
        """What can be told from the works at once: their compositions and how loud their bands are. pictures: (n, 3,
        side, side) in -1..1.
        """
        if isinstance(self.generator, BandGenerator) and isinstance(self.critic, BandCritic):
            loudness = split_bands(pictures).std((0, 2, 3), keepdim=True).clamp(min=1e-3)
            self.critic.loudness.copy_(loudness)
            for generator in (self.generator, self.average):
                assert isinstance(generator, BandGenerator)
                generator.begin_from(pictures, loudness)

    def loss_of(self, real: Tensor) -> Tensor:
        """Critic's and generator's loss together, each with gradients for its own parameters only; real: (n, 3, side,
        side) in -1..1.
        """
        self._follow()
        made = self.generator(torch.randn(len(real), NOISE).to(real.device))
        if isinstance(self.critic, BandCritic):
            return self._relative_loss(made, real)
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

    def _relative_loss(self, made: Tensor, real: Tensor) -> Tensor:
        factors: list[Tensor] = []
        both = torch.cat([augment(_turned_round(made, factors)), augment(real)]).contiguous(
            memory_format=torch.channels_last
        )
        false, true = self.critic(both).chunk(2)
        loss = F.softplus(false - true).mean()
        # The critic's loss has the slope sigmoid(false - true), the generator's, softplus(true - false), minus
        # sigmoid(true - false).
        factors.append(-torch.exp((true - false).detach()).clamp(max=1e3))
        if int(self.taken) % SLOPE_EVERY == 0:
            shown = both.detach().requires_grad_(True)
            (slope,) = torch.autograd.grad(self.critic(shown).sum(), shown, create_graph=True)
            loss = loss + SLOPE_WEIGHT * SLOPE_EVERY * slope.square().sum((1, 2, 3)).mean()
        return loss

    @torch.no_grad()
    def _follow(self) -> None:
        """The average moves towards the generator, faster at the beginning: with a half-life of a twentieth of the
        steps so far, for bands.
        """
        if isinstance(self.critic, BandCritic):
            keep = 0.5 ** (1 / min(max(1.0, float(self.taken) / 20), LONGEST_MEMORY))
        else:
            keep = min(AVERAGE, float((1 + self.taken) / (10 + self.taken)))
        self.taken += 1
        for own, other in zip(self.average.state_dict().values(), self.generator.state_dict().values(), strict=True):
            if own.dtype.is_floating_point:
                own.lerp_(other, 1 - keep)
            else:
                own.copy_(other)


@torch.no_grad()
def make_pictures(generator: nn.Module, rng: np.random.Generator, count: int) -> NDArray[np.uint8]:
    """`count` pictures (count, side, side, 3) of a generator, 16 at a time, on its device."""
    generator.eval()
    place = next(generator.parameters()).device
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    parts = []
    try:
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(int(rng.integers(2**31)))
            for low in range(0, count, 16):
                noise = torch.from_numpy(rng.standard_normal((min(16, count - low), NOISE), np.float32)).to(place)
                parts.append(generator(noise).permute(0, 2, 3, 1).cpu().numpy())
    finally:
        torch.set_num_threads(before)
    return (np.clip(np.concatenate(parts) * 0.5 + 0.5, 0, 1) * 255 + 0.5).astype(np.uint8)


def contact_sheet(pictures: NDArray[np.uint8], *, gap: int = 2, size: int = 0) -> Image.Image:
    """Pictures (n, side, side, 3) on one sheet, as many rows as columns or one less; size: pixels of each, 0 as they
    are.
    """
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
    """Share of real works inside the manifold of made ones: balls around each that reach its k-th neighbour
    (Kynkaanniemi et al. 2019).

    made, real: (n, e) embeddings of unit length.
    """
    k = min(neighbours, len(made) - 1)
    within = np.sort(1 - made @ made.T, axis=1)[:, k]
    return float((1 - real @ made.T <= within[None]).any(axis=1).mean())


def masses_of(pictures: NDArray[np.uint8], centre: Array | None = None) -> tuple[Array, Array]:
    """Pictures (n, side, side, 3) at 16 pixels less `centre` (their own mean if None), rows (n, 768) of unit length;
    and the centre.

    What is left without texture: for a recall that tells a collapse from a grain that all pictures share.
    """
    n, side = pictures.shape[:2]
    step = side // 16
    rows = pictures.reshape(n, 16, step, 16, step, 3).mean((2, 4), dtype=np.float32).reshape(n, -1)
    centre = rows.mean(0) if centre is None else centre
    return unit_rows(rows - centre), centre


class Judgement:
    """The held-out figure of a training: KID and recall by the eye, recall of masses, one line in a log and a sheet of
    samples each time.
    """

    def __init__(
        self, eye: Eye, held: NDArray[np.uint8], folder: Path, *, count: int, note: Callable[[dict[str, Any]], None]
    ) -> None:
        self.eye, self.folder, self.count, self.note = eye, folder, count, note
        self.real = self._read(held)
        self.masses, self.centre = masses_of(held)

    def _read(self, pictures: NDArray[np.uint8]) -> Array:
        return np.stack([self.eye.look(Image.fromarray(p)).embedding for p in pictures])

    def measure(self, pictures: NDArray[np.uint8]) -> dict[str, float]:
        """kid and its deviation over subsets; recall by the eye, and of masses."""
        made = self._read(pictures)
        kid, deviation = kernel_distance(made, self.real, size=min(50, len(made), len(self.real)))
        recalls = {
            "recall": recall_of(made, self.real),
            "recall_of_masses": recall_of(masses_of(pictures, self.centre)[0], self.masses),
        }
        return {
            "kid": round(kid, 4),
            "kid_deviation": round(deviation, 4),
            **{k: round(v, 4) for k, v in recalls.items()},
        }

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
