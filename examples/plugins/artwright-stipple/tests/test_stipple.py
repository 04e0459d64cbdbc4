"""What every model of artwright promises, and what this one adds."""

import artwright_stipple
from artwright.testing import ModelContract


class TestStipple(ModelContract):
    plugin = artwright_stipple
    medium = "painting"
    model = "stipple"
    options = {"width": 64, "dots": 500}


def test_more_dots_make_it_darker(plugin_host):
    studio = plugin_host(artwright_stipple, builtin=True)

    def brightness(dots):
        work = studio.generate("painting", "sea", model="stipple", options={"width": 64, "dots": dots}, seed=1)
        return sum(work.payload.convert("L").histogram()[200:])

    assert brightness(5000) < brightness(50)
