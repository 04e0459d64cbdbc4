"""The works that are quoted: what is seen in each, and its masses.

All are of painters who died before 1927. `data/works.tsv` was labelled by eye; `data/masses.zip` holds the pictures, exemplars at
700 pixels of their shorter side and the rest at about 224 x 224, which is all that is ever quoted of them; `data/letters.tsv` says
where letters and seals of prints are, `data/renamed.tsv` what works that were there twice are called now.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ....core.errors import InputError, WeightsError
from ..atelier.colour import Array, srgb_to_oklab
from ..paint.raster import blur

__all__ = ["SCENES", "Work", "drawing_of", "find_work", "letters_of", "load_works", "masses_of", "stem", "without"]

DATA = Path(__file__).parent / "data"
_AREA = 208**2
"""Pixels of masses, with which compositions are tried."""
_LARGE, _SMALL = 700.0, 340.0
"""Pixels a side that an exemplar's drawing is good for, and another work's, once its edges are drawn anew."""
_SHARP = 300.0
"""Pixels a side that what fills a picture must be drawn for."""
_MOST_ZOOM = 1.6
_FIRST_SEEN, _SEEN, _TITLE, _MODIFIER = 0.56, 0.4, 0.25, 0.6
_BEFORE, _BESIDE = 0.75, 0.75
"""What stands before another noun is less what is shown (a birch canoe), and so is what it is with, by, on or under."""
_OF = frozenset(("of", "a", "the", "his", "her"))
SCENES = frozenset(
    "river canal lake sea beach coast harbour port bay bridge village town city street square road path valley mountain hill field "
    "meadow garden park forest wood pond island stream waterfall plain landscape interior room hall church cathedral castle "
    "palace quay bank boat tree snow winter sunset house courtyard lagoon cliff dune orchard avenue marsh ruin "
    "shipwreck wreck ship pond grove coast shore mill watermill bank quay".split()
)
_FAMOUS = frozenset(
    f"x/{name}"
    for name in (
        "botticelli/primavera botticelli/the-birth-of-venus bruegel/hunters-in-the-snow-winter bruegel/tower-of-babel "
        "bruegel/massacre-of-the-innocents bruegel/children-s-games caravaggio/bacchus caravaggio/judith-beheading-holofernes "
        "caravaggio/the-calling-of-saint-matthew cezanne/card-players-2 constable/the-hay-wain degas/absinthe degas/the-dance-class "
        "friedrich/wanderer-above-the-sea-of-fog hiroshige/sudden-shower-over-shin-ohashi "
        "hiroshige/plum-park-at-kameido-from-one-hundred-famous-views-of-edo "
        "hokusai/fine-wind-clear-morning-also-known-as-south-wind-clear-sky-o "
        "hokusai/the-great-wave-off-kanagawa-thirty-six-views-of-mount-fuji klimt/the-kiss klimt/judith "
        "klimt/portrait-of-adele-bloch-bauer-i marc/large-blue-horses monet/impression-sunrise monet/water-lilies "
        "monet/water-lilies-and-japanese-bridge monet/woman-with-a-parasol-madame-monet-and-her-son monet/poppies-at-argenteuil "
        "monet/la-gare-saint-lazare raphael/school-of-athens raphael/sistine-madonna rembrandt/the-night-watch "
        "rembrandt/the-anatomy-lesson-of-dr-nicolaes-tulp rembrandt/the-return-of-the-prodigal-son "
        "renoir/bal-du-moulin-de-la-galette renoir/boating-party rousseau/dream rousseau/the-sleeping-gypsy "
        "seurat/a-sunday-afternoon-on-the-island-of-la-grande-jatt seurat/bathers-at-asnieres shishkin/morning-in-a-pine-forest "
        "turner/the-fighting-temeraire turner/rain-steam-and-speed-the-great-western-railway van-gogh/almond-blossom "
        "van-gogh/cafe-terrace van-gogh/irises van-gogh/self-portrait van-gogh/starry-night van-gogh/starry-night-over-the-rhone "
        "van-gogh/sunflowers van-gogh/the-bedroom van-gogh/the-sower van-gogh/the-yellow-house van-gogh/wheatfield-with-crows "
        "van-gogh/van-gogh-s-chair velazquez/las-meninas velazquez/rokeby-venus velazquez/portrait-of-pope-innocent-x "
        "velazquez/infanta-margarita-teresa-in-a-blue-dress vermeer/the-girl-with-the-pearl-earring vermeer/view-of-delft "
        "vermeer/the-milkmaid-the-kitchen-maid vermeer/the-art-of-painting vermeer/woman-reading-a-letter aivazovsky/the-ninth-wave"
    ).split()
)
_NO_HEADS = frozenset("in on at by with of the a an and from under over before behind for to his her".split())


def stem(word: str) -> str:
    """A word without its plural: what words of a theme and of a work are compared by."""
    word = word.lower().removesuffix("'s")
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 4 and word.endswith(("ches", "shes", "xes", "sses")):
        return word[:-2]
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


@dataclass(frozen=True)
class Work:
    """A work and what is seen in it. box: of the subject, left, top, right, bottom in 0..1; horizon: from the top in 0..1,
    or None; aspect: true width / height; medium: paint, print, ink or sketch; hour, weather, season: "-" where not told;
    tone: mean light, mean chroma and share of dark, in Oklab; contrast: deviation of its soft masses of light.
    """

    id: str
    artist: str
    title: str
    subject: str
    action: str
    seen: tuple[str, ...]
    box: tuple[float, float, float, float]
    horizon: float | None
    light: str
    hour: str
    weather: str
    season: str
    people: int
    aspect: float
    medium: str
    genre: str
    tone: tuple[float, float, float]
    contrast: float

    @property
    def exemplar(self) -> bool:
        """Whether it is one of the large reproductions."""
        return self.id.startswith("x/")

    @property
    def famous(self) -> bool:
        """Whether everybody knows it."""
        return self.id in _FAMOUS

    @property
    def detail(self) -> float:
        """Pixels of a side up to which it is drawn, were it a square."""
        return _LARGE if self.exemplar else _SMALL

    @property
    def nearest(self) -> float:
        """How far it may be enlarged beyond the frame of a picture: as long as it is still drawn."""
        return min(_MOST_ZOOM, self.detail / _SHARP)

    @property
    def indoors(self) -> bool:
        """Whether it shows a room or a plain ground."""
        return self.hour == "indoors" or (self.horizon is None and self.hour == "-")

    @property
    def area(self) -> float:
        """Share of the subject's box."""
        return (self.box[2] - self.box[0]) * (self.box[3] - self.box[1])

    @cached_property
    def terms(self) -> Mapping[str, float]:
        """Each term that tells of the work, and how much it is about it, in 0..1."""
        found: dict[str, float] = {}

        def add(word: str, weight: float) -> None:
            if word not in _NO_HEADS and word != ",":
                key = stem(word)
                found[key] = max(found.get(key, 0.0), weight)

        words = self.subject.lower().replace(",", " , ").split()
        joints = [place for place, word in enumerate(words) if place and (word == "," or word in _NO_HEADS - _OF)]
        first = joints[0] if joints else len(words)
        for place, word in enumerate(words):
            after = words[place + 1] if place + 1 < len(words) else ""
            head = not after or not after.isalpha() or after in _NO_HEADS or after.endswith("ing")
            add(word, (1.0 if place < first else _BESIDE) if head else _BEFORE)
        busy = self.people > 0 and not any(stem(word) in SCENES for word in words[:first])
        for word in self.action.lower().split():
            add(word, 1.0 if busy else 0.7)
        for place, thing in enumerate(self.seen):
            words = thing.lower().split()
            for word in words:
                weight = _FIRST_SEEN if place < 3 else _SEEN
                add(word, weight if word == words[-1] else _MODIFIER * weight)
        for word in "".join(c if c.isalpha() else " " for c in self.title.lower()).split():
            add(word, _TITLE)
        return found

    @cached_property
    def named(self) -> frozenset[str]:
        """The words of its subject, without their plurals."""
        return frozenset(stem(w) for w in self.subject.lower().replace(",", " ").split())

    @cached_property
    def about(self) -> frozenset[str]:
        """What lies about the subject: what else is seen."""
        return frozenset(stem(w) for thing in self.seen for w in thing.lower().split()[-1:]) - self.named

    @cached_property
    def figure(self) -> bool:
        """Whether one thing or person stands for itself in it and leaves room about it."""
        return self.area < 0.85 and self.filled

    @cached_property
    def filled(self) -> bool:
        """Whether one thing or person is all that it is about, as in a portrait: what another picture cannot be set into."""
        words = [stem(w) for w in self.subject.lower().replace(",", " ").split()[:3]]
        return self.area > 0.06 and self.people < 9 and not any(w in SCENES for w in words)

    @property
    def source(self) -> str:
        """Painter and title, as a label names them."""
        return f"{self.artist}, {self.title}" if self.title else self.artist


@lru_cache(maxsize=1)
def load_works() -> Mapping[str, Work]:
    """All works by id."""
    with (DATA / "works.tsv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    works = {}
    for row in rows:
        left, top, right, bottom = (float(v) / 100 for v in (row["box"] or "0 0 100 100").replace("-", "0").split())
        works[row["id"]] = Work(
            id=row["id"],
            artist=row["artist"],
            title=row["title"],
            subject=row["subject"],
            action=row["action"].strip("-"),
            seen=tuple(s for s in row["seen"].split(";") if s),
            box=(left, top, right, bottom) if right > left and bottom > top else (0.0, 0.0, 1.0, 1.0),
            horizon=None if row["horizon"] in ("-", "") else float(row["horizon"]) / 100,
            light=row["light"],
            hour=row["hour"],
            weather=row["weather"],
            season=row["season"],
            people=int(row["people"]) if row["people"].isdigit() else 0,
            aspect=float(row["aspect"]),
            medium=row["medium"],
            genre=row["genre"],
            tone=(float(row["light_mean"]), float(row["chroma"]), float(row["dark"])),
            contrast=float(row["contrast"]),
        )
    return works


def find_work(name: str) -> Work:
    """A work by its id, or by the one it had before. Raises InputError if there is none."""
    works = load_works()
    work = works.get(name) or works.get(_renamed().get(name, ""))
    if work is None:
        raise InputError(f"the plan quotes {name!r}, which is not among the {len(works)} works that are known")
    return work


@lru_cache(maxsize=1)
def _renamed() -> Mapping[str, str]:
    with (DATA / "renamed.tsv").open(encoding="utf-8", newline="") as file:
        return {row["old"]: row["id"] for row in csv.DictReader(file, delimiter="\t")}


@lru_cache(maxsize=96)
def masses_of(name: str) -> Array:
    """The picture of a work in Oklab (height, width, 3), about 208 x 208 pixels at its true aspect; not to be changed."""
    from PIL import Image as pil

    aspect = find_work(name).aspect
    size = round((_AREA * aspect) ** 0.5), round((_AREA / aspect) ** 0.5)
    picture = pil.fromarray(_shipped(name)).resize(size, pil.Resampling.BICUBIC, reducing_gap=2.0)
    return _of_colours(name, np.asarray(picture, np.float32) / np.float32(255))


@lru_cache(maxsize=6)
def drawing_of(name: str) -> Array:
    """The picture of a work in Oklab, as finely drawn as it is known: 700 pixels and more a side, or with its edges drawn anew at
    448; squashed to a square where its reproduction is. Not to be changed.
    """
    from .enlarging import enlarge_twice

    picture = _shipped(name).astype(np.float32) / np.float32(255)
    return _of_colours(name, picture if find_work(name).exemplar else enlarge_twice(picture))


def _of_colours(name: str, picture: Array) -> Array:
    lab = without(srgb_to_oklab(picture), _letters().get(name, ()))
    lab.setflags(write=False)
    return lab


def _shipped(name: str) -> NDArray[np.uint8]:
    """The reproduction of a work as it is shipped, sRGB."""
    from PIL import Image as pil

    try:
        start, size = _places()[find_work(name).id + ".avif"]
        with (DATA / "masses.zip").open("rb") as pack:
            pack.seek(start)
            data = pack.read(size)
    except (OSError, KeyError, zipfile.BadZipFile) as error:
        raise WeightsError(f"the masses of {name!r} cannot be read: {error}; install artwright again") from error
    with pil.open(io.BytesIO(data)) as picture:
        return np.asarray(picture.convert("RGB"))


@lru_cache(maxsize=1)
def _places() -> Mapping[str, tuple[int, int]]:
    """(start, size) of each picture in the pack, which is stored as it is: its list is long, and read once."""
    with zipfile.ZipFile(DATA / "masses.zip") as pack:
        return {i.filename: (i.header_offset + 30 + len(i.filename), i.file_size) for i in pack.infolist()}


@lru_cache(maxsize=1)
def _letters() -> Mapping[str, tuple[tuple[float, ...], ...]]:
    """Boxes of letters, cartouches and seals by id, 0..1."""
    with (DATA / "letters.tsv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    return {r["id"]: tuple(tuple(float(v) / 100 for v in box.split()) for box in r["boxes"].split(";")) for r in rows}


def letters_of(work: Work) -> tuple[tuple[float, ...], ...]:
    """Boxes of letters, cartouches and seals of a work, 0..1; most have none."""
    return _letters().get(work.id, ())


def without(lab: Array, boxes: Iterable[tuple[float, ...]]) -> Array:
    """A picture whose boxes (left, top, right, bottom in 0..1) are filled from what lies about them, softer towards the middle."""
    h, w = lab.shape[:2]
    known = np.ones((h, w), np.float32)
    for left, top, right, bottom in boxes:
        known[int(top * h) : int(np.ceil(bottom * h)), int(left * w) : int(np.ceil(right * w))] = 0
    if known.all() or not known.any():
        return lab
    out = np.where(known[..., None] > 0, lab, 0).astype(np.float32)
    have = known.copy()
    for sigma in (2.0, 4.0, 8.0, 16.0, 32.0, 64.0):
        weight = blur(known, sigma)
        near = blur(lab * known[..., None], sigma) / np.maximum(weight, 1e-6)[..., None]
        share = np.clip(weight * 8, 0, 1) * (1 - have)
        out += share[..., None] * near
        have += share
    return np.asarray(out / np.maximum(have, 1e-6)[..., None], np.float32)
