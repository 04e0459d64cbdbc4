"""The works whose paint a hand uses, as they are shipped: one pack for each hand, public domain."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ....core.errors import InputError, WeightsError
from ....core.files import atomic
from ..atelier.colour import Array, srgb_to_oklab
from ..reading.margins import without_margins
from .raster import resize

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["Exemplar", "choose", "keep_exemplars", "load_exemplars", "own_exemplar", "pictures_of", "sheet_of"]

DATA = Path(__file__).parent / "data"
_CUT = 0.02
_ALIGN = 16
_LEAST, _KEPT = 160, 6
_QUANTILES = np.linspace(0.04, 0.96, 12)


@dataclass(frozen=True)
class Exemplar:
    """A work of the master. small: Oklab, for its colours; kind: portrait, figures, landscape, sea, town, interior, still ...;
    picture: the whole of it in Oklab where it is no shipped work but a person's own.
    """

    pack: str
    file: str
    artist: str
    title: str
    kind: str
    masks: tuple[tuple[float, float, float, float], ...]
    small: Array
    picture: Array | None = None

    @cached_property
    def tones(self) -> Array:
        """What its colours are like."""
        return tones(self.small)

    @property
    def source(self) -> str:
        """Painter and title."""
        return f"{self.artist}, {self.title}" if self.artist else self.title


def pack_of(name: str) -> Path:
    """The file of a pack: of a shipped one by its name, of a person's own by its path."""
    return Path(name) if name.endswith(".zip") else DATA / f"{name}.zip"


@lru_cache(maxsize=4)
def load_exemplars(pack: str) -> tuple[Exemplar, ...]:
    """All works of a pack. Raises WeightsError if it is missing or broken."""
    try:
        with zipfile.ZipFile(pack_of(pack)) as file:
            rows = json.loads(file.read("index.json"))
            data = [file.read(row["file"]) for row in rows]
    except (OSError, KeyError, ValueError, zipfile.BadZipFile) as error:
        raise WeightsError(f"the paint of {pack!r} cannot be read: {error}; install artwright again") from error
    return tuple(
        Exemplar(
            pack,
            row["file"],
            row["artist"],
            row["title"],
            row["kind"],
            tuple((b[0] / 100, b[1] / 100, b[2] / 100, b[3] / 100) for b in row["masks"]),
            _decode(part, 96),
        )
        for row, part in zip(rows, data, strict=True)
    )


def _decode(data: bytes, longer: int | None = None) -> Array:
    from PIL import Image as pil

    with pil.open(io.BytesIO(data)) as picture:
        rgb = picture.convert("RGB")
        if longer:
            rgb.thumbnail((longer, longer))
        return srgb_to_oklab(np.asarray(rgb, np.float32) / np.float32(255))


def pictures_of(pack: str) -> list[Image]:
    """The works of a pack as RGB pictures."""
    from PIL import Image as pil

    works = load_exemplars(pack)
    with zipfile.ZipFile(pack_of(pack)) as file:
        return [pil.open(io.BytesIO(file.read(work.file))).convert("RGB") for work in works]


def sheet_of(exemplar: Exemplar, shorter: int) -> tuple[Array, NDArray[np.bool_]]:
    """(colours, mask of what must not be taken) at a shorter side of at most `shorter`, never enlarged; sides are multiples of
    16; 2 % off the edges.
    """
    if exemplar.picture is not None:
        lab = exemplar.picture
    else:
        with zipfile.ZipFile(pack_of(exemplar.pack)) as file:
            lab = _decode(file.read(exemplar.file))
    h, w = lab.shape[:2]
    scale = min(1.0, shorter / min(h, w))
    h, w = max(_ALIGN, round(h * scale)), max(_ALIGN, round(w * scale))
    lab = resize(lab, (h, w))
    mask = np.zeros((h, w), bool)
    for left, top, right, bottom in exemplar.masks:
        mask[int(top * h) : int(np.ceil(bottom * h)), int(left * w) : int(np.ceil(right * w))] = True
    cut = round(_CUT * min(h, w))
    tall, wide = (max(_ALIGN, (n - 2 * cut) // _ALIGN * _ALIGN) for n in (h, w))
    y, x = (h - tall) // 2, (w - wide) // 2
    return np.ascontiguousarray(lab[y : y + tall, x : x + wide]), mask[y : y + tall, x : x + wide]


def own_exemplar(picture: Image, title: str) -> Exemplar:
    """A person's picture (RGB) without light margins as an exemplar, at a shorter side of at most 700 pixels. Raises InputError if it is too small
    to show a hand.
    """
    if min(picture.size) < _LEAST:
        raise InputError(
            f"the reference {title!r} has {picture.width} x {picture.height} pixels; a hand is seen from {_LEAST} pixels up"
        )
    picture = without_margins(picture)
    scale = min(1.0, 700 / min(picture.size))
    wide, tall = min(1400, round(picture.width * scale)), min(1400, round(picture.height * scale))
    lab = srgb_to_oklab(np.asarray(picture.resize((wide, tall)), np.float32) / np.float32(255))
    return Exemplar("", "", "", title, "", (), resize(lab, (max(2, tall // 8), max(2, wide // 8))), lab)


def keep_exemplars(target: Path, pictures: Sequence[tuple[str, Image]]) -> int:
    """Keep a person's pictures (title, RGB) as a pack of exemplars, the largest six; how many were large enough to be kept.

    Where none is, no file is written.
    """
    large = sorted((p for p in pictures if min(p[1].size) >= _LEAST), key=lambda p: -min(p[1].size))[:_KEPT]
    if not large:
        return 0
    rows = []
    with atomic(target) as temporary, zipfile.ZipFile(temporary, "w", zipfile.ZIP_STORED) as out:
        for number, (title, picture) in enumerate(large):
            scale = min(1.0, 700 / min(picture.size))
            size = min(980, round(picture.width * scale)), min(980, round(picture.height * scale))
            data = io.BytesIO()
            picture.resize(size).save(data, "WEBP", quality=75)
            rows.append({"file": f"{number}.webp", "artist": "", "title": title, "kind": "", "masks": []})
            out.writestr(zipfile.ZipInfo(f"{number}.webp", (1980, 1, 1, 0, 0, 0)), data.getvalue())
        out.writestr(zipfile.ZipInfo("index.json", (1980, 1, 1, 0, 0, 0)), json.dumps(rows, ensure_ascii=False))
    return len(large)


def tones(lab: Array) -> Array:
    """What a picture's colours are like: quantiles of L, a, b and of four directions between."""
    flat = lab.reshape(-1, 3)
    axes = np.array([[1, 0, 0], [0, 2, 0], [0, 0, 2], [0.5, 1.5, 0], [0.5, 0, 1.5], [0, 1.4, 1.4], [0, 1.4, -1.4]])
    return np.concatenate([np.quantile(flat @ axis, _QUANTILES) for axis in axes]).astype(np.float32)


def choose(pack: str, masses: Array, kind: str, count: int, first: Sequence[str] = ()) -> tuple[Exemplar, ...]:
    """The `count` works whose colours are nearest to the masses; those of another kind must be nearer. first: files that are
    taken before all others.
    """
    wanted = tones(masses)
    works = load_exemplars(pack)
    away = [float(np.abs(w.tones - wanted).mean()) + 0.03 * _strange(w.kind, kind) - (w.file in first) for w in works]
    order = sorted(range(len(works)), key=lambda i: (away[i], i))
    return tuple(works[i] for i in order[:count])


def _strange(have: str, wanted: str) -> float:
    groups = (
        {"landscape", "sea", "town", "animals"},
        {"portrait", "figures", "story", "interior"},
        {"still", "flowers", "interior"},
    )
    return 0.0 if not wanted or have == wanted or any(have in g and wanted in g for g in groups) else 1.0
