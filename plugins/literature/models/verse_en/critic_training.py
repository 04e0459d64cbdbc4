"""Training of the critic of stanzas: sentences of four lines by poets, against stanzas that the writer draws and lines
put out of their place.

    python -m artwright.plugins.literature.models.verse_en.critic_training CORPUS CACHE OUTPUT

CORPUS: corpora/texts; CACHE: the folder of a verse run, with its prepared arrays, or one to be made; OUTPUT: a
.safetensors file.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn.functional import binary_cross_entropy_with_logits

from .....core.progress import Silent
from .....core.theme import Theme
from .....core.weights import save_weights
from .....core.words import vectors_of
from ...english.brief import Draft
from ...english.composition import Composition
from ...english.corpus import ARCHAIC, GO, LINE, NONE, UNKNOWN, Prepared
from ...english.forms import find_form, plan
from ...english.line_sampling import Settings, draw_lines
from ...english.line_scores import score_line
from ...english.line_tasks import line_task
from ...english.rescoring import ForwardReader
from ...english.words import END_MARKS, MARKS
from ...english.writer import brief_for
from ...lm.lending import weights_of
from ..poet.options import PoetOptions
from ..prose_en.engine import ProseEngine
from .critic import BREAK, ODD, told_words
from .engine import Features, VerseEngine
from .training import load_corpus

__all__ = ["Reader", "draw_stanzas", "real_sentences", "train_critic"]

Stanza = list[list[str]]
LINES = 4
WIDTH, EMBEDDING = 64, 32
#: What a verdict counts after one line to four.
LINE_WEIGHTS = (0.5, 0.7, 0.85, 1.0)
_GOING_ON = ("and", "but", "or", "nor", "so", "then", "yet", "for")


def real_sentences(data: Prepared, words: Sequence[str]) -> tuple[list[Stanza], list[Stanza]]:
    """(learned, held out) runs of four lines of eight or ten syllables that begin and end with a sentence, in the
    tongue that the writer writes.
    """
    index = {w: i for i, w in enumerate(words)}

    def marked(chosen: Sequence[str]) -> NDArray[np.bool_]:
        out = np.zeros(len(words), bool)
        out[[index[w] for w in chosen if w in index]] = True
        return out

    stops, old, going = marked(tuple(END_MARKS)), marked(tuple(ARCHAIC - {"unto", "oft", "o'er"})), marked(_GOING_ON)
    count = len(data.line_poem)
    line = np.repeat(np.arange(count), np.diff(data.line_start))
    ends, opens = data.tokens[data.line_start[:-1]], data.tokens[data.line_start[1:] - 2]
    odd = np.bincount(line, old[data.tokens], count) * 9 + np.bincount(line, data.tokens == UNKNOWN, count)
    s = np.arange(count - LINES)
    fits = (data.line_poem[s] == data.line_poem[s + 3]) & stops[ends[s + 3]] & ~going[opens[s]]
    fits &= np.concatenate([[True], (data.line_poem[1:] != data.line_poem[:-1]) | stops[ends[:-1]]])[s]
    fits &= np.isin(data.line_syllables[s], (8, 10)) & (sum(odd[s + k] for k in range(LINES)) <= 1)
    for k in range(1, LINES):
        fits &= data.line_syllables[s + k] == data.line_syllables[s]
    held = data.held_out[data.line_poem[s]]
    fits &= held | (data.weights[data.line_poem[s]] > 0)
    out: tuple[list[Stanza], list[Stanza]] = ([], [])
    after = 0
    for i in np.flatnonzero(fits).tolist():
        if i >= after:
            after = i + LINES
            read = [data.tokens[data.line_start[k] : data.line_start[k + 1] - 1][::-1] for k in range(i, after)]
            out[int(held[i])].append([[words[t] for t in tokens if words[t] != NONE] for tokens in read])
    return out


def draw_stanzas(
    engine: VerseEngine,
    forward: ForwardReader | None,
    real: Sequence[Stanza],
    batches: int,
    rng: np.random.Generator,
    *,
    each: int = 48,
    of: int = 5,
) -> list[Stanza]:
    """Quatrains as the writer draws them, `each` on a theme taken from a real stanza: every poem for itself, the best
    of `of` candidates a line.
    """

    out: list[Stanza] = []
    for _ in range(batches):
        source = real[int(rng.integers(len(real)))]
        known = [engine.index[w] for line in source for w in line if w in engine.index]
        nouns = [
            t for t in known if engine.tags[t] in ("noun", "nouns") and engine.lexicon.usable[t] and t < engine.second
        ]
        if not nouns:
            continue
        shape = plan(find_form("quatrain"), rng)
        theme = " ".join(engine.words[t] for t in rng.permutation(nouns)[: int(rng.integers(1, 3))])
        brief = brief_for(engine, Theme.from_prompt(theme), shape, PoetOptions(), rng)
        poem = Composition(engine, shape, brief, Settings(critic=0.0), forward)
        past = engine.start(poem.prefix(), 30 + sum(shape.syllables) * 2).take(np.zeros(each, np.int64))
        drafts = [Draft(wanted=poem.wanted) for _ in range(each)]
        for line in range(LINES):
            task = line_task(poem, line, drafts)
            n = len(drafts)
            features = Features(
                np.full(n, task.total), np.full(n, task.number), np.full(n, task.relation), task.partner, task.before
            )
            past, hidden = engine.advance(past, np.full(n, LINE if line else GO), features)
            drawn, lines = draw_lines(engine, past, hidden, task, of, rng, poem.settings, full=poem.full)
            best: dict[int, tuple[Draft, Any]] = {}
            for candidate in drawn:
                new = None if candidate.broken else score_line(poem, candidate, drafts[candidate.beam], line)
                if new is not None and (candidate.beam not in best or new.score > best[candidate.beam][0].score):
                    best[candidate.beam] = (new, candidate)
            drafts = [d for d, _ in best.values()]
            if not drafts:
                break
            past = engine.join(
                past,
                lines,
                np.array([c.row for _, c in best.values()]),
                np.array([len(c.tokens) for _, c in best.values()]),
            )
        out += [
            [[engine.words[t] for t in line if engine.words[t] != NONE] for line in draft.lines] for draft in drafts
        ]
    return out


@dataclass
class Reader:
    """Words as the critic is told them. groups, vectors: of each word of `index`."""

    index: dict[str, int]
    groups: NDArray[np.int64]
    vectors: NDArray[np.float32]

    @classmethod
    def of(cls, engine: VerseEngine) -> Reader:
        """Groups and shared vectors of an engine's words; names and words that are never written have no group."""

        assert engine.classes is not None
        groups = engine.classes.class_of + 2
        told = [i >= engine.first_word and bool(engine.lexicon.usable[i]) for i in range(len(engine.words))]
        groups = np.where(np.array(told) | np.isin(engine.words, MARKS), groups, ODD)
        spelled = [
            w if ok and not f else "" for w, ok, f in zip(engine.words, told, engine.lexicon.function, strict=True)
        ]
        return cls(dict(engine.index), groups, vectors_of(spelled, "en"))

    def batch(self, stanzas: Sequence[Stanza]) -> tuple[NDArray[np.int64], NDArray[np.float32], NDArray[np.int64]]:
        """(groups, vectors, places of the line ends) of stanzas of four lines, filled up with zeros."""
        rows = []
        for stanza in stanzas:
            rows.append([[self.index.get(w, -1) for w in told_words(line)] for line in stanza])
        longest = max(sum(len(line) + 1 for line in row) for row in rows)
        groups = np.zeros((len(rows), longest), np.int64)
        vectors = np.zeros((len(rows), longest, self.vectors.shape[1]), np.float32)
        ends = np.zeros((len(rows), LINES), np.int64)
        for r, row in enumerate(rows):
            at = 0
            for k, line in enumerate(row):
                known = np.array(line)
                groups[r, at : at + len(line)] = np.where(known >= 0, self.groups[known], ODD)
                vectors[r, at : at + len(line)] = np.where(known[:, None] >= 0, self.vectors[known], 0)
                at += len(line) + 1
                ends[r, k] = at - 1
                groups[r, at - 1] = BREAK
        return groups, vectors, ends


def _misplaced(
    stanza: Stanza, pool: dict[tuple[bool, int, str], list[list[str]]], rng: np.random.Generator
) -> tuple[Stanza, list[float]]:
    """A real stanza whose lines from one on come from other poems, with what is true after each line."""
    out, first = list(stanza), int(rng.integers(1, LINES))
    for k in range(first, LINES):
        if k == first or rng.random() < 0.5:
            others = pool[_place(stanza, k)]
            out[k] = others[int(rng.integers(len(others)))]
    return out, [float(k < first) for k in range(LINES)]


def _place(stanza: Stanza, line: int) -> tuple[bool, int, str]:
    last = stanza[line][-1]
    return len(stanza[0]) > 8, line, last if last in MARKS else ""


class CriticNetwork(nn.Module):
    """The critic in torch, for training. groups: of words; size: of a shared vector."""

    def __init__(self, groups: int, size: int) -> None:
        super().__init__()
        self.embedding, self.vectors = nn.Embedding(groups, EMBEDDING), nn.Linear(size, EMBEDDING, bias=False)
        nn.init.normal_(self.embedding.weight, std=0.5)
        nn.init.uniform_(self.vectors.weight, -0.25, 0.25)
        self.recurrent = nn.GRU(EMBEDDING, WIDTH, batch_first=True)
        self.out, self.drop = nn.Linear(WIDTH, 1, bias=False), nn.Dropout(0.25)

    def forward(self, groups: Tensor, vectors: Tensor, ends: Tensor) -> Tensor:
        """Logits that a person wrote what stands up to each line's end, (stanzas, lines); arguments as `Reader.batch`."""
        hidden, _ = self.recurrent(self.drop(self.embedding(groups) + self.vectors(vectors)))
        verdicts: Tensor = self.out(self.drop(hidden))[..., 0].gather(1, ends)
        return verdicts

    def arrays(self) -> dict[str, NDArray[np.float16]]:
        """What `Critic` reads."""
        state = dict(self.recurrent.named_parameters())
        parts = {
            "embedding": self.embedding.weight,
            "vectors": self.vectors.weight,
            "w_input": state["weight_ih_l0"],
            "w_state": state["weight_hh_l0"],
            "b_input": state["bias_ih_l0"],
            "b_state": state["bias_hh_l0"],
            "w_out": self.out.weight[0],
        }
        return {name: part.detach().numpy().astype(np.float16) for name, part in parts.items()}


def train_critic(
    engine: VerseEngine,
    real: tuple[list[Stanza], list[Stanza]],
    drawn: list[Stanza],
    *,
    steps: int = 1_000,
    seed: int = 0,
) -> Any:
    """(arrays, evaluation): the network's arrays, and how well it tells poets' sentences from drafts after one line to
    four (area under the curve).
    """
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    reader = Reader.of(engine)
    held = max(1, len(drawn) // 10)
    learned, judged = drawn[:-held], drawn[-held:]
    pool: dict[tuple[bool, int, str], list[list[str]]] = {}
    for stanza in real[0]:
        for k in range(LINES):
            pool.setdefault(_place(stanza, k), []).append(stanza[k])
    network = CriticNetwork(int(reader.groups.max()) + 1, reader.vectors.shape[1])
    optimizer = torch.optim.AdamW(network.parameters(), 3e-3, weight_decay=0.02)
    weights = torch.tensor(LINE_WEIGHTS)

    def verdicts(stanzas: Sequence[Stanza]) -> Tensor:
        logits: Tensor = network(*map(torch.from_numpy, reader.batch(stanzas)))
        return logits

    for step in range(steps):
        for group in optimizer.param_groups:
            group["lr"] = 3e-3 * min(1.0, (step + 1) / 50) * min(1.0, 2 * (steps - step) / steps + 0.02)
        good, bad = ([rows[i] for i in rng.integers(len(rows), size=64)] for rows in (real[0], learned))
        mixed = [_misplaced(real[0][i], pool, rng) for i in rng.integers(len(real[0]), size=64)]
        truth = torch.tensor([*[[1.0] * LINES] * 64, *[[0.0] * LINES] * 64, *(t for _, t in mixed)])
        said = verdicts([*good, *bad, *(m for m, _ in mixed)])
        loss = (binary_cross_entropy_with_logits(said, truth, reduction="none") * weights).mean()
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimizer.step()
    network.eval()
    with torch.no_grad():
        one, other = verdicts(real[1]).numpy(), verdicts(judged).numpy()
    areas = [round(float((one[:, k, None] > other[None, :, k]).mean()), 3) for k in range(LINES)]
    told = [i for i, g in enumerate(reader.groups) if g != ODD]
    spelled = "\n".join(engine.words[i] for i in told)
    return (
        network.arrays()
        | {
            "groups": reader.groups[told].astype(np.uint16),
            "vocabulary": np.frombuffer(spelled.encode(), np.uint8).copy(),
        },
        {
            "area_after_lines": areas,
            "real": len(real[0]),
            "drawn": len(learned),
            "held_out": [len(real[1]), len(judged)],
        },
    )


def main() -> None:
    """Read the arguments, draw, train, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("cache", type=Path)
    parser.add_argument("output", type=Path)
    parser.add_argument("--batches", type=int, default=95)
    parser.add_argument("--steps", type=int, default=1_000)
    parser.add_argument("--seed", type=int, default=0)
    chosen = parser.parse_args()
    began = time.process_time()
    data, vocabulary = load_corpus(chosen.corpus, chosen.cache, 12_288, Silent())
    engine = VerseEngine.load(weights_of("verse-en"))
    real = real_sentences(data, vocabulary.words)
    forward = ForwardReader(ProseEngine.load(weights_of("prose-en")), engine.cased)
    drawn = draw_stanzas(engine, forward, real[0], chosen.batches, np.random.default_rng(chosen.seed))
    arrays, evaluation = train_critic(engine, real, drawn, steps=chosen.steps, seed=chosen.seed)
    save_weights(
        chosen.output,
        arrays,
        {
            "model": "critic-en",
            "data": "sentences of four lines of English poems of Project Gutenberg texts (public domain), and stanzas "
            "drawn by verse-en",
            "licence": "trained on works in the public domain; the weights are MIT like the code",
            "steps": chosen.steps,
            "seed": chosen.seed,
            "seconds": round(time.process_time() - began),
            "command": "python -m artwright.plugins.literature.models.verse_en.critic_training corpora/texts RUN OUTPUT",
            "evaluation": evaluation,
        },
    )


if __name__ == "__main__":
    main()
