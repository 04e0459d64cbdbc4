"""What painting promises of weights, scores, devices and minutes."""

from __future__ import annotations

import json
import time
from pathlib import Path

import numpy as np
import pytest
from artwright.core.artwork import Artwork
from artwright.core.errors import InputError, OptionError, UnknownName, UsageError, WeightsError
from artwright.core.studio import Studio
from artwright.core.weights import read_cards, save_weights
from artwright.plugins.painting.medium import Painting
from artwright.plugins.painting.models.gan.training import _afford
from artwright.plugins.painting.models.lending import MODELS, weights_of
from PIL import Image

SMALL = {"width": 96, "best_of": 1}


@pytest.fixture
def hurt() -> Artwork:
    rng = np.random.default_rng(0)
    picture = np.repeat(np.repeat(rng.integers(60, 200, (8, 10, 3), np.uint8), 8, 0), 8, 1)
    picture[30:32, 10:60] = 255
    return Painting().artwork(Image.fromarray(picture))


def test_each_card_that_ships_names_its_model() -> None:
    folders = [card.parent for card in MODELS.glob("*/card.json")]
    assert len(folders) == 3
    for folder in folders:
        assert {file: card["model"] for file, card in read_cards(folder).items()} == {
            f"{folder.name}.safetensors": folder.name
        }


@pytest.mark.parametrize(
    ("operation", "model", "weights"),
    [
        ("generate", "gan", "sketch"),
        ("generate", "gan", "eye"),
        ("generate", "sketch", "eye"),
        ("restore", "conservator", "eye"),
        ("analyze", "eye", "conservator"),
        ("evaluate", "eye", "sketch"),
    ],
)
def test_weights_of_another_model_are_refused(
    operation: str, model: str, weights: str, hurt: Artwork, tmp_path: Path
) -> None:
    studio, asked = Studio(), {"weights": weights}
    with pytest.raises(InputError, match=f"the weights '{weights}' are of {weights}, not of {model}"):
        if operation == "generate":
            studio.generate("painting", "a lake", model=model, options=asked, seed=1)
        elif operation == "restore":
            studio.restore(hurt, options=asked, seed=1)
        elif operation == "analyze":
            studio.analyze(hurt, options=asked)
        else:
            for number in range(2):
                hurt.payload.save(tmp_path / f"{number}.png")
            studio.evaluate("painting", tmp_path, options=asked)


@pytest.mark.parametrize("name", ["mine", "../eye", "eye.safetensors"])
def test_weights_that_are_not_there_are_refused(name: str, hurt: Artwork) -> None:
    with pytest.raises((UnknownName, InputError)):
        Studio().restore(hurt, options={"weights": name}, seed=1)


def test_a_prior_of_ones_own_mends(hurt: Artwork, tmp_path: Path) -> None:
    studio = Studio()
    folder = tmp_path / "works"
    folder.mkdir()
    for seed in range(6):
        picture = np.random.default_rng(seed).integers(0, 255, (64, 64, 3), np.uint8)
        Image.fromarray(picture).save(folder / f"{seed}.png")
    report = studio.train(
        "painting", folder, name="mine", model="conservator", options={"components": 8}, minutes=1, seed=1
    )
    assert report.card["model"] == "conservator" and report.card["licence"] == "as the pictures it was trained on"
    mask = np.zeros((64, 80), np.uint8)
    mask[30:32, 10:60] = 255
    made = studio.restore(hurt, mask=Image.fromarray(mask), options={"weights": "mine"}, seed=1)
    other = studio.restore(hurt, mask=Image.fromarray(mask), seed=1)
    assert made.provenance is not None and other.provenance is not None
    assert list(made.provenance.weights) == ["mine.safetensors"]
    assert list(other.provenance.weights) == ["conservator.safetensors"]
    assert made.id != other.id


def test_weights_that_only_say_that_they_fit_are_refused(hurt: Artwork) -> None:
    studio = Studio()
    target = studio.home / "weights" / "painting" / "odd.safetensors"
    save_weights(target, {"nothing": np.zeros((2, 2), np.float32)}, {"model": "conservator"})
    assert weights_of("conservator", "odd", studio.home) == target
    mask = Image.new("L", (80, 64))
    mask.paste(255, (10, 30, 60, 32))
    with pytest.raises(WeightsError, match="no patch prior"):
        studio.restore(hurt, mask=mask, options={"weights": "odd"}, seed=1)


@pytest.mark.parametrize("style", ["monet", "shan-shui", "cubism", "monet:0.6+hokusai:0.4", None])
def test_each_picture_has_a_score_and_candidates_go_by_it(style: str | None) -> None:
    studio = Studio()
    best = studio.generate("painting", "a lake at dawn", style=style, seed=4, options=SMALL, candidates=3)
    from artwright.core.seeds import derive_seed

    ones = [
        studio.generate("painting", "a lake at dawn", style=style, seed=derive_seed(4, n), options=SMALL)
        for n in range(3)
    ]
    scores = [one.score for one in ones]
    assert all(score is not None and 0 <= score <= 1 for score in scores) and len(set(scores)) > 1
    assert best.score == max(score for score in scores if score is not None)


def test_cards_tell_the_unit_of_the_score() -> None:
    for name in ("atelier", "sketch"):
        _, spec = Studio().registry.model("painting", name, "generate")
        card = spec.card() if callable(spec.card) else spec.card
        assert "0 to 1" in str(card["score"])


def test_a_sketch_is_scored_by_its_movement_if_it_has_one() -> None:
    studio = Studio()
    asked = {"movement": "Ukiyo-e", "steps": 4}
    work = studio.generate("painting", "a wave", model="sketch", options=asked, seed=1)
    assert work.score is not None and 0 <= work.score <= 1
    assert studio.generate("painting", "a wave", model="sketch", options={"steps": 4}, seed=1).score is None


@pytest.mark.parametrize(("operation", "device"), [("generate", "cpu"), ("analyze", "cpu")])
def test_what_runs_on_numpy_never_says_otherwise(operation: str, device: str, hurt: Artwork) -> None:
    studio = Studio()
    booked: list[str] = []
    lease = studio.devices.lease

    def note(key: object, loader: object, *, size: int | None = None, on: str | None = None):  # type: ignore[no-untyped-def]
        booked.append(on or "any")
        return lease(key, loader, size=size, on=on)  # type: ignore[arg-type]

    studio.devices.lease = note  # type: ignore[method-assign, assignment]
    if operation == "generate":
        studio.generate("painting", "a lake", seed=1, options=SMALL)
    else:
        studio.analyze(hurt)
    assert set(booked) <= {"cpu"}


@pytest.mark.parametrize(
    ("measured", "held", "look_s", "budget_s"),
    [(96, 128, 0.1, 120), (2000, 128, 0.5, 60), (96, 20, 0.001, 600), (96, 5, 9.0, 6)],
)
def test_reports_take_no_more_than_their_share(measured: int, held: int, look_s: float, budget_s: float) -> None:
    count, kept, report_s = _afford(measured, list(range(held)), look_s, budget_s)
    assert count <= measured and len(kept) <= held and report_s == count * look_s
    assert report_s <= 0.1 * budget_s or count == 8


@pytest.mark.slow
def test_a_pair_keeps_to_its_minutes(tmp_path: Path) -> None:
    for seed in range(40):
        Image.fromarray(np.random.default_rng(seed).integers(0, 255, (64, 64, 3), np.uint8)).save(
            tmp_path / f"{seed}.png"
        )
    began = time.monotonic()
    report = Studio().train("painting", tmp_path, name="timed", model="gan", minutes=0.75, seed=1)
    assert 0.9 * 45 <= time.monotonic() - began <= 1.1 * 45
    assert report.card["steps"] > 0 and json.dumps(report.card)


@pytest.mark.parametrize(
    ("model", "options"),
    [
        ("atelier", {"guidance": 2}),
        ("atelier", {"network_width": 64}),
        ("gan", {"movement": "Ukiyo-e"}),
        ("gan", {"batch": 8}),
        ("gan", {"architecture": "dcgan"}),
        ("sketch", {"batch": 8}),
        ("sketch", {"best_of": 2}),
        ("atelier", {"frame_count": 30}),
        ("atelier", {"region": "1,1,9,9"}),
        ("atelier", {"height": 96, "format": "wide"}),
        ("atelier", {"plan": "plan.json", "time": "night"}),
        ("atelier", {"plan": "plan.json", "best_of": 5}),
        ("atelier", {"plan": "plan.json", "subject": "boat"}),
        ("atelier", {"from_sketch": "drawing.png", "season": "winter"}),
        ("atelier", {"from_sketch": "drawing.png", "save_plan": "other.json"}),
        ("atelier", {"from_sketch": "drawing.png", "plan": "plan.json"}),
    ],
)
def test_options_that_do_nothing_are_refused(
    model: str, options: dict[str, object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "plan.json").write_text('{"seed": 1, "aspect": 1.3, "ground": "lake"}')
    Image.new("RGB", (64, 48), "green").save(tmp_path / "drawing.png")
    with pytest.raises(OptionError) as told:
        Studio().generate(
            "painting", "a lake", model=model, options={"width": 96, **options} if model == "atelier" else options
        )
    assert any(name in str(told.value) for name in options)


def test_what_a_tool_cannot_use_is_refused(hurt: Artwork) -> None:
    studio = Studio()
    with pytest.raises(OptionError, match="grow"):
        studio.restore(hurt, region="10,10,8,8", options={"grow": 4}, seed=1)
    with pytest.raises(OptionError, match="gaussians"):
        studio.analyze(hurt, options={"gaussians": 64})
    with pytest.raises(OptionError, match="components"):
        studio.restore(hurt, options={"components": 64}, seed=1)
    with pytest.raises(UsageError, match="style"):
        studio.generate("painting", "a lake", model="gan", style="monet", options={"weights": "mine"})
    with pytest.raises(UsageError, match="source"):
        studio.generate("painting", "a lake", sources=[hurt])
