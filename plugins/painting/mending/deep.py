"""Large gaps by a network that has seen nothing but the picture itself, after the deep image prior (Ulyanov, Vedaldi
and Lempitsky 2018).

A small convolutional network is fitted to the window around a gap, and what it makes of the gap continues edges and
textures. Where we
differ: the original, with noise as its input, learns the known pixels by heart within few steps and puts anything into
a large gap. Here the
network sees the window with the gap filled smoothly and learns what to add, on holes of the same shape that are cut
into the known
part. Work is bounded by steps and by the size of the window, never by time, so one seed gives one filling.
"""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from ....core.progress import Progress, Silent
from ..atelier.colour import Array
from ..atelier.noise import resize
from .prior import diffuse

__all__ = ["STEPS", "fill_deep"]

STEPS = 160
WINDOW = 128  # pixels of the longer side of the window that is fitted; larger ones are fitted smaller
NOISY = 0.02  # noise added to what it sees, so that the fit stays smooth
MADE = 8  # holes of the gap's shape that it learns from
LOOKS = 4  # outputs that are averaged
WIDTH = 24
DEEPEST = 4


def fill_deep(
    picture: Array,
    gap: np.ndarray,
    rng: np.random.Generator,
    *,
    unknown: np.ndarray | None = None,
    steps: int = STEPS,
    device: str = "cpu",
    progress: Progress | None = None,
) -> tuple[Array, Array]:
    """(picture, doubt): connected gaps of an sRGB picture (H, W, 3) in 0..1 filled one after another; doubt: deviation
    of the last
    outputs plus the error of the fit beside the gap, in levels 0..1, 0 outside.

    unknown: (H, W) bool, what must not be learnt from, the gaps among it (default: the gaps). Gaps near to each other
    are filled together. device: where the network is fitted.
    """
    progress = progress or Silent()
    unknown = gap.copy() if unknown is None else unknown | gap
    out, doubt = picture.astype(np.float32).copy(), np.zeros(gap.shape, np.float32)
    reach = max(8, int(ndimage.distance_transform_edt(gap).max()))
    labels, count = ndimage.label(ndimage.binary_dilation(gap, iterations=reach // 2))
    for number in range(1, count + 1):
        hole = gap & (labels == number)
        rows, columns = (np.flatnonzero(hole.any(axis=a)) for a in (1, 0))
        if not len(rows):
            continue
        margin = max(16, int(0.6 * max(np.ptp(rows), np.ptp(columns))))
        box = tuple(slice(max(0, v[0] - margin), v[-1] + margin + 1) for v in (rows, columns))
        seed = int(rng.integers(2**31))
        filled, unsure = _fit(
            out[box], unknown[box], hole[box], seed, steps, device, progress, (number - 1) / count, 1 / count
        )
        inside = hole[box]
        out[box][inside], doubt[box][inside] = filled[inside], unsure[inside]
        unknown &= ~hole
    return out, doubt


def _fit(
    part: Array,
    unknown: np.ndarray,
    hole: np.ndarray,
    seed: int,
    steps: int,
    device: str,
    progress: Progress,
    begun: float,
    share: float,
) -> tuple[Array, Array]:
    """The window as the network sees it, at its own size, and the deviation of that."""
    height, width = hole.shape
    scale = min(1.0, WINDOW / max(height, width))
    shape = (max(16, round(height * scale)), max(16, round(width * scale)))
    known = (~unknown).astype(np.float32)
    if shape != (height, width):
        weight = np.maximum(resize(known, *shape), 1e-3)
        small: Array = resize(part * known[..., None], *shape) / weight[..., None]
        known = (weight > 0.6).astype(np.float32)
    else:
        small = part
    mean, deviation = _learn(small, known, seed, steps, device, progress, begun, share)
    error = float(np.abs((mean - small)[known > 0]).mean()) if known.any() else 0.1
    if shape != (height, width):
        mean, deviation = resize(mean, height, width), resize(deviation, height, width)
    mean = mean + _offset(part - mean, unknown)
    return np.clip(mean, 0, 1).astype(np.float32), (deviation + error).astype(np.float32)


def _offset(rest: Array, unknown: np.ndarray) -> Array:
    """What the fit misses at the rim, carried smoothly into the gap, so that no seam is seen."""
    known = (~unknown).astype(np.float32)[..., None]
    total, weight = np.zeros_like(rest), np.zeros_like(known)
    for sigma in (1.5, 4, 10):
        total = total + ndimage.gaussian_filter(rest * known, (sigma, sigma, 0)) / sigma
        weight = weight + ndimage.gaussian_filter(known, (sigma, sigma, 0)) / sigma
    near = np.exp(-ndimage.distance_transform_edt(unknown) / 6)[..., None]
    return (total / np.maximum(weight, 1e-4) * near).astype(np.float32)


def _learn(
    small: Array, known: Array, seed: int, steps: int, device: str, progress: Progress, begun: float, share: float
) -> tuple[Array, Array]:
    import torch
    from torch import nn

    class Fold(nn.Module):
        """One level: down, what is inside, up, joined with a narrow way past."""

        def __init__(self, into: int, width: int, inside: nn.Module | None) -> None:
            super().__init__()
            self.down = nn.Sequential(_conv(into, width, 2), _conv(width, width, 1))
            self.inside = inside
            self.past = _conv(into, 8, 1)
            self.up = _conv(width + 8, width, 1)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            low = self.down(x)
            low = low if self.inside is None else self.inside(low)
            grown = nn.functional.interpolate(low, size=x.shape[2:], mode="bilinear", align_corners=False)
            out: torch.Tensor = self.up(torch.cat([grown, self.past(x)], 1))
            return out

    def _conv(into: int, out: int, stride: int) -> nn.Module:
        return nn.Sequential(nn.Conv2d(into, out, 3, stride, padding=1), nn.GroupNorm(4, out), nn.LeakyReLU(0.1))

    def _shaken(x: torch.Tensor) -> torch.Tensor:
        return x + NOISY * torch.randn(x.shape).to(device)  # drawn on the CPU: a seed is the same on each device

    rng = np.random.default_rng(seed)
    holes = [known > 0] + [(known > 0) & ~_moved(known <= 0, rng) for _ in range(MADE)]
    filled = [diffuse(small, ~seen) for seen in holes]
    levels = max(1, min(DEEPEST, int(np.log2(min(small.shape[:2]) / 4))))
    threads = torch.get_num_threads()
    torch.set_num_threads(1)  # sums would differ with the number of threads, and the fillings with them
    try:
        with torch.random.fork_rng(devices=[]), torch.enable_grad():
            torch.manual_seed(seed)
            inside: nn.Module | None = None
            for level in range(levels):
                inside = Fold(4 if level == levels - 1 else WIDTH, WIDTH, inside)
            assert inside is not None
            last = nn.Conv2d(WIDTH, 3, 1)
            nn.init.zeros_(last.weight)
            network = nn.Sequential(inside, last).to(device)
            goal = torch.from_numpy(np.ascontiguousarray(small.transpose(2, 0, 1), np.float32))[None].to(device)
            tables = [np.concatenate([f, s[..., None]], -1) for f, s in zip(filled, holes, strict=True)]
            shown = [
                torch.from_numpy(np.ascontiguousarray(t.transpose(2, 0, 1), np.float32))[None].to(device)
                for t in tables
            ]
            weights = [
                torch.from_numpy((known * np.where(s, 0.2, 1.0)).astype(np.float32))[None, None].to(device)
                for s in holes
            ]
            optimizer = torch.optim.Adam(network.parameters(), lr=0.004)
            for step in range(steps):
                number = int(rng.integers(1, len(shown)))
                made = shown[number][:, :3] + network(_shaken(shown[number]))
                loss = (((made - goal) ** 2).sum(1, keepdim=True) * weights[number]).mean()
                loss.backward()
                optimizer.step()
                optimizer.zero_grad()
                progress.update(begun + share * step / steps, "fitting a network to the picture")
            with torch.no_grad():
                looks = torch.cat([shown[0][:, :3] + network(_shaken(shown[0])) for _ in range(LOOKS)])
    finally:
        torch.set_num_threads(threads)
    return looks.mean(0).permute(1, 2, 0).cpu().numpy(), looks.std(0).mean(0).cpu().numpy()


def _moved(gap: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The gap shifted round the window, mirrored by chance: a hole like it where the truth is known."""
    gap = gap[::-1] if rng.random() < 0.5 else gap
    gap = gap[:, ::-1] if rng.random() < 0.5 else gap
    return np.roll(gap, (int(rng.integers(gap.shape[0])), int(rng.integers(gap.shape[1]))), axis=(0, 1))
