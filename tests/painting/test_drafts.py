"""Drafts: the eye compares small layouts, and the one nearest to the hand's school is painted."""

from __future__ import annotations

from pathlib import Path

import pytest
from artwright.core.studio import Studio
from artwright.plugins.painting.atelier.styles import HANDS
from artwright.plugins.painting.eye.model import Eye
from artwright.plugins.painting.eye.schools import SCHOOLS, School
from artwright.plugins.painting.models.atelier.drafts import ENOUGH
from artwright.plugins.painting.models.lending import EYE


def test_schools_are_of_hands_and_their_painters_are_known_to_the_eye() -> None:
    eye = Eye.load(EYE)
    known = {*eye.names["artist"], *eye.names["hand"]}
    for hand, school in SCHOOLS.items():
        assert hand in HANDS
        assert school.movement in ("", *eye.names["movement"])
        assert school.painters <= known
        assert school.painters & set(eye.names["artist"]) or school.movement


def test_likeness_is_the_mean_of_what_the_eye_knows() -> None:
    sight = {"movement": {"Baroque": 0.4, "Rococo": 0.6}, "artist": {"Rembrandt": 0.7, "Titian": 0.1, "Rubens": 0.2}}
    assert School(movement="Baroque", painters=frozenset({"Rembrandt", "Rubens"})).likeness(sight) == pytest.approx(
        (0.4 * 0.9) ** 0.5
    )
    assert School(movement="Baroque").likeness(sight) == pytest.approx(0.4)
    assert School(painters=frozenset({"Titian", "nobody"})).likeness(sight) == pytest.approx(0.1)
    assert School().likeness(sight) == 0.0


def test_the_likeliest_draft_is_painted_and_its_own_seed_paints_it_alone(tmp_path: Path) -> None:
    studio = Studio(tmp_path)
    options = {"width": 160, "best_of": 3}
    work = studio.generate("painting", "a ship in a storm", model="atelier", style="vermeer", seed=4, options=options)
    drafts = work.provenance.notes["drafts"]
    assert 1 <= len({d["seed"] for d in drafts}) == len(drafts) <= 3 and drafts[0]["seed"] == 4
    assert len(drafts) == 3 or drafts[-1]["likeness"] >= ENOUGH > max((d["likeness"] for d in drafts[:-1]), default=0)
    best = max(drafts, key=lambda d: d["likeness"])
    assert work.provenance.notes["plan"]["seed"] == best["seed"]
    assert (
        studio.generate("painting", "a ship in a storm", model="atelier", style="vermeer", seed=4, options=options).id
        == work.id
    )
    first = studio.generate(
        "painting", "a ship in a storm", model="atelier", style="vermeer", seed=4, options={"width": 160, "best_of": 1}
    )
    assert "drafts" not in first.provenance.notes
    assert (first.id == work.id) == (best["seed"] == 4)


def test_no_drafts_where_the_layout_or_no_school_is_given(tmp_path: Path) -> None:
    studio = Studio(tmp_path)
    plan = tmp_path / "plan.json"
    one = studio.generate(
        "painting", "a horse", model="atelier", style="klimt", seed=1, options={"width": 96, "save_plan": str(plan)}
    )
    again = studio.generate(
        "painting", "a horse", model="atelier", style="monet", seed=1, options={"width": 96, "plan": str(plan)}
    )
    assert "drafts" not in one.provenance.notes and "drafts" not in again.provenance.notes
    assert again.provenance.notes["plan"]["seed"] == 1
