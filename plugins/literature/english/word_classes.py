"""Syntax by classes: words grouped by the company they keep, and n-grams of the groups read across line breaks.

Function words and marks stand for themselves; content words fall into groups by their neighbours to the left and right
(k-means on singular vectors of positive mutual information, after Schuetze 1995), so that *gave, makes, knows* or
*child, friend,
wife* are one symbol. Six symbols in a row then show what five words cannot: whether a verb has its subject and a
sentence that runs over the line goes on as one does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..lm.ngrams import Ngrams, build_ngrams
from .corpus import LINE, NONE, SPECIALS, STANZA, UNKNOWN, Prepared, Vocabulary
from .lexicon import FUNCTION

__all__ = ["ClassReader", "build_classes", "part_of_speech"]

GROUPS, NEIGHBOURS, DIMENSIONS = 120, 400, 50
BOUNDARY, ODD = 0, 1
ORDER, MOST = 6, 100_000
_ENDINGS = ("ing", "ed", "'d", "ly", "est", "eth", "s", "er", "less", "ness", "ful", "y")


def _forward(data: Prepared) -> NDArray[np.int64]:
    """Tokens in reading order without breaks; -1 where a poem begins."""
    line = np.repeat(np.arange(len(data.line_poem)), np.diff(data.line_start))
    mirrored = data.line_start[line] + data.line_start[line + 1] - 1 - np.arange(len(data.tokens))
    tokens = data.tokens[mirrored].astype(np.int64)
    opens = np.concatenate([[True], data.line_poem[1:] != data.line_poem[:-1]])
    begins = np.zeros(len(tokens), bool)
    begins[data.line_start[:-1][opens]] = True
    tokens[begins] = -1
    learned = ((data.weights > 0) & ~data.held_out)[data.line_poem[line]]
    none = SPECIALS.index(NONE)
    return tokens[learned & (tokens != LINE) & (tokens != STANZA) & (tokens != none)]


def _vectors(stream: NDArray[np.int64], words: Sequence[str]) -> NDArray[np.float64]:
    """One unit row a token, from its neighbours and its ending."""
    n = len(words)
    count = np.bincount(stream[stream >= 0], minlength=n)
    near = np.argsort(-count, kind="stable")[:NEIGHBOURS]
    column = np.full(n + 1, NEIGHBOURS)
    column[near] = np.arange(len(near))
    wide = NEIGHBOURS + 1
    table = np.zeros((n, 2 * wide))
    left, right = stream[:-1], stream[1:]
    for side, (own, other) in enumerate(((right, left), (left, right))):
        kept = own >= 0
        code = own[kept] * wide + column[other[kept]]
        table[:, side * wide : (side + 1) * wide] = np.bincount(code, minlength=n * wide).reshape(n, wide)
    total = table.sum()
    expected = table.sum(axis=1, keepdims=True) * table.sum(axis=0, keepdims=True) / total
    information = np.log(np.maximum(table, 1e-9) / np.maximum(expected, 1e-9))
    weight = np.minimum(1.0, table.sum(axis=1, keepdims=True) / 60)
    information = np.where(table > 0, np.maximum(information, 0), 0) * weight
    values, axes = np.linalg.eigh(information.T @ information)
    kept_axes = axes[:, np.argsort(-values)[:DIMENSIONS]]
    kept_axes *= np.sign(kept_axes[np.abs(kept_axes).argmax(axis=0), np.arange(kept_axes.shape[1])])
    rows = information @ kept_axes
    rows /= np.linalg.norm(rows, axis=1, keepdims=True) + 1e-9
    ends = np.array([[0.35 * w.endswith(e) for e in _ENDINGS] for w in words])
    return np.concatenate([rows, ends], axis=1)


def _group(rows: NDArray[np.float64], weight: NDArray[np.float64], groups: int) -> NDArray[np.int64]:
    """k-means with weights; begins with rows drawn far apart, so the same rows give the same groups."""
    rng = np.random.default_rng(5)
    centres = rows[[int(weight.argmax())]]
    nearest = ((rows - centres[0]) ** 2).sum(axis=1)
    while len(centres) < min(groups, len(rows)):
        chance = nearest * weight
        pick = int(rng.choice(len(rows), p=chance / chance.sum()))
        centres = np.concatenate([centres, rows[[pick]]])
        nearest = np.minimum(nearest, ((rows - rows[pick]) ** 2).sum(axis=1))
    label = np.zeros(len(rows), np.int64)
    for _ in range(25):
        distance = (centres**2).sum(axis=1)[None] - 2 * rows @ centres.T
        new = distance.argmin(axis=1)
        if (new == label).all():
            break
        label = new
        mass = np.bincount(label, weight, len(centres))
        sums = np.stack([np.bincount(label, weight * column, len(centres)) for column in rows.T], axis=1)
        centres = np.where(mass[:, None] > 0, sums / np.maximum(mass[:, None], 1e-9), centres)
    return label


def build_classes(
    data: Prepared, vocabulary: Vocabulary, *, groups: int = GROUPS, most: int = MOST
) -> dict[str, NDArray[Any]]:
    """What is stored: `class_of`, a class for each token, and the n-grams of the classes."""
    words = vocabulary.words
    stream = _forward(data)
    count = np.bincount(stream[stream >= 0], minlength=len(words)).astype(np.float64)
    content = np.array([i >= len(SPECIALS) and w not in FUNCTION for i, w in enumerate(words)])
    class_of = np.full(len(words), ODD, np.uint16)
    alone = np.flatnonzero(~content & (np.arange(len(words)) != UNKNOWN) & (count > 0))
    class_of[alone] = 2 + np.arange(len(alone))
    rows = np.flatnonzero(content)
    if len(rows):
        class_of[rows] = (
            2 + len(alone) + _group(_vectors(stream, words)[rows], np.sqrt(count[rows]) + 1, min(groups, len(rows)))
        )
    classes = np.where(stream < 0, BOUNDARY, class_of[stream]).astype(np.uint16)
    grams = build_ngrams(classes, int(class_of.max()) + 1, least=(1, 1, 1, 2, 2, 2)[:ORDER], most=most)
    return {"class_of": class_of, **grams.arrays("classes")}


class ClassReader:
    """Scores lines of tokens by their classes, after what was written before."""

    def __init__(self, arrays: Mapping[str, NDArray[Any]]) -> None:
        self.class_of = arrays["class_of"].astype(np.int64)
        self.grams = Ngrams.from_arrays(dict(arrays), "classes", int(self.class_of.max()) + 1)
        self.usual = np.log(np.maximum(self.grams.unigram, 1e-9))
        self._known: dict[tuple[tuple[int, ...], int], float] = {}

    def read(self, history: Sequence[int], line: Sequence[int]) -> tuple[float, float, tuple[int, ...]]:
        """(log p of the classes of a line, log p of its unlikeliest one, history for the next line). history: classes;
        line: tokens.
        """
        reach = self.grams.order - 1
        context = tuple(history)[-reach:]
        total, worst = 0.0, 0.0
        for token in line:
            at = int(self.class_of[token])
            key = (context, at)
            if key not in self._known:
                if len(self._known) > 400_000:
                    self._known.clear()
                self._known[key] = float(np.log(max(self.grams.probability(context, at)[0], 1e-9)))
            value = self._known[key]
            total += value
            worst = min(worst, value)
            context = (*context, at)[-reach:]
        return total, worst, context


#: Words that say what part of speech their group is.
_SEEDS = {
    "noun": "man child woman way home song place spirit glory music silence day time thought word stream river "
    "wall school town light sun moon star sleep "
    "dream spring smile city garden country water mountain king prince earth death heaven love joy peace "
    "beauty nature heart life soul night land air sea "
    "wind house storm gold fire snow forest tree lord mother friend power grace hope fear care age praise "
    "god delight length abode hat knife end",
    "nouns": "flowers dreams sounds tears thoughts joys hearts friends kings skies hills fields eyes feet hands "
    "birds bees pearls days years times faces "
    "pleasures kisses things words songs waters shadows roses men children people wings bells fires leaves stars trees",
    "adjective": "dark green silent sweet wild strange white red black glorious precious mighty holy lovely golden "
    "silver fair high strong sad bright deep "
    "cold old ancient great little dear human gentle eternal iron fairy narrow careless better longer "
    "wounded long two full true",
    "adverb": "slowly softly surely hardly now once straight away down alone perhaps",
    "past": "seemed grew rose stood died passed came went said saw began replied gave took made found shook ran",
    "present": "comes goes turns gets knows seems lies lives appears looks falls",
    "base": "return appear rest die live come go look forget pursue know say seem take call see make kiss",
    "doing": "coming singing passing returning saying making shining going dying living",
    "done": "gone done seen lost forgot begun bound spread hung tried fed turn'd hidden broken worn",
}


def part_of_speech(class_of: NDArray[np.int64], words: Sequence[str]) -> list[str]:
    """A rough part of speech for each token by its group: one of _SEEDS' names, or "" for function words and marks."""
    index = {w: i for i, w in enumerate(words)}
    votes: dict[int, dict[str, int]] = {}
    for name, seeds in _SEEDS.items():
        for word in seeds.split():
            if word in index and word not in FUNCTION:
                row = votes.setdefault(int(class_of[index[word]]), {})
                row[name] = row.get(name, 0) + 1
    named = {group: max(row, key=lambda n: (row[n], n)) for group, row in votes.items()}
    out = []
    for i, word in enumerate(words):
        tag = named.get(int(class_of[i]), "") if i >= len(SPECIALS) and word not in FUNCTION else ""
        if not tag and i >= len(SPECIALS) and word not in FUNCTION and word.endswith("ing"):
            tag = "doing"
        if tag in ("past", "base", "present", "done"):
            tag = "present" if word.endswith(("s", "eth")) and not word.endswith("ss") else tag
            tag = "past" if tag in ("present", "base") and word.endswith(("ed", "'d")) else tag
        if tag == "noun" and word.endswith("s") and not word.endswith(("ss", "us", "is", "'s")) and word[:-1] in index:
            tag = "nouns"
        out.append(tag)
    return out
