"""Options of a run before and after the command, flags of the model in hand, what is told of a work, and no home."""

import json
import os
import subprocess
import sys
from typing import Literal

import pytest
from artwright.core.artwork import Artwork
from artwright.core.commands.flags import Verb, add_model_options, given_options
from artwright.core.commands.medium import _asked_model
from artwright.core.options import Options
from pydantic import Field

# ---------------------------------------------------------------------- options of a run


@pytest.mark.parametrize(
    "arguments",
    [
        ("--debug", "painting", "analyze", "nowhere.png"),
        ("painting", "--debug", "analyze", "nowhere.png"),
        ("painting", "analyze", "nowhere.png", "--debug"),
        ("verify", "nowhere.png", "--debug"),
        ("feedback", "rate", "nowhere", "3", "--debug"),
        ("piece", "run", "nowhere.yaml", "--debug"),
    ],
)
def test_debug_is_taken_anywhere(call, arguments):
    done = call(*arguments)
    assert done.code in (1, 2) and "Traceback" in done.err


@pytest.mark.parametrize("place", [0, 1, 2, 3])
def test_device_and_quiet_are_taken_anywhere(call, place):
    words = ["literature", "generate", "秋月"]
    wrong = call(*words[:place], "--device", "cuda:7", *words[place:])
    assert wrong.code == 1 and "no device 'cuda:7'" in wrong.err
    quiet = call(*words[:place], "-q", *words[place:], "--form", "wujue", "--seed", "3")
    assert quiet.code == 0 and not quiet.err and quiet.out


def test_a_variable_names_the_device_and_the_command_line_another(call, monkeypatch):
    monkeypatch.setenv("ARTWRIGHT_DEVICE", "cuda:7")
    assert call("literature", "generate", "秋月").code == 1
    assert call("literature", "generate", "秋月", "--form", "wujue", "--device", "cpu").code == 0


# ---------------------------------------------------------------------- flags of models


class Plate(Options):
    """Options whose names and bounds are hard to show."""

    glaze: float = Field(0.5, gt=0, lt=1, description="Share of glaze")
    kiln_c: int = Field(1000, gt=600, le=1400, description="Heat in degrees")
    sides: int = Field(8, ge=3, description="Sides")
    seed: int = Field(1, ge=0, description="Not the seed of the run")
    help: str = Field("", description="Whom to ask")
    no_json: bool = Field(False, description="A flag whose other form is taken")
    colours: tuple[str, ...] = Field(("red",), description="Colours")
    finish: Literal["matt", "gloss"] = Field("matt", description="Surface")


@pytest.fixture
def pottery():
    """A registry of one medium with two models, and a context to build commands in."""
    import click
    from artwright.core.commands.parameters import json_option, model_option, pairs_option, seed_option
    from artwright.core.commands.session import Session
    from artwright.core.registry import ModelSpec, Registry

    class Cup(Options):
        handles: int = Field(1, ge=0, le=4, description="Handles")
        glaze: float = Field(2.0, ge=0, le=9, description="Coats of glaze")

    class Pottery:
        name, summary, reads, writes = "pottery", "pots", (".pot",), (".pot",)

    registry = Registry()
    registry.loading("clay")
    registry.add_medium(Pottery())
    for name, options in (("wheel", Plate), ("press", Cup)):
        registry.add_model(
            ModelSpec(
                name=name,
                medium="pottery",
                operations=frozenset({"generate"}),
                summary="",
                options=options,
                default_for=frozenset({"generate"} if name == "wheel" else ()),
            )
        )

    def build(asked=None):
        session = Session()
        session.__dict__["host"] = type("Host", (), {"registry": registry})()
        given = {}

        @model_option
        @pairs_option
        @seed_option
        @json_option
        @click.pass_context
        def run(ctx, /, model, pairs, seed, as_json, **values):
            given.update(given_options(ctx, values, pairs), model=model, run_seed=seed)

        declared = click.command()(run)
        verb = Verb("generate", params=declared.params, callback=declared.callback, medium=Pottery())
        context = click.Context(click.Group("artwright"), obj=session)
        add_model_options(verb, context, "pottery", "generate", asked)

        def parse(*arguments):
            given.clear()
            verb.main(list(arguments), standalone_mode=False, obj=session)
            return dict(given)

        return verb, parse, click.Context(verb, obj=session, info_name="generate")

    return build


def test_help_shows_the_model_in_hand_and_its_bounds(pottery):
    verb, _, context = pottery()
    text = " ".join(verb.get_help(context).split())
    assert "Options of wheel" in text and "--handles" not in text and "Other models: press" in text
    assert "[above 0, below 1; default 0.5]" in text and "[above 600, at most 1400; default 1000]" in text
    assert "[at least 3; default 8]" in text and "--finish matt|gloss" in text and "default red" in text
    verb, _, context = pottery("press")
    text = " ".join(verb.get_help(context).split())
    assert "--handles" in text and "--sides" not in text and "[0 to 9; default 2.0]" in text


def test_an_option_named_like_a_common_one_has_a_flag_with_the_models_name(pottery):
    _, parse, _ = pottery()
    found = parse("--seed", "7", "--wheel-seed", "3", "--wheel-help", "me")
    assert found["run_seed"] == 7 and found["seed"] == "3" and found["help"] == "me"


def test_options_of_several_values_are_given_once_or_again(pottery):
    _, parse, _ = pottery()
    for words in (
        ("--colours", "red,blue"),
        ("--colours", "red", "--colours", "blue"),
        ("-o", "colours", "red", "-o", "colours", "blue"),
    ):
        assert parse(*words)["colours"] == ["red", "blue"]
    assert parse("-o", "colours", "red,blue")["colours"] == "red,blue"  # split by the options themselves


def test_a_flag_of_another_model_is_left_to_the_model_to_refuse(pottery):
    _, parse, _ = pottery()
    assert parse("--handles", "2")["handles"] == "2"


@pytest.mark.parametrize(
    ("words", "model"),
    [
        (["x"], None),
        (["x", "-m", "gan"], "gan"),
        (["-mgan", "x"], "gan"),
        (["--model=gan"], "gan"),
        (["--model", "gan", "-m", "sketch"], "sketch"),
        (["--", "-m", "gan"], None),
        (["-m"], None),
    ],
)
def test_the_model_is_read_before_the_command_is_built(words, model):
    assert _asked_model(words) == model


@pytest.mark.parametrize(
    ("arguments", "there", "away"),
    [
        (("painting", "generate", "--help"), "--time", "--noise"),
        (("painting", "generate", "-m", "sketch", "--help"), "Options of sketch", "--time"),
        (("literature", "generate", "--help"), "rumengling", "--bars"),
        (("music", "generate", "--help"), "--bars", "--plot"),
    ],
)
def test_help_of_our_own_verbs(call, arguments, there, away):
    done = call(*arguments)
    assert done.code == 0 and there in done.text and away not in done.text


def test_an_option_of_another_model_is_refused_with_those_there_are(call):
    done = call("painting", "generate", "sea", "-m", "sketch", "--time", "dusk")
    assert done.code == 2 and "model 'sketch' has no option 'time'; it has:" in done.err


# ---------------------------------------------------------------------- what is told of a work


def test_what_went_unused_and_what_must_be_heard_are_told(call, monkeypatch):
    from artwright.core.studio import Studio

    real = Studio.generate

    def generate(self, *arguments, **more):
        work: Artwork = real(self, *arguments, **more)
        return work.with_(unused=("train", "red"), remarks=("it is late",), score=-1.5)

    monkeypatch.setattr(Studio, "generate", generate)
    words = ("literature", "generate", "秋月", "--form", "wujue", "--seed", "3")
    done = call(*words)
    assert any(line.startswith("not ") and line.endswith(": train, red") for line in done.errors)
    assert "note: it is late" in done.errors
    row = json.loads(call(*words, "--json").text)
    assert (row["unused"], row["remarks"], row["score"]) == (["train", "red"], ["it is late"], -1.5)
    assert "originality" in row


# ---------------------------------------------------------------------- no home


@pytest.mark.parametrize(
    ("home", "code"),
    [({"HOME": ""}, 0), ({"HOME": "", "XDG_DATA_HOME": "xdg"}, 0), ({"ARTWRIGHT_HOME": "~nobody-of-that-name/x"}, 2)],
)
def test_without_a_home_one_line_says_so_or_another_is_found(tmp_path, home, code):
    env = {k: v for k, v in os.environ.items() if k not in ("HOME", "ARTWRIGHT_HOME", "XDG_DATA_HOME")}
    script = "from artwright.core.home import home_path; print(home_path())"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, env={**env, **home}, cwd=tmp_path, check=False
    )
    if code:
        assert "no home folder" in done.stderr
    else:
        assert done.stdout.strip() not in ("/.local/share/artwright", "~/.local/share/artwright")
    ran = subprocess.run(
        [sys.executable, "-m", "artwright", "works"],
        capture_output=True,
        text=True,
        env={**env, **home},
        cwd=tmp_path,
        check=False,
    )
    assert ran.returncode == code and "Traceback" not in ran.stderr and len(ran.stderr.splitlines()) == bool(code)
    assert not list(tmp_path.iterdir())
