"""New styles: hands are crossed and changed, and those are kept that the eye takes for art but can't place in a
movement.

The two rewards of creative adversarial networks (Elgammal, Liu, Elhoseiny and Mazzone 2017) without the network:
pictures should lie as near to
known works as these lie to one another, and their movement should be as uncertain as can be. The search runs over hands
of the atelier: a child
has the pipeline of one, palette, tone and brushes of two, and its numbers are moved at random. What is confetti, mud or
poster by
the figures of real pictures is refused.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image

from .....core.errors import InputError, UnknownName
from .....core.files import write_text
from .....core.home import styles_folder
from .....core.progress import Progress, Silent
from .....core.theme import Theme
from ...atelier.brush import Layer
from ...atelier.drawing import draw_scene
from ...atelier.layout.from_theme import make_plan
from ...atelier.stamps import Stamps
from ...atelier.styles import HANDS, StyleParameters, find_style, paint
from ...eye.model import Eye
from ...reading.brushwork import measure, to_lab
from ..lending import lend_eye, lend_stamps

if TYPE_CHECKING:
    from .....core.devices import DeviceManager
    from ...atelier.scene import Scene

__all__ = ["Find", "Invention", "SearchPlan", "ambiguity_of", "art_of", "invent_style", "keep_style"]

THEMES = ("a village by a river in autumn", "a portrait of a woman")
HEIGHT = 288
KEPT = 3  # of a round, as parents of the next
GRAIN, MUD, POSTER = (
    0.018,
    0.05,
    0.22,
)  # chroma grain above, deviation of value masses below and above which a picture is refused
NEW = 0.08  # mean difference of pixels from which a style is not one of the hands again: two hands lie about .1 apart
_BRUSH = ("width", "length", "density", "light", "chroma", "turn", "bristle", "dry")
_LIMITS = {
    "palette_light": (0, 0.8), "palette_chroma": (0, 0.95), "floor": (0, 0.4), "span": (0.45, 1.1), "contrast": (0.7, 1.6), "chroma": (0.3, 1.8),
    "swirl": (0, 1), "streak": (0, 0.08), "spot": (0, 0.9), "umber": (0, 0.6), "relief": (0, 0.8), "shine": (0, 0.2),
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class SearchPlan:
    """parents: names of hands to breed from, empty for all; rounds of selection; brood: styles tried in each; seed."""

    parents: tuple[str, ...] = ()
    rounds: int = 3
    brood: int = 8
    seed: int = 0


@dataclass(frozen=True, kw_only=True)
class Find:
    """A style that was tried. ambiguity: entropy of the movement, 0 certain .. 1 any; art: 0 far from all known works
    .. 1 as near as they are
    to each other; sound: whether its figures are those of pictures; apart: mean difference of its pixels (0..1) to the
    nearest of the hands;
    shots: what was painted."""

    parameters: StyleParameters
    ambiguity: float
    art: float
    sound: bool
    apart: float = 1.0
    shots: Sequence[Image.Image] = field(default=(), repr=False)

    @property
    def score(self) -> float:
        """What the search raises: ambiguity, worth nothing without art, and little where it is a copy of a hand."""
        return self.ambiguity * self.art * (1.0 if self.sound else 0.3) * min(1.0, self.apart / NEW)


@dataclass(frozen=True, kw_only=True)
class Invention:
    """What a search found: all finds, the best first; hands: the same figures of the hands it began with."""

    finds: Sequence[Find]
    hands: Sequence[Find]

    @property
    def best(self) -> Find:
        """The find with the highest score."""
        return self.finds[0]

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON: the best, how many were tried, the best of the hands."""
        best = self.best
        return {
            "summary": best.parameters.summary,
            "ambiguity": round(best.ambiguity, 3),
            "art": round(best.art, 3),
            "apart": round(best.apart, 3),
            "score": round(best.score, 3),
            "tried": len(self.finds),
            "best_hand": {"name": self.hands[0].parameters.name, "score": round(self.hands[0].score, 3)}
            if self.hands
            else None,
        }

    def sheet(self, count: int = 8) -> Image.Image:
        """The best finds, one in a row."""
        rows = self.finds[:count]
        width = max(sum(s.width for s in f.shots) for f in rows)
        sheet = Image.new("RGB", (width, HEIGHT * len(rows)), (24, 24, 24))
        for number, find in enumerate(rows):
            x = 0
            for shot in find.shots:
                sheet.paste(shot, (x, number * HEIGHT))
                x += shot.width
        return sheet


def ambiguity_of(probabilities: Sequence[float]) -> float:
    """Entropy of some probabilities over its largest value, 0..1."""
    p = np.asarray(probabilities, np.float64)
    return float(-(p * np.log(p + 1e-12)).sum() / np.log(max(2, len(p))))


def art_of(similarity: float, near: np.ndarray) -> float:
    """0..1: where a work's similarity to its nearest known one lies below the lower quartile of known works' own, it
    falls linearly.
    """
    quartile = float(np.quantile(near, 0.25))
    return float(np.clip(1 - (quartile - similarity) / max(1e-6, 1 - quartile) / 1.5, 0, 1))


def invent_style(plan: SearchPlan, devices: DeviceManager, progress: Progress | None = None) -> Invention:
    """Search for a style. Raises UnknownName for a parent that is no hand of the atelier,
    InputError for a single one.
    """

    progress = progress or Silent()
    unknown = [n for n in plan.parents if n not in HANDS]
    if unknown:
        raise UnknownName("hand", unknown[0], list(HANDS), where=" of the atelier")
    names = plan.parents or tuple(HANDS)
    if len(names) < 2:
        raise InputError(f"one hand, {names[0]!r}, cannot be crossed; name two or more, as in --between monet+hokusai")
    rng = np.random.default_rng(plan.seed)
    scenes = [
        draw_scene(make_plan(Theme.from_prompt(t), plan.seed, a), HEIGHT)
        for t, a in zip(THEMES, (4 / 3, 4 / 5), strict=True)
    ]
    total = plan.rounds * plan.brood + min(len(names), plan.brood)
    done = 0
    with lend_eye(devices) as eye, lend_stamps(devices) as stamps:

        def tried(parameters: StyleParameters) -> Find:
            nonlocal done
            found = _try(parameters, scenes, eye, plan.seed, stamps)
            if hands:
                found = replace(found, apart=min(_apart(found, hand) for hand in hands))
            done += 1
            progress.update(done / total, f"{parameters.name}: {found.score:.2f}")
            return found

        chosen = [names[i] for i in rng.permutation(len(names))[: plan.brood]]
        hands: list[Find] = []
        hands = sorted([tried(find_style(n)) for n in chosen], key=lambda f: -f.score)
        finds: list[Find] = []
        parents = [f.parameters for f in hands[: max(2, KEPT)]]
        for number in range(plan.rounds):
            for _ in range(plan.brood):
                one, two = (parents[i] for i in rng.permutation(len(parents))[:2])
                finds.append(tried(_child(one, two, rng, bold=0.6 / (1 + 0.5 * number))))
            finds.sort(key=lambda f: -f.score)
            parents = [f.parameters for f in finds[:KEPT]] + [hands[number % len(hands)].parameters]
    return Invention(finds=finds, hands=hands)


def _try(parameters: StyleParameters, scenes: Sequence[Scene], eye: Eye, seed: int, stamps: Stamps) -> Find:
    shots, ambiguity, art, sound = [], [], [], []
    for number, scene in enumerate(scenes):
        shot = paint(
            copy.deepcopy(scene),
            parameters,
            size=(round(HEIGHT * scene.aspect), HEIGHT),
            rng=np.random.default_rng([seed, number]),
            stamps=stamps,
        )
        sight = eye.look(shot)
        hand = measure(to_lab(shot))
        shots.append(shot)
        ambiguity.append(ambiguity_of(list(sight.probabilities["movement"].values())))
        art.append(art_of(eye.nearest(sight, 1)[0]["similarity"], eye.near))
        sound.append(hand.grain < GRAIN and MUD < hand.masses < POSTER)
    return Find(
        parameters=parameters,
        ambiguity=float(np.mean(ambiguity)),
        art=float(np.mean(art)),
        sound=all(sound),
        shots=shots,
    )


def _apart(one: Find, other: Find) -> float:
    """Mean difference of pixels between what two styles made of the same scenes, 0..1."""
    return float(
        np.mean(
            [
                np.abs(np.asarray(a, np.float32) - np.asarray(b, np.float32)).mean() / 255
                for a, b in zip(one.shots, other.shots, strict=True)
            ]
        )
    )


def _child(one: StyleParameters, two: StyleParameters, rng: np.random.Generator, *, bold: float) -> StyleParameters:
    """The pipeline of `one`; tone, palette and brushes between the two, moved by `bold` (deviation of the logarithm, or
    of a share).
    """
    between = float(rng.uniform(0.25, 0.75))
    changes: dict[str, Any] = {}
    for name, (low, high) in _LIMITS.items():
        value = getattr(one, name) * (1 - between) + getattr(two, name) * between
        changes[name] = float(np.clip(value + rng.normal(0, bold) * 0.25 * (high - low), low, high))
    source = two if rng.random() < between and two.palette else one
    turn = rng.normal(0, bold)
    changes["palette"] = tuple(
        (row[0], row[1] * np.cos(turn) - row[2] * np.sin(turn), row[1] * np.sin(turn) + row[2] * np.cos(turn), row[3])
        for row in source.palette
    )
    changes["palette"] = tuple(tuple(float(v) for v in row) for row in changes["palette"])
    changes["shadow"] = tuple(
        float(a * (1 - between) + b * between) for a, b in zip(one.shadow, two.shadow, strict=True)
    )
    layers = []
    for number, layer in enumerate(one.layers):
        other = two.layers[number] if number < len(two.layers) else layer
        layers.append(_moved(layer, other, between, rng, bold))
    outline = one.outline if one.outline is not None or rng.random() > 0.4 else two.outline
    return one.but(
        name="child",
        summary=f"invented between {_origin(one)} and {_origin(two)}",
        layers=tuple(layers),
        outline=outline,
        **changes,
    )


def _moved(layer: Layer, other: Layer, between: float, rng: np.random.Generator, bold: float) -> Layer:
    values = {n: getattr(layer, n) ** (1 - between) * getattr(other, n) ** between if min(getattr(layer, n), getattr(other, n)) > 0 else getattr(layer, n)
              for n in _BRUSH}  # fmt: skip
    moved = {n: float(v * np.exp(rng.normal(0, bold))) for n, v in values.items()}
    limits = {"width": (2.5, 60), "length": (4, 160), "density": (0.4, 2.2), "light": (0, 0.09), "chroma": (0, 0.03), "turn": (0, 1.2), "bristle": (0, 1),
              "dry": (0, 0.6)}  # fmt: skip
    changes: dict[str, Any] = {n: float(np.clip(v, *limits[n])) for n, v in moved.items()}
    return replace(layer, **changes)


def _origin(parameters: StyleParameters) -> str:
    """Names of the hands at the root."""
    return parameters.name if parameters.name in HANDS else parameters.family


def keep_style(found: Invention | None, name: str, home: Path, *, force: bool) -> Path:
    """Write the best find as the person's style `name`; without a find, only see that the name is free.

    Raises InputError if it belongs to a hand of the atelier, is no name of a file, or is taken and `force` is not
    given.
    """
    path = styles_folder(home, "painting") / f"{name}.json"
    if name in HANDS:
        raise InputError(f"the name {name!r} belongs to a built-in style; choose another with --name")
    if not name or not all(c.isalnum() or c in "-_" for c in name):
        raise InputError(f"{name!r} is no name of a style; use letters, digits, - and _")
    if path.exists() and not force:
        raise InputError(f"there is a style {name!r} already ({str(path)!r}); choose another name, or --force")
    if found is not None:
        best = found.best
        row = {**best.parameters.but(name=name).to_dict(), "invention": found.to_dict()}
        write_text(path, json.dumps(row, ensure_ascii=False, indent=1) + "\n")
    return path
