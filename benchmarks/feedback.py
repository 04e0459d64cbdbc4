"""Models that learn from what a person says, measured with simulated people.

    python benchmarks/feedback.py music            # a hidden taste for wide melodies
    python benchmarks/feedback.py literature       # a hidden taste for images of the sea
    python benchmarks/feedback.py taste --home HOME --medium music   # how well taste is learned, on the works of a home

A model makes works, a person who is a rule with 20 % noise compares them, `train --from-feedback` learns from it, and the
tuned model is set against the one it began with, on seeds and themes that were not judged: how often its work is better
by the rule (without noise), how likely held-out works of the corpus are to both, and how varied what it makes is.
Intervals are the middle 95 % of 2,000 bootstrap samples over works.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from artwright import Studio
from artwright.core.artwork import Artwork
from artwright.core.tuned import diversity

USER = "simulated"
NOISE = 0.2
THEMES = (
    "a quiet morning",
    "the long road",
    "joy in spring",
    "a letter from far away",
    "rain on the roof",
    "old friends",
)


def interval(values: Sequence[float], rng: np.random.Generator) -> list[float]:
    """The middle 95 % of the mean over 2,000 bootstrap samples."""
    table = np.asarray(values, float)
    means = table[rng.integers(len(table), size=(2_000, len(table)))].mean(1)
    return [round(float(x), 3) for x in np.percentile(means, [2.5, 97.5])]


def wins(tuned: Sequence[float], base: Sequence[float]) -> list[float]:
    """For each tuned work, the share of all base works that it beats, equals counting half."""
    b = np.asarray(base)
    return [float(((t > b) + 0.5 * (t == b)).mean()) for t in tuned]


def compare(
    studio: Studio, works: Sequence[Artwork], liked: Callable[[Artwork], float], rng: np.random.Generator
) -> None:
    """Works are compared two by two by somebody who errs in one case of five."""
    owner = studio.registry.medium(works[0].medium)
    for a, b in zip(works[::2], works[1::2], strict=False):
        if liked(a) == liked(b) or a.id == b.id:
            continue
        better, worse = (a, b) if (liked(a) > liked(b)) != (rng.random() < NOISE) else (b, a)
        studio.feedback.prefer(
            better, worse, user=USER, features=owner.features(better), other_features=owner.features(worse)
        )


def measure(
    make: Callable[[int, bool, bool], Artwork],
    liked: Callable[[Artwork], float],
    less_likely: Callable[[Studio, Mapping[str, Any]], float],
    *,
    studio: Studio,
    medium: str,
    pairs: int,
    tests: int,
    train: Mapping[str, Any],
) -> dict[str, Any]:
    """make(seed, tuned, keep): a work."""
    rng, owner = np.random.default_rng(0), studio.registry.medium(medium)
    began = time.monotonic()
    compare(studio, [make(seed, False, True) for seed in range(2 * pairs)], liked, rng)
    said = len(studio.feedback.preferences(user=USER, medium=medium))
    made = time.monotonic()
    report = studio.train(medium, None, name=USER, from_feedback=USER, **train)
    trained = time.monotonic()
    seeds = range(1_000_000, 1_000_000 + tests)
    base, tuned = ([make(seed, own, False) for seed in seeds] for own in (False, True))
    won = wins([liked(w) for w in tuned], [liked(w) for w in base])
    features = [[owner.features(w) for w in works] for works in (base, tuned)]
    return {
        "preferences": said,
        "wins": round(float(np.mean(won)), 3),
        "wins_95": interval(won, rng),
        "liked_base": round(float(np.mean([liked(w) for w in base])), 3),
        "liked_tuned": round(float(np.mean([liked(w) for w in tuned])), 3),
        "held_out_less_likely": round(less_likely(studio, report.card), 4),
        "diversity_kept": round(diversity(features[1], by=features[0]) / diversity(features[0], by=features[0]), 3),
        "card": report.card["evaluation"],
        "seconds": {"works": round(made - began), "training": round(trained - made)},
    }


def music(home: Path, pairs: int, tests: int, minutes: float) -> dict[str, Any]:
    """Melodies in the style of Essen's folk songs; the person likes a wide range."""
    from artwright.core.training import split_held_out
    from artwright.plugins.music.models.composer.corpus import find_music21, read_works
    from artwright.plugins.music.models.composer.encoding import encode
    from artwright.plugins.music.models.composer.evaluation import read_nets
    from artwright.plugins.music.models.composer.lending import lend, weight_files

    studio = Studio(home)

    def make(seed: int, own: bool, keep: bool) -> Artwork:
        options = {"best_of": 1, "bars": 8, **({"weights": USER} if own else {})}
        return studio.generate(
            "music", THEMES[seed % len(THEMES)], style="essen", options=options, seed=seed, keep=keep
        )

    def liked(work: Artwork) -> float:
        pitches = [note.pitch for part in work.payload.instruments for note in part.notes]
        return float(max(pitches) - min(pitches))

    def less_likely(studio: Studio, card: Mapping[str, Any]) -> float:
        scores = list(read_works(find_music21(), "essen", frozenset()))
        _, held = split_held_out([s.name for s in scores], 0.06)
        works = [encode(scores[i]) for i in held[:150]]
        nats = []
        for name in (card["base"], USER):
            with lend(studio.context(), weight_files("all", name, home)) as engine:
                nats.append(-sum(float(read_nets(engine, work).logs.sum()) for work in works))
        return nats[1] / nats[0] - 1

    return measure(
        make, liked, less_likely, studio=studio, medium="music", pairs=pairs, tests=tests, train={"minutes": minutes}
    )


SEA = frozenset("海江河湖波浪涛潮舟船帆水渡岸")
TITLES = ("秋夜", "春日", "送友人", "山居", "怀古", "登楼", "雪", "故人", "早行", "月")


def literature(home: Path, pairs: int, tests: int, minutes: float, corpus: Path | None) -> dict[str, Any]:
    """Quatrains of five characters; the person likes images of the sea, on themes that have none."""
    import torch
    from artwright.core.training import split_held_out
    from artwright.plugins.literature.chinese.corpus import read_poems
    from artwright.plugins.literature.lm.lending import weights_of
    from artwright.plugins.literature.models.verse_zh.training import held_out_bits
    from artwright.plugins.literature.models.verse_zh.tuning import TunableVerse

    studio = Studio(home)

    def make(seed: int, own: bool, keep: bool) -> Artwork:
        options = {"form": "wujue", "best_of": 4, **({"weights": USER} if own else {})}
        return studio.generate("literature", TITLES[seed % len(TITLES)], options=options, seed=seed, keep=keep)

    def liked(work: Artwork) -> float:
        return float(sum(character in SEA for character in str(work.payload)))

    def less_likely(studio: Studio, card: Mapping[str, Any]) -> float:
        if corpus is None:
            return float("nan")
        poems = read_poems(corpus)
        _, held = split_held_out([p.opening for p in poems], 0.02)
        judged = [poems[i] for i in held if len(poems[i].text) <= 100][:300]
        bits = []
        for name in (card["base"], USER):
            model = TunableVerse(weights_of("verse-zh", home, name))
            model.network.eval()
            with torch.no_grad():
                bits.append(held_out_bits(model.network, model.code, judged))
        return bits[1] / bits[0] - 1

    return measure(
        make,
        liked,
        less_likely,
        studio=studio,
        medium="literature",
        pairs=pairs,
        tests=tests,
        train={"minutes": minutes},
    )


def taste(home: Path, medium: str, people: int = 20) -> dict[str, Any]:
    """People who like six features of the works of a home, the more the better or a certain amount; how well their taste
    foretells comparisons of works that they did not judge, and how often the best of eight beats another of the eight.
    """
    from artwright.core.feedback.learning import learn

    studio = Studio(home)
    owner = studio.registry.medium(medium)
    rows = [owner.features(studio.library.get(row["id"])) for row in studio.library.entries(medium=medium)]
    names = sorted(set.intersection(*(set(row) for row in rows)))
    table = np.array([[row[name] for name in names] for row in rows])
    varied = table.std(0) > 1e-6
    z = ((table - table.mean(0)) / np.where(varied, table.std(0), 1.0))[:, varied]
    works = [dict(zip(map(str, range(z.shape[1])), row.tolist(), strict=True)) for row in z]
    figures: dict[str, Any] = {"works": len(works), "features": z.shape[1]}
    for curved in (False, True):
        for said in (30, 100):
            right, best = [], []
            for seed in range(people):
                rng = np.random.default_rng([seed, said])
                weights = np.zeros(z.shape[1])
                liked = rng.choice(z.shape[1], 6, replace=False)
                weights[liked] = rng.choice([-1, 1], 6) * rng.uniform(0.6, 1.4, 6)
                bent = -((np.clip(z, -3, 3) - 0.7 * np.sign(weights)) ** 2) @ np.abs(weights)
                appeal = bent if curved else z @ weights
                order = rng.permutation(len(z))
                judged, others = order[: len(z) * 5 // 9], order[len(z) * 5 // 9 :]
                pairs = [rng.choice(judged, 2, replace=False) for _ in range(said)]
                told = [p if (appeal[p[0]] > appeal[p[1]]) != (rng.random() < NOISE) else p[::-1] for p in pairs]
                found = learn([], [(works[a], works[b]) for a, b in told]).appeal(works)
                a, b = rng.choice(others, (2, 1_000))
                differ = appeal[a] != appeal[b]
                right.append(float(((found[a] > found[b]) == (appeal[a] > appeal[b]))[differ].mean()))
                eights = [rng.choice(others, 8, replace=False) for _ in range(100)]
                chosen = [eight[np.argmax(found[eight])] for eight in eights]
                rivals = [rng.choice(eight[eight != one]) for eight, one in zip(eights, chosen, strict=True)]
                best.append(float((appeal[chosen] > appeal[rivals]).mean()))
            rng = np.random.default_rng(1)
            figures[f"{'curved' if curved else 'linear'}, {said} preferences"] = {
                "held_out": round(float(np.mean(right)), 3),
                "held_out_95": interval(right, rng),
                "best_of_8_beats_another": round(float(np.mean(best)), 3),
                "best_95": interval(best, rng),
            }
    return figures


def main() -> None:
    """Print one medium's figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["music", "literature", "taste"])
    parser.add_argument("--pairs", type=int, default=200)
    parser.add_argument("--tests", type=int, default=100)
    parser.add_argument("--minutes", type=float, default=5.0)
    parser.add_argument("--home", type=Path, help="keep what is made here")
    parser.add_argument("--corpus", type=Path, help="Chinese poems, to measure the likelihood of held-out ones")
    parser.add_argument("--medium", default="music", help="taste: whose works of the home are judged")
    given = parser.parse_args()
    if given.what == "taste":
        print(json.dumps(taste(given.home, given.medium), indent=1))
        return
    with tempfile.TemporaryDirectory() as folder:
        asked = (given.home or Path(folder), given.pairs, given.tests, given.minutes)
        figures = music(*asked) if given.what == "music" else literature(*asked, given.corpus)
        print(json.dumps(figures, indent=1))


if __name__ == "__main__":
    main()
