"""Flow matching around a Gaussian: the network learns only what a Gaussian model of the data gets wrong.

x_t = (1 - t) noise + t data, t from 0 to 1; the velocity data - noise is to be predicted (Lipman et al. 2023). If a
number of the
data were Gaussian with deviation s, the best velocity would be (t s^2 - (1 - t)) / v x_t with v = (1 - t)^2 + t^2 s^2,
and its
error would have the deviation s / sqrt(v). So the network sees x_t / sqrt(v) and its output, of deviation 1, is scaled
by
s / sqrt(v) and added to that velocity: the preconditioning of Karras et al. 2022, for each number of the data by
itself.
Where we differ: an untrained network already samples the Gaussian model, and short trainings go into form alone.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

__all__ = ["flow_loss", "sample_flow"]

Net = Callable[[Tensor, Tensor], Tensor]
"""(scaled x_t, t (n,)) -> output of x's shape."""


def _terms(t: Tensor, spread: Tensor, like: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """(scale of the input, weight of x_t, scale of the output), broadcast over `like` (n, channels, ...)."""
    rest = [1] * (like.dim() - 2)
    t = t.reshape(-1, 1, *rest)
    s = spread.reshape(1, -1, *rest)
    v = (1 - t) ** 2 + (t * s) ** 2
    return v.rsqrt(), (t * s * s - (1 - t)) / v, s * v.rsqrt()


def flow_loss(net: Net, data: Tensor, spread: Tensor, weight: Tensor, t: Tensor, noise: Tensor) -> Tensor:
    """Mean squared error of the network's output, each channel weighted; 1 for a Gaussian with channels independent of
    each other.

    data, noise: (n, channels, ...); spread, weight: (channels,), weights of mean 1; t: (n,) in (0, 1).
    """
    rest = [1] * (data.dim() - 2)
    at = t.reshape(-1, 1, *rest)
    x = (1 - at) * noise + at * data
    into, linear, out = _terms(t, spread, data)
    goal = (data - noise - linear * x) / out
    return ((net(x * into, t) - goal) ** 2 * weight.reshape(1, -1, *rest)).mean()


@torch.no_grad()
def sample_flow(net: Net, noise: Tensor, spread: Tensor, *, steps: int = 24) -> Tensor:
    """Data from noise (n, channels, ...) by Heun's method, `steps` steps and twice as many looks of the network.

    Steps are closer where the data takes its form, in the middle of the noise's range on a logarithmic scale.
    """
    u = torch.linspace(-3.6, 3.6, steps + 1)
    times = torch.sigmoid(u)
    times[0], times[-1] = 0.0, 1.0

    def velocity(x: Tensor, at: float) -> Tensor:
        t = torch.full((len(x),), min(max(at, 1e-3), 1 - 1e-3), device=x.device)
        into, linear, out = _terms(t, spread, x)
        return linear * x + out * net(x * into, t)

    x = noise
    for now, then in zip(times[:-1].tolist(), times[1:].tolist(), strict=True):
        first = velocity(x, now)
        guess = x + (then - now) * first
        x = guess if then >= 1 else x + (then - now) / 2 * (first + velocity(guess, then))
    return x
