"""Thin lines that may be cracks or scratches, and which of them certainly are.

A painter draws thin lines too: birds, twigs, rigging, letters. What tells damage from them is that it knows nothing of the
picture. It runs on over whatever lies beneath, so that its surroundings change along it while they are alike on both
sides and its own colour stays the same; and the ground or the dirt that shows in it is of one colour all over the
picture. A bird lies in one sky, an outline parts two colours, paint is never of one colour for long: of 142 undamaged
paintings none has lines enough of that kind.

Top-hats by direction follow crack studies (Giakoumis, Nikolaidis and Pitas 2006: black top-hat, then weeding out brush
strokes by colour); where we differ: lines of both signs, weeding by how little a line follows what it runs over, and
agreement of all lines of a picture on their colour.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from ..atelier.colour import Array
from ..atelier.noise import blur, structure_angle

__all__ = ["Line", "agree", "find_lines"]

LOOSE, FIRM = 2.2, 3.4  # contrast of a line in units of the texture around it: to go on along it, to begin it
LEAST_CONTRAST = 0.045
LEAST_LENGTH = 0.022  # of the longer side
LENGTH = 0.09  # of the longer side, from which a line bears witness
ONE_COLOUR = 0.035  # deviation up to which a witness is of one colour
CHANGING = 0.04  # deviation from which what it runs over changes
APART = 0.18  # least distance of its colour from what it runs over
NEAR = 0.09  # distance up to which two lines are of one colour
WITNESSED = 0.3  # length of all witnesses, in longer sides, that makes damage certain
LONGEST = 0.2  # of a single one: a mast, a wire or a branch runs over the whole picture too
OUTSTANDING = 0.2  # share of all lines that the certain ones are: where everything is drawn in lines, so are they
TANGLED = 2.0  # area in lengths times widths: letters and rigging turn back and meet, a crack goes on
ORDERED = 0.78  # agreement of directions, 0..1, from which lines are rain, grass or a fence


@dataclass(frozen=True, kw_only=True)
class Line:
    """A connected line. box: where it lies; piece: its pixels in the box; dark: darker than its sides; length: of its box's
    diagonal, in longer sides; score: 0..1, how much like damage it looks; colour: Oklab mean; own, along: deviations of
    its own colour and of what it runs over; sides: mean difference of what lies left and right; apart: distance of its
    colour from what it runs over.
    """

    box: tuple[slice, ...]
    piece: np.ndarray
    dark: bool
    length: float
    score: float
    colour: Array
    own: float
    along: float
    sides: float
    apart: float

    def is_of(self, colour: Array) -> bool:
        """Whether it is of this colour all along."""
        return bool(np.linalg.norm(self.colour - colour) < NEAR and self.own < min(1.5 * ONE_COLOUR, self.along))

    @property
    def tangle(self) -> float:
        """Its area over that of one straight line from end to end: 1 for a straight line."""
        depth = ndimage.distance_transform_edt(np.pad(self.piece, 1))[1:-1, 1:-1][self.piece]
        width = max(2.0, 4 * float(depth.mean()) - 2)
        return float(len(depth) / (width * np.hypot(*self.piece.shape)))

    @property
    def direction(self) -> float:
        """Radians in which it runs on the whole."""
        y, x = np.nonzero(self.piece)
        return float(np.angle(((x - x.mean() + 1j * (y - y.mean())) ** 2).sum()) / 2)

    @property
    def bears_witness(self) -> bool:
        """Whether no painter would have drawn it so."""
        return (
            self.length > LENGTH
            and self.tangle < TANGLED
            and self.own < ONE_COLOUR
            and self.along > max(1.5 * self.own, CHANGING)
            and self.sides < 2.5 * self.along
            and self.apart > APART
        )


def find_lines(lab: Array, ease: float) -> Iterator[Line]:
    """Lines of an Oklab picture that may be damage. ease: 1; larger for fewer, smaller for more."""
    light = blur(lab[..., 0], 0.4)
    unit = max(light.shape) / 700
    field, _, _ = structure_angle(light, fine=unit, wide=2.5 * unit)
    contrasts = {dark: _line_contrast(light if dark else -light, unit) for dark in (True, False)}
    for dark, contrast in contrasts.items():
        # where lines of both signs abound there is texture, not damage
        texture = (
            blur(np.minimum(contrast, 0.12), 14 * unit) * 0.5
            + 1.6 * blur(np.minimum(contrasts[not dark], 0.12), 14 * unit)
            + 0.012
        )
        strength = contrast / texture
        strength[contrast < LEAST_CONTRAST * ease] = 0
        labels, count = ndimage.label(strength > LOOSE * ease, structure=np.ones((3, 3)))
        firm = ndimage.maximum(strength, labels, np.arange(1, count + 1)) > FIRM * ease if count else ()
        for number, box in enumerate(ndimage.find_objects(labels), start=1):
            if box is not None and firm[number - 1]:
                line = _line(lab, field, box, labels[box] == number, dark, unit)
                if line is not None and line.score > 0.5 * ease + 0.1:
                    yield line


def agree(lines: Sequence[Line], ease: float) -> list[Line]:
    """The lines that certainly are damage: those of one colour, where enough of them run over the picture as if it was not
    there.
    """
    certain: list[Line] = []
    for dark in (True, False):
        witnesses = [line for line in lines if line.dark == dark and line.bears_witness]
        groups = [[w for w in witnesses if np.linalg.norm(w.colour - one.colour) < NEAR] for one in witnesses]
        group = max(groups, key=_length, default=[])
        if _length(group) < WITNESSED * ease or _are_in_order(group):
            continue
        colour = np.average([w.colour for w in group], axis=0, weights=[w.piece.sum() for w in group])
        certain += [line for line in lines if line.dark == dark and line.is_of(colour)]
    return certain if _area(certain) > OUTSTANDING * _area(lines) else []


def _area(lines: Sequence[Line]) -> int:
    return sum(int(line.piece.sum()) for line in lines)


def _length(group: Sequence[Line]) -> float:
    return sum(min(line.length, LONGEST) for line in group)


def _are_in_order(group: Sequence[Line]) -> bool:
    """Whether lines run one way, or along and across: chance does not rule them."""
    turns = np.array([line.direction for line in group])
    lengths = np.array([line.length for line in group])
    agreement = [abs(np.average(np.exp(1j * ways * turns), weights=lengths)) for ways in (2, 4)]
    return bool((len(group) >= 4 and agreement[0] > ORDERED) or (len(group) >= 6 and agreement[1] > ORDERED))


def _along(values: Array, length: int) -> Array:
    """The largest mean of `values` over bars of `length` pixels, odd, in eight directions through each pixel."""
    half = length // 2
    height, width = values.shape
    padded = np.pad(values, half)
    best = np.zeros_like(values)
    t = np.arange(-half, half + 1)
    for angle in np.arange(8) * np.pi / 8:
        x, y = np.rint(t * np.cos(angle)).astype(int) + half, np.rint(t * np.sin(angle)).astype(int) + half
        total = np.zeros_like(values)
        for dx, dy in zip(x.tolist(), y.tolist(), strict=True):
            total += padded[dy : dy + height, dx : dx + width]
        np.maximum(best, total, out=best)
    return best / length


def _line_contrast(light: Array, unit: float) -> Array:
    """How far each pixel lies below both its sides, on the best of three widths: >= 0, 0 where
    there is no dark line.
    """
    best = np.zeros_like(light)
    for reach in sorted({max(2, round(3 * unit)), max(3, round(5 * unit)), max(4, round(8 * unit))}):
        hat = ndimage.grey_closing(light, size=(reach, reach)) - light
        np.maximum(best, hat, out=best)
    # a line goes on: the response must hold along some direction
    return np.minimum(best, 1.5 * _along(best, max(7, round(9 * unit)) | 1))


def _line(lab: Array, field: Array, box: tuple[slice, ...], piece: np.ndarray, dark: bool, unit: float) -> Line | None:
    side = max(lab.shape)
    area, extent = int(piece.sum()), float(np.hypot(*piece.shape))
    if extent < LEAST_LENGTH * side or area < 8:
        return None
    left, right = _beside(lab, field, box, piece, 0.5 * area / extent + 3 * unit)
    inside, beneath = lab[box][piece], (left + right) / 2
    colour = inside.mean(axis=0)
    return Line(
        box=box,
        piece=piece,
        dark=dark,
        length=extent / side,
        score=_score(piece, lab[box], side),
        colour=colour,
        own=_spread(inside),
        along=_spread(beneath),
        sides=float(np.sqrt(((left - right) ** 2).sum(-1).mean())),
        apart=float(np.linalg.norm(colour - beneath.mean(axis=0))),
    )


def _beside(lab: Array, field: Array, box: tuple[slice, ...], piece: np.ndarray, reach: float) -> tuple[Array, Array]:
    """Colours left and right of each pixel of a line, `reach` pixels from it across its direction."""
    y, x = np.nonzero(piece)
    y, x = y + box[0].start, x + box[1].start
    angle = np.arctan2(field[y, x, 1], field[y, x, 0]) / 2
    down, across = reach * np.cos(angle), -reach * np.sin(angle)
    height, width = lab.shape[:2]
    left, right = (
        lab[
            np.clip(np.rint(y + sign * down).astype(int), 0, height - 1),
            np.clip(np.rint(x + sign * across).astype(int), 0, width - 1),
        ]
        for sign in (1, -1)
    )
    return left, right


def _spread(colours: Array) -> float:
    return float(np.sqrt(colours.var(axis=0).sum()))


def _score(piece: np.ndarray, lab: Array, side: int) -> float:
    """0..1: long, thin, and of one colour while its surroundings vary."""
    extent = float(np.hypot(*piece.shape))
    thickness = int(piece.sum()) / max(1.0, extent)
    inside = lab[piece]
    around = ndimage.binary_dilation(piece, iterations=3) & ~ndimage.binary_dilation(piece)
    beside = lab[around] if around.any() else inside
    own, theirs = _spread(inside), _spread(beside)
    apart = float(np.abs(inside.mean(axis=0) - beside.mean(axis=0)).sum())
    evenness = theirs / (theirs + own + 0.01)
    length = np.clip(extent / (0.09 * side), 0.3, 1)
    thin = np.clip(2.2 - thickness / (0.012 * side), 0, 1)
    return float(
        np.clip((0.35 * evenness + 0.65 * np.clip(apart / 0.25, 0, 1)) * (0.4 + 0.6 * length) * thin * 1.25, 0, 1)
    )
