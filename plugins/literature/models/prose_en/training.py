"""Training of the English BPE model: n-grams counted over all the text, a small network for the time that is given."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from .....core.training import TrainingPlan, device_of, train
from .....core.weights import save_weights
from ...lm.ngrams import build_ngrams
from ..verse_en.training import pack_text
from .texts import ANY, PROSE, VERSE, ProseData, build_data, token_id

if TYPE_CHECKING:
    from tokenizers import Tokenizer

    from .....core.progress import Progress

__all__ = ["train_prose"]

ROWS, LENGTH, PREFIX = 8, 256, 2
VERSE_SHARE = 0.4


def load_data(
    corpus: Path, cache: Path, size: int, progress: Progress | None
) -> tuple[ProseData, Tokenizer, list[str]]:
    """The corpus as streams, from `cache` if it was prepared there before."""
    from tokenizers import Tokenizer

    arrays, coder = cache / "data.npz", cache / "tokenizer.json"
    if arrays.exists() and coder.exists():
        tokenizer = Tokenizer.from_file(str(coder))
        authors = [
            t.removeprefix("<author:").removesuffix(">")
            for t in tokenizer.get_vocab()
            if t.startswith("<author:") and t != ANY
        ]
        return ProseData.load(arrays), tokenizer, sorted(authors)
    if progress is not None:
        progress.update(0.0, "reading the corpus")
    data, tokenizer, authors = build_data(corpus, size=size)
    cache.mkdir(parents=True, exist_ok=True)
    data.save(arrays)
    tokenizer.save(str(coder))
    return data, tokenizer, authors


class Windows:
    """Draws rows of text with their prefix: kind and author."""

    def __init__(self, data: ProseData, tokenizer: Tokenizer, length: int) -> None:
        self.data, self.length = data, length
        self.kinds = {"verse": token_id(tokenizer, VERSE), "prose": token_id(tokenizer, PROSE)}
        self.any = token_id(tokenizer, ANY)

    def batch(self, rng: np.random.Generator, rows: int) -> NDArray[np.int64]:
        """(rows, PREFIX + length) tokens."""
        out = np.zeros((rows, PREFIX + self.length), np.int64)
        for row in range(rows):
            verse = len(self.data.verse) > self.length and rng.random() < VERSE_SHARE
            stream = self.data.verse if verse else self.data.prose
            at = int(rng.integers(max(1, len(stream) - self.length)))
            author = self.any
            if verse and rng.random() < 0.5:
                at = int(self.data.verse_start[np.searchsorted(self.data.verse_start, at, side="right") - 1])
                at = min(at, len(stream) - self.length)
            elif not verse and rng.random() < 0.75:
                author = int(self.data.prose_author[np.searchsorted(self.data.prose_start, at, side="right") - 1])
            piece = stream[at : at + self.length]
            out[row, :PREFIX] = self.kinds["verse" if verse else "prose"], author
            out[row, PREFIX : PREFIX + len(piece)] = piece
        return out

    def held_out(self, rows: int) -> list[NDArray[np.int64]]:
        """Batches over the beginnings of the held-out streams, prose then verse."""
        batches = []
        for kind, stream in (("prose", self.data.held_prose), ("verse", self.data.held_verse)):
            count = min(rows, len(stream) // self.length)
            if count:
                starts = np.linspace(0, len(stream) - self.length, count).astype(int)
                body = np.stack([stream[s : s + self.length] for s in starts]).astype(np.int64)
                head = np.broadcast_to([self.kinds[kind], self.any], (count, PREFIX))
                batches.append(np.concatenate([head, body], axis=1))
        return batches


def train_prose(
    corpus: Path,
    *,
    name: str,
    minutes: float,
    runs: Path,
    weights: Path,
    resume: bool,
    seed: int,
    command: str,
    data_name: str,
    licence: str = "",
    progress: Progress | None = None,
    width: int = 192,
    layers: int = 5,
    size: int = 8_192,
    steps: int = 1_000_000_000,
    device: str = "cpu",
) -> tuple[Path, dict[str, Any]]:
    """Train and write `weights/NAME.safetensors`; returns (path, card). Errors as in `train_verse`."""
    import torch

    from .network import ProseConfig, ProseNetwork

    run = Path(runs) / name
    data, tokenizer, authors = load_data(Path(corpus), run, size, progress)
    length = min(LENGTH, max(16, len(data.prose) // 8))
    vocabulary = tokenizer.get_vocab_size()
    config = ProseConfig(
        vocabulary=vocabulary,
        width=width,
        layers=layers,
        heads=max(1, width // 64),
        hidden=max(64, round(width / 24) * 64),
    )
    torch.manual_seed(seed)
    module = ProseNetwork(config)
    windows = Windows(data, tokenizer, length)
    probe = windows.held_out(12) or [windows.batch(np.random.default_rng(7), 4)]

    def loss(net: torch.nn.Module, rng: np.random.Generator) -> torch.Tensor:
        assert isinstance(net, ProseNetwork)
        return net.loss(torch.from_numpy(windows.batch(rng, ROWS)).to(device_of(net)), PREFIX)

    def evaluate(net: torch.nn.Module) -> float:
        assert isinstance(net, ProseNetwork)
        return float(
            np.mean([net.loss(torch.from_numpy(b).to(device_of(net)), PREFIX).item() for b in probe]) / np.log(2)
        )

    plan = TrainingPlan(
        minutes=minutes, steps=steps, lr=3e-3, seed=seed, evaluate_every=300, checkpoint_every=240, mixed=True
    )
    settings = {"width": width, "layers": layers, "vocabulary": vocabulary, "seed": seed}
    result = train(
        module,
        loss=loss,
        evaluate=evaluate,
        plan=plan,
        folder=run,
        resume=resume,
        progress=progress,
        settings=settings,
        device=device,
    )
    if progress is not None:
        progress.update(0.99, "counting n-grams")
    arrays: dict[str, NDArray[Any]] = {**module.arrays(), "tokenizer": pack_text(tokenizer.to_str())}
    arrays |= count_ngrams(data, vocabulary)
    card = {
        "model": "prose-en",
        "data": data_name,
        "licence": licence,
        "steps": result.steps,
        "seconds": round(result.seconds),
        "seed": seed,
        "command": command,
        "authors": authors,
        "config": {
            "vocabulary": vocabulary,
            "width": width,
            "layers": layers,
            "heads": config.heads,
            "hidden": config.hidden,
            "length": length,
        },
        "tokens": result.steps * ROWS * length,
        "evaluation": {"held_out_bits_per_token": round(result.best or 0.0, 4)},
        "parameters": int(sum(p.numel() for p in module.parameters())),
    }
    path = Path(weights) / f"{name}.safetensors"
    save_weights(path, arrays, card)
    return path, card


def count_ngrams(data: ProseData, vocabulary: int) -> dict[str, NDArray[Any]]:
    """Tries of both kinds as arrays; where there is no verse, that of prose alone."""
    out: dict[str, NDArray[Any]] = dict(
        build_ngrams(data.prose, vocabulary, least=(1, 1, 2, 2), most=450_000).arrays("prose")
    )
    if len(data.verse) > 1000:
        out |= build_ngrams(data.verse, vocabulary, least=(1, 2, 3, 3), most=450_000).arrays("verse")
    return out
