"""What painted pictures are like, beside real works: their masses, and what the eye takes them for (it chooses nothing here).

    python benchmarks/painting_masses.py [--seeds 2] [--width 320]
    python benchmarks/painting_masses.py --pictures FOLDER        # those in place of new ones

For each theme: share of dark (L below .35), hues in use (effective number of 24, by chroma), departure from level rows, what
is its work as it stands, and the nearest of all known works at 48 pixels (correlation of light, plain or mirrored). Real works
of the table give the same figures. Variety: mean distance of the masses of 12 seeds of one theme, beside 12 real works of it.
"""

from __future__ import annotations

import argparse
import json
import resource
import time
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

import numpy as np
from artwright.core.theme import Theme
from artwright.plugins.painting.atelier.colour import Array, oklab_to_srgb, srgb_to_oklab
from artwright.plugins.painting.eye.model import Eye
from artwright.plugins.painting.eye.schools import SCHOOLS
from artwright.plugins.painting.models.lending import EYE
from artwright.plugins.painting.models.quotation.engine import _focus, _kind
from artwright.plugins.painting.paint.hands import PAINTERS
from artwright.plugins.painting.paint.painter import paint
from artwright.plugins.painting.paint.parts import Hand
from artwright.plugins.painting.paint.raster import blur, resize
from artwright.plugins.painting.quoting.choosing import Chooser
from artwright.plugins.painting.quoting.paraphrasing import paraphrase, unaltered
from artwright.plugins.painting.quoting.quotation import Quotation, render
from artwright.plugins.painting.quoting.wish import read_wish
from artwright.plugins.painting.quoting.works import load_works, masses_of
from PIL import Image

THEMES = (
    ("mountains at dawn with a lake", "monet"), ("a busy street", "van-gogh"), ("a battle", "rembrandt"),
    ("a girl reading at a window", "vermeer"), ("a harbour at sunset", "turner"), ("three apples on a plate", "cezanne"),
    ("a mother and child", "klimt"), ("a cathedral", "seurat"), ("two horses in a field", "gauguin"), ("the great wave", "hokusai"),
    ("孤舟蓑笠翁，独钓寒江雪", "shan-shui"), ("a village in the snow", "pissarro"),
)  # fmt: skip
VARIED = "a fishing village by the sea"


def figures(lab: Array) -> dict[str, float]:
    """Dark, hues and departure of a picture in Oklab."""
    lab = resize(np.asarray(lab, np.float32), (168, 224))
    light = lab[..., 0]
    chroma = np.hypot(lab[..., 1], lab[..., 2])
    hue = np.floor((np.arctan2(lab[..., 2], lab[..., 1]) / (2 * np.pi) % 1) * 24).astype(int) % 24
    share = np.bincount(hue.ravel(), weights=np.maximum(chroma - 0.01, 0).ravel(), minlength=24)
    share = share / max(1e-9, share.sum())
    soft = blur(light, 6.0)
    return {
        "dark": float((light < 0.35).mean()),
        "hues": float(np.exp(-(share * np.log(share + 1e-12)).sum())),
        "departure": float(np.abs(soft - soft.mean(1, keepdims=True)).mean()),
    }


def signature(lab: Array) -> Array:
    """Light at 48 x 48, of mean 0 and length 1."""
    small = resize(np.ascontiguousarray(lab[..., 0], np.float32), (48, 48)).ravel()
    small = small - small.mean()
    return small / max(1e-6, float(np.linalg.norm(small)))


def mirrored(signatures: Array) -> Array:
    """The same pictures from left to right."""
    return signatures.reshape(-1, 48, 48)[:, :, ::-1].reshape(len(signatures), -1)


def distance(one: Array, two: Array) -> float:
    """Between the masses of two pictures: of soft light and colour at 24 x 24."""
    a, b = (resize(blur(np.asarray(lab, np.float32), lab.shape[0] / 24), (24, 24)) for lab in (one, two))
    return float(np.sqrt((((a - b) * (1, 2, 2)) ** 2).sum(-1)).mean())


def composition(theme: str, hand: str, seed: int) -> Quotation:
    """The plan of a theme, after one work."""
    painter = PAINTERS[hand]
    return paraphrase(
        read_wish(Theme.from_prompt(theme)),
        np.random.default_rng(seed),
        medium=painter.medium,
        masters=painter.masters,
        aspect=None,
        tone=painter.tone,
        turn=seed,
        finish=Hand(((hand, 1.0),), ((painter, 1.0),)).coloured,
    ).plan


def make(theme: str, hand: str, seed: int, width: int) -> tuple[Array, float]:
    """(painted picture in Oklab, share of it that is its work as it stands)."""
    plan = composition(theme, hand, seed)
    painter, rng = PAINTERS[hand], np.random.default_rng(seed)
    size = max(64, round(width / plan.aspect)), width
    picture = paint(render(plan), painter, size, rng, kind=_kind(plan), focus=_focus(plan), drawn=True).picture
    return picture, unaltered(plan, picture)


def named_first(eye: Eye, picture: Array, hand: str) -> dict[str, bool]:
    """Whether the eye, which chose nothing here, names the movement and a painter of the hand's school first."""
    school = SCHOOLS.get(hand)
    if school is None:
        return {}
    sight = eye.look(Image.fromarray((np.clip(oklab_to_srgb(picture), 0, 1) * 255 + 0.5).astype(np.uint8)))
    told = {}
    if school.movement in eye.names["movement"]:
        told["movement"] = sight.first("movement")[0] == school.movement
    if school.painters:
        told["painter of the school"] = sight.first("artist")[0] in school.painters
    return told


def summary(rows: list[dict[str, float]]) -> dict[str, list[float]]:
    """10th, 50th and 90th percentile of each figure."""
    return {key: [round(float(np.quantile([r[key] for r in rows], q)), 3) for q in (0.1, 0.5, 0.9)] for key in rows[0]}


def _pictures(given: argparse.Namespace) -> Iterator[tuple[Array, float | None, str]]:
    """(picture, share that is its work as it stands, hand): of a file the hand is what its name ends with, as in `03-van-gogh.png`."""
    if given.pictures:
        for path in sorted(given.pictures.glob("*.png")):
            with Image.open(path) as picture:
                lab = srgb_to_oklab(np.asarray(picture.convert("RGB"), np.float32) / np.float32(255))
            yield lab, None, path.stem.partition("-")[2]
        return
    for theme, hand in THEMES:
        for seed in range(given.seeds):
            yield *make(theme, hand, seed, given.width), hand


def main() -> None:
    """Print the figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=2)
    parser.add_argument("--width", type=int, default=320)
    parser.add_argument("--pictures", type=Path, help="folder of pictures to measure")
    parser.add_argument("--varied", type=int, default=12, help="seeds of one theme")
    given = parser.parse_args()
    real = [w for w in load_works().values() if w.medium == "paint"]
    known = np.stack([signature(masses_of(w.id)) for w in real])
    both = np.concatenate([known, mirrored(known)])
    among = list(range(0, len(real), 7))
    nearest_real = []
    for i in among:
        alike = both @ known[i]
        alike[[i, i + len(real)]] = -1
        nearest_real.append(float(alike.max()))
    ours, nearest, stands = [], [], []
    named: dict[str, list[bool]] = {}
    eye, began = Eye.load(EYE), time.process_time()
    for picture, share, hand in _pictures(given):
        for what, right in named_first(eye, picture, hand).items():
            named.setdefault(what, []).append(right)
        ours.append(figures(picture))
        nearest.append(float((both @ signature(picture)).max()))
        stands += [] if share is None else [share]
    seconds = (time.process_time() - began) / max(1, len(ours))
    varied = [render(composition(VARIED, "monet", seed)) for seed in range(given.varied)]
    chooser = Chooser(read_wish(Theme.from_prompt(VARIED)), medium="paint", masters=())
    alike_works = [masses_of(chooser.works[i].id) for i in chooser.best(chooser.subject(), given.varied, 9.0)]
    result = {
        "ours": summary(ours),
        "real works": summary([figures(masses_of(real[i].id)) for i in among]),
        "nearest work, correlation at 48 px": summary([{"r": n} for n in nearest])["r"],
        "nearest pair of real works, 99th percentile": round(float(np.quantile(nearest_real, 0.99)), 3),
        "named first by the eye": {what: f"{sum(right)} of {len(right)}" for what, right in named.items()},
        "CPU seconds for a picture, with its figures": round(seconds, 2),
        "most memory, MB": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        "share that is its work as it stands": summary([{"share": s} for s in stands])["share"] if stands else None,
        "variety of seeds": round(float(np.mean([distance(a, b) for a, b in combinations(varied, 2)])), 4),
        "variety of real works": round(float(np.mean([distance(a, b) for a, b in combinations(alike_works, 2)])), 4),
    }
    print(json.dumps(result, indent=1))


if __name__ == "__main__":
    main()
