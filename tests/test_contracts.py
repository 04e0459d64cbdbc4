"""Our own media and models pass the contracts that plugin authors are given."""

import artwright.plugins.film
import artwright.plugins.literature
import artwright.plugins.music
import artwright.plugins.painting
from artwright.testing import MediumContract, ModelContract


class TestPainting(MediumContract):
    plugin = artwright.plugins.painting
    medium = "painting"

    def sample(self, studio):
        return studio.generate("painting", "sea", seed=1, options={"width": 128})


class TestAtelier(ModelContract):
    plugin = artwright.plugins.painting
    medium = "painting"
    model = "atelier"
    options = {"width": 128}
    style = "hokusai"


class TestQuotation(ModelContract):
    plugin = artwright.plugins.painting
    medium = "painting"
    model = "quotation"
    options = {"width": 96, "best_of": 4}
    style = "turner"


class TestMusic(MediumContract):
    plugin = artwright.plugins.music
    medium = "music"

    def sample(self, studio):
        return studio.generate("music", "sea", seed=1, options={"bars": 4, "best_of": 1})


class TestComposer(ModelContract):
    plugin = artwright.plugins.music
    medium = "music"
    model = "composer"
    options = {"bars": 4, "best_of": 2}
    style = "bach"


class TestLiterature(MediumContract):
    plugin = artwright.plugins.literature
    medium = "literature"

    def sample(self, studio):
        return studio.generate("literature", "秋月", seed=1, options={"form": "wujue", "best_of": 4})


class TestPoet(ModelContract):
    plugin = artwright.plugins.literature
    medium = "literature"
    model = "poet"
    options = {"form": "wujue", "best_of": 4}
    theme = "秋月"


class TestFilm(MediumContract):
    plugin = artwright.plugins.film
    medium = "film"

    def sample(self, studio):
        picture = studio.generate("painting", "sea", seed=1, options={"width": 128})
        return studio.generate(
            "film", "sea", seed=1, sources=[picture], options={"width": 320, "height": 180, "seconds": 4, "fps": 10}
        )
