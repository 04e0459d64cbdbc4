"""Loader, registry and studio, with a small real plugin."""

import importlib.util
import subprocess
import sys
import types
from pathlib import Path

import pytest
from artwright import ModelSpec, Studio, Style, StyleSpec, Theme, hookimpl
from artwright.core.errors import InputError, OptionError, PluginError, UnknownName, UsageError
from artwright.core.loader import PluginHost

HERE = Path(__file__).parents[1]


def load_plugin(name="plugin_stipple"):
    spec = importlib.util.spec_from_file_location(name, HERE / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def studio(tmp_path):
    host = PluginHost([])
    host.add(load_plugin(), "stipple-plugin")
    return Studio(tmp_path / "home", host=host)


def test_a_work_is_made_recorded_and_the_same_again(studio):
    one = studio.generate("dots", "misty mountains", seed=7, options={"dots": 9})
    two = studio.generate("dots", "misty mountains", seed=7, options={"dots": "9"})
    other = studio.generate("dots", "misty mountains", seed=8, options={"dots": 9})
    assert one == two and one.id != other.id and len(one.payload) == 9
    provenance = one.provenance
    assert (provenance.model, provenance.plugin, provenance.seed, provenance.options) == (
        "stipple",
        "stipple-plugin",
        7,
        {"dots": 9},
    )
    assert provenance.theme["images"] == ["mist", "mountain"]
    assert studio.library.get(one.short_id).id == one.id


def test_best_of_candidates_is_reproducible(studio):
    assert studio.generate("dots", "sea", seed=1, candidates=4) == studio.generate("dots", "sea", seed=1, candidates=4)


def test_what_is_asked_is_checked_first(studio):
    with pytest.raises(UnknownName, match=r"no medium 'dotz'; there are: dots. Did you mean 'dots'"):
        studio.generate("dotz", "sea")
    with pytest.raises(UnknownName, match="no model 'stiple' for medium 'dots'"):
        studio.generate("dots", "sea", model="stiple")
    with pytest.raises(UnknownName, match=r"no style 'spars' for medium 'dots'.*'sparse'"):
        studio.generate("dots", "sea", style="spars")
    with pytest.raises(
        OptionError, match="option 'dots' of model 'stipple' is 1000: input should be less than or equal to 100"
    ):
        studio.generate("dots", "sea", options={"dots": 1000})
    with pytest.raises(OptionError, match=r"no option 'dot'.*Did you mean 'dots'"):
        studio.generate("dots", "sea", options={"dot": 1})
    with pytest.raises(InputError, match="holds no word"):
        studio.generate("dots", " ... ")
    with pytest.raises(InputError, match="the seed is -1"):
        studio.generate("dots", "sea", seed=-1)
    with pytest.raises(UsageError, match="no model of medium 'dots' does 'restore'"):
        studio.restore(studio.generate("dots", "sea", seed=1))


def test_a_failure_in_a_call_names_the_plugin_and_leaves_the_studio_usable(studio):
    with pytest.raises(
        PluginError, match="plugin 'stipple-plugin' failed in generate with model 'stipple': RuntimeError: a pen broke"
    ):
        studio.generate("dots", "break")
    with pytest.raises(PluginError, match="returned NoneType from generate; it must return Artwork"):
        studio.generate("dots", "nothing")
    assert studio.generate("dots", "sea", seed=1).medium == "dots"


def test_wrappers_of_other_plugins_run_around_the_owner(studio):
    seen = []

    class Wrapper:
        @hookimpl(wrapper=True)
        def generate(self, request, context):
            seen.append(request.theme.text)
            made = yield
            return made.with_(title="wrapped")

    studio.host.add(Wrapper(), "wrapper")
    assert studio.generate("dots", "sea", seed=1).title == "wrapped" and seen == ["sea"]


@pytest.mark.parametrize("fault", ["before", "after", "silent", "twice"])
def test_a_failing_wrapper_costs_nobody_the_work(studio, caplog, fault):
    class Wrapper:
        @hookimpl(wrapper=True)
        def generate(self, request, context):
            if fault == "before":
                raise ValueError("clumsy")
            made = yield
            if fault == "after":
                raise ValueError("clumsy")
            if fault == "twice":
                yield
            return None if fault == "silent" else made

    studio.host.add(Wrapper(), "clumsy")
    assert len(studio.generate("dots", "sea", seed=1).payload) == 5
    assert "the wrapper of plugin 'clumsy' around generate failed" in caplog.text


def test_a_wrapper_may_refuse_a_work_and_sees_the_owners_failure(studio):
    seen = []

    class Wrapper:
        @hookimpl(wrapper=True)
        def generate(self, request, context):
            if request.theme.text == "forbidden":
                raise InputError("this theme is not painted here")
            try:
                made = yield
            except RuntimeError as error:
                seen.append(str(error))
                raise
            return made

    studio.host.add(Wrapper(), "censor")
    with pytest.raises(InputError, match="not painted here"):
        studio.generate("dots", "forbidden")
    with pytest.raises(PluginError, match="plugin 'stipple-plugin' failed"):
        studio.generate("dots", "break")
    assert seen == ["a pen broke"]


def test_a_model_that_lies_about_its_operations_is_refused(studio):
    class Liar:
        @hookimpl
        def register_models(self, registry):
            registry.add_model(ModelSpec(name="liar", medium="dots", operations=frozenset({"restore"}), summary=""))

    with pytest.raises(
        PluginError, match=r"declares 'restore', but the plugin has no hook restore\(request, context\)"
    ):
        studio.host.add(Liar(), "liar")


def test_another_plugins_operation_is_not_called(studio):
    class Other:
        @hookimpl
        def register_models(self, registry):
            registry.add_model(
                ModelSpec(name="stipple", medium="dots", operations=frozenset({"generate"}), summary="A rival.")
            )

        @hookimpl
        def generate(self, request, context):
            return load_plugin().Dots().artwork((1, 2, 3))

    studio.host.add(Other(), "rival")
    with pytest.raises(
        UsageError, match=r"two plugins have a model 'stipple'.*'stipple-plugin:stipple' or 'rival:stipple'"
    ):
        studio.generate("dots", "sea", model="stipple")
    assert studio.generate("dots", "sea", model="rival:stipple").payload == (1, 2, 3)
    assert studio.generate("dots", "sea", seed=1).provenance.plugin == "stipple-plugin"


def test_a_failing_listener_costs_nobody_the_work(studio, caplog):
    class Listener:
        @hookimpl
        def on_artwork(self, artwork, context):
            raise ValueError("deaf")

    studio.host.add(Listener(), "listener")
    assert studio.generate("dots", "sea", seed=1).payload
    assert "'listener' failed in on_artwork: ValueError: deaf" in caplog.text


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (
            "from artwright import hookimpl\n@hookimpl\ndef generate(request): pass",
            r"takes \(request\); write it as generate\(request, context\)",
        ),
        ("from artwright import hookimpl\n@hookimpl\ndef generate(request, context=None): pass", "write it as"),
        (
            "from artwright import hookimpl\n@hookimpl\ndef generat(request, context): pass",
            "the hook 'generat', which artwright does not have",
        ),
        (
            "from artwright import hookimpl, ModelSpec\n@hookimpl\ndef register_models(registry):\n"
            "    registry.add_model(ModelSpec(name='x', medium='dots', operations=frozenset({'dance'}), summary=''))",
            r"declares the operations \['dance'\]",
        ),
    ],
)
def test_broken_contracts_are_refused_and_leave_nothing(studio, source, message):
    module = types.ModuleType("broken")
    exec(source, module.__dict__)
    with pytest.raises(PluginError, match=message):
        studio.host.add(module, "broken")
    assert studio.host.names() == ("stipple-plugin",)
    assert studio.generate("dots", "sea", seed=1)


def test_a_second_owner_of_a_medium_or_style_is_refused(studio):
    with pytest.raises(PluginError, match="adds the medium 'dots', which plugin 'stipple-plugin' owns"):
        studio.host.add(load_plugin(), "copy")

    class Styles:
        @hookimpl
        def register_styles(self, registry):
            registry.add_style(StyleSpec(name="sparse", medium="dots"))

    with pytest.raises(PluginError, match="adds the style 'sparse'"):
        studio.host.add(Styles(), "styles")
    assert ("dots", "sparse") in studio.registry.styles


def test_save_load_and_files_that_exist(studio, tmp_path):
    work = studio.generate("dots", "sea", seed=1)
    path = studio.save(work, tmp_path / "a.dots")
    assert studio.load(path) == work
    from artwright.core.errors import OutputError

    with pytest.raises(OutputError, match="exists and is kept"):
        studio.save(work, path)
    with pytest.raises(InputError, match=r"cannot be written as '\.png'; use one of: \.dots"):
        studio.save(work, tmp_path / "a.png")


def test_a_theme_comes_from_words_or_any_work(studio):
    work = studio.generate("dots", "sea", seed=1)
    theme = studio.theme(work)
    assert theme.images == ("night", "sea") and theme.source == work.id
    made = studio.generate("dots", work, seed=2)
    assert made.provenance.parents == (work.id,)


def test_styles_parse_and_mix():
    mixed = Style.parse("monet:0.6+hokusai:0.4")
    assert mixed.names == (("monet", 0.6), ("hokusai", 0.4)) and str(mixed) == "monet:0.6+hokusai:0.4"
    assert Style.parse("a+b").names == (("a", 0.5), ("b", 0.5))
    assert Style.parse("a:0.5+b+c").names == (("a", 0.5), ("b", 0.25), ("c", 0.25))
    for bad in ("", "a:0+b:1", "a:x"):
        with pytest.raises(InputError):
            Style.parse(bad)


def test_themes_read_both_languages():
    theme = Theme.from_prompt("misty mountains at dawn")
    assert theme.images == ("mist", "mountain", "dawn") and theme.words_in("zh") == ("雾", "山", "晨")
    theme = Theme.from_prompt("秋夜孤舟思故乡")
    assert theme.language == "zh" and {"autumn", "night", "homesick"} <= set(theme.images) and theme.mood.valence < 0
    assert Theme.from_dict(theme.to_dict()) == theme


def test_importing_artwright_is_light():
    code = (
        "import sys, artwright; print([m for m in "
        "('torch','numpy','pydantic','PIL','transformers','pretty_midi','click') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_public_names_are_what_is_exported():
    import artwright

    assert set(artwright.__all__) == {*artwright._WHERE, "__version__", "api_version"}
    for name in artwright.__all__:
        assert getattr(artwright, name) is not None


def test_learned_styles_are_named_where_one_is_unknown(studio):
    folder = studio.home / "styles" / "dots"
    folder.mkdir(parents=True)
    (folder / "mine.json").write_text("{}")
    with pytest.raises(UnknownName, match="mine"):
        studio.generate("dots", "sea", style="minne")
