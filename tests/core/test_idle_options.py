"""Each option of each built-in model: away from its default it changes what comes of it, or it is refused."""

from typing import Literal, get_args, get_origin

import pytest
from annotated_types import Ge, Gt, Le, Lt, MultipleOf
from artwright.core.errors import ArtwrightError, OptionError
from artwright.core.loader import PluginHost, builtin_points
from artwright.core.options import choices_of, parse_options
from artwright.testing import fresh_studio

HOST = PluginHost(builtin_points())
SPECS = {(spec.medium, spec.name): spec for _, spec in HOST.registry.models()}


def other_value(field, words=""):
    """A value away from the default, as far as the type tells one; None where it does not."""
    default = field.default
    choices = choices_of(field) or (get_args(field.annotation) if get_origin(field.annotation) is Literal else ())
    if choices:
        return [choice for choice in choices if choice not in (default, "")][-1]
    if isinstance(default, bool):
        return not default
    if isinstance(default, int | float):
        kind, limits = type(default), field.metadata
        low = next((m.ge for m in limits if isinstance(m, Ge)), next((m.gt for m in limits if isinstance(m, Gt)), 0))
        high = next((m.le for m in limits if isinstance(m, Le)), next((m.lt for m in limits if isinstance(m, Lt)), 9))
        step = next((m.multiple_of for m in limits if isinstance(m, MultipleOf)), 1)
        value = kind((low + high) / 2)
        value = value - value % step if kind is int else value
        return value if value != default else kind(low) + step * (kind is int)
    return words or None


@pytest.mark.parametrize("key", sorted(SPECS))
def test_options_are_refused_where_they_do_nothing(key):
    spec = SPECS[key]
    type_ = spec.options_type()
    for name, field in type_.model_fields.items():
        value = other_value(field, words="x")
        if value is None:
            continue
        counted = [operation for operation in spec.operations if type_.counts_in(name, operation)]
        assert counted, f"the option {name!r} of {key} counts for nothing that the model does"
        for operation in spec.operations - set(counted):
            with pytest.raises(OptionError, match=f"{name!r} of model {spec.name!r} does nothing in"):
                parse_options(type_, {name: value}, model=spec.name, operation=operation)


BASE = {
    ("painting", "atelier"): ("horse in a meadow", {"width": 96, "best_of": 1}),
    ("painting", "sketch"): ("ship at sea", {"movement": "Impressionism"}),
    ("music", "composer"): ("calm evening", {"bars": 4, "best_of": 1}),
    ("literature", "poet"): ("autumn moon", {"form": "quatrain", "best_of": 4}),
    ("film", "editor"): ("sea", {"width": 192, "height": 160, "fps": 10, "seconds": 14}),
}
WORDS = {
    "key": "f# minor", "metre": "3/4", "instruments": "violin, viola, cello, bassoon", "subject": "pagoda", "time": "night", "season": "winter",
    "movement": "Ukiyo-e", "genre": "portrait", "keywords": "river", "acrostic": "MOON", "rhyme": "day", "scene": "forest",
    "keep": "1:The moon is on the river now", "title": "Evening", "template": "diagonal", "region": "",
}  # fmt: skip
#: What need not change the work itself: files beside it, weights of one's own, more candidates of which the first may win.
BESIDE = {
    "best_of",
    "save_plan",
    "strokes",
    "frames",
    "frame_count",
    "weights",
    "plan",
    "from_sketch",
    "base",
    "start",
    "exclude",
}


@pytest.mark.slow
@pytest.mark.parametrize("key", sorted(BASE))
def test_options_change_the_work_or_are_refused(key, tmp_path):
    spec, (theme, base) = SPECS[key], BASE[key]
    studio = fresh_studio(tmp_path, builtin=True)
    given = {}
    if key[0] == "film":  # with a picture larger than itself and lines that it has the time for
        picture = studio.generate("painting", "ship at sea", seed=1, options={"width": 400, "best_of": 1})
        given["sources"] = [picture, studio.generate("literature", theme, seed=1, options={"form": "haiku"})]

    def make(**options):
        return studio.generate(key[0], theme, model=key[1], options={**base, **options}, seed=3, **given)

    plain, idle = make(), []
    for name, field in spec.options_type().model_fields.items():
        value = WORDS.get(name) or other_value(field)
        if name in base and isinstance(value, int | float):
            value = {"width": 160, "bars": 6, "best_of": 8, "height": 200, "fps": 12, "seconds": 16}.get(name, value)
        if value is None or name in BESIDE or value == base.get(name, field.default):
            continue
        try:
            made = make(**{name: value})
        except ArtwrightError:
            continue
        if made == plain:
            idle.append(f"{name}={value!r}")
    assert not idle


def test_help_shows_what_counts_and_the_rest_is_refused_in_one_line(tmp_path):
    import subprocess
    import sys

    def run(*arguments):
        command = [sys.executable, "-m", "artwright", "music", *arguments]
        return subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, check=False)

    generate, train = run("generate", "--help").stdout, run("train", "--help").stdout
    assert "--bars" in generate and "--dropout" not in generate
    assert "--dropout" in train and "--bars" not in train
    refused = run("generate", "sea", "--dropout", "0.5")
    assert refused.returncode == 2 and refused.stderr.count("\n") == 1
    assert "'dropout' of model 'composer' does nothing in generate; it counts for: train" in refused.stderr
