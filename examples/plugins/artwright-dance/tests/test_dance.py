"""What every medium and model of artwright promises; themes from music, and themes for music."""

import artwright_dance
from artwright.testing import MediumContract, ModelContract


class TestMedium(MediumContract):
    plugin = artwright_dance
    medium = "dance"
    builtin = False


class TestModel(ModelContract):
    plugin = artwright_dance
    medium = "dance"
    model = "choreographer"
    builtin = False


def test_a_lively_theme_has_more_steps_and_each_dance_ends_with_a_bow(plugin_host):
    studio = plugin_host(artwright_dance)
    calm, lively = (studio.generate("dance", theme, seed=1).payload for theme in ("quiet peace", "storm and fire"))
    assert len(lively) > len(calm) and calm[-1][1] == lively[-1][1] == "bow"


def test_it_takes_its_theme_from_a_picture_and_gives_one_to_music(plugin_host):
    studio = plugin_host(artwright_dance, builtin=True)
    picture = studio.generate("painting", "storm at sea", seed=1, options={"width": 256})
    dance = studio.generate("dance", picture, seed=1)
    tune = studio.generate("music", dance, seed=1, options={"bars": 4})
    assert dance.provenance.parents == (picture.id,) and tune.provenance.parents == (dance.id,)
