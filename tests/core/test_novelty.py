"""Novelty: a number that only models that know it are asked for; copies are made again, or refused."""

import pytest
from artwright import Medium, ModelSpec, Provenance, hookimpl
from artwright.core.errors import InputError, UsageError
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
        return {"dots": float(len(artwork.payload))}


class Painter:
    """The first works that it makes are copies of a known one; below a novelty of `joins` all are after one."""

    def __init__(self, copies, joins=0.0):
        self.copies, self.joins, self.asked = copies, joins, []

    @hookimpl
    def register_media(self, registry):
        registry.add_medium(Dots())

    @hookimpl
    def register_models(self, registry):
        generate = frozenset({"generate"})
        registry.add_model(
            ModelSpec(name="hand", medium="dots", operations=generate, summary="s", reads=frozenset({"novelty"}))
        )
        registry.add_model(ModelSpec(name="stamp", medium="dots", operations=generate, summary="s"))

    @hookimpl
    def generate(self, request, context):
        self.asked.append((request.novelty, request.seed))
        copied = len(self.asked) <= self.copies
        row = {"nearest": [{"name": "Sheet 4", "distance": 0.01}], "copied": copied, "compared": 1}
        notes = {"after": "Sheet 9 by Nobody"} if (request.novelty or 0) < self.joins else {}
        report = Provenance(operation="generate", medium="dots", originality=row, notes=notes)
        return Dots().artwork("." * (1 + int(context.rng.integers(50))), provenance=report)


def test_the_number_reaches_the_model_and_is_kept(tmp_path):
    painter = Painter(0)
    studio = fresh_studio(tmp_path, painter)
    work = studio.generate("dots", "sea", model="hand", seed=3, novelty=0.25)
    assert painter.asked == [(0.25, 3)] and work.provenance.notes["novelty"] == 0.25
    assert studio.generate("dots", "sea", model="hand", seed=3).provenance.notes.get("novelty") is None


def test_a_copy_is_made_again_only_where_novelty_is_asked_for(tmp_path):
    painter = Painter(2)
    studio = fresh_studio(tmp_path, painter)
    work = studio.generate("dots", "sea", model="hand", seed=3, novelty=0)
    assert len(painter.asked) == 3 and work.provenance.seed == painter.asked[-1][1] != 3 and not work.remarks
    plain = Painter(9)
    fresh_studio(tmp_path / "b", plain).generate("dots", "sea", model="hand", seed=3)
    assert len(plain.asked) == 1


def test_what_is_told_to_be_after_a_work_is_near_it_on_purpose(tmp_path):
    painter = Painter(9, joins=0.9)
    fresh_studio(tmp_path, painter).generate("dots", "sea", model="hand", seed=3, novelty=0.25)
    assert painter.asked == [(0.25, 3)]


def test_where_all_copy_the_first_is_kept_and_told_or_refused(tmp_path):
    painter = Painter(99)
    studio = fresh_studio(tmp_path, painter)
    work = studio.generate("dots", "sea", model="hand", seed=3, novelty=1)
    assert work.provenance.seed == 3 and "like Sheet 4" in work.remarks[0] == work.provenance.remarks[0]
    with pytest.raises(InputError, match=r"each of 4 tries came out as a copy.*Sheet 4.*higher novelty"):
        studio.generate("dots", "sea", model="stamp", seed=3, strict_originality=True)


def test_strict_originality_asks_for_the_most_novel_and_refuses_what_is_after_a_known_work(tmp_path):
    painter = Painter(0, joins=0.9)
    studio = fresh_studio(tmp_path, painter)
    work = studio.generate("dots", "sea", model="hand", seed=3, strict_originality=True)
    assert painter.asked == [(1.0, 3)] and work.provenance.notes["novelty"] == 1.0
    with pytest.raises(InputError, match="the first: Sheet 9 by Nobody"):
        studio.generate("dots", "sea", model="hand", seed=3, novelty=0.2, strict_originality=True)


@pytest.mark.parametrize("novelty", [-0.1, 1.01, float("nan")])
def test_out_of_range(tmp_path, novelty):
    with pytest.raises(InputError, match=r"from 0 \(imitation\) to 1"):
        fresh_studio(tmp_path, Painter(0)).generate("dots", "sea", model="hand", novelty=novelty)


def test_a_model_that_does_not_know_it_refuses(tmp_path):
    with pytest.raises(UsageError, match=r"'stamp' .* has no use for a novelty in generate; models that have: hand"):
        fresh_studio(tmp_path, Painter(0)).generate("dots", "sea", model="stamp", novelty=0.5)
