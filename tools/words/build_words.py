"""Word vectors from texts: `python tools/words/build_words.py CORPUS [--output FOLDER]`.

Positive pointwise mutual information with smoothed contexts, then a truncated singular value decomposition, as in
Levy, Goldberg and Dagan (2015), "Improving Distributional Similarity with Lessons Learned from Word Embeddings".
Where we differ: the mean and the strongest directions, which hold frequency more than meaning, are taken out before
the rows are brought to length one (Mu and Viswanath 2018, "All-but-the-Top").
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import numpy as np
from artwright.core.theme import concepts
from artwright.core.weights import save_weights
from artwright.core.words import DATA, lay_out, nearness
from count_words import Counts, count_chinese, count_english, read_chinese, read_english
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["evaluate", "factorise", "main"]

WIDTH = 64
ROWS_EN, CONTEXTS_EN = 16_000, 8_000
CHARACTERS_ZH, RUNS_ZH, CONTEXTS_ZH = 3_400, (4_000, 320, 180), 3_000


def factorise(
    matrix: NDArray[np.float32],
    *,
    width: int = WIDTH,
    smooth: float = 0.75,
    power: float = 0.5,
    top: int = 2,
    least: float = 1.0,
) -> NDArray[np.float32]:
    """Vectors of length one, float32 of shape (rows, width), of co-occurrence counts of shape (rows, contexts).

    smooth: exponent on the contexts' frequencies; power: of the singular values; top: strongest directions taken out;
    least: lighter cells are left out.
    """
    from scipy.sparse import csr_matrix
    from scipy.sparse.linalg import svds

    rows = np.maximum(matrix.sum(1, dtype=np.float64), 1e-9)
    columns = np.maximum(matrix.sum(0, dtype=np.float64), 1e-9) ** smooth
    columns /= columns.sum()
    sparse = csr_matrix(np.where(matrix >= least, matrix, 0))
    r, c = sparse.nonzero()
    values = np.log(sparse.data / (rows[r] * columns[c]))
    good = values > 0
    information = csr_matrix((values[good].astype(np.float32), (r[good], c[good])), shape=matrix.shape)
    u, s, _ = svds(information, k=width + top, v0=np.full(min(matrix.shape), min(matrix.shape) ** -0.5, np.float32))
    vectors = (u * s**power)[:, ::-1].astype(np.float64)
    vectors -= vectors.mean(0)
    _, _, directions = np.linalg.svd(vectors, full_matrices=False)
    vectors = (vectors @ directions.T)[:, top:]
    return (vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)).astype(np.float32)


def evaluate(words: Sequence[str], vectors: NDArray[np.float32], language: str) -> dict[str, Any]:
    """How often a word of the shared table, taken out of its concept, comes back to it: first or among the first three;
    chance is below 0.01.

    curve: [least nearness, share of the words that stay, share of these that find their concept].
    """
    place = {w: i for i, w in enumerate(words)}
    listed = [[place[w] for w in getattr(c, language) if w in place] for c in concepts().values()]
    listed = [rows for rows in listed if len(rows) >= 2]
    members = lay_out(listed)
    lengths = np.array([np.linalg.norm(vectors[rows].mean(0)) for rows in listed], np.float32)
    best, ranks = [], []
    for number, rows in enumerate(listed):
        for row in rows:
            rest = [r for r in rows if r != row]
            without, shorter = members.copy(), lengths.copy()
            without[number] = -1
            without[number, : len(rest)] = rest
            shorter[number] = np.linalg.norm(vectors[rest].mean(0))
            near = nearness(vectors @ vectors[row], without, shorter)
            best.append(float(near.max()))
            ranks.append(int((near > near[number]).sum()))
    nearest, rank = np.array(best), np.array(ranks)
    curve = [
        [t, round(float((nearest >= t).mean()), 3), round(float((rank[nearest >= t] == 0).mean()), 3)]
        for t in (0.4, 0.5, 0.55, 0.6, 0.65, 0.7)
    ]
    return {
        "words": len(rank),
        "top_1": round(float((rank == 0).mean()), 3),
        "top_3": round(float((rank < 3).mean()), 3),
        "curve": curve,
    }


def _save(
    folder: Path, language: str, counts: Counts, options: dict[str, Any], command: str, data: str, seconds: float
) -> dict[str, Any]:
    vectors = factorise(counts.matrix, **options)
    found = evaluate(counts.words, vectors, language)
    text = np.frombuffer("\n".join(counts.words).encode("utf-8"), np.uint8)
    rarity = np.log2(np.maximum(counts.frequency, 1)).astype(np.float16)
    card = {
        "data": data,
        "licence": "MIT; made from texts in the public domain",
        "steps": 1,
        "seconds": round(seconds),
        "seed": 0,
        "command": command,
        "config": {
            "rows": len(counts.words),
            "contexts": counts.matrix.shape[1],
            "width": vectors.shape[1],
            "tokens": counts.tokens,
            **options,
        },
        "evaluation": {"task": "a word of the shared table, taken out of its concept, finds it again", **found},
        "method": "PPMI, truncated SVD (Levy, Goldberg and Dagan 2015), mean and strongest directions taken out (Mu and "
        "Viswanath 2018)",
    }
    save_weights(
        folder / f"words-{language}.safetensors", {"vectors": vectors, "words": text, "frequency": rarity}, card
    )
    return found


@click.command(help=__doc__.split("\n")[0])
@click.argument("corpus", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    default=DATA,
    help="Folder for the vectors and their card.",
)
@click.option("--language", type=click.Choice(["en", "zh", "all"]), default="all", help="Which vectors to make.")
def main(corpus: Path, output: Path, language: str) -> None:
    """Count, factorise, evaluate, save."""
    command = "python tools/words/build_words.py CORPUS"
    if language in ("en", "all"):
        start = time.perf_counter()
        counts = count_english(read_english(corpus), rows=ROWS_EN, contexts=CONTEXTS_EN)
        data = "56,060 English poems and 105 works of prose in the public domain (Project Gutenberg texts)"
        click.echo(
            f"en: {_save(output, 'en', counts, {'top': 2, 'least': 1.0}, command, data, time.perf_counter() - start)}"
        )
    if language in ("zh", "all"):
        start = time.perf_counter()
        wanted = [w for c in concepts().values() for w in c.zh]
        counts = count_chinese(
            read_chinese(corpus), characters=CHARACTERS_ZH, runs=RUNS_ZH, contexts=CONTEXTS_ZH, wanted=wanted
        )
        data = (
            "78,682 classical and 173 modern Chinese poems, vernacular prose before 1920, Lu Xun, Yu Dafu, Xiao "
            "Hong, Zhu Ziqing, all in the public domain"
        )
        click.echo(
            f"zh: {_save(output, 'zh', counts, {'top': 2, 'least': 1.0}, command, data, time.perf_counter() - start)}"
        )


if __name__ == "__main__":
    main()
