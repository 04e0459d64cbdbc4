"""Pipelines of diffusers: tiny real ones through the commands a user types, every verb and option, and what is refused."""

from __future__ import annotations

import importlib.util
import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from artwright import Studio
from artwright.core.devices import DeviceManager
from artwright.core.errors import ArtwrightError, DeviceError, InputError, WeightsError
from artwright.plugins.painting.medium import Painting
from artwright.plugins.painting.models.diffusers.source import read_pipeline
from PIL import Image

pytest.importorskip("diffusers", reason="needs diffusers: pip install 'artwright[diffusion]'")
# Schedulers of diffusers hand tensors to numpy in the way of numpy 1, which numpy 2 takes with a warning.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

FEW = {"steps": 3}
KINDS = ("sd", "sdxl", "inpaint", "checked")


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    """A tiny pipeline of each kind, by its name."""
    spec = importlib.util.spec_from_file_location("tiny_pipelines", Path(__file__).parents[1] / "tiny_pipelines.py")
    tiny = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tiny)
    place = tmp_path_factory.mktemp("pipelines")
    for name in KINDS:
        tiny.save_pipeline(place / name, "sd" if name == "checked" else name, checked=name == "checked")
    return place


@pytest.fixture(scope="module")
def studio(tmp_path_factory):
    return Studio(home=tmp_path_factory.mktemp("home"), device="cpu")


@pytest.fixture
def picture(tmp_path):
    rows = np.random.default_rng(1).random((12, 16, 3)) * 255
    Image.fromarray(rows.astype(np.uint8)).resize((160, 120), Image.Resampling.BICUBIC).save(tmp_path / "given.png")
    return tmp_path / "given.png"


def _pixels(work):
    return np.asarray(work.payload)


def test_the_same_seed_gives_the_same_picture_and_manifest(call, folders, tmp_path):
    shutil.copytree(folders / "sd", tmp_path / "sd")
    asked = ("painting", "generate", "misty mountains", "-m", "diffusers:./sd", "--steps", 3, "--seed", 7)
    for name in ("a.png", "b.png"):
        done = call(*asked, "--output", name)
        assert done.code == 0, done.err
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()
    made = Painting().load(tmp_path / "a.png").provenance
    assert made.model == "diffusers:./sd"
    assert {"unet/diffusion_pytorch_model.safetensors", "vae/diffusion_pytorch_model.safetensors"} <= set(made.weights)
    assert made.notes["prompt"] == "misty mountains"
    again = call("replay", "a.png", "--output", "c.png")
    assert again.code == 0, again.err
    assert np.array_equal(_pixels(Painting().load(tmp_path / "c.png")), _pixels(Painting().load(tmp_path / "a.png")))


def test_another_seed_and_other_words_give_another_picture(studio, folders):
    def ask(theme, seed, **options):
        return studio.generate("painting", theme, model=f"diffusers:{folders}/sd", seed=seed, options=FEW | options).id

    ids = [ask("a hill", 1), ask("a hill", 2), ask("a mill", 1), ask("a hill", 1, negative_prompt="a tree")]
    assert len(set(ids)) == 4
    assert ask("a hill", 1) == ids[0]


@pytest.mark.parametrize(
    "scheduler", ["ddim", "ddpm", "dpm", "euler", "euler-ancestral", "heun", "lcm", "pndm", "unipc"]
)
def test_schedulers(studio, folders, scheduler):
    asked = FEW | {"scheduler": scheduler}
    works = [
        studio.generate("painting", "a hill", model=f"diffusers:{folders}/sd", seed=1, options=asked) for _ in range(2)
    ]
    assert works[0].id == works[1].id
    assert scheduler.split("-")[0] in works[0].provenance.notes["scheduler"].lower()


def test_candidates_are_made_by_one_loaded_model(studio, folders):
    asked = {"model": f"diffusers:{folders}/sd", "seed": 1, "options": FEW, "style": "monet"}
    before = len(studio.devices.residents())
    best = studio.generate("painting", "a hill", candidates=3, **asked)
    assert best.score is not None
    assert best.score >= studio.generate("painting", "a hill", **asked).score
    kinds = [resident.key[:2] for resident in studio.devices.residents()]
    assert kinds.count(("painting", "diffusers")) == 1 or before


def test_a_plan_leads_and_its_works_are_named(studio, folders, tmp_path):
    plan = tmp_path / "plan.json"
    first = {"width": 96, "best_of": 2, "save_plan": str(plan)}
    studio.generate("painting", "a boat", model="quotation", seed=2, options=first)
    asked = FEW | {"plan": str(plan), "freedom": 0.9}
    work = studio.generate("painting", "a boat", model=f"diffusers:{folders}/sd", seed=1, options=asked)
    assert work.provenance.notes["sources"]
    assert work.provenance.notes["plan"] == json.loads(plan.read_text())
    assert abs(work.payload.width / work.payload.height - work.provenance.notes["plan"]["aspect"]) < 0.2


def test_the_more_freedom_the_less_a_sketch_decides(studio, folders, tmp_path):
    for name, grey in (("dark", 20), ("light", 230)):
        Image.new("RGB", (64, 64), (grey, grey, grey)).save(tmp_path / f"{name}.png")

    def ask(sketch, freedom):
        asked = {"steps": 10, "from_sketch": str(tmp_path / f"{sketch}.png"), "freedom": freedom}
        return studio.generate("painting", "a boat", model=f"diffusers:{folders}/sd", seed=2, options=asked)

    assert _apart(ask("dark", 0.1), ask("light", 0.1)) > 2 * _apart(ask("dark", 1.0), ask("light", 1.0))


def _apart(one, other):
    """Mean difference of two pictures; a network without training shows no likeness, but what leads it."""
    return np.abs(_pixels(one).astype(float) - _pixels(other)).mean()


@pytest.mark.parametrize("style", ["monet", "klimt", "own"])
def test_what_was_composed_is_painted_over_by_a_hand(studio, folders, style, picture):
    if style == "own":
        Image.open(picture).resize((320, 240)).save(picture)
        style = picture
    model = f"diffusers:{folders}/sd"
    options = FEW | {"width": 160, "height": 160}
    over = studio.generate(
        "painting", "a hill", model=model, style=style, seed=1, options=options | {"paint_over": True}
    )
    assert over.payload.size == (160, 160)
    assert over.provenance.notes["hand"]
    if style != picture:
        plain = studio.generate("painting", "a hill", model=model, style=style, seed=1, options=options)
        assert np.abs(_pixels(over).astype(int) - _pixels(plain)).mean() > 2


@pytest.mark.parametrize("kind", ["sd", "sdxl"])
def test_strength_says_how_far_a_picture_may_go(studio, folders, picture, kind):
    dark = Painting().load(picture).with_(payload=Image.new("RGB", (160, 120)))

    def ask(work, strength):
        asked = {"model": f"diffusers:{folders}/{kind}", "strength": strength, "seed": 3}
        return studio.transfer_style(work, "monet", options={"steps": 10, "prompt": "a hill"}, **asked)

    given = Painting().load(picture)
    assert np.array_equal(_pixels(ask(given, 0.0)), _pixels(given))
    little = ask(given, 0.2)
    assert _apart(little, ask(dark, 0.2)) > 2 * _apart(ask(given, 1.0), ask(dark, 1.0))
    assert little.provenance.notes["prompt"] == "a hill, in the style of Monet"


@pytest.mark.parametrize("kind", ["sd", "sdxl", "inpaint"])
def test_nothing_outside_the_mask_changes(studio, folders, picture, kind, tmp_path):
    mask = Image.new("L", (160, 120))
    mask.paste(255, (40, 30, 90, 70))
    mask.save(tmp_path / "mask.png")
    model, given = f"diffusers:{folders}/{kind}", np.asarray(Image.open(picture))
    for asked in ({"mask": tmp_path / "mask.png"}, {"region": "40,30,50,40"}):
        mended = studio.restore(picture, model=model, seed=1, options=FEW, **asked)
        changed = (_pixels(mended) != given).any(-1)
        assert changed[30:70, 40:90].mean() > 0.9
        changed[30:70, 40:90] = False
        assert not changed.any()


# Each verb and option: what it is asked with, and the words of the one line where it does nothing ("" where it works).
TABLE = [
    ("generate", {"width": 80, "height": 64}, ""),
    ("generate", {"width": 81}, "multiple of 8"),
    ("generate", {"guidance": 1}, ""),
    ("generate", {"negative_prompt": "a tree"}, ""),
    ("generate", {"from_sketch": "given.png"}, ""),
    ("generate", {"from_sketch": "given.png", "height": 64}, ""),
    ("generate", {"plan": "given.png"}, "cannot be read"),
    ("generate", {"plan": "quotation", "from_sketch": "given.png"}, "does nothing beside from_sketch"),
    ("generate", {"freedom": 0.5}, "does nothing without plan or from_sketch"),
    ("generate", {"paint_over": True}, "needs a style"),
    ("generate", {"prompt": "a hill"}, "counts for: transfer-style, restore"),
    ("generate", {"size": 64}, "counts for: transfer-style"),
    ("generate", {"best_of": 3}, "has no option 'best_of'"),
    ("transfer_style", {"size": 96}, ""),
    ("transfer_style", {"paint_over": True, "size": 160}, ""),
    ("transfer_style", {"width": 64}, "counts for: generate"),
    ("transfer_style", {"freedom": 0.5}, "counts for: generate"),
    ("transfer_style", {"plan": "given.png"}, "counts for: generate"),
    ("restore", {"prompt": "a hill"}, ""),
    ("restore", {"scheduler": "dpm"}, ""),
    ("restore", {"paint_over": True}, "counts for: generate, transfer-style"),
    ("restore", {"size": 64}, "counts for: transfer-style"),
    ("inspire", {}, "does not inspire"),
    ("train", {}, "does not train"),
    ("analyze", {}, "does not analyze"),
]


@pytest.mark.parametrize(("verb", "options", "told"), TABLE)
@pytest.mark.parametrize("kind", ["sd", "sdxl"])
def test_every_option_works_or_says_why_not(studio, folders, picture, monkeypatch, kind, verb, options, told):
    monkeypatch.chdir(picture.parent)
    asked = {"model": f"diffusers:{folders}/{kind}", "options": FEW | options}
    calls = {
        "generate": lambda: studio.generate("painting", "a hill", seed=1, **asked),
        "transfer_style": lambda: studio.transfer_style(picture, "monet", strength=0.7, seed=1, **asked),
        "restore": lambda: studio.restore(picture, region="40,30,50,40", seed=1, **asked),
        "inspire": lambda: studio.inspire("painting", "a hill", **asked),
        "train": lambda: studio.train("painting", picture.parent, name="mine", **asked),
        "analyze": lambda: studio.analyze(picture, **asked),
    }
    if not told:
        assert calls[verb]().provenance.operation == verb
        return
    with pytest.raises(ArtwrightError, match=told) as refused:
        calls[verb]()
    assert "\n" not in str(refused.value)


def test_chinese_themes_are_told_in_english(studio, folders):
    work = studio.generate("painting", "秋夜明月", model=f"diffusers:{folders}/sd", seed=1, options=FEW)
    assert {"autumn", "moon"} <= set(work.provenance.notes["prompt"].split(", "))
    assert any("reads English" in remark for remark in work.remarks)


def test_words_beyond_the_models_reach_are_told(studio, folders):
    theme = (
        "a very long road that goes on and on through fields of wheat and barley, past the last of the barns and mills"
    )
    work = studio.generate("painting", theme, model=f"diffusers:{folders}/sd", seed=1, options=FEW)
    assert any("not read was" in remark and "mills" in remark for remark in work.remarks)


def test_a_checker_that_comes_along_checks(studio, folders, tmp_path):
    asked = {"seed": 1, "options": FEW}
    work = studio.generate("painting", "a hill", model=f"diffusers:{folders}/checked", **asked)
    assert work.provenance.notes["safety_checker"] is True
    strict = tmp_path / "strict"
    shutil.copytree(folders / "checked", strict)
    from safetensors.torch import load_file, save_file

    file = strict / "safety_checker" / "model.safetensors"
    weights = load_file(file)
    weights["concept_embeds_weights"] -= 20
    save_file(weights, file, {"format": "pt"})
    with pytest.raises(InputError, match="safety checker refused"):
        studio.generate("painting", "a hill", model=f"diffusers:{strict}", **asked)


def test_a_model_that_fills_masks_alone_says_so(studio, folders):
    with pytest.raises(InputError, match="fill masks alone"):
        studio.generate("painting", "a hill", model=f"diffusers:{folders}/inpaint", options=FEW)


def test_a_style_from_pictures_is_for_our_hand(studio, folders, picture):
    with pytest.raises(InputError, match="--paint-over"):
        studio.generate("painting", "a hill", model=f"diffusers:{folders}/sd", style=picture, options=FEW)


def test_a_model_beyond_the_budget_is_refused_with_numbers(folders):
    from artwright.plugins.painting.models.diffusers.pipeline import lend_drawer

    class Lent:
        home = folders / "home"
        devices = DeviceManager("cpu", budget_bytes={"cpu": 1000}, wait_seconds=0.1)

    with (
        pytest.raises(DeviceError, match=r"needs .* MB on cpu; the budget is"),
        lend_drawer(Lent, f"diffusers:{folders}/sd"),
    ):
        pass


def _index(change):
    def spoil(folder):
        path = folder / "model_index.json"
        path.write_text(json.dumps(change(json.loads(path.read_text()))))

    return spoil


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (lambda f: (f / "model_index.json").unlink(), "no model_index.json"),
        (lambda f: (f / "model_index.json").write_text("[]"), "holds no configuration"),
        (lambda f: shutil.rmtree(f / "tokenizer"), "lacks its tokenizer"),
        (lambda f: shutil.rmtree(f / "vae"), "lacks its vae"),
        (lambda f: (f / "unet/diffusion_pytorch_model.safetensors").rename(f / "unet/model.bin"), "may run code"),
        (lambda f: (f / "unet/diffusion_pytorch_model.safetensors").write_bytes(b"\xff" * 99), "no sound safetensors"),
        (lambda f: (f / "unet/mine.py").write_text("1"), "code of its own"),
        (_index(lambda row: row | {"_class_name": "FluxPipeline"}), "FluxPipeline; pipelines of Stable Diffusion"),
        (_index(lambda row: row | {"_class_name": ["pipeline", "Mine"]}), "code of its own"),
        (_index(lambda row: row | {"unet": ["mine", "UNet"]}), "code of its own"),
        (_index(lambda row: row | {"more": ["mine", "More"]}), "code of its own"),
        (_index(lambda row: row | {"unet": ["diffusers", "UNet3DConditionModel"]}), "is not painted with"),
        (_index(lambda row: row | {"scheduler": ["diffusers", "DiffusionPipeline"]}), "is not painted with"),
        (_index(lambda row: {k: v for k, v in row.items() if k != "text_encoder"}), "lacks its text_encoder"),
    ],
)
def test_spoilt_pipelines_are_refused_in_one_line(folders, tmp_path, spoil, told):
    shutil.copytree(folders / "sd", tmp_path / "sd")
    spoil(tmp_path / "sd")
    with pytest.raises(WeightsError, match=told) as refused:
        read_pipeline(str(tmp_path / "sd"))
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("text", ["", "./nowhere", "nowhere", "a/b/c"])
def test_what_is_not_there_is_refused(text):
    with pytest.raises(InputError):
        read_pipeline(text)


def test_parts_that_nobody_knows_are_told(studio, folders, tmp_path):
    shutil.copytree(folders / "sd", tmp_path / "sd")
    _index(lambda row: row | {"adapter": ["diffusers", "AutoencoderKL"]})(tmp_path / "sd")
    assert read_pipeline(str(tmp_path / "sd")).unknown == ("adapter",)
