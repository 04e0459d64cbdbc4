"""Small generators: the pyramid and its flows, adversarial pairs, invented styles; tiny instances of the real ones."""

from __future__ import annotations

import json

import numpy as np
import pytest
import torch
from artwright.core.errors import InputError, OutputError, StoreError, UnknownName
from artwright.core.studio import Studio
from artwright.core.style import Style
from artwright.core.theme import Theme
from artwright.plugins.painting.atelier.styles import HANDS, StyleParameters, find_style
from artwright.plugins.painting.generative.adversary import (
    Adversary,
    contact_sheet,
    make_pictures,
    masses_of,
    recall_of,
)
from artwright.plugins.painting.generative.augment import augment
from artwright.plugins.painting.generative.compositions import Compositions, fit_compositions
from artwright.plugins.painting.generative.flow import flow_loss, sample_flow
from artwright.plugins.painting.generative.pairs import NOISE, make_pair
from artwright.plugins.painting.generative.pyramid import Pyramid, fit_pyramid, to_pixels
from artwright.plugins.painting.generative.wavelets import join_bands, split_bands
from artwright.plugins.painting.models.atelier.inventing import (
    Find,
    Invention,
    _child,
    ambiguity_of,
    art_of,
    keep_style,
)
from artwright.plugins.painting.models.sketch.engine import genre_of, movement_of
from artwright.plugins.painting.reading.photo import scene_from_sketch
from PIL import Image
from torch.nn import functional as F


def views(count: int, side: int = 64, seed: int = 0) -> np.ndarray:
    """Landscapes: a sky that grows lighter downwards, ground of another colour, a sun; (count, side, side, 3) uint8."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[0:side, 0:side] / side
    out = []
    for _ in range(count):
        horizon, sky, ground = rng.uniform(0.3, 0.7), rng.uniform(0.4, 0.9, 3), rng.uniform(0.1, 0.5, 3)
        picture = np.where((y < horizon)[..., None], sky * (0.6 + 0.6 * y[..., None]), ground)
        picture[(x - rng.random()) ** 2 + (y - 0.2) ** 2 < 0.006] = (1, 0.9, 0.6)
        out.append(np.clip(picture + rng.normal(0, 0.02, picture.shape), 0, 1) * 255)
    return np.stack(out).astype(np.uint8)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """24 pictures, one of them twice, one broken."""
    path = tmp_path_factory.mktemp("views")
    for number, table in enumerate(views(24)):
        Image.fromarray(table).save(path / f"{number:02d}.png")
    Image.fromarray(views(24)[0]).save(path / "copy.png")
    (path / "broken.png").write_bytes(b"\x89PNG\r\n no")
    return path


@pytest.fixture(scope="module")
def studio(tmp_path_factory):
    return Studio(tmp_path_factory.mktemp("home"))


def test_the_pyramid_keeps_a_picture_but_for_its_finest_texture():
    pixels = views(30)
    pyramid = fit_pyramid(pixels)
    again = Pyramid.from_arrays(pyramid.to_arrays())
    flat, levels = again.encode(pixels[:3])
    state = again.compose(flat)
    for level, (means, components) in zip(again.levels, levels, strict=True):
        assert np.allclose(state, means, atol=0.2)
        state = level.join(means, components)
    assert np.abs(to_pixels(state).astype(int) - pixels[:3]).mean() < 6
    assert (np.diff(pyramid.spread) <= 1e-6).all()


def test_compositions_are_likelier_under_parts_and_follow_the_class():
    rng = np.random.default_rng(0)
    side = rng.integers(1, 3, 1600)
    flat = rng.normal(0, 1, (1600, 192)).astype(np.float32)
    flat[:, :40] += np.where(side == 1, 4, -4)[:, None]
    spread = flat.std(axis=0)
    fitted, single = (
        fit_compositions(
            flat[:1500], spread, side[:1500], np.zeros(1500, int), (3, 1), np.random.default_rng(1), parts=p
        )
        for p in (2, 1)
    )
    assert fitted.log_likelihood(flat[1500:]) > single.log_likelihood(flat[1500:])
    again = Compositions.from_arrays(fitted.to_arrays(), spread)
    one, two = (again.sample(np.random.default_rng(2), 60, movement=m)[:, 0].mean() for m in (1, 2))
    assert one > 2 > -2 > two
    assert np.array_equal(again.sample(np.random.default_rng(3), 2), again.sample(np.random.default_rng(3), 2))


def test_an_untrained_flow_samples_the_gaussian():
    spread = torch.tensor([3.0, 0.2])
    noise = torch.from_numpy(np.random.default_rng(0).standard_normal((4000, 2), np.float32))
    data = sample_flow(lambda x, t: torch.zeros_like(x), noise, spread, steps=16)
    assert torch.allclose(data.std(0), spread, rtol=0.08)
    real = spread * torch.from_numpy(np.random.default_rng(1).standard_normal((4000, 2), np.float32))
    t = torch.rand(4000, generator=torch.Generator().manual_seed(0)) * 0.98 + 0.01
    assert abs(float(flow_loss(lambda x, t: torch.zeros_like(x), real, spread, torch.ones(2), t, noise)) - 1) < 0.08


def test_a_sketcher_is_trained_kept_resumed_and_drawn_with(studio, folder):
    options = {"network_width": 16, "batch": 4, "train_steps": 2}
    report = studio.train("painting", folder, name="small", model="sketch", minutes=5, seed=1, options=options)
    assert report.card["evaluation"]["drawing"]["steps"] == 2
    assert "1 copies and 1 unreadable" in report.card["data"]
    with pytest.raises((StoreError, OutputError), match="--resume"):
        studio.train("painting", folder, name="small", model="sketch", minutes=5, seed=1, options=options)
    report = studio.train(
        "painting",
        folder,
        name="small",
        model="sketch",
        minutes=5,
        seed=1,
        options={**options, "train_steps": 3},
        resume=True,
    )
    assert report.card["evaluation"]["masses"]["steps"] == 3
    theme = Theme.from_prompt("a river")
    asked = {"weights": "small", "steps": 4, "sheet": 3}
    sheet = studio.generate("painting", theme, model="sketch", seed=2, options=asked)
    assert sheet.payload.size == (2 * 66 - 2, 2 * 66 - 2)
    assert studio.generate("painting", theme, model="sketch", seed=2, options=asked).id == sheet.id
    assert studio.generate("painting", theme, model="sketch", seed=3, options=asked).id != sheet.id
    with pytest.raises(UnknownName, match="movement"):
        studio.generate("painting", theme, model="sketch", options={**asked, "movement": "Martian"})


def test_the_atelier_paints_after_a_sketch(studio, folder):
    made = studio.generate(
        "painting",
        Theme.from_prompt("x"),
        style="monet",
        seed=1,
        options={"from_sketch": str(folder / "03.png"), "width": 128},
    )
    sketch = np.asarray(Image.open(folder / "03.png").resize((128, 128)).convert("L"), float)
    assert made.payload.size == (128, 128)
    assert np.corrcoef(np.asarray(made.payload.convert("L"), float).ravel(), sketch.ravel())[0, 1] > 0.8
    assert made.provenance.notes["painted_after"].endswith("03.png")
    assert scene_from_sketch(Image.new("RGB", (20, 30), "grey"), (40, 60)).shape == (60, 40)


def test_themes_and_styles_speak_of_genres_and_movements():
    assert genre_of(Theme.from_prompt("a portrait of a woman")) == "portrait"
    assert genre_of(Theme.from_prompt("mountains and a river")) == "landscape"
    assert movement_of(Style.parse("monet:0.3+hokusai:0.7")) == "Ukiyo-e"
    assert movement_of(None) == ""


@pytest.mark.parametrize("kind", ["bands", "fastgan", "dcgan"])
@pytest.mark.parametrize("side", [32, 128])
def test_pairs_have_their_shapes_and_each_learns_from_its_own_loss(kind, side):
    torch.manual_seed(0)
    generator, critic = make_pair(kind, side, 16)
    assert generator(torch.randn(2, NOISE)).shape == (2, 3, side, side)
    assert critic(torch.rand(2, 3, side, side)).shape[0] == 2
    pair = Adversary(kind, 32, 16)
    before = {k: v.clone() for k, v in pair.average.state_dict().items()}
    optimizer = torch.optim.Adam([*pair.generator.parameters(), *pair.critic.parameters()], lr=1e-3)
    for _ in range(2):
        pair.loss_of(torch.rand(4, 3, 32, 32) * 2 - 1).backward()
        assert all(
            p.grad is not None
            for n, p in pair.named_parameters()
            if p.requires_grad and "whole" not in n and "quarter" not in n
        )
        assert all(p.grad is None for p in pair.average.parameters())
        optimizer.step()
        optimizer.zero_grad()
    assert any(not torch.equal(before[k], v) for k, v in pair.average.state_dict().items())
    one, two = (make_pictures(pair.average, np.random.default_rng(5), 3) for _ in range(2))
    assert np.array_equal(one, two)


def test_augmentation_lets_gradients_pass_and_keeps_the_shape():
    torch.manual_seed(0)
    pictures = torch.rand(3, 3, 32, 32, requires_grad=True)
    changed = augment(pictures)
    assert changed.shape == pictures.shape
    assert not torch.allclose(changed, pictures)
    changed.sum().backward()
    assert float((pictures.grad != 0).float().mean()) > 0.2
    assert float((changed == 0).float().mean()) > 0.02


def test_bands_are_joined_as_they_were_split_and_begin_as_the_gaussian():
    pictures = torch.from_numpy(views(40, side=32)).permute(0, 3, 1, 2) / 127.5 - 1
    assert torch.allclose(join_bands(split_bands(pictures)), pictures, atol=1e-6)
    torch.manual_seed(0)
    pair = Adversary("bands", 32, 16)
    pair.begin_from(pictures)
    torch.nn.init.zeros_(pair.generator.leave.weight)
    made = F.adaptive_avg_pool2d(pair.generator(torch.randn(400, NOISE)).detach(), 8)
    goal = F.adaptive_avg_pool2d(pictures, 8)
    assert (made.mean(0) - goal.mean(0)).abs().mean() < 0.1
    assert abs(float(made.std(0).mean() / goal.std(0).mean()) - 1) < 0.2


def test_the_critic_of_bands_passes_the_generator_its_own_slope():
    torch.manual_seed(0)
    pair = Adversary("bands", 32, 16)
    real = torch.rand(4, 3, 32, 32) * 2 - 1
    pair.taken += 1  # a step without a penalty on the slope
    torch.manual_seed(1)
    pair.loss_of(real).backward()
    found = [p.grad.clone() for p in pair.generator.parameters()]
    pair.zero_grad()
    torch.manual_seed(1)
    made = augment(pair.generator(torch.randn(4, NOISE)))
    F.softplus(pair.critic(augment(real)) - pair.critic(made)).mean().backward()
    for one, other in zip(found, pair.generator.parameters(), strict=True):
        assert torch.allclose(one, other.grad, rtol=1e-2, atol=1e-5)


def test_recall_is_one_for_the_same_and_nought_for_others():
    rng = np.random.default_rng(0)
    real = rng.normal(0, 1, (40, 8))
    real[:, 0] += 4
    real /= np.linalg.norm(real, axis=1, keepdims=True)
    assert recall_of(real, real) == 1
    assert recall_of(-real, real) == 0
    works, others = views(60), views(60, seed=1)
    masses, centre = masses_of(works)
    assert recall_of(masses_of(others, centre)[0], masses) > 0.6
    assert recall_of(masses_of(np.repeat(others[:3], 20, axis=0), centre)[0], masses) < 0.1
    assert contact_sheet(views(5), size=32).size == (3 * 34 - 2, 2 * 34 - 2)


def test_a_pair_is_trained_on_a_folder_with_sheets_and_figures(studio, folder):
    options = {"side": "32", "network_width": 16, "batch": 4, "train_steps": 3, "measured": 6}
    report = studio.train("painting", folder, name="pair", model="gan", minutes=5, seed=1, options=options)
    runs = studio.home / "runs" / "painting" / "pair"
    figures = [json.loads(line) for line in (runs / "figures.jsonl").read_text("utf-8").splitlines()]
    assert figures[-1]["step"] == 3
    assert 0 <= figures[-1]["recall"] <= 1
    assert 0 <= figures[-1]["recall_of_masses"] <= 1
    with Image.open(runs / "sheet-0000003.png") as sheet:
        assert sheet.size == (3 * 34 - 2, 2 * 34 - 2)
    assert report.card["evaluation"]["kid"] == figures[-1]["kid"]
    studio.train(
        "painting",
        folder,
        name="pair",
        model="gan",
        minutes=5,
        seed=1,
        options={**options, "train_steps": 4},
        resume=True,
    )
    made = studio.generate(
        "painting", Theme.from_prompt("x"), model="gan", seed=4, options={"weights": "pair", "sheet": 4, "size": 40}
    )
    assert made.payload.size == (2 * 42 - 2, 2 * 42 - 2)
    with pytest.raises(InputError, match="without weights"):
        studio.generate("painting", Theme.from_prompt("x"), model="gan")


def test_few_pictures_and_copies_are_refused(studio, tmp_path):
    for number in range(9):
        Image.new("RGB", (40, 40), "red").save(tmp_path / f"{number}.png")
    with pytest.raises(InputError, match="1 different pictures"):
        studio.train("painting", tmp_path, name="red", model="gan", minutes=1)


def test_invented_styles_lie_between_their_parents_and_are_kept(tmp_path):
    rng = np.random.default_rng(0)
    children = [_child(find_style("monet"), find_style("van-gogh"), rng, bold=0.3) for _ in range(5)]
    assert all(StyleParameters.from_dict(json.loads(json.dumps(c.to_dict()))).layers == c.layers for c in children)
    assert len({c.relief for c in children}) == 5
    assert ambiguity_of([0.25] * 4) == pytest.approx(1)
    assert ambiguity_of([1, 0, 0, 0]) < 0.01
    near = np.linspace(0.5, 1, 101)
    assert art_of(0.9, near) == 1 > art_of(0.5, near) > art_of(0.0, near) == 0
    finds = [Find(parameters=c, ambiguity=0.5, art=0.8, sound=True) for c in children]
    assert finds[0].score > Find(parameters=children[0], ambiguity=0.5, art=0.8, sound=False).score
    found = Invention(finds=finds, hands=[])
    path = keep_style(found, "dusk", tmp_path, force=False)
    assert StyleParameters.from_dict(json.loads(path.read_text("utf-8"))).name == "dusk"
    for name, message in (("dusk", "already"), ("monet", "built-in"), ("../x", "no name")):
        with pytest.raises(InputError, match=message):
            keep_style(found, name, tmp_path, force=False)
    assert "dusk" not in HANDS


@pytest.mark.slow
def test_the_command_invents_a_style_that_generate_uses(tmp_path, monkeypatch):
    from artwright.cli import main

    monkeypatch.setenv("ARTWRIGHT_HOME", str(tmp_path))
    with pytest.raises(SystemExit) as done:
        main(
            [
                "painting",
                "styles",
                "invent",
                "--name",
                "dusk",
                "--between",
                "monet+cezanne",
                "--rounds",
                "1",
                "--brood",
                "2",
                "--seed",
                "3",
                "--json",
            ]
        )
    assert not done.value.code
    with pytest.raises(SystemExit) as done:
        main(
            [
                "painting",
                "generate",
                "a lake",
                "--style",
                "dusk",
                "--width",
                "128",
                "--seed",
                "1",
                "--output",
                str(tmp_path / "lake.png"),
            ]
        )
    assert not done.value.code
    assert (tmp_path / "lake.png").exists()
