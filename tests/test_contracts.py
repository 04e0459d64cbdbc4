"""Our own media and every one of their models pass the contracts that plugin authors are given."""

from typing import ClassVar

import artwright.plugins.film
import artwright.plugins.literature
import artwright.plugins.music
import artwright.plugins.painting
import pytest
from artwright.core.artwork import Text
from artwright.core.loader import PluginHost, builtin_points
from artwright.testing import MediumContract, ModelContract
from chat_server import Chat, serve, stream
from tiny_models import save_notes_model
from tiny_pipelines import save_pipeline

WUJUE = {"form": "wujue", "best_of": 2}


class TestPainting(MediumContract):
    plugin = artwright.plugins.painting
    medium = "painting"

    def sample(self, studio):
        return small_picture(studio)


def small_picture(studio, seed=1, size=96):
    """A picture that is made without a model."""
    import numpy as np
    from PIL import Image

    rng = np.random.default_rng(seed)
    cells = rng.integers(0, 255, (6, 8, 3), dtype=np.uint8)
    picture = Image.fromarray(cells).resize((size, size * 3 // 4), Image.Resampling.BICUBIC)
    return studio.registry.medium("painting").artwork(picture, title="Cells")


def small_verse(studio):
    """A short text that is made without a model."""
    from artwright import Text

    lines = ("床前明月光，", "疑是地上霜。", "举头望明月，", "低头思故乡。")
    return studio.registry.medium("literature").artwork(
        Text(stanzas=(lines,), language="zh", form="wujue"), title="静夜思"
    )


def small_tune(studio):
    """A short tune that is made without a model."""
    import pretty_midi

    tune = pretty_midi.PrettyMIDI(initial_tempo=100)
    part = pretty_midi.Instrument(program=0)
    for n, pitch in enumerate((60, 62, 64, 65, 67, 65, 64, 62) * 2):
        part.notes.append(pretty_midi.Note(velocity=80, pitch=pitch, start=n * 0.6, end=n * 0.6 + 0.5))
    tune.instruments.append(part)
    return studio.registry.medium("music").artwork(tune, title="Scale")


class TestAtelier(ModelContract):
    plugin = artwright.plugins.painting
    medium = "painting"
    model = "atelier"
    options = {"width": 96}
    style = "hokusai"


class TestQuotation(ModelContract):
    plugin = artwright.plugins.painting
    medium = "painting"
    model = "quotation"
    options = {"width": 96, "best_of": 4}
    style = "turner"


class TestSketch(ModelContract):
    plugin = artwright.plugins.painting
    medium = "painting"
    model = "sketch"
    options = {"steps": 4, "size": 64}


class TestGan(ModelContract):
    plugin = artwright.plugins.painting
    medium = "painting"
    model = "gan"
    options = {"weights": "contract", "size": 32}
    train_options = {"architecture": "bands", "side": "32", "train_steps": 2, "batch": 4, "network_width": 16}

    trained: ClassVar[dict[str, bytes]] = {}

    def corpus(self, studio, folder):
        (folder / "pictures").mkdir(parents=True)
        for n in range(48):
            studio.save(small_picture(studio, n, size=32), folder / "pictures" / f"{n}.png")
        return folder / "pictures"

    def prepare(self, studio):
        """It comes without weights: they are trained once for all tests."""
        folder = studio.home / "weights" / "painting"
        if folder.exists():
            return
        if not self.trained:
            corpus = self.corpus(studio, studio.home / "corpus")
            options = self.train_options
            studio.train("painting", corpus, name="contract", model="gan", minutes=1, options=options, seed=1)
            self.trained.update({p.name: p.read_bytes() for p in folder.iterdir() if p.is_file()})
        folder.mkdir(parents=True, exist_ok=True)
        for name, data in self.trained.items():
            (folder / name).write_bytes(data)


class TestDiffusers(ModelContract):
    plugin = artwright.plugins.painting
    medium = "painting"
    model = "diffusers"
    options: ClassVar = {"steps": 2, "width": 64, "height": 64}
    other_options: ClassVar = {"steps": 2}
    style = "monet"
    region = "10,10,20,20"

    @pytest.fixture(autouse=True, scope="class")
    @classmethod
    def pipeline(cls, tmp_path_factory):
        pytest.importorskip("diffusers", reason="needs diffusers: pip install 'artwright[diffusion]'")
        folder = tmp_path_factory.mktemp("pipeline") / "sd"
        save_pipeline(folder, "sd")
        cls.source = str(folder)


class TestEye(ModelContract):
    plugin = artwright.plugins.painting
    medium = "painting"
    model = "eye"

    def sample(self, studio):
        return small_picture(studio)


class TestBrush(ModelContract):
    plugin = artwright.plugins.painting
    medium = "painting"
    model = "brush"
    style = "monet"

    def sample(self, studio):
        return small_picture(studio)


class TestConservator(ModelContract):
    plugin = artwright.plugins.painting
    medium = "painting"
    model = "conservator"
    region = "10,10,20,20"

    def sample(self, studio):
        return small_picture(studio)


class TestMusic(MediumContract):
    plugin = artwright.plugins.music
    medium = "music"

    def sample(self, studio):
        return small_tune(studio)


class TestComposer(ModelContract):
    plugin = artwright.plugins.music
    medium = "music"
    model = "composer"
    options = {"bars": 4, "best_of": 1}
    style = "bach"
    region = "bars 2-3"


class TestArranger(ModelContract):
    plugin = artwright.plugins.music
    medium = "music"
    model = "arranger"

    def sources(self, studio):
        return (small_tune(studio),)


class TestNotesModel(ModelContract):
    plugin = artwright.plugins.music
    medium = "music"
    model = "hf"
    options: ClassVar = {"bars": 2}
    region = "bars 1-1"

    @pytest.fixture(autouse=True, scope="class")
    @classmethod
    def folder(cls, tmp_path_factory):
        cls.source = str(save_notes_model(tmp_path_factory.mktemp("notes")))


class TestAnalyst(ModelContract):
    plugin = artwright.plugins.music
    medium = "music"
    model = "analyst"

    def sample(self, studio):
        return small_tune(studio)


class TestLiterature(MediumContract):
    plugin = artwright.plugins.literature
    medium = "literature"

    def sample(self, studio):
        return small_verse(studio)


class TestPoet(ModelContract):
    plugin = artwright.plugins.literature
    medium = "literature"
    model = "poet"
    options = WUJUE
    theme = "秋月"
    region = "2"


class TestVerseZh(ModelContract):
    plugin = artwright.plugins.literature
    medium = "literature"
    model = "verse-zh"
    options = WUJUE
    theme = "秋月"


class TestCento(ModelContract):
    plugin = artwright.plugins.literature
    medium = "literature"
    model = "cento"
    options: ClassVar = {"form": "wujue"}
    theme = "秋夜"


class TestProseZh(ModelContract):
    plugin = artwright.plugins.literature
    medium = "literature"
    model = "prose-zh"
    options = {"form": "prose", "length": 40}
    theme = "秋月"


class TestVerseEn(ModelContract):
    plugin = artwright.plugins.literature
    medium = "literature"
    model = "verse-en"
    options = {"form": "haiku", "best_of": 1}
    theme = "autumn moon"


class TestProseEn(ModelContract):
    plugin = artwright.plugins.literature
    medium = "literature"
    model = "prose-en"
    options = {"form": "prose", "length": 40}
    theme = "autumn moon"


FILM = {"width": 320, "height": 180, "seconds": 4, "fps": 10}


class TestFilm(MediumContract):
    plugin = artwright.plugins.film
    medium = "film"

    def sample(self, studio):
        return studio.generate("film", "sea", seed=1, sources=[small_picture(studio)], options=FILM)


class TestEditor(ModelContract):
    plugin = artwright.plugins.film
    medium = "film"
    model = "editor"
    options = FILM
    seedless = True

    def sources(self, studio):
        return (small_picture(studio),)


class TestViewer(ModelContract):
    plugin = artwright.plugins.film
    medium = "film"
    model = "viewer"

    def sample(self, studio):
        return studio.generate("film", "sea", seed=1, sources=[small_picture(studio)], options=FILM)


def contracts():
    return [kind for kind in globals().values() if isinstance(kind, type) and issubclass(kind, ModelContract)]


class TestPretrained(ModelContract):
    plugin = artwright.plugins.literature
    medium = "literature"
    model = "hf"
    options = {"form": "haiku"}

    @pytest.fixture(autouse=True, scope="class")
    @classmethod
    def folder(cls, tmp_path_factory, save_model):
        texts = ["the moon is low and cold upon the misty mountain at the early dawn"] * 3
        cls.source = str(save_model(tmp_path_factory.mktemp("contract"), "llama", texts))

    def damaged(self, studio):
        lines = ("The moon is ____ and cold", "upon the mountain", "at the early dawn")
        return studio.registry.medium("literature").artwork(Text(stanzas=(lines,), language="en"), title="A gap")


class TestEndpoint(ModelContract):
    plugin = artwright.plugins.literature
    medium = "literature"
    model = "openai"
    source = "poem-1"
    style = "haiku"

    @pytest.fixture(autouse=True, scope="class")
    @classmethod
    def endpoint(cls):
        pytest.importorskip("openai", reason="needs openai: pip install 'artwright[remote]'")
        ends = ("sparrows wake.", "swallows wake.")

        def answer(handler):
            asked = chat.asked[-1]["messages"][0]["content"]
            end = ends[chat.asked[-1]["seed"] % 2]
            poem = f"Quiet morning rain\nfalls upon the empty street\nand the {end}"
            stream("\n".join(f"{word} at dawn" for word in poem.split()) if asked.startswith("Theme:") else poem)(
                handler
            )

        chat = Chat(answer)
        with serve(chat) as address, pytest.MonkeyPatch.context() as patch:
            patch.setenv("OPENAI_BASE_URL", address)
            cls.options = {"form": "haiku"}
            yield

    def damaged(self, studio):
        lines = ("Quiet morning rain", "falls upon the ____ street", "and the sparrows wake.")
        return studio.registry.medium("literature").artwork(Text(stanzas=(lines,), language="en"), title="A gap")


@pytest.mark.parametrize(
    ("medium", "name"), [(spec.medium, spec.name) for _, spec in PluginHost(builtin_points()).registry.models()]
)
def test_every_model_has_its_contract(medium, name):
    assert (medium, name) in {(kind.medium, kind.model) for kind in contracts() if hasattr(kind, "model")}
