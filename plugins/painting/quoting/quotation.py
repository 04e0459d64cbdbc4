"""The plan of a quoted picture as data: which works, which parts, whether and where they are joined, whose colours and light."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ....core.errors import InputError
from ..atelier.colour import Array, transport
from ..paint.raster import blur, resize
from .framing import Box, Crop, inside, view
from .lighting import Lamp, relight
from .seams import cost_map, join, level_seam, lost_at, mask_above, mask_inside, round_seam
from .tinting import bend, borrow_colours, bring_light, dye
from .works import find_work, masses_of

__all__ = ["Accent", "Dress", "Quotation", "Quoted", "accent_price", "canvas_size", "render", "seam_of"]

AREA = 448**2
"""Pixels of the masses of a picture that is joined: no work is quoted at more than this."""
_AREA_ALONE = 736**2
"""Of a picture after one work, whose large reproduction fills it."""
_UNIT = 224
"""The side that distances of joining are told for."""
_BEYOND = 0.8


@dataclass(frozen=True)
class Quoted:
    """A work and the part of it that fills the frame."""

    work: str
    crop: Crop

    def to_dict(self) -> dict[str, Any]:
        work = find_work(self.work)
        c = self.crop
        box = [round(v, 4) for v in (c.left, c.top, c.right, c.bottom)]
        return {"work": self.work, "artist": work.artist, "title": work.title, "part": box, "mirrored": c.mirror}

    @classmethod
    def from_dict(cls, row: Mapping[str, Any]) -> Quoted:
        left, top, right, bottom = (float(v) for v in row["part"])
        if not (-_BEYOND <= left < right <= 1 + _BEYOND and -_BEYOND <= top < bottom <= 1 + _BEYOND):
            raise InputError(
                f"the part {row['part']!r} of the plan is no box: left, top, right, bottom are needed, 0 to 1 within the work "
                f"and at most {_BEYOND} beyond it"
            )
        return cls(find_work(str(row["work"])).id, Crop(left, top, right, bottom, bool(row.get("mirrored", False))))


@dataclass(frozen=True)
class Accent:
    """A small thing of a further work set into the picture. box: what is taken, in the work; to: where, in the picture."""

    work: str
    box: Box
    to: Box
    mirror: bool = False


@dataclass(frozen=True)
class Dress:
    """A colour (its name; a, b in Oklab) for what is worn inside a box of the picture."""

    name: str
    colour: tuple[float, float]
    box: Box


@dataclass(frozen=True)
class Quotation:
    """aspect: width / height. Without `surroundings` one work carries the whole picture. Else subject and surroundings meet along a
    seam: `level` (the subject's work below, seam between the rows `low` and `high` at left, middle and right) or `round` about
    `box`. lead: which of the two gives the key of light, "subject" or "surroundings". colours: id of the work whose colours are
    taken, `share` of them; light: share of its light; lamp: where light falls that the works do not have.
    """

    aspect: float
    subject: Quoted
    surroundings: Quoted | None
    seam: str
    box: Box
    colours: str
    share: float = 0.5
    light: float = 0.0
    lead: str = "subject"
    accents: tuple[Accent, ...] = ()
    dress: Dress | None = None
    lamp: Lamp | None = None
    bend: float = 0.016
    seed: int = 0

    def sources(self) -> tuple[str, ...]:
        """Ids of the works, each once, the subject first."""
        names = [*(q.work for q in self.quoted()), self.colours, *(a.work for a in self.accents)]
        return tuple(dict.fromkeys(names))

    def quoted(self) -> tuple[Quoted, ...]:
        """What fills the frame: the subject's work, and that of the surroundings where there is one."""
        return (self.subject,) if self.surroundings is None else (self.subject, self.surroundings)

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON, to read, edit and paint again."""
        colours = find_work(self.colours)
        return {
            "kind": "quotation",
            "aspect": round(self.aspect, 4),
            "subject": self.subject.to_dict(),
            "surroundings": None if self.surroundings is None else self.surroundings.to_dict(),
            "seam": {"kind": self.seam, "box": [round(v, 4) for v in self.box]},
            "colours": {
                "work": self.colours,
                "artist": colours.artist,
                "title": colours.title,
                "share": round(self.share, 3),
                "light": round(self.light, 3),
            },
            "lead": self.lead,
            "accents": [
                {
                    "work": a.work,
                    "artist": find_work(a.work).artist,
                    "title": find_work(a.work).title,
                    "box": [round(v, 4) for v in a.box],
                    "to": [round(v, 4) for v in a.to],
                    "mirrored": a.mirror,
                }
                for a in self.accents
            ],
            "dress": None
            if self.dress is None
            else {
                "colour": self.dress.name,
                "ab": list(self.dress.colour),
                "box": [round(v, 4) for v in self.dress.box],
            },
            "lamp": None if self.lamp is None else self.lamp.to_dict(),
            "bend": self.bend,
            "seed": self.seed,
        }

    @classmethod
    def load(cls, path: Path) -> Quotation:
        """A plan from a JSON file. Raises InputError in one line if it cannot be read or is no plan of this model."""
        try:
            row = json.loads(path.read_text("utf-8-sig"))
        except (OSError, UnicodeDecodeError, ValueError) as error:
            raise InputError(f"the plan {path.name!r} cannot be read: {error}") from error
        if not isinstance(row, dict) or row.get("kind") != "quotation":
            raise InputError(
                f"{path.name!r} is no plan of a quotation; a plan of the atelier is painted with --model atelier"
            )
        return cls.from_dict(row)

    @classmethod
    def from_dict(cls, row: Mapping[str, Any]) -> Quotation:
        """The inverse of `to_dict`. Raises InputError for what is missing, misspelt or out of range."""
        known = {
            "kind",
            "aspect",
            "subject",
            "surroundings",
            "seam",
            "colours",
            "lead",
            "accents",
            "dress",
            "lamp",
            "bend",
            "seed",
        }
        if odd := sorted(set(row) - known):
            raise InputError(f"the plan has no field {odd[0]!r}; it has: {', '.join(sorted(known))}")
        try:
            seam, colours = row["seam"], row["colours"]
            plan = cls(
                aspect=float(row["aspect"]),
                subject=Quoted.from_dict(row["subject"]),
                surroundings=Quoted.from_dict(row["surroundings"]) if row["surroundings"] else None,
                seam=str(seam["kind"]),
                box=_box(seam["box"]),
                colours=find_work(str(colours["work"])).id,
                share=float(colours.get("share", 0.5)),
                light=float(colours.get("light", 0.0)),
                lead=str(row.get("lead", "subject")),
                accents=tuple(_accent(a) for a in row.get("accents", ())),
                dress=_dress(row.get("dress")),
                lamp=Lamp.from_dict(row["lamp"]) if row.get("lamp") else None,
                bend=float(row.get("bend", 0.016)),
                seed=int(row.get("seed", 0)),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise InputError(f"the plan lacks or misuses {error}; save one with --save-plan to see its form") from error
        plan._check()
        return plan

    def _check(self) -> None:
        ranges = {"aspect": (0.3, 4), "share": (0, 1), "light": (0, 1), "bend": (0, 0.1), "seed": (0, 2**63)}
        if (self.seam == "none") != (self.surroundings is None):
            raise InputError("the seam of the plan is 'none' where there are no surroundings, and there alone")
        for name, (low, high) in ranges.items():
            if not low <= getattr(self, name) <= high:
                raise InputError(f"{name} of the plan is {getattr(self, name)}; it must lie between {low} and {high}")
        for name, allowed in (("seam", ("none", "level", "round")), ("lead", ("subject", "surroundings"))):
            if getattr(self, name) not in allowed:
                raise InputError(f"{name} of the plan is {getattr(self, name)!r}; it is one of: {', '.join(allowed)}")


def _box(values: Any, *, inside: bool = False) -> Box:
    left, top, right, bottom = (float(v) for v in values)
    low, high = (0.0, 1.0) if inside else (-1.0, 2.0)
    if not (low <= left < right <= high and low <= top < bottom <= high):
        raise ValueError(f"the box {list(values)}")
    return left, top, right, bottom


def _accent(row: Mapping[str, Any]) -> Accent:
    work = find_work(str(row["work"]))
    return Accent(work.id, _box(row["box"], inside=True), _box(row["to"]), bool(row.get("mirrored", False)))


def _dress(row: Mapping[str, Any] | None) -> Dress | None:
    if row is None:
        return None
    a, b = (float(v) for v in row["ab"])
    if max(abs(a), abs(b)) > 0.3:
        raise ValueError(f"the colour {row['ab']}")
    return Dress(str(row.get("colour", "")), (a, b), _box(row["box"]))


def canvas_size(aspect: float, area: int = AREA) -> tuple[int, int]:
    """(height, width) of the masses for a picture of `aspect`."""
    return round((area / aspect) ** 0.5), round((area * aspect) ** 0.5)


def _joined(plan: Quotation, size: tuple[int, int], rng: np.random.Generator, *, fine: bool) -> Array:
    """The works in the frame: one alone, or two along their seam."""
    if plan.surroundings is None:
        return view(plan.subject.work, plan.subject.crop, size, fine=fine)
    a, b = _views(plan, plan.surroundings, size, rng, fine=fine)
    small = canvas_size(plan.aspect, _UNIT**2)
    mask, _ = seam_of(plan, *(resize(v, small) for v in (a, b)))
    return join(a, b, _enlarged(mask, size), reach=6.0 * _unit(a))


def _views(
    plan: Quotation, other: Quoted, size: tuple[int, int], rng: np.random.Generator, *, fine: bool
) -> tuple[Array, Array]:
    """Both works in the frame, the one that does not lead brought towards the colours of the other."""
    a = view(plan.subject.work, plan.subject.crop, size, fine=fine)
    b = view(other.work, other.crop, size, fine=fine)
    if plan.lead == "surroundings":
        a = transport(a, b.reshape(-1, 3), rng, light=0.5, chroma=0.65)
    else:
        b = transport(b, a.reshape(-1, 3), rng, light=0.5, chroma=0.65)
    return a, b


def seam_of(plan: Quotation, a: Array, b: Array) -> tuple[Array, float]:
    """(mask, 1 where the subject's work is; mean cost of the seam)."""
    h, w = a.shape[:2]
    cost = cost_map(a, b, 0.5 if plan.seam == "round" else 1.0)
    within = inside(plan.subject.crop, (h, w))
    cost = cost + 2 * (1 - within)
    left, top, right, bottom = plan.box
    if plan.seam == "round":
        radius, price = round_seam(cost, plan.box)
        return mask_inside(radius, plan.box, (h, w)) * within, price
    columns = (np.arange(w) + 0.5) / w
    under = np.clip(np.minimum(columns - left, right - columns) / 0.04 + 1, 0, 1)
    whole = left <= 0 and right >= 1  # all of a work is its subject: half of the picture is another's
    low = max(0.12, top - 0.2 if whole else 0.0) * h * np.ones(w)
    free = 0.62 if bottom - top < 0.55 else 0.5
    high = (free * (1 - under) + max(0.04, top - 0.02) * under) * h
    low = np.minimum(low, high - 3)
    seam, price = level_seam(cost, low, high, lost_at(a, b))
    return 1 - mask_above(seam, h), price


def render(plan: Quotation, *, fine: bool = True) -> Array:
    """The masses of the picture, Oklab, about 448 x 448 pixels at its aspect, of one work alone 736 x 736; without their fine drawing
    224 x 224.
    """
    rng = np.random.default_rng(plan.seed)
    full = _AREA_ALONE if plan.surroundings is None and find_work(plan.subject.work).exemplar else AREA
    picture = _joined(plan, canvas_size(plan.aspect, full if fine else _UNIT**2), rng, fine=fine)
    source = masses_of(plan.colours)
    if plan.light:
        picture = bring_light(picture, source, plan.light)
    picture = borrow_colours(picture, source, plan.share, rng)
    if plan.dress is not None:
        picture = dye(picture, plan.dress.box, plan.dress.colour)
    for accent in plan.accents:
        picture, _ = _set_in(picture, accent, fine=fine)
    if plan.lamp is not None:
        picture = relight(picture, plan.lamp)
    return np.asarray(np.clip(bend(picture, plan.bend, rng), (0, -0.3, -0.3), (1, 0.3, 0.3)), np.float32)


def _unit(picture: Array) -> float:
    """Pixels that distances of joining are told in: 1 for a picture of 224 x 224."""
    return float((picture.shape[0] * picture.shape[1]) ** 0.5 / _UNIT)


def _enlarged(mask: Array, size: tuple[int, int]) -> Array:
    """A mask of 0 and 1 at another size, its edge smooth."""
    return mask if mask.shape == size else (resize(blur(mask, 0.7), size) > 0.5).astype(np.float32)


def accent_price(picture: Array, accent: Accent) -> float:
    """What it costs to set an accent into a picture: its seam, and how much is drawn where it comes to stand."""
    return _set_in(picture, accent, fine=False)[1]


def _set_in(picture: Array, accent: Accent, *, fine: bool) -> tuple[Array, float]:
    """(picture with the accent joined in along its cheapest seam, mean cost of the seam)."""
    h, w = picture.shape[:2]
    unit = _unit(picture)
    x0, y0, x1, y1 = accent.to
    bx0, by0, bx1, by1 = accent.box
    sx, sy = (x1 - x0) / (bx1 - bx0), (y1 - y0) / (by1 - by0)
    margin = 0.45
    mx, my = margin * (bx1 - bx0), margin * (by1 - by0)
    ax0, ay0, ax1, ay1 = max(0, bx0 - mx), max(0, by0 - my), min(1, bx1 + mx), min(1, by1 + my)
    tx0, ty0, tx1, ty1 = x0 - (bx0 - ax0) * sx, y0 - (by0 - ay0) * sy, x1 + (ax1 - bx1) * sx, y1 + (ay1 - by1) * sy
    top, left = round(ty0 * h), round(tx0 * w)
    size = max(4, round((ty1 - ty0) * h)), max(4, round((tx1 - tx0) * w))
    part = view(accent.work, Crop(ax0, ay0, ax1, ay1, accent.mirror), size, fine=fine)
    y0c, x0c = max(0, top), max(0, left)
    y1c, x1c = min(h, top + size[0]), min(w, left + size[1])
    if y1c - y0c < 6 or x1c - x0c < 6:
        return picture, 1.0
    part = part[y0c - top : y1c - top, x0c - left : x1c - left]
    under = picture[y0c:y1c, x0c:x1c]
    hh, ww = under.shape[:2]
    from_rim = np.minimum.outer(_from_rim(hh), _from_rim(ww))
    rim = from_rim < 2
    part = (part + 0.8 * (np.median(under[rim], 0) - np.median(part[rim], 0))).astype(np.float32)
    box = ((x0 * w - x0c) / ww, (y0 * h - y0c) / hh, (x1 * w - x0c) / ww, (y1 * h - y0c) / hh)
    small = max(4, round(hh / unit)), max(4, round(ww / unit))
    radius, price = round_seam(cost_map(resize(part, small), resize(under, small)), box)
    mask = mask_inside(radius, box, (hh, ww))
    soft = np.clip(join(part, under, mask, keep=0.9, reach=4.0 * unit), (0, -0.3, -0.3), (1, 0.3, 0.3))
    edge = np.minimum(1, from_rim / (4 * unit))[..., None]
    out = picture.copy()
    out[y0c:y1c, x0c:x1c] = under + edge * (soft - under)
    inside = float((mask * edge[..., 0]).sum() / max(1.0, mask.sum()))
    return out, price + 0.2 * (1 - inside)


def _from_rim(n: int) -> Array:
    return np.minimum(np.arange(n), n - 1 - np.arange(n)).astype(np.float32)
