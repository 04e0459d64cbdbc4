"""Candidates: the best score is kept, a taste goes before it, and nothing is made that nothing can choose."""

import math

import pytest
from artwright import Medium, ModelSpec, hookimpl
from artwright.testing import fresh_studio


class Dots(Medium):
    name, summary, reads, writes = "dots", "Dots.", (".dots",), (".dots",)

    def content(self, payload):
        return payload.encode()

    def load(self, path):
        return self.artwork(path.read_text("utf-8"))

    def save(self, artwork, path):
        path.write_text(artwork.payload, "utf-8")

    def preview(self, artwork, *, width=640):
        raise AssertionError

    def theme(self, artwork):
        raise AssertionError

    def features(self, artwork):
        return {"dots": float(len(artwork.payload)), "stars": float(artwork.payload.count("*"))}


class Painter:
    """Rows of dots; the score is what `judge` says of them."""

    def __init__(self, judge):
        self.judge, self.made = judge, []

    @hookimpl
    def register_media(self, registry):
        registry.add_medium(Dots())

    @hookimpl
    def register_models(self, registry):
        registry.add_model(ModelSpec(name="hand", medium="dots", operations=frozenset({"generate"}), summary="s"))

    @hookimpl
    def generate(self, request, context):
        row = "." * (1 + int(context.rng.integers(50))) + "*" * int(context.rng.integers(3))
        self.made.append(row)
        return Dots().artwork(row, score=self.judge(row))


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("judge", [len, lambda row: -len(row), lambda row: 1.0 * row.count("*")])
def test_the_best_score_is_kept(tmp_path, judge, seed):
    painter = Painter(judge)
    best = fresh_studio(tmp_path, painter).generate("dots", "sea", seed=seed, candidates=6)
    assert len(painter.made) == 6 and judge(best.payload) == max(map(judge, painter.made))
    assert best.provenance.score == best.score == judge(best.payload) and not best.remarks


def test_equal_scores_keep_the_first_and_missing_ones_lose(tmp_path):
    painter = Painter(lambda row: 1.0)
    assert fresh_studio(tmp_path, painter).generate("dots", "sea", seed=1, candidates=4).payload == painter.made[0]
    painter = Painter(lambda row: 0.5 if len(painter.made) in (1, 3) else None if len(painter.made) == 2 else -math.inf)
    assert fresh_studio(tmp_path, painter).generate("dots", "sea", seed=1, candidates=4).payload == painter.made[0]


def test_without_score_and_taste_the_first_is_kept_and_told_and_no_other_is_made(tmp_path):
    painter = Painter(lambda row: None)
    studio = fresh_studio(tmp_path, painter)
    best = studio.generate("dots", "sea", seed=1, candidates=3)
    assert len(painter.made) == 1 and best.payload == painter.made[0]
    assert best.remarks == best.provenance.remarks
    assert best.remarks == ("hand gives no score and no taste is known: the first of 3 was kept",)
    assert studio.library.get(best.id).provenance.remarks == best.remarks
    assert not studio.generate("dots", "sea", seed=1).remarks


@pytest.mark.parametrize("judge", [lambda row: None, lambda row: -len(row)])
def test_a_taste_goes_before_the_score(tmp_path, judge):
    painter = Painter(judge)
    studio = fresh_studio(tmp_path, painter)
    for seed in range(40):
        work = studio.generate("dots", "sea", seed=seed)
        studio.feedback.rate(work, 5 if len(work.payload) > 25 else 1, features=Dots().features(work))
    painter.made.clear()
    best = studio.generate("dots", "sea", seed=99, candidates=8)
    assert len(painter.made) == 8 and len(best.payload) > sum(map(len, painter.made)) / 8 and not best.remarks


@pytest.mark.parametrize(
    ("medium", "model", "theme", "options"),
    [
        ("painting", "sketch", "misty mountains", {"movement": "Impressionism"}),
        ("literature", "poet", "autumn moon", {"form": "haiku", "best_of": 4}),
        ("literature", "poet", "an old house", {"form": "prose", "write_in": "en", "length": 60}),
        ("literature", "poet", "雨夜", {"form": "prose", "write_in": "zh", "length": 60}),
    ],
)
def test_models_give_a_score_and_the_best_is_kept(tmp_path, medium, model, theme, options):
    """Those whose contracts try one form only; the others are tried in test_contracts."""
    studio = fresh_studio(tmp_path, builtin=True)
    made = studio.generate(medium, theme, model=model, options=options, seed=1, candidates=2)
    first = studio.generate(medium, theme, model=model, options=options, seed=1)
    assert made.score is not None and math.isfinite(made.score) and made.score >= first.score
    assert made.provenance.score == made.score and not any("no score" in remark for remark in made.remarks)
