"""The sketcher: a pyramid, a mixture for compositions and a flow for each finer level; makes pictures of 64 x 64 of a
movement and a genre.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from ....core.errors import WeightsError
from ....core.weights import load_weights, save_weights
from .compositions import Compositions
from .flow import sample_flow
from .networks import Drawer
from .pyramid import COARSEST, FACTORS, KEPT, Pyramid, to_pixels

__all__ = ["Sketcher", "build_networks"]

COARSE_NOISE = (
    0.06  # deviation of what is added to the means at generation; in training it runs from 0 to twice as much
)
CALM = 0.92  # deviation of the noise that a level is made from: below 1 the commoner forms come out, with less speckle
PARTS = ("masses", "drawing")


def build_networks(movements: int, genres: int, *, width: int = 96) -> list[nn.Module]:
    """The networks of the finer levels, untrained; movements, genres: numbers of classes with "any" among them; width:
    96, less for trials.
    """
    return [
        Drawer(k, s, movements, genres, width=width, outer=width // 2)
        for k, s in zip(KEPT, (COARSEST, COARSEST * FACTORS[0]), strict=True)
    ]


@dataclass
class Sketcher:
    """See the module. movements, genres: names of the classes, the first of each "" for any."""

    pyramid: Pyramid
    compositions: Compositions
    networks: Sequence[nn.Module]
    movements: Sequence[str]
    genres: Sequence[str]
    width: int = 96
    card: Mapping[str, Any] = field(default_factory=dict)

    def sample(
        self,
        rng: np.random.Generator,
        count: int = 1,
        *,
        movement: str = "",
        genre: str = "",
        guidance: float = 1.6,
        steps: int = 24,
    ) -> NDArray[np.uint8]:
        """`count` sketches (count, 64, 64, 3) of a movement and genre ("" is any).

        guidance: 1 as learnt, more for what is typical of the classes; steps: of the flow at each level.
        """
        m, g = self.movements.index(movement), self.genres.index(genre)
        before = torch.get_num_threads()
        torch.set_num_threads(1)  # sums of convolutions, so pictures, would differ with the number of threads
        try:
            return self._sample(rng, count, m, g, guidance, steps)
        finally:
            torch.set_num_threads(before)

    def _sample(
        self, rng: np.random.Generator, count: int, movement: int, genre: int, guidance: float, steps: int
    ) -> NDArray[np.uint8]:
        flat = self.compositions.sample(rng, count, movement=movement, genre=genre, guidance=guidance)
        state = self.pyramid.compose(flat)
        for level, drawer in zip(self.pyramid.levels, self.networks, strict=True):
            place = next(drawer.parameters()).device
            means = torch.from_numpy(np.ascontiguousarray(state.transpose(0, 3, 1, 2))).to(place)
            coarse = means + COARSE_NOISE * _normal(rng, *means.shape).to(place)
            noise = CALM * _normal(rng, count, len(level.spread), *means.shape[2:]).to(place)
            spread = torch.from_numpy(level.spread).to(place)
            found = sample_flow(_guided(drawer, coarse, movement, genre, guidance), noise, spread, steps=steps)
            state = level.join(state, found.cpu().numpy().transpose(0, 2, 3, 1))
        return to_pixels(state)

    def save(self, path: Path, card: Mapping[str, Any]) -> None:
        """Write the weights and their card."""
        arrays: dict[str, Any] = {**self.pyramid.to_arrays(), **self.compositions.to_arrays()}
        shapes: dict[str, list[int]] = {}
        for part, network in zip(PARTS, self.networks, strict=True):
            for name, tensor in network.state_dict().items():
                value = tensor.detach().cpu().numpy()
                key = f"{part}.{name}"
                if value.ndim > 2:
                    shapes[key] = list(value.shape)
                    value = value.reshape(len(value), -1)  # rows of eight bits, like all matrices
                arrays[key] = value
        config = {"movements": list(self.movements), "genres": list(self.genres), "width": self.width, "shapes": shapes}
        save_weights(path, arrays, {**card, "config": {**card.get("config", {}), **config}})

    @classmethod
    def load(cls, path: Path, device: str = "cpu") -> Sketcher:
        """Read a sketcher, its networks on a device. Raises WeightsError if the file is not one, or does not match its card."""
        arrays, card = load_weights(path)
        try:
            config = card["config"]
            networks = build_networks(len(config["movements"]), len(config["genres"]), width=config["width"])
            for part, network in zip(PARTS, networks, strict=True):
                own = {
                    k.removeprefix(part + "."): v.reshape(config["shapes"].get(k, v.shape))
                    for k, v in arrays.items()
                    if k.startswith(part + ".")
                }
                network.load_state_dict({k: torch.from_numpy(np.ascontiguousarray(v)) for k, v in own.items()})
                network.to(device).eval()
            pyramid = Pyramid.from_arrays(arrays)
            return cls(
                pyramid=pyramid,
                compositions=Compositions.from_arrays(arrays, pyramid.spread),
                networks=networks,
                movements=config["movements"],
                genres=config["genres"],
                width=config["width"],
                card=card,
            )
        except (KeyError, TypeError, ValueError, RuntimeError) as error:
            text = str(error).splitlines()[0]
            raise WeightsError(
                f"{str(path)!r} is no sketcher: {text}; train one with 'artwright painting train FOLDER --model sketch'"
            ) from error


def _normal(rng: np.random.Generator, *shape: int) -> Tensor:
    return torch.from_numpy(rng.standard_normal(shape, np.float32))


def _guided(network: nn.Module, means: Tensor, movement: int, genre: int, guidance: float) -> Any:
    """The network's output for the classes, moved away from that for any by guidance - 1."""

    def net(x: Tensor, t: Tensor) -> Tensor:
        m, g = (torch.full((len(x),), kind, device=x.device) for kind in (movement, genre))
        out: Tensor = network(x, means, t, m, g)
        if guidance != 1 and (movement or genre):
            plain = network(x, means, t, torch.zeros_like(m), torch.zeros_like(g))
            out = plain + guidance * (out - plain)
        return out

    return net
