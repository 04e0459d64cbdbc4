"""A copy of a known painting is named, however it was turned, trimmed or tinted; other pictures are not called copies."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from artwright.core.originality import Index
from artwright.core.studio import Studio
from artwright.plugins.painting.medium import INDEX, Painting
from artwright.plugins.painting.reading.likeness import KIND, fingerprint
from PIL import Image, ImageEnhance, ImageOps


def scene(seed: int, size: tuple[int, int] = (240, 180)) -> Image.Image:
    """A picture of its own: a ground, masses and a horizon, with some grain."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[0:1:180j, 0:1:240j]
    picture = (
        np.full((180, 240, 3), rng.uniform(0.3, 0.7)) + rng.uniform(-0.3, 0.3) * (y > rng.uniform(0.3, 0.7))[..., None]
    )
    for _ in range(14):
        cx, cy, w, h = *rng.random(2), *rng.uniform(0.04, 0.25, 2)
        mass = np.clip(1.5 - np.hypot((x - cx) / w, (y - cy) / h), 0, 1)[..., None]
        picture += mass * (rng.random(3) - picture)
    picture += rng.normal(0, 0.02, picture.shape)
    return Image.fromarray((np.clip(picture, 0, 1) * 255).astype(np.uint8)).resize(size)


@pytest.fixture(scope="module")
def index() -> Index:
    works = [(f"Painter: Work {seed}", fingerprint(scene(seed))) for seed in range(300)]
    return Index.build(works, real=works, kind=KIND, noun="paintings")


def trimmed(picture: Image.Image, left: float, top: float, right: float, bottom: float) -> Image.Image:
    w, h = picture.size
    return picture.crop((round(left * w), round(top * h), round((1 - right) * w), round((1 - bottom) * h)))


def tinted(picture: Image.Image) -> Image.Image:
    return Image.fromarray((np.asarray(picture) * np.array([1.0, 0.8, 0.6])).astype(np.uint8))


def jpeg(picture: Image.Image, quality: int) -> Image.Image:
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=quality)
    return Image.open(file).convert("RGB")


CHANGES = {
    "as it is": lambda p: p,
    "mirrored": ImageOps.mirror,
    "trimmed all round": lambda p: trimmed(p, 0.1, 0.1, 0.1, 0.1),
    "trimmed at one side": lambda p: trimmed(p, 0.1, 0, 0, 0),
    "trimmed unevenly, mirrored": lambda p: ImageOps.mirror(trimmed(p, 0.03, 0.08, 0.09, 0)),
    "grey": lambda p: ImageOps.grayscale(p).convert("RGB"),
    "tinted": tinted,
    "faded": lambda p: ImageEnhance.Contrast(p).enhance(0.4),
    "darker": lambda p: ImageEnhance.Brightness(p).enhance(0.6),
    "small and poor": lambda p: jpeg(p.resize((90, 70)), 25),
    "large": lambda p: p.resize((1500, 1100)),
    "squeezed": lambda p: p.resize((160, 200)),
    "all at once": lambda p: jpeg(tinted(ImageOps.mirror(trimmed(p, 0.05, 0.1, 0.1, 0.02))).resize((200, 120)), 50),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_copy_is_named(index: Index, change: str) -> None:
    for seed in (3, 77, 250):
        report = index.measure(fingerprint(CHANGES[change](scene(seed))))
        assert report.nearest[0].name == f"Painter: Work {seed}" and report.copied, (seed, report)


def test_another_picture_is_no_copy(index: Index) -> None:
    reports = [index.measure(fingerprint(scene(seed))) for seed in range(1000, 1060)]
    assert sum(report.copied for report in reports) <= 1
    assert 20 < np.mean([report.percentile for report in reports]) < 80


@pytest.mark.parametrize(
    "picture", [Image.new("RGB", (64, 64), "grey"), Image.new("RGB", (3000, 16)), scene(5, (16, 900))]
)
def test_any_picture_can_be_measured(picture: Image.Image) -> None:
    report = Studio().originality(Painting().artwork(picture))
    assert report is not None and not report.copied and report.compared > 6000 and len(report.nearest) == 3


def test_what_ships_names_its_works_and_is_small() -> None:
    shipped = Index.load(INDEX)
    assert shipped.kind == KIND and len(shipped) == len(shipped.names) > 6000
    assert any(name.startswith("Vincent van Gogh: ") for name in shipped.names)
    assert INDEX.stat().st_size < 2_500_000
    assert len(shipped.real) >= 1000 and np.isfinite(shipped.real[:, 3]).all()
    assert shipped.facts["licence"] and shipped.facts["data"]


def test_a_new_work_and_an_analysis_tell_it(tmp_path: Path) -> None:
    studio = Studio()
    work = studio.generate("painting", "a lake at dawn", model="atelier", seed=2, options={"width": 128, "best_of": 1})
    assert work.provenance is not None and work.provenance.originality is not None
    assert work.provenance.originality["compared"] > 6000 and not work.provenance.originality["copied"]
    read = studio.analyze(work, explain=True)
    assert read.findings["originality"] == work.provenance.originality
    assert "real paintings" in read.explanation
    assert "真实画作" in studio.analyze(work, explain=True, language="zh").explanation
