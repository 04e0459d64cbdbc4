"""The eye: names movement, artist and genre with calibrated probabilities, and tells how near works lie to one another.

A picture becomes a Fisher vector, the vector a few dozen scores (a ridge regression on artists, movements and genres),
and
the scores probabilities (`judge`). The scores also serve as an embedding: for similarity and KID.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ....core.errors import WeightsError
from ....core.weights import load_weights, save_weights
from .descriptors import KINDS, Array, read_square
from .fisher import Codebook, Encoder
from .judge import Judge
from .photographs import PhotographTest, shipped_test
from .ridge import softmax

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["SUBJECTS", "Eye", "Sight", "kernel_distance", "unit_rows"]

SUBJECTS = ("movement", "artist", "genre", "hand")


def unit_rows(table: Array) -> Array:
    """Rows scaled to unit length."""
    return (table / np.maximum(np.linalg.norm(table, axis=1, keepdims=True), 1e-9)).astype(np.float32)


@dataclass(frozen=True, kw_only=True)
class Sight:
    """What the eye sees in one picture: probabilities by subject and class, the embedding (unit length), and the
    probability that it is a photograph (None of an eye that cannot tell)."""

    probabilities: Mapping[str, Mapping[str, float]]
    embedding: Array
    photograph: float | None = None

    def first(self, subject: str) -> tuple[str, float]:
        """The likeliest class of a subject and its probability."""
        found = self.probabilities[subject]
        name = max(found, key=found.__getitem__)
        return name, found[name]

    def ranked(self, subject: str, count: int = 5) -> list[dict[str, Any]]:
        """The likeliest classes, plain JSON."""
        found = self.probabilities.get(subject, {})
        return [{"name": n, "probability": round(found[n], 4)} for n in sorted(found, key=lambda n: -found[n])[:count]]


@dataclass(frozen=True, kw_only=True)
class Eye:
    """See the module. axes (s, size), centre (s,): from a Fisher vector to scores; judge, names, temperatures: from
    scores to
    probabilities of classes by subject; works: rows of title, artist, style, year of the index; index (n, s): their
    scores, unit length; near: 101 quantiles of each work's similarity to its nearest other."""

    encoder: Encoder
    axes: Array
    centre: Array
    judge: Judge
    names: Mapping[str, tuple[str, ...]]
    temperatures: Mapping[str, float]
    works: Sequence[Mapping[str, str]]
    index: Array
    near: Array
    card: Mapping[str, Any] = field(default_factory=dict)

    def look(self, picture: Image) -> Sight:
        """Read an RGB picture of any size (a tenth of a second)."""
        return self.look_at(self.encoder.encode(read_square(picture)))

    def look_at(self, vector: Array) -> Sight:
        """Read a Fisher vector."""
        short = (self.axes @ vector - self.centre)[None]
        scores = self.judge.scores(short)
        found = {s: softmax(scores[s] / self.temperatures[s])[0] for s in self.names}
        return Sight(
            probabilities={s: dict(zip(self.names[s], map(float, p), strict=True)) for s, p in found.items()},
            embedding=unit_rows(short)[0],
            photograph=self._photographs.probability(vector) if self._photographs else None,
        )

    @cached_property
    def _photographs(self) -> PhotographTest | None:
        """What tells photographs, if it reads this eye's vectors."""
        test = shipped_test()
        return test if test.fits(self.encoder) else None

    def nearest(self, sight: Sight, count: int = 5) -> list[dict[str, Any]]:
        """The known works most like it: title, artist, style, similarity (cosine, -1..1)."""
        similarity = self.index @ sight.embedding
        return [
            {**self.works[i], "similarity": round(float(similarity[i]), 4)}
            for i in np.argsort(-similarity, kind="stable")[:count]
        ]

    def save(self, path: Path, card: Mapping[str, Any]) -> None:
        """Write the eye and its card."""
        arrays: dict[str, Any] = {"axes": self.axes, "centre": self.centre, "near": self.near, **self.judge.to_arrays()}
        for name, book in self.encoder.books.items():
            arrays |= book.to_arrays(f"book.{name}")
        arrays["index"] = np.clip(np.rint(self.index * 127), -127, 127).astype(np.int8)
        rows = json.dumps([list(w.values()) for w in self.works], ensure_ascii=False).encode()
        arrays["works"] = np.frombuffer(zlib.compress(rows, 9), np.uint8)
        config = {
            "classes": {s: list(names) for s, names in self.names.items()},
            "temperatures": dict(self.temperatures),
            "parts": {s: list(p) for s, p in self.judge.parts.items()},
            "columns": list(self.works[0]) if self.works else [],
            "kinds": list(self.encoder.books),
        }
        save_weights(path, arrays, {**card, "config": {**card.get("config", {}), **config}})

    @classmethod
    def load(cls, path: Path) -> Eye:
        """Read an eye. Raises WeightsError if the file is not one, or does not match its card."""
        arrays, card = load_weights(path)
        try:
            config = card["config"]
            rows = json.loads(zlib.decompress(arrays["works"].tobytes()))
            if strange := set(config["kinds"]) - {k.name for k in KINDS}:
                raise ValueError(f"it looks for {', '.join(sorted(strange))}, which this artwright does not see")
            books = {k.name: Codebook.from_arrays(arrays, f"book.{k.name}") for k in KINDS if k.name in config["kinds"]}
            return cls(
                encoder=Encoder(books),
                axes=arrays["axes"],
                centre=arrays["centre"],
                judge=Judge.from_arrays(arrays, config["parts"]),
                names={s: tuple(names) for s, names in config["classes"].items()},
                temperatures=config["temperatures"],
                index=unit_rows(arrays["index"].astype(np.float32)),
                near=arrays["near"],
                works=[dict(zip(config["columns"], row, strict=True)) for row in rows],
                card=card,
            )
        except (KeyError, TypeError, ValueError, zlib.error) as error:
            raise WeightsError(
                f"{str(path)!r} cannot be used as an eye: {error}; train one with 'artwright painting train FOLDER "
                f"--model eye'"
            ) from error


def kernel_distance(
    one: Array, other: Array, *, subsets: int = 50, size: int = 200, seed: int = 0
) -> tuple[float, float]:
    """Kernel inception distance (Binkowski et al. 2018) on the eye's embeddings: (mean, deviation) over subsets.

    one, other: (n, e) unit vectors, two at least each. The kernel is ((x.y) + 1)^3, x and y scaled to unit length;
    0 means that the two sets cannot be told apart, and a little noise goes below.
    """
    rng = np.random.default_rng(seed)
    size = min(size, len(one), len(other))
    found = []
    for _ in range(subsets):
        x, y = one[rng.choice(len(one), size, replace=False)], other[rng.choice(len(other), size, replace=False)]
        xx, yy, xy = (x @ x.T + 1) ** 3, (y @ y.T + 1) ** 3, (x @ y.T + 1) ** 3
        np.fill_diagonal(xx, 0)
        np.fill_diagonal(yy, 0)
        found.append((xx.sum() + yy.sum()) / (size * (size - 1)) - 2 * xy.mean())
    return float(np.mean(found)), float(np.std(found))
